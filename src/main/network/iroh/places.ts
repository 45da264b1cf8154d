/** Where a node on iroh listens and dials: addresses as entries and users write them, as iroh takes them, and back. */
import type { DialAddress } from '../../../shared/dial-address.ts'
import { InvalidArgument } from '../../../shared/errors.ts'
import type { IpBytes } from '../../../shared/ip.ts'
import { ipClass, isManyHosts, parseSocket, plainIpText } from '../../../shared/ip.ts'
import { irohAddressOf, textOfIrohAddress } from '../../../shared/iroh-address.ts'
import { normalRelayUrl } from '../../../shared/iroh-bootstrap.ts'
import type { DialTarget } from '../../discovery/ports.ts'
import type { DialPolicy } from '../dial-policy.ts'

/** Where a peer is, as iroh takes it. */
export interface Places {
  /** `192.0.2.7:4433`, `[2001:db8::7]:4433`. */
  readonly direct: readonly string[]
  /** The relay by which it is reached, one of ours. */
  readonly relay: string | null
}

/** An address that iroh dials directly, taken apart; null for all others, relays among them, which the relay choice judges. */
export function parseDirect(address: string): DialAddress | null {
  const parsed = irohAddressOf(address)
  if (parsed?.kind !== 'ip' || parsed.port === 0) return null
  return { host: { kind: 'ip', bytes: parsed.bytes, zone: null }, port: parsed.port, relay: null }
}

/**
 * Where a target may be dialed: direct addresses that the policy allows, and the first relay of it that is one of ours (rule
 * MO33). What a stranger says is judged as all that strangers say.
 */
export async function placesOf(target: DialTarget, policy: DialPolicy, relays: ReadonlySet<string>): Promise<Places> {
  const allowed = await policy.choose({ ...target, addresses: target.addresses.filter(isDirect) })
  const direct = allowed.flatMap((address) => socketOf(address) ?? [])
  for (const address of target.addresses) {
    const parsed = irohAddressOf(address)
    if (parsed?.kind === 'relay' && relays.has(parsed.url)) return { direct, relay: parsed.url }
  }
  return { direct, relay: null }
}

/** Whether there is no way to dial. */
export function isNowhere({ direct, relay }: Places): boolean {
  return direct.length === 0 && relay === null
}

/** The places as entries have them. */
export function textsOf({ direct, relay }: Places): readonly string[] {
  return [...direct, ...(relay === null ? [] : [relay])].flatMap((place) => addressText(place) ?? [])
}

/** Those of the places that are among these addresses. */
export function among({ direct, relay }: Places, addresses: readonly string[]): Places {
  const has = (place: string): boolean => addresses.includes(addressText(place) ?? '')
  return { direct: direct.filter(has), relay: relay !== null && has(relay) ? relay : null }
}

function isDirect(address: string): boolean {
  return parseDirect(address) !== null
}

/** A direct address as iroh takes it; null for others. */
export function socketOf(address: string): string | null {
  const parsed = irohAddressOf(address)
  return parsed?.kind === 'ip' && parsed.port !== 0 ? socketText(parsed.bytes, parsed.port) : null
}

/** `192.0.2.7:4433` as entries have it; a relay's URL too. Null for what is neither. */
export function addressText(socketOrUrl: string): string | null {
  const url = normalRelayUrl(socketOrUrl)
  if (url !== null) return textOfIrohAddress({ kind: 'relay', url })
  const socket = parseSocket(socketOrUrl)
  return socket === null ? null : textOfIrohAddress({ kind: 'ip', ...socket })
}

function socketText(bytes: IpBytes, port: number): string {
  return bytes.length === 4 ? `${plainIpText(bytes)}:${port}` : `[${plainIpText(bytes)}]:${port}`
}

/**
 * A listen address, checked: `/ip4/0.0.0.0/udp/0/quic-v1`, with or without `/quic-v1`.
 * @returns as iroh takes it, `0.0.0.0:0`
 * @throws InvalidArgument
 */
export function parseIrohListen(text: string): string {
  const trimmed = text.trim()
  const shown = trimmed.slice(0, 100)
  const parsed = irohAddressOf(trimmed.endsWith('/quic-v1') ? trimmed : `${trimmed}/quic-v1`)
  if (parsed?.kind !== 'ip')
    throw new InvalidArgument(
      `'${shown}' cannot be listened on in a mosaik network; give a UDP address such as /ip4/0.0.0.0/udp/0/quic-v1`,
    )
  if (isManyHosts(parsed.bytes))
    throw new InvalidArgument(`'${shown}' is a multicast or broadcast address, which cannot be listened on`)
  return socketText(parsed.bytes, parsed.port)
}

/**
 * What is bound for these listen addresses. iroh binds both families, on all interfaces, where it is told nothing: a node that is to
 * listen on this machine alone must not be there for others by the other family.
 */
export function bindings(listen: readonly string[]): readonly string[] {
  const sockets = listen.map(parseIrohListen)
  const bytes = listen.map((text) => irohAddressOf(text.endsWith('/quic-v1') ? text : `${text}/quic-v1`))
  const isLocal = bytes.length > 0 && bytes.every((one) => one?.kind === 'ip' && ipClass(one.bytes) === 'loopback')
  if (!isLocal) return sockets
  const has = (length: number): boolean => bytes.some((one) => one?.kind === 'ip' && one.bytes.length === length)
  return [...sockets, ...(has(4) ? [] : ['127.0.0.1:0']), ...(has(16) ? [] : ['[::1]:0'])]
}
