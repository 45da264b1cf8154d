import { parseMoment, TimeError } from '../../../shared/time.ts'
import { strings } from '../ui/strings.ts'

/** A time that was typed: where it leads, or why it leads nowhere. Both null for an empty text. */
export interface TypedTime {
  /** Milliseconds since the epoch. */
  readonly at: number | null
  readonly problem: string | null
}

/** Texts that say in their message what is wrong with them, beyond not being a time. */
const LONG = 60

/** Reads a time that leads into the past: `1h ago`, `16:05`, `yesterday 16:05`, or a date with a time. */
export function readTyped(text: string, now: number): TypedTime {
  const typed = text.trim()
  if (typed === '') return { at: null, problem: null }
  try {
    const { from } = parseMoment(typed, now)
    return from > now ? { at: null, problem: strings.timeline.typedFuture } : { at: from, problem: null }
  } catch (error) {
    if (!(error instanceof TimeError)) throw error
    const known = !/is not a time; write|more than one way/.test(error.message)
    return { at: null, problem: known ? error.message : strings.timeline.typedWrong(typed.slice(0, LONG)) }
  }
}
