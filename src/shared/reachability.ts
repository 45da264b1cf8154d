/**
 * How others can reach our node, and how we look for peers nearby: what the window shows of it. Plain data, fit for IPC.
 *
 * Where it comes from: `createPorts` (src/main/network/libp2p/create-ports.ts) returns `ports.reachability()`, `openNode`
 * (src/main/monitor/open-node.ts) hands it on as `node.reachability()`, so a session has it at
 * `session.node?.reachability() ?? REACHABILITY_OFF`. It costs little and may be asked for once a second. Lists are bounded.
 */
import { hostOf } from './dial-address.ts'
import type { PeerId } from './ids.ts'
import type { IpClass } from './ip.ts'
import { ipClass } from './ip.ts'

/**
 * Where an address can be reached from; `relayed`: by way of another peer (`…/p2p-circuit`), `reserved`: from nowhere, or it is
 * of a kind that we do not know.
 */
export type AddressClass = IpClass | 'relayed'

/** `off` by a setting; `failed` says why in `reason`, and all else goes on. */
export type ServiceState = 'on' | 'off' | 'failed'

/** A peer that answered on the local network. */
export interface LanPeer {
  readonly peerId: PeerId
  readonly addresses: readonly string[]
  /** When it was last heard there, milliseconds since the epoch. */
  readonly at: number
}

/** A port that a router opened for us. */
export interface PortMapping {
  /** `203.0.113.7:4001`; the host is empty while the router did not tell its own. */
  readonly external: string
  /** `192.168.1.5:4001`. */
  readonly internal: string
  readonly at: number
}

/** A relay that holds a place for us: others reach us at `address`. */
export interface RelayInUse {
  readonly peerId: PeerId
  readonly address: string
  readonly since: number
}

/** All that is known of our reachability at one moment. */
export interface ReachabilityStatus {
  /** Listen addresses that nothing listens on though others are: those of IPv6 where a machine has none. */
  readonly unheard: readonly string[]
  /** Peers found by multicast DNS. */
  readonly lan: { readonly state: ServiceState; readonly reason?: string; readonly found: readonly LanPeer[] }
  /** Ports opened by the router (UPnP). `on` without mappings: no router answered so far. */
  readonly upnp: { readonly state: ServiceState; readonly reason?: string; readonly mappings: readonly PortMapping[] }
  /** Whether other peers can dial us, by their own word; `at` null while none was asked. */
  readonly autonat: { readonly verdict: 'public' | 'private' | 'unknown'; readonly at: number | null }
  /** Our addresses as other peers see them; nobody dialed them yet. */
  readonly observed: readonly string[]
  readonly relay: {
    readonly using: readonly RelayInUse[]
    /** Why the last relay was lost or refused us, null where none was. */
    readonly lost: { readonly peerId: PeerId; readonly reason: string; readonly at: number } | null
    /** Whether we relay for others, and for how many now. */
    readonly serving: boolean
    readonly reservations: number
  }
  /** The relay server that carries to us what cannot come directly, by URL, where the network has such; null where none does. */
  readonly relayServer?: string | null
  /** Relayed connections that became direct ones. */
  readonly holePunched: number
}

/** Nothing runs. */
export const REACHABILITY_OFF: ReachabilityStatus = {
  unheard: [],
  lan: { state: 'off', found: [] },
  upnp: { state: 'off', mappings: [] },
  autonat: { verdict: 'unknown', at: null },
  observed: [],
  relay: { using: [], lost: null, serving: false, reservations: 0 },
  holePunched: 0,
}

/** The class of a multiaddr, given as text. Names count as public, link-local addresses as private. */
export function addressClass(address: string): AddressClass {
  if (/\/p2p-circuit(\/|$)/.test(address)) return 'relayed'
  if (USUAL_LOOPBACK.test(address)) return 'loopback'
  const place = IROH_PLACE.exec(address)
  if (place === null) return hostClass(address)
  const [, url, ip6, ip4] = place
  if (url !== undefined) return hostClass(`/iroh-relay/${encodeURIComponent(url)}`)
  return hostClass(ip6 === undefined ? `/ip4/${ip4 ?? ''}` : `/ip6/${ip6}`)
}

/**
 * As this machine is mostly written: of a network that is all on it, each address of each peer is looked at, and to take them
 * apart takes ten times longer.
 */
const USUAL_LOOPBACK = /^\/ip(?:4\/127(?:\.(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])){3}|6\/::1)(?:\/|$)/

/** An address of an iroh peer, in an entry or as people write it, that leads through a relay first. */
const IROH_RELAYED = /^(?:\/iroh-relay\/|[0-9a-f]{64}@https?:)/i

/** Whether an address leads through another peer or a relay server, wherever that is. */
export function isRelayed(address: string): boolean {
  return IROH_RELAYED.test(address) || addressClass(address) === 'relayed'
}

/** A peer of a mosaik network as people write it, by where it is first. */
const IROH_PLACE = /^[0-9a-fA-F]{64}@(?:(https?:\/\/[^,]*)|\[([0-9a-fA-F:.]+)\]:\d+|([\d.]+):\d+)(?:,|$)/

/** Whether there are addresses, and other machines can dial none of them. */
export function onlyLocal(addresses: readonly string[]): boolean {
  return addresses.length > 0 && addresses.every((address) => addressClass(address) === 'loopback')
}

/** Whether other machines can dial one of the addresses. */
export function reachedByOthers(addresses: readonly string[]): boolean {
  return addresses.some((address) => !NOWHERE_ELSE.has(addressClass(address)))
}

/** Classes of addresses that lead to this machine, or nowhere. */
const NOWHERE_ELSE: ReadonlySet<AddressClass> = new Set(['loopback', 'reserved'])

/** The class of the host that is dialed first: the peer's own, or the relay's. By value, however it is written. */
export function hostClass(address: string): Exclude<AddressClass, 'relayed'> {
  const host = hostOf(address)
  if (host === null) return 'reserved'
  if (host.kind === 'ip') return ipClass(host.bytes)
  return host.name === 'localhost' || host.name.endsWith('.localhost') ? 'loopback' : 'public'
}
