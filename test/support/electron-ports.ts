import { EventEmitter } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'

/** Electron's ports, on Node's: `on('message')` gives an event with `data`, and only the other side hears of a close. */
class FakePort extends EventEmitter {
  readonly #port: MessagePort
  #closed = false

  constructor(port: MessagePort) {
    super()
    this.#port = port
    port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }))
    port.on('close', () => {
      if (!this.#closed) this.emit('close')
    })
    port.unref()
  }

  postMessage(message: unknown): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    this.#port.postMessage(message)
  }

  start(): void {
    this.#port.start()
  }

  close(): void {
    this.#closed = true
    this.#port.close()
  }
}

/** Electron's MessageChannelMain. */
export class FakeChannel {
  readonly port1: FakePort
  readonly port2: FakePort

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new FakePort(port1)
    this.port2 = new FakePort(port2)
  }
}
