import type { Nearest } from '../../../shared/contract.ts'
import { formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** Why nothing is shown of a moment. Pure. */
export function nothingWords(at: number, { before, after }: Nearest): string {
  const text = strings.past
  // Nothing is shown before the first moment; later gaps are times when we were not in the network.
  return before === null && after !== null ? text.nothingBefore(formatExact(after)) : text.gap(formatExact(at))
}
