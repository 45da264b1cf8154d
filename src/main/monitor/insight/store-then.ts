/** A store as it was at a moment: what had been logged and measured by then. */
import { RowsIn } from '../../../shared/rows-in.ts'
import type { PeerSession, StoreReader } from '../../store/types.ts'
import type { LogSource } from './logged.ts'

/** What causes are looked for in. */
export type WhyStore = Pick<
  StoreReader,
  | 'eventsPage'
  | 'eventsAfter'
  | 'lastSeqAt'
  | 'clockOf'
  | 'sessionsPage'
  | 'rttSamplesOf'
  | 'versionsOf'
  | 'presentAt'
  | 'getSetting'
>

/** The same of its log alone. */
export function logThen(store: LogSource['store'], then: number): LogSource['store'] {
  return {
    eventsPage: (query) => {
      const before = Math.min(query.before ?? Infinity, store.lastSeqAt(query.networkKey, then) + 1)
      const { events, more } = store.eventsPage({ ...query, before })
      const rows = new RowsIn(store.clockOf(query.networkKey))
      return { events: events.map((logged) => rows.asOf(logged, then)), more }
    },
    clockOf: (networkKey) => store.clockOf(networkKey),
    lastSeqAt: (networkKey, at) => store.lastSeqAt(networkKey, Math.min(at, then)),
  }
}

/** @param then milliseconds since the epoch */
export function storeThen(store: WhyStore, then: number): WhyStore {
  return {
    ...logThen(store, then),
    eventsAfter: (query) => {
      // By their numbers, as pages: a clock that was ahead told later times of what happened before.
      const last = store.lastSeqAt(query.networkKey, then)
      const { events, more } = store.eventsAfter(query)
      const rows = new RowsIn(store.clockOf(query.networkKey))
      const known = events.filter(({ seq }) => seq <= last).map((logged) => rows.asOf(logged, then))
      return { events: known, more: more && known.length === events.length }
    },
    sessionsPage: (query) => {
      const { sessions, more } = store.sessionsPage({ ...query, to: Math.min(query.to ?? Infinity, then) })
      return { sessions: sessions.map((session) => sessionThen(session, then)), more }
    },
    rttSamplesOf: (networkKey, peerId, newest = Infinity) => {
      const samples = store.rttSamplesOf(networkKey, peerId).filter(({ at }) => at <= then)
      return newest === Infinity ? samples : samples.slice(Math.max(0, samples.length - newest))
    },
    versionsOf: (networkKey, peerId) => store.versionsOf(networkKey, peerId).filter(({ at }) => at <= then),
    presentAt: (networkKey, at, among) => store.presentAt(networkKey, Math.min(at, then), among),
    getSetting: (key) => store.getSetting(key),
  }
}

function sessionThen(session: PeerSession, then: number): PeerSession {
  return session.to !== null && session.to > then ? { ...session, to: null, reason: null } : session
}
