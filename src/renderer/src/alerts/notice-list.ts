/** Notices of fired alerts: those of one rule are one notice. Pure. */
import type { Alert } from '../../../shared/alerts.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import { strings } from '../ui/strings.ts'

/** How long a notice stays after its newest alert, milliseconds. */
export const NOTICE_MS = 30_000
/** Rules that have a notice at once, and alerts that one of them remembers. */
const MAX_NOTICES = 20
const MAX_MERGED = 200

/** What one rule told lately. */
export interface Notice {
  /** The rule, and its network: a rule watches in each network that is joined. */
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
  const network = alert.network === null ? null : networkKeyOf(alert.network)
  const key = `${alert.ruleId} ${network ?? ''}`
  const before = notices.find((notice) => notice.key === key)?.alerts ?? []
  const alerts = [alert, ...before.filter(({ id }) => id !== alert.id)].slice(0, MAX_MERGED)
  return [{ key, network, alerts, at }, ...notices.filter((notice) => notice.key !== key)].slice(0, MAX_NOTICES)
}

/** What is still to be shown at a moment; the same list where nothing ends. */
export function unexpired(notices: readonly Notice[], now: number): readonly Notice[] {
  const left = notices.filter(({ at }) => now - at < NOTICE_MS)
  return left.length === notices.length ? notices : left
}

/** Those of one network. */
export function noticesIn(notices: readonly Notice[], shown: NetworkKey | null): readonly Notice[] {
  return notices.filter(({ network }) => network === null || network === shown)
}

/** A notice in words: what happened, or how many did, and the newest of them. */
export function noticeWords({ alerts }: Notice): string {
  const [newest] = alerts
  if (newest === undefined) return ''
  if (alerts.length === 1) return `${newest.what}.${newest.cause === '' ? '' : ` ${newest.cause}`}`
  // The same peer may have left twice.
  const { merged, newest: last } = strings.watch
  const about = new Set(alerts.map(({ peerId, id }) => peerId ?? id)).size
  return `${merged[newest.kind](about)}; ${last(newest.what)}.`
}
