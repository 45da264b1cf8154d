/**
 * What comes in is looked at here before libp2p reads it (rule BD1). libp2p reads the length of a message byte by byte, for
 * as long as its bytes go on, in every negotiation and in identify (@libp2p/utils 7.4): 4 MB of them cost a node 17 s and
 * 280 MB. A length has eight bytes at the most, and a negotiation is short.
 */
import { noise } from '@libp2p/noise'
import { toString } from 'uint8arrays'
import { LimitExceeded } from '../../../shared/errors.ts'
import { spareErrors } from './spare-errors.ts'

/** Most bytes of a length. */
const LENGTH_BYTES = 8
/** Most bytes before what is negotiated about is named. */
const NEGOTIATION_BYTES = 512

const ENCRYPTION = '/noise'
const MUXER = '/yamux/1.0.0'

/** What libp2p's streams and connections are beneath: all that comes passes through `onData`. */
interface Incoming {
  onData(data: Bytes): void
  abort(error: Error): void
  readonly readBuffer?: Bytes
}

interface Bytes {
  readonly byteLength: number
  subarray(): Uint8Array
}

/** Messages before a relayed stream is a connection of others: two of the negotiation, and one about the relaying. */
const BEFORE_RELAYED = 3

/** Looks at a stream of messages, each after its length. */
export class LengthWatch {
  readonly #relays: () => boolean
  #left = 0
  #length = 0
  #bytes = 0
  #messages = 0
  #over = false

  /** @param relays whether the stream is one that carries another connection once that is agreed on */
  constructor(relays: () => boolean = () => false) {
    this.#relays = relays
  }

  /** What comes now is a connection of its own, and is looked at where it ends. */
  get over(): boolean {
    return this.#over
  }

  /** Whether what has come so far can be that. */
  take(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at)
        this.#left -= step
        at += step
        if (this.#left === 0) this.#messages += 1
        continue
      }
      this.#over ||= this.#messages >= BEFORE_RELAYED && this.#relays()
      if (this.#over) return true
      const byte = chunk[at] ?? 0
      at += 1
      this.#length += (byte & 0x7f) * 2 ** (7 * this.#bytes)
      this.#bytes += 1
      if (byte >= 0x80 && this.#bytes >= LENGTH_BYTES) return false
      if (byte >= 0x80) continue
      this.#left = this.#length
      this.#length = 0
      this.#bytes = 0
    }
    return true
  }
}

/** Looks at a negotiation until a protocol is named; what comes then is of another form. */
export class NegotiationWatch {
  readonly #name: string
  #seen = new Uint8Array(0)
  #over = false

  constructor(name: string) {
    this.#name = `${name}\n`
  }

  /** The protocol was named. */
  get over(): boolean {
    return this.#over
  }

  /** Whether what has come so far can be a negotiation. */
  take(chunk: Uint8Array): boolean {
    if (this.#over) return true
    this.#seen = Uint8Array.from([...this.#seen, ...chunk.subarray(0, NEGOTIATION_BYTES)])
    for (let at = 0; at < this.#seen.length;) {
      const length = this.#seen[at] ?? 0
      if (length >= 0x80) return false
      const end = at + 1 + length
      if (end > this.#seen.length) break
      if (toString(this.#seen.subarray(at + 1, end)) === this.#name) this.#over = true
      if (this.#over) return true
      at = end
    }
    return this.#seen.length < NEGOTIATION_BYTES
  }
}

/** Ends the stream or connection when something comes that the watch does not take. Nothing of that is read. */
export function watchIncoming(
  target: object,
  watch: { take(chunk: Uint8Array): boolean; readonly over?: boolean },
  refused: () => void,
): void {
  const incoming = target as Incoming
  const pass = incoming.onData.bind(incoming)
  const take = (data: Bytes): boolean => {
    if (watch.over === true || watch.take(data.subarray())) return true
    refused()
    incoming.abort(new LimitExceeded('bytes a length', LENGTH_BYTES))
    return false
  }
  // Some may have come already.
  const early = incoming.readBuffer
  if (early !== undefined && early.byteLength > 0 && !take(early)) return
  incoming.onData = (data) => {
    if (take(data)) pass(data)
  }
}

/** The first bytes of a connection. */
export function watchConnection(connection: object, refused: () => void): void {
  watchIncoming(connection, new NegotiationWatch(ENCRYPTION), refused)
}

/** Who watches whom noise finds at the other ends (rule ID5). */
export interface HandshakeWatch {
  began(): void
  ended(self: boolean): void
  dialedSelf(): void
}

/** Noise, with what follows it watched where the muxer was not agreed on within. */
export function watchedNoise(refused: () => void, self: string, handshakes: HandshakeWatch): ReturnType<typeof noise> {
  const make = noise()
  return (components) => {
    const inner = make(components)
    const [inbound, outbound] = [inner.secureInbound.bind(inner), inner.secureOutbound.bind(inner)]
    const watched = <T extends { connection: object; streamMuxer?: unknown }>(secured: T): T => {
      spareErrors(secured.connection)
      if (secured.streamMuxer === undefined) watchIncoming(secured.connection, new NegotiationWatch(MUXER), refused)
      return secured
    }
    inner.secureInbound = async (connection, options) => {
      handshakes.began()
      let isSelf = false
      try {
        const secured = await inbound(connection, options)
        isSelf = secured.remotePeer.toString() === self
        return watched(secured)
      } finally {
        handshakes.ended(isSelf)
      }
    }
    inner.secureOutbound = async (connection, options) => {
      const secured = await outbound(connection, options)
      if (secured.remotePeer.toString() === self) handshakes.dialedSelf()
      return watched(secured)
    }
    return inner
  }
}
