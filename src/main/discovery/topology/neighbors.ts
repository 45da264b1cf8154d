/** Rule TP1: who a peer's neighbors and connected peers are. */
import { MalformedMessage, RateLimited, StreamFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { KEY_BYTES, peerIdOf, publicKeyOf } from '../../../shared/ids.ts'
import { ownBuffer } from '../base/bytes.ts'
import { withDeadline } from '../base/deadline.ts'
import type { Context } from '../context.ts'
import type { Exchange, ExchangeAction, ExchangeInput } from '../exchange/exchange.ts'
import { failing, unexpected } from '../exchange/exchange.ts'
import type { ExchangeIo } from '../exchange/run.ts'
import { askOver, runExchange } from '../exchange/run.ts'
import type { NeighborsAnswer } from '../handle.ts'
import type { Clock, Link } from '../ports.ts'
import { NEIGHBORS_LIMITS, NEIGHBORS_MAX_IDS, REQUEST_TIMEOUT } from '../protocols.ts'
import { decodeMessage } from '../wire/decode.ts'
import { NeighborsAnswer as WireAnswer, NeighborsRequest } from '../wire/generated/discovery.js'

/** The asking side. */
export class NeighborsAsker implements Exchange<NeighborsAnswer> {
  /** Size of the answer in bytes. */
  bytesIn = 0

  step(input: ExchangeInput): ExchangeAction<NeighborsAnswer> {
    return failing(() => {
      if (input.kind === 'begin') return { kind: 'send', message: NeighborsRequest.encode({}) }
      if (input.kind === 'ended') throw new StreamFailed('the peer does not tell its neighbors')
      if (input.kind !== 'message') throw unexpected('a request for neighbors', input)
      this.bytesIn = input.bytes.length
      const wire = decodeMessage(WireAnswer, input.bytes)
      return { kind: 'done', result: { neighbors: idsOf(wire.neighbors), connected: idsOf(wire.connected) } }
    })
  }
}

/** The answering side: at most 64 ids in all. The result is the size of the answer in bytes. */
export class NeighborsAnswerer implements Exchange<number> {
  readonly #answer: () => NeighborsAnswer

  /** @param answer who they are, asked for once a whole request is there */
  constructor(answer: () => NeighborsAnswer) {
    this.#answer = answer
  }

  step(input: ExchangeInput): ExchangeAction<number> {
    return failing(() => {
      if (input.kind === 'begin') return { kind: 'read' }
      if (input.kind === 'ended') throw new StreamFailed('the peer ended its request early')
      if (input.kind !== 'message') throw unexpected('the answer to a request for neighbors', input)
      decodeMessage(NeighborsRequest, input.bytes)
      const answer = this.#answer()
      const neighbors = answer.neighbors.slice(0, NEIGHBORS_MAX_IDS / 2)
      const connected = answer.connected.slice(0, NEIGHBORS_MAX_IDS - neighbors.length)
      const last = WireAnswer.encode({ neighbors: neighbors.map(keyOf), connected: connected.map(keyOf) })
      return { kind: 'done', result: last.length, last }
    })
  }
}

/** @throws Timeout, StreamFailed (also when the peer does not answer such questions), MalformedMessage */
export async function askNeighbors(context: Context, peerId: PeerId, signal: AbortSignal): Promise<NeighborsAnswer> {
  const { clock, streams } = context.ports
  return await withDeadline(clock, REQUEST_TIMEOUT, signal, `asking ${peerId} for its neighbors`, async (inner) => {
    const link = await streams.open(peerId, context.ids.neighbors, NEIGHBORS_LIMITS, inner)
    context.counters.streamsOut += 1
    const exchange = new NeighborsAsker()
    const answer = await askOver(exchange, link, ioOf(clock), inner)
    context.counters.streamBytesIn += exchange.bytesIn
    return answer
  })
}

/** Answers one question; peers that are not of this network are left out. */
export async function answerNeighbors(context: Context, link: Link, allowed: boolean): Promise<void> {
  if (!allowed) throw new RateLimited('too many questions for neighbors')
  const { clock, gossip, node } = context.ports
  const exchange = new NeighborsAnswerer(() => ({
    neighbors: gossip.neighbors(),
    connected: node
      .connections()
      .map(({ peerId }) => peerId)
      .filter((peerId) => context.catalog.has(peerId)),
  }))
  await withDeadline(clock, REQUEST_TIMEOUT, context.ended, 'answering for neighbors', async (inner) => {
    context.counters.streamBytesOut += await runExchange(exchange, link, ioOf(clock), inner)
  })
}

function ioOf(clock: Clock): ExchangeIo {
  return {
    clock,
    silenceMs: null,
    what: 'a request for neighbors',
    verify: () => Promise.resolve([]),
    store: () => Promise.resolve(0),
  }
}

function keyOf(peerId: PeerId): Uint8Array<ArrayBuffer> {
  return ownBuffer(publicKeyOf(peerId))
}

function idsOf(keys: readonly Uint8Array[]): readonly PeerId[] {
  if (!keys.every((key) => key.length === KEY_BYTES))
    throw new MalformedMessage('an answer names something that is no peer')
  return [...new Set(keys.map(peerIdOf))]
}
