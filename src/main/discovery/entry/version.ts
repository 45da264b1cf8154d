import { compareVersions } from '../../../shared/peer.ts'
import type { Version } from '../../../shared/peer.ts'

/** Rule EN2: the version after `version`: `startedAt` stays, `updatedAt` becomes `max(updatedAt, now) + 1`. */
export function incrementVersion(version: Version, now: number): Version {
  return { startedAt: version.startedAt, updatedAt: Math.max(version.updatedAt, Math.floor(now)) + 1 }
}

/**
 * The own next version. As `incrementVersion`, unless our clock was set back so far that others would take us to be from
 * the future (rule CT6): then it counts as a restart, for only a later `startedAt` is newer with an earlier `updatedAt`.
 */
export function nextOwnVersion(last: Version, now: number, maxTimeDrift: number): Version {
  if (last.updatedAt <= now + maxTimeDrift / 2) return incrementVersion(last, now)
  return { startedAt: last.startedAt + 1, updatedAt: Math.floor(now) }
}

/** Whether `a` is newer than `b`. */
export function isNewer(a: Version, b: Version): boolean {
  return compareVersions(a, b) > 0
}

/** The newer one of two versions. */
export function newer(a: Version, b: Version): Version {
  return compareVersions(a, b) >= 0 ? a : b
}
