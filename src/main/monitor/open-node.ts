import type { DiscoveryConfig } from '../../shared/config.ts'
import { resolveConfig } from '../../shared/config.ts'
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import { bytes32From, KEY_BYTES } from '../../shared/ids.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { clashWords, clockWords } from '../../shared/own-troubles.ts'
import type { ReachabilityStatus } from '../../shared/reachability.ts'
import type { RelayMode } from '../../shared/relay-mode.ts'
import { formatUtc } from '../../shared/time.ts'
import type { OnListenerError } from '../discovery/base/listeners.ts'
import type { Dialect } from '../discovery/dialect.ts'
import { startDiscovery } from '../discovery/discovery.ts'
import type { Discovery, Health, Told } from '../discovery/handle.ts'
import type { DialTarget, LocalNode } from '../discovery/ports.ts'
import type { KnownPlace } from '../discovery/bootstrap/known-places.ts'
import type { MetricsFactory } from '../network/libp2p/create-ports.ts'
import type { Admit } from '../network/libp2p/gater.ts'
import type { Logger } from '../network/logger.ts'
import { systemRandom } from '../network/random.ts'
import { parseListenAddress } from '../network/libp2p/targets.ts'
import { discoveryLog } from './discovery-log.ts'
import type { NodePorts } from './kinds/kind.ts'
import { kindOf } from './kinds/kinds.ts'
import { logListenerErrors } from './listener-errors.ts'
import { networkRef } from './network-ref.ts'
import { isLocal, RELAY_TAG, dhtOptions } from './node-options.ts'
import { turn } from './turns.ts'

export { dhtOptions, isLocal, parseListenAddress }
export type { Discovery, Logger, OnListenerError }

/** How an address to start from is read in a kind of network. What it gives throws `InvalidArgument`. */
export function targetParserOf(kind: NetworkKind = 'peerscope'): (text: string) => DialTarget {
  return (text) => kindOf(kind).parseTarget(text)
}

/**
 * Where a node listens unless told otherwise: all interfaces, free ports. A machine without IPv6 goes without it
 * (`ReachabilityStatus.listen`).
 */
export const DEFAULT_LISTEN: readonly string[] = ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0']

/** Given addresses that name ourselves and are looked at. */
const MAX_TWIN_ADDRESSES = 8
/** How long one is dialed, milliseconds. */
const TWIN_DIAL_MS = 6000

/** Everything that one node needs to join a network. */
export interface NodeSettings {
  /** Name, or id as 64 hex digits (rule ID1). */
  readonly network: string
  /** Peerscope's own where left out. */
  readonly kind?: NetworkKind
  /** For networks with relay URLs; off where left out. */
  readonly relay?: RelayMode
  /** What our entries state as their version; null, as where left out, for what the dialect says. */
  readonly entryVersion?: string | null
  /** 32 bytes. */
  readonly secret: Uint8Array
  readonly listen: readonly string[]
  readonly bootstrap: readonly string[]
  /** Peers of earlier runs (rules BS). */
  readonly known?: readonly KnownPlace[]
  readonly tags: readonly string[]
  readonly config: Partial<DiscoveryConfig>
  /** Whether to look for peers in the Mainline DHT (rule DH7). */
  readonly dht: boolean
  /** `HOST:PORT` of the only DHT nodes to start from; without them those are the public routers. */
  readonly dhtBootstrap?: readonly string[]
  /** Where the DHT's nodes are kept for the next start; null or nothing keeps none. */
  readonly dataDir?: string | null
  /** Whether peers are looked for on the local network (rule AD3). */
  readonly mdns: boolean
  /** Whether the router is asked for a port (rule AD6); off where left out, like the next two. */
  readonly upnp?: boolean
  /** Whether relays are used where nobody can dial us (rule AD4), and those of others where nobody can dial them. */
  readonly relays?: boolean
  /** Whether we relay for others, and say so by a tag (rule AD5). */
  readonly serveRelay?: boolean
  readonly logger: Logger
  /** Rule EV4: gets what listeners throw. Default: it is logged. */
  readonly onListenerError?: OnListenerError
  /** Called for all that the node tells, from the beginning on (rule CT11). */
  readonly onTold?: (told: Told) => void
  /** Makes what libp2p counts into. */
  readonly metrics?: MetricsFactory
  /** Which connections may be (Peerscope networks only); all where left out. */
  readonly admit?: Admit
  /** What discovery is given in place of the node's ports. */
  readonly wrap?: (ports: NodePorts) => NodePorts
}

/** A node that is online. */
export interface OpenNode {
  readonly discovery: Discovery
  readonly networkId: NetworkId
  readonly kind: NetworkKind
  readonly dialect: Dialect
  readonly peerId: PeerId
  /** What others take as a bootstrap address: with our own id. @param health where it was asked for already */
  addresses(health?: Health): readonly string[]
  /** How others reach us, now; once the node was stopped the last that was known. */
  reachability(): ReachabilityStatus
  /** Graceful departure. Idempotent. */
  stop(): Promise<void>
}

