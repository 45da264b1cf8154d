/** Rules PG: ask a peer for its newest entry, and how long that takes. */
import { BadSignature, DifferentNetwork, RateLimited } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { Context } from './context.ts'
import { withDeadline } from './deadline.ts'
import type { SignedPeerEntry } from './entry.ts'
import { parseSignedEntry, verifyEntry } from './entry.ts'
import type { Link } from './ports.ts'
import { PING_LIMITS, REQUEST_TIMEOUT } from './protocols.ts'
import { ownBuffer } from './sync-pages.ts'
import { decodeMessage } from './wire/decode.ts'
import { PingAnswer, PingRequest } from './wire/generated/discovery.js'

/** What a ping needs of the context. */
export type PingContext = Pick<Context, 'counters' | 'ids' | 'networkId' | 'ports'>

/** What a ping brought. */
export interface Pong {
  readonly signed: SignedPeerEntry
  readonly rttMs: number
}

/**
 * Rule PG2.
 * @throws Timeout, StreamFailed, BadSignature when another peer's entry came, MalformedMessage
 */
export async function ping(context: PingContext, peerId: PeerId, signal: AbortSignal): Promise<Pong> {
  const { clock, streams, signatures } = context.ports
  return await withDeadline(clock, REQUEST_TIMEOUT, signal, `the ping to ${peerId}`, async (inner) => {
    const link = await streams.open(peerId, context.ids.ping, PING_LIMITS, inner)
    context.counters.streamsOut += 1
    try {
      const request = PingRequest.encode({})
      const from = clock.monotonic()
      await link.write(request, inner)
      const answer = await link.read(inner)
      const rttMs = clock.monotonic() - from
      context.counters.streamBytesOut += request.length
      context.counters.streamBytesIn += answer.length
      const { entry } = decodeMessage(PingAnswer, answer)
      const unverified = parseSignedEntry(entry?.entry ?? new Uint8Array(), entry?.signature ?? new Uint8Array())
      if (unverified.entry.peerId !== peerId)
        throw new BadSignature(`${peerId} answered with the entry of another peer`)
      if (unverified.entry.networkId !== context.networkId)
        throw new DifferentNetwork(`${peerId} is in another network`)
      context.counters.signaturesVerified += 1
      const signed = verifyEntry(unverified, signatures)
      await link.close()
      return { signed, rttMs }
    } catch (error) {
      link.abort(error instanceof Error ? error : new Error(String(error)))
      throw error
    }
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
  await withDeadline(context.ports.clock, REQUEST_TIMEOUT, context.ended, 'answering a ping', async (inner) => {
    const request = await link.read(inner)
    decodeMessage(PingRequest, request)
    const { bytes, signature } = fresh()
    const answer = PingAnswer.encode({ entry: { entry: ownBuffer(bytes), signature: ownBuffer(signature) } })
    context.counters.streamBytesIn += request.length
    context.counters.streamBytesOut += answer.length
    await link.write(answer, inner)
  })
}
