import { beforeEach, expect, it } from 'vitest'
import { PlayedFile } from '../../../../src/main/monitor/exports/played-file.ts'
import { playedSeries } from '../../../../src/main/monitor/exports/played-series.ts'
import { healthSeries } from '../../../../src/main/monitor/insight/series.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import type { HealthSeries } from '../../../../src/shared/health.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { isCrawl } from '../../../../src/shared/tags.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import { NETWORK, NETWORK_ID } from '../../store/data-folder.ts'

/** The span of the file, in minutes: events before it say how it was in it. */
const [FROM, TO] = [10, 16]
const MINUTE = 60_000
const version = { startedAt: 1, updatedAt: 1 }

let file: PlayedFile
let seq = 0
beforeEach(() => {
  file = new PlayedFile()
  seq = 0
})

const row = (name: string, changes: Partial<PeerRow> = {}): PeerRow => ({
  ...peerRow(0),
  peerId: idOf(name),
  self: name === 'us',
  state: 'online',
  rtt: null,
  ...changes,
})
const rtt = (ms: number): PeerRow['rtt'] => ({ srtt: ms, rttvar: 1, last: ms, at: 1 })
function at(minute: number, event: DiscoveryEvent): void {
  seq += 1
  file.take({ kind: 'events', events: [{ seq, at: minute * MINUTE, event }] })
}
function shows(minute: number, rows: readonly PeerRow[], gone: readonly string[] = []): void {
  file.take({ kind: 'change', at: minute * MINUTE, rows, gone: gone.map(idOf), edges: [], edgesGone: [] })
}
function join(minute: number): void {
  at(minute, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: idOf('us'), addresses: [], purgeAfterMs: 20_000 })
}
const leave = (minute: number, name: string, reason: 'graceful' | 'purged' | 'lost'): void => {
  at(minute, { kind: 'PeerDeparted', peerId: idOf(name), reason, version })
  shows(minute, [row(name, { state: reason === 'graceful' ? 'departed' : reason })])
}
async function series(from = FROM, to = TO, points = 6, filter = ''): Promise<HealthSeries> {
  const moment = { asOf: FROM * MINUTE, from: FROM * MINUTE, to: TO * MINUTE }
  file.end(moment)
  return await healthSeries(playedSeries(file, moment, NETWORK, { among: await file.among(filter, moment) }), {
    from: from * MINUTE,
    to: to * MINUTE,
    points,
  })
}

it('a shared moment has charts of who was here, came and left, how fast they were, and of islands', async () => {
  join(1)
  at(2, { kind: 'Islands', count: 1, sizes: [3] })
  file.take({
    kind: 'shown',
    rows: [row('us'), row('ann', { rtt: rtt(10) }), row('ben', { rtt: rtt(30) })],
    edges: [],
  })
  at(11.5, { kind: 'PeerDiscovered', peerId: idOf('cat'), source: 'gossip', version, tags: [], addresses: [] })
  shows(11.5, [row('cat')])
  at(12.2, { kind: 'Islands', count: 2, sizes: [2, 1], since: 12.1 * MINUTE })
  leave(13.5, 'ben', 'purged')
  leave(14.5, 'cat', 'graceful')
  shows(15.2, [row('ann', { rtt: rtt(20) })])
  at(15.9, { kind: 'Stalled', ms: 12_000 })
  const found = await series()
  expect(found.here).toEqual([2, 3, 3, 2, 1, 1])
  expect(found.joined).toEqual([0, 1, 0, 0, 0, 0])
  expect(found.silent).toEqual([0, 0, 0, 1, 0, 0])
  expect(found.goodbye).toEqual([0, 0, 0, 0, 1, 0])
  expect(found.p50).toEqual([10, 10, 10, 10, 10, 20])
  expect(found.p95).toEqual([30, 30, 30, 10, 10, 20])
  expect(found.islands).toEqual([1, 1, 2, 2, 2, 2])
  expect(found.stallMs).toEqual([0, 0, 0, 0, 0, 12_000])
  expect(found.loopDelayMs).toEqual([null, null, null, null, null, null])
  expect(found.rttPeers).toEqual({ read: 2, all: 2 })
})

it('its charts have a gap where its sender had lost the network, or shows nothing, and tell whose silence was ours', async () => {
  join(1)
  at(9, { kind: 'NetworkLost', heardAt: null, since: 8.9 * MINUTE })
  file.take({ kind: 'shown', rows: [row('us'), row('ann'), row('ben'), row('cat')], edges: [] })
  leave(10.5, 'ann', 'lost')
  at(12, { kind: 'NetworkBack', since: 11.9 * MINUTE })
  at(12.6, { kind: 'Stalled', ms: 15_000 })
  leave(12.7, 'ben', 'purged')
  shows(14, [], ['us', 'ann', 'ben', 'cat'])
  at(14, { kind: 'NetworkLeft', networkId: NETWORK_ID })
  const found = await series()
  expect(found.here).toEqual([null, 2, 1, 1, null, null])
  expect(found.ownLoss).toEqual([1, 0, 0, 0, null, null])
  expect(found.ownStall).toEqual([0, 0, 1, 0, null, null])
  expect(found.silent).toEqual([0, 0, 0, 0, null, null])
  expect(found.lastLoss).toMatchObject({ at: 8.9 * MINUTE })
})

