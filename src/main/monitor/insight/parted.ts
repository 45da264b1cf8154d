/**
 * The last split, where it did not heal: the other island was taken for gone. From the log of the islands, and who is here. It is
 * remembered until most of them are back, the network splits again, or another run begins.
 */
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow, PeerState } from '../../../shared/peer.ts'
import type { Parted } from '../../../shared/parted.ts'
import type { LogSource } from './logged.ts'

/** How long it is remembered, milliseconds: as a loss is. */
const REMEMBERED_MS = 86_400_000
/** Most events of one split: islands may part, and be taken for gone, one after the other. */
const MOST_EVENTS = 100
/** What it is found in. */
export const PARTED_KINDS = ['Islands', 'NetworkJoined'] as const satisfies readonly EventKind[]

/** The same with what is needed to say why. */
export interface PartedTold extends Omit<Parted, 'ended'> {
  /** How many of those that were taken for gone are here again; null where not all of them are known. */
  readonly back: number | null
  /** Who was in other islands than ours when it split, as far as they were named. */
  readonly apart: ReadonlySet<PeerId>
  /** Who alone held the islands together before; null where that is not known. */
  readonly held: readonly PeerId[] | null
  /** What told of it, newest first. */
  readonly told: readonly LoggedEvent[]
}

/** As of a moment, milliseconds since the epoch, in which these were shown; null where there was none, and where nobody is gone. */
export function partedAt(source: LogSource, at: number, rows: Iterable<PeerRow>): PartedTold | null {
  return partedIn(islandsEvents(source, at), at, rows)
}

/**
 * The same by these events, which are of `PARTED_KINDS` and the newest first. The event that others are gone comes once there were
 * fewer islands for some time. Until then, peers that the split named and that are not here count as gone.
 */
export function partedIn(events: readonly LoggedEvent[], at: number, rows: Iterable<PeerRow>): PartedTold | null {
  const told = splitIn(events)
  const [last] = told
  if (last?.event.kind !== 'Islands' || last.at < at - REMEMBERED_MS) return null
  const over = last.event.count < 2
  if (over && (last.event.gone === undefined || told.length < 2)) return null
  const apart = new Set<PeerId>()
  const missing = new Set<PeerId>()
  let unnamed = 0
  let found: Pick<PartedTold, 'splitAt' | 'held'> = { splitAt: last.at, held: null }
  for (const { at: toldAt, event } of told) {
    if (event.kind !== 'Islands') continue
    for (const peerId of event.apart ?? []) apart.add(peerId)
    for (const peerId of event.missing ?? []) missing.add(peerId)
    unnamed += (event.gone ?? 0) - (event.missing?.length ?? 0)
    if (!over || event !== last.event) found = { splitAt: event.since ?? toldAt, held: event.held ?? null }
  }
  const states = new Map<PeerId, PeerState>()
  for (const { peerId, state } of rows) if (apart.has(peerId) || missing.has(peerId)) states.set(peerId, state)
  const isHere = (peerId: PeerId): boolean => states.get(peerId) === 'online'
  if (!over) {
    // Who was lost with us may be there still.
    const since = [...apart].filter(
      (peerId) => !missing.has(peerId) && !isHere(peerId) && states.get(peerId) !== 'lost',
    )
    if (since.length === 0) return null
    for (const peerId of since) missing.add(peerId)
  }
  const takenForGone = missing.size + unnamed
  const back = unnamed === 0 ? [...missing].filter(isHere).length : null
  const gone = takenForGone - (back ?? 0)
  return gone === 0 ? null : { ...found, goneAt: over ? last.at : at, gone, back, apart, told }
}

/** What was told of the islands last before a moment, and of the split that it belongs to: all of it, the newest first. */
export function splitBefore(source: LogSource, at: number): readonly LoggedEvent[] {
  return splitIn(islandsEvents(source, at))
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
