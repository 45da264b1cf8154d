/** What `checkInvariants` notices: each of these states can only come of a defect. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { PeerRecord } from '../../../../src/main/discovery/core/peers.ts'
import { Bench, REACHABLE } from '../../../support/discovery/bench.ts'

let bench: Bench
let ann: PeerRecord
const record = (name: string): PeerRecord => {
  const found = bench.core.env.peers.get(bench.feed(name, REACHABLE))
  if (found === null) throw new Error(`${name} is not known`)
  return found
}
beforeEach(() => {
  // In a larger catalog it may be longer (rule RT2).
  bench = Bench.online({ config: { rttDialInterval: 7_200_000, maxPeers: 300 } })
  ann = record('ann')
})

/** What is wrong, with names in place of ids. */
const wrong = (): string[] => bench.core.check().map((text) => text.replaceAll(ann.peerId, 'ann'))

describe('the state of discovery', () => {
  it('[RT2] has each peer of the catalog among the probes that are due, or asks it just now', () => {
    expect(wrong()).toEqual([])
    bench.core.env.peers.probesDue.delete(ann)
    expect(wrong()).toContain('the probe of ann waits for nothing')
  })

  it('[RT2] has it in neither while a probe of it runs', () => {
    const { peers } = bench.core.env
    bench.connect(ann.peerId)
    // Its first one comes soon.
    for (let second = 0; second < 4000 && peers.probesDue.has(ann); second += 1) bench.pass(1000)
    expect(peers.probesDue.has(ann)).toBe(false)
    expect(wrong()).toEqual([])
  })

  it.each([
    ['null', null, 'ann is never probed'],
    ['no number', NaN, 'ann is probed too late'],
    ['never', Infinity, 'ann is probed too late'],
    ['later than an interval and a half', 1.5 * 7_200_000 + 1, 'ann is probed too late'],
  ])('[RT2] has a time for its next probe, not %s', (_what, at, why) => {
    ann.probeAt = at
    expect(wrong()).toContain(why)
  })

  it('[RT2] has one for a connected peer within an interval and a half', () => {
    bench.connect(ann.peerId)
    ann.probeAt = bench.ms + 1.5 * 3_600_000 + 1
    expect(wrong()).toContain('ann is probed too late')
  })

  it('[RT2] has a timer for the probes that are due', () => {
    bench.core.env.timers.clear('probes')
    expect(wrong()).toEqual(["the timer 'probes' is not set"])
  })

  it('[SY8] has no sync that comes later than it is due', () => {
    const { syncsDue } = bench.core.env.peers
    ann.sync.phase = 'waiting'
    ann.sync.dueAt = 5000
    syncsDue.push(ann, 5000)
    expect(wrong()).toEqual([])
    ann.sync.dueAt = 4000
    expect(wrong()).toEqual(['1 syncs come later than they are due'])
  })

  it('[WK3] has no two records of one incarnation', () => {
    const bob = record('bob')
    expect(wrong()).toEqual([])
    Object.assign(bob, { incarnation: ann.incarnation })
    expect(wrong()).toEqual([`${bob.peerId} has the incarnation of another record`])
  })
})
