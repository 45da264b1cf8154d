/** What a node that is alone dials: given addresses, places of earlier runs and of peers that went (rules AN10, BS2, BS3). */
import { describe, expect, it } from 'vitest'
import type { KnownPlace } from '../../../../src/main/discovery/bootstrap/known-places.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { addressHere } from '../../../support/discovery/dialect.ts'
import { Bench, named, NOW } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'

/** What is dialed in this time, as often as it is; nobody answers. */
function dialedWithin(bench: Bench, ms: number, stepMs = 500): string[] {
  const dialed: string[] = []
  const fail = (): void => {
    for (const output of bench.take()) {
      if (output.kind !== 'dial') continue
      dialed.push(output.target.addresses[0] ?? '')
      bench.step({ kind: 'dialFailed', id: output.id, error: new Error('nobody is there') })
    }
  }
  fail()
  for (let step = 0; step < ms; step += stepMs) {
    bench.pass(stepMs)
    fail()
  }
  return dialed
}

const addressOf = (index: number): string => addressHere(`/ip4/10.9.${index >> 8}.${index & 255}/tcp/1`)

describe('an address that the user gave', () => {
  it('[AN10] is tried again 1 s to 60 s apart, with backoff and jitter, for ever', () => {
    const bench = Bench.online({ given: [{ addresses: [addressOf(1)] }] })
    const tried: number[] = []
    for (let step = 0; step < 20_000; step += 1) {
      for (const output of bench.take()) {
        if (output.kind !== 'dial') continue
        tried.push(bench.ms)
        bench.step({ kind: 'dialFailed', id: output.id, error: new Error('nobody') })
      }
      bench.pass(100)
    }
    const waits = tried.slice(1).map((time, index) => time - (tried[index] ?? 0))
    expect(waits[0]).toBeGreaterThanOrEqual(1000)
    expect(waits[0]).toBeLessThanOrEqual(2200)
    expect(waits[2]).toBeGreaterThanOrEqual(4000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_200)
    expect(waits.at(-1)).toBeGreaterThan(29_000)
    expect(new Set(waits.slice(-8)).size).toBeGreaterThan(1)
    expect(waits.length).toBeGreaterThan(30)
  })

  it('[AN10] is tried no more once the user takes it back, where it was dialed; else it stays', () => {
    const start = { addresses: [addressOf(1)] }
    const bench = Bench.online({ given: [start] })
    bench.command({ kind: 'dial', targets: [{ peerId: idOf('typo'), addresses: [addressOf(2)] }] })
    expect(dialedWithin(bench, 60_000)).toEqual(expect.arrayContaining([addressOf(1), addressOf(2)]))
    expect(bench.core.parts.bootstrap.facts().dialed).toEqual([addressOf(2)])
    const answers = (target: { addresses: string[] }): unknown => {
      bench.command({ kind: 'takeBack', target })
      return bench.taken('answer').map(({ answer }) => answer)
    }
    expect(answers({ addresses: [addressOf(2)] })).toEqual([{ result: true }])
    expect(answers(start)).toEqual([{ result: false }])
    const dialed = dialedWithin(bench, 200_000)
    expect(dialed).toContain(addressOf(1))
    expect(dialed).not.toContain(addressOf(2))
  })

  it('[AN10] stays when its peer says goodbye, whether given at the start or dialed', () => {
    const bench = Bench.online({ given: [{ peerId: idOf('seed'), addresses: [addressOf(1)] }] })
    bench.connect(idOf('near'))
    bench.step({ kind: 'neighborUp', peerId: idOf('near') })
    const [first] = bench.taken('dial')
    bench.connect(idOf('seed'))
    bench.step({ kind: 'dialed', id: first?.id ?? -1, peerId: idOf('seed') })
    bench.command({ kind: 'dial', targets: [{ addresses: [addressOf(2)] }] })
    const [second] = bench.taken('dial')
    bench.connect(idOf('friend'))
    bench.step({ kind: 'dialed', id: second?.id ?? -1, peerId: idOf('friend') })
    for (const name of ['seed', 'friend']) {
      bench.feed(name, { addresses: [] })
      const version = bench.core.env.catalog.get(idOf(name))?.entry.version ?? { startedAt: 0, updatedAt: 0 }
      expect(bench.goodbye(name, version)).toBe('accept')
      bench.step({ kind: 'disconnected', peerId: idOf(name) })
    }
    const dialed = dialedWithin(bench, 60_000)
    expect(dialed).toContain(addressOf(1))
    expect(dialed).toContain(addressOf(2))
  })

  it('[AN10] stays however many ghosts come and are purged', () => {
    const config = { purgeAfter: 10_000, announceInterval: 2000, maxTimeDrift: 2000 }
    const bench = Bench.online({ given: [{ addresses: [addressOf(900)] }], config })
    for (let index = 0; index < 400; index += 1) bench.feed(`ghost ${index}`, { addresses: [addressOf(index)] })
    dialedWithin(bench, 60_000)
    expect(bench.core.env.catalog.size).toBe(1)
    expect(dialedWithin(bench, 120_000)).toContain(addressOf(900))
  })

  it('[AN10] is tried again 1 s later where its connection breaks before anybody is a neighbor, with backoff too', () => {
    const peerId = idOf('seed')
    const bench = Bench.online({ given: [{ addresses: [addressOf(1)] }] })
    const tried: number[] = []
    for (let step = 0; step < 600; step += 1) {
      for (const output of bench.take()) {
        if (output.kind !== 'dial') continue
        tried.push(bench.ms)
        bench.connect(peerId)
        bench.step({ kind: 'dialed', id: output.id, peerId })
        bench.step({ kind: 'disconnected', peerId })
      }
      bench.pass(100)
    }
    const waits = tried.slice(1).map((time, index) => time - (tried[index] ?? 0))
    expect(waits[0]).toBeGreaterThanOrEqual(1000)
    expect(waits[0]).toBeLessThanOrEqual(2200)
    expect(waits[2]).toBeGreaterThanOrEqual(4000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_200)
  })

  it('[AN10] rests while its peer is known and there is a neighbor, and is tried at once when the last one goes', () => {
    const bench = Bench.online({ given: [{ addresses: [addressOf(1)] }] })
    const [dial] = bench.taken('dial')
    const near = bench.connect(idOf('near'))
    bench.feed('near', { addresses: [] })
    bench.step({ kind: 'dialed', id: dial?.id ?? -1, peerId: near })
    bench.step({ kind: 'neighborUp', peerId: idOf('far') })
    bench.step({ kind: 'disconnected', peerId: near })
    expect(dialedWithin(bench, 120_000)).not.toContain(addressOf(1))
    bench.take()
    bench.step({ kind: 'neighborDown', peerId: idOf('far') })
    expect(bench.dialed()).toContain(addressOf(1))
  })

  it('[AN10, WK4] by dial is kept: the last 64', () => {
    const bench = Bench.online()
    const all = Array.from({ length: 70 }, (_, index) => addressOf(index))
    bench.command({ kind: 'dial', targets: all.map((address) => ({ addresses: [address] })) })
    dialedWithin(bench, 2000)
    expect([...new Set(dialedWithin(bench, 180_000))].toSorted()).toEqual(all.slice(6).toSorted())
  })
})

