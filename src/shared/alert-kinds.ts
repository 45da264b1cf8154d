/** What alert rules can watch for, and their limits. Apart from their schemas: the window has no use for those. */
import type { NetworkKey, KindAndId } from './network-kind.ts'
import { networkKeyOf } from './network-kind.ts'
import type { DepartureReason, PeerState } from './peer.ts'

/** What a rule can watch for. */
export const ALERT_KINDS = [
  'peer-departed',
  'peer-appeared',
  'peer-count',
  'rtt-above',
  'network-lost',
  'network-split',
] as const
/** One of them. */
export type AlertKind = (typeof ALERT_KINDS)[number]

/** How a peer departs, as a rule asks for it. */
export const DEPARTURES = ['any', 'goodbye', 'silent'] as const

/** Whether a rule asks for a peer that left for a reason, or is in a state since: who was removed or displaced did not leave. */
export function takesDeparture(how: (typeof DEPARTURES)[number], left: DepartureReason | PeerState): boolean {
  const graceful = left === 'graceful' || left === 'departed'
  if (!graceful && left !== 'purged' && left !== 'lost') return false
  return how === 'any' || (how === 'goodbye') === graceful
}

/** Whether a rule watches in a network: one that belongs to no other. @param network the one that is joined; null for none */
export function watchesIn(rule: { readonly network: KindAndId | null }, network: NetworkKey | null): boolean {
  return rule.network === null || networkKeyOf(rule.network) === network
}

/** Rules at most. */
export const MAX_RULES = 50
/** Fired alerts that are kept; the oldest go first. */
export const MAX_ALERTS = 200
