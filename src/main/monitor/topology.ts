/** Where the graph's edges come from (rules TP1, TP2): our own links, what peers answer, and what syncs tell. */
import { Unavailable, UnknownPeer } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import { islandsVerdict, unansweredWords } from '../../shared/island-words.ts'
import type { Island } from '../../shared/islands.ts'
import { isClaim, MAX_LINK_AGE_MS } from '../../shared/links.ts'
import { nickname } from '../../shared/nickname.ts'
import type { Edge } from '../../shared/peer.ts'
import type { AskedNeighbors, CrawlMessage, TopologyRow } from '../../shared/topology.ts'
import { reasonOf, sleep } from '../discovery/base/deadline.ts'
import type { Discovery } from '../discovery/handle.ts'
import type { NeighborsAnswer } from '../discovery/topology/neighbors.ts'
import type { Clock } from '../discovery/ports.ts'
import type { CrawlOutcome } from './crawl.ts'
import { Crawl } from './crawl.ts'
import { EdgeBook } from './edge-book.ts'
import { islandsOf } from './insight/island-sight.ts'
import type { View } from './view.ts'

/** Least time between two questions, milliseconds. */
const ASK_EVERY_MS = 500
/** Least time between two questions to one peer, milliseconds: of its own accord, and at all (rule TP1). */
const ASK_AGAIN_MS = 30_000
/** Sooner where peers are soon purged: after this part of that time, so that a split is seen before the other island counts as gone. */
const ASK_AGAIN_PART = 1 / 8
const LEAST_MS = 1100
/** How often it is looked for edges that are too old, milliseconds. */
const AGE_EVERY_MS = 10_000
/** Who is connected is asked twice a minute. */
const LINKS = { most: 30_000, maxAge: MAX_LINK_AGE_MS } as const
/** There is one sync a presence, and what it tells stays true for longer. */
const HOLDS = { most: 2000, maxAge: 60 * 60_000 } as const
/** Entries of one catalog that are shown as held by it. */
const HOLDS_EACH = 64
/** How often a crawl tells how far it is, milliseconds. */
const TELL_EVERY_MS = 250

/** Why there is nothing to crawl in some networks. */
export const UNTOLD = 'peers of this network do not tell who their neighbors are: only our own links are known'

/** What the edges are kept for. */
export interface TopologyParts {
  readonly discovery: Discovery
  readonly self: PeerId
  readonly view: View
  readonly clock: Clock
  /** Whether peers of this network tell who their neighbors are. */
  readonly told: boolean
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
  /** Stores the view's edges as they are now. */
  readonly store: () => Promise<TopologyRow>
}

/** A crawl with those who follow it. */
interface Running {
  readonly crawl: Crawl
  readonly done: Promise<Omit<Extract<CrawlMessage, { readonly kind: 'done' }>, 'kind'>>
  readonly stop: AbortController
  followers: number
}

/** Keeps the view's edges true while a network is joined. */
export class Topology {
  readonly #parts: TopologyParts
  readonly #links: EdgeBook
  readonly #holds: EdgeBook
  readonly #asked = new Map<PeerId, number>()
  readonly #asking = new Map<PeerId, Promise<NeighborsAnswer>>()
  readonly #ended = new AbortController()
  #running: Running | null = null
  #agedAt = 0
  #cancel: () => void = () => undefined

  constructor(parts: TopologyParts) {
    const { view, self } = parts
    this.#parts = parts
    this.#links = new EdgeBook({ view, self, ...LINKS })
    this.#holds = new EdgeBook({ view, self, ...HOLDS })
  }

