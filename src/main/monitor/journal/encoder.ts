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

/** A change that waits: its time, and its text before and after what tells the time. */
interface Waiting {
  readonly at: number
  readonly head: string
  readonly tail: string
}

/**
 * Encodes the changes of one group. Times are milliseconds since the epoch, whole. Rows may come in another order than their
 * times have, but not two of one peer; a part has them in the order of their times. Links come in theirs.
 */
export class JournalEncoder {
  readonly #numbers = new Map<PeerId, number>()
  /** What each peer says now, by its book: what is told again is told in one word. */
  readonly #said = new Map<string, Map<string, Edge>>()
  #ids: PeerId[] = []
  #ops: Waiting[] = []
  #size = 0
  /** When links changed last. */
  #edgesAt = -Infinity
  #again: Again | null = null

  /** Characters that wait. */
  get size(): number {
    return this.#size
  }

  /** What is new in a row; all of it where the group has none of the peer. */
  row(now: number, peerId: PeerId, fields: RowFields): void {
    this.#endAgain()
    this.#put(now, OP.row, [this.#number(peerId), fields])
  }

  gone(now: number, peerId: PeerId): void {
    this.#endAgain()
    this.#put(now, OP.gone, [this.#number(peerId)])
  }

  edge(at: number, edge: Edge): void {
    const now = this.#inOrder(at)
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
    else this.#again = { saidBy: edge.saidBy, book, at: edge.at, now, edges: [edge] }
    return undefined
  }

  edgeGone(at: number, edge: Edge): void {
    const now = this.#inOrder(at)
    const book = bookOf(edge)
    const again = this.#again
    // What a peer does not say again goes right after what it does.
    if (!(again?.saidBy === edge.saidBy && again.book === book && again.now === now)) this.#endAgain()
    this.#saidBy(edge.saidBy, book).delete(keyOf(edge))
    this.#put(now, OP.edgeGone, this.#ends(edge))
  }

  end(now: number): void {
    this.#endAgain()
    this.#put(now, OP.end, [])
  }

  /** What waits, as a part. @returns null where nothing waits */
  take(): EncodedPart | null
  /** The same for the part that ends what a group begins with, at that time; there is one in any case. */
  take(wholeAt: number): EncodedPart
  take(wholeAt?: number): EncodedPart | null {
    this.#endAgain()
    const whole = wholeAt !== undefined
    if (this.#ops.length === 0 && !whole) return null
    const ops = this.#ops.sort((a, b) => a.at - b.at)
    const from = ops[0]?.at ?? wholeAt ?? 0
    const until = ops.at(-1)?.at ?? from
    const texts = ops.map(({ at, head, tail }) => `${head}${at - from}${tail}`)
    const text = `{"ids":${JSON.stringify(this.#ids)},${whole ? '"whole":true,' : ''}"ops":[${texts.join(',')}]}`
    this.#ids = []
    this.#ops = []
    this.#size = 0
    return { at: from, until, bytes: deflateRawSync(text, { level: DEFLATE_LEVEL }) }
  }

  #put(at: number, op: Op[0], rest: readonly unknown[]): void {
    const tail = rest.length === 0 ? ']' : `,${JSON.stringify(rest).slice(1)}`
    this.#ops.push({ at, head: `[${op},`, tail })
    this.#size += tail.length + 8
  }

  /** What one peer says of a link takes the place of what it said before: the order is that in which it was told. */
  #inOrder(at: number): number {
    this.#edgesAt = Math.max(this.#edgesAt, at)
    return this.#edgesAt
  }

  #putEdge(now: number, edge: Edge): void {
    this.#put(now, OP.edge, [...this.#ends(edge), distance(edge.at, now)])
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
    if (isOf(said.values(), at)) this.#put(now, OP.again, [this.#number(saidBy), book, distance(at, now)])
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

/** Whether all of them were said at that moment. */
function isOf(edges: Iterable<Edge>, at: number): boolean {
  for (const edge of edges) if (edge.at !== at) return false
  return true
}

function keyOf({ a, b, kind }: Edge): string {
  return `${kind} ${a} ${b}`
}
