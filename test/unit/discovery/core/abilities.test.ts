/** What differs in networks whose peers can do less, and where an exchange is a connection of its own. */
import { describe, expect, it } from 'vitest'
import { slotChain } from '../../../../src/main/discovery/dht/chain.ts'
import type { Dialect } from '../../../../src/main/discovery/dialect.ts'
import { MalformedMessage } from '../../../../src/shared/errors.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { Bench, fixedRandom, named, NOW, REACHABLE } from '../../../support/discovery/bench.ts'
import type { BenchOptions } from '../../../support/discovery/bench.ts'
import { addressHere, dialect, lean, tagsHere } from '../../../support/discovery/dialect.ts'
import { idOf, signatures } from '../../../support/discovery/entries.ts'
import { slotRecord } from '../../../support/discovery/slots.ts'

/** That of peers that can do least: those of mosaik networks can do no more. */
const least: Dialect = dialect.kind === 'mosaik' ? dialect : lean
const online = (options: BenchOptions = {}): Bench => Bench.online({ dialect: least, ...options })

describe('syncs that carry both catalogs whole', () => {
  /** A sync brought a peer that was not known. */
  function brought(bench: Bench, from: PeerId): void {
    const { presence } = bench.core.parts
    presence.offerAll([bench.signed('newcomer')], from)
    bench.pass(0)
  }

  it.each<[how: string, spoken: Dialect]>([
    ['does not run', least],
    ...(dialect.abilities.reconciles ? [['runs', dialect] satisfies [string, Dialect]] : []),
  ])('[SY11] another one %s for news that one of them brought', (how, spoken) => {
    const bench = Bench.online({ random: fixedRandom(0.5), dialect: spoken }).syncFirst()
    const near = bench.connect(idOf('near'))
    bench.step({ kind: 'neighborUp', peerId: near })
    bench.finishSync(bench.lastStream('sync'))
    bench.pass(2000)
    for (const { id } of bench.opened('sync')) bench.finishSync(id)
    bench.take()
    brought(bench, near)
    bench.pass(120_000)
    expect(bench.opened('sync').some(({ peerId }) => peerId === near)).toBe(how === 'runs')
  })

  it('[SY11] run not again with a peer that comes into the mesh, and once with one that was not synced with', () => {
    const bench = online().syncFirst()
    const near = bench.connect(idOf('near'))
    bench.finishSync(bench.lastStream('sync'))
    bench.take()
    bench.step({ kind: 'neighborUp', peerId: near })
    bench.pass(40_000)
    expect(bench.opened('sync')).toEqual([])
    // Of many peers most are left to others at first sight.
    const left = online({ random: fixedRandom(0.99) }).syncFirst()
    for (const name of named('larger', 30)) left.feed(name, REACHABLE)
    left.take()
    const other = left.feed('another', REACHABLE)
    const phase = () => left.core.env.peers.get(other)?.sync.phase
    expect(phase()).toBe('left')
    left.step({ kind: 'neighborUp', peerId: other })
    expect(phase()).not.toBe('left')
  })

  /** With a peer that we just synced with, and then come to know of others. */
  function synced(from: 'itself' | 'another'): { readonly bench: Bench; readonly near: PeerId } {
    const bench = online().syncFirst()
    const near = bench.connect(idOf('near'))
    const other = bench.connect(idOf('other'))
    for (const { id } of bench.opened('sync')) bench.finishSync(id)
    bench.take()
    bench.pass(100)
    bench.announce(bench.signed('far', { addresses: [] }), from === 'itself' ? near : other)
    return { bench, near }
  }

  it('[SY11] run again with one that comes into the mesh and may have missed whom we heard of since', () => {
    const { bench, near } = synced('another')
    bench.step({ kind: 'neighborUp', peerId: near })
    bench.pass(199)
    expect(bench.opened('sync')).toEqual([])
    bench.pass(1)
    expect(bench.opened('sync').map(({ peerId }) => peerId)).toEqual([near])
  })

  it('[SY11] run not again where that peer told of them, or long after', () => {
    const told = synced('itself')
    told.bench.step({ kind: 'neighborUp', peerId: told.near })
    told.bench.pass(9000)
    expect(told.bench.opened('sync')).toEqual([])
    const late = synced('another')
    late.bench.pass(9000)
    late.bench.take()
    late.bench.pass(2000)
    late.bench.take()
    late.bench.step({ kind: 'neighborUp', peerId: late.near })
    late.bench.pass(5000)
    expect(late.bench.opened('sync').filter(({ peerId }) => peerId === late.near)).toEqual([])
  })

  it('[AN12] are what a node without a neighbor goes on with', () => {
    const bench = online().syncFirst()
    const near = bench.connect(idOf('near'))
    bench.finishSync(bench.lastStream('sync'))
    bench.feed('near')
    bench.take()
    bench.pass(25_000)
    expect(bench.opened('sync').map(({ peerId }) => peerId)).toContain(near)
  })
})

