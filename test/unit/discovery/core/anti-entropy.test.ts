/** Rule SY11: what a sync brings to one node comes to all. */
import { describe, expect, it } from 'vitest'
import { SyncAnswer, SyncRequest } from '../../../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { publicKeyOf } from '../../../../src/shared/ids.ts'
import { SeededRandom } from '../../../sim/random.ts'
import { Bench, fixedRandom } from '../../../support/discovery/bench.ts'
import { syncRequest } from '../../../support/discovery/dialect.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const NEIGHBORS = ['near', 'nearer', 'nearest'].map(idOf)

/** With three neighbors, whose catalogs are ours. */
function withNeighbors(random = fixedRandom(0.5)): Bench {
  const bench = Bench.online({ random }).syncFirst()
  for (const peerId of NEIGHBORS) bench.neighbor(peerId)
  return bench
}

/** The peer syncs with us and brings an entry. */
function bring(bench: Bench, from: PeerId, name: string): void {
  const id = bench.stream(from, 'sync')
  const signed = bench.signed(name)
  const root = { prefix: '', count: 0, fingerprint: new Uint8Array(16) }
  const say = (request: Parameters<typeof SyncRequest.encode>[0]): void => {
    bench.step({ kind: 'message', id, bytes: SyncRequest.encode(request) })
  }
  say({ compare: { root } })
  bench.step({ kind: 'sent', id })
  say({ offer: { items: [{ publicKey: Uint8Array.from(publicKeyOf(idOf(name))), ...signed.entry.version }] } })
  bench.step({ kind: 'sent', id })
  say({ page: { entries: [Uint8Array.from(signed.bytes)], signatures: [Uint8Array.from(signed.signature)] } })
  bench.step({ kind: 'verified', id, entries: [signed] })
  bench.step({ kind: 'sent', id })
  bench.step({ kind: 'ended', id })
  bench.take()
}

/** The other side of a sync that we began knows nobody, and takes this peer's entry. */
function give(bench: Bench, id: number, peerId: PeerId): void {
  bench.step({ kind: 'opened', id })
  const answers = [
    { ranges: { digests: [], items: [{ prefix: '', items: [] }] } },
    { want: { publicKeys: [Uint8Array.from(publicKeyOf(peerId))] } },
    { want: { publicKeys: [] } },
  ]
  for (const answer of answers) {
    bench.step({ kind: 'sent', id })
    bench.step({ kind: 'message', id, bytes: SyncAnswer.encode(answer) })
  }
}

/**
 * When syncs begin within so many milliseconds, counted from now, and with whom.
 * @param lack the peer that the other side of each lacks; by default all know the same
 */
function syncsWithin(
  bench: Bench,
  ms: number,
  lack: (sync: number) => PeerId | null = () => null,
): { readonly at: number; readonly peerId: PeerId }[] {
  const from = bench.ms
  const began: { at: number; peerId: PeerId }[] = []
  while (bench.ms < from + ms) {
    bench.pass(50)
    for (const { id, peerId } of bench.opened('sync')) {
      const lacked = lack(began.length)
      began.push({ at: bench.ms - from, peerId })
      if (lacked === null) bench.finishSync(id)
      else give(bench, id, lacked)
    }
    bench.take()
  }
  return began
}

