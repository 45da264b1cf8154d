import type { NetworkStatus } from '../../../shared/contract.ts'
import type { HealthNow } from '../../../shared/health.ts'

/** How our own clock is off by those of others; null where they agree, or nobody was asked. */
export function ownClockOf(status: NetworkStatus | null): HealthNow['clock'] {
  if (status === null || !('suspectedClockSkewMs' in status) || status.suspectedClockSkewMs === null) return null
  return { byMs: status.suspectedClockSkewMs, peers: status.clocksCompared }
}
