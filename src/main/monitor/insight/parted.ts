/**
 * The last split, where it did not heal: the other island was taken for gone. From the log of the islands, and who is here. It is
 * remembered until most of them are back, the network splits again, or another run begins.
 */
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow, PeerState } from '../../../shared/peer.ts'
import type { Parted } from '../../../shared/parted.ts'
import type { LogSource } from './logged.ts'
import { NEAR_MS, SLACK_MS } from './network-facts.ts'

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
  /** Who was in other islands than ours when it split, as far as they were named, and peers without a known link that went with them. */
  readonly apart: ReadonlySet<PeerId>
  /** Who alone held the islands together before; null where that is not known. */
  readonly held: readonly PeerId[] | null
  /** What told of it, newest first. */
  readonly told: readonly LoggedEvent[]
}

/** When a peer was purged last, milliseconds since the epoch; null where that is not known. */
export type PurgedAt = (peerId: PeerId) => number | null

/** As of a moment, milliseconds since the epoch, in which these were shown; null where there was none, and where nobody is gone. */
export function partedAt(source: LogSource, at: number, rows: Iterable<PeerRow>): PartedTold | null {
  const { store, networkKey } = source
  const before = store.lastSeqAt(networkKey, at) + 1
  return partedIn(islandsEvents(source, at), at, rows, (peerId) => {
    const query = { networkKey, peerId, kinds: ['PeerDeparted'], before, limit: 1 } as const
    return store.eventsPage(query).events[0]?.at ?? null
  })
}

/**
 * The same by these events, which are of `PARTED_KINDS` and the newest first. Who the split named counts from when it is not here:
 * the event that others are gone comes once there were fewer islands for some time, and tells of those that were gone by then.
 * So does who was heard of until about the split, and had no known link then.
 */
export function partedIn(
  events: readonly LoggedEvent[],
  at: number,
  rows: Iterable<PeerRow>,
  purgedAt: PurgedAt,
): PartedTold | null {
  const told = splitIn(lasting(events))
  const [last] = told
  if (last?.event.kind !== 'Islands' || last.at < at - REMEMBERED_MS) return null
  const over = last.event.count < 2
  if (over && (last.event.gone === undefined || told.length < 2)) return null
  const [apart, missing, unlinked] = [new Set<PeerId>(), new Set<PeerId>(), new Map<PeerId, number>()]
  let unnamed = 0
  let found: Pick<PartedTold, 'splitAt' | 'held'> = { splitAt: last.at, held: null }
  for (const { at: toldAt, event } of told) {
    if (event.kind !== 'Islands') continue
    for (const peerId of event.apart ?? []) apart.add(peerId)
    for (const peerId of event.missing ?? []) missing.add(peerId)
    for (const peerId of (event.apart ?? []).length > 0 ? (event.unlinked ?? []) : [])
      unlinked.set(peerId, event.since ?? toldAt)
    unnamed += (event.gone ?? 0) - (event.missing?.length ?? 0)
    if (!over || event !== last.event) found = { splitAt: event.since ?? toldAt, held: event.held ?? null }
  }
  const shown = new Map<PeerId, PeerRow>()
  for (const row of rows)
    if (apart.has(row.peerId) || missing.has(row.peerId) || unlinked.has(row.peerId)) shown.set(row.peerId, row)
  const stateOf = (peerId: PeerId): PeerState | undefined => shown.get(peerId)?.state
  const isHere = (peerId: PeerId): boolean => stateOf(peerId) === 'online'
  // Who is heard of once that is over went in another way, as does who is in our island again.
  const until = over ? (grewAt(told) ?? last.at) : Infinity
  const later = [...apart].filter((peerId) => {
    if (missing.has(peerId) || isHere(peerId)) return false
    // Who was lost with us may be there still.
    return over ? stateOf(peerId) === 'purged' && heardAt(shown.get(peerId)) <= until : stateOf(peerId) !== 'lost'
  })
  const withThem = [...unlinked].flatMap(([peerId, since]) => {
    if (apart.has(peerId) || missing.has(peerId) || stateOf(peerId) !== 'purged') return []
    const heard = heardAt(shown.get(peerId))
    return heard >= since - NEAR_MS && heard <= since + SLACK_MS ? peerId : []
  })
  if (!over && later.length + withThem.length === 0) return null
  const since = [...later, ...withThem]
  for (const peerId of since) missing.add(peerId)
  for (const peerId of withThem) apart.add(peerId)
  const takenForGone = missing.size + unnamed
  const back = unnamed === 0 ? [...missing].filter(isHere).length : null
  const gone = takenForGone - (back ?? 0)
  if (gone === 0) return null
  const goneAt = over ? Math.max(last.at, ...since.map((peerId) => purgedAt(peerId) ?? -Infinity)) : at
  return { ...found, goneAt, gone, unlinked: withThem.length, back, apart, told }
}

/** When some that were apart grew together with us; null where they did not. @param told of a split, the newest first */
function grewAt(told: readonly LoggedEvent[]): number | null {
  const grew = told.findLast(({ event }, index) => {
    const before = told[index + 1]?.event
    if (event.kind !== 'Islands' || before?.kind !== 'Islands') return false
    return event.count < before.count && event.gone === undefined
  })
  return grew?.at ?? null
}

/** When a peer was heard of last. */
function heardAt(row: PeerRow | undefined): number {
  return row === undefined ? Infinity : Math.max(row.lastSeen, row.rtt?.at ?? -Infinity)
}

/** What was told of the islands last before a moment, and of the split that it belongs to: all of it, the newest first. */
export function splitBefore(source: LogSource, at: number): readonly LoggedEvent[] {
  return splitIn(islandsEvents(source, at))
}

/** What may tell of it, the newest first. */
function islandsEvents({ store, networkKey }: LogSource, at: number): readonly LoggedEvent[] {
  const before = store.lastSeqAt(networkKey, at) + 1
  return lasting(store.eventsPage({ networkKey, kinds: PARTED_KINDS, before, limit: MOST_EVENTS }).events)
}

/** Without islands that were there for a short time only: of a split they tell nothing. */
export function lasting(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
  return events.filter(({ event }) => event.kind !== 'Islands' || event.brief === undefined)
}

/** The newest of these, and those before it that tell of the same split: it began after a single island, or another run. */
function splitIn([last, ...before]: readonly LoggedEvent[]): readonly LoggedEvent[] {
  if (last?.event.kind !== 'Islands') return []
  const begin = before.findIndex(({ event }) => event.kind !== 'Islands' || event.count < 2)
  return [last, ...before.slice(0, begin === -1 ? before.length : begin)]
}
