import type { NetworkStatus } from '../../../shared/contract.ts'
import { eventAsOf } from '../../../shared/events.ts'
import type { HealthNow } from '../../../shared/health.ts'
import type { LogSource } from './logged.ts'

/** How our own clock is off by those of others; null where they agree, or nobody was asked. */
export function ownClockOf(status: NetworkStatus | null): HealthNow['clock'] {
  if (status === null || !('suspectedClockSkewMs' in status) || status.suspectedClockSkewMs === null) return null
  return { byMs: status.suspectedClockSkewMs, peers: status.clocksCompared }
}

/** How it was at a moment, milliseconds since the epoch, as far as it was told. */
export function ownClockAt({ store, networkKey }: LogSource, at: number): HealthNow['clock'] {
  const before = store.lastSeqAt(networkKey, at) + 1
  const kinds = ['ClockCompared', 'NetworkJoined'] as const
  const [last] = store.eventsPage({ networkKey, kinds, before, limit: 1 }).events
  const told = last === undefined ? null : eventAsOf(last, at).event
  if (told?.kind !== 'ClockCompared' || told.byMs === null) return null
  return { byMs: told.byMs, peers: told.peers }
}