/**
 * Joins a network with a node of its own and resolves once it is online. Rejects once the node has ended.
 * @throws InvalidArgument before anything is started; ListenFailed; Cancelled
 */
export async function openNode(settings: NodeSettings, signal: AbortSignal): Promise<OpenNode> {
  const kind = kindOf(settings.kind ?? 'peerscope')
  const { id: networkId } = networkRef(settings.network, kind.kind)
  const { entryVersion = null } = settings
  const dialect = kind.dialect(entryVersion)
  const config = resolveConfig(settings.config)
  const bootstrap = settings.bootstrap.map((text) => kind.parseTarget(text))
  const given = settings.serveRelay === true ? [...settings.tags, RELAY_TAG] : settings.tags
  const tags = given.map((tag) => dialect.tagOf(tag))
  const listen = kind.listen(settings.listen)
  const made = await kind.createPorts({ ...settings, listen }, { id: networkId })
  const ports = settings.wrap?.(made) ?? made
  const { peerId } = ports.node
  const discovery = startDiscovery({
    networkId,
    dialect,
    ...(entryVersion === null ? {} : { protocolVersion: entryVersion }),
    secret: settings.secret,
    config,
    ports,
    bootstrap: bootstrap.filter((target) => target.peerId !== peerId),
    ...(settings.known === undefined ? {} : { known: settings.known }),
    tags,
    log: discoveryLog(settings.logger, networkId),
    onListenerError: settings.onListenerError ?? logListenerErrors(settings.logger),
  })
  ports.begin(discovery)
  discovery.onTold(warnOfTroubles(settings.logger))
  if (settings.onTold !== undefined) discovery.onTold(settings.onTold)
  // Whoever waits for the end gets the cause by `ended`; nobody needs to.
  discovery.ended.catch(() => undefined)
  const onAbort = (): void => void discovery.leave().catch(() => undefined)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    await discovery.online
    // Others have a turn between the start of the node and what its host does with it.
    await turn()
    if (signal.aborted) await discovery.leave()
    signal.throwIfAborted()
    lookForTwin(ports.node, bootstrap)
  } catch (error) {
    // Nothing of it is left, and nothing is told of it any longer, once this rejects.
    await discovery.ended.catch(() => undefined)
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
  return {
    discovery,
    networkId,
    kind: kind.kind,
    dialect,
    peerId,
    addresses: ({ addresses } = discovery.health()) => addresses.map((address) => kind.ownAddress(address, peerId)),
    reachability: () => ports.reachability(),
    stop: () => discovery.leave(),
  }
}

/**
 * Rule ID5: a given address that names us and is none of ours is that of an earlier run, or of another node with our key. It is
 * dialed once; who answers says which.
 */
function lookForTwin(node: LocalNode, bootstrap: readonly DialTarget[]): void {
  const own = new Set(node.addresses())
  const named = bootstrap.filter(({ peerId }) => peerId === node.peerId).flatMap(({ addresses }) => addresses)
  const addresses = named.filter((address) => !own.has(address)).slice(0, MAX_TWIN_ADDRESSES)
  for (const address of addresses)
    node
      .connect({ addresses: [address], given: true }, AbortSignal.timeout(TWIN_DIAL_MS))
      // That nobody is there is as it should be; our own key at the other end is told by the node.
      .catch(() => undefined)
}

/** What is wrong with ourselves and keeps the network from us is in the log of each host, whatever else is. */
function warnOfTroubles(logger: Logger): (told: Told) => void {
  return (told) => {
    if (told.kind !== 'event') return
    const { event } = told
    if (event.kind === 'IdentityClash') {
      const { startedAt } = event
      const since = startedAt === null ? null : formatUtc(startedAt)
      logger.warn({ component: 'discovery', peer: event.peerId, startedAt }, clashWords(since))
    }
    if (event.kind === 'ClockCompared') {
      const { byMs, peers } = event
      logger[byMs === null ? 'info' : 'warn']({ component: 'discovery', byMs, peers }, clockWords(byMs, peers))
    }
  }
}

/** Rule ID3: the secret of a node from text, or a new random one. */
export function nodeSecret(text: string | null): Uint8Array {
  return text === null ? systemRandom.bytes(KEY_BYTES) : bytes32From(text)
}

/** The store's secret; a new one is made and kept where there is none. */
export function keptSecret(store: {
  loadSecret(): Uint8Array | null
  saveSecret(secret: Uint8Array): void
}): Uint8Array {
  const known = store.loadSecret()
  if (known !== null) return known
  const secret = systemRandom.bytes(KEY_BYTES)
  store.saveSecret(secret)
  return secret
}
