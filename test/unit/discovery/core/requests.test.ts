/** What is asked of peers, and what peers ask. */
import { describe, expect, it } from 'vitest'
import { PingRequest } from '../../../../src/main/discovery/wire/generated/discovery.js'
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

  it('[PG1] of a peer is answered with a version of its own', () => {
    const bench = Bench.online()
    bench.connect(idOf('ann'), 'inbound')
    const before = bench.core.parts.own.entry.version.updatedAt
    bench.take()
    bench.step({ kind: 'stream', id: 1001, peerId: idOf('ann'), protocol: 'ping' })
    bench.step({ kind: 'message', id: 1001, bytes: PingRequest.encode({}) })
    expect(bench.taken('finish')[0]).toMatchObject({ id: 1001, last: expect.any(Uint8Array) as Uint8Array })
    expect(bench.core.parts.own.entry.version.updatedAt).toBeGreaterThan(before)
  })
})
