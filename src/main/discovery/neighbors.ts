/** Rule TP1: who a peer's neighbors and connected peers are. */
import { MalformedMessage, RateLimited } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import { KEY_BYTES, peerIdOf, publicKeyOf } from '../../shared/ids.ts'
import type { Context } from './context.ts'
import { withDeadline } from './deadline.ts'
import type { NeighborsAnswer } from './handle.ts'
import type { Link } from './ports.ts'
import { NEIGHBORS_LIMITS, NEIGHBORS_MAX_IDS, REQUEST_TIMEOUT } from './protocols.ts'
import { ownBuffer } from './sync-pages.ts'
import { decodeMessage } from './wire/decode.ts'
import { NeighborsAnswer as WireAnswer, NeighborsRequest } from './wire/generated/discovery.js'

/** @throws Timeout, StreamFailed (also when the peer does not answer such questions), MalformedMessage */
export async function askNeighbors(context: Context, peerId: PeerId, signal: AbortSignal): Promise<NeighborsAnswer> {
  const { clock, streams } = context.ports
  return await withDeadline(clock, REQUEST_TIMEOUT, signal, `asking ${peerId} for its neighbors`, async (inner) => {
    const link = await streams.open(peerId, context.ids.neighbors, NEIGHBORS_LIMITS, inner)
    context.counters.streamsOut += 1
    try {
      await link.write(NeighborsRequest.encode({}), inner)
      const answer = await link.read(inner)
      context.counters.streamBytesIn += answer.length
      const wire = decodeMessage(WireAnswer, answer)
      await link.close()
      return { neighbors: idsOf(wire.neighbors), connected: idsOf(wire.connected) }
    } catch (error) {
      link.abort(error instanceof Error ? error : new Error(String(error)))
      throw error
    }
  })
}

/** Answers one question with at most 64 ids in all; peers that are not of this network are left out. */
export async function answerNeighbors(context: Context, link: Link, allowed: boolean): Promise<void> {
  if (!allowed) throw new RateLimited('too many questions for neighbors')
  await withDeadline(context.ports.clock, REQUEST_TIMEOUT, context.ended, 'answering for neighbors', async (inner) => {
    decodeMessage(NeighborsRequest, await link.read(inner))
    const neighbors = context.ports.gossip.neighbors().slice(0, NEIGHBORS_MAX_IDS / 2)
    const connected = context.ports.node
      .connections()
      .map((connection) => connection.peerId)
      .filter((peerId) => context.catalog.has(peerId))
      .slice(0, NEIGHBORS_MAX_IDS - neighbors.length)
    const answer = WireAnswer.encode({ neighbors: neighbors.map(keyOf), connected: connected.map(keyOf) })
    context.counters.streamBytesOut += answer.length
    await link.write(answer, inner)
  })
}

function keyOf(peerId: PeerId): Uint8Array<ArrayBuffer> {
  return ownBuffer(publicKeyOf(peerId))
}

function idsOf(keys: readonly Uint8Array[]): readonly PeerId[] {
  if (!keys.every((key) => key.length === KEY_BYTES))
    throw new MalformedMessage('an answer names something that is no peer')
  return [...new Set(keys.map(peerIdOf))]
}
