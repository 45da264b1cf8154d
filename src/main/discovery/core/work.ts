/**
 * What waits for its turn: dials, syncs and probes, in lanes with bounds of their own, the user's first. A machine: it is
 * told what is asked for, what is over and what is called off, and says what may begin. Those who add work run it.
 *
 * `@libp2p/utils` has a queue of promises that can be aborted. It is not used here: it debounces with timers of its own (rule
 * WK10 allows none), sorts the whole queue at each addition, and has no rate.
 */
import { takeToken } from '../base/rates.ts'
import type { Bucket, Rate } from '../base/rates.ts'

/** Whose work it is: what the user asked for goes first. */
export type Priority = 'user' | 'automatic'

/** How much of one kind of work there may be. */
export interface Lane {
  /** At once. */
  readonly atOnce: number
  /** Begun a second; automatic work only. */
  readonly rate: Rate | null
  /** Waiting, of each priority. */
  readonly waiting: number
  /** Whether what the user asked for waits for its turn too; else it begins at once, beside the rest. */
  readonly userWaits: boolean
}

/** One piece of work. */
export interface Work<L extends string> {
  readonly id: number
  readonly lane: L
  readonly priority: Priority
}

interface LaneState<L extends string> {
  readonly bounds: Lane
  /** By priority, in their order. */
  readonly waiting: Readonly<Record<Priority, Map<number, Work<L>>>>
  readonly running: Map<number, Work<L>>
  /** Of those, how many count against `atOnce`. */
  counted: number
  bucket: Bucket | undefined
}

/** The queue. Times are of a monotonic clock, milliseconds. */
export class WorkQueue<L extends string> {
  readonly #lanes: ReadonlyMap<L, LaneState<L>>
  #ids = 0

  constructor(lanes: Readonly<Record<L, Lane>>) {
    const names = Object.keys(lanes) as L[]
    this.#lanes = new Map(
      names.map((name) => [
        name,
        {
          bounds: lanes[name],
          waiting: { user: new Map(), automatic: new Map() },
          running: new Map(),
          counted: 0,
          bucket: undefined,
        },
      ]),
    )
  }

  /** Puts work at the end of its lane; null where too much waits there already. It begins when `begin` gives it. */
  add<K extends L>(lane: K, priority: Priority): Work<K> | null {
    const state = this.#lane(lane)
    if (state.waiting[priority].size >= state.bounds.waiting) return null
    this.#ids += 1
    const work = { id: this.#ids, lane, priority }
    state.waiting[priority].set(work.id, work)
    return work
  }

  /**
   * What may begin now. It counts as running from here on, so no other can slip in between.
   * @param most of the automatic work, for a reason that the lane does not know
   */
  begin<K extends L>(lane: K, now: number, most = Infinity): Work<K>[] {
    const state = this.#lane(lane)
    const begun: Work<K>[] = []
    for (const work of state.waiting.user.values()) {
      if (state.bounds.userWaits && this.#isFull(state)) break
      this.#start(state, work)
      begun.push({ ...work, lane })
    }
    let left = most
    for (const work of state.waiting.automatic.values()) {
      if (left <= 0 || this.#isFull(state)) break
      if (state.bounds.rate !== null) {
        const { bucket, allowed } = takeToken(state.bucket, now, state.bounds.rate)
        state.bucket = bucket
        if (!allowed) break
      }
      this.#start(state, work)
      begun.push({ ...work, lane })
      left -= 1
    }
    return begun
  }

  /** One piece of automatic work that begins now or not at all; null where it may not. */
  beginNow<K extends L>(lane: K, now: number): Work<K> | null {
    const work = this.add(lane, 'automatic')
    if (work === null || this.begin(lane, now).some(({ id }) => id === work.id)) return work
    this.end(work)
    return null
  }

  /** When `begin` is to be asked again, where only the rate is in the way; null else. */
  nextAt(lane: L, now: number): number | null {
    const state = this.#lane(lane)
    const { rate } = state.bounds
    if (rate === null || state.waiting.automatic.size === 0 || this.#isFull(state)) return null
    return now + 1000 / rate.perSecond
  }

  /** It is over, or called off: its place is free. Fine when it was before. */
  end(work: Work<L>): void {
    const state = this.#lane(work.lane)
    if (state.waiting[work.priority].delete(work.id)) return
    if (state.running.delete(work.id) && this.#counts(state, work)) state.counted -= 1
  }

  /** How much runs in a lane, what the user asked for included. */
  running(lane: L): number {
    return this.#lane(lane).running.size
  }

  waiting(lane: L): number {
    const { user, automatic } = this.#lane(lane).waiting
    return user.size + automatic.size
  }

  /** What is wrong with it. */
  check(): string[] {
    const wrong: string[] = []
    for (const [name, { bounds, counted, running, waiting }] of this.#lanes) {
      const due = [...running.values()].filter((work) => bounds.userWaits || work.priority === 'automatic').length
      if (counted !== due) wrong.push(`${name}: ${due} run and ${counted} are counted`)
      if (counted > bounds.atOnce) wrong.push(`${name}: ${counted} run, more than ${bounds.atOnce}`)
      const most = Math.max(waiting.user.size, waiting.automatic.size)
      if (most > bounds.waiting) wrong.push(`${name}: ${most} wait, more than ${bounds.waiting}`)
    }
    return wrong
  }

  #start(state: LaneState<L>, work: Work<L>): void {
    state.waiting[work.priority].delete(work.id)
    state.running.set(work.id, work)
    if (this.#counts(state, work)) state.counted += 1
  }

  #counts({ bounds }: LaneState<L>, { priority }: Work<L>): boolean {
    return bounds.userWaits || priority === 'automatic'
  }

  #isFull({ counted, bounds }: LaneState<L>): boolean {
    return counted >= bounds.atOnce
  }

  #lane(lane: L): LaneState<L> {
    const state = this.#lanes.get(lane)
    if (state === undefined) throw new Error(`no lane ${lane}`)
    return state
  }
}

/** The lanes of discovery, and rules BD8, WK12 and RT2 for them. */
export const LANES = {
  dial: { atOnce: 8, rate: null, waiting: 256, userWaits: true },
  sync: { atOnce: 8, rate: { perSecond: 10, burst: 10 }, waiting: Infinity, userWaits: false },
  probe: { atOnce: 16, rate: { perSecond: 10, burst: 10 }, waiting: 1, userWaits: false },
} as const satisfies Record<string, Lane>

/** What there is to do. */
export type LaneName = keyof typeof LANES
