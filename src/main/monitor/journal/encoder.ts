/**
 * Writes down what a view shows, change by change, as parts of the journal (docs/data.md). A part is a deflated JSON object:
 * `ids`, peers that are named first in it, and `ops`, changes by the numbers of their peers, each with the milliseconds since
 * the part's beginning.
 */
import { deflateRawSync } from 'node:zlib'
import type { PeerId } from '../../../shared/ids.ts'
import type { Edge } from '../../../shared/peer.ts'
import type { RowFields, Time } from './row-fields.ts'
import { distance } from './row-fields.ts'

/** What a change is, as the first number of it says. */
export const OP = { row: 0, gone: 1, edge: 2, edgeGone: 3, again: 4, end: 5 } as const
/** Kinds of edges; their place in this list is part of what is stored: new ones come last. */
export const EDGE_KINDS: readonly Edge['kind'][] = ['connection', 'neighbor', 'holds']

/** A change, after its number and its time. */
export type Op =
  | readonly [op: typeof OP.row, after: number, peer: number, fields: RowFields]
  | readonly [op: typeof OP.gone, after: number, peer: number]
  | readonly [op: typeof OP.edge, after: number, a: number, b: number, kind: number, saidBy: number, at: Time]
  | readonly [op: typeof OP.edgeGone, after: number, a: number, b: number, kind: number, saidBy: number]
  /** All that a peer says of its links (0), or of what it holds (1), it said again. */
  | readonly [op: typeof OP.again, after: number, saidBy: number, book: 0 | 1, at: Time]
  /** The network was left: nothing is shown from then on. */
  | readonly [op: typeof OP.end, after: number]

/** What a part holds. */
export interface PartContent {
  readonly ids: readonly PeerId[]
  readonly ops: readonly Op[]
  /** In the part that ends what a group begins with. */
  readonly whole?: true
}

/** An encoded part. Times are milliseconds since the epoch. */
export interface EncodedPart {
  readonly at: number
  readonly until: number
  readonly bytes: Uint8Array
}

/** Speed counts: it is done while others wait. */
const DEFLATE_LEVEL = 1

/** Edges that were told again, until it is known whether they are all that the peer says. */
interface Again {
  readonly saidBy: PeerId
  readonly book: 0 | 1
  readonly at: number
  readonly now: number
  readonly edges: Edge[]
}

/** Encodes the changes of one group. Times are milliseconds since the epoch, whole, and never go back within a part. */
export class JournalEncoder {
  readonly #numbers = new Map<PeerId, number>()
  /** What each peer says now, by its book: what is told again is told in one word. */
  readonly #said = new Map<string, Map<string, Edge>>()
  #ids: PeerId[] = []
  #ops: string[] = []
  #size = 0
  #from = 0
  #until = 0
  /** Nothing was told since the last part. */
  #fresh = true
  #again: Again | null = null

  /** Characters that wait. */
  get size(): number {
    return this.#size
  }

  /** The time of the last change that waits; null where none does. */
  get until(): number | null {
    return this.#fresh ? null : this.#until
  }

  /** What is new in a row; all of it where the group has none of the peer. */
  row(now: number, peerId: PeerId, fields: RowFields): void {
    this.#endAgain()
    this.#put(now, (after) => [OP.row, after, this.#number(peerId), fields])
  }

  gone(now: number, peerId: PeerId): void {
    this.#endAgain()
    this.#put(now, (after) => [OP.gone, after, this.#number(peerId)])
  }

  edge(now: number, edge: Edge): void {
    const book = bookOf(edge)
    const said = this.#saidBy(edge.saidBy, book)
    const key = keyOf(edge)
    const before = said.get(key)
    said.set(key, edge)
    const again = this.#again
    const joins = again?.saidBy === edge.saidBy && again.book === book && again.at === edge.at && again.now === now
    if (!joins) this.#endAgain()
    if (before === undefined) return this.#putEdge(now, edge)
    if (before.at === edge.at) return undefined
    if (joins) again.edges.push(edge)
    else {
      this.#again = { saidBy: edge.saidBy, book, at: edge.at, now, edges: [edge] }
      this.#begin(now)
    }
    return undefined
  }

  edgeGone(now: number, edge: Edge): void {
    const book = bookOf(edge)
    const again = this.#again
    // What a peer does not say again goes right after what it does.
    if (!(again?.saidBy === edge.saidBy && again.book === book && again.now === now)) this.#endAgain()
    this.#saidBy(edge.saidBy, book).delete(keyOf(edge))
    this.#put(now, (after) => [OP.edgeGone, after, ...this.#ends(edge)])
  }

  end(now: number): void {
    this.#endAgain()
    this.#put(now, (after) => [OP.end, after])
  }

  /** What waits, as a part. @returns null where nothing waits */
  take(): EncodedPart | null
  /** The same for the part that ends what a group begins with, at that time; there is one in any case. */
  take(wholeAt: number): EncodedPart
  take(wholeAt?: number): EncodedPart | null {
    this.#endAgain()
    if (wholeAt !== undefined) this.#begin(wholeAt)
    this.#fresh = true
    const whole = wholeAt !== undefined
    if (this.#ops.length === 0 && !whole) return null
    const ids = JSON.stringify(this.#ids)
    const text = `{"ids":${ids},${whole ? '"whole":true,' : ''}"ops":[${this.#ops.join(',')}]}`
    const part = { at: this.#from, until: this.#until, bytes: deflateRawSync(text, { level: DEFLATE_LEVEL }) }
    this.#ids = []
    this.#ops = []
    this.#size = 0
    return part
  }

  #put(now: number, op: (after: number) => Op): void {
    this.#begin(now)
    const text = JSON.stringify(op(now - this.#from))
    this.#ops.push(text)
    this.#size += text.length + 1
  }

  #begin(now: number): void {
    if (this.#fresh) this.#from = now
    this.#fresh = false
    this.#until = now
  }

  #putEdge(now: number, edge: Edge): void {
    this.#put(now, (after) => [OP.edge, after, ...this.#ends(edge), distance(edge.at, now)])
  }

  #ends({ a, b, kind, saidBy }: Edge): readonly [number, number, number, number] {
    return [this.#number(a), this.#number(b), EDGE_KINDS.indexOf(kind), this.#number(saidBy)]
  }

  #endAgain(): void {
    const again = this.#again
    if (again === null) return
    this.#again = null
    const { saidBy, book, at, now, edges } = again
    const said = this.#saidBy(saidBy, book)
    let all = true
    for (const edge of said.values()) all &&= edge.at === at
    if (all) this.#put(now, (after) => [OP.again, after, this.#number(saidBy), book, distance(at, now)])
    else for (const edge of edges) if (said.get(keyOf(edge)) === edge) this.#putEdge(now, edge)
  }

  #saidBy(peerId: PeerId, book: 0 | 1): Map<string, Edge> {
    const key = `${book} ${peerId}`
    const known = this.#said.get(key)
    if (known !== undefined) return known
    const said = new Map<string, Edge>()
    this.#said.set(key, said)
    return said
  }

  #number(peerId: PeerId): number {
    const known = this.#numbers.get(peerId)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(peerId, number)
    this.#ids.push(peerId)
    this.#size += peerId.length + 3
    return number
  }
}

/** Which of the two books of a peer an edge stands in: its links are told at one moment, and what it holds at another. */
export function bookOf({ kind }: Pick<Edge, 'kind'>): 0 | 1 {
  return kind === 'holds' ? 1 : 0
}

function keyOf({ a, b, kind }: Edge): string {
  return `${kind} ${a} ${b}`
}
