import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** A door to a port of this machine, through which everything takes longer. */
export interface SlowProxy extends AsyncDisposable {
  readonly port: number
  /** How late each part is passed on from now on, milliseconds. What is on its way comes first. */
  delayMs: number
}

/** Passes connections on to `port`, each part so many milliseconds late in both directions. */
export async function slowProxy(port: number, delayMs: number): Promise<SlowProxy> {
  const sockets = new Set<Socket>()
  const proxy = {
    port: 0,
    delayMs,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const timer of timers) clearTimeout(timer)
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
  const timers = new Set<NodeJS.Timeout>()
  const pass = (from: Socket, to: Socket): void => {
    // Timers of different lengths may fire in another order than they are due: each fires what comes next.
    const waiting: (() => void)[] = []
    let last = 0
    const later = (act: () => void): void => {
      waiting.push(act)
      const now = performance.now()
      last = Math.max(last, now + proxy.delayMs)
      const timer = setTimeout(() => {
        timers.delete(timer)
        waiting.shift()?.()
      }, last - now)
      timers.add(timer)
    }
    sockets.add(from)
    from.setNoDelay(true)
    from.on('data', (part) => later(() => to.writable && to.write(part)))
    from.on('error', () => undefined)
    from.on('close', () => {
      sockets.delete(from)
      later(() => to.destroy())
    })
  }
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    pass(near, far)
    pass(far, near)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  proxy.port = (server.address() as AddressInfo).port
  return proxy
}
