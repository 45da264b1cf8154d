/** A window on a network that only pretends: as large as one likes, and the same each time. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { serveSynthetic } from '../../bench/ui/host.ts'
import type { SyntheticHost } from '../../bench/ui/host.ts'
import { SyntheticNetwork } from '../../bench/ui/network.ts'
import type { HealthNow } from '../../src/shared/health.ts'
import { fakeMosaik } from '../support/renderer/fake-mosaik.ts'
import { goTo, test as base } from './app.ts'

const RENDERER = join(import.meta.dirname, '..', '..', 'out', 'renderer')

/** A pretended network with its host. */
export interface Synthetic {
  readonly network: SyntheticNetwork
  readonly host: SyntheticHost
  /**
   * Another window on it. `prepare` is given the empty page, before it loads anything.
   * @param view the view that is gone to: the graph, unless it says otherwise
   */
  open(prepare?: (page: Page) => Promise<void>, view?: string): Promise<Page>
}

interface Fixtures {
  size: number
  /** Whether it pretends to be a mosaik network, whose peers stay as they are. */
  mosaik: boolean
  /** What the sentence is told from, beside what the network has. */
  health: Partial<HealthNow>
  synthetic: Synthetic
}

/** Playwright's `test` with a pretended network of `size` peers. In a browser only: the desktop app has an engine of its own. */
export const test = base.extend<Fixtures>({
  size: [40, { option: true }],
  mosaik: [false, { option: true }],
  health: [{}, { option: true }],
  synthetic: async ({ chromiumBrowser, electron, motion, size, mosaik, health }, provide, info) => {
    info.skip(electron !== null, 'the pretended network is served to a browser')
    const network = new SyntheticNetwork(size)
    const pretended = fakeMosaik(size, Date.now(), { known: ['validator'] })
    const shown = mosaik
      ? { snapshot: (seq: number) => ({ ...pretended, seq }), step: network.step.bind(network) }
      : network
    const host = await serveSynthetic(shown, RENDERER, undefined, health)
    const browser = await chromiumBrowser()
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: motion ? 'no-preference' : 'reduce',
    })
    const problems: string[] = []
    await provide({
      network,
      host,
      open: async (prepare, view = 'Network') => {
        const page = await context.newPage()
        page.on('pageerror', (error) => void problems.push(error.message))
        await prepare?.(page)
        await page.goto(host.url)
        await goTo(page, view)
        return page
      },
    })
    await context.close()
    await host.close()
    if (problems.length > 0) throw new Error(`the page threw: ${problems.join('; ')}`)
  },
})

export { expect } from '@playwright/test'
