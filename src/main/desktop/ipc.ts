import { implement, onError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import type { IpcMain, IpcMainEvent, MessagePortMain, WebContents } from 'electron'
import type { DesktopSettings, DesktopState, EngineState } from '../../shared/desktop-binding.ts'
import { PORT_CHANNEL } from '../../shared/desktop-binding.ts'
import { desktopContract } from '../../shared/desktop-contract.ts'
import type { Logger } from '../monitor/open-node.ts'
import { isRequestMessage } from '../monitor/request-check.ts'
import type { MonitorRouter } from '../monitor/router.ts'
import { throwTyped } from '../monitor/router.ts'
import type { Commands } from './commands.ts'
import type { PageOrigin } from './page-origin.ts'
import { isOwnPage } from './page-origin.ts'

/** Electron's MessageChannelMain, as far as it is used. */
export type Channels = new () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain }

/** What the desktop host itself offers its page. */
export interface DesktopCalls {
  readonly commands: Commands
  state(): DesktopState
  /** @throws Unavailable for what this system does not offer; nothing is changed then */
  change(changes: { readonly [K in keyof DesktopSettings]?: DesktopSettings[K] | undefined }): DesktopState
  chooseFile(): Promise<void>
  /** @throws Unavailable where the system cannot show the folder */
  openLogs(): Promise<void>
  engine(signal: AbortSignal): AsyncGenerator<EngineState>
  restartEngine(rejoin: boolean): Promise<EngineState>
  /** Ends the app and starts it again. */
  restart(): void
}

/** Implements the desktop host's own calls. */
export function createDesktopRouter(calls: DesktopCalls, logger: Logger) {
  const os = implement(desktopContract).use(onError(throwTyped(logger)))
  return os.router({
    desktop: {
      commands: os.desktop.commands.handler(({ signal }) =>
        calls.commands.listen(signal ?? new AbortController().signal),
      ),
      state: os.desktop.state.handler(() => calls.state()),
      change: os.desktop.change.handler(({ input }) => calls.change(input)),
      chooseFile: os.desktop.chooseFile.handler(() => calls.chooseFile()),
      openLogs: os.desktop.openLogs.handler(() => calls.openLogs()),
      engine: os.desktop.engine.handler(({ signal }) => calls.engine(signal ?? new AbortController().signal)),
      restartEngine: os.desktop.restartEngine.handler(({ input }) => calls.restartEngine(input.rejoin)),
      restart: os.desktop.restart.handler(() => calls.restart()),
    },
  })
}

/** Hands each page of ours one port to the contract. A frame that is not our page's main frame gets nothing. */
export function bindContract(
  ipcMain: IpcMain,
  MessageChannelMain: Channels,
  router: MonitorRouter & ReturnType<typeof createDesktopRouter>,
  page: PageOrigin,
  logger: Logger,
): void {
  const handler = new RPCHandler(router)
  const ports = new WeakMap<WebContents, PagePort>()
  const end = (contents: WebContents): void => {
    ports.get(contents)?.close()
    ports.delete(contents)
  }
  const watched = new WeakSet<WebContents>()
  const watch = (contents: WebContents): void => {
    if (watched.has(contents)) return
    watched.add(contents)
    // What a page subscribed to ends with it. A navigation to anything else is refused and leaves the page as it is.
    contents.on('render-process-gone', () => end(contents))
    contents.on('destroyed', () => end(contents))
    contents.on('did-start-navigation', ({ url, isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument && isOwnPage(url, page)) end(contents)
    })
  }
  ipcMain.on(PORT_CHANNEL, (event) => {
    if (!isOwnFrame(event, page)) {
      logger.warn({ url: event.senderFrame?.url.slice(0, 200) }, 'a foreign frame asked for the contract')
      return
    }
    const { port1, port2 } = new MessageChannelMain()
    watch(event.sender)
    end(event.sender)
    const port = new PagePort(port1, () => logger.warn('refused: a message that is no request'))
    ports.set(event.sender, port)
    handler.upgrade(port, { context: {} })
    port1.start()
    event.sender.postMessage(PORT_CHANNEL, null, [port2])
  })
}

/**
 * One page's port, with nothing but well-formed requests coming out of it. Electron tells the end of a port only to its other
 * side, and not at all where a process died; here `close` ends what was asked through it in any case.
 */
class PagePort {
  readonly #port: MessagePortMain
  readonly #refused: () => void
  readonly #onClose: (() => void)[] = []
  #closed = false

  constructor(port: MessagePortMain, refused: () => void) {
    this.#port = port
    this.#refused = refused
    port.on('close', () => this.close())
  }

  /** What is sent to a page that is gone is dropped. */
  postMessage(message: unknown): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    if (!this.#closed) this.#port.postMessage(message)
  }

  on(type: string, listener: (event?: { data: unknown }) => void): void {
    if (type === 'close') this.#onClose.push(listener)
    else this.#port.on(type as 'message', (event?: { data: unknown }) => this.#take(event, listener))
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#port.close()
    for (const listener of this.#onClose) listener()
  }

  #take(event: { data: unknown } | undefined, listener: (event?: { data: unknown }) => void): void {
    if (this.#closed) return
    if (isRequestMessage(event?.data)) return listener(event)
    this.#refused()
    this.close()
  }
}

function isOwnFrame(event: IpcMainEvent, page: PageOrigin): boolean {
  const frame = event.senderFrame
  return frame !== null && frame === event.sender.mainFrame && isOwnPage(frame.url, page)
}
