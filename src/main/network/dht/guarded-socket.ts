/** The DHT's UDP socket. Nothing that comes in can end the process, and nothing goes where it should not. */
import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { EventEmitter } from 'node:events'
import { addressGroup, RateLimiter } from '../../discovery/base/rates.ts'
import { isSoundPacket } from './packet.ts'

/** Rule BD1: packets from one address group. */
const RATE = { perSecond: 200, burst: 1000 }

/** Counts since the start. */
export interface SocketCounts {
  /** Packets that the library took. */
  received: number
  sent: number
  /** Packets that were dropped before the library saw them: malformed, or too many. */
  dropped: number
  /** Packets that the library stumbled over. */
  stumbled: number
  /** Packets that were not sent, for where they were to go. */
  withheld: number
}

/** What the socket is told. */
export interface SocketOptions {
  readonly maySend: (host: string, port: number) => boolean
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** The library threw on a packet. */
  readonly onStumble: (error: unknown) => void
}

type Sent = (error: Error | null, bytes: number) => void

/** As much of `dgram.Socket` as k-rpc-socket uses. */
export class GuardedSocket extends EventEmitter {
  readonly counts: SocketCounts = { received: 0, sent: 0, dropped: 0, stumbled: 0, withheld: 0 }
  readonly #socket: Socket
  readonly #options: SocketOptions
  readonly #limiter = new RateLimiter(RATE)
  #closed = false

  constructor(options: SocketOptions) {
    super()
    this.#options = options
    this.#socket = createSocket('udp4')
    this.#socket.on('message', (bytes, from) => this.#receive(bytes, from))
    this.#socket.on('listening', () => this.emit('listening'))
    this.#socket.on('error', (error) => this.emit('error', error))
    this.#socket.on('close', () => this.emit('close'))
  }

  bind(port: number, host: string, onListening: () => void): void {
    this.#socket.bind(port, host, onListening)
  }

  address(): ReturnType<Socket['address']> {
    return this.#socket.address()
  }

  /** Never throws; what went wrong is told to `done`. */
  send(bytes: Uint8Array, offset: number, length: number, port: number, host: string, done: Sent): void {
    const refuse = (error: Error): void => process.nextTick(done, error, 0)
    if (this.#closed) return refuse(new Error('the socket is closed'))
    if (!this.#options.maySend(host, port)) {
      this.counts.withheld += 1
      return refuse(new Error('not an address to send to'))
    }
    try {
      this.#socket.send(bytes, offset, length, port, host, done)
      this.counts.sent += 1
    } catch (error) {
      refuse(error instanceof Error ? error : new Error(String(error)))
    }
    return undefined
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    try {
      this.#socket.close()
    } catch {
      this.emit('close')
    }
  }

  #receive(bytes: Buffer, from: { readonly address: string; readonly port: number }): void {
    if (this.#closed) return
    const group = addressGroup(`/ip4/${from.address}`)
    const welcome = group === null || this.#limiter.take(group, this.#options.now())
    if (!welcome || from.port === 0 || !isSoundPacket(bytes)) {
      this.counts.dropped += 1
      return
    }
    this.counts.received += 1
    try {
      this.emit('message', bytes, from)
    } catch (error) {
      this.counts.stumbled += 1
      this.#options.onStumble(error)
    }
  }
}
