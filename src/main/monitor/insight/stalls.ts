/** When our own event loop, or the machine, stood still, and which silences that explains. */
import type { Run } from './runs.ts'
import type { StallFigures } from '../../../shared/health.ts'
import { STALL_MS } from '../../../shared/health.ts'
import type { Clock } from '../../discovery/ports.ts'

/** How often it is looked whether timers are late, milliseconds: by so much a stall may be longer than it is told. */
export const BEAT_MS = 200
/**
 * A silence is our own doing where we stood still for this part of the time after which peers are purged: at once, or in
 * many short stalls together. What came in a short one is read right after it.
 */
const OWN_PART = 0.1
const OWN_PART_TOGETHER = 0.3
/** A purge may be told a moment before the stall that it came of, milliseconds. */
const SLACK_MS = 1000

/** One stall, or several that are one row of the log. */
export interface Stall {
  /** When it ended, milliseconds since the epoch; of several the last one. */
  readonly at: number
  /** When it was told; of several the first one. */
  readonly firstAt: number
  /** For how long it lasted; of several the longest one. */
  readonly ms: number
  /** How many they are. */
  readonly times: number
  /** Its place in the log. */
  readonly seq: number
}

/** Notices stalls by the monotonic clock: a timer that comes late by `STALL_MS` or more. */
export class StallWatch {
  readonly #clock: Pick<Clock, 'monotonic' | 'schedule'>
  readonly #onStall: (ms: number) => void
  #dueAt = Infinity
  #cancel: () => void = () => undefined

  /** @param onStall is called once for each stall, as soon as it is over */
  constructor(clock: Pick<Clock, 'monotonic' | 'schedule'>, onStall: (ms: number) => void) {
    this.#clock = clock
    this.#onStall = onStall
  }

  start(): void {
    this.#cancel()
    this.#beat()
  }

  stop(): void {
    this.#cancel()
    this.#dueAt = Infinity
  }

  /** To be called before anything that a stall may explain is told: other timers may run before ours. */
  look(): void {
    const ms = Math.round(this.#clock.monotonic() - this.#dueAt)
    if (ms < STALL_MS) return
    // What comes next is another stall.
    this.#dueAt = this.#clock.monotonic()
    this.#onStall(ms)
  }

  #beat(): void {
    this.look()
    this.#dueAt = this.#clock.monotonic() + BEAT_MS
    this.#cancel = this.#clock.schedule(BEAT_MS, () => this.#beat())
  }
}

/** Of several in one row only the longest is known; each of the others lasted as long as counts at least. */
export function othersMs({ times }: Pick<Stall, 'times'>): number {
  return (times - 1) * STALL_MS
}

/** The stalls of a span in figures; null where there were none. */
export function stallFigures(stalls: readonly Stall[], from: number, to: number): StallFigures | null {
  let count = 0
  let totalMs = 0
  let worstMs = 0
  for (const stall of stalls) {
    if (stall.at < from || stall.at > to) continue
    count += stall.times
    totalMs += stall.ms + othersMs(stall)
    worstMs = Math.max(worstMs, stall.ms)
  }
  return count === 0 ? null : { from, to, count, totalMs, worstMs }
}

/**
 * The stalls that explain why a peer was purged; none where they do not. Peers are purged after a silence. Where a good part of
 * it was ours, the peer may well be there.
 * @param at when it was purged, milliseconds since the epoch
 * @param stalls in the order of time
 * @param purgeAfterMs after which silence peers are purged
 */
export function stallsBehind(at: number, stalls: readonly Stall[], purgeAfterMs: number): readonly Stall[] {
  const found: Stall[] = []
  for (let index = firstFrom(stalls, at - purgeAfterMs); index < stalls.length; index += 1) {
    const stall = stalls[index]
    if (stall === undefined || stall.at > at + SLACK_MS) break
    found.push(stall)
  }
  const sum = found.reduce((ms, stall) => ms + stall.ms + othersMs(stall), 0)
  const worst = worstOf(found)?.ms ?? 0
  return worst >= purgeAfterMs * OWN_PART || sum >= purgeAfterMs * OWN_PART_TOGETHER ? found : []
}

/** The longest of those, the first of several; null where there are none. Parameters as of `stallsBehind`. */
export function stallBehind(at: number, stalls: readonly Stall[], purgeAfterMs: number): Stall | null {
  return worstOf(stallsBehind(at, stalls, purgeAfterMs))
}

/** The longest; the first of several. Null where there are none. */
export function worstOf(stalls: readonly Stall[]): Stall | null {
  return stalls.reduce<Stall | null>((worst, stall) => (worst === null || stall.ms > worst.ms ? stall : worst), null)
}

/** The place of the first stall from a moment on. */
function firstFrom(stalls: readonly Stall[], from: number): number {
  let low = 0
  let high = stalls.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((stalls[middle]?.at ?? Infinity) < from) low = middle + 1
    else high = middle
  }
  return low
}

/** A shorter stall leaves no gap in the charts: peers are heard of and measured less often than that, milliseconds. */
const GAP_MS = 5000

/**
 * When we stood still so long that it was not known how the network was, in the order of time: nothing was heard or measured. Of
 * several in one row it is not known when each was.
 */
export function stoodStill(stalls: readonly Stall[]): readonly Run[] {
  return stalls.flatMap(({ at, ms, times }) => (times === 1 && ms >= GAP_MS ? [{ from: at - ms, to: at }] : []))
}

/** Gives each span of a column the part of our stalls that lies in it, milliseconds; what was before the first span is left out. */
export function spreadStalls(
  column: (number | null)[],
  stalls: readonly Stall[],
  spans: { readonly from: number; readonly step: number },
): void {
  for (const stall of stalls) {
    const { at, firstAt, ms } = stall
    if (at < spans.from) continue
    spread(column, { begin: at - ms, end: at, ms }, spans)
    // Of the others it is only known that they were between the first and the last.
    if (at > firstAt) spread(column, { begin: firstAt, end: at, ms: othersMs(stall) }, spans)
  }
}

/** Gives each span its part of some milliseconds within a stretch of time. */
function spread(
  column: (number | null)[],
  { begin, end, ms }: { readonly begin: number; readonly end: number; readonly ms: number },
  { from, step }: { readonly from: number; readonly step: number },
): void {
  for (let index = Math.max(0, Math.floor((begin - from) / step)); index < column.length; index += 1) {
    const start = from + index * step
    if (start >= end) return
    const part = (Math.min(end, start + step) - Math.max(begin, start)) / (end - begin)
    column[index] = (column[index] ?? 0) + Math.max(0, Math.round(ms * part))
  }
}
