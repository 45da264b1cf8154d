/**
 * IP addresses by value: text is parsed to bytes, and what an address is for is read from the bytes. Pure functions.
 *
 * The parsers take the one standard form and no other: dotted decimal without leading zeros, and the text forms of RFC 4291.
 * What the system's resolver would also read (`0177.0.0.1`, `0x7f.1`, `127.1`, a zone after `%`) is not an address here, so
 * that no text can mean one thing to us and another to the system.
 */

/**
 * From where an address can be reached. `private`: on one link or inside one site, which includes the ranges that examples
 * and benchmarks use. `reserved`: nowhere; nothing can be dialed there.
 */
export type IpClass = 'public' | 'private' | 'loopback' | 'reserved'

/** Four bytes, or sixteen. */
export type IpBytes = readonly number[]

/** An IPv4 address within an IPv6 address, and whether a connection to it is an IPv4 connection of this machine. */
export interface EmbeddedIp4 {
  readonly bytes: IpBytes
  /** `mapped`: the system connects by IPv4. `translated`: some other machine would have to. */
  readonly by: 'mapped' | 'translated'
}

/** The bytes of an IP address; null where the text is none. */
export function parseIp(text: string): IpBytes | null {
  return text.includes(':') ? parseIp6(text) : parseIp4(text)
}

/** An IP address and a port, from 0 to 65535. */
export interface Socket {
  readonly bytes: IpBytes
  readonly port: number
}

/** `192.0.2.7:4433` or `[2001:db8::7]:4433`, taken apart; null where the text is neither. */
export function parseSocket(text: string): Socket | null {
  const [, ip6, ip4 = '', digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? []
  const bytes = ip6 === undefined ? parseIp4(ip4) : parseIp6(ip6)
  const port = Number(digits)
  return bytes === null || port > 65_535 ? null : { bytes, port }
}

/** The bytes of an IPv4 address in dotted decimal. */
export function parseIp4(text: string): IpBytes | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return null
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte < 256) ? bytes : null
}

/** The bytes of an IPv6 address. */
export function parseIp6(text: string): IpBytes | null {
  if (text.length > 45) return null
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map((half, index) => bytesOfGroups(half, index === halves.length - 1))
  if (head === undefined || head === null || tail === null) return null
  if (tail === undefined) return head.length === 16 ? head : null
  const zeros = 16 - head.length - tail.length
  // `::` stands for one group at least.
  return zeros < 2 ? null : [...head, ...Array.from({ length: zeros }, () => 0), ...tail]
}

/** The bytes of groups of four hex digits; the last one may be an IPv4 address where nothing follows. */
function bytesOfGroups(text: string, mayEndInIp4: boolean): number[] | null {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
      continue
    }
    const ip4 = mayEndInIp4 && index === groups.length - 1 ? parseIp4(group) : null
    if (ip4 === null) return null
    bytes.push(...ip4)
  }
  return bytes
}

interface Range {
  readonly prefix: IpBytes
  readonly bits: number
  readonly class: IpClass
}

/**
 * IANA IPv4 Special-Purpose Address Registry (RFC 6890 and later) and the multicast and reserved blocks of the IANA IPv4
 * Address Space Registry. The narrowest range counts; all else is public. The two anycast addresses of 192.0.0.0/24 that are
 * routed globally are services of a router and never a peer.
 */
const IP4_RANGES = ranges([
  ['0.0.0.0/8', 'reserved'], // "this network"; 0.0.0.0 connects to this machine
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'private'], // shared address space of providers
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'private'], // link-local
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'], // IETF protocol assignments
  ['192.0.2.0/24', 'private'], // documentation
  ['192.88.99.0/24', 'reserved'], // 6to4 relay anycast, given up
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'private'], // benchmarking
  ['198.51.100.0/24', 'private'], // documentation
  ['203.0.113.0/24', 'private'], // documentation
  ['224.0.0.0/4', 'reserved'], // multicast
  ['240.0.0.0/4', 'reserved'], // reserved, and 255.255.255.255
])

/**
 * IANA IPv6 Special-Purpose Address Registry. Only 2000::/3 is given out for the internet (IANA IPv6 Address Space
 * Registry), so all else that stands not here is reserved. Ranges with an IPv4 address inside are in `embeddedIp4`.
 */
const IP6_RANGES = ranges([
  ['::/0', 'reserved'],
  ['::1/128', 'loopback'],
  ['64:ff9b:1::/48', 'private'], // local-use translation
  ['2000::/3', 'public'],
  ['2001::/23', 'reserved'], // IETF protocol assignments: Teredo, ORCHID and others
  ['2001:2::/48', 'private'], // benchmarking
  ['2001:db8::/32', 'private'], // documentation
  ['3fff::/20', 'private'], // documentation
  ['fc00::/7', 'private'], // unique local
  ['fe80::/10', 'private'], // link-local
  ['fec0::/10', 'private'], // site-local, given up
])

