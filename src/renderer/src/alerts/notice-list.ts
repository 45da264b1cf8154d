/** Notices of fired alerts: those of one rule, and those of several rules about one happening, are one notice. Pure. */
import { belongsTo, happeningWords, isOneHappening, mergeHappening } from '../../../shared/alert-happenings.ts'
import type { Alert } from '../../../shared/alerts.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import { strings } from '../ui/strings.ts'

/** How long a notice stays after its newest alert, milliseconds. */
export const NOTICE_MS = 30_000
/** Rules that have a notice at once. */
const MAX_NOTICES = 20

/** What one rule, or several, told lately. */
export interface Notice {
  /** The rule that began it, and its network: a rule watches in each network that is joined. */
  readonly key: string
  /** Null for an alert that was fired while no network was joined: shown anywhere. */
  readonly network: NetworkKey | null
  /** Newest first. */
  readonly alerts: readonly Alert[]
  /** When the newest came, milliseconds of any clock. */
  readonly at: number
}

/** Adds an alert; its notice goes to the front. Newest first. */
export function withAlert(notices: readonly Notice[], alert: Alert, at: number): readonly Notice[] {
  const network = networkOf(alert)
  const { alerts, merged, rest } = mergeHappening(
    notices,
    alert,
    (one) => networkOf(one) === network && (one.ruleId === alert.ruleId || isOneHappening(one, alert)),
  )
  const key = merged.at(-1)?.key ?? `${alert.ruleId} ${network ?? ''}`
  return [{ key, network, alerts, at }, ...rest].slice(0, MAX_NOTICES)
}

function networkOf({ network }: Alert): NetworkKey | null {
  return network === null ? null : networkKeyOf(network)
}

/** What is still to be shown at a moment; the same list where nothing ends. */
export function unexpired(notices: readonly Notice[], now: number): readonly Notice[] {
  const left = notices.filter(({ at }) => now - at < NOTICE_MS)
  return left.length === notices.length ? notices : left
}

/** Those of one network. */
export function noticesIn(notices: readonly Notice[], shown: NetworkKey | null): readonly Notice[] {
  return notices.filter(({ network }) => belongsTo(network, shown))
}

/** A notice in words: what happened, or how many did, and the newest of them. */
export function noticeWords({ alerts }: Notice): string {
  const kinds = [...new Set(alerts.map(({ kind }) => kind))]
  return kinds.map((kind) => wordsOf(alerts.filter((one) => one.kind === kind))).join(' ')
}

/** Of alerts of one kind, newest first. */
function wordsOf(alerts: readonly Alert[]): string {
  const [newest] = alerts
  if (newest === undefined) return ''
  // Several rules say the same of one happening.
  if (alerts.every((one) => one.what === newest.what)) return happeningWords(alerts)
  // The same peer may have left twice, or be slow for two rules.
  const about = new Set(alerts.map(({ peerId, id }) => peerId ?? id)).size
  if (about === 1) return happeningWords([newest])
  const { merged, newest: last } = strings.watch
  return `${merged[newest.kind](about)}; ${last(newest.what)}.`
}
