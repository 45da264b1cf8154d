/**
 * Islands: the connected parts of a network by its known links, and the links and peers that alone hold a part together. Pure.
 * In steps, since there may be 50,000 peers and 30,000 links.
 *
 * Which links count says `links.ts`. A peer of which no link is known is not an island of one: it is counted as unknown. An
 * island is surely apart from others where all its peers told their links; one where some did not may be linked to others by
 * what is not known.
 */
import type { PeerId } from './ids.ts'
import type { LinkMoment } from './links.ts'
import { claimsIn, isClaim } from './links.ts'
import type { Edge } from './peer.ts'

/** Peers or links that are looked at in one step. */
const AT_ONCE = 4000
/** Islands, bridges and peers that a summary lists. */
export const MAX_LISTED_ISLANDS = 20

/** What islands are looked for in. */
export interface IslandsInput extends LinkMoment {
  /** Who is here, ourselves included. Links of others do not count. */
  readonly peers: Iterable<PeerId>
  readonly edges: readonly Edge[]
}

/** Peers that are connected with each other by known links. */
export interface Island {
  readonly peers: readonly PeerId[]
  readonly size: number
  /** Whether all its peers told their links: then none leads out of it. */
  readonly closed: boolean
}

/** A link without which its island falls in two. */
export interface Bridge {
  readonly a: PeerId
  readonly b: PeerId
  /** How many peers are on the side of `a`, and of `b`. */
  readonly sides: readonly [number, number]
}

/** A peer without which its island falls apart. */
export interface Articulation {
  readonly peerId: PeerId
  /** How many peers are in each part then, the largest first. */
  readonly parts: readonly number[]
}

/** What the known links say. */
export interface Islands {
  /** The largest first. */
  readonly islands: readonly Island[]
  /** Peers without a known link. */
  readonly unknown: number
  /** Those that part most peers first. */
  readonly bridges: readonly Bridge[]
  readonly articulations: readonly Articulation[]
}

/** The same without who is where, and with lists that are cut at `MAX_LISTED_ISLANDS`. */
export interface IslandsSummary {
  /** How many islands are surely apart: all closed ones, and the largest of the others. */
  readonly count: number
  /** How many peers are in each of those, the largest first. */
  readonly sizes: readonly number[]
  /** Other groups of linked peers, which may be linked to one of these by what is not known, and the peers in them. */
  readonly fragments: { readonly count: number; readonly peers: number }
  readonly unknown: number
  /** Links and peers that alone hold our island together; where we are in none, any of them. */
  readonly bridgeCount: number
  readonly bridges: readonly Bridge[]
  readonly articulationCount: number
  readonly articulations: readonly Articulation[]
  /** Whether we are in one of them, and counted there. */
  readonly withSelf: boolean
}

/** Finds the islands, in steps of some milliseconds; those of a small network in one. */
export function* findIslands(input: IslandsInput): Generator<void, Islands> {
  const ids: PeerId[] = []
  const places = new Map<PeerId, number>()
  for (const peerId of input.peers) {
    if (places.has(peerId)) continue
    places.set(peerId, ids.length)
    ids.push(peerId)
    if (ids.length % AT_ONCE === 0) yield
  }
  const { links, told } = yield* knownLinks(ids, places, input)
  const graph = adjacency(ids.length, links)
  // A small network is one step.
  if (links.length > AT_ONCE) yield
  return yield* parted(ids, graph, told)
}

/** What is told of islands where there may be thousands of peers. */
export function summarize(found: Islands, self: PeerId | null): IslandsSummary {
  const { islands, unknown } = found
  const apart = surelyApart(found)
  const counted = new Set(apart)
  const others = islands.filter((island) => !counted.has(island))
  const ours = self === null ? undefined : islands.find(({ peers }) => peers.includes(self))
  // What peers of another island said last grows old: they take nothing back that we could hear.
  const within = ours === undefined ? null : new Set(ours.peers)
  const bridges = found.bridges.filter(({ a }) => within?.has(a) ?? true)
  const articulations = found.articulations.filter(({ peerId }) => within?.has(peerId) ?? true)
  return {
    count: apart.length,
    sizes: apart.slice(0, MAX_LISTED_ISLANDS).map(({ size }) => size),
    fragments: { count: others.length, peers: others.reduce((sum, { size }) => sum + size, 0) },
    unknown,
    bridgeCount: bridges.length,
    bridges: bridges.slice(0, MAX_LISTED_ISLANDS),
    articulationCount: articulations.length,
    articulations: articulations.slice(0, MAX_LISTED_ISLANDS).map(({ peerId, parts }) => ({
      peerId,
      parts: parts.slice(0, MAX_LISTED_ISLANDS),
    })),
    withSelf: ours !== undefined,
  }
}

/** The islands that are surely apart, the largest first: all closed ones, and the largest of the others. */
export function surelyApart({ islands }: Pick<Islands, 'islands'>): readonly Island[] {
  const largestOpen = islands.find(({ closed }) => !closed)
  return islands.filter((island) => island.closed || island === largestOpen)
}

interface KnownLinks {
  /** As pairs of places. */
  readonly links: readonly (readonly [number, number])[]
  /** By place: 1 where the peer told all its links. */
  readonly told: Uint8Array
}