  start(): void {
    const next = (): void => {
      this.#cancel = this.#parts.clock.schedule(ASK_EVERY_MS, () => {
        this.#age()
        void (this.#parts.told ? this.#askOne() : Promise.resolve()).finally(() => {
          if (!this.#ended.signal.aborted) next()
        })
      })
    }
    next()
  }

  stop(): void {
    this.#ended.abort()
    this.#running?.stop.abort(reasonOf(this.#ended.signal))
    this.#cancel()
  }

  /** Our own links, as they are now. */
  own(neighbors: readonly PeerId[], connected: readonly PeerId[]): void {
    this.#heard(this.#parts.self, { neighbors, connected })
  }

  /** A sync that we began went well: the peer's catalog holds what ours holds (rule SY1), ourselves first. */
  synced(peerId: PeerId): void {
    const { self, view, clock } = this.#parts
    const at = clock.now()
    const edges: Edge[] = [{ a: peerId, b: self, kind: 'holds', saidBy: peerId, at }]
    for (const { peerId: b, state, signed } of view.rows()) {
      if (edges.length >= HOLDS_EACH) break
      if (state === 'online' && signed && b !== self && b !== peerId)
        edges.push({ a: peerId, b, kind: 'holds', saidBy: peerId, at })
    }
    this.#holds.replace(peerId, edges)
  }

  /** A peer is gone: what it said goes too, and its links. */
  forget(peerId: PeerId): void {
    this.#asked.delete(peerId)
    this.#links.forget(peerId)
    this.#holds.forget(peerId)
  }

  /**
   * Crawls the network, or joins the crawl that runs. The last one to leave the loop, or whose signal fires, ends it.
   * @throws Cancelled when the network was left; Unavailable where peers do not tell their neighbors
   */
  async *crawl(signal: AbortSignal): AsyncGenerator<CrawlMessage> {
    if (!this.#parts.told) throw new Unavailable(UNTOLD)
    const running = (this.#running ??= this.#begin())
    running.followers += 1
    try {
      let result: Awaited<Running['done']> | null = null
      while (result === null && !signal.aborted) {
        yield { kind: 'progress', progress: running.crawl.progress() }
        result = await this.#turn(running, signal)
      }
      if (result !== null) yield { kind: 'done', ...result }
    } finally {
      running.followers -= 1
      if (running.followers === 0) {
        // The next one begins again: it does not follow a crawl that is being called off.
        if (this.#running === running) this.#running = null
        running.stop.abort()
      }
    }
  }

  /**
   * Asks one peer now, and takes over what it says.
   * @throws Unavailable where peers do not tell; UnknownPeer, and what asking throws
   */
  async ask(peerId: PeerId, signal: AbortSignal): Promise<AskedNeighbors> {
    const { told, view } = this.#parts
    if (!told) throw new Unavailable(UNTOLD)
    if (view.row(peerId)?.state !== 'online') throw new UnknownPeer(`${peerId} is not here: it cannot be asked`)
    const { neighbors, connected } = await this.#ask(peerId, AbortSignal.any([signal, this.#ended.signal]))
    return { neighbors: neighbors.length, connected: connected.length }
  }

  #begin(): Running {
    const { view, self, clock } = this.#parts
    const stop = new AbortController()
    const online = (peerId: PeerId): boolean => peerId !== self && view.row(peerId)?.state === 'online'
    const outcomes = new Map<PeerId, CrawlOutcome>()
    const crawl = new Crawl(
      {
        clock,
        self,
        peers: () => [...view.rows()].flatMap(({ peerId }) => (online(peerId) ? peerId : [])),
        has: online,
        connected: (peerId) => this.#connected(peerId),
        ask: (peerId, inner) => this.#ask(peerId, inner),
        onOutcome: (peerId, outcome) => void outcomes.set(peerId, outcome),
      },
      stop.signal,
    )
    const done = crawl.ended
      .then(async (progress) => {
        const { islands, others } = await islandsOf({ view, self, clock })
        const words = [islandsVerdict(islands, { nameOf: nickname, self }), ...this.#unanswered(others, outcomes)]
        const verdict = words.join('; ')
        return { progress, topology: await this.#parts.store(), islands, verdict }
      })
      .finally(() => {
        if (this.#running?.crawl === crawl) this.#running = null
      })
    done.catch(() => undefined)
    return { crawl, done, stop, followers: 0 }
  }

  /** Who of other islands did not answer, in words: what is known of their links is from before, or what others told. Empty where all did. */
  #unanswered(others: readonly Island[], outcomes: ReadonlyMap<PeerId, CrawlOutcome>): readonly string[] {
    const { view, clock } = this.#parts
    const peers = others.flatMap((island) => island.peers)
    const missing = new Set(peers.filter((peerId) => outcomes.get(peerId) !== 'answered'))
    if (missing.size === 0) return []
    let toldAt: number | null = null
    for (const edge of view.edges())
      if (isClaim(edge) && missing.has(edge.saidBy)) toldAt = Math.max(toldAt ?? edge.at, edge.at)
    const ageMs = toldAt === null ? null : Math.max(0, clock.now() - toldAt)
    const notAsked = [...missing].filter((peerId) => outcomes.get(peerId) === 'notAsked').length
    return [unansweredWords({ count: missing.size, notAsked, of: peers.length, islands: others.length, ageMs })]
  }

  /** Waits until there is something to tell: the result, or null. */
  async #turn({ done }: Running, signal: AbortSignal): Promise<Awaited<Running['done']> | null> {
    const over = Promise.withResolvers<null>()
    const cancel = this.#parts.clock.schedule(TELL_EVERY_MS, () => over.resolve(null))
    const onAbort = (): void => over.resolve(null)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([done, over.promise])
    } finally {
      cancel()
      signal.removeEventListener('abort', onAbort)
    }
  }

  async #askOne(): Promise<void> {
    const peerId = this.#due()
    if (peerId === null) return
    try {
      await this.#ask(peerId, this.#ended.signal)
    } catch {
      // It may not answer (rule TP1); it is asked again in its turn.
    }
  }

  /** Asks a peer, or joins the question that is on its way: a second one at once would be refused (rule TP1). */
  #ask(peerId: PeerId, signal: AbortSignal): Promise<NeighborsAnswer> {
    const asking = this.#asking.get(peerId)
    if (asking !== undefined) return asking
    const question = this.#question(peerId, signal).finally(() => {
      this.#asking.delete(peerId)
      // The peer counts from when it was asked, which was before this.
      if (this.#asked.has(peerId)) this.#asked.set(peerId, this.#parts.clock.monotonic())
    })
    this.#asking.set(peerId, question)
    return question
  }

  /** Asks a peer, not sooner than it has to answer, and takes over what it says. */
  async #question(peerId: PeerId, signal: AbortSignal): Promise<NeighborsAnswer> {
    const { discovery, clock, self, view } = this.#parts
    const wait = (this.#asked.get(peerId) ?? -Infinity) + LEAST_MS - clock.monotonic()
    this.#asked.set(peerId, clock.monotonic())
    if (wait > 0) await sleep(clock, wait, signal)
    const connected = this.#connected(peerId)
    const answer = await discovery.askNeighbors(peerId, signal)
    // A connection that was made to ask says nothing about the network.
    const real = connected ? answer : { ...answer, connected: answer.connected.filter((other) => other !== self) }
    if (!signal.aborted && view.row(peerId)?.state === 'online') this.#heard(peerId, real)
    return real
  }

  #connected(peerId: PeerId): boolean {
    return this.#parts.discovery.connectedPeers().includes(peerId)
  }

  /** The peer that was not asked for the longest time; only such as we are connected to, asking costs no dial. */
  #due(): PeerId | null {
    const { discovery, view, clock, purgeAfterMs } = this.#parts
    const now = clock.monotonic()
    let found: PeerId | null = null
    let oldest = now - Math.min(ASK_AGAIN_MS, Math.max(LEAST_MS, purgeAfterMs * ASK_AGAIN_PART))
    for (const peerId of discovery.connectedPeers()) {
      const at = this.#asked.get(peerId) ?? -Infinity
      if (view.row(peerId)?.state === 'online' && at <= oldest) {
        found = peerId
        oldest = at
      }
    }
    return found
  }

  #age(): void {
    const { clock } = this.#parts
    if (clock.monotonic() - this.#agedAt < AGE_EVERY_MS) return
    this.#agedAt = clock.monotonic()
    this.#links.age(clock.now())
    this.#holds.age(clock.now())
  }

  #heard(saidBy: PeerId, { neighbors, connected }: NeighborsAnswer): void {
    const { clock, view } = this.#parts
    const at = clock.now()
    // Who answers may not have noticed yet that somebody left.
    const there = (b: PeerId): boolean => {
      const state = view.row(b)?.state
      return state !== 'departed' && state !== 'purged' && state !== 'lost' && state !== 'displaced'
    }
    const edge =
      (kind: Edge['kind']) =>
      (b: PeerId): Edge => ({ a: saidBy, b, kind, saidBy, at })
    this.#links.replace(saidBy, [
      ...neighbors.filter(there).map(edge('neighbor')),
      ...connected.filter(there).map(edge('connection')),
    ])
  }
}
