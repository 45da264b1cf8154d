/** Peers whose entries are refused now, since their clock is not ours: others may take them, and so may be linked with them. */
import { countedBy } from '../../../shared/clock-turns.ts'
import { eventSince } from '../../../shared/events.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { StoreReader } from '../../store/types.ts'
import { clockDrift } from '../detail.ts'
import type { LogSource } from './logged.ts'
import { byLast, stallOf } from './logged.ts'
import { stallBehind } from './stalls.ts'
import { isOfTime, isOwnEntry } from './why-refused.ts'

/** So long ago the last one came at most, milliseconds: peers announce themselves about every minute. */
const LATELY_MS = 180_000
/** So many are refused before it is told: one may have been late. */
const FEW_TIMES = 2
/** Events of a kind that are looked at. */
const EVENTS = 200

/** After these, what was refused before says nothing of now. */
const BEGINS = ['NetworkJoined', 'ClockCompared', 'ClockJumped'] as const satisfies readonly EventKind[]

/** Where it is read from: the log, and who is known. */
export interface RefusedSource extends LogSource {
  readonly store: LogSource['store'] & Pick<StoreReader, 'versionsOf'>
  readonly rows: () => Iterable<PeerRow>
  readonly purgeAfterMs: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** By peer, what tells of it, the newest first. Who had an entry taken since is not among them. */
export function refusedPeers(source: RefusedSource): ReadonlyMap<PeerId, readonly LoggedEvent[]> {
  const { store, networkKey, purgeAfterMs, now } = source
  const clock = store.clockOf(networkKey)
  const before = store.lastSeqAt(networkKey, now) + 1
  const newest = (kind: EventKind, limit = EVENTS): readonly LoggedEvent[] =>
    store.eventsPage({ networkKey, kinds: [kind], before, limit }).events.map((logged) => countedBy(clock, logged))
  // The run before tells nothing of now; nor does what came before our own clock was found right or wrong.
  const begins = BEGINS.flatMap((kind) => newest(kind, 1))
  const began = Math.max(now - LATELY_MS, ...begins.map(({ at, lastAt = at }) => lastAt))
  const found = new Map<PeerId, LoggedEvent[]>()
  for (const logged of newest('EntryRejected')) {
    const { event } = logged
    if (event.kind !== 'EntryRejected' || event.peerId === null || !isOwnEntry(logged) || !isOfTime(logged)) continue
    const { at, lastAt = at } = logged
    // Our clock was 3 min ahead, refused at 12:02 and was put back to 12:00: that refusal counts for 12:00, when a new clock began.
    if (begins.some((begin) => logged.seq < begin.seq && lastAt <= (begin.lastAt ?? begin.at))) continue
    if (lastAt >= began) found.set(event.peerId, [...(found.get(event.peerId) ?? []), logged])
  }
  if (found.size === 0) return found
  const stalls = newest('Stalled')
    .flatMap(stallOf)
    .toSorted((a, b) => a.at - b.at)
  const takenAt = new Map<PeerId, number>()
  for (const { peerId, state, version } of source.rows())
    if (state === 'online' && found.has(peerId))
      takenAt.set(peerId, version.updatedAt - (clockDrift(store.versionsOf(networkKey, peerId)) ?? 0))
  for (const [peerId, events] of found) {
    const from = Math.max(began, (takenAt.get(peerId) ?? -Infinity) + 1)
    // What waited for us while we stood still grew old by that.
    const since = events
      .flatMap((logged) => eventSince(logged, from) ?? [])
      .filter(({ at }) => stallBehind(at, stalls, purgeAfterMs) === null)
    if (since.reduce((sum, { times = 1 }) => sum + times, 0) < FEW_TIMES) found.delete(peerId)
    else found.set(peerId, since.toSorted(byLast))
  }
  return found
}
