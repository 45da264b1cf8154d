/** How what is stored of a network ended, as its event log tells. */
import type { HistoryEnd } from '../../shared/contract.ts'
import type { DiscoveryEvent, EventKind, LoggedEvent } from '../../shared/events.ts'
import { beginsRun } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { StoreReader } from '../store/types.ts'

type Log = Pick<StoreReader, 'eventsPage'>
type Written = Log & Pick<StoreReader, 'journalPlace'>
type Joined = Extract<DiscoveryEvent, { kind: 'NetworkJoined' }>

/** Events with which a run begins or ends. */
export const TURNS = ['NetworkJoined', 'NetworkLeft', 'NetworkFailed'] as const satisfies readonly EventKind[]

/** When we joined or left the network last, or it failed. */
export function lastTurn(store: Log, networkKey: NetworkKey): LoggedEvent | undefined {
  return store.eventsPage({ networkKey, kinds: TURNS, limit: 1 }).events[0]
}

/** Who we were when we joined the network last; null where nothing tells. */
export function lastSelf(store: Log, networkKey: NetworkKey): PeerId | null {
  const [joined] = store.eventsPage({ networkKey, kinds: ['NetworkJoined'], limit: 1 }).events
  return joined?.event.kind === 'NetworkJoined' ? joined.event.peerId : null
}

/** How it ended, of a network that is not joined; null where nothing tells. */
export function historyEnd(store: Log, networkKey: NetworkKey): HistoryEnd | null {
  const last = lastTurn(store, networkKey)
  switch (last?.event.kind) {
    case 'NetworkLeft':
      return { how: last.event.how ?? 'left or closed' }
    case 'NetworkFailed':
      return { how: 'failed', reason: last.event.reason }
    case 'NetworkJoined':
      return { how: 'killed' }
    default:
      return null
  }
}

/** The last event of the run before one that joined; without its number, before one that joins now. */
export function lastBefore(
  store: Log,
  networkKey: NetworkKey,
  joined: Pick<LoggedEvent, 'event'> & Partial<LoggedEvent>,
): LoggedEvent | undefined {
  const [last, other] = store.eventsPage({ networkKey, before: joined.seq, limit: 2 }).events
  return beginsRun([last, joined]) ? other : last
}

/**
 * The last moment of the run before one that joined, or joins now, where that did not leave: its last event, or change of what was shown.
 * It was killed then or later. Null where it told nothing. Of a run with none after it, `lastWrittenAt` of the store is the same.
 */
export function killedAt(
  store: Written,
  networkKey: NetworkKey,
  joined: Pick<LoggedEvent, 'event'> & Partial<LoggedEvent>,
): number | null {
  const last = lastBefore(store, networkKey, joined)
  if (last === undefined) return null
  const place = store.journalPlace(networkKey, joined.at === undefined ? Number.MAX_SAFE_INTEGER : joined.at - 1)
  return lastMoment(last, place?.until)
}

/** The later one of the last event of a run and its last change of what was shown. */
export function lastMoment(last: LoggedEvent | undefined, changedAt = 0): number {
  return Math.max(last?.lastAt ?? last?.at ?? 0, changedAt)
}

/** The event of joining, with when the run before broke off, where that had not left: it could not say so itself. */
export function joinedAgain(store: Written, networkKey: NetworkKey, joined: Joined): Joined {
  if (lastTurn(store, networkKey)?.event.kind !== 'NetworkJoined') return joined
  const brokeOffAt = killedAt(store, networkKey, { event: joined })
  return brokeOffAt === null ? joined : { ...joined, brokeOffAt }
}
