/** Islands that were there for a short time only: they are kept for charts, and change nothing else. */
import { beforeEach, describe, expect, it } from 'vitest'
import { BriefWatch, BRIEF_EVERY_MS } from '../../../../src/main/monitor/insight/brief-islands.ts'
import { partedAt } from '../../../../src/main/monitor/insight/parted.ts'
import { healthSeries, storedSeries } from '../../../../src/main/monitor/insight/series.ts'
import { goneRow } from '../../../../src/main/monitor/rows.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { BriefIslands, DiscoveryEvent } from '../../../../src/shared/events.ts'
import { islandsToldWords } from '../../../../src/shared/island-words.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import { eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'

const MINUTE = 60_000
const brief = (count: number, since: number, until: number): BriefIslands => ({
  count,
  sizes: Array.from({ length: count }, () => 2),
  since: START + since * MINUTE,
  until: START + until * MINUTE,
})
const islands = (count: number, more: object = {}): Extract<DiscoveryEvent, { kind: 'Islands' }> => ({
  kind: 'Islands',
  count,
  sizes: [2, 2].slice(0, count),
  ...more,
})

it('are told once they are over, and as one where they come and go', () => {
  const watch = new BriefWatch()
  expect(watch.due(0)).toBeNull()
  watch.over(brief(2, 1, 1.2))
  expect(watch.due(0)).toEqual(brief(2, 1, 1.2))
  for (const one of [brief(2, 1.5, 1.6), brief(3, 1.7, 1.8), brief(2, 1.9, 2)]) watch.over(one)
  expect(watch.due(BRIEF_EVERY_MS - 1)).toBeNull()
  expect(watch.pending).toEqual([brief(3, 1.5, 2)])
  expect(watch.due(BRIEF_EVERY_MS)).toEqual(brief(3, 1.5, 2))
  expect([watch.pending, watch.due(2 * BRIEF_EVERY_MS)]).toEqual([[], null])
})

it('have words that say for how long it was', () => {
  expect(islandsToldWords(islands(1, { brief: brief(2, 1, 1.2) }))).toMatch(
    /; for 12 s it had looked like 2 islands: 2 and 2$/,
  )
})

describe('in the log', () => {
  let store: Store
  eachWithStore((opened) => {
    store = opened
  })
  const log = (minute: number, event: DiscoveryEvent): void =>
    void store.append(NETWORK, START + minute * MINUTE, event)
  const series = async (shown: readonly BriefIslands[] = []) => {
    const source = { store, networkKey: NETWORK, purgeAfterMs: 20_000, joined: true, among: null, crawls: null }
    const now = START + 6 * MINUTE
    const found = storedSeries({ ...source, shown, now })
    return (await healthSeries(found, { from: START, to: now, points: 6 })).islands
  }
  beforeEach(() => {
    log(0, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
    log(0.1, { kind: 'PeerDiscovered', peerId: idOf('a'), source: 'gossip', version: VERSION, tags: [], addresses: [] })
    store.sessionStarted(NETWORK, idOf('a'), START + 0.1 * MINUTE, VERSION, 'gossip')
    log(0.5, islands(1))
  })
  const VERSION = { startedAt: 1, updatedAt: 1 }

  it('are in the charts of when they were seen, told later or not yet', async () => {
    expect(await series()).toEqual([1, 1, 1, 1, 1, 1])
    expect(await series([brief(2, 5.5, 5.6)])).toEqual([1, 1, 1, 1, 1, 2])
    expect(await series([brief(2, 3.5, 3.6)])).toEqual([1, 1, 1, 2, 1, 1])
    log(5, islands(1, { since: START + 3.2 * MINUTE, brief: brief(2, 3, 3.2) }))
    expect(await series()).toEqual([1, 1, 1, 2, 1, 1])
  })

  it('are in the charts too where they are told after what came next', async () => {
    log(3.5, islands(2, { since: START + 3.1 * MINUTE }))
    log(4.5, islands(1))
    log(5.5, islands(1, { since: START + 1.5 * MINUTE, brief: brief(2, 1.2, 1.5) }))
    expect(await series()).toEqual([1, 2, 1, 2, 2, 1])
  })

  it('do not end what is told of a split before', () => {
    const [gone] = ['a'].map((name) =>
      goneRow(peerRow(1, { peerId: idOf(name), version: VERSION, lastSeen: START }), 'purged', false),
    )
    if (gone === undefined) throw new Error('nobody is gone')
    log(1, islands(2, { since: START + MINUTE, apart: [idOf('a')] }))
    log(2, islands(1, { gone: 1, missing: [idOf('a')] }))
    const parted = () => partedAt({ store, networkKey: NETWORK }, START + 4 * MINUTE, [gone])
    expect(parted()).toMatchObject({ gone: 1 })
    log(3, islands(1, { since: START + 2.9 * MINUTE, brief: brief(2, 2.8, 2.9) }))
    expect(parted()).toMatchObject({ gone: 1 })
  })
})

describe('where our clock was set', () => {
  let store: Store
  eachWithStore((opened) => {
    store = opened
  })

  it('a number that was seen by a clock that was ahead counts from when that was put back', async () => {
    const log = (minute: number, event: DiscoveryEvent): void =>
      void store.append(NETWORK, START + minute * MINUTE, event)
    log(0, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
    const version = { startedAt: 1, updatedAt: 1 }
    log(0.1, { kind: 'PeerDiscovered', peerId: idOf('a'), source: 'gossip', version, tags: [], addresses: [] })
    store.sessionStarted(NETWORK, idOf('a'), START + 0.1 * MINUTE, version, 'gossip')
    log(4, { kind: 'ClockJumped', byMs: 3 * MINUTE })
    log(4.5, islands(2, { since: START + 4.2 * MINUTE }))
    log(2, { kind: 'ClockJumped', byMs: -3 * MINUTE })
    log(2.4, islands(1))
    const now = START + 4 * MINUTE
    const source = { store, networkKey: NETWORK, purgeAfterMs: 20_000, joined: true, among: null, crawls: null }
    const { islands: found } = await healthSeries(storedSeries({ ...source, now }), { from: START, to: now, points: 8 })
    expect(found.slice(4, 6)).toEqual([2, 1])
  })
})
