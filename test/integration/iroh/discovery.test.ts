import { describe, expect, it } from 'vitest'
import type { Member } from './swarm.ts'
import { Swarm, until } from './swarm.ts'
import { hasIroh } from '../../contract/rigs.ts'

/** Whether each has all others in its catalog. */
const allKnown = (members: readonly Member[]): boolean =>
  members.every(({ discovery }) => discovery.catalog().peers.size === members.length)
const tagsOf = (of: Member, about: Member): readonly string[] =>
  of.discovery.get(about.ports.node.peerId)?.entry.tags ?? []
const goodbyes = ({ events }: Member): readonly string[] =>
  events.flatMap((event) => (event.kind === 'PeerDeparted' ? [event.reason] : []))

describe.runIf(hasIroh())('a mosaik network over iroh', () => {
  it('of two: they find each other, hear of a change by gossip, and measure their round-trip time', async () => {
    await using swarm = new Swarm({ rttProbeInterval: 200, rttDialInterval: 200 })
    const one = await swarm.start()
    const other = await swarm.start([one], ['relay'])
    await until(() => allKnown([one, other]), 'both know each other')
    expect(one.discovery.get(other.ports.node.peerId)?.entry.addresses).toEqual(other.ports.node.addresses())
    await until(() => [one, other].every(({ discovery }) => discovery.neighborsCount() === 1), 'they are neighbors')
    const tag = 'ab'.repeat(32)
    await one.discovery.addTags(tag)
    await until(() => tagsOf(other, one).includes(tag), 'the change is heard')
    expect((await other.discovery.ping(one.ports.node.peerId)).entry.tags).toEqual([tag])
    await until(() => one.discovery.get(other.ports.node.peerId)?.rtt !== null, 'the round-trip time is measured')
  })

  it('of two: who leaves says goodbye, who is gone is purged', async () => {
    await using swarm = new Swarm({ announceInterval: 300, announceJitter: 0, purgeAfter: 1500 })
    const one = await swarm.start()
    const leaving = await swarm.start([one])
    const dying = await swarm.start([one])
    await until(() => allKnown([one, leaving, dying]), 'all know each other')
    await until(() => one.discovery.neighborsCount() === 2, 'they are neighbors')
    await leaving.discovery.leave()
    await until(() => goodbyes(one).includes('graceful'), 'the goodbye is heard')
    // Its endpoint is gone, without a word of its discovery.
    await dying.ports.node.stop()
    await until(() => goodbyes(one).includes('purged'), 'the silent one is purged')
    expect(one.discovery.catalog().peers.size).toBe(1)
  })

  it('of ten, of which each knows the first alone: all know all, and hear of what one of them says', async () => {
    await using swarm = new Swarm()
    const first = await swarm.start()
    for (let count = 1; count < 10; count += 1) await swarm.start([first])
    const { members } = swarm
    await until(() => allKnown(members), 'all know all')
    await until(() => members.every(({ discovery }) => discovery.neighborsCount() > 0), 'all are in the mesh')
    const last = members.at(-1) ?? first
    const tag = 'cd'.repeat(32)
    await last.discovery.addTags(tag)
    await until(() => members.every((member) => tagsOf(member, last).includes(tag)), 'all hear of the change')
    await last.discovery.leave()
    const others = members.filter((member) => member !== last)
    await until(() => others.every((member) => goodbyes(member).includes('graceful')), 'all hear the goodbye')
    expect(others.map(({ discovery }) => discovery.catalog().peers.size)).toEqual(others.map(() => 9))
  })
})
