import type { HealthNow } from '../../../src/shared/health.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import type { IslandsSummary } from '../../../src/shared/islands.ts'
import { nobodyLeft } from '../../support/nobody-left.ts'

export const AT = 10_000_000
export const ISLANDS: IslandsSummary = {
  count: 1,
  sizes: [24],
  fragments: { count: 0, peers: 0 },
  unknown: 0,
  bridgeCount: 0,
  bridges: [],
  articulationCount: 0,
  articulations: [],
  withSelf: false,
}
/** What is known of the network at `AT`. */
export const health = (changes: Partial<HealthNow> = {}): HealthNow => ({
  at: AT,
  network: { kind: 'peerscope', id: networkIdFrom('n'), name: 'n' },
  state: 'online',
  here: 24,
  islands: ISLANDS,
  islandsEnded: false,
  islandsUnknown: null,
  left: { ...nobodyLeft(AT - 600_000, AT), goodbye: 2, silent: 1 },
  losses: null,
  notKnown: null,
  parted: null,
  rtt: { measured: 24, p50: 38.2, p95: 81.4, slowFrom: 80 },
  stalls: { from: AT - 600_000, to: AT, count: 1, totalMs: 4000, worstMs: 4000 },
  loopDelay: { worstMs: 4000, worstAt: AT - 900 },
  clock: null,
  refused: 0,
  store: null,
  ...changes,
})
