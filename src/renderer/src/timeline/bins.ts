import type { LoggedEvent } from '../../../shared/events.ts'
import { EVENT_GROUPS, groupOf } from './describe.ts'

/** Events by time and group. */
export interface Bins {
  /** Milliseconds since the epoch: the start of the first bin. */
  readonly from: number
  /** Width of a bin in milliseconds. */
  readonly width: number
  /** Counts of bin b and group g at `b * EVENT_GROUPS.length + g`. */
  readonly counts: Uint32Array
  /** The most events in one bin. */
  readonly highest: number
}

/** Widths that bins may have: clock-like steps. */
const WIDTHS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400].map((s) => s * 1000)

/** Where the axis of `bins` has labels, at round times and at least `apart` bins from each other. All in milliseconds. */
export function ticksOf(bins: Bins, count: number, apart: number): { readonly step: number; readonly ticks: number[] } {
  const least = bins.width * apart
  const day = WIDTHS.at(-1) ?? least
  const step = WIDTHS.find((one) => one >= least) ?? Math.ceil(least / day) * day
  // Round in local time: what people read.
  const zone = new Date(bins.from).getTimezoneOffset() * 60_000
  const first = Math.ceil((bins.from - zone) / step) * step + zone
  const ticks: number[] = []
  for (let at = first; at < bins.from + count * bins.width; at += step) ticks.push(at)
  return { step, ticks }
}

/** Counts events (newest first) in `bins` bins that end at `now`, as narrow as holds them all. */
export function binEvents(events: readonly LoggedEvent[], now: number, bins: number): Bins {
  const oldest = events.at(-1)?.at ?? now
  const width = WIDTHS.find((one) => one * bins >= now - oldest) ?? WIDTHS.at(-1) ?? 1000
  const end = Math.ceil((now + 1) / width) * width
  const from = end - width * bins
  const counts = new Uint32Array(bins * EVENT_GROUPS.length)
  const totals = new Uint32Array(bins)
  for (const { at, event } of events) {
    const bin = Math.floor((at - from) / width)
    if (bin < 0 || bin >= bins) continue
    const place = bin * EVENT_GROUPS.length + EVENT_GROUPS.indexOf(groupOf(event.kind))
    counts[place] = (counts[place] ?? 0) + 1
    totals[bin] = (totals[bin] ?? 0) + 1
  }
  return { from, width, counts, highest: Math.max(0, ...totals) }
}
