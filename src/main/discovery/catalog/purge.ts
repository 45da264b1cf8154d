/** When entries go stale (rules CT4, CT10, WK6). Milliseconds. */
import type { Version } from '../../../shared/peer.ts'

/** The last moment at which an entry of this version is not stale. */
export function expiryOf(version: Version, purgeAfter: number): number {
  return version.updatedAt + purgeAfter
}

/** Rule CT4: whether it was updated before `now − purgeAfter`. */
export function isStale(version: Version, now: number, purgeAfter: number): boolean {
  return now > expiryOf(version, purgeAfter)
}

/** Rule WK6: the delay of the purge timer: just after the soonest expiry, never later than `purgeAfter`. */
export function purgeDelay(soonestExpiry: number | null, now: number, purgeAfter: number): number {
  if (soonestExpiry === null) return purgeAfter
  return Math.min(purgeAfter, Math.max(0, soonestExpiry + 1 - now))
}
