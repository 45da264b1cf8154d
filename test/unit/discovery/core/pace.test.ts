/** How often the nodes of a large network announce themselves, and for how long their entries stay. */
import { describe, expect, it } from 'vitest'
import { decodeEntry, encodeEntry } from '../../../../src/main/discovery/dialects/peerscope/entry-codec.ts'
import { Entry } from '../../../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import { nextInterval } from '../../../../src/main/discovery/announce/pace.ts'
import { mosaik } from '../../../../src/main/discovery/dialects/mosaik/mosaik.ts'
import { peerscope } from '../../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { syncViewFor } from '../../../../src/main/discovery/sync/catalog-view.ts'
import { parseSignedEntry, verifyEntry } from '../../../../src/main/discovery/entry/entry.ts'
import { changedFields, normalized } from '../../../../src/main/discovery/entry/local-entry.ts'
import type { DiscoveryConfig } from '../../../../src/shared/config.ts'
import { BadSignature, InvalidArgument, MalformedMessage } from '../../../../src/shared/errors.ts'
import type { PeerEntry } from '../../../../src/shared/peer.ts'
import { SeededRandom } from '../../../sim/random.ts'
import { Bench, fixedRandom, NOW } from '../../../support/discovery/bench.ts'
import type { BenchOptions } from '../../../support/discovery/bench.ts'
import { pacedAt } from '../../../support/discovery/dialect.ts'
import { entryOf, idOf, signatures, signedOf } from '../../../support/discovery/entries.ts'

/** As it is by default, but for what peers are asked. */
const USUAL = { announceInterval: 45_000, announceJitter: 0.5, purgeAfter: 300_000 }
const HOUR = 3_600_000

/** So few announcements a second that a handful of peers are a large network: one asks for ten seconds. */
const slow = pacedAt(0.1)

/** The periodic announcement comes after its interval, with neither more nor less. */
function online(options: BenchOptions = {}): Bench {
  return Bench.online({ dialect: slow, random: fixedRandom(0.5), ...options, config: { ...USUAL, ...options.config } })
}

/** Peers of a version that the network has from now on, beside ourselves. */
function grow(bench: Bench, peers: number, changes: Partial<PeerEntry> = {}): void {
  for (let index = bench.core.env.catalog.size; index <= peers; index += 1)
    // They stay: it is not they who are looked at.
    bench.feed(`peer ${index}`, { announcedEvery: HOUR, ...changes })
}

function shrink(bench: Bench, peers: number): void {
  for (let index = bench.core.env.catalog.size - 1; index > peers; index -= 1)
    bench.command({ kind: 'remove', peerId: idOf(`peer ${index}`) })
}

const stated = ({ core }: Bench): number | undefined => core.parts.own.entry.announcedEvery
/** In how many milliseconds it announces itself again. */
const dueIn = (bench: Bench): number => (bench.core.env.timers.at('announce') ?? 0) - bench.ms
/** Until it has announced itself again. */
const announce = (bench: Bench): void => bench.pass(dueIn(bench))