it('whose silence may be due to a stall is told by the settings of a run that began in the span', async () => {
  join(12)
  file.take({ kind: 'shown', rows: [], edges: [] })
  shows(12, [row('us'), row('ann')])
  // Most of the 20 s after which peers were purged then, and little of the usual time.
  at(13.6, { kind: 'Stalled', ms: 15_000 })
  leave(13.7, 'ann', 'purged')
  const found = await series()
  expect([found.silent[3], found.ownStall[3]]).toEqual([0, 1])
})

it('who was purged while its sender’s clock was wrong is told apart, also where that was so before the span', async () => {
  join(1)
  at(9, { kind: 'ClockCompared', byMs: 180_000, peers: 4 })
  file.take({ kind: 'shown', rows: [row('us'), row('ann'), row('ben')], edges: [] })
  leave(10.5, 'ann', 'purged')
  at(12, { kind: 'ClockCompared', byMs: null, peers: 4 })
  leave(13.5, 'ben', 'purged')
  const found = await series()
  expect(found.ownClock).toEqual([1, 0, 0, 0, 0, 0])
  expect(found.silent).toEqual([0, 0, 0, 1, 0, 0])
})

it('a file of an earlier version, which has nothing from before its span, has charts too', async () => {
  file.take({ kind: 'shown', rows: [row('us'), row('ann')], edges: [] })
  leave(13.5, 'ann', 'graceful')
  // Steps begin at round times: the first one may begin before the span.
  const found = await series(9, 17, 8)
  expect(found.here).toEqual([null, 1, 1, 1, 0, 0, 0, 0])
  expect(found.goodbye).toEqual([null, 0, 0, 0, 1, 0, 0, 0])
  await expect(series(12, 12)).rejects.toThrow('ends before it begins')
})

it('they can be of some peers only, of whom the file tells last what they are', async () => {
  join(1)
  file.take({ kind: 'shown', rows: [row('us'), row('ann', { rtt: rtt(10) }), row('ben', { rtt: rtt(30) })], edges: [] })
  at(11.5, { kind: 'PeerDiscovered', peerId: idOf('cat'), source: 'gossip', version, tags: [], addresses: [] })
  shows(11.5, [row('cat', { tags: ['role:seed'] })])
  shows(12, [row('ann', { tags: ['role:seed'], rtt: rtt(10) })])
  shows(13.5, [], ['cat'])
  leave(14.5, 'ben', 'graceful')
  const found = await series(FROM, TO, 6, 'tag:role:seed')
  expect(found.here).toEqual([1, 2, 2, 1, 1, 1])
  expect(found.joined).toEqual([0, 1, 0, 0, 0, 0])
  expect(found.goodbye).toEqual([0, 0, 0, 0, 0, 0])
  expect(found.p95).toEqual([10, 10, 10, 10, 10, 10])
  await expect(series(FROM, TO, 6, 'status:left')).rejects.toThrow("no field 'status'")
})

it('a filter is asked of each peer once, however many steps there are', async () => {
  let asked = 0
  const ann = Object.defineProperty(row('ann'), 'tags', {
    get: () => {
      asked += 1
      return ['role:seed']
    },
  })
  file.take({ kind: 'shown', rows: [row('us'), ann], edges: [] })
  expect((await series(FROM, TO, 6, 'tag:role:seed')).here).toEqual([1, 1, 1, 1, 1, 1])
  expect(asked).toBe(1)
})

it('a shared moment tells crawls apart from who left in it', async () => {
  join(1)
  file.take({
    kind: 'shown',
    rows: [row('us'), row('ann'), row('ben', { tags: ['peerscope-crawl'] }), row('cat')],
    edges: [],
  })
  shows(11, [row('cat', { tags: [uniqueIdFrom('peerscope-crawl')] })])
  for (const name of ['ann', 'ben', 'cat'])
    at(13, { kind: 'PeerDeparted', peerId: idOf(name), reason: 'graceful', version })
  const moment = { asOf: FROM * MINUTE, from: FROM * MINUTE, to: TO * MINUTE }
  file.end(moment)
  const among = { among: null, crawls: await file.passing(isCrawl, moment) }
  const { left } = await healthSeries(playedSeries(file, moment, NETWORK, among), { ...moment, points: 1 })
  expect(left).toMatchObject({ goodbye: 1, crawls: 2 })
})
