/** Rule CT11: which peers changed last, for those who ask for what came after a number. */
import type { PeerId } from '../../../shared/ids.ts'
import type { CatalogChange, CatalogPeer, ChangesSince } from '../handle.ts'

/** Changes that are noted at least; beyond one for each peer a snapshot costs less to read. */
const CHANGES_KEPT = 256

type Removal = Extract<CatalogChange, { kind: 'remove' }>

/**
 * Bounded by the number of peers. Of an entry that came only the peer is noted: the catalog has what came last, and to keep what
 * it was before would hold on to entries that may have left the catalog.
 */
export class ChangeLog {
  readonly #get: (peerId: PeerId) => CatalogPeer | null
  /** Numbers, times and what changed, oldest first: a peer whose entry came, or a removal. */
  #seqs: number[] = []
  #times: number[] = []
  #changes: (PeerId | Removal)[] = []
  /** Number of the last change, and of the last one that is not kept. */
  #seq = 0
  #dropped = 0

  /** @param get what the catalog has of a peer now */
  constructor(get: (peerId: PeerId) => CatalogPeer | null) {
    this.#get = get
  }

  /** The number of the last change. */
  get seq(): number {
    return this.#seq
  }

  /** @param peers how many there are now */
  note(change: CatalogChange, peers: number): void {
    this.#seq = change.seq
    this.#seqs.push(change.seq)
    this.#times.push(change.at)
    this.#changes.push(change.kind === 'put' ? change.peer.entry.peerId : change)
    const kept = Math.max(CHANGES_KEPT, peers)
    if (this.#seqs.length > 2 * kept) this.#keep(kept)
  }

  /**
   * The last change of each peer that changed after that number.
   * @param last the number given last, whatever has it
   */
  since(seq: number, last: number): ChangesSince {
    if (seq < this.#dropped || seq > last) return { kind: 'snapshot-needed' }
    const changes: CatalogChange[] = []
    const met = new Set<PeerId>()
    // Newest first: what came before the last change of a peer is not told.
    for (let index = this.#seqs.length - 1; (this.#seqs[index] ?? 0) > seq; index -= 1) {
      const what = this.#changes[index]
      if (what === undefined) break
      const peerId = typeof what === 'string' ? what : what.peerId
      if (met.has(peerId)) continue
      met.add(peerId)
      const change = typeof what === 'string' ? this.#put(what, index) : what
      if (change !== null) changes.push(change)
    }
    return { kind: 'changes', changes: changes.toReversed(), seq: last }
  }

  /** What is wrong with it. */
  check(peers: number): string[] {
    const wrong: string[] = []
    const { length } = this.#seqs
    if (length > 2 * Math.max(CHANGES_KEPT, peers) + 1) wrong.push(`${length} changes`)
    if (this.#times.length !== length || this.#changes.length !== length) wrong.push('changes lack a number or a time')
    const since = this.since(this.#dropped, this.#seq)
    const last = since.kind === 'changes' ? new Set(since.changes.map(({ seq }) => seq)) : new Set<number>()
    const newest = this.#seqs.at(-1)
    if (newest !== undefined && !last.has(newest)) wrong.push(`change ${newest} is noted, and its peer is not there`)
    return wrong
  }

  /** The change at that place, by which the entry of the peer came that the catalog has. */
  #put(peerId: PeerId, index: number): CatalogChange | null {
    const peer = this.#get(peerId)
    return peer === null ? null : { kind: 'put', peer, seq: this.#seqs[index] ?? 0, at: this.#times[index] ?? 0 }
  }

  /** The newest ones. */
  #keep(kept: number): void {
    this.#dropped = this.#seqs.at(-kept - 1) ?? 0
    this.#seqs = this.#seqs.slice(-kept)
    this.#times = this.#times.slice(-kept)
    this.#changes = this.#changes.slice(-kept)
  }
}
