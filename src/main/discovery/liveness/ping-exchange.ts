/** Rules PG: the two sides of a ping, as machines. */
import { BadSignature, DifferentNetwork, StreamFailed } from '../../../shared/errors.ts'
import type { NetworkId, PeerId } from '../../../shared/ids.ts'
import type { Dialect } from '../dialect.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import type { Exchange, ExchangeAction, ExchangeInput } from '../exchange/exchange.ts'
import { failing, unexpected } from '../exchange/exchange.ts'

/** What a ping brought. */
export interface Pong {
  readonly signed: SignedPeerEntry
  readonly rttMs: number
}

/** How the messages of a ping look. */
export type PingCodec = Pick<Dialect, 'encodePing' | 'checkPing' | 'encodePong' | 'decodePong'>

/** The asking side of a ping. */
export class PingAsker implements Exchange<Pong> {
  readonly #peerId: PeerId
  readonly #networkId: NetworkId
  readonly #codec: PingCodec
  #sentAt = 0
  #rttMs = 0

  constructor(peerId: PeerId, networkId: NetworkId, codec: PingCodec) {
    this.#peerId = peerId
    this.#networkId = networkId
    this.#codec = codec
  }

  step(input: ExchangeInput, now: number): ExchangeAction<Pong> {
    return failing(() => this.#step(input, now))
  }

  #step(input: ExchangeInput, now: number): ExchangeAction<Pong> {
    switch (input.kind) {
      case 'begin': {
        const message = this.#codec.encodePing()
        this.#sentAt = now
        return { kind: 'send', message }
      }
      case 'message': {
        this.#rttMs = now - this.#sentAt
        const unverified = this.#codec.decodePong(input.bytes)
        if (unverified.entry.peerId !== this.#peerId)
          throw new BadSignature(`${this.#peerId} answered with the entry of another peer`)
        if (unverified.entry.networkId !== this.#networkId)
          throw new DifferentNetwork(`${this.#peerId} is in another network`)
        return { kind: 'verify', entries: [unverified] }
      }
      case 'verified': {
        const [signed = null] = input.entries
        if (signed === null) throw new BadSignature(`the signature of the entry of ${this.#peerId} does not hold`)
        return { kind: 'done', result: { signed, rttMs: this.#rttMs } }
      }
      case 'ended':
        throw new StreamFailed(`${this.#peerId} did not answer the ping`)
      default:
        throw unexpected('a ping', input)
    }
  }
}

/** The answering side of a ping. `fresh` gives the entry to answer with (rule PG1), once a whole request is there. */
export class PingAnswerer implements Exchange<null> {
  readonly #fresh: () => SignedPeerEntry
  readonly #codec: PingCodec

  constructor(fresh: () => SignedPeerEntry, codec: PingCodec) {
    this.#fresh = fresh
    this.#codec = codec
  }

  step(input: ExchangeInput): ExchangeAction<null> {
    return failing(() => {
      if (input.kind === 'begin') return { kind: 'read' }
      if (input.kind === 'ended') throw new StreamFailed('the peer ended the ping early')
      if (input.kind !== 'message') throw unexpected('the answer to a ping', input)
      this.#codec.checkPing(input.bytes)
      return { kind: 'done', result: null, last: this.#codec.encodePong(this.#fresh()) }
    })
  }
}
