/** Completions that come when the state they belong to has moved on. */
import { describe, expect, it } from 'vitest'
import { addressHere } from '../../../support/discovery/dialect.ts'
import { Bench } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'

describe('a completion that comes late', () => {
  it('[WK3, WK4, BD8] of a dial that took too long is dropped, and its place is free at once', () => {
    const bench = Bench.online()
    const targets = Array.from({ length: 9 }, (_, index) => ({
      addresses: [addressHere(`/ip4/10.0.0.${index}/tcp/1`)],
    }))
    const id = bench.command({ kind: 'dial', targets })
    const dials = bench.taken('dial')
    expect(dials).toHaveLength(8)
    bench.pass(10_000)
    const late = bench.take()
    expect(late.filter(({ kind }) => kind === 'callOff')).toHaveLength(8)
    expect(late.filter(({ kind }) => kind === 'dial')).toHaveLength(1)
    for (const dial of dials) bench.step({ kind: 'dialed', id: dial.id, peerId: idOf('somebody') })
    expect(bench.taken('answer')).toEqual([])
    bench.pass(10_000)
    const [answer] = bench.taken('answer')
    expect(answer).toMatchObject({ id })
    expect(JSON.stringify(answer)).not.toContain(idOf('somebody'))
  })

  it('[WK3, RT4] of a ping to a peer that went and came back measures nothing', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ann')
    bench.connect(peerId)
    bench.take()
    bench.command({ kind: 'ping', peerId })
    const [open] = bench.taken('open').filter(({ protocol }) => protocol === 'ping')
    const id = open?.id ?? -1
    bench.step({ kind: 'opened', id })
    bench.step({ kind: 'sent', id })
    bench.command({ kind: 'remove', peerId })
    bench.pass(50)
    const again = bench.signed('ann')
    bench.feed('ann')
    bench.pass(50)
    bench.pong(id, again)
    expect(bench.taken('answer').at(-1)?.answer).toMatchObject({ result: { rttMs: 100 } })
    expect(bench.core.env.catalog.get(peerId)?.rtt).toBeNull()
  })

  it('on a stream that the core let go of has no effect', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ann')
    bench.connect(peerId)
    const id = bench.command({ kind: 'ping', peerId })
    const open = bench.taken('open').find(({ protocol }) => protocol === 'ping')
    bench.step({ kind: 'cancel', id })
    const ended = bench.take()
    expect(ended.find(({ kind }) => kind === 'reset')).toMatchObject({ id: open?.id })
    expect(ended.find(({ kind }) => kind === 'answer')).toMatchObject({ answer: { error: { code: 'Cancelled' } } })
    for (const kind of ['opened', 'sent', 'ended', 'resumed'] as const) bench.step({ kind, id: open?.id ?? -1 })
    bench.step({ kind: 'message', id: open?.id ?? -1, bytes: new Uint8Array(3) })
    bench.step({ kind: 'broke', id: open?.id ?? -1, error: new Error('broke') })
    expect(bench.take().filter(({ kind }) => kind !== 'timer')).toEqual([])
  })
})
