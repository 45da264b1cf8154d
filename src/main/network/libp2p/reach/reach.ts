/** How others reach us: the parts of libp2p that help with it, and what is known of it (docs/reachability.md). */
import type { AutoNATComponents } from '@libp2p/autonat'
import { autoNAT } from '@libp2p/autonat'
import type {
  CircuitRelayServerComponents,
  CircuitRelayService,
  CircuitRelayTransportComponents,
} from '@libp2p/circuit-relay-v2'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import type { DCUtRServiceComponents } from '@libp2p/dcutr'
import { dcutr } from '@libp2p/dcutr'
import type { Connection, ConnectionGater, PeerId as Libp2pPeerId, Transport } from '@libp2p/interface'
import type { uPnPNAT, UPnPNATComponents } from '@libp2p/upnp-nat'
import { isPrivate } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '../../../../shared/ids.ts'
import type { ReachabilityStatus } from '../../../../shared/reachability.ts'
import { addressClass, REACHABILITY_OFF } from '../../../../shared/reachability.ts'
import type { Clock, DialTarget, Random, Unsubscribe } from '../../../discovery/ports.ts'
import { addressGroup, RateLimiter } from '../../../discovery/base/rates.ts'
import { bareAddress } from '../targets.ts'
import type { LanOptions } from './lan.ts'
import { MdnsLan } from './lan.ts'
import type { KnownAddress } from './own-addresses.ts'
import { announcedAddresses, unheard, verdictOf } from './own-addresses.ts'
import type { RelayTransport } from './relays.ts'
import { RelayUse } from './relays.ts'
import { UpnpWatch } from './upnp.ts'

/** Which ways of being reached a node has. */
export interface ReachOptions {
  /** Asks peers to dial us, and dials those that ask. */
  readonly autonat: boolean
  /** Asks the router for a port; `gateways` are descriptor URLs of routers that need not be looked for. Needs autonat. */
  readonly upnp: false | { readonly gateways?: readonly string[] }
  /** Takes places at relays where they are needed, and reaches others through theirs. */
  readonly relays: boolean
  /** Relays for others. */
  readonly serve: boolean
}

/** None of it. */
export const NO_REACH: ReachOptions = { autonat: false, upnp: false, relays: false, serve: false }

/** Rule AD5: places in all and for one address group, for how long, and what one relayed connection may carry. */
const PLACES = 64
const PLACES_A_GROUP = 8
const PLACE_MS = 60 * 60_000
const CONNECTION_MS = 2 * 60 * 60_000
const CONNECTION_BYTES = 64n * 1024n * 1024n
/** Connections a second that one peer may have relayed, and those that end at one place at once. */
const RELAYED = { perSecond: 1, burst: 10 }
const AT_ONE_PLACE = 16
/** Longest time to agree on a place or a relayed connection, milliseconds. */
const HOP_MS = 10_000
/** How long a relayed connection stays beside a direct one, milliseconds. */
const RELEASE_MS = 5000
/** How often a router is looked for while there is none, milliseconds. */
const ROUTER_MS = 60_000
/** Our addresses as others see them that the status lists. */
const OBSERVED = 10

/** What libp2p gives all services. */
type Components = AutoNATComponents & UPnPNATComponents & DCUtRServiceComponents & CircuitRelayServerComponents

/** What the parts need of the node. */
export interface ReachNode {
  connect(target: DialTarget, signal: AbortSignal): Promise<PeerId>
  /** The addresses may have changed. */
  look(): void
  refused(): void
}

/** The reachability of one node. */
export class Reach {
  readonly lan: MdnsLan | null
  readonly #options: ReachOptions
  readonly #clock: Clock
  readonly #random: Random
  readonly #node: ReachNode
  readonly #self: string
  readonly #listen: readonly string[]
  readonly #upnp: UpnpWatch | null
  readonly #relayed = new RateLimiter(RELAYED)
  #askRouter: typeof uPnPNAT | null = null
  #components: Components | null = null
  #relays: RelayUse | null = null
  #serving: CircuitRelayService | null = null
  #holePunched = 0
  #verdict: ReachabilityStatus['autonat'] = REACHABILITY_OFF.autonat