/** Where an IPv4 address stands in an IPv6 address: at which byte. */
const EMBEDDING: readonly { readonly range: Range; readonly at: number; readonly by: EmbeddedIp4['by'] }[] = [
  { range: range('::ffff:0:0/96', 'public'), at: 12, by: 'mapped' },
  { range: range('::ffff:0:0:0/96', 'public'), at: 12, by: 'translated' }, // RFC 7915
  { range: range('::/96', 'public'), at: 12, by: 'translated' }, // "IPv4-compatible", given up
  { range: range('64:ff9b::/96', 'public'), at: 12, by: 'translated' }, // NAT64
  { range: range('2002::/16', 'public'), at: 2, by: 'translated' }, // 6to4
]

/** The IPv4 address that an IPv6 address stands for; null where it stands for itself. */
export function embeddedIp4(bytes: IpBytes): EmbeddedIp4 | null {
  if (bytes.length !== 16) return null
  // `::` and `::1` are addresses of IPv6.
  if (bytes.slice(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) < 2) return null
  const found = EMBEDDING.find((one) => isIn(bytes, one.range))
  return found === undefined ? null : { bytes: bytes.slice(found.at, found.at + 4), by: found.by }
}

/** What the address is for. One with an IPv4 address inside is for what that is for. */
export function ipClass(bytes: IpBytes): IpClass {
  const embedded = embeddedIp4(bytes)
  if (embedded !== null) return ipClass(embedded.bytes)
  let found: Range | null = null
  for (const one of bytes.length === 4 ? IP4_RANGES : IP6_RANGES)
    if (isIn(bytes, one) && one.bits >= (found?.bits ?? 0)) found = one
  return found?.class ?? 'public'
}

/**
 * The host that an address belongs to, as text that is the same for every spelling: an IPv4 address, `a:b:c:d::/64`, or
 * `loopback` for all addresses of this machine alone.
 */
export function ipHost(bytes: IpBytes): string {
  const plain = embeddedIp4(bytes)?.bytes ?? bytes
  if (ipClass(plain) === 'loopback') return 'loopback'
  return plain.length === 4 ? plain.join('.') : `${groupsOf(plain.slice(0, 8))}::/64`
}

/** The address as text that is the same for every spelling. */
export function ipText(bytes: IpBytes): string {
  const plain = embeddedIp4(bytes)?.bytes ?? bytes
  return plain.length === 4 ? plain.join('.') : groupsOf(plain)
}

/**
 * The address itself as text, in the one form of RFC 5952 but that an IPv4 address inside is not written as one: two
 * addresses have two texts.
 */
export function plainIpText(bytes: IpBytes): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = groupsOf(bytes).split(':')
  const { at, length } = longestZeros(groups)
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, at).join(':')}::${groups.slice(at + length).join(':')}`
}

/** Where the longest run of zeros stands, the first one of several. */
function longestZeros(groups: readonly string[]): { readonly at: number; readonly length: number } {
  let best = { at: 0, length: 0 }
  let at = 0
  while (at < groups.length) {
    const from = at
    while (groups[at] === '0') at += 1
    if (at - from > best.length) best = { at: from, length: at - from }
    if (at === from) at += 1
  }
  return best
}

/** Whether the address is multicast or broadcast, which no connection can go to. */
export function isManyHosts(bytes: IpBytes): boolean {
  const plain = embeddedIp4(bytes)?.bytes ?? bytes
  const [first = 0] = plain
  if (plain.length === 16) return first === 0xff
  return (first >= 224 && first < 240) || plain.every((byte) => byte === 255)
}

/** Whether it stands for "any address", which only means something to listen on: `0.0.0.0`, `::`. */
export function isUnspecified(bytes: IpBytes): boolean {
  return (embeddedIp4(bytes)?.bytes ?? bytes).every((byte) => byte === 0)
}

function groupsOf(bytes: IpBytes): string {
  const groups: string[] = []
  for (let at = 0; at < bytes.length; at += 2)
    groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16))
  return groups.join(':')
}

function ranges(rows: readonly (readonly [string, IpClass])[]): readonly Range[] {
  return rows.map(([text, of]) => range(text, of))
}

function range(text: string, of: IpClass): Range {
  const [address = '', bits = ''] = text.split('/')
  const prefix = parseIp(address)
  if (prefix === null) throw new Error(`${text} is not a range`)
  return { prefix, bits: Number(bits), class: of }
}

function isIn(bytes: IpBytes, { prefix, bits }: Range): boolean {
  if (bytes.length !== prefix.length) return false
  for (let at = 0; at * 8 < bits; at += 1) {
    const mask = bits - at * 8 >= 8 ? 0xff : (0xff << (8 - (bits - at * 8))) & 0xff
    if (((bytes[at] ?? 0) & mask) !== ((prefix[at] ?? 0) & mask)) return false
  }
  return true
}
