import type { HistoryEnd, ListedNetwork, Nearest } from '../../../shared/contract.ts'
import { roughDuration } from '../../../shared/own-troubles.ts'
import { formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** Why nothing is shown of a moment. Pure. */
export function nothingWords(at: number, { before, after }: Nearest): string {
  const text = strings.past
  // Nothing is shown before the first moment; later gaps are times when we were not in the network.
  return before === null && after !== null
    ? text.nothingOf(formatExact(at), formatExact(after))
    : text.gap(formatExact(at))
}

/** How the history of a network ended. Pure. @param lostMs for how long we had lost the network by then; null where we were in it */
export function endWords(end: HistoryEnd, lostMs: number | null = null): string {
  const { ends, endsHere, endsLost } = strings.history
  const how = end.how === 'failed' ? ends.failed(end.reason) : ends[end.how]
  return lostMs === null ? endsHere(how) : endsLost(roughDuration(lostMs), how)
}

/** The same in a list; empty where nothing tells. Pure. */
export function endedWords({ end, endedLost }: Pick<ListedNetwork, 'end' | 'endedLost'>): string {
  if (end === null) return ''
  const how = strings.history.ended[end.how]
  return endedLost ? strings.history.endedLost(how) : how
}
