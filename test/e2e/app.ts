import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, expect, test as base } from '@playwright/test'
import type { Browser, Page, TestInfo } from '@playwright/test'
import type { CliProcess } from '../support/cli-process.ts'
import { startCli } from '../support/cli-process.ts'
import { openElectron } from './electron-app.ts'

/**
 * Quick intervals, the same for the app and the peers, so that no spec waits for minutes. Milliseconds. Silence is not among
 * them: on a busy machine peers that are well say nothing for seconds.
 */
export const QUICK_CONFIG = {
  announceInterval: 1000,
  announceJitter: 0,
  purgeAfter: 60_000,
  rttProbeInterval: 1000,
  rttDialInterval: 1000,
} as const

/** The same as flags, for peers. They need not measure each other, which takes half of what a peer that is online costs. */
export const QUICK = ['--announce-interval', '1s', '--announce-jitter', '0', '--purge-after', '60s'] as const

/** A picture of the page to look at, where `PEERSCOPE_PICTURES=1` asks for them: they take a fifth of the time. */
export async function takePicture(page: Page, info: TestInfo, name: string, fullPage = false): Promise<void> {
  if (process.env['PEERSCOPE_PICTURES'] === '1')
    await page.screenshot({ path: info.outputPath(`${name}.png`), fullPage })
}

/** The same in both themes, in a usual and in the smallest window. */
export async function takeInSizes(page: Page, info: TestInfo, name: string): Promise<void> {
  if (process.env['PEERSCOPE_PICTURES'] !== '1') return
  const before = page.viewportSize()
  for (const size of [
    { width: 1440, height: 900 },
    { width: 1024, height: 640 },
  ]) {
    await page.setViewportSize(size)
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await takePicture(page, info, `${name}-${colorScheme}-${size.width}`)
    }
  }
  await page.emulateMedia({ colorScheme: null })
  if (before !== null) await page.setViewportSize(before)
}

const TASKS = join(import.meta.dirname, '..', '..', 'docs', 'images', 'tasks')

/** The picture of a task in docs/tasks.md, where `PEERSCOPE_TASK_PICTURES=1` asks for them. */
export async function takeTaskPicture(page: Page, name: string, colorScheme: 'dark' | 'light'): Promise<void> {
  if (process.env['PEERSCOPE_TASK_PICTURES'] !== '1') return
  // What earlier tasks said is not part of the picture.
  const notes = page.locator('[data-said]').filter({ hasText: /^Saved / })
  for (const close of await notes.getByRole('button').all()) await close.dispatchEvent('click')
  await page.emulateMedia({ colorScheme })
  await expect(notes).toHaveCount(0)
  await page.screenshot({ path: join(TASKS, `${name}.png`), animations: 'disabled' })
  await page.emulateMedia({ colorScheme: null })
}

/** A file that the page gave. */
export interface Download {
  readonly name: string
  readonly path: string
}

/** Peerscope with a window: the browser host and a page on it, or the desktop app. */
export interface App {
  /** The one of the running app: another after `start`. */
  readonly page: Page
  readonly dataDir: string
  /** Ends the app's process; `start` begins again on the same data. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Ends the process and the page: a page that stays open goes on drawing, beside all later specs. */
  close(): Promise<void>
  /** The file that comes of `click`. */
  saved(click: () => Promise<void>): Promise<Download>
}

/** Which host a project's specs run against (playwright.config.ts). */
export interface Options {
  /** Electron's binary, or null for the browser host. */
  electron: string | null
}

/** A headless peer. */
export interface RunningPeer {
  readonly process: CliProcess
  readonly peerId: string
  readonly address: string
}

interface Fixtures {
  /** Whether the window may move things by itself, which costs time: for specs that are about what moves. */
  motion: boolean
  /** After how long the app and the peers call a peer that says nothing silent, milliseconds: for specs that are about it. */
  purgeAfter: number
  app: App
  /** Starts a headless peer that ends with the spec. */
  peer: (network: string, ...args: string[]) => Promise<RunningPeer>
}

