/** When we were in the network. Pure. */

/** From joining to leaving. Milliseconds since the epoch, `to` not included. */
export interface Run {
  readonly from: number
  readonly to: number
}

/**
 * Tells of spans whether what is known at their end is of then: a run goes on beyond it, or lies in the span as a whole, and no
 * other span tells of it. Not where we left in it: an earlier span tells of that run. Asked in the order of time, as `runFinder` is.
 */
export function endTeller(runs: readonly Run[]): (from: number, to: number) => boolean {
  let next = 0
  let until = -Infinity
  return (from, to) => {
    let whole = false
    for (let run = runs[next]; run !== undefined && run.from < to; next += 1, run = runs[next]) {
      until = Math.max(until, run.to)
      if (run.from >= from) whole = true
    }
    return whole || until >= to
  }
}

/**
 * Finds the run that touches a span, of several the one that lasts longest; null where none does. Runs are given in the order in
 * which they began, and the spans have to be asked for in the order of time: each run is looked at once, however many there are.
 */
export function runFinder(runs: readonly Run[]): (from: number, to: number) => Run | null {
  let next = 0
  let longest: Run | null = null
  return (from, to) => {
    for (let run = runs[next]; run !== undefined && run.from < to; next += 1, run = runs[next])
      if (longest === null || run.to >= longest.to) longest = run
    return longest !== null && longest.to > from ? longest : null
  }
}