describe('places of peers that were purged', () => {
  const QUICK = { purgeAfter: 10_000, announceInterval: 2000, maxTimeDrift: 2000 }

  /** So many of each kind come and are purged; then the places that are dialed are counted. */
  function remembered(neighbors: number, others: number): { neighbors: number; others: number } {
    const bench = Bench.online({ config: QUICK })
    bench.step({ kind: 'neighborUp', peerId: idOf('near') })
    for (let index = 0; index < neighbors; index += 1) {
      const peerId = bench.feed(`neighbor ${index}`, { addresses: [addressOf(index)] })
      bench.step({ kind: 'neighborUp', peerId })
      bench.step({ kind: 'neighborDown', peerId })
    }
    for (let index = 0; index < others; index += 1)
      bench.feed(`other ${index}`, { addresses: [addressOf(1000 + index)] })
    dialedWithin(bench, 20_000)
    expect(bench.core.env.catalog.size).toBe(1)
    // Long enough for each to have its turn: they are drawn at random.
    const dialed = new Set(dialedWithin(bench, 90_000 * Math.max(neighbors, others), 6000))
    const first = [...dialed].filter((address) => Number(address.split('.')[2]) < 2)
    return { neighbors: first.length, others: dialed.size - first.length }
  }

  it('[AN10] are the newest 64 of neighbors', () => {
    expect(remembered(70, 2)).toEqual({ neighbors: 64, others: 2 })
  })

  it('[AN10] are 256 of others, and neighbors beside them', () => {
    expect(remembered(2, 262)).toEqual({ neighbors: 2, others: 256 })
  })

  it('[AN10] are one of each kind every 15 s, or every purgeAfter / 2 where that is less', () => {
    for (const [purgeAfter, least, most] of [
      [60_000, 6, 9],
      [12_000, 10, 25],
    ] as const) {
      const bench = Bench.online({ config: { purgeAfter, announceInterval: 2000, maxTimeDrift: 2000 } })
      bench.step({ kind: 'neighborUp', peerId: idOf('near') })
      for (const kind of ['neighbor', 'other']) {
        const peerId = bench.feed(`a ${kind}`, { addresses: [addressOf(kind.length)] })
        bench.core.parts.dials.ledger.heard(addressOf(kind.length), peerId)
        if (kind === 'neighbor') bench.step({ kind: 'neighborUp', peerId })
      }
      dialedWithin(bench, purgeAfter + 1000)
      const dialed = dialedWithin(bench, 120_000)
      for (const kind of ['neighbor', 'other']) {
        const times = dialed.filter((address) => address === addressOf(kind.length)).length
        expect(times).toBeGreaterThanOrEqual(least)
        expect(times).toBeLessThanOrEqual(most)
      }
    }
  })

  it('[AN10] are not dialed once their peers are in the catalog again', () => {
    const bench = Bench.online({
      verbosity: 'trace',
      config: {
        purgeAfter: 60_000,
        announceInterval: 20_000,
        maxTimeDrift: 2000,
        rttProbeInterval: 3_600_000,
        rttDialInterval: 3_600_000,
      },
    })
    bench.connect(idOf('near'))
    bench.step({ kind: 'neighborUp', peerId: idOf('near') })
    for (let index = 0; index < 4; index += 1) {
      bench.connect(idOf(`friend ${index}`))
      bench.feed(`friend ${index}`, { addresses: [] })
    }
    const [name = ''] = named('smaller', 1)
    bench.feed(name, { addresses: [addressOf(1)] })
    bench.pass(61_000)
    expect(bench.core.env.catalog.has(idOf(name))).toBe(false)
    for (let index = 0; index < 4; index += 1) bench.feed(`friend ${index}`, { addresses: [] })
    bench.feed(name, { addresses: [addressOf(1)] })
    bench.take()
    bench.pass(50_000)
    const kept = bench
      .taken('log')
      .filter(({ line }) => line.peer === idOf(name) && line.fields['for'] === 'connections')
    expect(kept.filter(({ line }) => line.message === 'dialing')).toEqual([])
  })

  it('[AN10, EV1] are not those that the user removed or that said goodbye', () => {
    const bench = Bench.online({ config: { purgeAfter: 60_000, announceInterval: 2000, maxTimeDrift: 2000 } })
    bench.step({ kind: 'neighborUp', peerId: idOf('near') })
    const [one = '', two = '', three = ''] = named('smaller', 3)
    bench.feed(one, { addresses: [addressOf(1)] })
    bench.feed(two, { addresses: [addressOf(2)] })
    bench.feed(three, { addresses: [addressOf(3)] })
    bench.take()
    bench.command({ kind: 'remove', peerId: idOf(one) })
    const version = bench.core.env.catalog.get(idOf(two))?.entry.version ?? { startedAt: 0, updatedAt: 0 }
    expect(bench.goodbye(two, version)).toBe('accept')
    expect(bench.events().flatMap((event) => (event.kind === 'PeerDeparted' ? [event.reason] : []))).toEqual([
      'removed',
      'graceful',
    ])
    dialedWithin(bench, 61_000)
    expect([...new Set(dialedWithin(bench, 60_000))]).toEqual([addressOf(3)])
  })
})