describe('[AN14] the announce interval', () => {
  it('is that of the settings up to 45 s, then what the number of peers asks for', () => {
    const bench = online()
    for (const [peers, every] of [
      [1, 45_000],
      [4, 45_000],
      [9, 100_000],
      [19, 200_000],
      [39, 400_000],
    ] as const) {
      grow(bench, peers)
      announce(bench)
      expect(dueIn(bench)).toBe(every)
      expect(stated(bench)).toBe(every === 45_000 ? undefined : every)
    }
  })

  it('is for 20 announcements a second in the whole network: nothing changes up to 900 peers', () => {
    expect(peerscope.pace?.perSecond).toBe(20)
    for (const [peers, every] of [
      [2, null],
      [900, null],
      [1200, 60_000],
      [10_000, 500_000],
      [50_000, 2_500_000],
      [1_000_000, HOUR],
    ] as const)
      expect(nextInterval(undefined, peers / 20, 45_000)).toBe(every)
  })

  it('is jittered as it is in small networks', () => {
    for (const [u, part] of [
      [0, 0.5],
      [0.75, 1.25],
    ] as const) {
      const bench = online({ random: fixedRandom(u) })
      grow(bench, 19)
      announce(bench)
      expect(dueIn(bench)).toBe(200_000 * part)
    }
  })

  it('is at most one hour', () => {
    const bench = online({ dialect: pacedAt(0.001) })
    grow(bench, 9)
    announce(bench)
    expect([stated(bench), dueIn(bench)]).toEqual([HOUR, HOUR])
  })

  it('is what the user set where that is longer, and is not stated then', () => {
    const bench = online({ config: { announceInterval: 150_000, purgeAfter: 1_000_000 } })
    grow(bench, 14)
    announce(bench)
    expect([stated(bench), dueIn(bench)]).toEqual([undefined, 150_000])
    grow(bench, 29)
    announce(bench)
    expect(stated(bench)).toBe(300_000)
  })

  it('is not stated where it is below 45 s: the settings stand', () => {
    const bench = online({ config: { announceInterval: 1000, purgeAfter: 10_000 } })
    grow(bench, 3)
    announce(bench)
    expect([stated(bench), dueIn(bench)]).toEqual([undefined, 1000])
  })

  it('stays where the number of peers changes by less than a quarter, and follows where it changes by more', () => {
    const bench = online()
    grow(bench, 19)
    announce(bench)
    for (const peers of [24, 16, 23, 17]) {
      grow(bench, peers)
      shrink(bench, peers)
      announce(bench)
      expect(stated(bench)).toBe(200_000)
    }
    grow(bench, 25)
    announce(bench)
    expect(stated(bench)).toBe(260_000)
    shrink(bench, 19)
    announce(bench)
    expect(stated(bench)).toBe(200_000)
    shrink(bench, 3)
    announce(bench)
    expect([stated(bench), dueIn(bench)]).toEqual([undefined, 45_000])
  })

  it('does not flap: around any size it changes once at most, and stays within a quarter of what is asked for', () => {
    const random = new SeededRandom(1)
    for (let run = 0; run < 2000; run += 1) {
      const around = 10 ** (1.5 + random.number() * 2.5)
      const values = new Set<number | null>()
      let most = 1
      let before: number | undefined
      for (let step = 0; step < 50; step += 1) {
        // By a tenth up and down.
        const dueS = around * (0.9 + random.number() * 0.2)
        const next = nextInterval(before, dueS, 45_000)
        before = next ?? undefined
        values.add(next)
        const is = next ?? 45_000
        if (dueS >= 45 && dueS <= 3600) most = Math.max(most, is / (dueS * 1000), (dueS * 1000) / is)
      }
      expect(most).toBeLessThanOrEqual(1.2501)
      expect(values.size, `around ${around} s`).toBeLessThanOrEqual(2)
    }
  })

  it('is decided with each periodic announcement: changes go out at once, and state what was stated', () => {
    const bench = online()
    bench.step({ kind: 'neighborUp', peerId: idOf('near') })
    grow(bench, 19)
    announce(bench)
    bench.pass(1000)
    bench.take()
    const entry = bench.core.parts.own.entry
    bench.command({ kind: 'change', entry: { ...entry, tags: ['new'], announcedEvery: 77_777 } })
    const [published] = bench.taken('publish')
    const heard = published === undefined ? null : peerscope.decodeGossip(published.message, entry.networkId)
    expect(heard).toMatchObject({ kind: 'entry', entry: { entry: { tags: ['new'], announcedEvery: 200_000 } } })
    // And no event tells of it.
    expect(changedFields(entry, { ...entry, announcedEvery: 77_777 })).toEqual([])
    const { announcedEvery: _none, ...without } = entry
    expect(normalized(entry, without).announcedEvery).toBe(200_000)
  })

  it('is left as it is where more than one in ten states a version that does not know it', () => {
    const bench = online()
    grow(bench, 2, { protocolVersion: '1.0.9' })
    grow(bench, 18)
    // Two of nineteen, and of twenty.
    announce(bench)
    expect(stated(bench)).toBeUndefined()
    grow(bench, 19)
    announce(bench)
    expect(stated(bench)).toBe(200_000)
    bench.feed('old', { protocolVersion: '1.0.0' })
    announce(bench)
    expect([stated(bench), dueIn(bench)]).toEqual([undefined, 45_000])
  })

  it.each([
    ['0.9.9', false],
    ['1.0.0', false],
    ['1.0.99', false],
    ['1.1.0', true],
    ['1.10.0', true],
    ['2.0.0', true],
    ['none', false],
  ])('is known to peers of %s: %s', (version, known) => {
    expect(peerscope.pace?.readBy(version)).toBe(known)
  })

  it('is never stated by a node that states an older version itself', () => {
    const bench = online({
      protocolVersion: '1.0.0',
      dialect: { ...slow, stating: (protocolVersion) => ({ ...slow, protocolVersion }) },
    })
    grow(bench, 19)
    announce(bench)
    expect([stated(bench), dueIn(bench)]).toEqual([undefined, 45_000])
  })

  it('never grows in networks of mosaik, whose entries have no place for it', () => {
    expect(mosaik.pace).toBeNull()
    const bench = online({ dialect: { ...slow, pace: mosaik.pace } })
    grow(bench, 39)
    announce(bench)
    expect([stated(bench), dueIn(bench)]).toEqual([undefined, 45_000])
    const { protocolVersion } = mosaik
    const addresses = ['/ip4/127.0.0.1/udp/1/quic-v1']
    expect(() => mosaik.encodeEntry(entryOf('ann', { protocolVersion, addresses, announcedEvery: 60_000 }))).toThrow(
      InvalidArgument,
    )
  })
})

