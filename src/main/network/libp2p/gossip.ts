import type { GossipSub, Message } from '@libp2p/gossipsub'
import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import type { PeerId as Libp2pPeerId } from '@libp2p/interface'
import { fromString } from 'uint8arrays'
import { Cancelled, MalformedMessage } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isPeerId } from '../../../shared/ids.ts'
import { blake3 } from '../../blake3.ts'
import type { Clock, Gossip, GossipEvent, Random, Unsubscribe, Verdict } from '../../discovery/ports.ts'
import { forgetLeavers } from './gossip-leavers.ts'
import { separateConnections } from './gossip-links.ts'
import { openSideBySide } from './gossip-opening.ts'
import { keepTime } from './gossip-time.ts'
import { plainBytes } from './streams.ts'

const VERDICTS: Readonly<Record<Verdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  reject: TopicValidatorResult.Reject,
  ignore: TopicValidatorResult.Ignore,
}

/** How long gossipsub remembers the score of a peer that is gone, milliseconds. */
const RETAIN_MS = 60_000

/**
 * For how long those that we leave are asked to keep us out of their mesh, milliseconds: the least that a PRUNE can say. A node that joins
 * again sooner than that is refused for a minute, except by nodes that forget us with our connection (gossip-leavers.ts).
 */
const LEFT_MS = 1000

/** Topics that one message of a peer may speak of. A node of ours has one. */
const TOPICS = 128
/** Messages, and orders to the mesh, in one frame of a peer. */
const MESSAGES = 2000

/**
 * How often scores are looked at, milliseconds, and what is left of a penalty then: as much as where a fifth is left each second, which
 * is the default. Until then a penalty counts in full, so those of 3 s add up: of a peer that goes on they come to 3 times those of
 * a second, in place of 1.25 times, and it is over a threshold at two fifths of the rate.
 */
const SCORE_MS = 3000
const PENALTY_LEFT = 0.2 ** (SCORE_MS / 1000)

/**
 * What may change the mesh, beside the end of a connection. No event covers every way out of it; a heartbeat comes each second. Each
 * timer of its own would wake an idle node as often, which costs more than what it does.
 */
const MESH_EVENTS = ['gossipsub:graft', 'gossipsub:prune', 'gossipsub:heartbeat', 'subscription-change'] as const

/** The part of the class that its exported type leaves out. */
interface MeshAware extends GossipSub {
  readonly peers: ReadonlyMap<string, unknown>
  getMeshPeers(topic: string): string[]
  isStarted(): boolean
  removePeer?: (peerId: Libp2pPeerId) => void
}

/**
 * The gossipsub service with the options that docs and measurements ask for (ARCHITECTURE.md, decisions).
 * @param topics those that were joined; messages of others are dropped before anything of them is kept
 */
export function gossipService(topics: ReadonlySet<string>): ReturnType<typeof gossipsub> {
  return gossipsub({
    emitSelf: false,
    allowPublishToZeroTopicPeers: true,
    globalSignaturePolicy: 'StrictNoSign',
    doPX: false,
    // Tags protect connections from libp2p's own pruning, which we do not use.
    tagMeshPeers: false,
    unsubcribeBackoff: LEFT_MS,
    // A peer that is reached through a relay is a neighbor like any other.
    runOnLimitedConnection: true,
    msgIdFn: (message: Message) => blake3(fromString(message.topic), message.data),
    // Many honest peers share one address: one machine, one site behind NAT. Abuse is weighed by our own rates (BD1).
    // What is held against a peer outlives its connection by as long as rule BD4 shuns it; an hour of passers-by is too many.
    scoreParams: {
      IPColocationFactorWeight: 0,
      retainScore: RETAIN_MS,
      decayInterval: SCORE_MS,
      behaviourPenaltyDecay: PENALTY_LEFT,
    },
    dataTransform: {
      inboundTransform: (topic, data) => {
        if (!topics.has(topic)) throw new MalformedMessage('a message of a topic that was not joined')
        return data
      },
      outboundTransform: (_topic, data) => data,
    },
    decodeRpcLimits: {
      maxSubscriptions: TOPICS,
      maxMessages: MESSAGES,
      maxIhaveMessageIDs: 5000,
      maxIwantMessageIDs: 5000,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: MESSAGES,
      maxPeerInfos: 16,
    },
  })
}

