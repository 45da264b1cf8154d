/** Connections as iroh has them, in memory: two ends, streams of bytes both ways, and a close with a code. */
import type { PeerId } from '../../src/shared/ids.ts'
import type { CloseReason } from '../../src/main/network/iroh/errors.ts'
import type { Duplex, ReceiveSide, SendSide, Wire } from '../../src/main/network/iroh/wire.ts'
import { idOf } from './discovery/entries.ts'

/** One end of a connection. */
export class TestWire implements Wire {
  readonly remote: PeerId
  readonly protocol: string
  readonly direction: 'inbound' | 'outbound'
  readonly openedAt = 0
  readonly address = '/ip4/127.0.0.1/udp/1/quic-v1'
  readonly closed: Promise<void>
  /** What this end said when it closed; null where it did not. */
  said: CloseReason | null = null
  isOpen = true
  far: TestWire | null = null
  readonly #end = Promise.withResolvers<void>()
  readonly streams: Pipe[] = []
  readonly arrived = { bi: new Queue<Duplex>(), uni: new Queue<ReceiveSide>() }

  constructor(name: string, protocol: string, direction: 'inbound' | 'outbound') {
    this.remote = idOf(name)
    this.protocol = protocol
    this.direction = direction
    this.closed = this.#end.promise
  }

  look(): void {
    // It stays where it is.
  }

  close(reason: CloseReason): void {
    if (!this.isOpen) return
    this.said = reason
    const words = `ApplicationClosed(ApplicationClose { error_code: ${reason.code}, reason: b"${reason.reason}" })`
    // The other end first: the streams are both ends' own, and what it is told is what tests look at.
    this.far?.over(new Error(`ConnectionLost(${words})\n\nStack backtrace:\n   0: main`))
    this.#over(new Error('ConnectionLost(LocallyClosed)'))
  }

  /** The other end is gone, without a word or with one. */
  over(error = new Error('ConnectionLost(TimedOut)')): void {
    if (this.isOpen) this.#over(error)
  }

  #over(error: Error): void {
    this.isOpen = false
    for (const stream of this.streams) stream.fail(error)
    this.arrived.bi.fail(error)
    this.arrived.uni.fail(error)
    this.#end.resolve()
  }

  async openBi(): Promise<Duplex> {
    const [out, back] = [this.#pipe(), this.#pipe()]
    // The other side hears of a stream with its first byte.
    out.begun = () => this.far?.arrived.bi.push({ send: back, recv: out })
    return await Promise.resolve({ send: out, recv: back })
  }

  acceptBi(): Promise<Duplex> {
    return this.arrived.bi.next()
  }

  async openUni(): Promise<SendSide> {
    const out = this.#pipe()
    out.begun = () => this.far?.arrived.uni.push(out)
    return await Promise.resolve(out)
  }

  acceptUni(): Promise<ReceiveSide> {
    return this.arrived.uni.next()
  }

  #pipe(): Pipe {
    const pipe = new Pipe()
    this.streams.push(pipe)
    this.far?.streams.push(pipe)
    return pipe
  }
}

/** Both ends of a connection: the one that dialed, and the one that was dialed. */
export function wires(near = 'near', far = 'far', protocol = '/a/1'): readonly [TestWire, TestWire] {
  const [one, other] = [new TestWire(far, protocol, 'outbound'), new TestWire(near, protocol, 'inbound')]
  one.far = other
  other.far = one
  return [one, other]
}

/** One direction of a stream. */
class Pipe implements SendSide, ReceiveSide {
  begun: () => void = () => undefined
  #bytes: number[] = []
  #ended = false
  #error: Error | null = null
  #waiting: (() => void)[] = []
  readonly #finished = Promise.withResolvers<number | null>()

  async writeAll(bytes: number[]): Promise<void> {
    if (this.#error !== null) throw this.#error
    this.begun()
    this.begun = () => undefined
    for (const byte of bytes) this.#bytes.push(byte)
    this.#wake()
    return await Promise.resolve()
  }

  async finish(): Promise<void> {
    if (this.#error !== null) throw this.#error
    this.#ended = true
    this.#wake()
    return await Promise.resolve()
  }

  stopped(): Promise<number | null> {
    return this.#finished.promise
  }

  async read(sizeLimit: number): Promise<number[]> {
    for (;;) {
      if (this.#bytes.length > 0) return this.#bytes.splice(0, sizeLimit)
      if (this.#ended) {
        this.#finished.resolve(null)
        return []
      }
      if (this.#error !== null) throw this.#error
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async stop(): Promise<void> {
    this.fail(new Error('WriteError(Stopped(0))'))
    return await Promise.resolve()
  }

  fail(error: Error): void {
    this.#error ??= error
    this.#finished.resolve(0)
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

/** What arrives, one after the other. */
class Queue<T> {
  readonly #items: T[] = []
  readonly #waiting: { resolve: (item: T) => void; reject: (error: Error) => void }[] = []
  #error: Error | null = null

  push(item: T): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#items.push(item)
    else next.resolve(item)
  }

  next(): Promise<T> {
    const item = this.#items.shift()
    if (item !== undefined) return Promise.resolve(item)
    if (this.#error !== null) return Promise.reject(this.#error)
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.#waiting.push({ resolve, reject })
    return promise
  }

  fail(error: Error): void {
    this.#error = error
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
