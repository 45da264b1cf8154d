import { RPCHandler } from '@orpc/server/message-port'
import type { IpcMain, IpcMainEvent, MessagePortMain } from 'electron'
import { PORT_CHANNEL } from '../../shared/desktop-binding.ts'
import type { Logger } from '../monitor/open-node.ts'
import { isRequestMessage } from '../monitor/request-check.ts'
import type { MonitorRouter } from '../monitor/router.ts'
import { isOwnPage } from './window.ts'

/** What the desktop host needs of a monitor. */
export interface BoundMonitor {
  readonly router: MonitorRouter
  close(): Promise<void>
}

/** Electron's MessageChannelMain, as far as it is used. */
export type Channels = new () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain }

/** Hands each page of ours a port to the contract. A frame that is not our page's main frame gets nothing. */
export function bindContract(
  ipcMain: IpcMain,
  MessageChannelMain: Channels,
  monitor: BoundMonitor,
  logger: Logger,
): void {
  const handler = new RPCHandler(monitor.router)
  ipcMain.on(PORT_CHANNEL, (event) => {
    if (!isOwnFrame(event)) {
      logger.warn({ url: event.senderFrame?.url }, 'a foreign frame asked for the contract')
      return
    }
    const { port1, port2 } = new MessageChannelMain()
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

function isOwnFrame(event: IpcMainEvent): boolean {
  const frame = event.senderFrame
  return frame !== null && frame === event.sender.mainFrame && isOwnPage(frame.url)
}
