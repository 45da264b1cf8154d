import type { Edge } from '../../../shared/peer.ts'
import { BEFORE_LOSS_MS } from '../peers/shown.ts'

/** Lines that are remembered at most. */
const MOST = 5000

/** What came to lines since the last look. */
export interface LostInput {
  readonly edges: ReadonlyMap<string, Edge>
  /** Keys of edges that came, changed or went; null where everything may have. */
  readonly touched: Iterable<string> | null
  /** An edge as it was drawn last. */
  readonly known: (key: string) => Edge | undefined
  readonly lost: boolean
  /** Milliseconds on any one clock. */
  readonly now: number
}

/**
 * Keeps the lines that were there when we lost the network. They end one by one as connections time out, which tells of our own
 * link and nothing of theirs.
 */
export class LostLines {
  readonly #gone = new Map<string, { readonly edge: Edge; readonly at: number }>()

  /** The edges that are to be drawn. */
  take({ edges, touched, known, lost, now }: LostInput): ReadonlyMap<string, Edge> {
    if (touched === null && !lost) this.#gone.clear()
    for (const key of touched ?? []) {
      const edge = edges.has(key) ? undefined : known(key)
      if (edge !== undefined) {
        this.#gone.delete(key)
        this.#gone.set(key, { edge, at: now })
      } else if (edges.has(key)) this.#gone.delete(key)
    }
    // In the order in which they went: the oldest first.
    for (const [key, { at }] of this.#gone) {
      if (this.#gone.size <= MOST && (lost || now - at <= BEFORE_LOSS_MS)) break
      this.#gone.delete(key)
    }
    if (!lost || this.#gone.size === 0) return edges
    const all = new Map(edges)
    for (const [key, { edge }] of this.#gone) if (!all.has(key)) all.set(key, edge)
    return all
  }
}
