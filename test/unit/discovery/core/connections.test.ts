/** Which connections are made and kept (rules AN7 to AN12, AD3). */
import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { Bench, fixedRandom, named } from '../../../support/discovery/bench.ts'
import { at, dialed, withNeighbor } from '../../../support/discovery/connecting.ts'
import { addressHere, SAME } from '../../../support/discovery/dialect.ts'
import { idOf } from '../../../support/discovery/entries.ts'

describe('a peer that is learned of', () => {
  it('[AN8] is dialed where nobody is connected, and not where somebody is or it rests', () => {
    const bench = Bench.online({ verbosity: 'trace' })
    const [one = '', two = '', three = ''] = named('smaller', 3)
    const peerId = bench.feed(one, at(1))
    const dial = bench.outputs.find((output) => output.kind === 'dial')
    expect(dialed(bench)).toEqual([peerId])
    bench.step({ kind: 'dialFailed', id: dial?.kind === 'dial' ? dial.id : -1, error: new Error('nobody') })
    bench.command({ kind: 'remove', peerId })
    bench.feed(one, at(1))
    expect(dialed(bench)).toEqual([])
    // It rests as a peer: at another address too, and nothing is begun that could only fail.
    bench.command({ kind: 'remove', peerId })
    bench.take()
    bench.feed(one, at(9))
    expect(dialed(bench)).toEqual([])
    bench.connect(idOf('near'), 'inbound')
    bench.feed(two, at(2))
    expect(dialed(bench)).toEqual([])
    bench.step({ kind: 'disconnected', peerId: idOf('near') })
    bench.take()
    const last = bench.feed(three, at(3))
    expect(dialed(bench)).toEqual([last])
  })

  it('[AN8] is dialed though a peer is connected that says nothing for 5 s', () => {
    const bench = Bench.online({ verbosity: 'trace' })
    bench.connect(idOf('silent'), 'inbound')
    const [one = '', two = ''] = named('smaller', 2)
    bench.pass(4999)
    bench.take()
    bench.feed(one, { addresses: [] })
    bench.feed('near', at(7))
    expect(dialed(bench)).toEqual([])
    bench.pass(1)
    bench.take()
    const peerId = bench.feed(two, at(8))
    expect(dialed(bench)).toEqual([peerId])
  })

  it('[AN8] is dialed while there are fewer than three dials; where one fails another follows after 1 s', () => {
    const bench = Bench.online({ verbosity: 'trace' })
    const peers = named('smaller', 20).map((name, index) => bench.feed(name, at(index)))
    const dials = bench.outputs.filter((output) => output.kind === 'dial')
    expect(dialed(bench)).toEqual(peers.slice(0, 3))
    bench.core.env.timers.clear('balance')
    bench.step({ kind: 'dialFailed', id: dials[0]?.id ?? -1, error: new Error('nobody') })
    bench.pass(999)
    expect(dialed(bench)).toEqual([])
    bench.pass(1)
    const others = dialed(bench)
    expect(others).toHaveLength(1)
    for (const peerId of others) expect(peers.slice(3)).toContain(peerId)
  })

  it('[AN8] has none follow its failed dial where there is a neighbor', () => {
    const bench = Bench.online()
    for (const [index, name] of named('smaller', 9).entries()) bench.feed(name, at(index))
    const dials = bench.taken('dial')
    expect(dials).toHaveLength(3)
    bench.neighbor(idOf('near'))
    bench.core.env.timers.set('balance', bench.ms + 5000)
    for (const { id } of dials) bench.step({ kind: 'dialFailed', id, error: new Error('nobody') })
    expect(bench.core.env.timers.at('balance')).toBe(bench.ms + 5000)
  })
})

describe('a peer that comes to be known', () => {
  it.each([
    ['nobody', 1000],
    ['a neighbor', 5000],
  ])(
    '[AN9] has connections looked at within 1 s where there is no neighbor, and in their turn where there is one: %s',
    (who, inMs) => {
      const bench = Bench.online()
      if (who === 'a neighbor') bench.neighbor(idOf('near'))
      bench.core.env.timers.set('balance', bench.ms + 5000)
      bench.feed('new', { addresses: [] })
      expect(bench.core.env.timers.at('balance')).toBe(bench.ms + inMs)
    },
  )
})

