import type { GossipSub, Message } from '@libp2p/gossipsub'
import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import type { PeerId as Libp2pPeerId } from '@libp2p/interface'
import { blake3 } from '@noble/hashes/blake3.js'
import { fromString } from 'uint8arrays'
import type { PeerId } from '../../shared/ids.ts'
import { isPeerId } from '../../shared/ids.ts'
import type { Clock, Gossip, GossipEvent, Unsubscribe, Verdict } from '../discovery/ports.ts'
import { plainBytes } from './streams.ts'

/** How often the mesh is compared with what was told of it, milliseconds: no event covers every way out of it. */
const MESH_POLL_MS = 500

const VERDICTS: Readonly<Record<Verdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  reject: TopicValidatorResult.Reject,
  ignore: TopicValidatorResult.Ignore,
}

/** The part of the class that its exported type leaves out. */
interface MeshAware extends GossipSub {
  getMeshPeers(topic: string): string[]
}

/** The gossipsub service with the options that docs and measurements ask for (ARCHITECTURE.md, decisions). */
export function gossipService(): ReturnType<typeof gossipsub> {
  return gossipsub({
    emitSelf: false,
    allowPublishToZeroTopicPeers: true,
    globalSignaturePolicy: 'StrictNoSign',
    doPX: false,
    msgIdFn: (message: Message) => blake3.create().update(fromString(message.topic)).update(message.data).digest(),
    // Many honest peers share one address: one machine, one site behind NAT. Abuse is weighed by our own rates (BD1).
    scoreParams: { IPColocationFactorWeight: 0 },
  })
}

/** The Gossip port on gossipsub. */
export function createGossip(pubsub: GossipSub, clock: Clock): Gossip {
  const listeners = new Set<(event: GossipEvent) => void>()
  let joined: { topic: string; pubsub: MeshAware; end: Unsubscribe } | null = null
  let told = new Set<PeerId>()

  const current = (): PeerId[] => joined?.pubsub.getMeshPeers(joined.topic).filter(isPeerId) ?? []
  const compare = (): void => {
    const before = told
    told = new Set(current())
    for (const peerId of before)
      if (!told.has(peerId)) listeners.forEach((listener) => listener({ kind: 'NeighborDown', peerId }))
    for (const peerId of told)
      if (!before.has(peerId)) listeners.forEach((listener) => listener({ kind: 'NeighborUp', peerId }))
  }

  return {
    join: (topic, maxMessageBytes, validate) => {
      if (joined !== null) return Promise.resolve()
      const service = pubsub as MeshAware
      service.topicValidators.set(topic, (from: Libp2pPeerId, message: Message) => {
        const sender = from.toString()
        if (message.data.length > maxMessageBytes || !isPeerId(sender)) return TopicValidatorResult.Reject
        return VERDICTS[validate(plainBytes(message.data), sender)]
      })
      const onMesh = (): void => compare()
      for (const name of [
        'gossipsub:graft',
        'gossipsub:prune',
        'gossipsub:heartbeat',
        'subscription-change',
      ] as const) {
        service.addEventListener(name, onMesh)
      }
      let cancelPoll = clock.schedule(MESH_POLL_MS, function poll() {
        compare()
        cancelPoll = clock.schedule(MESH_POLL_MS, poll)
      })
      service.subscribe(topic)
      joined = {
        topic,
        pubsub: service,
        end: () => {
          cancelPoll()
          for (const name of [
            'gossipsub:graft',
            'gossipsub:prune',
            'gossipsub:heartbeat',
            'subscription-change',
          ] as const) {
            service.removeEventListener(name, onMesh)
          }
          service.topicValidators.delete(topic)
          service.unsubscribe(topic)
        },
      }
      return Promise.resolve()
    },
    leave: () => {
      joined?.end()
      joined = null
      compare()
      return Promise.resolve()
    },
    publish: async (message) => {
      if (joined === null) return
      try {
        await joined.pubsub.publish(joined.topic, message)
      } catch (error) {
        // The same bytes twice: they are out already.
        if (!(error instanceof Error) || !/duplicate/i.test(error.message)) throw error
      }
    },
    neighbors: () => current(),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
