import { around } from '../base/jitter.ts'
import { ENOUGH_NEIGHBORS } from '../connections/enough.ts'
import type { Env } from '../core/env.ts'
import type { PeerRecord } from '../core/peers.ts'

/** How long the one that was dialed, or else the larger id, waits for the other to begin, milliseconds. */
export const YIELD_MS = 1000
/**
 * How long a sync waits that needs a dial, milliseconds. Much of what one learns at once, as a newcomer does, is connected by
 * then or has synced with us: a handshake costs both sides as much as dozens of syncs.
 */
const DIAL_WAIT_MS = 1000
/**
 * The same where somebody is connected who tells of others, half as much to one and a half: by then most of those that are in
 * the same mesh have announced themselves.
 */
const CALM_DIAL_WAIT_MS = 20_000
/** How many of the network sync with a newcomer at first sight, about (rule WK12). */
const FIRST_SIGHTS = 1

/**
 * Rule WK12: whether the first sync with a peer is left to others. All hear of a newcomer at once. What it brings comes by the
 * few that ask it, by those that it asks itself, and through the mesh (rule SY11). One that is connected costs no dial, and may
 * be the only way to another part of the network: it is not left.
 */
export function isLeftToOthers(
  env: Pick<Env, 'catalog' | 'random' | 'neighbors' | 'dialect'>,
  record: PeerRecord,
): boolean {
  if (record.connection !== null) return false
  return isInMesh(env, record) || env.random.number() * (env.catalog.size - 1) >= FIRST_SIGHTS
}

/** The same of one that waited: by now the peer may have announced itself. */
export function isLeftNow(env: Pick<Env, 'neighbors' | 'dialect'>, record: PeerRecord): boolean {
  const { beganAt, failures } = record.sync
  return beganAt === null && failures === 0 && record.connection === null && isInMesh(env, record)
}

/**
 * Whether the peer seems to be in the mesh that we are in, for what it says itself came to us there: then its neighbors
 * have synced with it, and told what that brought. That is an assumption, since any neighbor can put there what it got elsewhere. So
 * it holds only with more neighbors than the one that we may have started from.
 */
function isInMesh({ neighbors, dialect }: Pick<Env, 'neighbors' | 'dialect'>, { passedOn }: PeerRecord): boolean {
  return dialect.abilities.reconciles && neighbors.size >= ENOUGH_NEIGHBORS && passedOn !== null
}

/**
 * How long a sync waits, for a connection or for the peer to begin one, milliseconds. The side that dialed begins; without a
 * connection the smaller id does, since it would dial; a longer wait is drawn at random by both. Both may have dialed at once; then
 * rule SY6 lets one of the two syncs go on.
 */
export function yieldMs(
  { self, random, hasTeller, dialect }: Pick<Env, 'self' | 'random' | 'hasTeller' | 'dialect'>,
  { peerId, connection }: PeerRecord,
): number {
  if (connection !== null) return connection.direction === 'inbound' ? YIELD_MS : 0
  if (hasTeller && dialect.abilities.reconciles) return around(CALM_DIAL_WAIT_MS, random.number())
  return DIAL_WAIT_MS + (self > peerId ? YIELD_MS : 0)
}
