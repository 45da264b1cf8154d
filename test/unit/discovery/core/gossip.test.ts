/** What is announced, and what is heard (rules AN2 to AN6, ID5, WK5, WK7, BD3, BD4). */
import { describe, expect, it } from 'vitest'
import { addressHere, announcement, dialect, tagsHere } from '../../../support/discovery/dialect.ts'
import type { PeerEntry, Version } from '../../../../src/shared/peer.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { Bench, fixedRandom, NOW } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { published, withNeighbor } from '../../../support/discovery/greeted.ts'

const change = (bench: Bench, tag: string): number =>
  bench.command({ kind: 'change', entry: { ...bench.core.parts.own.entry, tags: tagsHere(tag) } })

const versionAt = (offsetMs: number): Version => ({ startedAt: NOW - 1000, updatedAt: NOW + offsetMs })

describe('our own entry', () => {
  it('[AN2, HD2] is broadcast at once when it changed, and in 30 ms once for all other changes', () => {
    const bench = withNeighbor()
    change(bench, 'one')
    expect(published(bench).map(({ tags }) => tags)).toEqual([tagsHere('one')])
    change(bench, 'two')
    change(bench, 'three')
    expect(bench.events()).toMatchObject(
      ['two', 'three'].map((tag) => ({ kind: 'LocalEntryUpdated', tags: tagsHere(tag) })),
    )
    bench.pass(29)
    expect(published(bench)).toEqual([])
    bench.pass(1)
    expect(published(bench).map(({ tags }) => tags)).toEqual([tagsHere('three')])
    bench.pass(1000)
    expect(published(bench)).toEqual([])
  })

  it('[AN2, BD3] is broadcast every 100 ms when it changes all the time, which others take', () => {
    const bench = withNeighbor()
    let sent = 0
    for (let ms = 0; ms < 30_000; ms += 10) {
      change(bench, `at ${ms}`)
      sent += published(bench).length
      bench.pass(10)
      sent += published(bench).length
    }
    // A burst of 30 first, and 10 a second.
    expect(sent).toBeGreaterThan(300)
    expect(sent).toBeLessThanOrEqual(332)
  })

  it('[HD2] is not broadcast, signed or told of where nothing changed', () => {
    const bench = withNeighbor()
    const before = bench.core.parts.own.signed
    bench.command({ kind: 'change', entry: before.entry })
    bench.pass(100)
    const outputs = bench.take()
    expect(outputs.find(({ kind }) => kind === 'answer')).toMatchObject({ answer: { result: false } })
    expect(outputs.filter(({ kind }) => kind === 'publish' || kind === 'tell')).toEqual([])
    expect(bench.core.parts.own.signed).toBe(before)
  })

  describe.each([
    ['only the first one after none, where a sync tells the others what differs', true, 0],
    ['each one, where syncs carry whole catalogs', false, 1],
  ])('when a neighbor comes up: %s', (_which, reconciles, greetings) => {
    const online = (): Bench =>
      Bench.online({ dialect: { ...dialect, abilities: { ...dialect.abilities, reconciles } } })

    it('[AN2] is broadcast in a version of its own, at most once in 10 s', () => {
      const bench = online()
      const before = bench.core.parts.own.entry.version
      bench.step({ kind: 'neighborUp', peerId: idOf('one') })
      bench.step({ kind: 'neighborUp', peerId: idOf('two') })
      bench.pass(100)
      const [greeting, ...more] = published(bench)
      expect(more).toEqual([])
      expect(greeting?.version.updatedAt).toBeGreaterThan(before.updatedAt)
      bench.step({ kind: 'neighborUp', peerId: idOf('three') })
      bench.pass(9800)
      expect(published(bench)).toEqual([])
      bench.pass(300)
      expect(published(bench)).toHaveLength(greetings)
      bench.pass(20_000)
      bench.step({ kind: 'neighborUp', peerId: idOf('four') })
      bench.pass(100)
      expect(published(bench)).toHaveLength(greetings)
    })

    it('[AN2] is broadcast for the first one after none, not before 10 s after the last greeting', () => {
      const bench = online()
      bench.step({ kind: 'neighborUp', peerId: idOf('one') })
      bench.pass(5000)
      bench.step({ kind: 'neighborDown', peerId: idOf('one') })
      change(bench, 'meanwhile')
      bench.take()
      bench.step({ kind: 'neighborUp', peerId: idOf('two') })
      bench.pass(4900)
      expect(published(bench)).toEqual([])
      bench.pass(200)
      expect(published(bench).map(({ tags }) => tags)).toEqual([tagsHere('meanwhile')])
    })

    it('[AN2] is broadcast for the next one at once where the one that came up had gone', () => {
      const bench = online()
      bench.step({ kind: 'neighborUp', peerId: idOf('one') })
      bench.pass(10)
      bench.step({ kind: 'neighborDown', peerId: idOf('one') })
      bench.pass(100)
      bench.step({ kind: 'neighborUp', peerId: idOf('two') })
      bench.pass(100)
      expect(published(bench)).toHaveLength(1)
    })

    it('[AN2] is not repeated within 10 s for the first one after none, where syncs tell only what differs', () => {
      const bench = online()
      bench.step({ kind: 'neighborUp', peerId: idOf('one') })
      bench.pass(5000)
      bench.step({ kind: 'neighborDown', peerId: idOf('one') })
      bench.step({ kind: 'neighborUp', peerId: idOf('two') })
      bench.pass(6000)
      expect(published(bench)).toHaveLength(reconciles ? 1 : 2)
      bench.step({ kind: 'neighborDown', peerId: idOf('two') })
      bench.step({ kind: 'neighborUp', peerId: idOf('three') })
      bench.pass(10_000)
      expect(published(bench)).toHaveLength(1)
    })
  })

  it('[AN3] waits where there is no neighbor, in the newest version alone', () => {
    const bench = Bench.online()
    change(bench, 'one')
    change(bench, 'two')
    bench.pass(60_000)
    expect(published(bench)).toEqual([])
    bench.step({ kind: 'neighborUp', peerId: idOf('near') })
    bench.pass(100)
    expect(published(bench).map(({ tags }) => tags)).toEqual([tagsHere('two')])
  })

  it('[AN3] is sent again 2 s after it did not get out, where there still is a neighbor', () => {
    const bench = withNeighbor()
    change(bench, 'one')
    bench.pass(100)
    expect(published(bench)).toHaveLength(1)
    bench.step({ kind: 'unpublished' })
    bench.pass(1900)
    expect(published(bench)).toEqual([])
    bench.pass(200)
    expect(published(bench).map(({ tags }) => tags)).toEqual([tagsHere('one')])
    // What is new does not wait for that.
    bench.step({ kind: 'unpublished' })
    change(bench, 'two')
    bench.pass(100)
    expect(published(bench).map(({ tags }) => tags)).toEqual([tagsHere('two')])
    bench.pass(5000)
    expect(published(bench)).toEqual([])
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    bench.step({ kind: 'unpublished' })
    bench.pass(60_000)
    expect(published(bench)).toEqual([])
  })

  it('[AN2, AN3] is broadcast for the next neighbor though that comes soon, where the greeting did not get out', () => {
    const bench = withNeighbor()
    bench.step({ kind: 'unpublished' })
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    bench.pass(2000)
    expect(published(bench)).toEqual([])
    bench.step({ kind: 'neighborUp', peerId: idOf('next') })
    bench.pass(10_000)
    expect(published(bench)).toHaveLength(1)
  })

  it('[WK5, AN2] is repeated after interval + U(0, 2j) − j, each time in a newer version', () => {
    for (const [u, delay] of [
      [0, 22_500],
      [0.5, 45_000],
      [0.75, 56_250],
    ] as const) {
      const bench = Bench.online({
        random: fixedRandom(u),
        config: { announceInterval: 45_000, announceJitter: 0.5 },
      })
      bench.step({ kind: 'neighborUp', peerId: idOf('near') })
      bench.pass(delay - 1)
      bench.take()
      const before = bench.core.parts.own.entry.version
      bench.pass(1)
      const after = bench.core.parts.own.entry.version
      expect(after.updatedAt).toBeGreaterThan(before.updatedAt)
      bench.pass(100)
      expect(published(bench).map(({ version }) => version)).toEqual([after])
      bench.pass(delay)
      expect(published(bench)).toHaveLength(1)
    }
  })

  it('[WK2] has the addresses of the node, and is broadcast when they change', () => {
    const bench = withNeighbor()
    const alone = Bench.online()
    for (const each of [bench, alone]) each.step({ kind: 'addresses', addresses: [addressHere('/ip4/10.9.9.9/tcp/1')] })
    expect(alone.events()).toMatchObject([
      { kind: 'LocalEntryUpdated', addresses: [addressHere('/ip4/10.9.9.9/tcp/1')] },
    ])
    expect(published(bench)).toMatchObject([{ addresses: [addressHere('/ip4/10.9.9.9/tcp/1')] }])
    bench.step({ kind: 'addresses', addresses: [addressHere('/ip4/10.9.9.9/tcp/1')] })
    bench.pass(100)
    expect(published(bench)).toEqual([])
  })
})

