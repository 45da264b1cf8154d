/**
 * What our clock showed when: things that are numbered as they happened, in stretches in which the clock ran on. Between two
 * stretches it was set, or nobody looked. Where it showed a time twice, a moment is the last time that it did. Pure.
 */
import { lastIndexWhere } from './last-index.ts'

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

/** Numbers of things, above `after` and not above `until`. */
export interface NumberSpan {
  readonly after: number
  readonly until: number
  /** Whether there may be things of other moments among them. */
  readonly mixed: boolean
}

/** Times that a stretch showed last of all. They begin after `from` where another one showed that later. */
interface Shown {
  readonly from: number
  readonly to: number
  readonly open: boolean
  readonly index: number
}

/** Tells of which stretch a moment is, and which moment what happened counts for. */
export class ClockStretches {
  /** As they were given. */
  readonly turns: readonly ClockTurn[]
  readonly #all: readonly Stretch[]
  readonly #end: number
  readonly #twiceUntil: number
  /** In the order of time. */
  readonly #shown: readonly Shown[]
  /** Ends in the order of time, each with the newest stretch that was over by then. */
  readonly #ends: readonly { readonly to: number; readonly index: number }[]
  /** By stretch, the moment that its first time counts for. */
  readonly #begins: readonly number[]

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
    this.#twiceUntil = shownTwiceUntil(this.#all)
    this.#shown = shownLast(this.#all)
    let newest = -1
    this.#ends = this.#all
      .map(({ to }, index) => ({ to, index }))
      .sort((a, b) => a.to - b.to)
      .map(({ to, index }) => ({ to, index: (newest = Math.max(newest, index)) }))
    const begins: number[] = this.#all.map(({ from }) => from)
    // From the newest back: where a clock at 12:03 went back to 12:00, all of 12:00 to 12:03 before counts for 12:00; which may count for an
    // earlier moment itself, where it went back once more.
    for (let index = begins.length - 1; index >= 0; index -= 1) {
      const { from } = this.#all[index] ?? EVER
      const by = this.#indexAt(from)
      if (by > index && (this.#all[by]?.from ?? from) < from) begins[index] = begins[by] ?? from
    }
    this.#begins = begins
  }

  /** Whether nothing goes on: the last thing that is told of is an end. */
  get ended(): boolean {
    return this.#end < Infinity
  }

  /** Whether a time was shown twice. */
  get repeats(): boolean {
    return this.#twiceUntil > -Infinity
  }

  /** Whether a time from the moment on was shown twice. */
  repeatsSince(moment: number): boolean {
    return this.#twiceUntil >= moment
  }

  /** The newest one in which the moment was shown; where it never was, the newest one that was over by then. */
  at(moment: number): Stretch {
    return this.#all[this.#indexAt(moment)] ?? EVER
  }

  /**
   * The moment that something counts for: its own time, unless our clock showed that again later. Where the clock was put back from
   * 12:03 to 12:00, what happened at 12:02 before that counts for 12:00: it came before all that happened since.
   */
  counted(number: number, at: number): number {
    if (!this.#repeatsAt(at)) return at
    const index = this.#indexAt(at)
    const shown = this.#all[index] ?? EVER
    return shown.first <= number || shown.from >= at ? at : (this.#begins[index] ?? at)
  }

  /**
   * The numbers between which all is that counts for a span of time, and some more.
   * @param lastAt the last number of a moment
   */
  span(from: number, to: number, lastAt: (moment: number) => number): NumberSpan {
    let [after, until, whole, covers] = [lastAt(from - 1), lastAt(to), false, false]
    if (!this.repeatsSince(from - 1)) return { after, until, mixed: false }
    for (const shown of this.#shown) {
      const { first, from: begin } = this.#all[shown.index] ?? EVER
      if (shown.to >= from && (shown.open ? shown.from < to : shown.from <= to)) {
        const at = Math.max(shown.open ? shown.from + 1 : shown.from, from)
        after = Math.min(after, at === begin ? first - 1 : lastAt(this.#leftOf(at, shown.index)))
        until = Math.max(until, lastAt(Math.min(shown.to, to)))
        whole ||= shown.from < from && shown.to >= to && this.#indexAt(from - 1) === shown.index
      }
      const counts = this.#begins[shown.index] ?? begin
      if (counts < from || counts > to) continue
      // What it covers of older ones counts for the span.
      const oldest = this.#all.findIndex((one) => one.from <= shown.to && one.to >= shown.from)
      after = Math.min(after, lastAt(this.#leftOf(shown.from, oldest)))
      covers = true
    }
    return { after, until, mixed: covers || !whole }
  }

  /** Whether what has this number and time is what a moment shows, and our clock did not show that time again later. */
  shows(number: number, at: number): boolean {
    return !this.#repeatsAt(at) || this.at(at).first <= number
  }

  #repeatsAt(at: number): boolean {
    return at <= this.#twiceUntil
  }

  #indexAt(moment: number): number {
    const shown = this.#shown[lastIndexWhere(this.#shown, (one) => (one.open ? one.from < moment : one.from <= moment))]
    if (shown !== undefined && moment <= shown.to) return shown.index
    return this.#ends[lastIndexWhere(this.#ends, ({ to }) => to < moment)]?.index ?? -1
  }

  /** The last moment before a time that is of a stretch, or of an older one: what that told later comes after it. */
  #leftOf(time: number, stretch: number): number {
    let moment = time - 1
    for (let index = this.#indexAt(moment); index > stretch; index = this.#indexAt(moment))
      moment = (this.#all[index]?.from ?? -Infinity) - 1
    return moment
  }
}

/** Until when a time was shown twice; -Infinity where none was. */
function shownTwiceUntil(all: readonly Stretch[]): number {
  let [latest, until] = [-Infinity, -Infinity]
  for (const [index, { from, to }] of all.entries()) {
    if (index > 0 && from < latest) until = Math.max(until, latest)
    latest = Math.max(latest, to)
  }
  return until
}

/** Which stretch showed which times last, in the order of time. */
function shownLast(all: readonly Stretch[]): readonly Shown[] {
  const shown: Shown[] = []
  for (const [index, { from, to }] of all.entries()) {
    // What the newer one covers lies at the end of the list, but where a clock was set far back.
    const begin = lastIndexWhere(shown, (one) => one.from < from) + 1
    const end = lastIndexWhere(shown, (one) => one.from <= to) + 1
    const before = shown[begin - 1]
    const last = shown[end - 1]
    const kept: Shown[] = [{ from, to, open: false, index }]
    if (last !== undefined && last.to > to) kept.push({ ...last, from: to, open: true })
    shown.splice(begin, end - begin, ...kept)
    if (before !== undefined && before.to >= from) shown[begin - 1] = { ...before, to: from }
  }
  return shown
}

const EVER: Stretch = { first: -Infinity, last: Infinity, from: -Infinity, to: Infinity }

/** A clock that was never set. */
export const STEADY = new ClockStretches([])
