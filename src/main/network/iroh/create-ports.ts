import { REACHABILITY_OFF } from '../../../shared/reachability.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { peerIdOf } from '../../../shared/ids.ts'
import type { ReachabilityStatus } from '../../../shared/reachability.ts'
import type { RelayMode } from '../../../shared/relay-mode.ts'
import { parseRelayMode } from '../../../shared/relay-mode.ts'
import type { Ports } from '../../discovery/ports.ts'
import { systemClock } from '../clock.ts'
import type { MainlineOptions } from '../dht/mainline.ts'
import { MainlineDht } from '../dht/mainline.ts'
import { DialPolicy, SYSTEM } from '../dial-policy.ts'
import { InboundGate } from '../inbound-gate.ts'
import type { Logger } from '../logger.ts'
import { systemRandom } from '../random.ts'
import { createSignatures } from '../signatures.ts'
import { AddressBook } from './address-book.ts'
import { DialRests } from './dial-rests.ts'
import { IrohHost } from './host.ts'
import { loadIroh } from './load.ts'
import { Meetings } from './meetings.ts'
import { IrohGossip } from './gossip.ts'
import { ANNOUNCE, IrohNode } from './node.ts'
import { Parking } from './parking.ts'
import { parseDirect, parseIrohListen } from './places.ts'
import { relayUrls } from './relays.ts'
import { createStreams } from './streams.ts'

/** What a node on iroh needs to know. */
export interface IrohPortsOptions {
  /** 32-byte Ed25519 secret. */
  readonly secret: Uint8Array
  /** Listen addresses, such as `/ip4/0.0.0.0/udp/0/quic-v1`; none: any port of all interfaces. */
  readonly listen: readonly string[]
  readonly logger: Logger
  /** `off` where it is left out: no relay is contacted. */
  readonly relay?: RelayMode
  /** Null or nothing: without the DHT (rule DH7). */
  readonly dht?: Pick<MainlineOptions, 'bootstrap' | 'nodesFile'> | null
  /** False: members of the mesh are not told where we are, so that they do not connect to us by themselves. */
  readonly tellsAddresses?: boolean
  /** Other limits than the usual ones, milliseconds: how long a dial may take, and others to begin an exchange. */
  readonly limits?: { readonly dialMs?: number; readonly beginMs?: number }
}

/** The ports of a node on iroh, and what only such a node has. */
export interface IrohPorts extends Ports {
  /** How others reach us, now: the relay in use. */
  reachability(): ReachabilityStatus
  /** Who else knows where peers are: gossip reaches peers that nobody dialed. */
  useAddresses(lookUp: (peerId: PeerId) => readonly string[]): void
  /** The relays that may be contacted, by URL. */
  readonly relays: readonly string[]
}

/**
 * All ports of one node on iroh: QUIC, a connection for each exchange, gossip as iroh-gossip speaks it. Nothing is bound and
 * nobody is contacted before `node.start`.
 * @throws Unavailable where iroh has no build for this platform; InvalidArgument for a listen address or relay that is none
 */
export async function createIrohPorts(options: IrohPortsOptions): Promise<IrohPorts> {
  const iroh = loadIroh()
  const { secret, logger, dht = null, limits = {}, tellsAddresses } = options
  const relay = parseRelayMode(options.relay ?? 'off')
  const listen = options.listen.map((text) => text.trim())
  for (const text of listen) parseIrohListen(text)
  const signatures = createSignatures()
  const clock = systemClock
  const meetings = new Meetings()
  const ended = new AbortController()
  const parking = new Parking(clock)
  const book = new AddressBook()
  const relays = relayUrls(iroh, relay)
  const gate = new InboundGate(clock, () => node.refused('Connection'))
  const { dialMs, beginMs } = limits
  const host = new IrohHost({ iroh, secret, listen, relay, clock, gate, ...(dialMs === undefined ? {} : { dialMs }) })
  const node: IrohNode = new IrohNode({
    peerId: peerIdOf(signatures.publicKey(secret)),
    host,
    clock,
    policy: new DialPolicy({
      ...SYSTEM,
      parse: parseDirect,
      listen,
      isConnected: (peerId) => meetings.peers().some((one) => one === peerId),
    }),
    relays: new Set(relays),
    meetings,
    parking,
    book,
    rests: new DialRests(clock),
    moved: () => gossip.tellAddresses(),
    stopped: () => {
      ended.abort()
      gossip.halt()
    },
  })
  const gossip: IrohGossip = new IrohGossip({
    peerId: node.peerId,
    clock,
    random: systemRandom,
    meetings,
    book,
    isRunning: () => node.isRunning,
    addresses: () => node.addresses(),
    connect: (peerId) => node.reach(peerId, ANNOUNCE, ended.signal),
    refused: () => node.refused('Message'),
    ...(tellsAddresses === undefined ? {} : { tellsAddresses }),
  })
  return await Promise.resolve({
    clock,
    random: systemRandom,
    signatures,
    node,
    streams: createStreams({
      host,
      clock,
      parking,
      connect: (peerId, protocol, signal) => node.reach(peerId, protocol, signal),
      refused: () => node.refused('Stream'),
      ...(beginMs === undefined ? {} : { beginMs }),
    }),
    gossip,
    dht: dht === null ? null : new MainlineDht({ clock, signatures, logger, ...dht }),
    lan: null,
    relays,
    // Our direct addresses are those of the node; iroh tells nothing else of how it is reached.
    reachability: () => ({ ...REACHABILITY_OFF, relayServer: host.relay() }),
    useAddresses: (lookUp) => book.use(lookUp),
  })
}