function* knownLinks(
  ids: readonly PeerId[],
  places: ReadonlyMap<PeerId, number>,
  { now, self, edges }: IslandsInput,
): Generator<void, KnownLinks> {
  const count = ids.length
  const claims = yield* claimsIn({ now, self, here: (peerId) => places.has(peerId), edges })
  const pairs = new Set<number>()
  for (const [index, edge] of edges.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) yield
    if (!isClaim(edge) || claims.against(edge) !== null) continue
    const [a, b] = [places.get(edge.a) ?? 0, places.get(edge.b) ?? 0]
    pairs.add(Math.min(a, b) * count + Math.max(a, b))
  }
  const told = new Uint8Array(count)
  for (const [place, peerId] of ids.entries()) told[place] = claims.toldAll(peerId) ? 1 : 0
  return { links: [...pairs].map((pair) => [Math.floor(pair / count), pair % count] as const), told }
}

/** The neighbors of each place: those of `n` are `to` from `start[n]` up to `start[n + 1]`. */
interface Graph {
  readonly start: Uint32Array
  readonly to: Uint32Array
}

function adjacency(count: number, links: readonly (readonly [number, number])[]): Graph {
  const start = new Uint32Array(count + 1)
  for (const [a, b] of links) {
    start[a + 1] = (start[a + 1] ?? 0) + 1
    start[b + 1] = (start[b + 1] ?? 0) + 1
  }
  for (let n = 0; n < count; n += 1) start[n + 1] = (start[n + 1] ?? 0) + (start[n] ?? 0)
  const next = start.slice()
  const to = new Uint32Array(links.length * 2)
  const put = (from: number, other: number): void => {
    to[next[from] ?? 0] = other
    next[from] = (next[from] ?? 0) + 1
  }
  for (const [a, b] of links) {
    put(a, b)
    put(b, a)
  }
  return { start, to }
}

/** One walk in depth finds the islands, and by Tarjan's low points what holds them together. No pair is linked twice. */
function* parted(ids: readonly PeerId[], { start, to }: Graph, told: Uint8Array): Generator<void, Islands> {
  const count = ids.length
  const idOf = (n: number): PeerId => ids[n] ?? ('' as PeerId)
  // In the order of the walk, from 1; 0 where it did not come yet.
  const order = new Uint32Array(count)
  const low = new Uint32Array(count)
  const size = new Uint32Array(count)
  const parent = new Int32Array(count).fill(-1)
  const next = start.slice()
  const islands: Island[] = []
  const bridges: Bridge[] = []
  const articulations: Articulation[] = []
  let unknown = 0
  let time = 0
  let steps = 0
  for (let root = 0; root < count; root += 1) {
    if (at(order, root) !== 0) continue
    if (at(start, root) === at(start, root + 1)) {
      unknown += 1
      continue
    }
    const members: number[] = []
    /** By peer: the sizes of what falls off without it. */
    const cut = new Map<number, number[]>()
    const found: { readonly from: number; readonly to: number }[] = []
    const stack = [root]
    const enter = (n: number): void => {
      time += 1
      order[n] = time
      low[n] = time
      size[n] = 1
      members.push(n)
    }
    enter(root)
    while (stack.length > 0) {
      steps += 1
      if (steps % AT_ONCE === 0) yield
      const n = stack.at(-1) ?? root
      const link = at(next, n)
      if (link < at(start, n + 1)) {
        next[n] = link + 1
        const other = at(to, link)
        if (at(order, other) === 0) {
          parent[other] = n
          enter(other)
          stack.push(other)
        } else if (other !== parent[n]) low[n] = Math.min(at(low, n), at(order, other))
        continue
      }
      stack.pop()
      const above = parent[n] ?? -1
      if (above < 0) continue
      size[above] = at(size, above) + at(size, n)
      low[above] = Math.min(at(low, above), at(low, n))
      if (at(low, n) > at(order, above)) found.push({ from: above, to: n })
      if (at(low, n) >= at(order, above)) {
        const parts = cut.get(above)
        if (parts === undefined) cut.set(above, [at(size, n)])
        else parts.push(at(size, n))
      }
    }
    const closed = members.every((n) => told[n] === 1)
    islands.push({ peers: members.map(idOf), size: members.length, closed })
    for (const bridge of found) {
      const beyond = at(size, bridge.to)
      bridges.push({ a: idOf(bridge.from), b: idOf(bridge.to), sides: [members.length - beyond, beyond] })
    }
    for (const [n, parts] of cut) {
      const rest = members.length - 1 - parts.reduce((sum, part) => sum + part, 0)
      const all = rest > 0 ? [...parts, rest] : parts
      if (all.length > 1) articulations.push({ peerId: idOf(n), parts: all.sort((a, b) => b - a) })
    }
  }
  if (steps > AT_ONCE) yield
  return {
    islands: islands.sort((a, b) => b.size - a.size),
    unknown,
    bridges: bridges.sort((a, b) => Math.min(...b.sides) - Math.min(...a.sides)),
    articulations: articulations
      .map((one) => ({ one, off: one.parts.slice(1).reduce((sum, part) => sum + part, 0) }))
      .sort((a, b) => b.off - a.off)
      .map(({ one }) => one),
  }
}

function at(numbers: Uint32Array, index: number): number {
  return numbers[index] ?? 0
}