describe('dials', () => {
  it("[BD8] that wait begin in their turn, the user's first", () => {
    const bench = Bench.online()
    // They were known before, and the last neighbor went: rule AN7.
    bench.step({ kind: 'neighborUp', peerId: idOf('near') })
    for (const [index, name] of named('smaller', 12).entries()) bench.feed(name, at(index))
    bench.take()
    bench.step({ kind: 'neighborDown', peerId: idOf('near') })
    const [first, ...others] = bench.taken('dial')
    expect(others).toHaveLength(7)
    bench.command({ kind: 'dial', targets: [at(100)] })
    expect(bench.taken('dial')).toEqual([])
    bench.step({ kind: 'dialFailed', id: first?.id ?? -1, error: new Error('nobody') })
    expect(bench.dialed()).toEqual(at(100).addresses)
  })

  it('[BD9] that are over leave no deadline behind', () => {
    const bench = Bench.online()
    const before = bench.core.env.timers.size
    for (let index = 0; index < 100; index += 1) {
      bench.command({ kind: 'dial', targets: [{ peerId: idOf('ann'), ...at(1) }] })
      for (const { id } of bench.taken('dial')) bench.step({ kind: 'dialFailed', id, error: new Error('nobody') })
    }
    expect(bench.core.env.timers.size).toBeLessThan(before + 5)
  })

  it('[BS4] are listed by their path, and a peer is said to be learned by the one that reached it', () => {
    const bench = Bench.online({
      given: [at(1)],
      known: [{ peerId: idOf('k'), ...at(2), seenAt: 0, connected: true, failures: 0, presentMs: 0, departed: false }],
    })
    bench.step({ kind: 'nearby', target: { peerId: idOf('lan'), ...at(3) } })
    const listed = bench.core.parts.bootstrap.facts().attempts.map(({ path, address }) => [path, address])
    expect(listed.toSorted(([a = ''], [b = '']) => a.localeCompare(b))).toEqual([
      ['given', at(1).addresses[0]],
      ['lan', at(3).addresses[0]],
      ['store', at(2).addresses[0]],
    ])
    const [given] = bench.taken('dial')
    const peerId = bench.connect(idOf('seed'))
    bench.step({ kind: 'dialed', id: given?.id ?? -1, peerId })
    // Its line goes before it shows an entry.
    for (let index = 0; index < 130; index += 1)
      bench.step({ kind: 'nearby', target: { peerId: idOf(`lan ${index}`), ...at(index) } })
    expect(bench.core.parts.bootstrap.facts().attempts.map(({ path }) => path)).not.toContain('given')
    bench.announce(bench.signed('seed'), idOf('lan'))
    expect(bench.core.parts.provenance.of(peerId)).toMatchObject({ path: 'given', from: null })
  })
})

describe('a peer on the local network', () => {
  const nearby = (bench: Bench, name: string, port = 1): void =>
    void bench.step({
      kind: 'nearby',
      target: { peerId: idOf(name), addresses: [addressHere(`/ip4/192.168.0.7/tcp/${port}`)] },
    })

  it('[AD3] is dialed while its entry is not known, also where there are neighbors, and not once it is', () => {
    const bench = withNeighbor()
    const [unknown = '', known = ''] = named('smaller', 2)
    nearby(bench, unknown)
    expect(dialed(bench)).toEqual([idOf(unknown)])
    bench.feed(known, { addresses: [] })
    // Elsewhere than the other one, whose dial would keep it back (rule AD7).
    nearby(bench, known, 2)
    expect(dialed(bench)).toEqual([])
  })

  it('[AD3, AN10] is remembered, and dialed again', () => {
    const bench = withNeighbor()
    nearby(bench, 'lan')
    bench.take()
    bench.pass(60_000)
    expect(dialed(bench).filter((peer) => peer === idOf('lan')).length).toBeGreaterThanOrEqual(2)
  })
})

