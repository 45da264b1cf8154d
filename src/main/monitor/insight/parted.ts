/**
 * The last split, where it did not heal: the other part was taken for gone. From the log of the islands. It is remembered until most of
 * them are back, the network splits again, or another run begins.
 */
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { Parted } from '../../../shared/parted.ts'
import type { LogSource } from './logged.ts'

/** How long it is remembered, milliseconds: as a loss is. */
const REMEMBERED_MS = 86_400_000
/** Most events of one split: islands may part, and be taken for gone, one after the other. */
const MOST_EVENTS = 100
/** What it is found in. */
export const PARTED_KINDS = ['Islands', 'NetworkJoined'] as const satisfies readonly EventKind[]

/** The same with what is needed to say why. */
export interface PartedTold extends Parted {
  /** Who was in other islands than ours, as far as they were named. */
  readonly apart: ReadonlySet<PeerId>
  /** Who alone held the islands together before; null where that is not known. */
  readonly held: readonly PeerId[] | null
  /** What told of it, newest first. */
  readonly told: readonly LoggedEvent[]
}

/** As of a moment, milliseconds since the epoch; null where there was none. */
export function partedAt({ store, networkKey }: LogSource, at: number): PartedTold | null {
  const before = store.lastSeqAt(networkKey, at) + 1
  return partedIn(store.eventsPage({ networkKey, kinds: PARTED_KINDS, before, limit: MOST_EVENTS }).events, at)
}

/** The same by these events, which are of `PARTED_KINDS` and the newest first. */
export function partedIn(events: readonly LoggedEvent[], at: number): PartedTold | null {
  const [last] = events
  if (last?.event.kind !== 'Islands' || last.event.gone === undefined || last.event.count > 1) return null
  if (last.at < at - REMEMBERED_MS) return null
  const told = [last]
  const apart = new Set<PeerId>()
  let gone = last.event.gone
  let found: Pick<PartedTold, 'splitAt' | 'held'> | null = null
  for (const logged of events.slice(1)) {
    const { event } = logged
    // With a single island, or another run, begins what was before the split.
    if (event.kind !== 'Islands' || event.count < 2) break
    told.push(logged)
    gone += event.gone ?? 0
    for (const peerId of event.apart ?? []) apart.add(peerId)
    found = { splitAt: event.since ?? logged.at, held: event.held ?? null }
  }
  return found === null ? null : { ...found, goneAt: last.at, gone, apart, told }
}

/** What is shown of it: who came back already is not gone. Null also where nobody is. */
export function shownParted(found: PartedTold | null, rows: Iterable<PeerRow>): Parted | null {
  if (found === null) return null
  const { splitAt, goneAt, apart } = found
  let { gone } = found
  for (const { peerId, state } of rows) if (state === 'online' && apart.has(peerId)) gone -= 1
  return gone > 0 ? { splitAt, goneAt, gone } : null
}