describe('[MO39] an entry of our own that is too large to be announced', () => {
  const small: Dialect = { ...least, limits: { ...least.limits, announcedEntryBytes: 300 } }
  const words = (count: number): readonly string[] =>
    tagsHere(...Array.from({ length: count }, (_, at) => `a word of a tag ${at + 10}`))

  it('is told of once and not announced; that goes on once it is smaller', () => {
    const bench = online({ dialect: small, tags: words(12) }).syncFirst()
    bench.step({ kind: 'neighborUp', peerId: bench.connect(idOf('near')) })
    bench.take()
    const told = bench.core.env.self
    bench.command({ kind: 'change', entry: { ...bench.core.parts.own.entry, tags: words(11) } })
    bench.pass(100_000)
    bench.command({ kind: 'change', entry: { ...bench.core.parts.own.entry, tags: words(10) } })
    bench.pass(100_000)
    expect(bench.core.parts.own.entry.tags).toEqual(words(10))
    const outputs = bench.take()
    expect(outputs.filter(({ kind }) => kind === 'publish')).toEqual([])
    const rejected = outputs.flatMap((output) =>
      output.kind === 'tell' && output.told.kind === 'event' && output.told.event.kind === 'EntryRejected'
        ? [output.told.event]
        : [],
    )
    expect(rejected).toMatchObject([{ peerId: told, reason: 'LimitExceeded', source: 'gossip' }])
    expect(rejected[0]?.detail).toContain('too large to be announced')
    bench.command({ kind: 'change', entry: { ...bench.core.parts.own.entry, tags: words(2) } })
    bench.pass(1000)
    expect(bench.take().filter(({ kind }) => kind === 'publish')).toHaveLength(1)
  })

  it('is none that a change may make', () => {
    const bench = online({ dialect: small })
    const { entry } = bench.core.parts.own
    bench.command({ kind: 'change', entry: { ...entry, tags: words(12) } })
    const answer = bench.take().find(({ kind }) => kind === 'answer')
    expect(answer).toMatchObject({ answer: { error: { code: 'LimitExceeded' } } })
    expect(bench.core.parts.own.entry.tags).toEqual(entry.tags)
  })
})

describe('a network whose peers do not tell their neighbors', () => {
  it('[TP1] is not asked: that fails at once, and says so', () => {
    const bench = online()
    const peerId = bench.feed('ann', REACHABLE)
    bench.take()
    bench.command({ kind: 'neighbors', peerId })
    expect(bench.outputs.filter(({ kind }) => kind === 'dial' || kind === 'open')).toEqual([])
    expect(bench.taken('answer')[0]?.answer).toMatchObject({ error: { code: 'Unavailable' } })
  })
})

describe('a chain that we only read', () => {
  /** A core whose first poll found these in the first slots. */
  function reading(holders: readonly PeerId[]): Bench {
    const bench = online({ dht: true })
    const chain = slotChain(least.dht.root(networkIdFrom('core')), (secret) => signatures.publicKey(secret))
    bench.step({ kind: 'dhtStarted', id: bench.taken('dhtStart')[0]?.id ?? -1 })
    for (const { id, publicKey } of bench.taken('dhtRead')) {
      const at = chain.findIndex((slot) => Buffer.from(slot.publicKey).equals(Buffer.from(publicKey)))
      const holder = holders[at]
      const value = holder === undefined ? null : slotRecord(publicKey, holder, `10.1.1.${at + 1}`)
      bench.step({ kind: 'dhtRead', id, item: value === null ? null : { value, seq: BigInt(NOW) * 1000n } })
    }
    return bench
  }

  it('[DH8] has its holders asked, and no slot taken', () => {
    const bench = reading([idOf('holder')])
    const [dial] = bench.taken('dial')
    expect(dial?.target).toMatchObject({ peerId: idOf('holder'), exchange: bench.core.env.ids.ping })
    bench.step({ kind: 'dialFailed', id: dial?.id ?? -1, error: new Error('nobody is there') })
    expect(bench.taken('dhtWrite')).toEqual([])
    // The poll is over, and the next one comes.
    bench.pass(20_000)
    expect(bench.taken('dhtStart')).toHaveLength(1)
    expect(bench.core.parts.dht?.status().slots[0]).toMatchObject({ holder: idOf('holder') })
  })

  it('[DH8, BD8] has its holders asked all at once, beside the eight dials that are made in turn', () => {
    const holders = Array.from({ length: 16 }, (_, at) => idOf(`holder ${at}`))
    expect(
      reading(holders)
        .taken('dial')
        .map(({ target }) => target.peerId),
    ).toEqual(holders)
  })
})

