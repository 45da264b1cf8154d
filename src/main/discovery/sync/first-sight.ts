import type { Env } from '../core/env.ts'
import type { PeerRecord } from '../core/peers.ts'

/** How long the one that was dialed, or else the larger id, waits for the other to begin, milliseconds. */
export const YIELD_MS = 1000
/**
 * How long a sync waits that needs a dial, milliseconds. Much of what one learns at once, as a newcomer does, is connected by
 * then or has synced with us: a handshake costs both sides as much as dozens of syncs.
 */
export const DIAL_WAIT_MS = 1000
/** How many of the network sync with a newcomer at first sight, about (rule WK12). */
const FIRST_SIGHTS = 1

/**
 * Rule WK12: whether the first sync with a peer is left to others. All hear of a newcomer at once. What it brings comes by the
 * few that ask it, by those that it asks itself, and through the mesh (rule SY11). One that is connected costs no dial, and may
 * be the only way to another part of the network: it is not left.
 */
export function isLeftToOthers(env: Pick<Env, 'catalog' | 'random'>, record: PeerRecord): boolean {
  if (record.connection !== null) return false
  return env.random.number() * (env.catalog.size - 1) >= FIRST_SIGHTS
}

/**
 * How long a sync waits, for a connection or for the peer to begin one, milliseconds. The side that dialed begins; without a
 * connection the smaller id does, since it would dial. Both may have dialed at once; then rule SY6 lets one of the two syncs go on.
 */
export function yieldMs(self: string, { peerId, connection }: PeerRecord): number {
  if (connection === null) return DIAL_WAIT_MS + (self > peerId ? YIELD_MS : 0)
  return connection.direction === 'inbound' ? YIELD_MS : 0
}