/** Playwright's `test` with the app and real peers. */
export const test = base.extend<Fixtures, Options & { chromiumBrowser: () => Promise<Browser> }>({
  electron: [null, { option: true, scope: 'worker' }],
  motion: [false, { option: true }],
  purgeAfter: [QUICK_CONFIG.purgeAfter, { option: true }],
  // Launched by the first spec that asks: for those in Electron there need be none.
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
      const launched: { browser?: Promise<Browser> } = {}
      await provide(() => (launched.browser ??= chromium.launch({ executablePath, args: flags })))
      await (await launched.browser)?.close()
    },
    { scope: 'worker' },
  ],
  app: async ({ chromiumBrowser, electron, motion, purgeAfter }, provide, info) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'peerscope-e2e-'))
    const problems: string[] = []
    const onProblem = (message: string): void => void problems.push(message)
    const app =
      electron === null
        ? await openInBrowser(await chromiumBrowser(), { dataDir, motion, purgeAfter, onProblem })
        : await openElectron(electron, { dataDir, purgeAfter, onProblem })
    await provide(app)
    await takePicture(app.page, info, 'end')
    await app.close()
    await rm(dataDir, { recursive: true, force: true })
    if (problems.length > 0) throw new Error(`the page threw: ${problems.join('; ')}`)
  },
  peer: async ({ purgeAfter }, provide) => {
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
        '--purge-after',
        `${purgeAfter}ms`,
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

/** The browser host on a data folder, and a page on it. */
async function openInBrowser(
  browser: Browser,
  opening: { dataDir: string; motion: boolean; purgeAfter: number; onProblem: (message: string) => void },
): Promise<App> {
  const { dataDir, motion, purgeAfter, onProblem } = opening
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    acceptDownloads: true,
    reducedMotion: motion ? 'no-preference' : 'reduce',
  })
  const page = await context.newPage()
  page.on('pageerror', ({ message }) => onProblem(message))
  let host: CliProcess | null = null
  const flags = ['--data', dataDir, '--port', '0', '--no-dht', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']
  const app: App = {
    page,
    dataDir,
    start: async () => {
      host = startCli([
        'serve',
        ...flags,
        ...QUICK,
        '--rtt-probe-interval',
        '1s',
        '--rtt-dial-interval',
        '1s',
        '--purge-after',
        `${purgeAfter}ms`,
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
    close: async () => {
      await app.stop()
      await context.close()
    },
    saved: async (click) => {
      const [download] = await Promise.all([page.waitForEvent('download'), click()])
      return { name: download.suggestedFilename(), path: await download.path() }
    },
  }
  await app.start()
  return app
}

/** A network of a spec alone. */
export interface OwnNetwork {
  readonly first: RunningPeer
  /** Starts another peer, which joins by the first one. */
  readonly more: (...args: string[]) => Promise<RunningPeer>
  /** Joins by the first one in the window, and goes to a view: the graph, unless it says otherwise. */
  readonly join: (view?: string) => Promise<void>
}

/** Begins a network with a first peer. @param args flags of that peer */
export async function ownNetwork(page: Page, peer: Fixtures['peer'], ...args: string[]): Promise<OwnNetwork> {
  const network = `e2e-${randomUUID()}`
  const first = await peer(network, ...args)
  return {
    first,
    more: async (...flags) => await peer(network, '--bootstrap', first.address, ...flags),
    join: async (view) => await joinNetwork(page, network, first.address, view),
  }
}

/** Fills the join dialog and joins, and goes to a view: the graph, unless it says otherwise. */
export async function joinNetwork(page: Page, network: string, bootstrap: string, view = 'Network'): Promise<void> {
  await page.getByLabel('Network', { exact: true }).fill(network)
  await page.getByLabel('Bootstrap addresses', { exact: true }).fill(bootstrap)
  await page.getByRole('button', { name: 'Join', exact: true }).click()
  await goTo(page, view)
}

/** Goes to a view by its button in the navigation. */
export async function goTo(page: Page, view: string): Promise<void> {
  const button = page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view, exact: true })
  await button.click()
}
