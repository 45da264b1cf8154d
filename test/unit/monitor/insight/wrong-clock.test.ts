/** When our own clock was wrong, and what is told of those that were taken for gone by that. */
import { describe, expect, it } from 'vitest'
import { healthNow } from '../../../../src/main/monitor/insight/health-now.ts'
import { lastFacts } from '../../../../src/main/monitor/insight/why-crashes.ts'
import { peerFacts } from '../../../../src/main/monitor/insight/why-facts.ts'
import { whyNetwork } from '../../../../src/main/monitor/insight/why-network.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import { ClockFollower, wrongClockAt } from '../../../../src/main/monitor/insight/wrong-clock.ts'
import { goneRow } from '../../../../src/main/monitor/rows.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { healthSentence } from '../../../../src/shared/health-words.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import { eachWithStore, NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'
import { whySource } from './why-source.ts'

const SECOND = 1000
const MINUTE = 60_000
const PURGE_MS = 60_000
const compared = (byMs: number | null, peers = 8): DiscoveryEvent => ({ kind: 'ClockCompared', byMs, peers })
const jumped = (byMs: number): DiscoveryEvent => ({ kind: 'ClockJumped', byMs })

describe('our clock, as it is followed', () => {
  const all = (...events: readonly (readonly [second: number, event: DiscoveryEvent])[]) => {
    const follower = new ClockFollower(PURGE_MS)
    for (const [index, [second, event]] of events.entries())
      follower.take({ seq: index + 1, at: second * SECOND, event })
    return follower.all.map(({ from, to, byMs, peers, events: seqs }) => [
      from / SECOND,
      to / SECOND,
      byMs,
      peers,
      seqs,
    ])
  }

  it('was wrong from the jump before it was compared until it was put right', () => {
    const wrong = [
      [190, jumped(180_000)],
      [194, compared(180_100)],
    ] as const
    expect(all(...wrong)).toEqual([[190, Infinity, 180_100, 8, [2, 1]]])
    expect(all(...wrong, [75, jumped(-180_000)], [79, compared(null)])).toEqual([[190, 75, 180_100, 8, [3, 2, 1]]])
    // One that drifts is never set.
    expect(all([10, compared(70_000)], [20, compared(null)])).toEqual([[10, 20, 70_000, 8, [2, 1]]])
    expect(all([10, compared(-70_000)], [20, { kind: 'NetworkLeft', networkId: NETWORK_ID }])).toEqual([
      [10, 20, -70_000, 8, [1]],
    ])
  })

  it('was not by a jump alone, as after a sleep, nor where it was off by little', () => {
    expect(all([190, jumped(180_000)], [4000, compared(null)])).toEqual([])
    expect(all([190, jumped(180_000)], [4000, compared(60_000)])).toEqual([[4000, Infinity, 60_000, 8, [2]]])
    expect(all([10, compared(20_000)], [11, compared(-40_000)])).toEqual([])
    // Ahead by a good part of the time of silence all seem old, refused or not.
    expect(all([10, compared(40_000)])).toHaveLength(1)
  })

  it('was where it was put back before anybody was asked', () => {
    expect(all([190, jumped(180_000)], [20, jumped(-179_000)])).toEqual([[190, 20, 180_000, null, [2, 1]]])
    expect(all([190, jumped(180_000)], [191, jumped(60_000)])).toEqual([])
    // Ten minutes later a jump takes back none that nobody said anything of.
    expect(all([100, jumped(-600_000)], [700, jumped(600_000)])).toEqual([[100.001, 700, -600_000, null, [2, 1]]])
    expect(all([100, jumped(-600_000)], [701, jumped(600_000)])).toEqual([])
  })

  it('is followed for as long as it likes, with the first event that told it and the newest', () => {
    const follower = new ClockFollower(PURGE_MS)
    for (let seq = 1; seq <= 1000; seq += 1) follower.take({ seq, at: seq, event: compared(70_000 + seq) })
    const { events = [] } = follower.wrong ?? {}
    expect([events.length, events.at(0), events.at(-2), events.at(-1)]).toEqual([100, 1000, 902, 1])
    for (let seq = 1001; seq <= 1500; seq += 1)
      follower.take({ seq, at: seq, event: compared(seq % 2 === 0 ? 70_000 : null) })
    expect(follower.all).toHaveLength(101)
  })

  it('explains what counts for that time; what a clock that went back shows again was before it', () => {
    const follower = new ClockFollower(PURGE_MS)
    for (const [seq, at, event] of [
      [1, 100, jumped(-180_000)],
      [2, 104, compared(-180_000)],
      [3, 300, jumped(180_000)],
    ] as const)
      follower.take({ seq, at, event })
    expect([99, 100, 101, 300, 301].map((at) => wrongClockAt(at, follower.all) !== null)).toEqual([
      false,
      false,
      true,
      true,
      false,
    ])
  })
})

describe('peers that were purged while our clock was wrong', () => {
  let store: Store
  eachWithStore((opened) => {
    store = opened
  })
  const version = { startedAt: 1, updatedAt: START + MINUTE }
  const names = ['ann', 'ben', 'cat']
  const rows = names.map((name, index) => peerRow(index + 1, { peerId: idOf(name), version }))
  const log = (second: number, event: DiscoveryEvent): number =>
    store.append(NETWORK, START + second * SECOND, event).seq

  const purge = (second: number, row: PeerRow): void => {
    log(second, { kind: 'PeerDeparted', peerId: row.peerId, reason: 'purged', version })
    store.sessionEnded(NETWORK, row.peerId, START + second * SECOND, 'purged')
  }
  /** Our clock is three minutes ahead from 120 s on, by a clock that is right. */
  const wrong = (): void => {
    log(0, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: NETWORK_ID, addresses: [] })
    for (const { peerId } of rows) {
      log(1, { kind: 'PeerDiscovered', peerId, source: 'gossip', version, tags: [], addresses: [] })
      store.sessionStarted(NETWORK, peerId, START + SECOND, version, 'gossip')
    }
    log(300, jumped(180_000))
    log(304, compared(180_000, 3))
    for (const { peerId } of rows)
      for (const second of [306, 310])
        log(second, { kind: 'EntryRejected', peerId, reason: 'Outdated', source: 'gossip', detail: '' })
    for (const row of rows) purge(330, row)
  }
  const right = (): void => {
    log(150, jumped(-180_000))
    log(154, compared(null, 3))
  }
  const source = (second: number, shown: readonly PeerRow[]) =>
    whySource(store, {
      state: 'online',
      now: START + second * SECOND,
      purgeAfterMs: PURGE_MS,
      rows: () => shown,
    })
  const gone = rows.map((row) => goneRow(row, 'purged', false))
  const health = async (second: number, shown: readonly PeerRow[]) =>
    await healthNow({
      ...source(second, shown),
      network: { kind: 'peerscope', id: NETWORK_ID, name: 'n' },
      store,
      storeStatus: null,
    })
  const network = async (second: number, shown: readonly PeerRow[]) =>
    whyNetwork(await lastFacts(source(second, shown)))
  const whyOf = async (second: number, row: PeerRow) => whyPeer(await peerFacts(source(second, [row]), row))

  it('are told apart from those that went silent, while it lasts and for ten minutes', async () => {
    wrong()
    const while_ = await health(340, gone)
    expect(while_.left).toMatchObject({ silent: 0, ownClock: 3 })
    expect(healthSentence(while_)).toContain('3 left in 10 min (3 while our clock was wrong)')
    right()
    for (const second of [160, 700]) {
      const now = await health(second, rows)
      expect([second, now.left.silent, now.left.ownClock, now.refused]).toEqual([second, 0, 3, 0])
    }
    expect((await health(800, rows)).left.ownClock).toBe(0)
  })

  it('have it in why of the network once the clock is right, with who is back', async () => {
    wrong()
    expect((await network(340, gone)).matter).toBe('own clock')
    right()
    expect(await network(210, rows)).toMatchObject({
      matter: 'clock was wrong',
      sentence:
        'Our clock was 3 min ahead until 1 min ago: 3 peers were taken for gone meanwhile, and all of them came back since.',
      causes: [{ kind: 'own clock', confidence: 'certain', evidence: { kinds: ['ClockCompared', 'ClockJumped'] } }],
      since: START + 150 * SECOND,
    })
    expect((await network(210, [...rows.slice(1), ...gone.slice(0, 1)])).sentence).toMatch(/and 2 came back since\.$/)
    expect((await network(210, gone)).sentence).toMatch(/ago, and 3 peers were taken for gone meanwhile\.$/)
    expect((await network(800, rows)).matter).toBe('fine')
  })

  it('have it as the cause of each, then and once the clock is right', async () => {
    wrong()
    const [row, after] = [gone[0], rows[0]]
    if (row === undefined || after === undefined) throw new Error('nobody is there')
    const best = async (second: number) => (await whyOf(second, row)).causes[0]
    expect(await best(340)).toMatchObject({
      kind: 'own clock',
      confidence: 'likely',
      words: 'the clock of this machine is wrong, 3 min ahead of those of most of 3 peers',
    })
    right()
    const was = 'the clock of this machine was wrong then, 3 min ahead'
    expect(await best(210)).toMatchObject({ kind: 'own clock', confidence: 'likely', words: was })
    expect((await whyOf(210, row)).sentence).toContain(` went silent 1 min ago, probably because ${was}.`)
    // Nor are entries of one that is back refused still.
    const rtt = { srtt: 3, rttvar: 1, last: 3, at: START + 208 * SECOND, samples: 1 }
    const back = {
      ...after,
      rtt,
      connected: true,
      neighbor: true,
      version: { startedAt: 1, updatedAt: START + 205 * SECOND },
    }
    expect(await whyOf(210, back)).toMatchObject({ matter: 'fine', causes: [] })
  })
})
