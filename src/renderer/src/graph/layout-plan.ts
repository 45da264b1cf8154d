import type { Pace } from './layout-messages.ts'
import type { GraphModel, ModelChange } from './model.ts'

/** Peers up to which each change is laid out, though not more often than so. */
const SMALL = 300
const SMALL_MS = 1000
/** The same for more peers that have places to go to. */
const PLACED_MS = 5000
/** Of more: the share of them that must have changed, and the rest between two layouts, as a multiple of the last and at least. */
const SHARE = 0.03
const REST_FACTOR = 4
const REST_MS = 10_000
/** Share of new peers with a remembered place from which on the first picture stays as it was remembered. */
const REMEMBERED = 0.9

/** What the plan starts and ends. */
export interface PlannedRunner {
  start(model: GraphModel, pace: Pace): void
  stop(): void
  finish(): void
  readonly running: boolean
}

/** What the plan works with; times in milliseconds. */
export interface LayoutPlanParts {
  readonly runner: PlannedRunner
  /** Whether peers have places to go to, which costs next to nothing: then each change is laid out. */
  readonly placed: () => boolean
  readonly model: () => GraphModel
  readonly pace: () => Pace
  readonly now: () => number
  readonly later: (ms: number, run: () => void) => () => void
}

/** When the layout runs: at once for a few peers; for thousands now and then, so that steady coming and going rests. */
export class LayoutPlan {
  readonly #parts: LayoutPlanParts
  #frozen = false
  #first = true
  #changes = 0
  #startedAt = -Infinity
  #notBefore = 0
  #interrupted = false
  #cancel: () => void = () => undefined

  constructor(parts: LayoutPlanParts) {
    this.#parts = parts
  }

  get frozen(): boolean {
    return this.#frozen
  }

  /** Whether the layout moves. */
  get running(): boolean {
    return this.#parts.runner.running
  }

  /** Whether peers are where they belong, as far as the layout goes: it came to rest, was stopped or has nothing to do. */
  get rests(): boolean {
    return !this.#first && !this.#parts.runner.running
  }

  /** Nothing moves by itself while frozen. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen
    if (frozen) this.stop()
    else this.run()
  }

  /** Another model is drawn. */
  reset(): void {
    this.stop()
    this.#first = true
    this.#changes = 0
    this.#notBefore = 0
  }

  /** Peers or lines came or went. */
  changed(change: ModelChange): void {
    const { count } = this.#parts.model()
    // Circles of clusters are not remembered: what has places is placed.
    const remembered = this.#first && !this.#parts.placed() && change.recalled >= change.came * REMEMBERED
    const first = this.#first
    if (count > 0) this.#first = false
    if (remembered && change.came > 0) return
    // Who comes back to its place moves nobody.
    this.#changes += Math.max(change.came - change.recalled + change.went, 1)
    if (this.#frozen) return
    if (first) this.run()
    else this.#consider()
  }

  /** Begins now, from where everything is. */
  run(): void {
    this.#cancel()
    if (this.#frozen || this.#parts.model().count === 0) return
    this.#changes = 0
    this.#interrupted = false
    this.#startedAt = this.#parts.now()
    this.#parts.runner.start(this.#parts.model(), this.#parts.pace())
  }

  /** The layout came to rest. */
  done(): void {
    const now = this.#parts.now()
    this.#notBefore = now + Math.max(REST_MS, REST_FACTOR * (now - this.#startedAt))
    this.#consider()
  }

  /** Ends a run; `resume` takes it up again. */
  stop(): void {
    this.#cancel()
    this.#interrupted ||= this.#parts.runner.running
    this.#parts.runner.stop()
  }

  /** Ends a run for good: as it is by now counts as arranged. */
  finish(): void {
    this.#cancel()
    this.#parts.runner.finish()
  }

  /** Goes on with a run that was stopped. */
  resume(): void {
    if (this.#interrupted) this.run()
  }

  #consider(): void {
    const { runner, model, now, later } = this.#parts
    const { count } = model()
    const placed = this.#parts.placed()
    const small = count <= SMALL || placed
    if (this.#frozen || this.#changes === 0) return
    if (!small && (runner.running || this.#changes < count * SHARE)) return
    this.#cancel()
    const wait = (small ? this.#startedAt + (count <= SMALL ? SMALL_MS : PLACED_MS) : this.#notBefore) - now()
    if (wait <= 0) this.run()
    else this.#cancel = later(wait, () => this.run())
  }
}
