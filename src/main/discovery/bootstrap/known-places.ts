/** Rule BS1: peers of an earlier run, and how promising each is. Pure functions. */
import type { PeerId } from '../../../shared/ids.ts'

/** Rule BS2: places of one round. */
export const PLACES = 64

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A peer of an earlier run, and what happened with it. */
export interface KnownPlace {
  readonly peerId: PeerId
  /** The one that worked last comes first. */
  readonly addresses: readonly string[]
  /** When it was heard of last, milliseconds since the epoch. */
  readonly seenAt: number
  /** Whether there ever was a connection to it. */
  readonly connected: boolean
  /** Dials in a row that failed. */
  readonly failures: number
  /** How long its last run was seen to last, milliseconds. */
  readonly presentMs: number
  /** It said goodbye when it was heard last. */
  readonly departed: boolean
}

/** Rule BS1: how promising a place is. Only the order means something. */
export function prospect(place: KnownPlace, now: number): number {
  const age = Math.max(0, now - place.seenAt)
  const recent = 2 / (1 + age / DAY)
  const connected = place.connected ? 1 : 0
  const lasting = Math.min(1, Math.log2(1 + Math.max(0, place.presentMs) / HOUR) / Math.log2(25))
  const failing = Math.min(4, Math.max(0, place.failures)) / 2
  return recent + connected + lasting - failing - (place.departed ? 3 : 0)
}

/** Rule BS1: those that can be dialed, best first, a bounded number. */
export function bestPlaces(known: readonly KnownPlace[], now: number, limit = PLACES): KnownPlace[] {
  return known
    .filter(({ addresses }) => addresses.length > 0)
    .map((place) => ({ place, value: prospect(place, now) }))
    .toSorted((a, b) => b.value - a.value || b.place.seenAt - a.place.seenAt)
    .slice(0, limit)
    .map(({ place }) => place)
}
