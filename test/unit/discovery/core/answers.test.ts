/** What an answer to a ping says of a peer, and what peers announce of it (rules PG4, WK7, WK13). */
import { describe, expect, it } from 'vitest'
import type { SyncView } from '../../../../src/main/discovery/sync/parts.ts'
import { syncViewFor } from '../../../../src/main/discovery/sync/catalog-view.ts'
import type { Version } from '../../../../src/shared/peer.ts'
import type { BenchOptions } from '../../../support/discovery/bench.ts'
import { Bench, NOW } from '../../../support/discovery/bench.ts'
import { dialect, tagsHere } from '../../../support/discovery/dialect.ts'
import { idOf } from '../../../support/discovery/entries.ts'

/** Of one run of a peer, updated so long after its start. */
const at = (ms: number, run = NOW): Version => ({ startedAt: run, updatedAt: run + ms })
const ann = idOf('ann')
const known = (bench: Bench): Version | undefined => bench.core.env.catalog.get(ann)?.entry.version
const sent = (bench: Bench): ReturnType<SyncView['entry']> =>
  syncViewFor(bench.core.env, bench.core.parts.own, ann).entry(ann)

/** The peer answers a ping with this version of its entry. */
function pinged(bench: Bench, version: Version, tag?: string): void {
  if (bench.core.env.connectionOf(ann) === null) bench.connect(ann, 'inbound')
  bench.command({ kind: 'ping', peerId: ann })
  const id = bench.lastStream('ping')
  bench.step({ kind: 'opened', id })
  bench.pong(id, bench.signed('ann', { version, ...(tag === undefined ? {} : { tags: tagsHere(tag) }) }))
}

it('[WK13] peers of mosaik networks announce the version that they have, those of ours a new one', () => {
  expect(dialect.announcesFresh).toBe(dialect.kind !== 'mosaik')
})

