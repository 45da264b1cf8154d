/** The rows of a span as they are read page by page: where to begin in a log, and where to end. */
import { GROWS_MS } from '../../shared/growing.ts'
import type { LoggedEvent } from '../../shared/events.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { RowsIn } from '../../shared/rows-in.ts'
import type { EventsAfterQuery, StoreReader } from '../store/types.ts'

/** The log that is read. */
export interface SpanSource {
  readonly store: Pick<StoreReader, 'clockOf' | 'lastSeqAt'>
  readonly networkKey: NetworkKey
}

/** Whether rows are asked for that began before a span and happened again in it. */
export interface OfRows {
  readonly grown: boolean
}

/** The rows of a span in the log of a network. */
export class SpanRows extends RowsIn {
  /** All that began in the span have numbers above `after`, and not above `until`. */
  readonly after: number
  readonly until: number
  /** Whether there may be others among them. */
  readonly mixed: boolean
  readonly #grownAfter: number

  constructor({ store, networkKey }: SpanSource, from?: number | null, to?: number | null) {
    super(store.clockOf(networkKey), from, to)
    const lastAt = (moment: number): number => (Number.isFinite(moment) ? store.lastSeqAt(networkKey, moment) : moment)
    const { after, until, mixed } = this.clock.span(this.from, this.to, lastAt)
    this.after = after
    this.until = until
    this.mixed = mixed
    this.#grownAfter = Math.min(after, this.clock.span(this.from - GROWS_MS, this.to, lastAt).after)
  }

  /** Of rows that are read newest first: whether neither this one nor any after it is of the span. */
  isBefore({ seq }: Pick<LoggedEvent, 'seq'>, { grown }: OfRows): boolean {
    return seq <= (grown ? this.#grownAfter : this.after)
  }

  /** What `eventsAfter` is asked for, to read them oldest first above a number: also some that are not of the span. */
  query(after: number, { grown }: OfRows): Required<Pick<EventsAfterQuery, 'after' | 'from' | 'to'>> {
    // Where our clock showed a time twice, only numbers tell.
    if (this.clock.repeats)
      return { after: Math.max(after, grown ? this.#grownAfter : this.after), from: -Infinity, to: Infinity }
    return { after, from: grown ? this.from - GROWS_MS : this.from, to: this.to }
  }

  /** Of rows that are read so: whether none after this one is of the span. */
  isLast({ seq }: Pick<LoggedEvent, 'seq'>): boolean {
    return this.clock.repeats && seq >= this.until
  }
}
