import type { Env } from '../core/env.ts'
import type { PeerRecord } from '../core/peers.ts'
import { LANES } from '../core/work.ts'

/** How long the one that was dialed, or else the larger id, waits for the other to begin, milliseconds. */
export const YIELD_MS = 1000
/** Known peers up to which a first-sight sync does not wait (rule WK12). */
const FEW = 32

/** How long the first sync with a peer waits, milliseconds (rules SY6, WK12). */
export function firstSightDelay(env: Pick<Env, 'self' | 'catalog' | 'random'>, record: PeerRecord): number {
  // Two that meet would both begin.
  return crowdDelay(env, record) + (shouldYield(env.self, record) ? YIELD_MS : 0)
}

/**
 * Who dialed begins. Where there is no connection the smaller id does: it would dial. Both may have dialed at once; then
 * rule SY6 lets one of the two syncs go on.
 */
function shouldYield(self: string, { peerId, connection }: PeerRecord): boolean {
  return connection === null ? self > peerId : connection.direction === 'inbound'
}

/** All hear of a newcomer at once; asked by all at once, it would have to refuse most. */
function crowdDelay({ catalog, random }: Pick<Env, 'catalog' | 'random'>, { connection }: PeerRecord): number {
  if (catalog.size <= FEW || connection !== null) return 0
  return (random.number() * catalog.size * 1000) / LANES.sync.rate.perSecond
}
