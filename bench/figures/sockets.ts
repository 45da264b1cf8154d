/** Bytes of all sockets of this process, those that are closed included. Counts from when it is loaded: before any is made. */
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

const open = new Set<Socket>()
const closed = { in: 0, out: 0 }
for (const channel of ['net.client.socket', 'net.server.socket'])
  subscribe(channel, (message) => {
    const { socket } = message as { readonly socket: Socket }
    open.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      closed.in += socket.bytesRead
      closed.out += socket.bytesWritten
    })
  })

/** What they read and wrote until now. */
export function socketBytes(): { readonly in: number; readonly out: number } {
  const sockets = [...open]
  return {
    in: sockets.reduce((sum, { bytesRead }) => sum + bytesRead, closed.in),
    out: sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, closed.out),
  }
}
