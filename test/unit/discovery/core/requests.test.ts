/** What is asked of peers, and what peers ask. */
import { describe, expect, it } from 'vitest'
import {
  NeighborsAnswer,
  NeighborsRequest,
} from '../../../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import { isNewer } from '../../../../src/main/discovery/entry/version.ts'
import { peerIdOf } from '../../../../src/shared/ids.ts'
import { dialect, pong, tagsHere } from '../../../support/discovery/dialect.ts'
import { Bench, REACHABLE } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'

describe('a request', () => {
  it('[PG2] ends 5 s after it began, the dial included', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ann', REACHABLE)
    bench.take()
    bench.command({ kind: 'ping', peerId })
    const [dial] = bench.taken('dial')
    bench.pass(4000)
    bench.connect(peerId)
    bench.step({ kind: 'dialed', id: dial?.id ?? -1, peerId })
    bench.take()
    bench.pass(999)
    expect(bench.taken('answer')).toEqual([])
    bench.pass(1)
    expect(bench.taken('answer')[0]?.answer).toMatchObject({ error: { code: 'Timeout' } })
  })

  it('[PG1, PG4] of a peer is answered with a version of its own, which is not kept', () => {
    const bench = Bench.online()
    bench.connect(idOf('ann'), 'inbound')
    const { own } = bench.core.parts
    const before = own.signed
    bench.take()
    bench.step({ kind: 'stream', id: 1001, peerId: idOf('ann'), protocol: 'ping' })
    bench.step({ kind: 'message', id: 1001, bytes: dialect.encodePing() })
    const [finish] = bench.taken('finish')
    const answer = dialect.decodePong(finish?.last ?? new Uint8Array()).entry
    expect(isNewer(answer.version, before.entry.version)).toBe(true)
    // Rule PG4: it is not kept, so that the catalogs of others stay equal to ours; what is said next is newer than it.
    expect(own.signed).toBe(before)
    own.refresh()
    expect(isNewer(own.entry.version, answer.version)).toBe(true)
  })
})

describe('pings of peers', () => {
  /** How many of so many pings of one peer are answered, and the versions that they are answered with. */
  function answered(bench: Bench, name: string, count: number): number[] {
    const peerId = idOf(name)
    const versions: number[] = []
    for (let index = 0; index < count; index += 1) {
      bench.take()
      const id = bench.stream(peerId, 'ping')
      bench.step({ kind: 'message', id, bytes: dialect.encodePing() })
      const finish = bench.take().find((output) => output.kind === 'finish')
      if (finish !== undefined)
        versions.push(dialect.decodePong(finish.last ?? new Uint8Array()).entry.version.updatedAt)
    }
    return versions
  }

  it('[PG3] are ten a second of one peer; others are answered beside it', () => {
    const bench = Bench.online()
    for (const name of ['ann', 'bob']) bench.connect(idOf(name), 'inbound')
    expect(answered(bench, 'ann', 15)).toHaveLength(10)
    expect(answered(bench, 'bob', 3)).toHaveLength(3)
    bench.pass(1000)
    expect(answered(bench, 'ann', 15)).toHaveLength(10)
    bench.pass(950)
    expect(answered(bench, 'ann', 15)).toHaveLength(9)
  })

  it('[PG1] are answered with a version of their own, 200 at once and 100 a second, and it is not broadcast', () => {
    const bench = Bench.online()
    const names = Array.from({ length: 30 }, (_, index) => `peer ${index}`)
    for (const name of names) bench.connect(idOf(name), 'inbound')
    bench.step({ kind: 'neighborUp', peerId: idOf('peer 0') })
    bench.pass(3000)
    const out = bench.core.env.counters.gossipOut
    const all = names.flatMap((name) => answered(bench, name, 10))
    expect(all).toHaveLength(300)
    expect(new Set(all).size).toBe(200)
    bench.pass(1000)
    expect(new Set(names.flatMap((name) => answered(bench, name, 10))).size).toBe(100)
    expect(bench.core.env.counters.gossipOut).toBe(out)
  })
})

