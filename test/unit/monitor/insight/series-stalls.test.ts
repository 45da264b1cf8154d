import { expect, it } from 'vitest'
import { healthSeries, storedSeries } from '../../../../src/main/monitor/insight/series.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'

const MINUTE = 60_000
const version = { startedAt: 1, updatedAt: 1 }

let store: Store
eachWithStore((opened) => {
  store = opened
})

it('charts know nothing of the network while our machine stood still', async () => {
  const log = (minute: number, event: DiscoveryEvent): void =>
    void store.append(NETWORK, START + minute * MINUTE, event)
  log(0, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
  log(0.5, { kind: 'PeerDiscovered', peerId: idOf('a'), source: 'gossip', version, tags: [], addresses: [] })
  store.sessionStarted(NETWORK, idOf('a'), START + 0.5 * MINUTE, version, 'gossip')
  store.recordRtt(NETWORK, idOf('a'), { at: START + 0.6 * MINUTE, ms: 20 })
  log(1, { kind: 'Islands', count: 1, sizes: [2] })
  log(6, { kind: 'Stalled', ms: 92_000 })
  // A short one is no gap.
  log(8.001, { kind: 'Stalled', ms: 1500 })
  const source = { store, networkKey: NETWORK, purgeAfterMs: 20_000, joined: true, among: null, crawls: null }
  const { here, p50, islands, stallMs } = await healthSeries(storedSeries({ ...source, now: START + 60 * MINUTE }), {
    from: START + 3 * MINUTE,
    to: START + 10 * MINUTE,
    points: 14,
  })
  const gap = [false, false, true, true, true, true, ...Array.from({ length: 8 }, () => false)]
  expect(here.map((value) => value === null)).toEqual(gap)
  expect(p50.map((value) => value === null)).toEqual(gap)
  // What is of the whole step is known where we ran in it.
  expect(islands.map((value) => value === null)).toEqual(gap.map((stood, index) => stood && index > 2))
  expect(stallMs.reduce<number>((sum, ms) => sum + (ms ?? 0), 0)).toBe(93_500)
})
