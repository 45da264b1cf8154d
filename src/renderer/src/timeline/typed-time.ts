import { parseMoment, TimeError } from '../../../shared/time.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import { formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** A day, in milliseconds. */
const DAY = 86_400_000

/** A time that was typed: where it leads, or why it leads nowhere. Both null where it leads to the present. */
export interface TypedTime {
  /** Milliseconds since the epoch. */
  readonly at: number | null
  readonly problem: string | null
}

/** The span that is stored of what is played, milliseconds since the epoch. */
export type Stored = Pick<MomentSpan, 'from' | 'to'>

/** Texts that say in their message what is wrong with them, beyond not being a time. */
const LONG = 60

/**
 * Reads a time that leads into the past: `1h ago`, `16:05`, `yesterday 16:05`, or a date with a time. An empty text and `now`
 * lead to the present.
 * @param stored where only a span can be looked at: its end is the present, from which such times count
 */
export function readTyped(text: string, now: number, stored: Stored | null = null): TypedTime {
  const typed = text.trim()
  if (typed === '' || typed.toLowerCase() === 'now') return { at: stored?.to ?? null, problem: null }
  try {
    const at = stored === null ? parseMoment(typed, now).from : momentIn(typed, stored)
    const problem = stored === null ? (at > now ? strings.timeline.typedFuture : null) : outsideWords(at, stored)
    return problem === null ? { at, problem } : { at: null, problem }
  } catch (error) {
    if (!(error instanceof TimeError)) throw error
    const known = !/is not a time; write|more than one way/.test(error.message)
    return { at: null, problem: known ? error.message : strings.timeline.typedWrong(typed.slice(0, LONG)) }
  }
}

/** A bare time of day that no day of the recording has is the nearest one: shortly after its end it is not that of the day before. */
function momentIn(typed: string, { from, to }: Stored): number {
  const { from: last } = parseMoment(typed, to)
  if (last >= from || !/^\d{1,2}:/.test(typed)) return last
  const { from: next } = parseMoment(typed, to + DAY)
  return next - to < from - last ? next : last
}

/** Why nothing is stored of a moment: where what is stored begins or ends. Null where it is within. */
export function outsideWords(at: number, { from, to }: Stored): string | null {
  if (at < from) return strings.past.nothingBefore(formatExact(from))
  return at > to ? strings.past.nothingAfter(formatExact(to)) : null
}
