/** Alerts of several rules that tell of one happening: they are one notice, which names the rules. Pure. */
import type { Alert } from './alerts.ts'
import type { EventKind } from './events.ts'
import type { PeerId } from './ids.ts'
import { networkKeyOf } from './network-kind.ts'

/** Alerts that are further apart are two happenings, milliseconds. */
export const HAPPENING_MS = 30_000
/** Alerts that one group remembers, the newest. */
const MAX_MERGED = 200
/** What happens in the network: two alerts that carry one of these tell of it both. What we do ourselves explains many things. */
const HAPPENINGS: ReadonlySet<EventKind> = new Set(['PeerDeparted', 'PeerDiscovered', 'NeighborDown', 'NetworkFailed'])

/** Whether two alerts tell of one happening. */
export function isOneHappening(a: Alert, b: Alert): boolean {
  if (Math.abs(a.firedAt - b.firedAt) > HAPPENING_MS || networkOf(a) !== networkOf(b)) return false
  if (a.peerId !== null && a.peerId === b.peerId && a.kind === b.kind) return true
  const seqs = happeningsOf(a)
  return happeningsOf(b).some((seq) => seqs.includes(seq))
}

/**
 * Adds an alert to groups of alerts: it joins all that it is one happening with, and makes them one.
 * @param belongs whether it belongs to what a group has
 */
export function mergeHappening<Group extends { readonly alerts: readonly Alert[] }>(
  groups: readonly Group[],
  alert: Alert,
  belongs: (one: Alert, alert: Alert) => boolean = isOneHappening,
): {
  /** All of them with the new one, newest first. */
  readonly alerts: readonly Alert[]
  /** The groups that it joins, and those that it does not. */
  readonly merged: readonly Group[]
  readonly rest: readonly Group[]
} {
  const merged = groups.filter(({ alerts }) => alerts.some((one) => belongs(one, alert)))
  const before = merged.flatMap(({ alerts }) => alerts).filter(({ id }) => id !== alert.id)
  return {
    alerts: [alert, ...before.sort((a, b) => b.id - a.id)].slice(0, MAX_MERGED),
    merged,
    rest: groups.filter((group) => !merged.includes(group)),
  }
}

/** The peer that alerts are about; null where they are about several, or none: of those none is meant more than another. */
export function peerOfHappening(alerts: readonly Pick<Alert, 'peerId'>[]): PeerId | null {
  const peers = new Set(alerts.flatMap(({ peerId }) => peerId ?? []))
  const [only = null] = peers
  return peers.size === 1 ? only : null
}

function networkOf({ network }: Alert): string | null {
  return network === null ? null : networkKeyOf(network)
}

function happeningsOf({ kind, events }: Alert): readonly number[] {
  // What somebody who comes did before is not what the alert tells of.
  return events.flatMap(({ seq, event }) =>
    HAPPENINGS.has(event.kind) && (kind !== 'peer-appeared' || event.kind === 'PeerDiscovered') ? seq : [],
  )
}

/** The rules that fired, each once: "A", "A and B", "A, B and C". @param alerts newest first */
export function ruleNames(alerts: readonly Pick<Alert, 'ruleName'>[]): string {
  const names = [...new Set(alerts.toReversed().map(({ ruleName }) => ruleName))]
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ')
}

/** What happened and why; what several say alike is said once. @param alerts of one happening, newest first */
export function happeningWords(alerts: readonly Pick<Alert, 'what' | 'cause'>[]): string {
  const said = alerts.toReversed().flatMap(({ what, cause }) => [`${what}.`, ...(cause === '' ? [] : [cause])])
  return [...new Set(said)].join(' ')
}
