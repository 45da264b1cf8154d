import type { Places } from '../bootstrap/places.ts'
import type { Context } from '../context.ts'
import type { Syncs } from '../sync/syncs.ts'

/** The parts that hold state. */
export interface StateParts extends Pick<Context, 'peers' | 'catalog' | 'work'> {
  readonly syncs: Syncs
  readonly places: Places
}

/**
 * What must hold between any two commands: each part by itself, and what they say of each other. Nothing in the state grows
 * with the number of peers that were ever seen: every record is of a peer that is in the catalog or connected, and whatever
 * else is kept has a bound of its own.
 */
export function brokenInvariants({ peers, catalog, work, syncs, places }: StateParts): string[] {
  const wrong = [...peers.check(), ...catalog.check(), ...work.check(), ...syncs.check(), ...places.check()]
  const most = catalog.size + peers.connected().size
  if (peers.size > most) wrong.push(`${peers.size} records for ${most} peers`)
  return wrong
}
