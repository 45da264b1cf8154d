import type { LoggedEvent } from '../../../shared/events.ts'
import { countByLane, LANES, MAX_BINS } from '../../../shared/lanes.ts'
import type { EventCounts, Lane } from '../../../shared/lanes.ts'
import { TIME_STEPS } from '../ui/time-steps.ts'

/** Which bars a span of time has: of a round width, at round local times. All in milliseconds. */
export interface Plan {
  /** The start of the first bar, since the epoch. */
  readonly from: number
  /** What one bar covers. */
  readonly width: number
  readonly count: number
}

/** Events by bar and lane. */
export interface Bins extends Plan {
  /** Counts of bar b and lane l at `b * LANES.length + l`. */
  readonly counts: Uint32Array
  /** Whether each event was counted; otherwise the counts are estimated. */
  readonly exact: boolean
}

const DAY = 86_400_000

/** The narrowest bars that hold a span, of which there are at most `most`. */
export function planBins(from: number, to: number, most: number): Plan {
  const limit = Math.min(Math.max(2, most), MAX_BINS)
  // Round in local time: what people read.
  const zone = new Date(from).getTimezoneOffset() * 60_000
  const planOf = (width: number): Plan => {
    const start = Math.max(0, Math.floor((from - zone) / width) * width + zone)
    return { from: start, width, count: Math.max(1, Math.ceil((Math.max(to, from) + 1 - start) / width)) }
  }
  const plan = TIME_STEPS.map(planOf).find(({ count }) => count <= limit)
  // One bar more than the span takes: it seldom begins at a round time.
  return plan ?? planOf(Math.ceil((to - from) / (limit - 1) / DAY) * DAY)
}

/** The first millisecond after the last bar. */
export function endOf({ from, width, count }: Plan): number {
  return from + width * count
}

/** Where the axis has labels, at round times and at least `apart` bars from each other. All in milliseconds. */
export function ticksOf(plan: Plan, apart: number): { readonly step: number; readonly ticks: number[] } {
  // A picture that is narrower than its margins has bars of less than no width.
  const least = plan.width * Math.max(1, apart)
  const step = TIME_STEPS.find((one) => one >= least) ?? Math.ceil(least / DAY) * DAY
  const zone = new Date(plan.from).getTimezoneOffset() * 60_000
  const first = Math.ceil((plan.from - zone) / step) * step + zone
  const ticks: number[] = []
  for (let at = first; at < endOf(plan); at += step) ticks.push(at)
  return { step, ticks }
}

/** Counts events, in any order, by the plan, as `countByLane` does. */
export function binEvents(events: Iterable<LoggedEvent>, plan: Plan): Bins {
  return binsOf(plan, countByLane(events, { from: plan.from, to: endOf(plan), bins: plan.count }))
}

/** Counts as bars. */
export function binsOf(plan: Plan, { bins, exact }: EventCounts): Bins {
  const counts = new Uint32Array(plan.count * LANES.length)
  bins.slice(0, plan.count).forEach((bin, index) => {
    LANES.forEach((lane, place) => {
      counts[index * LANES.length + place] = bin[lane] ?? 0
    })
  })
  return { ...plan, counts, exact }
}

/** The bar that a moment lies in; beyond the ends of the axis where it lies there. */
export function barOf({ from, width }: Plan, at: number): number {
  return Math.floor((at - from) / width)
}

/** The same bars as they were at a moment. @param part what the bar that it lies in had counted by then */
export function binsUntil(bins: Bins, at: number, part: EventCounts | null): Bins {
  const bar = barOf(bins, at)
  const counts = bins.counts.map((count, place) => {
    const own = Math.floor(place / LANES.length)
    if (own < bar) return count
    const lane = LANES[place % LANES.length]
    return own > bar || lane === undefined ? 0 : (part?.bins[0]?.[lane] ?? 0)
  })
  return { ...bins, counts, exact: bins.exact && part?.exact !== false }
}

/** What one bar counts in a lane. */
export function countOf({ counts }: Bins, bar: number, lane: Lane): number {
  return counts[bar * LANES.length + LANES.indexOf(lane)] ?? 0
}

/** The events of each lane, in all bars together. */
export function totalsOf(bins: Bins): Readonly<Record<Lane, number>> {
  const totals: Record<Lane, number> = {
    joined: 0,
    goodbye: 0,
    silent: 0,
    lost: 0,
    restarted: 0,
    failed: 0,
    islands: 0,
    own: 0,
    other: 0,
    again: 0,
  }
  for (let bar = 0; bar < bins.count; bar++) {
    for (const lane of LANES) totals[lane] += countOf(bins, bar, lane)
  }
  return totals
}

/** The most events that one bar has in the given lanes. */
export function highestOf(bins: Bins, lanes: readonly Lane[]): number {
  let highest = 0
  for (let bar = 0; bar < bins.count; bar++) {
    highest = Math.max(
      highest,
      lanes.reduce((sum, lane) => sum + countOf(bins, bar, lane), 0),
    )
  }
  return highest
}

/** What an axis of counts shows: lines at multiples of `step`, up to `top`, which is not below the highest bar. */
export function countAxis(highest: number, lines: number): { readonly top: number; readonly step: number } {
  const least = Math.max(1, highest) / Math.max(1, lines)
  const decade = 10 ** Math.floor(Math.log10(Math.max(1, least)))
  const step = [1, 2, 5, 10].map((times) => times * decade).find((one) => one >= least) ?? 10 * decade
  return { top: Math.max(1, Math.ceil(highest / step)) * step, step }
}