/**
 * The Gossip port on gossipsub. To be made before the node starts.
 * @param topics where the joined topic is noted, for `gossipService`
 * @param refused is called for each message that is too large
 * @param missing is told what a gossipsub of another version cannot be made to do
 */
export function createGossip(
  pubsub: GossipSub,
  clock: Clock,
  random: Pick<Random, 'bytes'>,
  topics: Set<string> = new Set(),
  refused: () => void = () => undefined,
  missing: (what: string) => void = () => undefined,
): Gossip {
  const listeners = new Set<(event: GossipEvent) => void>()
  if (!keepTime(pubsub, clock)) missing('times that follow a clock that is set')
  if (!forgetLeavers(pubsub)) missing('peers that left and come back are taken at once')
  if (!openSideBySide(pubsub)) missing('a peer that says nothing holds up no other one')
  const realId = separateConnections(pubsub, random)
  const service = pubsub as MeshAware
  let joined: { topic: string; end: Unsubscribe } | null = null
  let told = new Set<PeerId>()

  const current = (): PeerId[] => {
    if (joined === null) return []
    // A peer that left the topic before our graft reached it stays in gossipsub's mesh for as long as it is connected.
    const subscribed = new Set(service.getSubscribers(joined.topic).map((peer) => peer.toString()))
    // What a peer sent just before its end may bring it back into the mesh; only those whom it has here are there.
    const { peers } = service
    const inMesh = service.getMeshPeers(joined.topic).filter((peer) => subscribed.has(peer) && peers.has(peer))
    return [...new Set(inMesh.map(realId))].filter(isPeerId)
  }
  const compare = (): void => {
    const before = told
    told = new Set(current())
    for (const peerId of before)
      if (!told.has(peerId)) listeners.forEach((listener) => listener({ kind: 'NeighborDown', peerId }))
    for (const peerId of told)
      if (!before.has(peerId)) listeners.forEach((listener) => listener({ kind: 'NeighborUp', peerId }))
  }

  const { removePeer } = service
  if (typeof removePeer !== 'function') missing('a neighbor whose connection ends is none at once')
  else
    service.removePeer = (peerId) => {
      removePeer.call(service, peerId)
      compare()
    }

  return {
    join: async (topic, maxMessageBytes, validate) => {
      if (joined !== null) return
      // First what may fail: on a node that does not run there is nothing to undo.
      if (!service.isStarted()) throw new Cancelled('the node does not run')
      service.topicValidators.set(topic, (from: Libp2pPeerId, message: Message) => {
        const sender = realId(from.toString())
        if (message.data.length > maxMessageBytes) refused()
        if (message.data.length > maxMessageBytes || !isPeerId(sender)) return TopicValidatorResult.Reject
        return VERDICTS[validate(plainBytes(message.data), sender)]
      })
      const onMesh = (): void => compare()
      for (const name of MESH_EVENTS) service.addEventListener(name, onMesh)
      topics.add(topic)
      service.subscribe(topic)
      joined = {
        topic,
        end: () => {
          for (const name of MESH_EVENTS) service.removeEventListener(name, onMesh)
          service.topicValidators.delete(topic)
          topics.delete(topic)
          // A node that stopped has left all topics.
          if (service.isStarted()) service.unsubscribe(topic)
        },
      }
    },
    leave: async () => {
      joined?.end()
      joined = null
      compare()
    },
    publish: async (message) => {
      if (joined === null) return
      try {
        await service.publish(joined.topic, message)
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
