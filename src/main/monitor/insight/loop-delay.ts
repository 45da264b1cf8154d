/** How late our own event loop runs: the largest delay of each quarter of a minute, kept with the history of the network. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { DelayFigures } from '../../../shared/health.ts'
import type { Clock } from '../../discovery/ports.ts'
import type { DelayFold, LoopDelay } from '../../store/types.ts'

/** How often it is written down, milliseconds. */
export const DELAY_EVERY_MS = 15_000
/** Two that are further apart have a time between them of which nothing is known, milliseconds: of each minute one is kept. */
export const APART_MS = 150_000
/** How often the process looks whether its timers are late, milliseconds. */
const RESOLUTION_MS = 20
/** So long after a look that came late the next one is tried, milliseconds, and how often: where all looks are late one must do. */
const AGAIN_MS = 2 * RESOLUTION_MS
const MOST_AGAIN = 10

/** Measures an event loop. */
export interface DelayMeter {
  start(): void
  /** The largest delay since the start or the last call, milliseconds. */
  worst(): number
  /** The same so far, without beginning again. */
  soFar(): number
  stop(): void
}

/** Measures the event loop of this process. */
export function processDelays(): DelayMeter {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  // From one look to the next, in nanoseconds.
  const soFar = (): number => Math.max(0, Math.round((histogram.max / 1e6 - RESOLUTION_MS) * 10) / 10)
  return {
    soFar,
    start: () => {
      histogram.enable()
      histogram.reset()
    },
    worst: () => {
      const ms = soFar()
      histogram.reset()
      return ms
    },
    stop: () => void histogram.disable(),
  }
}

/** What it works with. */
export interface DelayWatchParts {
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'schedule'>
  readonly meter: DelayMeter
  readonly keep: (delay: LoopDelay) => void
}

/** Writes down how late the event loop was, every `DELAY_EVERY_MS` and at the end. */
export class DelayWatch {
  readonly #parts: DelayWatchParts
  /** Null while nothing is measured. */
  #cancel: (() => void) | null = null
  /** When the next look is due, by the monotonic clock. */
  #dueAt = Infinity

  constructor(parts: DelayWatchParts) {
    this.#parts = parts
  }

  start(): void {
    if (this.#cancel !== null) return
    this.#parts.meter.start()
    this.#wait()
  }

  /** What was measured last is kept. Fine where nothing is measured. */
  stop(): void {
    if (this.#cancel === null) return
    this.#cancel()
    this.#cancel = null
    this.#keep()
    this.#parts.meter.stop()
  }

  /**
   * How long we stood still, by what is measured here, so that one stall has one length wherever it is told; where it cannot be told
   * from another one, as it was seen.
   * @param ms by how much a timer came late, which may have been due up to `withinMs` after the stall began
   */
  lengthOf(ms: number, withinMs: number): number {
    const measured = this.#cancel === null ? 0 : Math.round(this.#parts.meter.soFar())
    return measured > ms && measured <= ms + withinMs ? measured : ms
  }

  #wait(ms = DELAY_EVERY_MS, again = 0): void {
    const { clock } = this.#parts
    this.#dueAt = clock.monotonic() + ms
    this.#cancel = clock.schedule(ms, () => {
      // What made this late the meter may see only after us, and to read it now would have it forget that.
      if (this.#late() > RESOLUTION_MS && again < MOST_AGAIN) return this.#wait(AGAIN_MS, again + 1)
      this.#keep()
      this.#wait()
    })
  }

  #late(): number {
    return Math.max(0, this.#parts.clock.monotonic() - this.#dueAt)
  }

  #keep(): void {
    const { clock, meter, keep } = this.#parts
    keep({ at: Math.floor(clock.now()), ms: Math.max(meter.worst(), Math.round(this.#late() * 10) / 10) })
  }
}

/**
 * The largest delay of each of so many spans; null where none is known. One stands for the time since the one before: a span that
 * is shorter than that has it too.
 * @param from when the first one begins, milliseconds since the epoch
 * @param step how long each is, milliseconds
 */
export function largestDelays(from: number, step: number, points: number): DelayFold<(number | null)[]> {
  const bins = Array.from({ length: points }, (): number | null => null)
  const binOf = (at: number): number => Math.floor((at - from) / step)
  let last = -Infinity
  return {
    delay: ({ at, ms }) => {
      const own = binOf(at)
      if (own >= 0 && own < points) bins[own] = Math.max(bins[own] ?? 0, ms)
      const since = at - last <= APART_MS ? last : at - DELAY_EVERY_MS
      for (let bin = Math.max(0, binOf(since)); bin < Math.min(own, points); bin += 1) bins[bin] ??= ms
      last = at
    },
    result: () => bins,
  }
}

/** The largest delay, of equal ones the last; null without any. */
export function worstDelay(): DelayFold<DelayFigures | null> {
  let worst: DelayFigures | null = null
  return {
    delay: ({ at, ms }) => {
      if (worst === null || ms >= worst.worstMs) worst = { worstMs: ms, worstAt: at }
    },
    result: () => worst,
  }
}
