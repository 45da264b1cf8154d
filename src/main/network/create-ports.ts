import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { GossipSub } from '@libp2p/gossipsub'
import type { ComponentLogger, Metrics } from '@libp2p/interface'
import { identify, identifyPush } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import type { ReachabilityStatus } from '../../shared/reachability.ts'
import { REACHABILITY_OFF } from '../../shared/reachability.ts'
import type { Ports } from '../discovery/ports.ts'
import { systemClock } from './clock.ts'
import type { MainlineOptions } from './dht/mainline.ts'
import { MainlineDht } from './dht/mainline.ts'
import { createGossip, gossipService } from './gossip.ts'
import { InboundGate } from './inbound-gate.ts'
import type { Logger } from './logger.ts'
import { libp2pLogger } from './logger.ts'
import { Libp2pNode } from './node.ts'
import { systemRandom } from './random.ts'
import { createSignatures } from './signatures.ts'
import { createStreams } from './streams.ts'
import { parseListenAddress } from './targets.ts'
import { watchedNoise, watchedYamux } from './watch.ts'

/** What a node on libp2p needs to know. */
export interface PortsOptions {
  /** 32-byte Ed25519 secret. */
  readonly secret: Uint8Array
  /** Listen addresses; none makes a node that only dials. */
  readonly listen: readonly string[]
  readonly logger: Logger
  /** What identify tells of our program, such as `peerscope/0.1.0`. */
  readonly agent?: string
  /** Makes what libp2p counts into; without it nothing is counted. */
  readonly metrics?: MetricsFactory
  /** Null or nothing: without the DHT (rule DH7). */
  readonly dht?: Pick<MainlineOptions, 'bootstrap' | 'nodesFile'> | null
}

/** The ports of a node on libp2p, and what only such a node has. */
export interface NetworkPorts extends Ports {
  /** How others reach us, now. */
  reachability(): ReachabilityStatus
}

/** As libp2p takes it. */
export type MetricsFactory = (components: { readonly logger: ComponentLogger }) => Metrics

/** Longest handshake, milliseconds. */
const HANDSHAKE_MS = 6000
/** Longest negotiation of what a new stream is for, milliseconds (rule BD6). */
const NEGOTIATION_MS = 5000
/** Streams that the other side of one connection may have open at once, whatever they are for (rule BD6). */
const STREAMS_A_CONNECTION = 64
/** Where our own bounds count, libp2p's must not be met first. */
const FAR = 10_000

/**
 * All ports of one node on libp2p: TCP, noise, yamux, identify, gossipsub. Nothing listens before `node.start`.
 * @throws InvalidArgument for a listen address that cannot be one
 */
export async function createPorts(options: PortsOptions): Promise<NetworkPorts> {
  const topics = new Set<string>()
  let node: Libp2pNode | null = null
  const gate = new InboundGate(systemClock, () => node?.refused('Connection'))
  const libp2p = await createLibp2p({
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', options.secret),
    addresses: { listen: options.listen.map(parseListenAddress) },
    transports: [tcp()],
    connectionEncrypters: [watchedNoise(() => node?.refused('Connection'))],
    streamMuxers: [watchedYamux(STREAMS_A_CONNECTION, () => node?.refused('Stream'))],
    nodeInfo: { userAgent: options.agent ?? 'peerscope' },
    logger: libp2pLogger(options.logger),
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    connectionGater: gate.gater(),
    connectionManager: {
      maxConnections: FAR,
      dialTimeout: HANDSHAKE_MS,
      inboundUpgradeTimeout: HANDSHAKE_MS,
      inboundStreamProtocolNegotiationTimeout: NEGOTIATION_MS,
      maxIncomingPendingConnections: FAR,
      inboundConnectionThreshold: FAR,
      reconnectRetries: 0,
    },
    services: {
      identify: identify({ runOnConnectionOpen: true }),
      identifyPush: identifyPush(),
      pubsub: gossipService(topics),
    },
  })
  const pubsub: GossipSub = libp2p.services.pubsub
  node = new Libp2pNode(libp2p, systemClock)
  const running = node
  const signatures = createSignatures()
  const { dht = null, logger } = options
  return {
    clock: systemClock,
    random: systemRandom,
    signatures,
    node: running,
    streams: createStreams(libp2p, () => running.refused('Stream')),
    gossip: createGossip(pubsub, systemClock, topics, () => running.refused('Message')),
    dht: dht === null ? null : new MainlineDht({ clock: systemClock, signatures, logger, ...dht }),
    lan: null,
    reachability: () => REACHABILITY_OFF,
  }
}
