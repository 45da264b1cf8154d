/**
 * Addresses of peers in iroh networks, as texts and as what they say. An entry keeps them as texts, one for each address:
 * `/ip4/192.0.2.7/udp/4433/quic-v1`, `/ip6/…`, `/iroh-relay/<URL, percent-encoded>`, `/iroh-custom/<id>/<hex>`. Pure functions.
 */
import type { IpBytes } from './ip.ts'
import { parseIp4, parseIp6, plainIpText } from './ip.ts'

/** One transport address of a peer. */
export type IrohAddress =
  /** Of the plain form that `plainUrlOf` takes. */
  | { readonly kind: 'relay'; readonly url: string }
  /** Port 0 leads nowhere, and can be said. */
  | { readonly kind: 'ip'; readonly bytes: IpBytes; readonly port: number }
  /** Of a transport that somebody made: its number, of 64 bits, and its data as lower-case hex. */
  | { readonly kind: 'custom'; readonly id: bigint; readonly data: string }

const RELAY = '/iroh-relay/'
const IP = /^\/ip([46])\/([^/]+)\/udp\/(0|[1-9]\d{0,4})\/quic-v1$/
const CUSTOM = /^\/iroh-custom\/(0|[1-9]\d{0,19})\/((?:[0-9a-f]{2})*)$/

/** iroh keeps data of up to so many bytes in another way than longer data, which shows in the order of addresses. */
export const CUSTOM_INLINE_BYTES = 30

/** What the text says; null where it is not the text of an address, in its one form. */
export function irohAddressOf(text: string): IrohAddress | null {
  if (text.startsWith(RELAY)) {
    const url = decoded(text.slice(RELAY.length))
    return url !== null && plainUrlOf(url) !== null ? { kind: 'relay', url } : null
  }
  const ip = IP.exec(text)
  if (ip !== null) {
    const [, version, host = '', digits = ''] = ip
    const bytes = version === '4' ? parseIp4(host) : parseIp6(host)
    const port = Number(digits)
    return bytes === null || port > 65_535 || plainIpText(bytes) !== host ? null : { kind: 'ip', bytes, port }
  }
  const custom = CUSTOM.exec(text)
  if (custom === null) return null
  const id = BigInt(custom[1] ?? '')
  return id >> 64n === 0n ? { kind: 'custom', id, data: custom[2] ?? '' } : null
}

/** The text of an address. Two addresses have two texts. */
export function textOfIrohAddress(address: IrohAddress): string {
  switch (address.kind) {
    case 'relay':
      return `${RELAY}${encodeURIComponent(address.url)}`
    case 'ip':
      return `/ip${address.bytes.length === 4 ? 4 : 6}/${plainIpText(address.bytes)}/udp/${address.port}/quic-v1`
    case 'custom':
      return `/iroh-custom/${address.id}/${address.data}`
  }
}

/**
 * The order of addresses in the entries of mosaik: relays by their URL, IPv4, IPv6, both by address and then by port, and
 * others by number and data, of which the short ones come first, by length.
 */
export function compareIrohAddresses(a: IrohAddress, b: IrohAddress): number {
  if (a.kind === 'relay' && b.kind === 'relay') return compare(a.url, b.url)
  if (a.kind === 'ip' && b.kind === 'ip')
    return a.bytes.length - b.bytes.length || compareBytes(a.bytes, b.bytes) || a.port - b.port
  if (a.kind === 'custom' && b.kind === 'custom') return compare(a.id, b.id) || compareData(a.data, b.data)
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind)
}

const KINDS: readonly IrohAddress['kind'][] = ['relay', 'ip', 'custom']

/** Where a relay is. */
export interface RelayPlace {
  /** A name, in lower case, or an IP address as text. */
  readonly host: string
  readonly port: number
}

const URL_PARTS = /^(https?):\/\/([a-z0-9._-]+|\[[0-9a-f:]+\])(?::([1-9]\d{0,4}))?\/(.*)$/
const LABEL = /^(?!xn--)[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/
const SEGMENT = /^(?!\.\.?$)[A-Za-z0-9._~-]*$/

/**
 * Where the URL of a relay leads to. Null where it has more in it than scheme, host, port and a path of plain characters, or is not in
 * the normal form of the URL standard: so all that read URLs write it the same way.
 */
export function plainUrlOf(url: string): RelayPlace | null {
  const [, scheme, host = '', port, path = ''] = URL_PARTS.exec(url) ?? []
  const standard = scheme === 'https' ? 443 : 80
  const number = port === undefined ? standard : Number(port)
  if (scheme === undefined || (port !== undefined && number === standard) || number > 65_535) return null
  if (!path.split('/').every((segment) => SEGMENT.test(segment))) return null
  if (host.startsWith('[')) {
    const bytes = parseIp6(host.slice(1, -1))
    return bytes !== null && `[${plainIpText(bytes)}]` === host ? { host: host.slice(1, -1), port: number } : null
  }
  const name = host.replace(/\.$/, '')
  const labels = name.split('.')
  if (!labels.every((label) => LABEL.test(label))) return null
  // What ends in a number is an IPv4 address, or a way to write one.
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '') && (host !== name || parseIp4(host) === null)) return null
  return { host: name, port: number }
}

/** An address for people: `192.0.2.7:4433`, `[2001:db8::7]:4433`, `relay https://…`. Other texts stay as they are. */
export function showAddress(text: string): string {
  const address = irohAddressOf(text)
  switch (address?.kind) {
    case 'relay':
      return `relay ${address.url}`
    case 'ip': {
      const host = plainIpText(address.bytes)
      return `${address.bytes.length === 4 ? host : `[${host}]`}:${address.port}`
    }
    case 'custom':
      return `custom ${address.id} ${address.data}`.trimEnd()
    case undefined:
      return text
  }
}

/** The text whose `encodeURIComponent` it is; null where it is of none. */
function decoded(encoded: string): string | null {
  try {
    const text = decodeURIComponent(encoded)
    return encodeURIComponent(text) === encoded ? text : null
  } catch {
    return null
  }
}

function compare<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareBytes(a: IpBytes, b: IpBytes): number {
  for (const [index, byte] of a.entries()) {
    const difference = byte - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function compareData(a: string, b: string): number {
  const inline = 2 * CUSTOM_INLINE_BYTES
  if (a.length > inline && b.length > inline) return compare(a, b)
  return a.length - b.length || compare(a, b)
}
