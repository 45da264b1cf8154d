/** Rule CT11: the newest changes of the catalog, for those who ask for what came after a number. */
import type { CatalogChange, ChangesSince } from '../handle.ts'
import { costOfPeer } from './room.ts'

/** Changes that are kept at least; beyond one for each peer a snapshot costs less to read. */
const CHANGES_KEPT = 256
/** What a removal takes, estimated bytes. */
export const REMOVAL_BYTES = 256
/** More than any entry takes. */
const MOST_AN_ENTRY = 128 * 1024

/** Bounded by the number of peers, and by the size of the entries in it: those may have left the catalog. */
export class ChangeLog {
  readonly #maxBytes: number
  #changes: CatalogChange[] = []
  /** Estimated bytes of the entries in them. */
  #bytes = 0
  /** Number of the last change, and of the last one that is not kept. */
  #seq = 0
  #dropped = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The number of the last change. */
  get seq(): number {
    return this.#seq
  }

  /**
   * @param bytes what the change takes: `costOfPeer` of its peer, or `REMOVAL_BYTES`
   * @param peers how many there are now
   */
  note(change: CatalogChange, bytes: number, peers: number): void {
    this.#seq = change.seq
    this.#changes.push(change)
    this.#bytes += bytes
    const kept = Math.max(CHANGES_KEPT, peers)
    if (this.#changes.length > 2 * kept) this.#keep(kept)
    while (this.#bytes > this.#maxBytes && this.#changes.length > 1) this.#keep(this.#changes.length >> 1)
  }

  /** @param last the number given last, whatever has it */
  since(seq: number, last: number): ChangesSince {
    if (seq < this.#dropped || seq > last) return { kind: 'snapshot-needed' }
    return { kind: 'changes', changes: this.#changes.slice(firstAfter(this.#changes, seq)), seq: last }
  }

  /** What is wrong with it. */
  check(peers: number): string[] {
    const wrong: string[] = []
    const bytes = this.#changes.reduce((sum, change) => sum + weightOf(change), 0)
    if (bytes !== this.#bytes) wrong.push(`kept changes take ${bytes} bytes, not ${this.#bytes}`)
    if (bytes > this.#maxBytes + MOST_AN_ENTRY) wrong.push(`changes of ${bytes} bytes are kept`)
    if (this.#changes.length > 2 * Math.max(CHANGES_KEPT, peers) + 1) wrong.push(`${this.#changes.length} changes`)
    return wrong
  }

  /** The newest ones. */
  #keep(kept: number): void {
    this.#dropped = this.#changes.at(-kept - 1)?.seq ?? 0
    this.#changes = this.#changes.slice(-kept)
    this.#bytes = this.#changes.reduce((sum, change) => sum + weightOf(change), 0)
  }
}

function weightOf(change: CatalogChange): number {
  return change.kind === 'remove' ? REMOVAL_BYTES : costOfPeer(change.peer)
}

/** Where the changes after the number begin. The numbers have gaps: other items have those. */
function firstAfter(changes: readonly CatalogChange[], seq: number): number {
  let [from, to] = [0, changes.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((changes[middle]?.seq ?? Infinity) > seq) to = middle
    else from = middle + 1
  }
  return from
}
