/** Rules PG: ask a peer for its newest entry, and how long that takes. */
import { BadSignature, DifferentNetwork, RateLimited, StreamFailed } from '../../../shared/errors.ts'
import type { NetworkId, PeerId } from '../../../shared/ids.ts'
import { ownBuffer } from '../base/bytes.ts'
import { withDeadline } from '../base/deadline.ts'
import type { Context } from '../context.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import { parseSignedEntry, verifyEntry } from '../entry/entry.ts'
import type { Exchange, ExchangeAction, ExchangeInput } from '../exchange/exchange.ts'
import { failing, unexpected } from '../exchange/exchange.ts'
import type { ExchangeIo } from '../exchange/run.ts'
import { askOver, runExchange } from '../exchange/run.ts'
import type { Clock, Link, Signatures } from '../ports.ts'
import { PING_LIMITS, REQUEST_TIMEOUT } from '../protocols.ts'
import { decodeMessage } from '../wire/decode.ts'
import { PingAnswer, PingRequest } from '../wire/generated/discovery.js'

/** What a ping needs of the context. */
export type PingContext = Pick<Context, 'counters' | 'ids' | 'networkId' | 'ports'>

/** What a ping brought. */
export interface Pong {
  readonly signed: SignedPeerEntry
  readonly rttMs: number
}

/** The asking side of a ping. Sizes in bytes. */
export class PingAsker implements Exchange<Pong> {
  bytesIn = 0
  bytesOut = 0
  readonly #peerId: PeerId
  readonly #networkId: NetworkId
  #sentAt = 0
  #rttMs = 0

  constructor(peerId: PeerId, networkId: NetworkId) {
    this.#peerId = peerId
    this.#networkId = networkId
  }

  step(input: ExchangeInput, now: number): ExchangeAction<Pong> {
    return failing(() => this.#step(input, now))
  }

  #step(input: ExchangeInput, now: number): ExchangeAction<Pong> {
    switch (input.kind) {
      case 'begin': {
        const message = PingRequest.encode({})
        this.#sentAt = now
        this.bytesOut = message.length
        return { kind: 'send', message }
      }
      case 'message': {
        this.#rttMs = now - this.#sentAt
        this.bytesIn = input.bytes.length
        const { entry } = decodeMessage(PingAnswer, input.bytes)
        const unverified = parseSignedEntry(entry?.entry ?? new Uint8Array(), entry?.signature ?? new Uint8Array())
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
export class PingAnswerer implements Exchange<{ readonly bytesIn: number; readonly bytesOut: number }> {
  readonly #fresh: () => SignedPeerEntry

  constructor(fresh: () => SignedPeerEntry) {
    this.#fresh = fresh
  }

  step(input: ExchangeInput): ExchangeAction<{ readonly bytesIn: number; readonly bytesOut: number }> {
    return failing(() => {
      if (input.kind === 'begin') return { kind: 'read' }
      if (input.kind === 'ended') throw new StreamFailed('the peer ended the ping early')
      if (input.kind !== 'message') throw unexpected('the answer to a ping', input)
      decodeMessage(PingRequest, input.bytes)
      const { bytes, signature } = this.#fresh()
      const last = PingAnswer.encode({ entry: { entry: ownBuffer(bytes), signature: ownBuffer(signature) } })
      return { kind: 'done', result: { bytesIn: input.bytes.length, bytesOut: last.length }, last }
    })
  }
}

/**
 * Rule PG2.
 * @throws Timeout, StreamFailed, BadSignature when another peer's entry came, MalformedMessage
 */
export async function ping(context: PingContext, peerId: PeerId, signal: AbortSignal): Promise<Pong> {
  const { counters, ids, networkId } = context
  const { clock, streams, signatures } = context.ports
  return await withDeadline(clock, REQUEST_TIMEOUT, signal, `the ping to ${peerId}`, async (inner) => {
    const link = await streams.open(peerId, ids.ping, PING_LIMITS, inner)
    counters.streamsOut += 1
    const exchange = new PingAsker(peerId, networkId)
    const pong = await askOver(exchange, link, ioOf(clock, signatures), inner)
    counters.signaturesVerified += 1
    counters.streamBytesOut += exchange.bytesOut
    counters.streamBytesIn += exchange.bytesIn
    return pong
  })
}

/** Rules PG1, PG3: answers one ping. `fresh` gives the local entry, newly incremented and signed. */
export async function answerPing(
  context: Context,
  link: Link,
  allowed: boolean,
  fresh: () => SignedPeerEntry,
): Promise<void> {
  if (!allowed) throw new RateLimited('too many pings')
  const { clock, signatures } = context.ports
  await withDeadline(clock, REQUEST_TIMEOUT, context.ended, 'answering a ping', async (inner) => {
    const { bytesIn, bytesOut } = await runExchange(new PingAnswerer(fresh), link, ioOf(clock, signatures), inner)
    context.counters.streamBytesIn += bytesIn
    context.counters.streamBytesOut += bytesOut
  })
}

/** One entry is verified at once: to hand it to others and wait costs more. */
function ioOf(clock: Clock, signatures: Signatures): ExchangeIo {
  return {
    clock,
    silenceMs: null,
    what: 'a ping',
    verify: (entries) => Promise.resolve(entries.map((entry) => verifyEntry(entry, signatures))),
    store: () => Promise.resolve(0),
  }
}
