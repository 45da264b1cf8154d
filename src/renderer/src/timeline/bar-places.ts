/** Where bars stand, in a picture that is `width` pixels wide, and how keys move among them. */
import { LANES } from '../../../shared/lanes.ts'
import type { Lane } from '../../../shared/lanes.ts'
import { formatCount, formatMoment } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { countOf, endOf } from './bins.ts'
import type { Bins, Plan } from './bins.ts'

/** Room for the counts at the left, at the right, for the times below, and above the highest bar; pixels. */
export const ROOM = { left: 40, right: 10, below: 16, above: 7 } as const
/** Narrower bars cannot be told apart or hit, pixels. */
const NARROWEST = 9

/** How many bars there is room for. */
export function mostBars(width: number): number {
  return Math.max(10, Math.floor((width - ROOM.left - ROOM.right) / NARROWEST))
}

/** Where a moment is, from 0 (the first bar's start) to 1 (the last one's end). */
export function shareOf(plan: Plan, at: number): number {
  return Math.min(1, Math.max(0, (at - plan.from) / (plan.count * plan.width)))
}

/** The moment at a place, in milliseconds since the epoch. @param x pixels from the left of the picture */
export function timeAt(plan: Plan, x: number, width: number): number {
  const share = (x - ROOM.left) / Math.max(1, width - ROOM.left - ROOM.right)
  return Math.round(plan.from + Math.min(1, Math.max(0, share)) * plan.count * plan.width)
}

/** The bar that holds a moment, or the nearest one. */
export function barAt(plan: Plan, at: number): number {
  return Math.min(plan.count - 1, Math.max(0, Math.floor((at - plan.from) / plan.width)))
}

/** The first and the last millisecond of a bar. */
export function spanOf(plan: Plan, bar: number): { readonly from: number; readonly to: number } {
  const from = plan.from + bar * plan.width
  return { from, to: from + plan.width - 1 }
}

/** Bars that Page keys move over. */
const PAGE = 10

/** The bar that a key leads to; null for keys that lead nowhere. Without one the keys begin at the newest bar. */
export function barByKey(key: string, bar: number | null, count: number): number | null {
  const last = count - 1
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -PAGE,
    PageUp: PAGE,
    Home: -Infinity,
    End: Infinity,
  }
  const step = steps[key]
  if (step === undefined) return null
  if (bar === null && Number.isFinite(step)) return last
  return Math.min(last, Math.max(0, (bar ?? last) + step))
}

/** The span of a bar, as precise as its width needs, with the day where the bars are of several. */
export function barSpan(bins: Plan, bar: number): string {
  const { from } = spanOf(bins, bar)
  const to = from + bins.width
  const several = formatMoment(bins.from, Infinity) !== formatMoment(endOf(bins) - 1, Infinity)
  const day = several && bins.width < 86_400_000 ? `${formatMoment(from, Infinity)} ` : ''
  return strings.timeline.bar(`${day}${formatMoment(from, bins.width)}`, formatMoment(to, bins.width))
}

/** What a bar counts, for a tooltip: lanes that have events, in the order of the legend. */
export function barCounts(bins: Bins, bar: number, lanes: readonly Lane[]): readonly (readonly [Lane, string])[] {
  return LANES.filter((lane) => lanes.includes(lane) && countOf(bins, bar, lane) > 0).map((lane) => [
    lane,
    `${bins.exact ? '' : '≈ '}${formatCount(countOf(bins, bar, lane))}`,
  ])
}

/** A bar in words, for those who hear it. */
export function barWords(bins: Bins, bar: number, lanes: readonly Lane[]): string {
  const counts = barCounts(bins, bar, lanes).map(([lane, count]) => `${count} ${strings.timeline.lanes[lane]}`)
  return `${barSpan(bins, bar)}: ${counts.length === 0 ? strings.timeline.barNone : counts.join(', ')}`
}