describe('a peer that comes into the mesh', () => {
  /** It was synced with before. */
  function connected(direction: 'inbound' | 'outbound'): Bench {
    const bench = Bench.online().syncFirst()
    bench.connect(idOf('ann'), direction)
    bench.pass(1000)
    for (const { id } of bench.opened('sync')) bench.finishSync(id)
    bench.take()
    bench.step({ kind: 'neighborUp', peerId: idOf('ann') })
    return bench
  }

  it.each([
    ['outbound', 200],
    ['inbound', 1200],
  ] as const)('[SY11] is synced with once more where the connection is %s, after %i ms', (direction, ms) => {
    const bench = connected(direction)
    bench.pass(ms - 1)
    expect(bench.opened('sync')).toEqual([])
    bench.pass(1)
    expect(bench.opened('sync')).toHaveLength(1)
    bench.finishSync(bench.lastStream('sync'))
    bench.take()
    bench.pass(100_000)
    expect(bench.opened('sync')).toEqual([])
  })

  it.each([
    ['inbound', 1000],
    ['outbound', 0],
  ] as const)(
    '[SY11] while the first sync with it runs (%s) is synced with once more %i ms after that, since it may have heard of others',
    (direction, ms) => {
      const bench = Bench.online().syncFirst()
      const ann = bench.connect(idOf('ann'), direction)
      const theirs = direction === 'inbound' ? bench.stream(ann, 'sync') : null
      bench.pass(100)
      bench.step({ kind: 'neighborUp', peerId: ann })
      bench.pass(100)
      if (theirs === null) bench.finishSync(bench.lastStream('sync'))
      else {
        bench.step({ kind: 'message', id: theirs, bytes: syncRequest() })
        bench.step({ kind: 'ended', id: theirs })
      }
      bench.take()
      bench.pass(ms - 1)
      expect(bench.opened('sync')).toEqual([])
      bench.pass(1)
      expect(bench.opened('sync').map(({ peerId }) => peerId)).toEqual([ann])
      bench.finishSync(bench.lastStream('sync'))
      bench.take()
      expect(syncsWithin(bench, 60_000).filter(({ peerId }) => peerId === ann)).toEqual([])
    },
  )

  it('[SY11] and went meanwhile is not', () => {
    const bench = Bench.online().syncFirst()
    const ann = bench.connect(idOf('ann'))
    bench.pass(100)
    bench.step({ kind: 'neighborUp', peerId: ann })
    bench.step({ kind: 'neighborDown', peerId: ann })
    bench.finishSync(bench.lastStream('sync'))
    bench.take()
    bench.pass(9000)
    expect(bench.opened('sync')).toEqual([])
  })

  it('[SY11] is not synced with again where it began that itself', () => {
    const bench = connected('inbound')
    bring(bench, idOf('ann'), 'ann')
    expect(syncsWithin(bench, 10_000)).toEqual([])
  })
})

describe('what is told again and again', () => {
  it('[SY11] by a neighbor that comes and goes is one sync in 30 s', () => {
    const bench = withNeighbors()
    const began: number[] = []
    for (let index = 0; index < 900; index += 1) {
      bench.step({ kind: 'neighborUp', peerId: idOf('near') })
      began.push(...syncsWithin(bench, 100).map(({ at }) => bench.ms - 100 + at))
      bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    }
    expect(began.length).toBeGreaterThanOrEqual(3)
    expect(began.length).toBeLessThanOrEqual(4)
  })

  it('[SY11] by peers that are invented is a burst of news, then some in 30 s', () => {
    const bench = withNeighbors()
    let syncs = 0
    for (let second = 0; second < 120; second += 1) {
      bring(bench, idOf('near'), `invented ${second}`)
      syncs += syncsWithin(bench, 1000).length
      if (second === 59) syncs = 0
    }
    // Each that is let through is followed by seven at the most, here by three.
    expect(syncs).toBeGreaterThan(2)
    expect(syncs).toBeLessThanOrEqual(16)
  })

  it('[SY11] all at once counts once', () => {
    const bench = withNeighbors()
    for (let index = 0; index < 8; index += 1) bring(bench, idOf('near'), `one of many ${index}`)
    syncsWithin(bench, 20_000)
    bring(bench, idOf('near'), 'another')
    expect(syncsWithin(bench, 600)).toHaveLength(1)
  })

  it('[SY11] above the rate waits for 32 s', () => {
    const bench = withNeighbors()
    for (let second = 0; second < 8; second += 1) {
      bring(bench, idOf('near'), `invented ${second}`)
      syncsWithin(bench, 1000)
    }
    syncsWithin(bench, 64_000)
    // Two were earned meanwhile.
    for (let index = 0; index < 3; index += 1) {
      bring(bench, idOf('near'), `late ${index}`)
      bench.core.env.timers.clear('antiEntropy')
    }
    bring(bench, idOf('near'), 'the last one')
    expect(syncsWithin(bench, 60_000).map(({ at }) => at)).toEqual([32_000])
  })
})

