/**
 * The last split, where it did not heal: the other island was taken for gone. From the log of the islands. It is remembered until most of
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

/** The same with what is needed to say why; `gone` counts all that were taken for gone. */
export interface PartedTold extends Parted {
  /** Who was in other islands than ours when it split, as far as they were named. */
  readonly apart: ReadonlySet<PeerId>
  /** Who was taken for gone; null where they were too many to name them all. */
  readonly missing: ReadonlySet<PeerId> | null
  /** Who alone held the islands together before; null where that is not known. */
  readonly held: readonly PeerId[] | null
  /** What told of it, newest first. */
  readonly told: readonly LoggedEvent[]
}

/** As of a moment, milliseconds since the epoch; null where there was none. */
export function partedAt(source: LogSource, at: number): PartedTold | null {
  return partedIn(islandsEvents(source, at), at)
}

/** The same by these events, which are of `PARTED_KINDS` and the newest first. */
export function partedIn(events: readonly LoggedEvent[], at: number): PartedTold | null {
  const told = splitIn(events)
  const [last] = told
  if (last?.event.kind !== 'Islands' || last.event.gone === undefined || last.event.count > 1) return null
  if (last.at < at - REMEMBERED_MS || told.length < 2) return null
  const apart = new Set<PeerId>()
  const missing = new Set<PeerId>()
  let unnamed = 0
  let found: Pick<PartedTold, 'splitAt' | 'held'> = { splitAt: last.at, held: null }
  for (const { at: toldAt, event } of told) {
    if (event.kind !== 'Islands') continue
    for (const peerId of event.apart ?? []) apart.add(peerId)
    for (const peerId of event.missing ?? []) missing.add(peerId)
    unnamed += (event.gone ?? 0) - (event.missing?.length ?? 0)
    if (event !== last.event) found = { splitAt: event.since ?? toldAt, held: event.held ?? null }
  }
  const gone = missing.size + unnamed
  return { ...found, goneAt: last.at, gone, apart, missing: unnamed === 0 ? missing : null, told }
}

/** What was told of the islands last before a moment, and of the split that it belongs to: all of it, the newest first. */
export function splitBefore(source: LogSource, at: number): readonly LoggedEvent[] {
  return splitIn(islandsEvents(source, at))
}

/** Who of those that were taken for gone is here again; null where not all of them are known. */
export function backAgain({ missing }: PartedTold, rows: Iterable<PeerRow>): number | null {
  if (missing === null) return null
  let back = 0
  for (const { peerId, state } of rows) if (state === 'online' && missing.has(peerId)) back += 1
  return back
}

/** What is shown of it: who is known to be back is not gone. Null also where nobody is. */
export function shownParted(found: PartedTold | null, rows: Iterable<PeerRow>): Parted | null {
  if (found === null) return null
  const { splitAt, goneAt } = found
  const gone = found.gone - (backAgain(found, rows) ?? 0)
  return gone > 0 ? { splitAt, goneAt, gone } : null
}

/** What may tell of it, the newest first. */
function islandsEvents({ store, networkKey }: LogSource, at: number): readonly LoggedEvent[] {
  const before = store.lastSeqAt(networkKey, at) + 1
  return store.eventsPage({ networkKey, kinds: PARTED_KINDS, before, limit: MOST_EVENTS }).events
}

/** The newest of these, and those before it that tell of the same split: it began after a single island, or another run. */
function splitIn([last, ...before]: readonly LoggedEvent[]): readonly LoggedEvent[] {
  if (last?.event.kind !== 'Islands') return []
  const begin = before.findIndex(({ event }) => event.kind !== 'Islands' || event.count < 2)
  return [last, ...before.slice(0, begin === -1 ? before.length : begin)]
}