describe('where each exchange is a connection of its own', () => {
  /** Dials succeed and leave nothing behind, and what is opened is answered: syncs with nothing new. */
  function meet(bench: Bench): void {
    for (let outputs = bench.take(); outputs.length > 0; outputs = bench.take()) {
      for (const output of outputs) {
        if (output.kind === 'dial' && output.target.peerId !== undefined)
          bench.step({ kind: 'dialed', id: output.id, peerId: output.target.peerId })
        if (output.kind === 'open' && output.protocol === 'sync') bench.finishSync(output.id)
      }
    }
  }

  /** It was synced with and pinged, and nothing is on its way. */
  function settled(): { readonly bench: Bench; readonly peerId: PeerId } {
    const bench = online().syncFirst()
    const peerId = bench.feed('ann', REACHABLE)
    for (let second = 0; second < 5; second += 1) {
      meet(bench)
      bench.pass(1000)
    }
    meet(bench)
    return { bench, peerId }
  }

  it('[BD8] a dial says which protocol it is for; one of the user, or to have a connection, is for none', () => {
    const { bench, peerId } = settled()
    const { ids } = bench.core.env
    for (const [kind, exchange] of [
      ['ping', ids.ping],
      ['sync', ids.sync],
    ] as const) {
      bench.command({ kind, peerId })
      expect(bench.taken('dial').map(({ target }) => target)).toMatchObject([{ peerId, exchange }])
      bench.pass(12_000)
      bench.take()
    }
    bench.command({
      kind: 'dial',
      targets: [{ peerId: idOf('bob'), addresses: [addressHere('/ip4/127.0.0.1/tcp/10')] }],
    })
    expect(bench.taken('dial').map(({ target }) => target.exchange)).toEqual([undefined])
  })

  it('[AN8] a peer that is observed is dialed for a connection beside its first sync', () => {
    const dialedFor = (bench: Bench): (string | undefined)[] => {
      const near = bench.connect(idOf('near'), 'inbound')
      const peerId = bench.feed('ann', REACHABLE)
      bench.command({ kind: 'sync', peerId })
      // It is learned of again while the dial of its sync runs, and nobody is connected.
      bench.step({ kind: 'disconnected', peerId: near })
      bench.command({ kind: 'remove', peerId })
      bench.feed('ann', REACHABLE)
      return bench.taken('dial').map(({ target }) => target.exchange)
    }
    const own = online()
    expect(dialedFor(own)).toEqual([own.core.env.ids.sync, undefined])
    const shared = online({ dialect: { ...least, connectsEach: false } })
    expect(dialedFor(shared)).toEqual([shared.core.env.ids.sync])
  })

  it('[PG2, SY7] each is dialed for, and its peer counts as reached', () => {
    const { bench, peerId } = settled()
    const record = bench.core.env.peers.get(peerId)
    expect(record).toMatchObject({ reached: true, connection: null, sync: { phase: 'done' } })
    for (let round = 0; round < 3; round += 1) {
      bench.command({ kind: 'sync', peerId })
      // Others may be for a connection.
      const dial = bench.taken('dial').findLast(({ target }) => target.exchange === bench.core.env.ids.sync)
      bench.step({ kind: 'dialed', id: dial?.id ?? -1, peerId })
      bench.finishSync(bench.lastStream('sync'))
      expect(bench.taken('answer')[0]?.answer).toMatchObject({ result: { received: 0 } })
      expect(record?.connection).toBeNull()
      bench.pass(1000)
    }
  })
})

describe('a message that other peers read and we cannot', () => {
  const cannot: Dialect = {
    ...least,
    decodeGossip: () => ({ kind: 'foreign', error: new MalformedMessage('an entry of tomorrow') }),
  }

  it('[AN4] is ignored, however often it comes', () => {
    const bench = online({ dialect: cannot })
    const from = bench.connect(idOf('near'), 'inbound')
    for (let sent = 0; sent < 50; sent += 1) expect(bench.gossip(Uint8Array.of(sent), from)).toBe('ignore')
    expect(bench.taken('disconnect')).toEqual([])
    expect(bench.core.env.counters.snapshot(0, 0).refused['Malformed']).toBe(50)
  })
})
