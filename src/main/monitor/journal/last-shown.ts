/** What a data folder tells of how a network was shown last, also while an app runs on it. */
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { StoreReader } from '../../store/types.ts'
import { lastTurn } from '../history-end.ts'
import type { Replay } from './replay.ts'
import { shownAt } from './shown.ts'

/** Something is written more often than that while an app watches a network, milliseconds: how late our event loop was, at least. */
const WRITTEN_MS = 60_000
/** The same of its events, while the network lives. */
const LOGGED_MS = 120_000

/** Whether an app watches the network. */
export interface Watched {
  readonly live: boolean
  /** The app that watches it and has written nothing for too long, and since when; null where it writes, or none watches. */
  readonly silent: { readonly pid: number | null; readonly since: number } | null
}

const UNWATCHED: Watched = { live: false, silent: null }
const WRITES: Watched = { live: true, silent: null }

/** @param clock now, milliseconds since the epoch */
export function watched(store: StoreReader, networkKey: NetworkKey, clock: number): Watched {
  const loggedAt = store.lastEventAt(networkKey) ?? clock
  const turn = lastTurn(store, networkKey)
  if (turn?.event.kind !== 'NetworkJoined') return UNWATCHED
  const holder = store.holder()
  // A folder that only others may write does not tell who does.
  // Neither does a time that lies in the future, which a killed one may have left before the clock was set back.
  if (holder.kind === 'unknown') return Math.abs(clock - loggedAt) < LOGGED_MS ? WRITES : UNWATCHED
  // A run of another process was killed: the one that runs now did not join the network, or not yet. By the order of events, not by
  // their times: the clock may have been set while nobody was there to see it.
  if (holder.kind !== 'process' || turn.seq <= store.openedAfter()) return UNWATCHED
  const writtenAt = Math.max(loggedAt, store.lastDelayAt(networkKey, clock) ?? 0)
  if (clock - writtenAt < WRITTEN_MS) return WRITES
  return { live: true, silent: { pid: holder.pid, since: writtenAt } }
}

/** Whether an app watches the network, and as of when it is known: where none does, when it was shown last. In turns. */
export async function lastLook(
  store: StoreReader,
  networkKey: NetworkKey,
  clock: number,
): Promise<Pick<Watched, 'live'> & { readonly at: number }> {
  const { live, silent } = watched(store, networkKey, clock)
  return { live, at: live ? (silent?.since ?? clock) : ((await lastShownAt(store, networkKey)) ?? clock) }
}

/** The last moment at which something was shown of a network: the one before it was left. Null without history. In turns. */
export async function lastShownAt(store: StoreReader, networkKey: NetworkKey): Promise<number | null> {
  const end = store.lastWrittenAt(networkKey)
  if (end === null) return null
  const shown = await shownAt(store, networkKey, Number.MAX_SAFE_INTEGER)
  // One that was not left ends with its last event, or change: the process was killed.
  if (shown !== null) return shown.endedAt === null ? end : Math.max(0, shown.endedAt - 1)
  // Earlier versions kept no journal.
  const last = lastTurn(store, networkKey)
  return last === undefined || last.event.kind === 'NetworkJoined' ? end : Math.max(0, last.at - 1)
}

/**
 * What was shown at the last look, else right before the network was left. In turns.
 * @returns null where the journal tells nothing of the last run: what was stored now and then is all that is known
 */
export async function shownLast(store: StoreReader, networkKey: NetworkKey, at: number): Promise<Replay | null> {
  const shown = await shownAt(store, networkKey, at)
  const [joined] = store.eventsPage({ networkKey, kinds: ['NetworkJoined'], limit: 1 }).events
  // What a run shows is first written some seconds after it began.
  if (shown === null || (joined !== undefined && shown.place.until < joined.at)) return null
  if (shown.endedAt === null) return shown.replay
  return (await shownAt(store, networkKey, Math.max(0, shown.endedAt - 1)))?.replay ?? null
}
