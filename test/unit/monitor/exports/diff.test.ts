import { describe, expect, it } from 'vitest'
import { comparePeers, comparePeersSteps } from '../../../../src/main/monitor/exports/diff.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRecord } from './records.ts'

const peer = (name: string, changes: Parameters<typeof peerRecord>[1] = {}) => peerRecord(name, changes).stored

describe('a comparison', () => {
  it('tells who came, left, changed and how; announcing again is no change', () => {
    const before = [
      peer('ann', { tags: ['a', 'b'] }),
      peer('ben'),
      peer('cat'),
      peer('eve', { version: { startedAt: 1000, updatedAt: 2000 } }),
    ]
    const after = [
      peer('ann', { tags: ['b', 'c'], protocolVersion: '2.0.0' }),
      peer('cat', { version: { startedAt: 1000, updatedAt: 9000 } }),
      peer('eve', { version: { startedAt: 5000, updatedAt: 9000 } }),
      peer('fay'),
    ]
    const { came, left, changed, same, gone } = comparePeers(before, after)
    expect(came.map((one) => [one.peer.peerId, one.as])).toEqual([[idOf('fay'), 'new']])
    expect(left.map((one) => [one.peer.peerId, one.reason])).toEqual([[idOf('ben'), 'missing']])
    expect([same, gone]).toEqual([[idOf('cat')], 0])
    const of = (name: string) => changed.find((one) => one.peerId === idOf(name))
    expect(changed).toHaveLength(2)
    expect(of('ann')).toMatchObject({
      restarted: false,
      changes: [
        { field: 'protocolVersion', before: '1.1.0', after: '2.0.0' },
        { field: 'tags', added: ['c'], removed: ['a'] },
      ],
    })
    expect(of('eve')).toMatchObject({ restarted: true, changes: [] })
  })

  it('does not take a clock that was set back for a restart', () => {
    const at = (startedAt: number, updatedAt: number) => [peer('ann', { version: { startedAt, updatedAt } })]
    expect(comparePeers(at(1000, 9000), at(1001, 5000))).toMatchObject({ changed: [], same: [idOf('ann')] })
  })

  it('counts those that left though their rows stay, each by its reason, and nothing else of them', () => {
    const states = ['departed', 'purged', 'removed', 'displaced'] as const
    const before = states.map((state) => peer(state))
    const after = states.map((state) => peer(state, { state, tags: ['late'] }))
    const { left, changed, came, same, gone } = comparePeers(before, after)
    expect(new Map(left.map((one) => [one.peer.peerId, one.reason]))).toEqual(
      new Map(states.map((state) => [idOf(state), state])),
    )
    expect([came, changed, same, gone]).toEqual([[], [], [], 0])
    // The other way round they came back; and compared with itself they are gone in both.
    const back = comparePeers(after, before)
    expect(back.came.map(({ as }) => as)).toEqual(['back', 'back', 'back', 'back'])
    expect([back.left, comparePeers(after, after).gone]).toEqual([[], 4])
  })

  it('takes a state that is not known here as left', () => {
    const after = [{ ...peer('ann'), state: 'abducted' }]
    expect(comparePeers([peer('ann')], after).left).toMatchObject([{ reason: 'missing' }])
  })

  it('counts as gone in both only who both know: not who came and went in between, or was forgotten', () => {
    const gone = peer('ann', { state: 'departed' })
    expect(comparePeers([gone], [gone])).toMatchObject({ came: [], left: [], gone: 1 })
    expect(comparePeers([], [gone, peer('ben'), peer('ben')])).toMatchObject({ came: [{ as: 'new' }], gone: 0 })
    expect(comparePeers([gone], [])).toMatchObject({ came: [], left: [], gone: 0 })
  })

  it('of a picture with itself finds nothing', () => {
    const same = [peer('ann'), peer('ben')]
    const ids = same.map(({ peerId }) => peerId).toSorted()
    expect(comparePeers(same, same)).toEqual({ came: [], left: [], changed: [], same: ids, gone: 0 })
  })
})

it('thousands are compared in steps', () => {
  const peers = Array.from({ length: 1600 }, (_, index) => peer(`peer ${index}`))
  const steps = comparePeersSteps(peers, peers)
  let count = 0
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) count += 1
  expect(count).toBe(6)
  expect(step.value).toMatchObject({ came: [], left: [], changed: [], gone: 0 })
  expect(step.value.same).toHaveLength(1600)
})