describe('an announced entry', () => {
  it.each<[string, 'accept' | 'ignore', Partial<PeerEntry>]>([
    ['is taken and passed on', 'accept', {}],
    ['of another network is ignored', 'ignore', { networkId: networkIdFrom('another') }],
    ['updated 50 s ago is taken', 'accept', { version: versionAt(-50_000) }],
    ['updated more than 50 s ago is ignored', 'ignore', { version: versionAt(-50_001) }],
    ['from 50 s ahead is taken', 'accept', { version: versionAt(50_000) }],
    ['from more than 50 s ahead is ignored', 'ignore', { version: versionAt(50_001) }],
  ])('[AN4] %s', (_what, verdict, changes) => {
    const bench = Bench.online()
    expect(bench.announce(bench.signed('ann', changes))).toBe(verdict)
    expect(bench.core.env.catalog.has(idOf('ann'))).toBe(verdict === 'accept')
  })

  it('[AN4] that is no news is ignored, before its signature is looked at', () => {
    const bench = Bench.online()
    const signed = bench.signed('ann', { version: versionAt(0) })
    expect(bench.announce(signed)).toBe('accept')
    const { signaturesVerified } = bench.core.env.counters
    expect(bench.announce(signed)).toBe('ignore')
    expect(bench.announce(bench.signed('ann', { version: versionAt(-1) }))).toBe('ignore')
    expect(bench.core.env.counters.signaturesVerified).toBe(signaturesVerified)
    expect(bench.announce(bench.signed('ann', { version: versionAt(1) }))).toBe('accept')
  })

  it('[AN4] that a sync brought before is passed on all the same, once', () => {
    const bench = Bench.online()
    const signed = bench.signed('ann', { version: versionAt(0) })
    bench.command({ kind: 'feed', signed })
    bench.take()
    const forged = { bytes: signed.bytes, signature: new Uint8Array(64) }
    expect(bench.gossip(announcement(forged))).toBe('reject')
    expect(bench.announce(signed)).toBe('accept')
    expect(bench.announce(signed)).toBe('ignore')
    expect(bench.announce(bench.signed('ann', { version: versionAt(-1) }))).toBe('ignore')
    expect(bench.events().map(({ kind }) => kind)).toEqual(['EntryRejected'])
    const newer = bench.signed('ann', { version: versionAt(1) })
    expect(bench.announce(newer)).toBe('accept')
    expect(bench.announce(newer)).toBe('ignore')
  })

  it('[AN4] that is undecodable or wrongly signed is rejected', () => {
    const bench = Bench.online()
    const { bytes } = bench.signed('ann')
    expect(bench.gossip(announcement({ bytes, signature: new Uint8Array(64) }))).toBe('reject')
    expect(bench.gossip(Uint8Array.of(255, 1, 2))).toBe('reject')
    expect(bench.gossip(new Uint8Array(0))).toBe('reject')
    expect(bench.gossip(new Uint8Array(100_000))).toBe('reject')
    expect(bench.events().flatMap((event) => (event.kind === 'EntryRejected' ? [event.reason] : []))).toEqual([
      'BadSignature',
      'Malformed',
      'Malformed',
      'LimitExceeded',
    ])
  })

  it('[AN4, WK1] is ignored before the node is online and after its end', () => {
    const early = new Bench()
    expect(early.announce(early.signed('ann'))).toBe('ignore')
    const late = Bench.online()
    late.step({ kind: 'leave' })
    expect(late.announce(late.signed('ann'))).toBe('ignore')
    for (const bench of [early, late]) expect(bench.core.env.catalog.has(idOf('ann'))).toBe(false)
  })

  it('[BD3] is ignored over 500 newcomers of one neighbor, and over 60 versions of one peer', () => {
    const bench = Bench.online()
    const taken = Array.from({ length: 70 }, (_, index) =>
      bench.announce(bench.signed('ann', { version: versionAt(index) })),
    )
    expect(taken.filter((verdict) => verdict === 'accept')).toHaveLength(60)
    const newcomers = Array.from({ length: 510 }, (_, index) =>
      bench.announce(bench.signed(`newcomer ${index}`, { addresses: [] }), idOf('teller')),
    )
    expect(newcomers.filter((verdict) => verdict === 'accept')).toHaveLength(500)
    expect(bench.announce(bench.signed('one more'), idOf('another'))).toBe('accept')
  })

  it('[BD3] is not even decoded over 6,000 messages of one neighbor', () => {
    const bench = Bench.online()
    const signed = bench.signed('ann')
    for (let index = 0; index < 6000; index += 1) bench.core.parts.announce.limits.admits(idOf('teller'), 300)
    expect(bench.announce(signed, idOf('teller'))).toBe('ignore')
    expect(bench.core.env.counters.snapshot(0, 0).refused['GossipRate']).toBe(1)
    expect(bench.announce(signed, idOf('another'))).toBe('accept')
  })
})

