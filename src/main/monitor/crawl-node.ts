/** A crawl by a node of its own, for those who hold no view: joins, looks until somebody is known, asks all. */
import { Cancelled, Unavailable } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { IslandsSummary } from '../../shared/islands.ts'
import { findIslands, summarize } from '../../shared/islands.ts'
import type { NotDialedWhy } from '../../shared/not-dialed.ts'
import type { Edge } from '../../shared/peer.ts'
import type { CrawlProgress } from '../../shared/topology.ts'
import { ALL_ASKED } from '../../shared/topology.ts'
import { sleep } from '../discovery/base/deadline.ts'
import type { Clock } from '../discovery/ports.ts'
import { systemClock } from '../network/clock.ts'
import type { CrawlOutcome } from './crawl.ts'
import { Crawl } from './crawl.ts'
import type { OpenNode } from './open-node.ts'
import { UNTOLD } from './topology.ts'
import { inTurns } from './turns.ts'

/** How often it is looked at who is known, and told how far the crawl is, milliseconds. */
const LOOK_MS = 250
const TELL_MS = 1000
/** How long nothing new may be heard before the crawl begins, milliseconds. */
const QUIET_MS = 1000

/** One peer, and what it said. */
export interface CrawledPeer {
  readonly peerId: PeerId
  readonly tags: readonly string[]
  /** Null: its turn had not come, or its answer was still awaited, when the crawl was stopped. */
  readonly outcome: CrawlOutcome | null
  /** Why a peer was not asked; null for all others. */
  readonly why: NotDialedWhy | null
  readonly neighbors: readonly PeerId[]
  readonly connected: readonly PeerId[]
}

/** A crawl's result. */
export interface NodeCrawl {
  readonly progress: CrawlProgress
  readonly peers: readonly CrawledPeer[]
  /** False when it was stopped before all were asked. */
  readonly whole: boolean
  /** Why nobody was asked; null where peers tell their neighbors. Then only our own links are known. */
  readonly untold: string | null
  /** Our own gossip neighbors, at the end. */
  readonly neighbors: readonly PeerId[]
  /** What the told links say, ourselves included; null where none are told. */
  readonly islands: IslandsSummary | null
}

/** How to crawl. */
export interface NodeCrawlOptions {
  /** How long to look for peers at most, milliseconds. */
  readonly waitMs: number
  readonly onProgress: (progress: CrawlProgress) => void
  readonly clock?: Clock
}

/**
 * Crawls with a node that is online. A stop while peers are asked ends it with what was found until then.
 * @throws Unavailable when nobody was found in time; Cancelled when it was stopped before the first question
 */
export async function crawlWith(node: OpenNode, options: NodeCrawlOptions, signal: AbortSignal): Promise<NodeCrawl> {
  const clock = options.clock ?? systemClock
  const { discovery, peerId: self } = node
  await settled(node, clock, options.waitMs, signal)
  if (!node.dialect.abilities.neighbors) return ownLinks(node)
  const outcomes = new Map<PeerId, { readonly outcome: CrawlOutcome; readonly why: NotDialedWhy | null }>()
  const answers = new Map<PeerId, { neighbors: readonly PeerId[]; connected: readonly PeerId[] }>()
  const connected = (peerId: PeerId): boolean => discovery.connectedPeers().includes(peerId)
  const crawl = new Crawl(
    {
      clock,
      self,
      peers: () => others(node),
      has: (peerId) => peerId !== self && discovery.get(peerId) !== null,
      connected,
      ask: async (peerId, inner) => {
        const before = connected(peerId)
        const { neighbors, connected: all } = await discovery.askNeighbors(peerId, inner)
        // A connection that was made to ask says nothing about the network.
        const answer = { neighbors, connected: before ? all : all.filter((other) => other !== self) }
        answers.set(peerId, answer)
        return answer
      },
      onOutcome: (peerId, outcome, why) => void outcomes.set(peerId, { outcome, why }),
    },
    signal,
  )
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  let cancel = clock.schedule(TELL_MS, () => tell())
  const tell = (): void => {
    options.onProgress(crawl.progress())
    cancel = clock.schedule(TELL_MS, tell)
  }
  let whole = true
  crawl.ended
    .catch(() => {
      whole = false
    })
    .finally(end)
  await over
  cancel()
  const { peers: catalog } = discovery.catalog()
  const known = new Set([...outcomes.keys(), ...others(node)])
  const peers = [...known].map((peerId) => ({
    peerId,
    tags: catalog.get(peerId)?.entry.tags ?? [],
    ...(outcomes.get(peerId) ?? { outcome: null, why: null }),
    neighbors: answers.get(peerId)?.neighbors ?? [],
    connected: answers.get(peerId)?.connected ?? [],
  }))
  const neighbors = discovery.neighbors()
  const islands = await islandsAmong(peers, self, neighbors, clock.now())
  return { progress: crawl.progress(), whole, untold: null, neighbors, peers, islands }
}

/** What the answers say. Of our own links only those of gossip: connections were made to ask. */
async function islandsAmong(
  crawled: readonly CrawledPeer[],
  self: PeerId,
  neighbors: readonly PeerId[],
  now: number,
): Promise<IslandsSummary> {
  const told = [{ peerId: self, neighbors, connected: [] }, ...crawled]
  const edges = told.flatMap(({ peerId: a, neighbors: near, connected }): Edge[] =>
    [...new Set([...near, ...connected])].map((b) => ({ a, b, kind: 'connection', saidBy: a, at: now })),
  )
  const peers = told.map(({ peerId }) => peerId)
  return summarize(await inTurns(findIslands({ now, self, peers, edges })), self)
}

/** What can be known of a network whose peers do not tell their neighbors: who is there, and our own links. */
function ownLinks(node: OpenNode): NodeCrawl {
  const { discovery } = node
  const { peers } = discovery.catalog()
  const neighbors = discovery.neighbors()
  const known = others(node)
  const counts = { asked: 0, waiting: 0, answered: 0, refused: 0, failed: 0, notAsked: ALL_ASKED }
  const rest = { strangers: 0, perSecond: 0, elapsedMs: 0 }
  return {
    progress: { ...counts, ...rest, edges: neighbors.length, links: neighbors.length },
    whole: true,
    untold: UNTOLD,
    neighbors,
    islands: null,
    peers: known.map((peerId) => ({
      peerId,
      tags: peers.get(peerId)?.entry.tags ?? [],
      outcome: null,
      why: null,
      neighbors: [],
      connected: [],
    })),
  }
}

function others({ discovery, peerId: self }: OpenNode): PeerId[] {
  return [...discovery.catalog().peers.keys()].filter((peerId) => peerId !== self)
}

/** Until peers are known, no sync runs and nobody new was heard of for a moment; or the time is over and somebody is known. */
async function settled(node: OpenNode, clock: Clock, waitMs: number, signal: AbortSignal): Promise<void> {
  const until = clock.monotonic() + waitMs
  let known = 0
  let quietSince = clock.monotonic()
  for (;;) {
    if (signal.aborted) throw new Cancelled('the crawl was stopped')
    const now = clock.monotonic()
    const count = others(node).length
    if (count !== known || node.discovery.stats().syncsRunning > 0) quietSince = now
    known = count
    if (known > 0 && (now - quietSince >= QUIET_MS || now >= until)) return
    if (now >= until)
      throw new Unavailable('nobody of the network was found in time; name a peer of it with --bootstrap')
    await sleep(clock, LOOK_MS, signal)
  }
}
