/** How many events of a shared moment are of its span: which those are is known at its end only, where the clock of its maker was set. */
import { clockOfLog } from '../../../shared/clock-turns.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { happenedIn } from '../../../shared/growing.ts'
import { RowsIn } from '../../../shared/rows-in.ts'

/** So many are kept until the end, some 60 MB. What comes after them counts for the times that it was told with. */
const MOST_KEPT = 200_000

/** The events of a file as they are read. */
export class CountedEvents {
  readonly #kept: LoggedEvent[] = []
  #others = 0

  /** Those of a line. */
  take(events: readonly LoggedEvent[], { from, to }: { readonly from: number; readonly to: number }): void {
    for (const logged of events) {
      if (this.#kept.length < MOST_KEPT) this.#kept.push(logged)
      else if (happenedIn(logged, from, to) !== null) this.#others += 1
    }
  }

  /** How many are of the span. */
  of({ from, to }: { readonly from: number; readonly to: number }): number {
    const rows = new RowsIn(clockOfLog(this.#kept.toSorted((a, b) => a.seq - b.seq)), from, to)
    return this.#kept.filter((logged) => rows.happened(logged) !== null).length + this.#others
  }
}
