/** The islands of a graph, by the same rules as everywhere (shared/islands.ts), for the slots of its peers. */
import type { PeerId } from '../../../shared/ids.ts'
import { findIslands } from '../../../shared/islands.ts'
import type { Islands } from '../../../shared/islands.ts'
import { linksAmong } from '../../../shared/links.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'

/** Which peers are linked with each other. */
export interface SlotIslands {
  /** For each slot the place of its island, the largest first; -1 for free slots and for peers without a known link. */
  readonly of: Int32Array
  /** Peers of each island. */
  readonly sizes: readonly number[]
}

/** What islands are found in. */
export interface SlotIslandsInput {
  /** The moment that the links are of, milliseconds since the epoch: those that are too old then do not count. */
  readonly at: number
  readonly peers: ReadonlyMap<PeerId, PeerRow>
  readonly edges: ReadonlyMap<string, Edge>
  readonly slots: number
  readonly slotOf: (peerId: PeerId) => number
}

/** How time passes for a finder; another one in tests. */
export interface FinderTime {
  /** Milliseconds that only go forward. */
  readonly now: () => number
  /** @returns calls it off */
  readonly later: (ms: number, act: () => void) => () => void
}

/** Longest work in one task, milliseconds, and least time from one look at a large network to the next. */
const TASK_MS = 8
const REST_MS = 1000

const TIME: FinderTime = {
  now: () => performance.now(),
  later: (ms, act) => {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
}

/** Finds the islands, of a small network at once, of a large one in tasks of its own. */
export class IslandFinder {
  /** The last ones; null while nobody asks. */
  found: SlotIslands | null = null
  readonly #onFound: () => void
  readonly #time: FinderTime
  #calledOff: (() => void) | null = null
  /** What is to be looked at once the look under way, or the rest after it, is over. */
  #next: SlotIslandsInput | null = null

  /** @param onFound called where they were found later */
  constructor(onFound: () => void, time: FinderTime = TIME) {
    this.#onFound = onFound
    this.#time = time
  }

  look(input: SlotIslandsInput): void {
    if (this.#calledOff === null) this.#begin(input)
    else this.#next = input
  }

  stop(): void {
    this.#calledOff?.()
    this.#calledOff = null
    this.#next = null
    this.found = null
  }

  #begin(input: SlotIslandsInput): void {
    // As they are now: the stores change while they are read in steps. Their rows are those of a loss already.
    this.#go(findIslands(linksAmong(input.peers.values(), input.edges.values(), input.at, null)), input, true)
  }

  #go(steps: Generator<void, Islands>, input: SlotIslandsInput, atOnce: boolean): void {
    const until = this.#time.now() + TASK_MS
    for (;;) {
      const step = steps.next()
      if (step.done === true) return this.#end(step.value, input, atOnce)
      if (this.#time.now() >= until) break
    }
    this.#calledOff = this.#time.later(0, () => this.#go(steps, input, false))
  }

  #end({ islands }: Islands, { slots, slotOf }: SlotIslandsInput, atOnce: boolean): void {
    const of = new Int32Array(slots).fill(-1)
    for (const [place, { peers }] of islands.entries())
      for (const peerId of peers) {
        const slot = slotOf(peerId)
        // It may have got its slot, or lost it, since.
        if (slot >= 0 && slot < slots) of[slot] = place
      }
    this.found = { of, sizes: islands.map(({ size }) => size) }
    this.#calledOff = atOnce ? null : this.#time.later(REST_MS, () => this.#again())
    if (!atOnce) this.#onFound()
  }

  #again(): void {
    this.#calledOff = null
    const next = this.#next
    this.#next = null
    if (next === null) return
    const before = this.found
    this.#begin(next)
    // It became small enough to be found at once.
    if (this.found !== before && this.#calledOff === null) this.#onFound()
  }
}
