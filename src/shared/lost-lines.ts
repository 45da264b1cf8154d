/** Which lines stay in the picture of a lost network: one rule for the window, which sees them go, and for the past of it. */
import type { Edge } from './peer.ts'

/** Lines that are remembered at most. */
const MOST = 5000
/** What ended within this time before we noticed that we lost the network went with it, milliseconds. */
export const BEFORE_LOSS_MS = 180_000

/** Where lines are put and taken away. */
export interface LinesKept {
  readonly set: (key: string, edge: Edge) => unknown
  readonly delete: (key: string) => boolean
}

/**
 * Remembers the lines that ended shortly before we lost the network, and since. They end one by one as connections time out,
 * which tells of our own link and nothing of theirs: while it is lost they stay in the picture.
 */
export class LostLines {
  readonly #now: () => number
  /** In the order in which they went: the oldest first. */
  readonly #gone = new Map<string, { readonly edge: Edge; readonly at: number }>()
  /** Those that are in the picture all the same. */
  readonly #kept = new Set<string>()
  #lost = false

  /** @param now milliseconds on any one clock */
  constructor(now: () => number) {
    this.#now = now
  }

  /** A line ended. */
  went(key: string, edge: Edge): void {
    this.#gone.delete(key)
    this.#gone.set(key, { edge, at: this.#now() })
  }

  /** A line is said again. */
  came(key: string): void {
    this.#gone.delete(key)
    this.#kept.delete(key)
  }

  /** Another network, or another picture of it: nothing of what went says anything there. */
  forget(): void {
    this.#gone.clear()
    this.#kept.clear()
  }

  /** Puts the remembered lines into `edges`, or takes them away where nothing is lost. @returns the keys that changed */
  apply(edges: LinesKept, lost: boolean): readonly string[] {
    const touched: string[] = []
    if (!lost) {
      for (const key of this.#kept) if (edges.delete(key)) touched.push(key)
      this.#kept.clear()
    }
    // What went since we lost it is kept for as long as it is lost.
    const since = this.#lost ? -Infinity : this.#now() - BEFORE_LOSS_MS
    this.#lost = lost
    for (const [key, { at }] of this.#gone) {
      if (this.#gone.size <= MOST && at >= since) break
      this.#gone.delete(key)
    }
    if (!lost) return touched
    for (const [key, { edge }] of this.#gone) {
      if (this.#kept.has(key)) continue
      this.#kept.add(key)
      edges.set(key, edge)
      touched.push(key)
    }
    return touched
  }
}
