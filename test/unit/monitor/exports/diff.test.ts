import { describe, expect, it } from 'vitest'
import { comparedStored, comparePeers, comparePeersSteps } from '../../../../src/main/monitor/exports/diff.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRecord } from './records.ts'

const peer = (name: string, changes: Parameters<typeof peerRecord>[1] = {}) =>
  comparedStored(peerRecord(name, changes).stored)

describe('a comparison', () => {
  it('tells who came, left, changed and how; announcing again is no change', () => {
    const before = [
      peer('ann', { tags: ['a', 'b'] }),
      peer('ben'),
      peer('cat'),
      peer('dan', { state: 'online' }),
      peer('eve', { version: { startedAt: 1000, updatedAt: 2000 } }),
    ]
    const after = [
      peer('ann', { tags: ['b', 'c'] }),
      peer('cat', { version: { startedAt: 1000, updatedAt: 9000 } }),
      peer('dan', { state: 'departed', protocolVersion: '2.0.0' }),
      peer('eve', { version: { startedAt: 5000, updatedAt: 9000 } }),
      peer('fay'),
    ]
    const { came, left, changed, same } = comparePeers(before, after)
    expect(came.map((one) => one.peerId)).toEqual([idOf('fay')])
    expect(left.map((one) => one.peerId)).toEqual([idOf('ben')])
    expect(same).toBe(1)
    const of = (name: string) => changed.find((one) => one.peerId === idOf(name))
    expect(changed).toHaveLength(3)
    expect(of('ann')).toMatchObject({ restarted: false, changes: [{ field: 'tags', added: ['c'], removed: ['a'] }] })
    expect(of('dan')?.changes).toEqual([
      { field: 'state', before: 'online', after: 'departed' },
      { field: 'protocolVersion', before: '1.0.0', after: '2.0.0' },
    ])
    expect(of('eve')).toMatchObject({ restarted: true, changes: [] })
  })

  it('of a picture with itself finds nothing', () => {
    const same = [peer('ann'), peer('ben')]
    expect(comparePeers(same, same)).toEqual({ came: [], left: [], changed: [], same: 2 })
  })
})

it('thousands are compared in steps', () => {
  const peers = Array.from({ length: 1600 }, (_, index) => peer(`peer ${index}`))
  const steps = comparePeersSteps(peers, peers)
  let count = 0
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) count += 1
  expect(count).toBe(5)
  expect(step.value).toEqual({ came: [], left: [], changed: [], same: 1600 })
})
