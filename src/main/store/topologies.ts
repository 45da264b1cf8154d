import type Database from 'better-sqlite3'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { Edge } from '../../shared/peer.ts'
import type { NumberReader } from './numbers.ts'
import type { TopologyInfo, TopologySnapshot } from './types.ts'

/** The queries, by name; test/unit/store asserts the plan of each. */
export const TOPOLOGY_QUERIES = {
  lastTopologyId: 'SELECT max(id) FROM topologies',
  topologies: 'SELECT id, at, edge_count AS edgeCount FROM topologies WHERE network = ? ORDER BY at, id',
  topology: 'SELECT at, edges FROM topologies WHERE id = ? AND network = ?',
} as const

/** Their place in this list is part of what is stored: new ones come last. */
const KINDS: readonly Edge['kind'][] = ['connection', 'neighbor', 'holds']
/** Speed counts, for whoever waits. */
const DEFLATE_LEVEL = 1
/** Edges that are read or written in one step, and ids that are written in one. */
const EDGES_AT_ONCE = 3000
const PEERS_AT_ONCE = 2000

type EdgeNumbers = readonly [a: number, b: number, kind: number, saidBy: number, ageMs: number]

/** Reads of topology snapshots. Throws what SQLite throws. */
export class TopologyReader {
  readonly #numbers: NumberReader
  readonly #lastId
  readonly #list
  readonly #one

  constructor(db: Database.Database, numbers: NumberReader) {
    this.#numbers = numbers
    this.#lastId = db.prepare<[], number>(TOPOLOGY_QUERIES.lastTopologyId).pluck()
    this.#list = db.prepare<[number], TopologyInfo>(TOPOLOGY_QUERIES.topologies)
    this.#one = db.prepare<[number, number], { readonly at: number; readonly edges: Uint8Array }>(
      TOPOLOGY_QUERIES.topology,
    )
  }

  /** The highest id that is in use; 0 without snapshots. */
  lastId(): number {
    return this.#lastId.get() ?? 0
  }

  list(networkKey: NetworkKey): TopologyInfo[] {
    const network = this.#numbers.network(networkKey)
    return network === null ? [] : this.#list.all(network)
  }

  /** In steps of some milliseconds. */
  *snapshot(networkKey: NetworkKey, id: number): Generator<void, TopologySnapshot | null> {
    const network = this.#numbers.network(networkKey)
    const row = network === null ? undefined : this.#one.get(id, network)
    return row === undefined ? null : { at: row.at, edges: yield* decodeEdges(row.edges, row.at) }
  }
}

/**
 * Edges as the file has them: each as numbers, then the ids, deflated. In steps of some milliseconds; a small snapshot is
 * one step.
 */
export function* encodeEdges({ at, edges }: TopologySnapshot): Generator<void, Uint8Array> {
  const places = new Map<PeerId, number>()
  const place = (peerId: PeerId): number => {
    const known = places.get(peerId)
    if (known !== undefined) return known
    places.set(peerId, places.size)
    return places.size - 1
  }
  const parts = [deflatePart('{"edges":[')]
  for (let from = 0; from < edges.length; from += EDGES_AT_ONCE) {
    if (from > 0) yield
    const numbers = edges.slice(from, from + EDGES_AT_ONCE).map((edge): EdgeNumbers => {
      const ends = [place(edge.a), place(edge.b)] as const
      return [...ends, KINDS.indexOf(edge.kind), place(edge.saidBy), at - edge.at]
    })
    parts.push(deflatePart(inList(numbers, from)))
  }
  parts.push(deflatePart('],"peers":['))
  const peers = [...places.keys()]
  for (let from = 0; from < peers.length; from += PEERS_AT_ONCE) {
    if (from > 0 || edges.length > EDGES_AT_ONCE) yield
    parts.push(deflatePart(inList(peers.slice(from, from + PEERS_AT_ONCE), from)))
  }
  parts.push(deflateRawSync(']}', { level: DEFLATE_LEVEL }))
  return Buffer.concat(parts)
}

/** A part of a list in JSON, without its brackets. */
function inList(items: readonly unknown[], from: number): string {
  return `${from > 0 ? ',' : ''}${JSON.stringify(items).slice(1, -1)}`
}

/** A part of a deflated text that goes on. */
function deflatePart(text: string): Uint8Array {
  return deflateRawSync(text, { level: DEFLATE_LEVEL, finishFlush: constants.Z_SYNC_FLUSH })
}

function* decodeEdges(bytes: Uint8Array, at: number): Generator<void, Edge[]> {
  const content = contentFrom(bytes)
  yield
  const edges: Edge[] = []
  for (const [index, [a, b, kindAt, saidByAt, ageMs]] of content.edges.entries()) {
    if (index % EDGES_AT_ONCE === 0) yield
    const [from, to, saidBy] = [content.peers[a], content.peers[b], content.peers[saidByAt]]
    const kind = KINDS[kindAt]
    if (from === undefined || to === undefined || saidBy === undefined || kind === undefined) continue
    edges.push({ a: from, b: to, kind, saidBy, at: at - ageMs })
  }
  return edges
}

/** Nothing where the bytes cannot be read. */
function contentFrom(bytes: Uint8Array): { readonly peers: PeerId[]; readonly edges: EdgeNumbers[] } {
  try {
    return JSON.parse(inflateRawSync(bytes).toString()) as { peers: PeerId[]; edges: EdgeNumbers[] }
  } catch {
    return { peers: [], edges: [] }
  }
}
