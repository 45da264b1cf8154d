import { describe, expect, it } from 'vitest'
import type { PeerId } from '../../src/shared/ids.ts'
import type { GossipEvent, Ports, Verdict } from '../../src/main/discovery/ports.ts'
import { RIGS } from './rigs.ts'
import { forever, steps } from './steps.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

interface Member {
  readonly ports: Ports
  /** First bytes of what the validator was shown, and from whom. */
  readonly heard: { readonly first: number; readonly from: string }[]
  readonly events: GossipEvent[]
}

describe.each(RIGS)('gossip on %s', (_name, makeRig) => {
  const { rig, online, connect } = steps(makeRig)

  const join = async (topic = 'contract', ports?: Ports, verdict?: (first: number) => Verdict): Promise<Member> => {
    const member: Member = { ports: ports ?? (await online()), heard: [], events: [] }
    member.ports.gossip.subscribe((event) => member.events.push(event))
    await member.ports.gossip.join(topic, 100, ([first = 0], from) => {
      member.heard.push({ first, from })
      return verdict?.(first) ?? 'accept'
    })
    return member
  }
  /** Waits until each has all the others for neighbors. */
  const meshed = async (...members: Member[]): Promise<void> =>
    await rig().until(() => members.every(({ ports }) => ports.gossip.neighbors().length === members.length - 1))
  /** The connection of a member that gossips no more stays, or ends with it. */
  const settledConnections = async ({ ports }: Member): Promise<void> => {
    const left = rig().traits.keepsConnections ? 1 : 0
    await rig().until(() => ports.node.connections().length <= left)
    expect(ports.node.connections()).toHaveLength(left)
  }
  const firsts = ({ heard }: Member): readonly number[] => heard.map(({ first }) => first).toSorted((a, b) => a - b)

  it('shows a message once, though it comes from several, and never to its sender', async () => {
    const members = [await join(), await join(), await join()] as const
    const [one, second, third] = members
    await connect(one.ports, second.ports)
    await connect(second.ports, third.ports)
    await connect(third.ports, one.ports)
    await meshed(...members)
    await one.ports.gossip.publish(bytes(1))
    await rig().until(() => second.heard.length > 0 && third.heard.length > 0)
    // What came twice would have come before an answer to it.
    await second.ports.gossip.publish(bytes(2))
    await third.ports.gossip.publish(bytes(3))
    await rig().until(() => members.every(({ heard }) => heard.length >= 2))
    expect(members.map(firsts)).toEqual([
      [2, 3],
      [1, 3],
      [1, 2],
    ])
  })

  it('[AN4] passes on what was accepted, not what was rejected; what was ignored on iroh alone', async () => {
    const verdicts: readonly Verdict[] = ['ignore', 'reject', 'accept']
    const [one, middle, three] = [
      await join(),
      await join('contract', undefined, (first) => verdicts[first] ?? 'reject'),
      await join(),
    ]
    await connect(one.ports, middle.ports)
    await connect(three.ports, middle.ports)
    await rig().until(() => middle.ports.gossip.neighbors().length === 2)
    await rig().until(() => [one, three].every(({ ports }) => ports.gossip.neighbors().length === 1))
    for (const first of verdicts.keys()) await one.ports.gossip.publish(bytes(first))
    const passed = rig().traits.passesOnIgnored ? [0, 2] : [2]
    await rig().until(() => three.heard.length >= passed.length && middle.heard.length === 3)
    expect([one, middle, three].map(firsts)).toEqual([[], [0, 1, 2], passed])
  })

  it('publishes to nobody without complaint, before and after it was left, and may be left twice', async () => {
    const { ports } = await join()
    await rig().settled(ports.gossip.publish(bytes(1)))
    await rig().settled(ports.gossip.leave())
    await rig().settled(ports.gossip.leave())
    await rig().settled(ports.gossip.publish(bytes(2)))
    expect(ports.gossip.neighbors()).toEqual([])
  })

  it('says who passed a message on, which need not be who wrote it', async () => {
    const [one, middle, three] = [await join(), await join(), await join()]
    await connect(one.ports, middle.ports)
    await connect(three.ports, middle.ports)
    await rig().until(() => middle.ports.gossip.neighbors().length === 2)
    await rig().until(() => [one, three].every(({ ports }) => ports.gossip.neighbors().length === 1))
    await one.ports.gossip.publish(bytes(1))
    await rig().until(() => three.heard.length > 0)
    expect(middle.heard).toEqual([{ first: 1, from: one.ports.node.peerId }])
    expect(three.heard).toEqual([{ first: 1, from: middle.ports.node.peerId }])
  })

  it('stays within its topic', async () => {
    const [one, other, same] = [await join(), await join('another'), await join()]
    await connect(one.ports, other.ports)
    await connect(one.ports, same.ports)
    await meshed(one, same)
    await other.ports.gossip.publish(bytes(9))
    await one.ports.gossip.publish(bytes(1))
    await rig().until(() => same.heard.length > 0)
    expect([one, other, same].map(firsts)).toEqual([[], [], [1]])
    expect(one.ports.gossip.neighbors()).toEqual([same.ports.node.peerId])
    expect([other.ports.gossip.neighbors(), other.events]).toEqual([[], []])
  })

  it('takes messages up to the limit, the limit included', async () => {
    const [one, other] = [await join(), await join()]
    await connect(one.ports, other.ports)
    await meshed(one, other)
    for (const [length, first] of [
      [101, 1],
      [100, 2],
      [1, 3],
    ] as const)
      await one.ports.gossip.publish(new Uint8Array(length).fill(first))
    await rig().until(() => other.heard.length >= 2)
    expect(firsts(other)).toEqual([2, 3])
  })

  it('is joined once: what is joined again meanwhile does not count', async () => {
    const [one, other] = [await join(), await join()]
    const again = await join('another', one.ports)
    await connect(one.ports, other.ports)
    await meshed(one, other)
    await other.ports.gossip.publish(bytes(1))
    await rig().until(() => one.heard.length > 0)
    expect([firsts(one), firsts(again)]).toEqual([[1], []])
  })

  it('tells both of a neighbor that is gone with its connection or its node', async () => {
    const [one, second, third] = [await join(), await join(), await join()]
    await connect(one.ports, second.ports)
    await connect(one.ports, third.ports)
    await rig().until(() => one.ports.gossip.neighbors().length === 2)
    await rig().until(() => [second, third].every(({ ports }) => ports.gossip.neighbors().length === 1))
    await rig().settled(one.ports.node.disconnect(second.ports.node.peerId))
    await rig().settled(third.ports.node.stop())
    // A mesh of iroh meets again by itself, those of the two that are left.
    const downs = (): readonly PeerId[] =>
      one.events.flatMap(({ kind, peerId }) => (kind === 'NeighborDown' ? [peerId] : []))
    await rig().until(() => [second, third].every(({ ports }) => downs().includes(ports.node.peerId)))
    await rig().until(() => second.events.length >= 2)
    expect(second.events.slice(0, 2).map(({ kind, peerId }) => [kind, peerId])).toEqual([
      ['NeighborUp', one.ports.node.peerId],
      ['NeighborDown', one.ports.node.peerId],
    ])
    expect(one.ports.gossip.neighbors()).not.toContain(third.ports.node.peerId)
  })

  it('tells who leaves of its neighbors too, and hears nothing any more', async () => {
    const [one, other, third] = [await join(), await join(), await join()]
    await connect(one.ports, other.ports)
    await connect(other.ports, third.ports)
    await rig().until(() => other.ports.gossip.neighbors().length === 2)
    await rig().until(() => [one, third].every(({ ports }) => ports.gossip.neighbors().length === 1))
    await rig().settled(one.ports.gossip.leave())
    expect(one.ports.gossip.neighbors()).toEqual([])
    expect(one.events.map(({ kind }) => kind)).toEqual(['NeighborUp', 'NeighborDown'])
    await rig().until(() => other.ports.gossip.neighbors().length === 1)
    await other.ports.gossip.publish(bytes(1))
    await rig().until(() => third.heard.length > 0)
    expect(one.heard).toEqual([])
    await settledConnections(one)
  })

  it('may be left by one that the other has in its mesh and not the reverse: none stays a neighbor', async () => {
    const [one, other] = [await join(), await join()]
    const left = Promise.withResolvers<void>()
    one.ports.gossip.subscribe(({ kind }) => {
      // At the first word of it: the graft is under way still.
      if (kind === 'NeighborUp') void other.ports.gossip.leave().then(left.resolve, left.reject)
    })
    // The connection may be over by the time that anybody looks for it.
    const target = { peerId: other.ports.node.peerId, addresses: other.ports.node.addresses() }
    await rig().settled(one.ports.node.connect(target, forever()))
    await rig().settled(left.promise)
    await rig().until(() => one.ports.gossip.neighbors().length === 0 && one.events.length >= 2)
    expect(one.events.at(-1)).toEqual({ kind: 'NeighborDown', peerId: other.ports.node.peerId })
    await settledConnections(one)
  })

  it('has one that left and came back with its key for a neighbor again, at once', async () => {
    const secret = new Uint8Array(32).fill(7)
    const [one, first] = [await join(), await join('contract', await online(secret))]
    await connect(first.ports, one.ports)
    await meshed(one, first)
    await rig().settled(first.ports.gossip.leave())
    await rig().until(() => one.ports.gossip.neighbors().length === 0)
    await rig().settled(first.ports.node.stop())
    await rig().until(() => one.ports.node.connections().length === 0)
    const second = await join('contract', await online(secret))
    await connect(second.ports, one.ports)
    await meshed(one, second)
    await second.ports.gossip.publish(bytes(5))
    await rig().until(() => one.heard.length > 0)
    expect(firsts(one)).toEqual([5])
  })

  it('may be left after the node stopped, and ends a subscription only once', async () => {
    const [one, other] = [await join(), await join()]
    const told: GossipEvent[] = []
    const end = one.ports.gossip.subscribe((event) => told.push(event))
    end()
    end()
    await connect(one.ports, other.ports)
    await meshed(one, other)
    await rig().until(() => one.events.length > 0)
    await rig().settled(one.ports.node.stop())
    await rig().settled(one.ports.gossip.leave())
    await rig().settled(one.ports.gossip.publish(bytes(1)))
    expect([one.ports.gossip.neighbors(), told]).toEqual([[], []])
  })
})