describe('a peer that sends what no peer sends', () => {
  it('[BD4] is disconnected after more than 20 bad messages, and neither served nor taken back for 60 s', () => {
    const bench = Bench.online()
    const bad = bench.connect(idOf('bad'), 'inbound')
    bench.take()
    for (let index = 0; index < 20; index += 1) bench.gossip(Uint8Array.of(255, index), bad)
    expect(bench.taken('disconnect')).toEqual([])
    bench.gossip(Uint8Array.of(255), bad)
    expect(bench.taken('disconnect')).toMatchObject([{ peerId: bad }])
    const id = bench.stream(bad, 'ping')
    const refused = bench.take()
    expect(refused.filter(({ kind }) => kind === 'disconnect' || kind === 'reset')).toMatchObject([
      { peerId: bad },
      { id },
    ])
    bench.step({ kind: 'disconnected', peerId: bad })
    bench.take()
    bench.connect(bad, 'inbound')
    expect(bench.taken('disconnect')).toMatchObject([{ peerId: bad }])
    expect(bench.core.env.connectionOf(bad)).toBeNull()
    bench.pass(60_001)
    bench.connect(bad, 'inbound')
    expect(bench.core.env.connectionOf(bad)).not.toBeNull()
  })

  it('[BD4] is not one that tells what is not for us', () => {
    const bench = Bench.online()
    const near = bench.connect(idOf('near'), 'inbound')
    const other = bench.signed('ann', { networkId: networkIdFrom('another') })
    bench.take()
    for (let index = 0; index < 60; index += 1) bench.announce(other, near)
    expect(bench.taken('disconnect')).toEqual([])
  })
})

