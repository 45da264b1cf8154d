/** When entries go stale (rules AN14, CT4, CT10, WK6). Milliseconds. */
import type { DiscoveryConfig } from '../../../shared/config.ts'
import type { Version } from '../../../shared/peer.ts'
import { STATED_INTERVAL } from '../limits.ts'

/** Peers that one call purges: each is told to all who listen before anything else has a turn. */
export const PURGED_AT_ONCE = 50
/** Heap steps that one call may make. */
export const HEAP_STEPS = 1000

/** What of an entry its staleness goes by. */
export interface Aging {
  readonly version: Version
  readonly announcedEvery?: number | undefined
}

/** What of the settings it goes by. */
export type Patience = Pick<DiscoveryConfig, 'purgeAfter' | 'announceInterval'>

/** The last moment at which the entry is not stale: who says that it announces itself rarely may be silent for longer. */
export function expiryOf({ version, announcedEvery = 0 }: Aging, patience: Patience): number {
  const { purgeAfter, announceInterval } = patience
  return version.updatedAt + Math.max(purgeAfter, Math.ceil(announcedEvery * (purgeAfter / announceInterval)))
}

/** Rule CT4: whether it was updated too long ago. */
export function isStale(entry: Aging, now: number, patience: Patience): boolean {
  return now > expiryOf(entry, patience)
}

/** The entry of this version that stays for longest: what one states is seen only when it is there. */
export function longestOf(version: Version): Aging {
  return { version, announcedEvery: STATED_INTERVAL.most }
}

/** Rule WK6: the delay of the purge timer: just after the soonest expiry, never later than `purgeAfter`. */
export function purgeDelay(soonestExpiry: number | null, now: number, purgeAfter: number): number {
  if (soonestExpiry === null) return purgeAfter
  return Math.min(purgeAfter, Math.max(0, soonestExpiry + 1 - now))
}
