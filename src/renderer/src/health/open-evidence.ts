/** Leads to what a phrase or a cause is told from. */
import type { Evidence } from '../../../shared/health.ts'
import type { Cause } from '../../../shared/why.ts'
import { evidence } from '../../../shared/health-words.ts'
import type { App } from '../stores/app-context.tsx'
import { ALL_EVENTS } from '../stores/event-store.ts'

/** What is changed on the way. */
export type EvidenceParts = Pick<App, 'ui' | 'events' | 'picture' | 'table'>

/** A filter by round-trip time. */
const BY_RTT = /\brtt[<>=:]/

/** Opens the view with its filter, and the span of events; who is slow stands first. What happened after the past moment that is shown is no part of it. */
export function openEvidence({ ui, events, picture, table }: EvidenceParts, where: Evidence): void {
  const { view, filter, kinds, from, to, peerId } = where
  const { picture: shown } = picture.getState()
  const isSnapshot = shown?.kind === 'file' && shown.at === null
  if (isSnapshot || (shown?.kind === 'past' && (to ?? from ?? 0) > shown.at)) picture.leave()
  // In every view: its bars would go on leaving out what was asked of before.
  events.setFilter({ ...ALL_EVENTS, kinds, text: filter, from, to: to ?? lastShown(picture) })
  if (view === 'peers' && BY_RTT.test(filter)) table.sort({ column: 'rtt', descending: true })
  ui.setState({ view, filter, ...(peerId === null ? {} : { selected: peerId }) })
}

/**
 * The same from where no peer is looked at: an inspector of one that the evidence is not about would lie beside it, and leave it
 * half of a small window.
 */
export function showEvidence(parts: EvidenceParts, where: Evidence): void {
  if (where.peerId === null) parts.ui.setState({ selected: null })
  openEvidence(parts, where)
}

/** A list in the past ends at its moment. */
function lastShown(picture: EvidenceParts['picture']): number | null {
  const { picture: shown } = picture.getState()
  return shown?.at ?? null
}

/** What a cause opens: its evidence, else its events; null where there is neither. */
export function evidenceOf(cause: Pick<Cause, 'evidence' | 'events'>): Evidence | null {
  if (cause.evidence !== null) return cause.evidence
  if (cause.events.length === 0) return null
  const seqs = cause.events.map((seq) => `seq=${seq}`)
  return evidence('timeline', { filter: seqs.length === 1 ? seqs.join('') : `(${seqs.join(' OR ')})` })
}
