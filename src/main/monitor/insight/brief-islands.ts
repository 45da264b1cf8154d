/** Islands that were there for too short a time to be told as a change. The sentence said them meanwhile, so charts have them. */
import type { BriefIslands } from '../../../shared/events.ts'

/** They are told at most so often, milliseconds by the monotonic clock: as one where they come and go. */
export const BRIEF_EVERY_MS = 60_000

/** Keeps them until they are told. */
export class BriefWatch {
  #kept: BriefIslands | null = null
  #toldAt = -Infinity

  /** What is over and was not told yet. */
  get pending(): readonly BriefIslands[] {
    return this.#kept === null ? [] : [this.#kept]
  }

  /** Some are over. */
  over(brief: BriefIslands): void {
    this.#kept = this.#kept === null ? brief : larger(this.#kept, brief)
  }

  /** What is to be told now, once; null for nothing. @param now by the monotonic clock, milliseconds */
  due(now: number): BriefIslands | null {
    if (this.#kept === null || now - this.#toldAt < BRIEF_EVERY_MS) return null
    const brief = this.#kept
    this.#kept = null
    this.#toldAt = now
    return brief
  }
}

/** Both as one: from the first to the last, with the most islands of either. */
export function larger(one: BriefIslands, other: BriefIslands): BriefIslands {
  const most = other.count > one.count ? other : one
  return { ...most, since: Math.min(one.since, other.since), until: Math.max(one.until, other.until) }
}
