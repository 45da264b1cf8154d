import { RPCLink } from '@orpc/client/websocket'
import { expect, test, vi } from 'vitest'
import type { LinkSocket } from '../../../src/renderer/src/link-socket.ts'
import { linkSocket } from '../../../src/renderer/src/link-socket.ts'

/** A WebSocket whose other side says nothing. */
class SilentSocket extends EventTarget {
  readyState: number = WebSocket.OPEN
  readonly sent: unknown[] = []

  send(message: unknown): void {
    if (this.readyState === WebSocket.OPEN) this.sent.push(message)
  }

  close(): void {
    this.readyState = WebSocket.CLOSED
    this.dispatchEvent(new Event('close'))
  }
}

/** What nobody caught while `run` ran. */
async function uncaughtIn(run: () => Promise<void>): Promise<unknown[]> {
  const uncaught: unknown[] = []
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', (reason) => uncaught.push(reason))
  try {
    await run()
    // Node tells of rejections after the microtasks of a turn.
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const other of others) process.on('unhandledRejection', other)
  }
  return uncaught
}

function called(socket: SilentSocket, wrapped: LinkSocket) {
  const link = new RPCLink({ websocket: wrapped })
  const stop = new AbortController()
  const call = link.call(['ask'], {}, { context: {}, signal: stop.signal }).catch((error: unknown) => error)
  return { stop, call, isSent: () => vi.waitFor(() => expect(socket.sent).toHaveLength(1)) }
}

test.each(['CLOSING', 'CLOSED'] as const)(
  'a call that is aborted while the socket is %s fails quietly',
  async (state) => {
    const socket = new SilentSocket()
    const uncaught = await uncaughtIn(async () => {
      const { stop, call, isSent } = called(socket, linkSocket(socket as unknown as LinkSocket))
      await isSent()
      socket.readyState = WebSocket[state]
      stop.abort()
      expect(await call).toBeInstanceOf(Error)
      socket.close()
    })
    expect(uncaught).toEqual([])
  },
)

test('calls fail once the socket is closed: those that run, and new ones', async () => {
  const socket = new SilentSocket()
  const wrapped = linkSocket(socket as unknown as LinkSocket)
  const { call, isSent } = called(socket, wrapped)
  await isSent()
  socket.close()
  expect(await call).toBeInstanceOf(Error)
  expect(await called(socket, wrapped).call).toMatchObject({ message: expect.stringContaining('not open') })
})
