import { parseMoment, TimeError } from '../../../shared/time.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import { formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** A time that was typed: where it leads, or why it leads nowhere. Both null where it leads to the present. */
export interface TypedTime {
  /** Milliseconds since the epoch. */
  readonly at: number | null
  readonly problem: string | null
}

/** The span that is stored of what is played, milliseconds since the epoch. */
type Stored = Pick<MomentSpan, 'from' | 'to'>

/** Texts that say in their message what is wrong with them, beyond not being a time. */
const LONG = 60

/**
 * Reads a time that leads into the past: `1h ago`, `16:05`, `yesterday 16:05`, or a date with a time. An empty text and `now`
 * lead to the present.
 * @param stored where only a span can be looked at
 */
export function readTyped(text: string, now: number, stored: Stored | null = null): TypedTime {
  const typed = text.trim()
  if (typed === '' || typed.toLowerCase() === 'now') return { at: null, problem: null }
  try {
    const { from } = parseMoment(typed, now)
    if (from > now) return { at: null, problem: strings.timeline.typedFuture }
    const problem = stored === null ? null : outsideWords(from, stored)
    return problem === null ? { at: from, problem } : { at: null, problem }
  } catch (error) {
    if (!(error instanceof TimeError)) throw error
    const known = !/is not a time; write|more than one way/.test(error.message)
    return { at: null, problem: known ? error.message : strings.timeline.typedWrong(typed.slice(0, LONG)) }
  }
}

/** Why nothing is stored of a moment: where what is stored begins or ends. Null where it is within. */
export function outsideWords(at: number, { from, to }: Stored): string | null {
  if (at < from) return strings.past.nothingBefore(formatExact(from))
  return at > to ? strings.past.nothingAfter(formatExact(to)) : null
}
