/** Alerts of several rules that tell of one happening: they are one notice, which names the rules. Pure. */
import type { Alert } from './alerts.ts'
import type { EventKind } from './events.ts'
import { networkKeyOf } from './network-kind.ts'

/** Alerts that are further apart are two happenings, milliseconds. */
export const HAPPENING_MS = 30_000
/** What happens in the network: two alerts that carry one of these tell of it both. What we do ourselves explains many things. */
const HAPPENINGS: ReadonlySet<EventKind> = new Set(['PeerDeparted', 'PeerDiscovered', 'NeighborDown', 'NetworkFailed'])

/** Whether two alerts tell of one happening. */
export function isOneHappening(a: Alert, b: Alert): boolean {
  if (Math.abs(a.firedAt - b.firedAt) > HAPPENING_MS || networkOf(a) !== networkOf(b)) return false
  if (a.peerId !== null && a.peerId === b.peerId && a.kind === b.kind) return true
  const seqs = happeningsOf(a)
  return happeningsOf(b).some((seq) => seqs.includes(seq))
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
