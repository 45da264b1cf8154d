/** A crawl: all peers of the catalog are asked for their neighbors, a few at once and so many a second (rule TP1). */
import { errorShape, NotDialed } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NotDialedWhy } from '../../shared/not-dialed.ts'
import type { CrawlProgress } from '../../shared/topology.ts'
import { ALL_ASKED } from '../../shared/topology.ts'
import { reasonOf, withDeadline } from '../discovery/base/deadline.ts'
import type { NeighborsAnswer } from '../discovery/topology/neighbors.ts'
import type { Clock } from '../discovery/ports.ts'
import type { Bucket } from '../discovery/base/rates.ts'
import { takeToken } from '../discovery/base/rates.ts'

/** Peers that are asked at once; as many as are dialed at once (rule BD8). */
const AT_ONCE = 8
/** Each may have to be dialed, and connections that serve nothing stay open for some seconds. */
const RATE = { perSecond: 30, burst: 30 }
/** How long one peer may take, the dial included, milliseconds. */
const PEER_MS = 12_000

/** More peers than answers can name. */
const MOST_NUMBERS = 2 ** 26

/** What became of one peer. */
export type CrawlOutcome = 'answered' | 'refused' | 'failed' | 'notAsked'

/** What a crawl needs of a network. */
export interface CrawlParts {
  readonly clock: Clock
  readonly self: PeerId
  /** Whom to ask: who is in the catalog now, ourselves left out. Looked at again whenever all were asked. */
  peers(): Iterable<PeerId>
  /** Whether a peer that was heard of is one of them. */
  has(peerId: PeerId): boolean
  /** Whether there is a connection: what fails over one was refused. */
  connected(peerId: PeerId): boolean
  /** Rejects where the peer does not answer. */
  ask(peerId: PeerId, signal: AbortSignal): Promise<NeighborsAnswer>
  /** @param why nobody dialed a peer that was not asked */
  onOutcome?(peerId: PeerId, outcome: CrawlOutcome, why: NotDialedWhy | null): void
}

/** One crawl, from its making to its end. */
export class Crawl {
  /** Rejects with `Cancelled` when it was called off; no peer that does not answer makes it fail. */
  readonly ended: Promise<CrawlProgress>
  readonly #parts: CrawlParts
  readonly #signal: AbortSignal
  readonly #startedAt: number
  readonly #seen = new Set<PeerId>()
  readonly #queue: PeerId[] = []
  /** Pairs of peers, as one number of the two that they have here. */
  readonly #links = new Set<number>()
  readonly #numbers = new Map<PeerId, number>()
  readonly #strangers = new Set<PeerId>()
  readonly #end = Promise.withResolvers<CrawlProgress>()
  #next = 0
  #running = 0
  #edges = 0
  readonly #counts = { answered: 0, refused: 0, failed: 0, notAsked: 0 }
  readonly #notAsked = { ...ALL_ASKED }
  #bucket: Bucket | undefined
  #waits = false
  #endedAt: number | null = null

  constructor(parts: CrawlParts, signal: AbortSignal) {
    this.#parts = parts
    this.#signal = signal
    this.#startedAt = parts.clock.monotonic()
    this.ended = this.#end.promise
    this.ended.catch(() => undefined)
    if (signal.aborted) this.#stop()
    else {
      signal.addEventListener('abort', () => this.#stop(), { once: true })
      this.#pump()
    }
  }

  progress(): CrawlProgress {
    const { answered, refused, failed, notAsked } = this.#counts
    const elapsedMs = Math.round((this.#endedAt ?? this.#parts.clock.monotonic()) - this.#startedAt)
    const done = answered + refused + failed
    return {
      asked: this.#next - notAsked,
      waiting: this.#queue.length - this.#next,
      answered,
      refused,
      failed,
      notAsked: { ...this.#notAsked },
      edges: this.#edges,
      links: this.#links.size,
      strangers: this.#strangers.size,
      perSecond: elapsedMs === 0 ? 0 : (done * 1000) / elapsedMs,
      elapsedMs,
    }
  }

  #stop(): void {
    this.#endedAt ??= this.#parts.clock.monotonic()
    this.#end.reject(reasonOf(this.#signal))
  }

  #pump(): void {
    if (this.#waits || this.#signal.aborted) return
    while (this.#running < AT_ONCE) {
      if (this.#next === this.#queue.length) for (const peerId of this.#parts.peers()) this.#add(peerId)
      const peerId = this.#queue[this.#next]
      if (peerId === undefined) break
      const { clock } = this.#parts
      const { bucket, allowed } = takeToken(this.#bucket, clock.monotonic(), RATE)
      this.#bucket = bucket
      if (!allowed) {
        this.#waits = true
        clock.schedule(1000 / RATE.perSecond, () => {
          this.#waits = false
          this.#pump()
        })
        return
      }
      this.#next += 1
      this.#running += 1
      void this.#ask(peerId).then(() => {
        this.#running -= 1
        this.#pump()
        return undefined
      })
    }
    if (this.#running > 0 || this.#endedAt !== null) return
    this.#endedAt = this.#parts.clock.monotonic()
    this.#end.resolve(this.progress())
  }

  #add(peerId: PeerId): void {
    if (this.#seen.has(peerId)) return
    this.#seen.add(peerId)
    this.#queue.push(peerId)
  }

  /** Never rejects. */
  async #ask(peerId: PeerId): Promise<void> {
    const parts = this.#parts
    try {
      const answer = await withDeadline(parts.clock, PEER_MS, this.#signal, `asking ${peerId}`, (inner) =>
        parts.ask(peerId, inner),
      )
      this.#count(peerId, 'answered')
      this.#take(peerId, answer)
    } catch (error) {
      if (this.#signal.aborted) return
      if (error instanceof NotDialed) {
        this.#notAsked[error.why] += 1
        this.#count(peerId, 'notAsked', error.why)
        return
      }
      const reached = errorShape(error).code === 'StreamFailed' && this.#parts.connected(peerId)
      this.#count(peerId, reached ? 'refused' : 'failed')
    }
  }

  #count(peerId: PeerId, outcome: CrawlOutcome, why: NotDialedWhy | null = null): void {
    this.#counts[outcome] += 1
    this.#parts.onOutcome?.(peerId, outcome, why)
  }

  #take(peerId: PeerId, answer: NeighborsAnswer): void {
    const self = this.#parts.self
    for (const heard of [answer.neighbors, answer.connected]) {
      for (const other of new Set(heard)) {
        if (other === peerId) continue
        this.#edges += 1
        const [low, high] = [this.#number(peerId), this.#number(other)].toSorted((a, b) => a - b)
        this.#links.add((low ?? 0) * MOST_NUMBERS + (high ?? 0))
        if (this.#parts.has(other)) this.#add(other)
        else if (other !== self) this.#strangers.add(other)
      }
    }
  }

  #number(peerId: PeerId): number {
    const known = this.#numbers.get(peerId)
    if (known !== undefined) return known
    this.#numbers.set(peerId, this.#numbers.size)
    return this.#numbers.size - 1
  }
}
