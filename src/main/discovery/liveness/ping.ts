/** Rules PG: ask a peer for its newest entry, and how long that takes. */
import { RateLimited } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { withDeadline } from '../base/deadline.ts'
import type { Context } from '../context.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import { verifyEntry } from '../entry/entry.ts'
import type { ExchangeIo } from '../exchange/run.ts'
import { askOver, runExchange } from '../exchange/run.ts'
import type { Clock, Link, Signatures } from '../ports.ts'
import { PING_LIMITS, REQUEST_TIMEOUT } from '../protocols.ts'
import type { Pong } from './ping-exchange.ts'
import { PingAnswerer, PingAsker } from './ping-exchange.ts'

/** What a ping needs of the context. */
export type PingContext = Pick<Context, 'counters' | 'ids' | 'networkId' | 'ports'>

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
