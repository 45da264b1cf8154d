/** Rule TP1: who a peer's neighbors and connected peers are. */
import { RateLimited } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { withDeadline } from '../base/deadline.ts'
import type { Context } from '../context.ts'
import type { ExchangeIo } from '../exchange/run.ts'
import { askOver, runExchange } from '../exchange/run.ts'
import type { NeighborsAnswer } from '../handle.ts'
import type { Clock, Link } from '../ports.ts'
import { NEIGHBORS_LIMITS, REQUEST_TIMEOUT } from '../protocols.ts'
import { NeighborsAnswerer, NeighborsAsker } from './neighbors-exchange.ts'

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