describe('after a sync that told of a peer that was not known', () => {
  it('[SY11] a neighbor is synced with after 0.5 s, then after 1 to 32 s more, then no one', () => {
    const bench = withNeighbors()
    bring(bench, idOf('near'), 'far')
    const began = syncsWithin(bench, 300_000, () => idOf('far'))
    expect(began.map(({ at }) => at)).toEqual([500, 1500, 3500, 7500, 15_500, 31_500, 63_500])
    for (const { peerId } of began) expect(NEIGHBORS).toContain(peerId)
  })

  it('[SY11] it ends once three different neighbors had nothing to tell', () => {
    for (const seed of [1, 2, 3, 4]) {
      const bench = withNeighbors(new SeededRandom(seed))
      bench.neighbor(idOf('the fourth'))
      bring(bench, idOf('near'), 'far')
      const began = syncsWithin(bench, 300_000)
      expect(began).toHaveLength(3)
      expect(new Set(began.map(({ peerId }) => peerId)).size).toBe(3)
      // The one that lacks something shows that others may: it begins again, with any of them.
      bring(bench, idOf('near'), 'farther')
      expect(syncsWithin(bench, 300_000, (sync) => (sync === 2 ? idOf('far') : null))).toHaveLength(6)
    }
  })

  it('[SY11] each neighbor is asked once, where there are fewer than three', () => {
    const bench = Bench.online({ random: fixedRandom(0.5) }).syncFirst()
    for (const name of ['near', 'nearer']) bench.neighbor(idOf(name))
    bring(bench, idOf('near'), 'far')
    expect(syncsWithin(bench, 300_000).map(({ at }) => at)).toEqual([500, 1500])
  })

  it('[SY11] it is another neighbor now and then, at times that differ by up to a quarter', () => {
    const runs = [1, 2, 3, 4, 5, 6].map((seed) => {
      const bench = withNeighbors(new SeededRandom(seed))
      bring(bench, idOf('near'), 'far')
      return syncsWithin(bench, 2000)[0]
    })
    expect(new Set(runs.map((first) => first?.peerId)).size).toBeGreaterThan(1)
    const times = runs.map((first) => first?.at ?? NaN)
    expect(new Set(times).size).toBeGreaterThan(1)
    for (const at of times) expect(Math.abs(at - 500)).toBeLessThanOrEqual(175)
  })

  it('[SY11] more news begins it again, and does not put off the one that is due', () => {
    const bench = withNeighbors()
    bring(bench, idOf('near'), 'far')
    expect(syncsWithin(bench, 20_000, () => idOf('far'))).toHaveLength(5)
    bring(bench, idOf('near'), 'farther')
    bench.pass(200)
    bring(bench, idOf('near'), 'farthest')
    expect(syncsWithin(bench, 4000).map(({ at }) => at)).toEqual([300, 1300, 3300])
  })

  it.each(['inbound', 'outbound'] as const)(
    '[SY11] which is the one that the sync was with (%s), nothing follows',
    (direction) => {
      const bench = withNeighbors()
      bench.connect(idOf('new'), direction)
      for (const { id } of bench.opened('sync')) bench.finishSync(id)
      bring(bench, idOf('new'), 'new')
      expect(bench.core.env.catalog.has(idOf('new'))).toBe(true)
      expect(syncsWithin(bench, 100_000)).toEqual([])
    },
  )

  it('[SY11] a newer entry of a known peer is no such news', () => {
    const bench = withNeighbors()
    bring(bench, idOf('near'), 'far')
    expect(syncsWithin(bench, 100_000)).toHaveLength(3)
    const before = bench.core.env.catalog.get(idOf('far'))?.entry.version
    bring(bench, idOf('near'), 'far')
    expect(bench.core.env.catalog.get(idOf('far'))?.entry.version).not.toEqual(before)
    expect(syncsWithin(bench, 100_000)).toEqual([])
  })

  it('[SY11] nor is a peer that announces itself', () => {
    const bench = withNeighbors()
    expect(bench.announce(bench.signed('far', { addresses: [] }), idOf('near'))).toBe('accept')
    expect(syncsWithin(bench, 100_000)).toEqual([])
  })
})
