/** Who left in a span of time, and how: one rule for now and for the past. */
import type { LeftCounts } from '../../../shared/health.ts'
import type { PresenceFold, SessionEnd } from '../../store/types.ts'
import type { Stall } from './stalls.ts'
import { stallBehind } from './stalls.ts'
import type { WrongClock } from './wrong-clock.ts'
import { wrongClockAt } from './wrong-clock.ts'

/** What of our own may be behind a silence. */
export interface Causes {
  readonly stalls: readonly Stall[]
  readonly clocks: readonly WrongClock[]
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
}

/** Counts who left, from presences in which crawls are marked: those stand apart, however they left. */
export function leftFold({ from, to }: Pick<LeftCounts, 'from' | 'to'>, causes: Causes): PresenceFold<LeftCounts> {
  const counts = { goodbye: 0, silent: 0, ownStall: 0, ownClock: 0, ownLoss: 0, removed: 0, displaced: 0, crawls: 0 }
  return {
    began: () => undefined,
    ended: (at, reason, isCrawl) => {
      const name = leftAs(reason, at, causes)
      if (name !== null) counts[isCrawl ? 'crawls' : name] += 1
    },
    result: () => ({ from, to, ...counts }),
  }
}

/** Both from one look at the presences. */
export function withLeft<T>(
  counts: PresenceFold<T>,
  left: PresenceFold<LeftCounts>,
): PresenceFold<{ readonly counts: T; readonly left: LeftCounts }> {
  return {
    began: (at) => counts.began(at),
    ended: (at, reason, isCrawl) => {
      counts.ended(at, reason, isCrawl)
      left.ended(at, reason, isCrawl)
    },
    result: () => ({ counts: counts.result(), left: left.result() }),
  }
}

/** How somebody left; null where it was we who stopped looking. */
export function leftAs(
  reason: SessionEnd,
  at: number,
  { stalls, clocks, purgeAfterMs }: Causes,
): keyof Omit<LeftCounts, 'from' | 'to' | 'crawls'> | null {
  switch (reason) {
    case 'graceful':
      return 'goodbye'
    case 'lost':
      return 'ownLoss'
    case 'purged':
      if (stallBehind(at, stalls, purgeAfterMs) !== null) return 'ownStall'
      return wrongClockAt(at, clocks) === null ? 'silent' : 'ownClock'
    case 'removed':
    case 'displaced':
      return reason
    case 'unknown':
      return null
  }
}
