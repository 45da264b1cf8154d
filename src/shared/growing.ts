/** Rows of the log that grow: what fails or happens again is counted in its row, for ten minutes at most. */
import type { DiscoveryEvent, EventKind, LoggedEvent } from './events.ts'
import { eventSince } from './events.ts'

/** From its first time until its last one a row takes less than this, milliseconds. Earlier versions let failures grow for a day. */
export const GROWS_MS = 600_000

/** Kinds that fail again. */
export const FAILING_KINDS = [
  'DialFailed',
  'SyncFailed',
  'EntryRejected',
  'DhtFailed',
  'IdentityClash',
] as const satisfies readonly EventKind[]

/** Kinds that happen now and then, and share a row where they do all the time. */
export const HAPPENING_KINDS = [
  'PeerRestarted',
  'NeighborUp',
  'NeighborDown',
  'SyncCompleted',
  'DhtSlotClaimed',
  'LocalEntryUpdated',
  'ClockJumped',
  'ClockCompared',
  'Stalled',
] as const satisfies readonly EventKind[]

/**
 * Kinds of which a span has the rows that happened in it, also where they began before. Announcements are not among them: how many of those
 * of a row lie in a span is not kept.
 */
export const GROWING_KINDS: readonly EventKind[] = [...FAILING_KINDS, ...HAPPENING_KINDS]
const GROWING: ReadonlySet<EventKind> = new Set(GROWING_KINDS)

/**
 * When a row happened first in a span, both ends of which are included; null where it did not. Of a row that began before it that is as
 * exact as its earlier states are.
 */
export function happenedIn(logged: LoggedEvent, from: number, to: number): number | null {
  const at = firstIn(logged, from)
  return at !== null && at <= to ? at : null
}

function firstIn(logged: LoggedEvent, from: number): number | null {
  const { at, lastAt = at, event } = logged
  if (at >= from) return at
  if (lastAt < from || !GROWING.has(event.kind)) return null
  const since = eventSince(logged, from)
  // Where no earlier states are kept, its last time is all that is known of the span.
  return since === null ? null : since.at < from ? lastAt : since.at
}

/** Since when it fails so, in this row and those before it; of other events when the row began. Milliseconds since the epoch. */
export function goesOnSince({ at, event }: LoggedEvent): number {
  return 'since' in event && (event.kind === 'DialFailed' || event.kind === 'SyncFailed') ? (event.since ?? at) : at
}

/** Whether an event tells that its peer was reached, or that it came: it joined, again too, or restarted. */
export function howMet({ kind }: DiscoveryEvent): 'came' | 'reached' | null {
  if (kind === 'NeighborUp' || kind === 'SyncCompleted') return 'reached'
  return kind === 'PeerDiscovered' || kind === 'PeerRestarted' ? 'came' : null
}
