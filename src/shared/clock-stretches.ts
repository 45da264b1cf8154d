/**
 * What our clock showed when: things that are numbered as they happened, in stretches in which the clock ran on. Between two
 * stretches it was set, or nobody looked. Where it showed a time twice, a moment is the last time that it did. Pure.
 */

/** Where a stretch begins. Times are milliseconds since the epoch. */
export interface ClockTurn {
  /** The number of the first thing in it. */
  readonly first: number
  /** What our clock showed then, and what it showed last before. */
  readonly from: number
  readonly before: number
}

/** Numbers and times, all ends included. */
export interface Stretch {
  readonly first: number
  readonly last: number
  readonly from: number
  readonly to: number
}

/** Tells of which stretch a moment is, and which moment what happened counts for. */
export class ClockStretches {
  /** As they were given. */
  readonly turns: readonly ClockTurn[]
  readonly #all: readonly Stretch[]
  readonly #repeats: boolean
  readonly #end: number

  /**
   * @param turns in the order of their numbers
   * @param end when the last stretch was over; left out where it goes on: then all later moments are its own
   */
  constructor(turns: readonly ClockTurn[], end = Infinity) {
    this.turns = turns
    this.#end = end
    this.#all = [{ first: -Infinity, from: -Infinity }, ...turns].map(({ first, from }, index) => {
      const next = turns[index]
      return { first, from, last: (next?.first ?? Infinity) - 1, to: Math.max(from, next?.before ?? end) }
    })
    let latest = -Infinity
    this.#repeats = this.#all.some(({ from, to }, index) => {
      const again = index > 0 && from < latest
      latest = Math.max(latest, to)
      return again
    })
  }

  /** Whether nothing goes on: the last thing that is told of is an end. */
  get ended(): boolean {
    return this.#end < Infinity
  }

  /** Whether a time was shown twice. */
  get repeats(): boolean {
    return this.#repeats
  }

  /** The newest one in which the moment was shown; where it never was, the newest one that was over by then. */
  at(moment: number): Stretch {
    const shown = this.#all.findLast(({ from, to }) => from <= moment && moment <= to)
    return shown ?? this.#all.findLast(({ to }) => to < moment) ?? EVER
  }

  /**
   * The moment that something counts for: its own time, unless our clock showed that again later. Then the one at which it began
   * to: before all that happened since.
   */
  counted(number: number, at: number): number {
    if (!this.#repeats) return at
    let moment = at
    for (let own = number; ;) {
      const shown = this.at(moment)
      if (shown.first <= own || shown.from >= moment) return moment
      moment = shown.from
      own = shown.first
    }
  }

  /**
   * Numbers between which all is that counts for a span of time, and some more: above `after`, and not above `until`.
   * @param lastAt the last number of a moment
   */
  span(
    from: number,
    to: number,
    lastAt: (moment: number) => number,
  ): { readonly after: number; readonly until: number } {
    const within = (at: number): boolean => at >= from && at <= to
    const some = this.#repeats ? this.#all : []
    return {
      after: Math.min(lastAt(from - 1), ...some.flatMap((one) => (within(one.from) ? one.first - 1 : []))),
      until: Math.max(lastAt(to), ...some.flatMap((one) => (within(one.to) ? one.last : []))),
    }
  }

  /** Whether what has this number and time is what a moment shows, and our clock did not show that time again later. */
  shows(number: number, at: number): boolean {
    return !this.#repeats || this.at(at).first <= number
  }
}

const EVER: Stretch = { first: -Infinity, last: Infinity, from: -Infinity, to: Infinity }

/** A clock that was never set. */
export const STEADY = new ClockStretches([])
