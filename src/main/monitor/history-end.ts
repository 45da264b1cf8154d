/** How what is stored of a network ended, as its event log tells. */
import type { HistoryEnd } from '../../shared/contract.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../shared/events.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { StoreReader } from '../store/types.ts'

type Log = Pick<StoreReader, 'eventsPage'>
type Joined = Extract<DiscoveryEvent, { kind: 'NetworkJoined' }>

/** When we joined or left the network last, or it failed. */
export function lastTurn(store: Log, networkKey: NetworkKey): LoggedEvent | undefined {
  return store.eventsPage({ networkKey, kinds: ['NetworkJoined', 'NetworkLeft', 'NetworkFailed'], limit: 1 }).events[0]
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

/** The last event of the run before the one that begins with a NetworkJoined of this number; before one that joins now where it is left out. */
export function lastBefore(store: Log, networkKey: NetworkKey, joined?: number): LoggedEvent | undefined {
  const [last, other] = store.eventsPage({ networkKey, before: joined, limit: 2 }).events
  // A run tells its own entry before that it joined (`beginsRun`).
  return last?.event.kind === 'LocalEntryUpdated' ? (other ?? last) : last
}

/** The event of joining, with when the run before broke off, where that had not left: it could not say so itself. */
export function joinedAgain(store: Log, networkKey: NetworkKey, joined: Joined): Joined {
  if (lastTurn(store, networkKey)?.event.kind !== 'NetworkJoined') return joined
  const last = lastBefore(store, networkKey)
  return last === undefined ? joined : { ...joined, brokeOffAt: last.lastAt ?? last.at }
}