  constructor(
    options: ReachOptions,
    lan: LanOptions | null,
    around: {
      readonly clock: Clock
      readonly random: Random
      readonly self: string
      readonly node: ReachNode
      readonly listen?: readonly string[]
    },
  ) {
    this.#options = options
    this.#clock = around.clock
    this.#random = around.random
    this.#node = around.node
    this.#self = around.self
    this.#listen = around.listen ?? []
    this.#upnp = options.upnp === false ? null : new UpnpWatch(() => around.clock.now())
    this.lan = lan === null ? null : new MdnsLan(lan, around.clock, around.self, () => this.#parts())
  }

  /** Loads what takes long to load, where it is used. To be called before libp2p is made. */
  async load(): Promise<void> {
    if (this.#options.upnp !== false) this.#askRouter = (await import('@libp2p/upnp-nat')).uPnPNAT
  }

  transports(): ((components: CircuitRelayTransportComponents) => Transport)[] {
    if (!this.#options.relays && !this.#options.serve) return []
    return [
      (components) => {
        const transport = circuitRelayTransport({ maxInboundStopStreams: AT_ONE_PLACE })(components)
        const parts = {
          clock: this.#clock,
          random: this.#random,
          direct: () => this.#announced([]),
          connect: (target: DialTarget, signal: AbortSignal) => this.#node.connect(target, signal),
          isConnected: (peerId: string) => this.isConnected(peerId),
          farEnds: (peerId: string) => this.#connections(peerId).flatMap(farEnd),
          changed: () => this.#node.look(),
        }
        this.#relays = new RelayUse(parts, transport as Transport & RelayTransport, () => this.#node.refused())
        return transport
      },
    ]
  }

  /** Whether what is on has to know which protocols a peer speaks, or where it sees us. */
  get identifies(): boolean {
    const { autonat, relays, serve } = this.#options
    return autonat || relays || serve
  }

  /** Each is there always, and does nothing where it is off. */
  services(): {
    readonly reach: (components: Components) => object
    readonly autonat: (components: Components) => unknown
    readonly upnp: (components: Components) => unknown
    readonly relay: (components: Components) => unknown
    readonly dcutr: (components: Components) => unknown
  } {
    const { autonat, upnp, relays, serve } = this.#options
    return {
      reach: (components) => {
        this.#components = components
        return {}
      },
      autonat: (components) => (autonat ? autoNAT({ timeout: HOP_MS })(withoutWalks(components)) : {}),
      upnp: (components) => {
        if (upnp === false || this.#askRouter === null) return {}
        const { gateways } = upnp
        const service = this.#askRouter({
          portMappingDescription: 'peerscope',
          initialGatewaySearchInterval: ROUTER_MS,
          ...(gateways === undefined ? {} : { gateways: [...gateways] }),
        })(components)
        this.#upnp?.watch(service.portMappingClient)
        return service
      },
      relay: (components) => {
        if (!serve) return {}
        this.#serving = circuitRelayServer({
          hopTimeout: HOP_MS,
          maxInboundHopStreams: AT_ONE_PLACE,
          maxOutboundStopStreams: AT_ONE_PLACE,
          reservations: {
            maxReservations: PLACES,
            reservationTtl: PLACE_MS,
            defaultDurationLimit: CONNECTION_MS,
            defaultDataLimit: CONNECTION_BYTES,
          },
        })(components)
        return this.#serving
      },
      dcutr: (components) => (relays ? dcutr()(components) : {}),
    }
  }

  /** Rule AD5. */
  gater(): ConnectionGater {
    return {
      denyInboundRelayReservation: (source) => {
        const denied = !this.#hasPlaceFor(source)
        if (denied) this.#node.refused()
        return denied
      },
      denyOutboundRelayedConnection: (source) => {
        const denied = !this.#relayed.take(source.toString(), this.#clock.monotonic())
        if (denied) this.#node.refused()
        return denied
      },
    }
  }

