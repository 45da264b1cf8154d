/** Where what is recorded of a network begins, and what of it is nearest to a moment of which there is nothing. */
import type { Nearest } from '../../../shared/contract.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { StoreReader } from '../../store/types.ts'
import { lastBefore, lastMoment } from '../history-end.ts'
import { inTurns } from '../turns.ts'
import type { Shown } from './shown.ts'
import { shownAt } from './shown.ts'

/** Events that are looked through for the first one that tells of somebody. */
const LOOKED = 1000

type RecordStore = Pick<
  StoreReader,
  'journalPlace' | 'journalPart' | 'firstEventAt' | 'lastSeqAt' | 'clockOf' | 'eventsAfter' | 'eventsPage' | 'presentAt'
>

/** The first moment at which anything is shown of the network, milliseconds since the epoch; null where there is none. In turns. */
export async function recordingFrom(store: RecordStore, networkKey: NetworkKey): Promise<number | null> {
  const shown = journalFrom(store, networkKey, 0)
  const first = store.firstEventAt(networkKey)
  if (first === null || (shown !== null && shown <= first)) return shown
  // What was here when the oldest event that is kept happened is known still.
  if ((await inTurns(store.presentAt(networkKey, first))) > 0) return first
  const logged = metAfter(store, networkKey, 0)
  return logged === null || (shown !== null && shown < logged) ? shown : logged
}

/**
 * The moments nearest to one at which nothing was shown, at which something was. In turns.
 * @param shown what the journal has of the moment
 */
export async function shownNear(
  store: RecordStore,
  networkKey: NetworkKey,
  at: number,
  shown: Shown | null,
): Promise<Nearest> {
  const place = store.journalPlace(networkKey, at)
  const next = journalFrom(store, networkKey, place === null ? 0 : place.to + 1)
  const after = next !== null && next > at ? next : null
  if (shown !== null) return { before: shown.endedAt === null ? null : Math.max(0, shown.endedAt - 1), after }
  const first = await recordingFrom(store, networkKey)
  if (first === null || first > at) return { before: null, after: first }
  // Between two runs of a version that kept no journal.
  const logged = metAfter(store, networkKey, store.lastSeqAt(networkKey, at))
  const soonest = Math.min(after ?? Infinity, logged ?? Infinity)
  return { before: await loggedUntil(store, networkKey, at, first), after: soonest === Infinity ? null : soonest }
}

/** The same of any moment; null for one at which something was shown. In turns. */
export async function nearestTo(store: RecordStore, networkKey: NetworkKey, at: number): Promise<Nearest | null> {
  const shown = await shownAt(store, networkKey, at)
  const count = shown === null ? await inTurns(store.presentAt(networkKey, at)) : (shown.replay?.size ?? 0)
  return count > 0 ? null : await shownNear(store, networkKey, at, shown)
}

/** When the journal has something first, from a part on. */
function journalFrom(store: RecordStore, networkKey: NetworkKey, from: number): number | null {
  return store.journalPart(networkKey, from, Number.MAX_SAFE_INTEGER)?.at ?? null
}

/** When the log tells first of a peer that is here, after an event. */
function metAfter(store: RecordStore, networkKey: NetworkKey, after: number): number | null {
  const { events } = store.eventsAfter({ networkKey, after, limit: LOOKED })
  return events.find(({ event: { kind } }) => kind === 'PeerDiscovered' || kind === 'PeerUpdated')?.at ?? null
}

/** The end of the run that the log tells of last before a moment. */
async function loggedUntil(store: RecordStore, networkKey: NetworkKey, at: number, first: number): Promise<number> {
  const before = store.lastSeqAt(networkKey, at) + 1
  const [told] = store.eventsPage({ networkKey, before, limit: 1 }).events
  // One that joined shows nobody yet: the run before it was killed, or left.
  const last = told?.event.kind === 'NetworkJoined' ? lastBefore(store, networkKey, told) : told
  if (last === undefined) return first
  const { kind } = last.event
  const until = kind === 'NetworkLeft' || kind === 'NetworkFailed' ? last.at - 1 : lastMoment(last)
  return (await inTurns(store.presentAt(networkKey, until))) > 0 ? until : first
}