describe('[AN14, EN1] an entry', () => {
  it('states its interval, and has the bytes that it had before where there is none', () => {
    const bytes = encodeEntry(entryOf('ann', { announcedEvery: 60_000 }))
    expect(decodeEntry(bytes).announcedEvery).toBe(60_000)
    const plain = encodeEntry(entryOf('ann'))
    // The field and three bytes of a varint.
    expect(bytes.subarray(0, plain.length)).toEqual(plain)
    expect([...bytes.subarray(plain.length)]).toEqual([0x58, 0xe0, 0xd4, 0x03])
    expect(Object.keys(decodeEntry(plain))).not.toContain('announcedEvery')
  })

  it('is refused where it states none, what is usual, or too much', () => {
    for (const announcedEvery of [0, 1, 45_000, HOUR + 1, 2 ** 32 + 60_000]) {
      expect(() => encodeEntry(entryOf('ann', { announcedEvery }))).toThrow(InvalidArgument)
      const wire = Entry.encode({ ...Entry.decode(encodeEntry(entryOf('ann'))), announcedEvery })
      expect(() => decodeEntry(wire)).toThrow(MalformedMessage)
    }
    expect(() => encodeEntry(entryOf('ann', { announcedEvery: 50_000.5 }))).toThrow(InvalidArgument)
    for (const announcedEvery of [45_001, HOUR])
      expect(decodeEntry(encodeEntry(entryOf('ann', { announcedEvery }))).announcedEvery).toBe(announcedEvery)
  })

  it('is signed with it', () => {
    const { signature } = signedOf('ann', { announcedEvery: 60_000 })
    const other = encodeEntry(entryOf('ann', { announcedEvery: HOUR }))
    expect(() => verifyEntry(parseSignedEntry(peerscope, other, signature), signatures)).toThrow(BadSignature)
  })
})

