/**
 * Which rows of an event log are of a span of time: one rule for lists, counts, exports, shared moments and causes. A row is of the
 * moments that it counts for (`ClockStretches`), and is told with the times that it was logged with. Pure.
 */
import type { ClockStretches } from './clock-stretches.ts'
import { countedBy } from './clock-turns.ts'
import type { LoggedEvent } from './events.ts'
import { eventAsOf } from './events.ts'
import { happenedIn } from './growing.ts'

/** The rows of a span, both ends of which are included; milliseconds since the epoch. Without an end it is open. */
export class RowsIn {
  /** What our clock showed when. */
  readonly clock: ClockStretches
  readonly from: number
  readonly to: number

  constructor(clock: ClockStretches, from: number | null = null, to: number | null = null) {
    this.clock = clock
    this.from = from ?? -Infinity
    this.to = to ?? Infinity
  }

  /** A row with the moments that it counts for. */
  counted(logged: LoggedEvent): LoggedEvent {
    return countedBy(this.clock, logged)
  }

  /** The moment of the span at which a row happened first in it; null where it did not. */
  happened(logged: LoggedEvent): number | null {
    return happenedIn(this.counted(logged), this.from, this.to)
  }

  /** Whether a row began in the span. */
  began({ seq, at }: Pick<LoggedEvent, 'seq' | 'at'>): boolean {
    const moment = this.clock.counted(seq, at)
    return moment >= this.from && moment <= this.to
  }

  /** A row as it was at a moment, with the times that it was logged with. */
  asOf(logged: LoggedEvent, moment: number): LoggedEvent {
    return eventAsOf(logged, moment, (time) => this.clock.counted(logged.seq, time))
  }
}
