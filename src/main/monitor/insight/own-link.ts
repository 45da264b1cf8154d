/** Whether our own link to the network was down: our own entry lost addresses of this machine, or no dial found a route. Pure. */
import { andList } from '../../../shared/and-list.ts'
import { counted } from '../../../shared/counted.ts'
import { hostOf } from '../../../shared/dial-address.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import { formatCount } from '../../../shared/format-count.ts'
import { evidence } from '../../../shared/health-words.ts'
import { ipClass, plainIpText } from '../../../shared/ip.ts'
import { isRelayed } from '../../../shared/reachability.ts'
import { NEAR_MS } from './network-facts.ts'
import type { Ranked } from './why-parts.ts'
import { ranked, seqs } from './why-parts.ts'
import { gapWords, laterWords } from './words.ts'

/** Events that say which addresses we have: those of our interfaces are looked at every three seconds. */
export const ADDRESS_KINDS = ['NetworkJoined', 'LocalEntryUpdated'] as const satisfies readonly EventKind[]
/** So long after a link went down its address may be missed last, milliseconds. */
export const MISSED_LATE_MS = 5000
/** Hosts that are named. */
const MOST_NAMED = 2

/** That addresses of this machine went away. */
export interface AddressesGone {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly seq: number
  /** IP addresses that we do not have since. */
  readonly hosts: readonly string[]
  /** Whether one of them was of a local network: others may be what peers or a router said of us, and go with these. */
  readonly ofInterface: boolean
}

/**
 * When our own entry lost addresses of this machine first, from so long before a moment until it would have been missed.
 * @param told who we were before, and since, oldest first
 */
export function addressesGone(told: readonly LoggedEvent[], moment: number): AddressesGone | null {
  let before: ReadonlyMap<string, boolean> = new Map()
  for (const { seq, at, event } of told) {
    if (event.kind !== 'NetworkJoined' && event.kind !== 'LocalEntryUpdated') continue
    const now = hostsIn(event.addresses)
    const hosts = [...before.keys()].filter((host) => !now.has(host))
    const ofInterface = hosts.some((host) => before.get(host) === true)
    before = now
    // A run begins with what it finds.
    const begins = event.kind === 'NetworkJoined'
    if (!begins && hosts.length > 0 && at >= moment - NEAR_MS && at <= moment + MISSED_LATE_MS)
      return { at, seq, hosts, ofInterface }
  }
  return null
}

/** The hosts at which we are dialed directly from elsewhere, and whether each is of a local network. */
function hostsIn(addresses: readonly string[]): ReadonlyMap<string, boolean> {
  const hosts = new Map<string, boolean>()
  for (const address of addresses) {
    const host = isRelayed(address) ? null : hostOf(address)
    if (host?.kind !== 'ip') continue
    const found = ipClass(host.bytes)
    if (found === 'private' || found === 'public') hosts.set(plainIpText(host.bytes), found === 'private')
  }
  return hosts
}

/** Whether a dial failed since this machine knew no way there. */
export function hadNoRoute(reason: string): boolean {
  return /no route|ENETUNREACH|EHOSTUNREACH|ENETDOWN/.test(reason)
}

/** What tells of our own link. */
export interface OwnLinkFacts {
  readonly gone: AddressesGone | null
  /** Dials that failed since to peers that we had reached before, newest first. */
  readonly dials: readonly LoggedEvent[]
}

/**
 * That our own link was down when we lost the network.
 * @param rank of addresses that went away; dials alone say somewhat less
 * @param since when we lost it, milliseconds since the epoch
 */
export function ownLinkCauses(rank: number, { gone, dials }: OwnLinkFacts, since: number): readonly Ranked[] {
  const lacking = dials.filter(({ event }) => event.kind === 'DialFailed' && hadNoRoute(event.reason))
  if (gone !== null) {
    const gap = since - gone.at
    const words = `${addressesWords(gone.hosts)}, ${gap >= 0 ? gapWords(gap) : laterWords(-gap)}`
    const where = evidence('timeline', { kinds: ['LocalEntryUpdated'], from: gone.at, to: gone.at })
    const sure = gone.ofInterface || lacking.length > 0
    const events = [...seqs(lacking), gone.seq]
    return [ranked(sure ? rank : rank - 20, 'own link', sure ? 'likely' : 'possible', words, events, where)]
  }
  // A machine of a local network that is off has no route either: of one it may as well be that.
  const targets = new Set(lacking.flatMap(({ event }) => (event.kind === 'DialFailed' ? event.target : [])))
  if (targets.size === 0 || lacking.length < dials.length) return []
  const many = targets.size > 1
  const from = Math.min(...lacking.map(({ at }) => at))
  const where = evidence('timeline', { kinds: ['DialFailed'], from, to: null })
  const events = seqs(lacking)
  return [
    ranked(
      many ? rank - 1 : rank - 20,
      'own link',
      many ? 'likely' : 'possible',
      noRouteWords(targets.size),
      events,
      where,
    ),
  ]
}

function addressesWords(hosts: readonly string[]): string {
  const named = hosts.slice(0, MOST_NAMED)
  const more = hosts.length - named.length
  const which = andList([...named, ...(more > 0 ? [`${formatCount(more)} more`] : [])])
  return `our own network interface went down or changed (this machine lost its ${hosts.length === 1 ? 'address' : 'addresses'} ${which})`
}

function noRouteWords(peers: number): string {
  return `our own network is down, since this machine finds no route to ${peers === 1 ? 'a peer' : `any of ${counted(peers, 'peer')}`} that it was connected to`
}
