import { describe, expect, it } from 'vitest'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'
import { rig, rule, version, words } from './rules-rig.ts'

const ref = (name: string) => ({ kind: 'peerscope', id: networkIdFrom(name), name })

describe('rules and networks', () => {
  it.each([
    ['peer-departed', {}],
    ['peer-appeared', {}],
    ['peer-count', { direction: 'above', count: 0, forMs: 0 }],
    ['rtt-above', { ms: 1, forMs: 0 }],
    ['network-lost', { forMs: 0 }],
    ['network-split', {}],
  ])('%s watches in the network that the rule belongs to, and in no other', (kind, more) => {
    const at = rig([rule({ kind, network: ref('n'), ...more })])
    /** All that a rule can tell of. */
    const told = () => {
      at.be('online')
      at.put(peerRow(1, { version, rtt: { srtt: 900, rttvar: 1, last: 900, at: 0 } }))
      const outcomes = at.pass(2000)
      const found = { kind: 'PeerDiscovered', source: 'gossip', tags: [], addresses: [] } as const
      outcomes.push(...at.event({ ...found, peerId: peerIdAt(1), version }), ...at.pass(2000))
      outcomes.push(...at.event({ kind: 'PeerDeparted', peerId: peerIdAt(1), reason: 'graceful', version }))
      outcomes.push(...at.event({ kind: 'Islands', count: 2, sizes: [1, 1] }))
      at.be('lost')
      outcomes.push(...at.pass(2000))
      return outcomes.filter(({ type }) => type === 'fire').length
    }
    expect(told()).toBe(1)
    at.restart(undefined, 'other')
    expect(told()).toBe(0)
    at.restart(undefined, 'n')
    expect(told()).toBe(1)
  })

  it('what was told in one network is no cool-down in another', () => {
    const at = rig([rule({ kind: 'network-lost', forMs: 0, cooldownMs: 3_600_000 })])
    const lose = () => {
      at.be('lost')
      return words(at.pass(1000))
    }
    expect(lose()).toEqual(['We lost the network'])
    at.restart()
    expect(lose(), 'the same network again').toEqual(['repeat 1'])
    at.restart(undefined, 'other')
    expect(lose()).toEqual(['We lost the network'])
  })

  it('fewer than so many are told of once there were so many since joining', () => {
    const few = rule({ kind: 'peer-count', direction: 'below', count: 2, forMs: 2000 })
    const at = rig([few], 5000)
    at.put(peerRow(1))
    expect(at.pass(60_000)).toEqual([])
    expect(at.engine.met(few)).toBe(false)
    at.put(peerRow(2))
    at.pass(1000)
    expect(at.engine.met(few)).toBe(true)
    at.put(peerRow(2, { state: 'departed' }))
    expect(words(at.pass(10_000))).toEqual(['1 peer: below 2, for at least 2 s'])
    // Those who were there in another run do not count.
    at.restart()
    expect(at.pass(60_000)).toEqual([])
    // Who is met while we settle counts.
    at.restart()
    at.put(peerRow(2))
    at.pass(2000)
    at.put(peerRow(2, { state: 'departed' }))
    expect(words(at.pass(10_000))).toEqual(['1 peer: below 2, for at least 2 s'])
  })
})

it('a split is told with its most likely cause, the events behind it, and that of the split', () => {
  const at = rig([rule({ kind: 'network-split' })])
  at.event({ kind: 'NeighborDown', peerId: peerIdAt(1) })
  at.event({ kind: 'NeighborDown', peerId: peerIdAt(2) })
  at.pass(30_000)
  const crashed = { kind: 'crashed', confidence: 'likely', words: '3 peers crashed', events: [1] } as const
  at.explain({ ...crashed, evidence: null, since: null })
  const [fired] = at.event({ kind: 'Islands', count: 2, sizes: [6, 3] })
  expect(fired).toMatchObject({
    told: {
      what: 'The network split into 2 islands: 6 and 3',
      cause: 'Probably because 3 peers crashed.',
      events: [{ seq: 3 }, { seq: 1 }],
    },
  })
})
