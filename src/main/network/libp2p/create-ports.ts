import { setImmediate } from 'node:timers/promises'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { multicodec } from '@libp2p/gossipsub'
import type { GossipSub } from '@libp2p/gossipsub'
import type { ComponentLogger, Metrics } from '@libp2p/interface'
import { identify, identifyPush } from '@libp2p/identify'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createLibp2p } from 'libp2p'
import { parseDialAddress } from '../../../shared/dial-address.ts'
import type { ReachabilityStatus } from '../../../shared/reachability.ts'
import type { DialTarget, Ports } from '../../discovery/ports.ts'
import { systemClock } from '../clock.ts'
import type { MainlineOptions } from '../dht/mainline.ts'
import { MainlineDht } from '../dht/mainline.ts'
import { earlyGossip } from './early-gossip.ts'
import type { Admit } from './gater.ts'
import { gaterOf } from './gater.ts'
import { createGossip, gossipService } from './gossip.ts'
import { InboundGate } from '../inbound-gate.ts'
import type { Logger } from '../logger.ts'
import { libp2pLogger } from '../logger.ts'
import { sweepLeftovers } from './leftovers.ts'
import { Libp2pNode } from './node.ts'
import { PeerRecords } from './peer-records.ts'
import { systemRandom } from '../random.ts'
import { DialGuard } from './reach/dial-guard.ts'
import { DialPolicy, SYSTEM } from '../dial-policy.ts'
import type { LanOptions } from './reach/lan.ts'
import type { ReachOptions } from './reach/reach.ts'
import { NO_REACH, Reach } from './reach/reach.ts'
import { createSignatures, prepareSignatures } from '../signatures.ts'
import { SilenceWatch } from './silence-watch.ts'
import { spareRecords } from './spare-records.ts'
import { createStreams } from './streams.ts'
import { bareAddress, parseListenAddress } from './targets.ts'
import { TwinWatch } from '../twin-watch.ts'
import { watchedNoise } from './watch.ts'
import { watchedYamux } from './watched-yamux.ts'

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
  /** Null or nothing: peers on the local network are not looked for (rule AD3). */
  readonly lan?: LanOptions | null
  /** What is done to be reached from outside; what is left out is not. */
  readonly reach?: Partial<ReachOptions>
  /** Which connections may be; all where left out. */
  readonly admit?: Admit
}

/** The ports of a node on libp2p, and what only such a node has. */
export interface NetworkPorts extends Ports {
  /** How others reach us, now. */
  reachability(): ReachabilityStatus
  /** Says which peers may be asked for a place when we need a relay (rule AD4). */
  useRelays(candidates: () => readonly DialTarget[]): void
}

/** As libp2p takes it. */
export type MetricsFactory = (components: { readonly logger: ComponentLogger }) => Metrics

/** Longest handshake, milliseconds. */
const HANDSHAKE_MS = 6000
/** Longest negotiation of what a new stream is for, milliseconds (rule BD6). */
const NEGOTIATION_MS = 5000
/** Streams that the other side of one connection may have open at once, whatever they are for (rule BD6). */
const STREAMS_A_CONNECTION = 64
/** How the names of our protocols begin (rule AN1). */
const OURS = '/peerscope/'
/** Where our own bounds count, libp2p's must not be met first. */
const FAR = 10_000

/**
 * All ports of one node on libp2p: TCP, noise, yamux, identify, gossipsub. Nothing listens before `node.start`.
 * @throws InvalidArgument for a listen address that cannot be one
 */
