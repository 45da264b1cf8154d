/** Crawls of a network, and what was stored of who is linked to whom. Plain data, fit for IPC. */
import type { PeerId } from './ids.ts'
import type { IslandsSummary } from './islands.ts'
import type { LinksInput } from './links.ts'
import { countedLinks } from './links.ts'
import type { NotDialedWhy } from './not-dialed.ts'
import type { Edge } from './peer.ts'

/** How far a crawl is. Every known peer is waiting, being asked, or one of answered, refused, failed and not asked. */
export interface CrawlProgress {
  /** Peers that were asked so far, those that are being asked included. */
  readonly asked: number
  /** Peers that are known and were not asked yet. */
  readonly waiting: number
  readonly answered: number
  /** Peers that were reached and do not answer: they may, or we asked too often. */
  readonly refused: number
  /** Peers that could not be reached, did not answer in time, or answered what cannot be read. */
  readonly failed: number
  /** Peers that were not asked, since nobody dialed them (rules AD2, AD7): how many for which reason. */
  readonly notAsked: NotAsked
  /** What the answers told: single facts, and pairs of peers that are linked by them. */
  readonly edges: number
  readonly links: number
  /** Ids in answers that are not in our catalog; they are not asked. */
  readonly strangers: number
  /** Peers a second that are done with. */
  readonly perSecond: number
  readonly elapsedMs: number
}

/** Peers that a crawl did not ask, by why. */
export type NotAsked = Readonly<Record<NotDialedWhy, number>>

/** All of them were asked. */
export const ALL_ASKED: NotAsked = { rests: 0, ownMachine: 0, elsewhere: 0, noAddress: 0 }

/** How many they are. */
export function countNotAsked(notAsked: NotAsked): number {
  return Object.values(notAsked).reduce((sum, count) => sum + count, 0)
}

/** What was stored of the links at one moment. */
export interface TopologyRow {
  readonly id: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly edgeCount: number
}

/** What a crawl tells: how far it is, several times a second, and its result at the end. */
export type CrawlMessage =
  | { readonly kind: 'progress'; readonly progress: CrawlProgress }
  | {
      readonly kind: 'done'
      readonly progress: CrawlProgress
      /** Where the links are stored. */
      readonly topology: TopologyRow
      /** What the links say, and the same as a sentence: "all 24 peers, ourselves included, form one island". */
      readonly islands: IslandsSummary
      readonly verdict: string
    }

/** Stored links with their evidence, as they are told: in parts, and last what they are. Null where nothing is stored. */
export type TopologyPart =
  | { readonly kind: 'edges'; readonly edges: readonly Edge[] }
  | { readonly kind: 'done'; readonly topology: TopologyRow | null }

/** What one peer answered to the question who its neighbors are: how many it named. */
export interface AskedNeighbors {
  readonly neighbors: number
  readonly connected: number
}

/** A line between two peers, whatever is known of it. The smaller id comes first. */
export interface Link {
  readonly a: PeerId
  readonly b: PeerId
}

/** Lines that came and went between two moments. */
export interface TopologyChange {
  readonly cameCount: number
  readonly wentCount: number
  readonly same: number
  /** The first of them. */
  readonly came: readonly Link[]
  readonly went: readonly Link[]
}

/** Lines that a comparison lists. */
export const MAX_LISTED_LINKS = 200

/** Edges that are compared in one step. */
const EDGES_AT_ONCE = 2000

/** What came and went between the links that count at two moments, in steps. */
export function* compareLinks(before: LinksInput, after: LinksInput): Generator<void, TopologyChange> {
  const old = yield* linksOf(before)
  const now = yield* linksOf(after)
  const came = yield* missingIn(old, now)
  const went = yield* missingIn(now, old)
  return {
    cameCount: came.length,
    wentCount: went.length,
    same: now.size - came.length,
    came: came.slice(0, MAX_LISTED_LINKS),
    went: went.slice(0, MAX_LISTED_LINKS),
  }
}

/** The pairs of peers that are linked, by a key that is the same from both sides; in steps. */
export function* linksOf(input: LinksInput): Generator<void, Map<string, Link>> {
  const links = new Map<string, Link>()
  for (const [index, edge] of (yield* countedLinks(input)).entries()) {
    if (index % EDGES_AT_ONCE === EDGES_AT_ONCE - 1) yield
    const [a, b] = edge.a < edge.b ? [edge.a, edge.b] : [edge.b, edge.a]
    links.set(`${a} ${b}`, { a, b })
  }
  return links
}

function* missingIn(all: ReadonlyMap<string, Link>, links: ReadonlyMap<string, Link>): Generator<void, Link[]> {
  const missing: Link[] = []
  let looked = 0
  for (const [key, link] of links) {
    looked += 1
    if (looked % EDGES_AT_ONCE === 0) yield
    if (!all.has(key)) missing.push(link)
  }
  return missing
}
