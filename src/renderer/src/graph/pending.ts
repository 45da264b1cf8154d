import type { PeerId } from '../../../shared/ids.ts'
import type { Touched } from './edge-slots.ts'

/** What came, changed or went since the graph was last brought up to date: at first, everything. */
export class Pending {
  #peers = new Set<PeerId>()
  #edges = new Set<string>()
  #all = true

  /** Whether there is anything. */
  get any(): boolean {
    return this.#all || this.#peers.size > 0 || this.#edges.size > 0
  }

  /** Null for everything. */
  add(touched: Touched | null): void {
    if (this.#all) return
    if (touched === null) {
      this.take()
      this.#all = true
      return
    }
    for (const peerId of touched.peers) this.#peers.add(peerId)
    for (const key of touched.edges) this.#edges.add(key)
  }

  /** All of it, null for everything; then there is nothing pending. */
  take(): Touched | null {
    const taken = this.#all ? null : { peers: this.#peers, edges: this.#edges }
    this.#peers = new Set()
    this.#edges = new Set()
    this.#all = false
    return taken
  }
}
