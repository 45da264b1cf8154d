/** The desktop app on the double of Electron, with a real monitor. */
import { EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import type { MessagePortMain } from 'electron'
import { pino } from 'pino'
import type { Contract } from '../../src/shared/contract.ts'
import type { DesktopCommand } from '../../src/shared/desktop-binding.ts'
import type { DesktopContract } from '../../src/shared/desktop-contract.ts'
import { startDesktop } from '../../src/main/desktop/app.ts'
import type { Desktop } from '../../src/main/desktop/app.ts'
import { parseLaunch } from '../../src/main/desktop/launch.ts'
import type { KeyCipher } from '../../src/main/monitor/host.ts'
import type { Monitor } from '../../src/main/monitor/monitor.ts'
import { FakeTrayHost, FakeWindow, fakeElectron } from './electron.ts'
import type { FakeContents, FakeElectron } from './electron.ts'
import { testMonitor } from './monitor.ts'

/** What the page holds. */
export type PageClient = ContractRouterClient<Contract & DesktopContract>

/** How to start. */
export interface RigOptions {
  readonly argv?: readonly string[]
  readonly first?: boolean
  readonly platform?: string
  readonly env?: Readonly<Record<string, string>>
  /** Changes the double before the app starts. */
  readonly before?: (electron: FakeElectron) => void
  /** Called before a monitor is opened; it may throw instead. */
  readonly open?: (cipher: KeyCipher | null) => void
  readonly monitor?: Parameters<typeof testMonitor>[0]
  /** Changes the desktop's tray before the app starts. */
  readonly desktop?: (host: FakeTrayHost) => void
  /** Whether a launcher takes the request to start the app again. */
  readonly again?: (brought: readonly string[]) => boolean
}

/** One desktop app with a data folder of its own. Close it. */
export class DesktopRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'peerscope-desktop-'))
  readonly data = join(this.folder, 'data')
  readonly icon = join(this.folder, 'icon.png')
  readonly warnings: string[] = []
  readonly logger = pino({ level: 'warn' }, { write: (line: string) => void this.warnings.push(line) })
  electron: FakeElectron = fakeElectron()
  /** Stands for `process`: errors that nobody catches are emitted here. */
  process = new EventEmitter()
  trayHost = new FakeTrayHost()
  /** The running app. */
  app: Desktop | null = null
  cipher: KeyCipher | null = null
  /** What the newest start says: whether it is in the tray; null where it does not run. */
  hidden: boolean | null = null
  #monitor: Monitor | null = null

  constructor() {
    mkdirSync(join(this.folder, 'r', 'assets'), { recursive: true })
    mkdirSync(join(this.folder, 'r-other'))
    mkdirSync(this.data)
    for (const [name, content] of [
      ['r/index.html', '<!doctype html>'],
      ['r/assets/index.js', 'export {}'],
      ['r-other/secret.html', 'secret'],
      ['secret.html', 'secret'],
    ] as const)
      writeFileSync(join(this.folder, name), content)
  }

  /** Starts the app; again after `stop`, on the same data. @returns whether it runs */
  async start({
    argv = [],
    first = true,
    platform = 'linux',
    env = {},
    before,
    open,
    monitor = {},
    desktop,
    again = () => false,
  }: RigOptions = {}): Promise<boolean> {
    this.electron = fakeElectron(first)
    this.process = new EventEmitter()
    before?.(this.electron)
    this.trayHost = new FakeTrayHost()
    desktop?.(this.trayHost)
    this.app = await startDesktop({
      electron: this.electron.parts,
      launch: parseLaunch(argv, this.folder),
      handOver: { argv, cwd: this.folder },
      launcher: { again },
      dataDir: this.data,
      open: (cipher) => {
        open?.(cipher)
        this.cipher = cipher
        const made = testMonitor({
          logger: this.logger,
          dataDir: this.data,
          ...(cipher === null ? {} : { cipher }),
          ...monitor,
        })
        this.#monitor = made.monitor
        return made
      },
      logger: this.logger,
      logFile: join(this.data, 'logs', 'peerscope.log'),
      icon: this.icon,
      rendererDir: join(this.folder, 'r'),
      preload: '/p/index.cjs',
      system: {
        platform,
        env: { XDG_CONFIG_HOME: join(this.folder, 'config'), ...env },
        homedir: this.folder,
        execPath: '/opt/Peerscope/peerscope-desktop',
      },
      process: this.process,
      about: 'Peerscope 0.0.0, a test',
      trayHost: platform === 'linux' ? this.trayHost : null,
    })
    this.hidden = this.app?.hidden ?? null
    return this.app !== null
  }

  get monitor(): Monitor {
    if (this.#monitor === null) throw new Error('no monitor was opened')
    return this.#monitor
  }

  /** The newest window. */
  get window(): FakeWindow {
    const window = FakeWindow.all.at(-1)
    if (window === undefined) throw new Error('no window was opened')
    return window
  }

  /** Writes a file beside the data folder. @returns its path */
  file(name: string, content: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, content)
    return path
  }

  /** The page's end of the port. */
  port(contents: FakeContents = this.window.webContents): MessagePortMain {
    this.electron.askForPort(contents)
    const port = contents.posted.at(-1)?.ports[0]
    if (port === undefined) throw new Error('no port')
    return port
  }

  /** The page's client. */
  client(): PageClient {
    const port = this.port()
    const client: PageClient = createORPCClient(new RPCLink({ port }))
    port.start()
    return client
  }

  /** The commands that the page gets, as many as are asked for. */
  async commands(count: number): Promise<DesktopCommand[]> {
    const stream = await this.client().desktop.commands()
    const got: DesktopCommand[] = []
    for await (const command of stream) {
      got.push(command)
      if (got.length >= count) break
    }
    return got
  }

  /** Ends the app as a quit does. */
  async stop(): Promise<void> {
    this.electron.app.emit('before-quit', { preventDefault: () => undefined })
    await this.#monitor?.close()
    this.#monitor = null
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
