import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, test as base } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import type { CliProcess } from '../support/cli-process.ts'
import { startCli } from '../support/cli-process.ts'

/** Quick intervals, the same for the app and the peers, so that no spec waits for minutes. */
export const QUICK = [
  '--announce-interval',
  '1s',
  '--announce-jitter',
  '0',
  '--purge-after',
  '6s',
  '--rtt-probe-interval',
  '1s',
] as const

/** Peerscope with a window: the browser host and a page on it. */
export interface App {
  readonly page: Page
  readonly dataDir: string
  /** Ends the app's process; `start` begins again on the same data. */
  stop(): Promise<void>
  start(): Promise<void>
}

interface Fixtures {
  app: App
  /** Starts a headless peer that ends with the spec. */
  peer: (
    network: string,
    ...args: string[]
  ) => Promise<{ readonly process: CliProcess; readonly peerId: string; readonly address: string }>
}

/** Playwright's `test` with the app and real peers. */
export const test = base.extend<Fixtures, { chromiumBrowser: Browser }>({
  chromiumBrowser: [
    async ({}, provide) => {
      const executablePath = process.env['PEERSCOPE_BROWSER'] ?? '/usr/bin/chromium'
      const flags = [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ]
      const browser = await chromium.launch({ executablePath, args: flags })
      await provide(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  app: async ({ chromiumBrowser }, provide, info) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'peerscope-e2e-'))
    const context = await chromiumBrowser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true })
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    let host: CliProcess | null = null
    const app: App = {
      page,
      dataDir,
      start: async () => {
        host = startCli([
          'serve',
          '--data',
          dataDir,
          '--port',
          '0',
          '--no-dht',
          '--no-mdns',
          '--listen',
          '/ip4/127.0.0.1/tcp/0',
          ...QUICK,
        ])
        const { url } = await host.waitFor('serving')
        // A new document each time: the fragment alone would not load the page again.
        await page.goto('about:blank')
        await page.goto(String(url))
      },
      stop: async () => {
        await host?.stop()
        host = null
      },
    }
    await app.start()
    await provide(app)
    await page.screenshot({ path: info.outputPath('end.png') })
    await context.close()
    await app.stop()
    await rm(dataDir, { recursive: true, force: true })
    if (problems.length > 0) throw new Error(`the page threw: ${problems.join('; ')}`)
  },
  peer: async ({}, provide) => {
    const processes: CliProcess[] = []
    await provide(async (network, ...args) => {
      const process = startCli([
        'node',
        '--network',
        network,
        '--no-dht',
        '--no-mdns',
        '--listen',
        '/ip4/127.0.0.1/tcp/0',
        ...QUICK,
        ...args,
      ])
      processes.push(process)
      const online = await process.waitFor('online')
      return { process, peerId: String(online['peerId']), address: (online['addresses'] as string[])[0] ?? '' }
    })
    await Promise.all(processes.map((process) => process.stop('SIGKILL')))
  },
})

export { expect } from '@playwright/test'

/** Fills the join dialog and joins. */
export async function joinNetwork(page: Page, network: string, bootstrap: string): Promise<void> {
  await page.getByLabel('Network', { exact: true }).fill(network)
  await page.getByLabel('Bootstrap addresses').fill(bootstrap)
  await page.getByRole('button', { name: 'Join', exact: true }).click()
}
