import { noise } from '@libp2p/noise'
import { yamux } from '@libp2p/yamux'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { GossipSub } from '@libp2p/gossipsub'
import type { ComponentLogger, Metrics } from '@libp2p/interface'
import { identify, identifyPush } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import type { Ports } from '../discovery/ports.ts'
import { systemClock } from './clock.ts'
import { createGossip, gossipService } from './gossip.ts'
import type { Logger } from './logger.ts'
import { libp2pLogger } from './logger.ts'
import { Libp2pNode } from './node.ts'
import { systemRandom } from './random.ts'
import { createSignatures } from './signatures.ts'
import { createStreams } from './streams.ts'
import { parseListenAddress } from './targets.ts'

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
}

/** As libp2p takes it. */
export type MetricsFactory = (components: { readonly logger: ComponentLogger }) => Metrics

/** Longest handshake, milliseconds. */
const HANDSHAKE_MS = 6000

/**
 * All ports of one node on libp2p: TCP, noise, yamux, identify, gossipsub. Nothing listens before `node.start`.
 * @throws InvalidArgument for a listen address that cannot be one
 */
export async function createPorts(options: PortsOptions): Promise<Ports> {
  const libp2p = await createLibp2p({
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', options.secret),
    addresses: { listen: options.listen.map(parseListenAddress) },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    nodeInfo: { userAgent: options.agent ?? 'peerscope' },
    logger: libp2pLogger(options.logger),
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    connectionManager: {
      maxConnections: 300,
      dialTimeout: HANDSHAKE_MS,
      inboundUpgradeTimeout: HANDSHAKE_MS,
      maxIncomingPendingConnections: 64,
      inboundConnectionThreshold: 20,
      // Many peers on one machine are a normal network; elsewhere 20 a second and host are plenty.
      allow: ['/ip4/127.0.0.0/ipcidr/8', '/ip6/::1/ipcidr/128'],
      reconnectRetries: 0,
    },
    services: {
      identify: identify({ runOnConnectionOpen: true }),
      identifyPush: identifyPush(),
      pubsub: gossipService(),
    },
  })
  const pubsub: GossipSub = libp2p.services.pubsub
  return {
    clock: systemClock,
    random: systemRandom,
    signatures: createSignatures(),
    node: new Libp2pNode(libp2p, systemClock),
    streams: createStreams(libp2p),
    gossip: createGossip(pubsub, systemClock),
    dht: null,
    lan: null,
  }
}
