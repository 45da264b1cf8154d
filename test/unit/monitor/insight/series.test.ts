import { describe, expect, it } from 'vitest'
import { healthNow } from '../../../../src/main/monitor/insight/health-now.ts'
import { healthSeries, storedSeries } from '../../../../src/main/monitor/insight/series.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import type { DepartureReason } from '../../../../src/shared/peer.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { isCrawl } from '../../../../src/shared/tags.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import { eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import type { Among } from '../../../../src/main/store/health-types.ts'
import type { Store } from '../../../../src/main/store/types.ts'

const MINUTE = 60_000
const version = { startedAt: 1, updatedAt: 1 }

let store: Store
eachWithStore((opened) => {
  store = opened
})

const log = (minute: number, event: DiscoveryEvent): void => void store.append(NETWORK, START + minute * MINUTE, event)
const join = (minute: number): void => {
  log(minute, { kind: 'LocalEntryUpdated', version, tags: [], addresses: [] })
  log(minute, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
}
const leave = (minute: number): void => log(minute, { kind: 'NetworkLeft', networkId: NETWORK_ID })
const come = (minute: number, name: string): PeerId => {
  const peerId = idOf(name)
  log(minute, { kind: 'PeerDiscovered', peerId, source: 'gossip', version, tags: [], addresses: [] })
  store.sessionStarted(NETWORK, peerId, START + minute * MINUTE, version, 'gossip')
  return peerId
}
const go = (minute: number, name: string, reason: DepartureReason): void => {
  const peerId = idOf(name)
  log(minute, { kind: 'PeerDeparted', peerId, reason, version })
  store.sessionEnded(NETWORK, peerId, START + minute * MINUTE, reason)
}
const series = (
  fromMinute: number,
  toMinute: number,
  points: number,
  joined = true,
  among: Among = null,
  crawls: Among = null,
) =>
  healthSeries(
    storedSeries({
      store,
      networkKey: NETWORK,
      purgeAfterMs: 20_000,
      joined,
      among,
      crawls,
      now: START + 60 * MINUTE,
    }),
    { from: START + fromMinute * MINUTE, to: START + toMinute * MINUTE, points },
  )

describe('a series of health', () => {
  it('tells who left in all of it as health of that moment did, crawls apart, where that is asked for', async () => {
    join(0)
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const rows = names.map((name, index) =>
      peerRow(index + 1, {
        peerId: come(0.5, name),
        tags: ['b', 'f', 'g', 'h'].includes(name) ? [uniqueIdFrom('peerscope-crawl')] : [],
      }),
    )
    const reasons = ['graceful', 'graceful', 'purged', 'lost', 'displaced', 'purged', 'removed', 'displaced'] as const
    log(3, { kind: 'Stalled', ms: 5000 })
    for (const [index, name] of names.entries()) go(3 + index, name, reasons[index] ?? 'purged')
    const now = await healthNow({
      store,
      networkKey: NETWORK,
      network: { kind: 'peerscope', id: NETWORK_ID, name: 'n' },
      status: null,
      state: 'online',
      storeStatus: null,
      rows: () => rows,
      islands: null,
      apart: new Set(),
      told: true,
      purgeAfterMs: 20_000,
      now: START + 11 * MINUTE,
    })
    const crawls = new Set(rows.filter(isCrawl).map(({ peerId }) => peerId))
    const found = await series(1, 11, 5, true, null, (peerId) => crawls.has(peerId))
    expect(found.left).toEqual(now.left)
    expect(found.left).toMatchObject({ goodbye: 1, silent: 1, ownLoss: 1, removed: 0, displaced: 1, crawls: 4 })
    // Charts show what happened.
    expect(found.goodbye).toEqual([0, 2, 0, 0, 0])
    expect((await series(1, 11, 5)).left).toBeNull()
  })

  it('has who was here, came and left, by how, in each span', async () => {
    join(0)
    come(0.5, 'a')
    come(0.6, 'b')
    come(2.5, 'c')
    go(4.5, 'a', 'graceful')
    go(5.5, 'b', 'purged')
    log(7.4, { kind: 'Stalled', ms: 5000 })
    go(7.5, 'c', 'purged')
    const whole = await series(0, 10, 10)
    expect(whole.stepMs).toBe(MINUTE)
    expect(whole.here).toEqual([2, 2, 3, 3, 2, 1, 1, 0, 0, 0])
    expect(whole.joined).toEqual([2, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    expect(whole.goodbye).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0])
    expect(whole.silent).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
    expect(whole.ownStall).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
    expect(whole.stallMs).toEqual([0, 0, 0, 0, 0, 0, 0, 5000, 0, 0])
    // A later span begins with who is here then.
    expect((await series(3, 7, 4)).here).toEqual([3, 2, 1, 1])
  })

  it('counts and measures only some peers where it is asked to; islands and our own stalls stay', async () => {
    join(0)
    const a = come(0.5, 'a')
    const b = come(0.6, 'b')
    come(2.5, 'c')
    log(2.6, { kind: 'Islands', count: 1, sizes: [4] })
    for (const [minute, peerId, ms] of [
      [1, a, 20],
      [1, b, 90],
    ] as const)
      store.recordRtt(NETWORK, peerId, { at: START + minute * MINUTE, ms })
    go(4.5, 'a', 'graceful')
    go(5.5, 'b', 'purged')
    log(5.6, { kind: 'Stalled', ms: 5000 })
    const asked: PeerId[] = []
    const some = (peerId: PeerId): boolean => {
      asked.push(peerId)
      return peerId === a
    }
    const found = await series(0, 7, 7, true, some)
    expect(found.here).toEqual([1, 1, 1, 1, 0, 0, 0])
    expect(found.joined).toEqual([1, 0, 0, 0, 0, 0, 0])
    expect([found.goodbye[4], found.silent[5]]).toEqual([1, 0])
    expect([found.p95[3], found.rttPeers]).toEqual([20, { read: 1, all: 1 }])
    expect([found.islands[3], found.stalls?.count]).toEqual([1, 1])
    expect(asked.length).toBeGreaterThan(0)
    // A later span begins with those of them who are here then.
    expect((await series(3, 7, 4, true, some)).here).toEqual([1, 0, 0, 0])
  })

  it('knows a run that began earlier than the one before it, since the clock was set back', async () => {
    join(6)
    leave(8)
    join(2)
    come(2.5, 'a')
    leave(4)
    expect((await series(0, 10, 10)).here).toEqual([null, null, 1, 1, null, null, 0, 0, null, null])
  })

  it('knows nothing of times when the network was not joined, and begins each run with nobody', async () => {
    join(0)
    come(0.5, 'a')
    come(0.5, 'b')
    leave(2)
    join(4)
    come(4.5, 'a')
    log(5.5, { kind: 'SyncFailed', peerId: idOf('a'), reason: 'no', retryInMs: null })
    // That run was killed; the next one began much later.
    join(8)
    come(8.5, 'c')
    const { here, joined, silent } = await series(0, 10, 10)
    // In the span in which it ends nothing of its end is known.
    expect(here).toEqual([2, 2, null, null, 1, null, null, null, 1, 1])
    expect(joined).toEqual([2, 0, null, null, 1, 0, null, null, 1, 0])
    expect(silent.every((count) => count === 0 || count === null)).toBe(true)
    // Nobody looks now: what came after the last event is not known.
    expect((await series(8, 12, 4, false)).here).toEqual([1, null, null, null])
  })

  it('goes on to the last change of what was shown, where a run was killed after its last event', async () => {
    join(0)
    come(0.5, 'a')
    const [at, until] = [START + 1000, START + 4.5 * MINUTE]
    store.putJournal(NETWORK, [{ part: 0, run: true, at, until, bytes: new Uint8Array(1) }])
    expect((await series(0, 6, 6, false)).here).toEqual([1, 1, 1, 1, null, null])
    // It ended there also once the next one began.
    join(5)
    come(5.5, 'b')
    expect((await series(0, 6, 6)).here).toEqual([1, 1, 1, 1, null, 1])
  })

  it('has the largest delay of our own event loop in each span, and none where it was not measured', async () => {
    const delay = (minute: number, ms: number): void =>
      store.recordLoopDelay(NETWORK, { at: START + minute * MINUTE, ms })
    join(0)
    for (const [minute, ms] of [
      [0.25, 3],
      [0.5, 120],
      [0.75, 4],
      [2.5, 7],
    ] as const)
      delay(minute, ms)
    leave(3)
    join(6)
    delay(6.25, 900)
    delay(9.5, 5)
    expect((await series(0, 10, 10)).loopDelayMs).toEqual([120, 7, 7, null, null, null, 900, null, null, 5])
    // Spans that are shorter than the time between two have the later one; the one after the last span is of its end too.
    expect((await series(0.25, 0.7, 6)).loopDelayMs).toEqual([3, 120, 120, 120, 4, 4])
    // One that was written when the network was left, or in another one, says nothing of other times.
    expect((await series(3, 6, 3)).loopDelayMs).toEqual([null, null, null])
  })

  it('ends a run where it ended, and tells of one that lies in a span as a whole', async () => {
    join(0)
    come(0.5, 'a')
    log(1, { kind: 'Islands', count: 1, sizes: [2] })
    leave(3.1)
    join(5.2)
    come(5.4, 'a')
    log(5.5, { kind: 'Islands', count: 1, sizes: [2] })
    leave(5.8)
    join(9.5)
    const { here, islands, joined } = await series(0, 10, 10)
    expect(here).toEqual([1, 1, 1, null, null, 1, null, null, null, 0])
    expect(islands).toEqual([null, 1, 1, null, null, 1, null, null, null, null])
    expect(joined[3]).toBe(0)
    // The last span may end later than what is known.
    expect((await series(0, 4, 2)).here).toEqual([1, 1])
  })

  it('has the most islands of each span: a short split is seen in a long one', async () => {
    join(0)
    come(0.1, 'a')
    log(1.5, { kind: 'Islands', count: 1, sizes: [24] })
    log(4.2, { kind: 'Islands', count: 3, sizes: [18, 4, 2] })
    log(4.4, { kind: 'Islands', count: 2, sizes: [18, 6] })
    log(4.6, { kind: 'Islands', count: 1, sizes: [24] })
    log(5.5, { kind: 'Islands', count: 2, sizes: [18, 6] })
    log(6.5, { kind: 'Islands', count: 1, sizes: [24] })
    // It is over a moment before we leave.
    log(8.2, { kind: 'Islands', count: 2, sizes: [18, 6] })
    leave(8.4)
    expect((await series(0, 10, 10)).islands).toEqual([null, 1, 1, 1, 3, 2, 2, 1, 2, null])
    expect((await series(4.5, 6.5, 1)).islands).toEqual([2])
    expect((await series(7, 8, 1)).islands).toEqual([1])
  })

  it('has the islands of the run', async () => {
    join(0)
    come(0.1, 'a')
    log(1.5, { kind: 'Islands', count: 1, sizes: [24] })
    log(4.5, { kind: 'Islands', count: 2, sizes: [18, 6] })
    leave(6)
    join(7)
    come(7.1, 'b')
    log(9.5, { kind: 'Islands', count: 1, sizes: [20] })
    expect((await series(0, 10, 10)).islands).toEqual([null, 1, 1, 1, 2, 2, null, null, null, 1])
    expect((await series(3, 5, 2)).islands).toEqual([1, 2])
  })

  it('has no island from when everybody left, whoever is counted', async () => {
    join(0)
    come(0.2, 'a')
    log(1.5, { kind: 'Islands', count: 1, sizes: [2] })
    go(3.5, 'a', 'graceful')
    expect((await series(0, 6, 6)).islands).toEqual([null, 1, 1, 0, 0, 0])
    expect((await series(4, 6, 2)).islands).toEqual([0, 0])
    const none: Among = () => false
    expect((await series(0, 6, 6, true, none)).islands).toEqual([null, 1, 1, 0, 0, 0])
  })

  it('has another number of islands from when it was seen first, also where it is told after the span', async () => {
    join(0)
    come(0.1, 'a')
    log(1.5, { kind: 'Islands', count: 1, sizes: [24] })
    log(4.2, { kind: 'Islands', count: 2, sizes: [18, 6], since: START + 3.9 * MINUTE })
    expect((await series(0, 6, 6)).islands).toEqual([null, 1, 1, 2, 2, 2])
    expect((await series(2, 4, 2)).islands).toEqual([1, 2])
  })

  it('does not know who is here while we have lost the network, nor that those who went silent then have left', async () => {
    join(0)
    come(0.5, 'a')
    store.recordRtt(NETWORK, come(0.6, 'b'), { at: START + 0.7 * MINUTE, ms: 50 })
    log(1.5, { kind: 'Islands', count: 1, sizes: [3] })
    // Each is told once it has lasted.
    log(2.6, { kind: 'NetworkLost', heardAt: START + 2.4 * MINUTE, since: START + 2.5 * MINUTE })
    go(2.65, 'a', 'lost')
    log(4.6, { kind: 'NetworkBack', since: START + 4.5 * MINUTE })
    come(4.7, 'a')
    go(5.5, 'b', 'purged')
    const whole = await series(0, 7, 7)
    expect(whole.here).toEqual([2, 2, null, null, 2, 1, 1])
    // Who comes back was seen to go.
    expect(whole.joined).toEqual([2, 0, 0, 0, 1, 0, 0])
    expect(whole.islands).toEqual([null, 1, 1, null, 1, 1, 1])
    // What was measured before says nothing of then.
    expect(whole.p50).toEqual([50, 50, null, null, 50, null, null])
    expect(whole.p95).toEqual(whole.p50)
    expect(whole.silent).toEqual([0, 0, 0, 0, 0, 1, 0])
    expect(whole.ownLoss).toEqual([0, 0, 1, 0, 0, 0, 0])
    expect(whole.lastLoss).toMatchObject({ at: START + 2.5 * MINUTE })
    expect((await series(0, 3, 3)).lastLoss).toBeNull()
    const losses = { from: START + 2.5 * MINUTE, to: START + 4.5 * MINUTE, count: 1, totalMs: 2 * MINUTE }
    expect([whole.losses, (await series(0, 3, 3)).losses]).toEqual([losses, null])
    // One that goes on.
    expect((await series(3, 4, 1)).here).toEqual([null])
    // One in which we leave, also where the last span ends later.
    log(7.2, { kind: 'NetworkLost', heardAt: START + 7 * MINUTE, since: START + 7.1 * MINUTE })
    leave(8.5)
    expect((await series(6, 9, 3)).here).toEqual([1, null, null])
  })

  it('has all of our own stalls, in figures and over the time that they took', async () => {
    join(0)
    log(1, { kind: 'Stalled', ms: 1500 })
    log(2.5, { kind: 'Stalled', ms: 3000 })
    const whole = await series(0, 10, 10)
    expect(whole.stalls).toEqual({
      from: START,
      to: START + 10 * MINUTE,
      count: 2,
      totalMs: 4500,
      worstMs: 3000,
    })
    expect(whole.stallMs).toEqual([1500, 0, 3000, 0, 0, 0, 0, 0, 0, 0])
    expect((await series(3, 10, 10)).stalls).toBeNull()
  })

  it('has the smoothed time of each peer that is here, as of the end of each span: what the catalog had then', async () => {
    join(0)
    const rtts = (minute: number, peerId: PeerId, ...times: number[]): void =>
      times.forEach((ms, index) => store.recordRtt(NETWORK, peerId, { at: START + minute * MINUTE + index * 100, ms }))
    const [a, b] = [come(0.5, 'a'), come(0.5, 'b')]
    rtts(0.6, a, 100, 180)
    rtts(0.7, b, 50)
    // Gone, and back: it is measured from the start.
    go(2.5, 'b', 'purged')
    come(4.5, 'b')
    rtts(5.5, b, 400)
    const { p50, p95 } = await series(0, 8, 8)
    expect(p50).toEqual([50, 50, 110, 110, 110, 110, 110, 110])
    expect(p95).toEqual([110, 110, 110, 110, 110, 400, 400, 400])
    // A span that begins later has the same.
    expect((await series(5, 8, 3)).p95).toEqual([400, 400, 400])
    expect((await series(3, 4, 1)).p95).toEqual([110])
  })

  it('ranks round-trip times of peers, each once in a span', async () => {
    join(0)
    const at = (minute: number): number => START + minute * MINUTE
    for (let n = 0; n < 20; n += 1) {
      const peerId = come(0.1, `p${n}`)
      store.recordRtt(NETWORK, peerId, { at: at(1.5), ms: n + 1 })
    }
    // Many samples of one peer count as one.
    for (let n = 0; n < 50; n += 1) store.recordRtt(NETWORK, idOf('p0'), { at: at(1.6) + n, ms: 1 })
    const { p50, p95, rttPeers } = await series(0, 3, 3)
    expect(p50).toEqual([null, 10, 10])
    expect(p95).toEqual([null, 19, 19])
    expect(rttPeers).toEqual({ read: 20, all: 20 })
  })

  it('reads a part of the peers where they are many, and says so', async () => {
    join(0)
    for (let n = 0; n < 900; n += 1) store.recordRtt(NETWORK, idOf(`many ${n}`), { at: START + MINUTE / 2, ms: 10 })
    expect((await series(0, 1, 1)).rttPeers).toEqual({ read: 300, all: 900 })
  })

  it('asks whether it is of a peer for few peers at a time', async () => {
    join(0)
    for (let n = 0; n < 350; n += 1) come(0.1, `p${n}`)
    for (let n = 0; n < 350; n += 1) go(0.2, `p${n}`, 'purged')
    for (let n = 0; n < 350; n += 1) come(0.3, `p${n}`)
    let asked = 0
    const among = (): boolean => (asked += 1) > 0
    const most = (steps: Iterator<void, unknown>): number => {
      let [before, found] = [asked, 0]
      for (let done = false; !done; before = asked) {
        done = steps.next().done === true
        found = Math.max(found, asked - before)
      }
      return found
    }
    const span = { networkKey: NETWORK, from: START, to: START + MINUTE, among }
    const fold = { began: () => undefined, ended: () => undefined, result: () => null }
    expect(most(store.presentAt(NETWORK, START + MINUTE, among))).toBe(100)
    expect(asked).toBe(350)
    expect(most(store.presenceSteps(span, () => fold))).toBe(100)
    expect(asked).toBe(4 * 350)
  })

  it('refuses a span that ends before it begins', async () => {
    await expect(series(2, 2, 1)).rejects.toMatchObject({ code: 'InvalidArgument' })
  })
})