describe('places of an earlier run', () => {
  const known = (count: number): KnownPlace[] =>
    Array.from({ length: count }, (_, index) => ({
      peerId: idOf(`known ${index}`),
      addresses: [addressOf(index)],
      seenAt: NOW,
      connected: true,
      failures: 0,
      presentMs: 1000,
      departed: false,
    }))
  const dials = (bench: Bench): { id: number; target: { peerId?: PeerId } }[] => bench.taken('dial')

  it('[BS2] are dialed beside given addresses', () => {
    const bench = Bench.online({ known: known(1), given: [{ addresses: [addressOf(500)] }] })
    expect(bench.dialed().toSorted()).toEqual([addressOf(0), addressOf(500)].toSorted())
  })

  it('[BS2] are dialed four at once, the next when one is over', () => {
    const bench = Bench.online({ known: known(6) })
    const [first, ...others] = dials(bench)
    expect(others).toHaveLength(3)
    bench.step({ kind: 'dialFailed', id: first?.id ?? -1, error: new Error('nobody') })
    expect(dials(bench)).toHaveLength(1)
  })

  it('[BS3] are dialed again 30 s after a round, and not where there is a neighbor then', () => {
    for (const neighbor of [false, true]) {
      const bench = Bench.online({ known: known(1) })
      const [dial] = dials(bench)
      bench.step({ kind: 'dialFailed', id: dial?.id ?? -1, error: new Error('nobody') })
      if (neighbor) bench.step({ kind: 'neighborUp', peerId: idOf('near') })
      const status = () => bench.core.parts.bootstrap.warmStart.status()
      expect(status()).toMatchObject({ state: 'done', dialed: 1, nextAt: neighbor ? null : NOW + 30_000 })
      bench.pass(29_999)
      expect(status().state).toBe('done')
      bench.pass(1)
      expect(status().state).toBe(neighbor ? 'done' : 'running')
      // No round is planned either: a network that is lost later has a catalog to dial.
      if (!neighbor) continue
      bench.step({ kind: 'neighborDown', peerId: idOf('near') })
      expect(status().nextAt).toBeNull()
    }
  })
})