describe('connections', () => {
  const closed = (bench: Bench): PeerId[] => bench.taken('disconnect').map(({ peerId }) => peerId)

  it('[AN9] that serve nothing for 60 s are closed down to six', () => {
    const bench = withNeighbor()
    for (let index = 0; index < 9; index += 1) bench.connect(idOf(`idle ${index}`), 'inbound')
    // What they are asked for is over at once.
    for (let second = 0; second < 3; second += 1) {
      bench.pass(1000)
      for (const { id } of bench.opened('sync')) bench.finishSync(id)
    }
    bench.take()
    bench.pass(56_000)
    expect(closed(bench)).toEqual([])
    bench.pass(10_000)
    expect(new Set(closed(bench)).size).toBe(4)
  })

  it('[AN9] that only probes use are closed as well', () => {
    const bench = withNeighbor(1, { rttProbeInterval: 10_000 })
    const peers = Array.from({ length: 9 }, (_, index) => bench.connect(idOf(`idle ${index}`), 'inbound'))
    for (let index = 0; index < 9; index += 1) bench.feed(`idle ${index}`, { addresses: [] })
    let pings = 0
    const gone = new Set<PeerId>()
    for (let second = 0; second < 90; second += 1) {
      bench.pass(1000)
      for (const { id } of bench.opened('sync')) bench.finishSync(id)
      for (const { id, peerId } of bench.opened('ping')) {
        pings += 1
        const index = peers.indexOf(peerId)
        bench.step({ kind: 'opened', id })
        if (index >= 0) bench.pong(id, bench.signed(`idle ${index}`))
      }
      for (const peerId of closed(bench)) gone.add(peerId)
    }
    expect(pings).toBeGreaterThan(30)
    expect(gone.size).toBe(4)
  })

  it('[AN9] over 64 the one that is unused for longest goes, those of the mesh last', () => {
    const bench = withNeighbor()
    for (let index = 0; index < 70; index += 1) {
      bench.pass(10)
      bench.connect(idOf(`busy ${index}`), 'inbound')
    }
    bench.take()
    const gone = new Set<PeerId>()
    for (let step = 0; step < 700 && gone.size === 0; step += 1) {
      bench.pass(10)
      for (const peerId of closed(bench)) gone.add(peerId)
    }
    expect(gone.size).toBe(7)
    expect(gone.has(idOf('near'))).toBe(false)
  })

  it('[AN9] to peers that never showed an entry do not count for those that are kept up', () => {
    const bench = withNeighbor()
    for (let index = 0; index < 6; index += 1) bench.connect(idOf(`stranger ${index}`), 'inbound')
    bench.pass(30_000)
    // Just before connections are looked at: later syncs and probes have their turns too.
    bench.pass((bench.core.env.timers.at('balance') ?? 0) - bench.ms - 1)
    const all = named('smaller', 12).map((name, index) => bench.feed(name, at(index)))
    bench.take()
    bench.pass(2)
    const chosen = dialed(bench)
    expect(chosen).toHaveLength(1)
    expect(all).toEqual(expect.arrayContaining(chosen))
  })

  it.each([
    ['half a second', 0, 11, 0, 500],
    ['one and a half seconds', 0, 11, 0.999, 1500],
    ['10 s', 1, 13, 0, 10_000],
    ['30 s', 1, 13, 0.999, 30_000],
    ['half a second', 1, 14, 0, 500],
    ['half a second', 2, 22, 0, 500],
    ['10 s', 3, 22, 0, 10_000],
  ])(
    '[AN9] are filled up one at a time, %s apart with %i neighbors among %i peers, until there are four',
    (...given) => {
      const [, neighbors, among, u, apart] = given
      // First syncs are left to others.
      let number = 0.999
      const bench = Bench.online({ random: { ...fixedRandom(0), number: () => number } })
      const came = bench.ms
      // How long the first one waits is drawn when the neighbor comes.
      number = u
      for (let index = 0; index < neighbors; index += 1) bench.neighbor(idOf(`near ${index}`))
      number = 0.999
      if (neighbors === 0) bench.connect(idOf('near 0'), 'inbound')
      bench.feed('near 0', { addresses: [] })
      const known = bench.ms
      // Beside that one and ourselves.
      for (const [index, name] of named('smaller', among - 2).entries()) bench.feed(name, at(index))
      expect(bench.core.env.catalog.size).toBe(among)
      bench.take()
      number = u
      const times: number[] = []
      for (; bench.ms < (times[0] ?? 90_000) + 3 * apart; bench.pass(5)) {
        for (const { id, target } of bench.taken('dial')) {
          if (target.peerId === undefined) continue
          times.push(bench.ms)
          bench.connect(target.peerId)
          bench.step({ kind: 'dialed', id, peerId: target.peerId })
        }
      }
      expect(times).toHaveLength(3)
      // The first one as long after the neighbor that is enough, and otherwise soon after there is whom to dial.
      const [first = 0] = times
      const [least, most] = apart >= 10_000 ? [came + apart - 25, came + apart + 25] : [known, known + 1025]
      expect(first).toBeGreaterThanOrEqual(least)
      expect(first).toBeLessThanOrEqual(most)
      for (const [index, time] of times.slice(1).entries())
        expect(Math.abs(time - (times[index] ?? 0) - apart)).toBeLessThanOrEqual(25)
    },
  )

  it('[AN9] are dialed 2 s apart where those under way would be enough, and in their turn where six are', () => {
    // First syncs are left to others.
    let number = 0.999
    const bench = Bench.online({ random: { ...fixedRandom(0), number: () => number } })
    bench.connect(idOf('near'), 'inbound')
    bench.feed('near', { addresses: [] })
    for (const [index, name] of named('smaller', 40).entries()) bench.feed(name, at(index))
    bench.take()
    number = 0
    const times: number[] = []
    // The first dial is given up after 10 s.
    for (; bench.ms < (times[0] ?? Infinity) + 9500; bench.pass(10))
      for (let count = bench.taken('dial').length; count > 0; count -= 1) times.push(bench.ms)
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    // With that connection three dials would make four connections.
    expect(Math.max(...waits.slice(0, 2))).toBeLessThanOrEqual(510)
    expect(Math.min(...waits.slice(2, 5))).toBeGreaterThanOrEqual(2000)
    expect(Math.max(...waits.slice(2, 5))).toBeLessThanOrEqual(2510)
    expect(times).toHaveLength(6)
  })

  it('[AN11] are closed when two pings in a row got no answer, and an answer between them counts', () => {
    const bench = withNeighbor()
    const peerId = bench.connect(idOf('ann'), 'inbound')
    bench.feed('ann', { addresses: [] })
    const ping = (): number => {
      bench.take()
      bench.command({ kind: 'ping', peerId })
      const id = bench.opened('ping').findLast((opened) => opened.peerId === peerId)?.id ?? 0
      bench.step({ kind: 'opened', id })
      bench.step({ kind: 'sent', id })
      return id
    }
    // The first probe, which comes soon.
    bench.pass(5000)
    const first = bench.opened('ping').find((opened) => opened.peerId === peerId)
    bench.pong(first?.id ?? 0, bench.signed('ann'))
    const unanswered = (): PeerId[] => {
      ping()
      bench.pass(5000)
      return closed(bench)
    }
    expect(unanswered()).toEqual([])
    bench.pong(ping(), bench.signed('ann'))
    expect(unanswered()).toEqual([])
    expect(unanswered()).toEqual([peerId])
  })

  it('[AN9, AN11] are neither kept nor closed for the pings that compare clocks with peers that show no entry', () => {
    const bench = withNeighbor()
    const peerId = bench.connect(idOf('ann'), 'inbound')
    bench.pass(300_000)
    const pings = bench.opened('ping').filter((opened) => opened.peerId === peerId)
    expect(pings.length).toBeGreaterThanOrEqual(4)
    expect(closed(bench)).toEqual([])
    expect(bench.core.env.peers.get(peerId)?.unanswered).toBe(0)
  })

  it('[AN11] are not closed for pings that never got as far as the peer', () => {
    const bench = withNeighbor()
    const [name = ''] = named('smaller', 1)
    const peerId = bench.feed(name, at(1))
    bench.take()
    for (let index = 0; index < 3; index += 1) bench.command({ kind: 'ping', peerId })
    bench.pass(4999)
    bench.connect(peerId, 'inbound')
    bench.take()
    bench.pass(1)
    const outputs = bench.take()
    expect(outputs.filter(({ kind }) => kind === 'answer')).toHaveLength(3)
    expect(outputs.filter(({ kind }) => kind === 'disconnect')).toEqual([])
  })

  it('[AN12] without a neighbor a connected peer is synced with again, ever more rarely', () => {
    const bench = Bench.online()
    const peerId = bench.connect(idOf('ann'))
    bench.feed('ann', { addresses: [] })
    bench.finishSync(bench.lastStream('sync'))
    bench.take()
    const from = bench.ms
    const syncs: number[] = []
    const pass = (seconds: number): void => {
      for (let step = 0; step < seconds * 100; step += 1) {
        bench.pass(10)
        for (const { id } of bench.opened('sync')) {
          syncs.push(bench.ms)
          bench.step({ kind: 'opened', id })
          bench.step({ kind: 'message', id, bytes: SAME })
        }
        bench.take()
      }
    }
    pass(120)
    expect((syncs[0] ?? 0) - from).toBeLessThanOrEqual(300)
    const waits = syncs.slice(1).map((at, index) => at - (syncs[index] ?? 0))
    for (const [index, due] of [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(due - 20)
      expect(waits[index]).toBeLessThanOrEqual(due + 100)
    }
    bench.step({ kind: 'neighborUp', peerId })
    // A new neighbor is synced with once (rule SY11).
    pass(2)
    const before = syncs.length
    pass(60)
    expect(syncs).toHaveLength(before)
  })
})
