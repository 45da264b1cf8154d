import type { HistoryEnd, ListedNetwork, Nearest } from '../../../shared/contract.ts'
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

/** How the history of a network ended. Pure. */
export function endWords(end: HistoryEnd): string {
  const text = strings.history.ends
  return end.how === 'failed' ? text.failed(end.reason) : text[end.how]
}

/** The same in a list; empty where nothing tells. Pure. */
export function endedWords({ end, endedLost }: Pick<ListedNetwork, 'end' | 'endedLost'>): string {
  if (end === null) return ''
  const how = strings.history.ended[end.how]
  return endedLost ? strings.history.endedLost(how) : how
}