describe('a goodbye', () => {
  function withAnn(): { bench: Bench; version: Version } {
    const bench = Bench.online()
    const version = versionAt(0)
    bench.announce(bench.signed('ann', { version }))
    bench.take()
    return { bench, version }
  }

  it('[AN5, WK7, EV1] removes the peer, is passed on, and told as graceful', () => {
    const { bench, version } = withAnn()
    expect(bench.goodbye('ann', version)).toBe('accept')
    expect(bench.events()).toEqual([{ kind: 'PeerDeparted', peerId: idOf('ann'), reason: 'graceful', version }])
  })

  it('[AN5] is taken up to 50 s from now, in both directions', () => {
    for (const [offsetMs, verdict] of [
      [-50_001, 'ignore'],
      [50_001, 'ignore'],
      [-50_000, 'accept'],
      [50_000, 'accept'],
    ] as const) {
      const { bench, version } = withAnn()
      expect(bench.goodbye('ann', version, { offsetMs })).toBe(verdict)
      expect(bench.core.env.catalog.has(idOf('ann'))).toBe(verdict === 'ignore')
    }
  })

  it('[AN5] that the peer did not sign is rejected', () => {
    const { bench, version } = withAnn()
    expect(bench.goodbye('ann', version, { by: 'bob' })).toBe('reject')
    expect(bench.core.env.catalog.has(idOf('ann'))).toBe(true)
  })

  it('[WK7] of an older version or an unknown peer is neither taken nor passed on', () => {
    const { bench, version } = withAnn()
    expect(bench.goodbye('ann', { ...version, updatedAt: version.updatedAt - 1 })).toBe('ignore')
    expect(bench.goodbye('bob', version)).toBe('ignore')
    expect(bench.goodbye('me', bench.core.parts.own.entry.version)).toBe('ignore')
    expect(bench.core.env.catalog.size).toBe(2)
  })
})