  /** Once the node runs; the result once it ends. */
  begin(): Unsubscribe {
    const { events } = this.#parts()
    const onOpen = ({ detail }: CustomEvent<Connection>): void => this.#opened(detail)
    events.addEventListener('connection:open', onOpen)
    if (this.#options.relays && !this.#options.serve) this.#relays?.start()
    return () => {
      events.removeEventListener('connection:open', onOpen)
      this.#relays?.stop()
    }
  }

  /** Whom to ask for a place: peers that call themselves relays. */
  useRelays(candidates: () => readonly DialTarget[]): void {
    this.#relays?.follow(candidates)
  }

  /** What we announce, best first (rule AD1). */
  addresses(): readonly string[] {
    return this.#announced(this.#relays?.addresses() ?? [])
  }

  /** The same for libp2p, which tells it by identify and mDNS. */
  announce(): Multiaddr[] {
    return this.addresses().map((address) => multiaddr(`${address}/p2p/${this.#self}`))
  }

  /** Whether there is a direct connection to the peer. */
  isConnected(peerId: string): boolean {
    return this.#connections(peerId).some(({ limits }) => limits === undefined)
  }

  status(): ReachabilityStatus {
    this.#judge()
    const { using = [], lost = null } = this.#relays?.status() ?? {}
    return {
      unheard: this.#components === null ? [] : unheard(this.#listen, this.#known()),
      lan: this.lan?.status() ?? REACHABILITY_OFF.lan,
      upnp: this.#upnp?.status() ?? REACHABILITY_OFF.upnp,
      autonat: this.#verdict,
      observed: this.#observed(),
      relay: { using, lost, serving: this.#options.serve, reservations: this.#serving?.reservations.size ?? 0 },
      holePunched: this.#holePunched,
    }
  }

  #parts(): Components {
    if (this.#components === null) throw new Error('libp2p is made before its parts are asked for')
    return this.#components
  }

  #connections(peerId: string): readonly Connection[] {
    const all = this.#components?.connectionManager.getConnections() ?? []
    return all.filter(({ remotePeer, status }) => status === 'open' && remotePeer.toString() === peerId)
  }

  #known(): readonly KnownAddress[] {
    return this.#parts()
      .addressManager.getAddressesWithMetadata()
      .map(({ multiaddr: address, type, verified, expires, lastVerified }) => ({
        address: bareAddress(address),
        type,
        verified,
        expires,
        // libp2p calls private addresses verified without asking anybody.
        ...(lastVerified === undefined || isPrivate(address) ? {} : { lastVerified }),
      }))
  }

  #announced(relayed: readonly string[]): readonly string[] {
    return this.#components === null ? [] : announcedAddresses(this.#known(), relayed)
  }

  #observed(): readonly string[] {
    if (this.#components === null) return []
    return this.#components.addressManager.getObservedAddrs().map(bareAddress).slice(0, OBSERVED)
  }

  #judge(): void {
    if (!this.#options.autonat || this.#components === null) return
    const verdict = verdictOf(this.#known())
    if (verdict !== this.#verdict.verdict) this.#verdict = { verdict, at: this.#clock.now() }
  }

  #opened(connection: Connection): void {
    const peerId = connection.remotePeer.toString()
    const relayed = (): readonly Connection[] => this.#connections(peerId).filter(isRelayed)
    if (isRelayed(connection) || relayed().length === 0) return
    this.#holePunched += 1
    // The relay need not carry us any more, once what began through it has had time to end.
    this.#clock.schedule(RELEASE_MS, () => {
      if (this.isConnected(peerId)) for (const one of relayed()) void one.close().catch(() => undefined)
    })
  }

  /** Whoever has a place may renew it; one address group does not take all. */
  #hasPlaceFor(source: Libp2pPeerId): boolean {
    const places = this.#serving?.reservations
    if (places === undefined) return false
    if (places.has(source)) return true
    const [connection] = this.#connections(source.toString())
    const taken = [...places.values()].map(({ addr }) => addr.toString())
    return connection !== undefined && isPlaceFree(taken, connection.remoteAddr.toString())
  }
}

/** Whether one more place is left for the address group of the one that asks; peers of this machine are not told apart. */
export function isPlaceFree(taken: readonly string[], address: string): boolean {
  const group = addressGroup(address)
  return group === null || taken.filter((one) => addressGroup(one) === group).length < PLACES_A_GROUP
}

function isRelayed({ remoteAddr }: Connection): boolean {
  return addressClass(remoteAddr.toString()) === 'relayed'
}

function farEnd({ direction, remoteAddr, remotePeer }: Connection): readonly string[] {
  return direction === 'inbound'
    ? [remoteAddr.toString(), `${bareAddress(remoteAddr)}/p2p/${remotePeer.toString()}`]
    : []
}

/** Autonat looks for helpers by random walks of a DHT that we do not have: it asks peers as they come. */
function withoutWalks(components: AutoNATComponents): AutoNATComponents {
  const { registrar, addressManager, transportManager, peerId, connectionManager, logger, events, peerStore } =
    components
  return {
    registrar,
    addressManager,
    transportManager,
    peerId,
    connectionManager,
    logger,
    events,
    peerStore,
    randomWalk: {
      walk: async function* () {
        yield* []
      },
    },
  }
}
