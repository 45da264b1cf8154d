/**
 * Multiaddrs that can be dialed, by value. All that judges where an address leads reads it from here: where it is from
 * (gossip, sync, DHT, local network, a relay, the user) makes no difference. Pure functions.
 */
import type { IpBytes } from './ip.ts'
import { ipHost, ipText, parseIp, parseIp4, parseIp6 } from './ip.ts'
import { irohAddressOf, plainUrlOf } from './iroh-address.ts'

/** Kinds of names: of any address, of IPv4, of IPv6, and of multiaddrs. */
export type NameKind = 'dns' | 'dns4' | 'dns6' | 'dnsaddr'

/** The machine that a multiaddr leads to. */
export type DialHost =
  | { readonly kind: 'ip'; readonly bytes: IpBytes; readonly zone: string | null }
  /** Without a dot at its end, in lower case. */
  | { readonly kind: NameKind; readonly name: string }

/** A multiaddr taken apart: TCP at a host, or by way of a relay there. */
export interface DialAddress {
  /** Null for `/p2p/RELAY/p2p-circuit`, which does not say where the relay is. */
  readonly host: DialHost | null
  /** Null where there is no host, and for `/dnsaddr/NAME`. */
  readonly port: number | null
  /** The relay on the way; null for a direct address. */
  readonly relay: string | null
}

/** The machine that stands first in a multiaddr, whatever follows; null where none does. Of a relay's URL its host. */
export function hostOf(address: string): DialHost | null {
  if (isRelayUrl(address)) return parsePlace(address)?.host ?? null
  return takeHost(address.split('/').slice(1))?.host ?? null
}

/** Whether it is the URL of a relay, by which many peers are reached. */
export function isRelayUrl(address: string): boolean {
  return address.startsWith('/iroh-relay/')
}

/**
 * The place that an address of either kind of network leads to: as `parseDialAddress`, and the IP addresses and relays of iroh
 * networks. Null where it leads to none that is known.
 */
export function parsePlace(address: string): DialAddress | null {
  const iroh = irohAddressOf(address)
  switch (iroh?.kind) {
    case 'ip':
      return iroh.port === 0 ? null : { host: ipOf(iroh.bytes), port: iroh.port, relay: null }
    case 'relay': {
      const found = plainUrlOf(iroh.url)
      if (found === null) return null
      const bytes = parseIp(found.host)
      return { host: bytes === null ? { kind: 'dns', name: found.host } : ipOf(bytes), port: found.port, relay: null }
    }
    case 'custom':
      return null
    case undefined:
      return parseDialAddress(address)
  }
}

/**
 * A multiaddr of a kind that we dial, in its one form: an IP address or a name, a TCP port, a peer id or not, a relay or not.
 * Null for all others: other transports, paths of sockets (`/unix/…`), port 0, text that is left over.
 */
export function parseDialAddress(address: string): DialAddress | null {
  const parts = address.split('/')
  if (parts.shift() !== '') return null
  const taken = takeHost(parts)
  let rest = taken?.rest ?? parts
  let port: number | null = null
  if (taken !== null && rest[0] === 'tcp') {
    port = portOf(rest[1] ?? '')
    if (port === null) return null
    rest = rest.slice(2)
  }
  if (taken !== null && port === null && taken.host.kind !== 'dnsaddr') return null
  const [peer, afterPeer] = takePeer(rest)
  if (afterPeer[0] !== 'p2p-circuit') {
    return taken !== null && afterPeer.length === 0 ? { host: taken.host, port, relay: null } : null
  }
  const [, afterCircuit] = takePeer(afterPeer.slice(1))
  return peer === null || afterCircuit.length > 0 ? null : { host: taken?.host ?? null, port, relay: peer }
}

/** The host of an address as a key that is the same for every spelling; null where the address has none. */
export function hostKey({ host }: Pick<DialAddress, 'host'>): string | null {
  if (host === null) return null
  return host.kind === 'ip' ? ipHost(host.bytes) : host.name
}

/** The host and port as a key that is the same for every spelling; null where the address has none. */
export function endpointKey({ host, port }: Pick<DialAddress, 'host' | 'port'>): string | null {
  if (host === null) return null
  return `${host.kind === 'ip' ? ipText(host.bytes) : host.name} ${port ?? ''}`
}

/** The same key for every spelling of a place that is dialed, with or without a peer id at its end. */
export function placeKey(address: string): string {
  const parsed = parsePlace(address)
  const endpoint = parsed === null ? null : endpointKey(parsed)
  if (parsed === null || endpoint === null) return address
  return parsed.relay === null ? endpoint : `${endpoint} ${parsed.relay}`
}

function takeHost(parts: readonly string[]): { readonly host: DialHost; readonly rest: readonly string[] } | null {
  const [kind, value = ''] = parts
  // A zone stands before the address that it belongs to: /ip6zone/eth0/ip6/fe80::1
  if (kind === 'ip6zone') {
    const bytes = parts[2] === 'ip6' ? parseIp6(parts[3] ?? '') : null
    return bytes === null || value === '' ? null : { host: { kind: 'ip', bytes, zone: value }, rest: parts.slice(4) }
  }
  if (kind === 'ip4' || kind === 'ip6') {
    const bytes = kind === 'ip4' ? parseIp4(value) : parseIp6(value)
    return bytes === null ? null : { host: { kind: 'ip', bytes, zone: null }, rest: parts.slice(2) }
  }
  if (kind !== 'dns' && kind !== 'dns4' && kind !== 'dns6' && kind !== 'dnsaddr') return null
  const name = value.toLowerCase().replace(/\.$/, '')
  return isName(name) ? { host: { kind, name }, rest: parts.slice(2) } : null
}

function ipOf(bytes: IpBytes): DialHost {
  return { kind: 'ip', bytes, zone: null }
}

/** A host name, and nothing that the system would read as an IP address: the last label is not a number. */
function isName(name: string): boolean {
  const labels = name.split('.')
  if (
    name.length > 253 ||
    !labels.every((label) => /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?$/u.test(label))
  )
    return false
  return !/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')
}

function takePeer(parts: readonly string[]): readonly [string | null, readonly string[]] {
  const [name, id = ''] = parts
  if (name !== 'p2p' && name !== 'ipfs') return [null, parts]
  // Base58, or a CID in base32.
  return /^(?:[1-9A-HJ-NP-Za-km-z]{20,128}|b[a-z2-7]{20,160})$/.test(id) ? [id, parts.slice(2)] : [null, ['']]
}

function portOf(text: string): number | null {
  if (!/^[1-9]\d{0,4}$/.test(text)) return null
  const port = Number(text)
  return port < 65_536 ? port : null
}
