/** What alert rules can watch for, and their limits. Apart from their schemas: the window has no use for those. */

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

/** Whether a departure, by goodbye or by silence, is one that a rule asks for. */
export function takesDeparture(how: (typeof DEPARTURES)[number], graceful: boolean): boolean {
  return how === 'any' || (how === 'goodbye') === graceful
}

/** Rules at most. */
export const MAX_RULES = 50
/** Fired alerts that are kept; the oldest go first. */
export const MAX_ALERTS = 200