export async function createPorts(options: PortsOptions): Promise<NetworkPorts> {
  const topics = new Set<string>()
  let node: Libp2pNode | null = null
  const refusedConnection = (): void => node?.refused('Connection')
  const gate = new InboundGate(systemClock, refusedConnection)
  const signatures = createSignatures()
  // Others have a turn before and after the tables, where the host has not built them (as monitor/host.ts does).
  await setImmediate()
  prepareSignatures()
  await setImmediate()
  // libp2p takes both halves of a key; from the secret alone it would derive the other one by itself.
  const privateKey = privateKeyFromRaw(Buffer.concat([options.secret, signatures.publicKey(options.secret)]))
  await setImmediate()
  const self = peerIdFromPrivateKey(privateKey).toString()
  const listen = options.listen.map(parseListenAddress)
  const reach = new Reach({ ...NO_REACH, ...options.reach }, options.lan ?? null, {
    clock: systemClock,
    random: systemRandom,
    self,
    listen,
    node: {
      connect: (target, signal) => running.connect(target, signal),
      look: () => node?.look(),
      refused: () => node?.refused('Stream'),
    },
  })
  await reach.load()
  const policy = new DialPolicy({
    ...SYSTEM,
    parse: parseDialAddress,
    // One that only dials belongs where the DHT nodes are that it was given.
    listen: listen.length > 0 ? listen : (options.dht?.bootstrap ?? []).map(({ host }) => `/ip4/${host}`),
    isConnected: (peerId) => reach.isConnected(peerId),
  })
  const twins = new TwinWatch(systemClock, () => node?.metTwin())
  const guard = new DialGuard(policy, systemClock)
  // Making libp2p is work of some milliseconds by itself: others have a turn before and after it.
  await setImmediate()
  const records = new PeerRecords()
  const libp2p = await createLibp2p({
    start: false,
    privateKey,
    datastore: records,
    addresses: { listen, announceFilter: () => reach.announce() },
    transports: [guard.tcp(), ...reach.transports()],
    connectionEncrypters: [watchedNoise(() => node?.refused('Connection'), self, twins)],
    streamMuxers: [watchedYamux(STREAMS_A_CONNECTION, () => node?.refused('Stream'), new SilenceWatch(systemClock))],
    nodeInfo: { userAgent: options.agent ?? 'peerscope' },
    logger: libp2pLogger(options.logger),
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    connectionGater: {
      ...gaterOf(gate, refusedConnection, options.admit),
      ...reach.gater(),
      denyDialMultiaddr: (address) => !policy.allows(bareAddress(address)),
    },
    connectionManager: {
      maxConnections: FAR,
      dialTimeout: HANDSHAKE_MS,
      inboundUpgradeTimeout: HANDSHAKE_MS,
      inboundStreamProtocolNegotiationTimeout: NEGOTIATION_MS,
      maxIncomingPendingConnections: FAR,
      inboundConnectionThreshold: FAR,
      reconnectRetries: 0,
    },
    // SilenceWatch replaces it.
    connectionMonitor: { enabled: false },
    services: {
      // Peers may ask us; we ask them only for what relays and tests of reachability need to know.
      identify: identify({ runOnConnectionOpen: reach.identifies }),
      identifyPush: identifyPush(),
      pubsub: gossipService(topics),
      earlyGossip: earlyGossip(multicodec),
      ...reach.services(),
    },
  })
  spareRecords(libp2p.peerStore, (protocol) => protocol.startsWith(OURS))
  await setImmediate()
  const pubsub: GossipSub = libp2p.services.pubsub
  const running = new Libp2pNode(libp2p, systemClock, {
    policy,
    guard,
    reach,
    follow: () => sweepLeftovers(libp2p, pubsub, records, systemClock),
  })
  node = running
  const { dht = null, logger } = options
  return {
    clock: systemClock,
    random: systemRandom,
    signatures,
    node: running,
    streams: createStreams(libp2p, () => running.refused('Stream')),
    gossip: createGossip(
      pubsub,
      systemClock,
      systemRandom,
      topics,
      () => running.refused('Message'),
      (what) => logger.warn({ what }, 'gossipsub is of another version than we know, and does without'),
    ),
    dht: dht === null ? null : new MainlineDht({ clock: systemClock, signatures, logger, ...dht }),
    lan: reach.lan,
    reachability: () => reach.status(),
    useRelays: (candidates) => reach.useRelays(candidates),
  }
}
