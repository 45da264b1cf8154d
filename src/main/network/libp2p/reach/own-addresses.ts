/** Which of our addresses others are told (rule AD1). */
import { ENTRY_LIMITS } from '../../../discovery/limits.ts'
import type { ReachabilityStatus } from '../../../../shared/reachability.ts'
import { addressClass, hostClass } from '../../../../shared/reachability.ts'
import { sortAddresses } from '../../addresses.ts'

/** Addresses by way of relays that are told at most, and of one relay. */
const RELAYED = 8
const OF_ONE_RELAY = 4

/** An address as libp2p's address manager knows it, without our peer id. */
export interface KnownAddress {
  readonly address: string
  /** Where it is from: `transport` is one that we listen on, `ip-mapping` one that a router opened. */
  readonly type: string
  readonly verified: boolean
  /** Until when what is known of it holds; 0 while nobody was asked. */
  readonly expires: number
  readonly lastVerified?: number
}

/**
 * The addresses to announce, best first: those that we listen on and that a router opened, unless peers who tried say that
 * they cannot reach them; seen ones once a peer could; relayed ones; all within the entry's limits.
 */
export function announcedAddresses(known: readonly KnownAddress[], relayed: readonly string[]): readonly string[] {
  const direct = known.filter(({ address, type, verified, expires }) => {
    const found = addressClass(address)
    if (found === 'relayed' || found === 'reserved') return false
    // A router that names a private address as its own is behind another one, or lies.
    if (type === 'ip-mapping' && found !== 'public') return false
    return verified || (expires === 0 && (type === 'transport' || type === 'ip-mapping'))
  })
  const fits = (address: string): boolean => address.length <= ENTRY_LIMITS.addressBytes
  const through = relayed.filter(fits).slice(0, RELAYED)
  const own = sortAddresses(direct.map(({ address }) => address)).filter(fits)
  return sortAddresses([...own.slice(0, ENTRY_LIMITS.addresses - through.length), ...through])
}

/** Listen addresses of a family, IPv4 or IPv6, of which there is none though there is one of the other. */
export function unheard(listen: readonly string[], known: readonly KnownAddress[]): readonly string[] {
  const families = new Set(known.flatMap(({ address, type }) => (type === 'transport' ? [familyOf(address)] : [])))
  return families.size === 0 ? [] : listen.filter((address) => !families.has(familyOf(address)))
}

function familyOf(address: string): string | undefined {
  return /\/ip[46]\//.exec(address)?.[0]
}

/** The addresses of one relay under which we are reached through it: public ones, or else the others. */
export function relayedAddresses(relay: string, addresses: readonly string[]): readonly string[] {
  // A relay speaks for itself and for no other machine's peer.
  const own = addresses.filter((address) => address.endsWith(`/p2p/${relay}`) && !address.includes('/p2p-circuit'))
  for (const wanted of ['public', 'private', 'loopback'] as const) {
    const some = sortAddresses(own.filter((address) => hostClass(address) === wanted))
    if (some.length > 0) return some.slice(0, OF_ONE_RELAY).map((address) => `${address}/p2p-circuit`)
  }
  return []
}

/** Whether others can dial us: what they found out when they tried our public addresses. */
export function verdictOf(known: readonly KnownAddress[]): ReachabilityStatus['autonat']['verdict'] {
  const outside = known.filter(({ address }) => addressClass(address) === 'public')
  if (outside.some(({ verified, lastVerified }) => verified && lastVerified !== undefined)) return 'public'
  return outside.some(({ verified, expires }) => !verified && expires > 0) ? 'private' : 'unknown'
}

/** Whether we need a relay to be reached: nobody outside of this network can dial us, and we are not of this machine only. */
export function needsRelay(addresses: readonly string[]): boolean {
  const classes = addresses.map(addressClass).filter((one) => one !== 'relayed')
  return !classes.includes('public') && (classes.length === 0 || classes.includes('private'))
}
