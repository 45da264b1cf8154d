import type { GossipSub } from '@libp2p/gossipsub'
import { describe, expect, it } from 'vitest'
import { Cancelled } from '../../../../src/shared/errors.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { GossipEvent } from '../../../../src/main/discovery/ports.ts'
import { createGossip } from '../../../../src/main/network/libp2p/gossip.ts'
import { systemRandom } from '../../../../src/main/network/random.ts'
import { World } from '../../../sim/world.ts'
import { idOf } from '../../../support/discovery/entries.ts'

/** What gossipsub would say of its mesh, as tests want it. */
class StandIn extends EventTarget {
  started = true
  mesh: PeerId[] = []
  subscribers: PeerId[] = []
  /** Those whose streams have ended. */
  gone: PeerId[] = []
  readonly topics = new Set<string>()
  readonly topicValidators = new Map<string, unknown>()
  listeners = 0

  isStarted(): boolean {
    return this.started
  }

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.listeners += 1
    super.addEventListener(...args)
  }

  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners -= 1
    super.removeEventListener(...args)
  }

  get peers(): ReadonlyMap<string, unknown> {
    return new Map(this.subscribers.filter((peer) => !this.gone.includes(peer)).map((peer) => [peer, peer]))
  }

  getMeshPeers(): PeerId[] {
    return this.mesh
  }

  getSubscribers(): PeerId[] {
    return this.subscribers
  }

  removePeer(peer: PeerId): void {
    this.mesh = this.mesh.filter((one) => one !== peer)
  }

  subscribe(topic: string): void {
    if (!this.started) throw new Error('Pubsub has not started')
    this.topics.add(topic)
  }

  unsubscribe(topic: string): void {
    if (!this.started) throw new Error('Pubsub is not started')
    this.topics.delete(topic)
  }
}

function setup() {
  const pubsub = new StandIn()
  const { scheduler } = new World(1)
  const clock = { now: () => 0, monotonic: () => scheduler.now, schedule: scheduler.schedule.bind(scheduler) }
  const gossip = createGossip(pubsub as unknown as GossipSub, clock, systemRandom)
  const events: GossipEvent[] = []
  gossip.subscribe((event) => events.push(event))
  return { pubsub, scheduler, gossip, events, join: () => gossip.join('t', 100, () => 'accept') }
}

describe('neighbors', () => {
  const [ann, bob] = [idOf('ann'), idOf('bob')]

  it('are in the mesh and in the topic: one that left before our graft came is none, though gossipsub keeps it', async () => {
    const { pubsub, gossip, events, join } = setup()
    await join()
    pubsub.mesh = [ann, bob]
    pubsub.subscribers = [ann, bob]
    pubsub.dispatchEvent(new Event('gossipsub:graft'))
    pubsub.subscribers = [bob]
    pubsub.dispatchEvent(new Event('subscription-change'))
    expect(gossip.neighbors()).toEqual([bob])
    expect(events).toEqual([
      { kind: 'NeighborUp', peerId: ann },
      { kind: 'NeighborUp', peerId: bob },
      { kind: 'NeighborDown', peerId: ann },
    ])
  })

  it('are connected: one whose last message put it back into the mesh after its end is none', async () => {
    const { pubsub, gossip, join } = setup()
    await join()
    pubsub.mesh = [ann, bob]
    pubsub.subscribers = [ann, bob]
    pubsub.gone = [ann]
    pubsub.dispatchEvent(new Event('gossipsub:graft'))
    expect(gossip.neighbors()).toEqual([bob])
  })

  it('are told of with the next heartbeat where no other event tells, and of each change once', async () => {
    const { pubsub, events, join } = setup()
    await join()
    const beat = (): boolean => pubsub.dispatchEvent(new Event('gossipsub:heartbeat'))
    pubsub.mesh = [ann]
    pubsub.subscribers = [ann]
    beat()
    beat()
    pubsub.mesh = []
    beat()
    expect(events.map(({ kind }) => kind)).toEqual(['NeighborUp', 'NeighborDown'])
  })

  it('are none as soon as gossipsub removes them', async () => {
    const { pubsub, events, join } = setup()
    await join()
    pubsub.mesh = [ann, bob]
    pubsub.subscribers = [ann, bob]
    pubsub.dispatchEvent(new Event('gossipsub:graft'))
    pubsub.removePeer(ann)
    expect(events.at(-1)).toEqual({ kind: 'NeighborDown', peerId: ann })
  })

  it('are gone after leave, and neither timer nor listener is left', async () => {
    const { pubsub, scheduler, gossip, events, join } = setup()
    await join()
    pubsub.mesh = [ann]
    pubsub.subscribers = [ann]
    pubsub.dispatchEvent(new Event('gossipsub:graft'))
    await gossip.leave()
    await gossip.leave()
    expect(gossip.neighbors()).toEqual([])
    expect(events.at(-1)).toEqual({ kind: 'NeighborDown', peerId: ann })
    expect([pubsub.listeners, pubsub.topics.size, pubsub.topicValidators.size]).toEqual([0, 0, 0])
    const told = events.length
    await scheduler.run(60_000)
    expect(scheduler.waiting).toBe(0)
    expect(events).toHaveLength(told)
  })
})

describe('a node that does not run', () => {
  it('cannot be joined on, and nothing is left of the attempt', async () => {
    const { pubsub, scheduler, join } = setup()
    pubsub.started = false
    await expect(join()).rejects.toBeInstanceOf(Cancelled)
    expect([pubsub.listeners, pubsub.topicValidators.size, scheduler.waiting]).toEqual([0, 0, 0])
    pubsub.started = true
    await join()
    expect([...pubsub.topics]).toEqual(['t'])
  })

  it('may be left after it stopped', async () => {
    const { pubsub, scheduler, gossip, join } = setup()
    await join()
    pubsub.started = false
    await gossip.leave()
    await scheduler.run(1000)
    expect([pubsub.listeners, pubsub.topicValidators.size, scheduler.waiting]).toEqual([0, 0, 0])
  })
})
