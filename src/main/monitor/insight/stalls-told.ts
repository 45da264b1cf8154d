/** Our own stalls as one cause of something: all that are near enough to it, as Health and alerts tell them. Pure. */
import type { Evidence } from '../../../shared/health.ts'
import { evidence } from '../../../shared/health-words.ts'
import { stallsWords } from '../../../shared/own-troubles.ts'
import type { Stall } from './stalls.ts'
import { stallFigures } from './stalls.ts'

/** How they are told, and where they are seen. */
export interface StallsTold {
  readonly words: string
  /** Their places in the log, the last one first. */
  readonly events: readonly number[]
  readonly evidence: Evidence
  /** When the last one ended, milliseconds since the epoch. */
  readonly lastAt: number
}

/** @param when how long before or after it the last one was; null where there are no stalls */
export function stallsTold(stalls: readonly Stall[], when: (last: Stall) => string): StallsTold | null {
  const figures = stallFigures(stalls, -Infinity, Infinity)
  const [last, ...others] = stalls.toSorted((a, b) => b.at - a.at)
  if (figures === null || last === undefined) return null
  const which = figures.count === 1 ? '' : 'the last one '
  const from = Math.min(...stalls.map(({ firstAt, ms }) => firstAt - ms))
  return {
    words: `${stallsWords(figures)}, ${which}${when(last)}`,
    events: [last, ...others].map(({ seq }) => seq),
    evidence: evidence('timeline', { kinds: ['Stalled'], from, to: last.at }),
    lastAt: last.at,
  }
}