describe('a ping that is answered', () => {
  it('[PG2, RT1] brings the entry into the catalog and its round-trip time with it', () => {
    const bench = Bench.online()
    const peerId = bench.connect(bench.feed('ann'))
    bench.command({ kind: 'ping', peerId })
    const id = bench.lastStream('ping')
    bench.step({ kind: 'opened', id })
    bench.take()
    bench.pass(40)
    const signed = bench.signed('ann', { tags: tagsHere('fresh') })
    bench.pong(id, signed)
    expect(bench.taken('answer')).toMatchObject([{ answer: { result: { rttMs: 40 } } }])
    expect(bench.core.env.catalog.get(peerId)).toMatchObject({ entry: { tags: tagsHere('fresh') }, rtt: { srtt: 40 } })
  })

  it('[PG2] fails where the signature of the entry does not hold, and brings nothing', () => {
    const bench = Bench.online()
    const peerId = bench.connect(idOf('ann'))
    bench.command({ kind: 'ping', peerId })
    const id = bench.lastStream('ping')
    bench.step({ kind: 'opened', id })
    bench.take()
    const { bytes } = bench.signed('ann')
    bench.step({ kind: 'message', id, bytes: pong({ bytes, signature: new Uint8Array(64) }) })
    expect(bench.taken('answer')).toMatchObject([{ answer: { error: { code: 'BadSignature' } } }])
    expect(bench.core.env.catalog.has(peerId)).toBe(false)
  })

  it('[PG2] ends at once when its caller calls it off, also while the peer is dialed', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ann', REACHABLE)
    bench.take()
    const id = bench.command({ kind: 'ping', peerId })
    const [dial] = bench.taken('dial')
    bench.step({ kind: 'cancel', id })
    const outputs = bench.take()
    expect(outputs.find(({ kind }) => kind === 'callOff')).toMatchObject({ id: dial?.id })
    expect(outputs.find(({ kind }) => kind === 'answer')).toMatchObject({ answer: { error: { code: 'Cancelled' } } })
  })
})

describe('probes', () => {
  it.each([
    [240_000, true, 'nothing'],
    [60_000, false, 'nothing'],
    [240_000, false, 'a ping of the user'],
  ])(
    '[RT2] of a peer that is dialed every %i ms: their connection is closed within seconds: %s, with %s on it',
    (rttDialInterval, is, beside) => {
      const bench = Bench.online({ config: { rttDialInterval } })
      for (let index = 0; index < 8; index += 1) bench.neighbor(bench.feed(`near ${index}`))
      const peerId = bench.connect(idOf('ann'))
      bench.feed('ann', REACHABLE)
      bench.pass(3000)
      for (const { id } of bench.opened('sync')) bench.finishSync(id)
      bench.step({ kind: 'disconnected', peerId })
      bench.take()
      let dial: number | null = null
      const until = bench.ms + 1.5 * rttDialInterval + 5000
      while (dial === null && bench.ms < until) {
        bench.pass(1000)
        dial = bench.taken('dial').find(({ target }) => target.peerId === peerId)?.id ?? null
      }
      bench.connect(peerId)
      bench.step({ kind: 'dialed', id: dial ?? -1, peerId })
      const id = bench.lastStream('ping')
      bench.step({ kind: 'opened', id })
      if (beside !== 'nothing') bench.command({ kind: 'ping', peerId })
      bench.pong(id, bench.signed('ann'))
      bench.take()
      bench.pass(7000)
      expect(bench.taken('disconnect').some((output) => output.peerId === peerId)).toBe(is)
    },
  )
})

describe('questions for neighbors', () => {
  it.runIf(dialect.abilities.neighbors)(
    '[TP1] close a connection that was made to ask within seconds, and no other',
    () => {
      for (const before of [false, true]) {
        const bench = Bench.online()
        for (let index = 0; index < 8; index += 1)
          bench.step({ kind: 'neighborUp', peerId: bench.connect(idOf(`near ${index}`), 'inbound') })
        const peerId = bench.connect(idOf('ann'))
        bench.feed('ann', REACHABLE)
        bench.pass(3000)
        for (const { id } of bench.opened('sync')) bench.finishSync(id)
        if (!before) bench.step({ kind: 'disconnected', peerId })
        bench.take()
        bench.command({ kind: 'neighbors', peerId })
        if (!before) {
          const [dial] = bench.taken('dial')
          bench.connect(peerId)
          bench.step({ kind: 'dialed', id: dial?.id ?? -1, peerId })
        }
        const id = bench.lastStream('neighbors')
        bench.step({ kind: 'opened', id })
        bench.step({ kind: 'message', id, bytes: NeighborsAnswer.encode({ neighbors: [], connected: [] }) })
        bench.take()
        bench.pass(7000)
        const closed = new Set(bench.taken('disconnect').map((output) => output.peerId))
        expect([...closed]).toEqual(before ? [] : [peerId])
      }
    },
  )

  it.runIf(dialect.abilities.neighbors)(
    '[TP1] are answered with the neighbors and the connected peers of this network, once a second',
    () => {
      const bench = Bench.online()
      for (const name of ['ann', 'bob', 'stranger']) bench.connect(idOf(name), 'inbound')
      bench.feed('ann')
      bench.step({ kind: 'neighborUp', peerId: idOf('bob') })
      bench.take()
      const ask = (): NeighborsAnswer | null => {
        const id = bench.stream(idOf('ann'), 'neighbors')
        bench.step({ kind: 'message', id, bytes: NeighborsRequest.encode({}) })
        const last = bench.taken('finish')[0]?.last ?? null
        return last === null ? null : NeighborsAnswer.decode(last)
      }
      const answer = ask()
      expect(answer?.connected.map((key) => peerIdOf(key))).toEqual([idOf('ann')])
      expect(answer?.neighbors.map((key) => peerIdOf(key))).toEqual([idOf('bob')])
      expect(ask()).toBeNull()
      bench.pass(1000)
      expect(ask()).not.toBeNull()
    },
  )
})
