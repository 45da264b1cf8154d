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
  engine(signal: AbortSignal): AsyncGenerator<EngineState>
  restartEngine(rejoin: boolean): Promise<EngineState>
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
      engine: os.desktop.engine.handler(({ signal }) => calls.engine(signal ?? new AbortController().signal)),
      restartEngine: os.desktop.restartEngine.handler(({ input }) => calls.restartEngine(input.rejoin)),
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
  const ports = new WeakMap<WebContents, MessagePortMain>()
  ipcMain.on(PORT_CHANNEL, (event) => {
    if (!isOwnFrame(event, page)) {
      logger.warn({ url: event.senderFrame?.url.slice(0, 200) }, 'a foreign frame asked for the contract')
      return
    }
    const { port1, port2 } = new MessageChannelMain()
    // A page that was loaded anew asks anew; the port of the one before is of no use.
    ports.get(event.sender)?.close()
    ports.set(event.sender, port1)
    handler.upgrade(
      onlyRequests(port1, () => {
        logger.warn('refused: a message that is no request')
        port1.close()
      }),
      { context: {} },
    )
    port1.start()
    event.sender.postMessage(PORT_CHANNEL, null, [port2])
  })
}

/** The port, with nothing but well-formed requests coming out of it. */
function onlyRequests(port: MessagePortMain, refused: () => void) {
  return {
    postMessage: (message: unknown) => port.postMessage(message),
    on: (type: string, listener: (event?: { data: unknown }) => void) => {
      port.on(type as 'message', (event?: { data: unknown }) => {
        if (type !== 'message' || isRequestMessage(event?.data)) listener(event)
        else refused()
      })
    },
  }
}

function isOwnFrame(event: IpcMainEvent, page: PageOrigin): boolean {
  const frame = event.senderFrame
  return frame !== null && frame === event.sender.mainFrame && isOwnPage(frame.url, page)
}