describe('a peer does not keep the version that it answers a ping with', () => {
  const online = (options: BenchOptions = {}): Bench => Bench.online(options).syncFirst()

  it('[PG4, WK7] its goodbye is taken, which states an older one, and stands for the whole run', () => {
    const bench = online()
    bench.announce(bench.signed('ann', { version: at(0) }))
    bench.pass(5000)
    pinged(bench, at(5001))
    expect(known(bench)).toEqual(at(0))
    expect(bench.goodbye('ann', at(0))).toBe('accept')
    expect(bench.core.env.catalog.has(ann)).toBe(false)
    // The answer to a ping that was under way brings nobody back, the next run does.
    pinged(bench, at(5002))
    expect(bench.core.env.catalog.has(ann)).toBe(false)
    pinged(bench, at(1, NOW + 5000))
    expect(known(bench)).toEqual(at(1, NOW + 5000))
  })

  it('[PG4, WK7] a goodbye from before what it announced since is ignored as ever', () => {
    const bench = online()
    bench.announce(bench.signed('ann', { version: at(0) }))
    bench.pass(3000)
    bench.announce(bench.signed('ann', { version: at(3000) }))
    pinged(bench, at(3002))
    expect(bench.goodbye('ann', at(0))).toBe('ignore')
    expect(bench.core.env.catalog.has(ann)).toBe(true)
  })

  it('[PG4] what it announces next is news, whatever it answered before', () => {
    const bench = online()
    bench.announce(bench.signed('ann', { version: at(0) }))
    pinged(bench, at(10))
    expect(bench.announce(bench.signed('ann', { version: at(5), tags: tagsHere('late') }))).toBe('accept')
    expect(bench.core.env.catalog.get(ann)?.entry).toMatchObject({ version: at(5), tags: tagsHere('late') })
  })

  it('[PG4, WK7] of a run that was not known it enters, is passed on to nobody, and gives way to what the peer keeps', () => {
    const bench = online()
    // A sync that looked for it would find a difference each time, and get nothing.
    const listed = (): number => bench.core.env.catalog.index.size
    const before = listed()
    pinged(bench, at(10), 'answered')
    expect(listed()).toBe(before)
    expect(bench.core.env.catalog.get(ann)).toMatchObject({ source: 'ping', entry: { version: at(10) } })
    expect(sent(bench)).toBeNull()
    const kept = bench.signed('ann', { version: at(3) })
    expect(bench.announce(kept)).toBe('accept')
    expect(listed()).toBe(before + 1)
    expect(known(bench)).toEqual(at(3))
    expect(sent(bench)?.entry.version).toEqual(at(3))
    expect(bench.announce(bench.signed('ann', { version: at(2) }))).toBe('ignore')
    // A restart that only a ping told of is gone with its goodbye, up to the version of the answer.
    pinged(bench, at(7, NOW + 1000))
    expect(known(bench)).toEqual(at(7, NOW + 1000))
    expect(sent(bench)).toBeNull()
    expect(bench.goodbye('ann', at(4, NOW + 1000))).toBe('accept')
    const { catalog, networkId } = bench.core.env
    expect(catalog.outcomeOf(ann, { version: at(7, NOW + 1000) }, networkId, NOW + 2000)).toBe('Departed')
  })

  it('[ID5, EV2] an answer that states an earlier start than the known run is told as that, and changes nothing', () => {
    const bench = online()
    bench.announce(bench.signed('ann', { version: at(0) }))
    const before = bench.core.env.catalog.get(ann)
    bench.take()
    pinged(bench, { startedAt: NOW - 70_000, updatedAt: NOW - 40_000 })
    const told = { kind: 'EntryRejected', peerId: ann, reason: 'EarlierStart', source: 'ping', aheadMs: -40_000 }
    expect(bench.events().filter(({ kind }) => kind === 'EntryRejected')).toMatchObject([told])
    expect(bench.core.env.catalog.get(ann)?.entry).toBe(before?.entry)
    // Once the run that was known is purged, it enters like others.
    bench.core.env.catalog.remove(ann)
    pinged(bench, { startedAt: NOW - 70_000, updatedAt: NOW - 39_000 })
    expect(bench.core.env.catalog.get(ann)?.entry.version.startedAt).toBe(NOW - 70_000)
  })

  it('[PG4, WK6] it is there while it answers, is measured, and what others cannot use is not sent', () => {
    const bench = online({ config: { purgeAfter: 60_000, announceInterval: 20_000, maxTimeDrift: 20_000 } })
    bench.announce(bench.signed('ann', { version: at(0) }))
    bench.pass(50_000)
    pinged(bench, at(50_001))
    expect(bench.core.env.catalog.get(ann)).toMatchObject({ lastSeen: NOW + 50_000, rtt: { srtt: 0 } })
    expect(sent(bench)).not.toBeNull()
    bench.pass(30_000)
    const peer = bench.core.env.catalog.get(ann)
    expect(peer === null || bench.core.env.catalog.isShown(peer, bench.moment().now)).toBe(true)
    expect(peer).not.toBeNull()
    expect(sent(bench)).toBeNull()
    // From the future it says nothing, or it would stay for ever.
    pinged(bench, at(1_000_000))
    bench.pass(30_500)
    expect(bench.core.env.catalog.has(ann)).toBe(false)
  })
})

describe('where peers announce themselves in the version that they have', () => {
  it('[WK13] only answers to pings tell of a clock', () => {
    const bench = Bench.online({ dialect: { ...dialect, announcesFresh: false } }).syncFirst()
    const behind = (name: string): number | null => bench.core.env.peers.get(idOf(name))?.clockBehindMs ?? null
    for (const name of ['ann', 'bob', 'cat'])
      bench.core.env.clockWatch.noteClock(bench.connect(idOf(name), 'inbound'), 0)
    bench.announce(bench.signed('ann', { version: at(30_000) }), ann)
    // Older than the last announcement of a peer can be by a clock that is right, and from the future: rule CT6 lets both in.
    const told = { bob: at(1000, NOW - 9_000_000), cat: at(500) }
    for (const [name, version] of Object.entries(told))
      expect(bench.core.parts.presence.offerAll([bench.signed(name, { version })], idOf(name))).toBe(1)
    expect([behind('ann'), behind('bob'), behind('cat')]).toEqual([0, 0, 0])
    pinged(bench, { startedAt: NOW - 30_000, updatedAt: NOW - 20_000 })
    expect(behind('ann')).toBe(20_000)
  })
})