describe('[AN14] a peer that states its interval', () => {
  const has = (bench: Bench, name: string): boolean => bench.core.env.catalog.has(idOf(name))
  /** When the peer is purged, milliseconds from now on; its entry is of now. */
  function stays(announcedEvery: number | null, config: Partial<DiscoveryConfig> = {}): number {
    const bench = online({ config })
    bench.feed('ann', announcedEvery === null ? {} : { announcedEvery })
    const soonest = bench.core.env.catalog.soonestExpiry()
    if (soonest === null) throw new Error('nobody is there')
    const ms = soonest - NOW
    if (ms > 600_000) return ms
    bench.pass(ms)
    expect(has(bench, 'ann')).toBe(true)
    bench.pass(100)
    expect(bench.events()).toContainEqual(expect.objectContaining({ kind: 'PeerDeparted', reason: 'purged' }))
    return ms
  }

  it('stays for as many intervals as others do, by our own settings', () => {
    expect(stays(null)).toBe(300_000)
    expect(stays(60_000)).toBe(400_000)
    expect(stays(HOUR)).toBe(24_000_000)
    expect(stays(60_000, { announceInterval: 30_000 })).toBe(600_000)
    expect(stays(60_000, { announceInterval: 100_000 })).toBe(300_000)
  })

  it('is shown, taken and sent for as long, and Outdated then', () => {
    const bench = online()
    const ann = bench.signed('ann', { announcedEvery: 90_000 })
    bench.command({ kind: 'feed', signed: ann })
    const { catalog } = bench.core.env
    const fresh = (at: number): boolean => catalog.snapshot(at).peers.has(idOf('ann'))
    expect([fresh(NOW + 600_000), fresh(NOW + 600_001)]).toEqual([true, false])
    const outcome = (at: number) => catalog.outcomeOf(idOf('ben'), ann.entry, ann.entry.networkId, at)
    expect([outcome(NOW + 600_000), outcome(NOW + 600_001)]).toEqual(['New', 'Outdated'])
  })

  it('is asked for in a sync by its version, and dropped where it is too old by what it states', () => {
    const { catalog } = online().core.env
    const at = { startedAt: NOW - 1000, updatedAt: NOW }
    const ann = idOf('ann')
    expect(catalog.mayBeNews(ann, at, NOW + 24_000_000)).toBe(true)
    expect(catalog.mayBeNews(ann, at, NOW + 24_000_001)).toBe(false)
    const isNews = (announcedEvery?: number) => catalog.isNews(ann, { version: at, announcedEvery }, NOW + 600_000)
    expect([isNews(90_000), isNews(89_000), isNews()]).toEqual([true, false, false])
  })

  it('is sent in a sync for as long', () => {
    const bench = online()
    bench.feed('ann', { announcedEvery: 90_000 })
    const { env, parts } = bench.core
    const sent = (): unknown => syncViewFor(env, parts.own, idOf('ann')).entry(idOf('ann'))
    for (const ms of [300_001, 299_999]) {
      bench.stall(ms)
      bench.core.at(bench.moment())
      // As if it had run all the time: else it would wait for word of the peer (rule WK11).
      env.clockWatch.watch(null)
      expect(sent()).not.toBeNull()
    }
    bench.stall(1)
    bench.core.at(bench.moment())
    env.clockWatch.watch(null)
    expect(sent()).toBeNull()
  })

  it('goes as early as others do when it announces itself as often again', () => {
    const bench = online()
    bench.feed('ann', { announcedEvery: HOUR })
    // Who would have gone before it, and now goes after it.
    bench.feed('ben', { announcedEvery: 60_000 })
    bench.pass(1000)
    bench.feed('ann', {})
    bench.take()
    bench.pass(300_000)
    expect(has(bench, 'ann')).toBe(true)
    bench.pass(100)
    expect([has(bench, 'ann'), has(bench, 'ben')]).toEqual([false, true])
  })

  it('stays gone after its goodbye for as long as an entry of it could come back', () => {
    const bench = online()
    const long = bench.signed('ann', { announcedEvery: 90_000 })
    bench.announce(long)
    bench.pass(1000)
    const short = bench.signed('ann', {})
    bench.announce(short)
    bench.pass(1000)
    const { version } = short.entry
    expect(bench.goodbye('ann', version)).toBe('accept')
    bench.pass(600_000 - 2000)
    const offered = (): unknown =>
      bench.core.env.catalog.outcomeOf(idOf('ann'), long.entry, long.entry.networkId, NOW + bench.ms)
    expect(offered()).toBe('Departed')
    bench.pass(1)
    expect(offered()).toBe('Outdated')
  })

  it('stays gone for as long as the version that it left with could, which we may not have had', () => {
    const bench = online()
    bench.announce(bench.signed('ann', { announcedEvery: 90_000 }))
    bench.pass(100_000)
    const last = bench.signed('ann', { announcedEvery: 90_000 })
    expect(bench.goodbye('ann', last.entry.version)).toBe('accept')
    bench.pass(600_000)
    expect(bench.core.env.catalog.outcomeOf(idOf('ann'), last.entry, last.entry.networkId, NOW + bench.ms)).toBe(
      'Departed',
    )
  })
})
