import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../../src/main/monitor/alerts/outcome.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'
import { EPOCH, rig, rule, version, words } from './rules-rig.ts'

describe('peers that are purged while we have lost the network', () => {
  const lost = (at: ReturnType<typeof rig>, index: number): readonly Outcome[] => {
    at.put(peerRow(index, { state: 'lost', version }))
    return at.event({ kind: 'PeerDeparted', peerId: peerIdAt(index), reason: 'lost', version })
  }

  it('are one alert for each loss, which says so, and none of those who asked for goodbyes', () => {
    const at = rig([rule({ kind: 'peer-departed' })])
    at.be('lost')
    at.pass(20_000)
    at.event({ kind: 'NetworkLost', heardAt: null, since: EPOCH + 1000 })
    const fired = [1, 2, 3].flatMap((index) => lost(at, index))
    expect(words(fired)).toEqual([
      'It was we who lost the network: peers that we cannot hear are purged',
      'repeat 1',
      'repeat 1',
    ])
    expect(fired[0]).toMatchObject({ peerId: null, told: { cause: expect.stringContaining('19 s') } })
    at.event({ kind: 'NetworkLost', heardAt: null, since: EPOCH + 20_000 })
    expect(words(lost(at, 4))).toEqual(['It was we who lost the network: peers that we cannot hear are purged'])
    at.engine.set([rule({ kind: 'peer-departed', how: 'goodbye' })])
    expect(lost(at, 5)).toEqual([])
  })

  it('are told with the loss as one: both began when it did, and carry the event of it', () => {
    const at = rig([rule({ kind: 'peer-departed' }), rule({ id: 'l', kind: 'network-lost', forMs: 60_000 })])
    at.pass(5000)
    at.be('lost')
    const began = EPOCH + 5000
    at.pass(6000)
    at.event({ kind: 'NetworkLost', heardAt: null, since: began })
    // Many dials fail meanwhile: it is kept all the same.
    for (let index = 0; index < 20; index += 1) at.event({ kind: 'DialFailed', target: `${index}`, reason: 'x' })
    const fired = [...at.pass(60_000), ...lost(at, 1)]
    expect(words(fired)).toEqual([
      'We lost the network, for at least 1 min',
      'It was we who lost the network: peers that we cannot hear are purged',
    ])
    for (const one of fired) {
      const told = one.type === 'fire' ? one.told : null
      expect(told?.beganAt).toBe(began)
      expect(told?.events).toHaveLength(5)
      expect(told?.events.at(-1)?.event.kind).toBe('NetworkLost')
    }
  })

  it('are not too few while it lasts, as they are counted in the window, and are once it is over and they are not back', () => {
    const at = rig([rule({ kind: 'peer-count', direction: 'below', count: 2, forMs: 0 })], 5000)
    for (const index of [1, 2]) at.put(peerRow(index, { version }))
    expect(at.pass(10_000)).toEqual([])
    at.be('lost')
    for (const index of [1, 2]) lost(at, index)
    expect(at.pass(60_000)).toEqual([])
    at.be('online')
    expect(words(at.pass(10_000))).toEqual(['0 peers: below 2'])
  })
})
