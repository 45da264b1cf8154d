/** The end of the core (rules AN6, WK8, WK9, HD3). */
import { describe, expect, it } from 'vitest'
import { Bench, REACHABLE } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'

describe('the end', () => {
  it('[WK8, HD3] answers what is open, resets streams, and stops the ports; afterwards every command is answered with Cancelled', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ann', REACHABLE)
    bench.connect(peerId)
    const ping = bench.command({ kind: 'ping', peerId })
    const dial = bench.command({ kind: 'dial', targets: [{ addresses: ['/ip4/10.0.0.1/tcp/1'] }] })
    bench.step({ kind: 'stream', id: 1001, peerId, protocol: 'sync' })
    bench.take()
    bench.step({ kind: 'leave' })
    expect(bench.taken('publish')).toHaveLength(1)
    bench.pass(500)
    const ended = bench.take()
    const answers = ended.filter((output) => output.kind === 'answer')
    expect(answers.find(({ id }) => id === ping)?.answer).toMatchObject({ error: { code: 'Cancelled' } })
    expect(answers.find(({ id }) => id === dial)?.answer).toMatchObject({ result: [{ error: { code: 'Cancelled' } }] })
    expect(ended.filter(({ kind }) => kind === 'reset').length).toBeGreaterThanOrEqual(2)
    expect(ended.at(-1)).toEqual({ kind: 'stop' })
    expect(bench.core.env.timers.next()).toBeNull()
    bench.step({ kind: 'stopped', cause: null })
    expect(bench.taken('tell').map(({ told }) => told)).toMatchObject([{ event: { kind: 'NetworkLeft' } }])
    bench.command({ kind: 'remove', peerId })
    expect(bench.taken('answer')[0]?.answer).toMatchObject({ error: { code: 'Cancelled' } })
  })
})
