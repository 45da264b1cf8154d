/** Follows the islands of the known links, and tells when their number changed for good. */
import type { BriefIslands, DiscoveryEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import { summarize } from '../../../shared/islands.ts'
import type { Clock } from '../../discovery/ports.ts'
import { BriefWatch, larger } from './brief-islands.ts'
import type { Sight, SightParts, Spend } from './island-sight.ts'
import { holders, MOST_NAMED, namedApart, others, sightOf, unlinkedIn } from './island-sight.ts'

/** How often the islands are looked for at least, milliseconds. */
const ISLANDS_MS = 10_000
/** For so long there must be more islands, or fewer, than were told before that is told; milliseconds by the monotonic clock. */
export const LASTING_MS = 20_000
/** Both are shorter where peers are soon purged: a split must be told before the other island counts as gone. */
const LASTING_PART = 1 / 6
/** However soon they are purged, milliseconds. */
const SOONEST_MS = 1000
/** Who alone held islands together so long before they split may be the link between them, milliseconds. */
const HELD_MS = 60_000
/** Peers of other islands that are followed. */
const MOST_APART = 10_000
/** Looking for them takes at most this part of the time, as the processor counts it. */
const MOST_WORK = 0.01

/** For so long there were other islands before that is told, milliseconds. */
export function toldAfter(purgeAfterMs: number): number {
  return Math.min(LASTING_MS, Math.max(SOONEST_MS, purgeAfterMs * LASTING_PART))
}

/** What is followed. */
export interface IslandWatchParts extends SightParts {
  readonly clock: Clock
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
  /** Whether we lost the network: what links are left then tells of nobody. */
  readonly lost: () => boolean
  /** `at` is when that was, where it is not now. */
  readonly tell: (event: Extract<DiscoveryEvent, { kind: 'Islands' }>, at?: number) => void
  /** Processor time that was spent so far, milliseconds; that of this thread where left out. */
  readonly spent?: () => number
}

/**
 * On a machine that others keep busy a look takes longer and costs no more. If the next one were put off for that, a split could be
 * over before it is told.
 */
function threadSpent(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Another number of islands than was told, seen since a moment of the monotonic clock, and of the wall clock. */
interface Other {
  readonly count: number
  readonly since: number
  readonly seenAt: number
  /** The most of them since, and when they were seen first. */
  readonly most: BriefIslands
  /** As they were seen first with that number, and who was surely in others than ours at any look since. */
  readonly sight: Sight
  readonly apart: ReadonlySet<PeerId>
}

/** Looks at low rate, from `start` to `stop`. */
export class IslandWatch {
  readonly #parts: IslandWatchParts
  readonly #lastingMs: number
  readonly #lookMs: number
  readonly #stopped = new AbortController()
  #cancel: () => void = () => undefined
  #summary: IslandsSummary | null = null
  #apartNow: ReadonlySet<PeerId> = new Set()
  #looking: Promise<void> | null = null
  /** From then on by the monotonic clock another look is within its part of the time. */
  #mayLookAt = -Infinity
  /** The number that was told last; null before the first. */
  #told: number | null = null
  /** Whether there were fewer then because others were taken for gone. */
  #islandsGone = false
  /** Who alone held parts of several peers together, while there were as many islands as were told; and when last, by the monotonic clock. */
  readonly #holders = new Map<PeerId, number>()
  /** Who was in other islands than ours since that number was told. */
  #apart: ReadonlySet<PeerId> = new Set()
  /** Who was in islands that were gone when the number fell. */
  #gone: ReadonlySet<PeerId> = new Set()
  /** Another number than that, or the same with those who were gone. */
  #other: Other | null = null
  readonly #brief = new BriefWatch()

  constructor(parts: IslandWatchParts) {
    this.#parts = parts
    this.#lastingMs = toldAfter(parts.purgeAfterMs)
    this.#lookMs = Math.min(ISLANDS_MS, this.#lastingMs / 2)
  }

  /** As they were looked for last; null before the first time. */
  get summary(): IslandsSummary | null {
    return this.#summary
  }

  /** Who was surely in other islands than ours by that look, told or not: as many as an event names. */
  get apart(): ReadonlySet<PeerId> {
    return this.#apartNow
  }

  /** The number that was told last; null before the first. */
  get told(): number | null {
    return this.#told
  }

  /** What was shown of more islands than were told, and is not in the log yet; in the order of time. */
  get shown(): readonly BriefIslands[] {
    const now = Math.floor(this.#parts.clock.now())
    const seen = this.#seen
    return [...this.#brief.pending, ...(seen === null ? [] : [{ ...seen.most, until: now + 1 }])]
  }

  /** Whether there were fewer then because others were taken for gone: no split healed. */
  get islandsGone(): boolean {
    return this.#islandsGone
  }

  /**
   * A peer is taken for gone. Where it was seen to be apart that is told before, lasting or not: who read of the split finds it in the log.
   * @param at when, milliseconds since the epoch
   */
  gone(peerId: PeerId, at: number): void {
    const seen = this.#seen
    if (seen?.apart.has(peerId) === true) this.#tellSeen(seen, at)
  }

  start(): void {
    this.#again(this.#lookMs)
  }

  /** Looks again for somebody who asks, unless it was done just now for what it costs. */
  async refresh(): Promise<void> {
    if (this.#stopped.signal.aborted || this.#parts.clock.monotonic() < this.#mayLookAt) return
    // It fails only where it is stopped.
    await this.#lookOnce().catch(() => undefined)
  }

  /** What waits to be told is. */
  stop(): void {
    if (!this.#stopped.signal.aborted) this.#tellBrief(Infinity, null)
    this.#stopped.abort()
    this.#cancel()
  }

  #again(delayMs: number): void {
    if (this.#stopped.signal.aborted) return
    this.#cancel = this.#parts.clock.schedule(delayMs, () => {
      // It fails only where it is stopped.
      this.#lookOnce().then(
        () => this.#again(Math.max(this.#nextMs(), this.#mayLookAt - this.#parts.clock.monotonic())),
        () => undefined,
      )
    })
  }

  /** The look that runs, or another one. */
  async #lookOnce(): Promise<void> {
    this.#looking ??= this.#timed()
    await this.#looking
  }

  async #timed(): Promise<void> {
    const { clock, spent = threadSpent } = this.#parts
    let workMs = 0
    try {
      // Not while others have their turn.
      await this.#look((part) => {
        const before = spent()
        try {
          return part()
        } finally {
          workMs += spent() - before
        }
      })
    } finally {
      this.#mayLookAt = clock.monotonic() + workMs / MOST_WORK
      this.#looking = null
    }
  }

  /** When they are looked for again: also when another number has lasted, as a timer may be a moment early. */
  #nextMs(): number {
    if (this.#other === null) return this.#lookMs
    const lastedMs = this.#parts.clock.monotonic() - this.#other.since
    return Math.min(this.#lookMs, Math.max(0, this.#lastingMs - lastedMs))
  }

  async #look(spend: Spend): Promise<void> {
    if (this.#parts.lost()) {
      this.#other = null
      // Who is not here when it is back may only not be heard of yet.
      this.#apart = new Set()
      this.#gone = new Set()
      return
    }
    const sight = await sightOf(this.#parts, spend, this.#stopped.signal)
    if (!this.#stopped.signal.aborted) spend(() => this.#take(sight))
  }

  #take(sight: Sight): void {
    const { clock, tell } = this.#parts
    const { count, sizes } = (this.#summary = summarize(sight.found, this.#parts.self))
    this.#apartNow = namedApart(sight)
    const now = clock.monotonic()
    this.#tellGone(sight, count)
    const back = backIn(sight, this.#gone)
    // Where no link is known, none is known to be gone.
    if (count === 0 || (count === this.#told && back === 0)) {
      if (count > 0) this.#remember(sight, now)
      if (count > 0) this.#healed()
      this.#other = null
      // Beside a split that lasts it would be told as the beginning of that.
      if (count === 1) this.#tellBrief(now, sizes)
      return
    }
    const before = this.#other
    // One that goes up and down is told too, once it has been above or below for so long.
    const lasts = before !== null && (before.count === count || isBeyond(this.#told, before.count, count))
    const seen = { count, sizes, since: Math.floor(clock.now()), until: Math.floor(clock.now()) }
    this.#other = {
      count,
      most: lasts ? larger(before.most, seen) : seen,
      since: lasts ? before.since : now,
      seenAt: before?.count === count ? before.seenAt : Math.floor(clock.now()),
      sight: before?.count === count ? before.sight : sight,
      apart: new Set([...(lasts ? before.apart : []), ...namedApart(sight)].slice(0, MOST_NAMED)),
    }
    const { since, seenAt } = this.#other
    if (now - since < this.#lastingMs) return
    const change = this.#change(sight, count, this.#other, back)
    this.#told = count
    this.#islandsGone = change.gone !== undefined
    this.#other = null
    this.#remember(sight, now)
    tell({ kind: 'Islands', count, sizes, since: seenAt, ...change })
  }

  /** A split that was seen, and is over before it lasted since others are gone. One that is over since they are linked again was a flicker. */
  #tellGone({ here, ours }: Sight, count: number): void {
    const seen = this.#seen
    if (seen === null || count >= seen.count) return
    const apart = [...seen.apart]
    if (apart.some((peerId) => ours.has(peerId)) || apart.every((peerId) => here.has(peerId))) return
    this.#tellSeen(seen)
  }

  /** What was seen is over: they grew together. More islands of a network that is split are told by the split. */
  #healed(): void {
    if (this.#seen !== null && this.#told === 1)
      this.#brief.over({ ...this.#seen.most, until: Math.floor(this.#parts.clock.now()) })
  }

  /** @param sizes of the one island; null where there are others by now */
  #tellBrief(now: number, sizes: readonly number[] | null): void {
    const brief = this.#brief.due(now)
    if (brief === null) return
    const one = sizes ?? [brief.sizes.reduce((sum, size) => sum + size, 0)]
    this.#parts.tell({ kind: 'Islands', count: 1, sizes: one, since: brief.until, brief })
  }

  /** A split that was seen and not told yet. */
  get #seen(): Other | null {
    return this.#other !== null && this.#told !== null && this.#other.count > this.#told ? this.#other : null
  }

  /** @param at when that was, where it is not now */
  #tellSeen(seen: Other, at?: number): void {
    const { clock, self, tell } = this.#parts
    const { count, seenAt: since, sight } = seen
    const change = this.#change(sight, count, seen, 0)
    this.#told = count
    this.#islandsGone = false
    this.#other = null
    this.#remember(sight, clock.monotonic())
    tell({ kind: 'Islands', count, sizes: summarize(sight.found, self).sizes, since, ...change }, at)
  }

  /** Why there are other islands than were told. What was followed for that begins again. */
  #change(sight: Sight, count: number, { since, apart: seenApart }: Other, back: number): Change {
    const told = this.#told
    const held = [...this.#holders].flatMap(([peerId, at]) => (at >= since - HELD_MS ? peerId : []))
    const apart = [...this.#apart]
    this.#holders.clear()
    this.#apart = new Set()
    this.#gone = new Set()
    if (told === null) return {}
    if (count > told) {
      const unlinked = unlinkedIn(sight).filter((peerId) => peerId !== this.#parts.self)
      return { held, apart: [...seenApart], ...(unlinked.length === 0 ? {} : { unlinked }) }
    }
    if (count === told) return { back }
    const gone = apart.filter((peerId) => !sight.here.has(peerId))
    // Where one of them is in our island now, the two grew together.
    if (gone.length === 0 || apart.some((peerId) => sight.ours.has(peerId))) return {}
    this.#gone = new Set(gone)
    return { gone: gone.length, missing: gone.slice(0, MOST_NAMED) }
  }

  /** There are as many islands as were told. */
  #remember(sight: Sight, now: number): void {
    for (const peerId of holders(sight.found)) this.#holders.set(peerId, now)
    for (const [peerId, at] of this.#holders) if (at < now - HELD_MS - this.#lastingMs) this.#holders.delete(peerId)
    const apart = new Set([...this.#apart, ...others(sight)].slice(-MOST_APART))
    for (const peerId of sight.ours) apart.delete(peerId)
    this.#apart = apart
  }
}

/** What an event says beside the islands. */
type Change = Pick<
  Extract<DiscoveryEvent, { kind: 'Islands' }>,
  'held' | 'apart' | 'unlinked' | 'gone' | 'missing' | 'back'
>

/** How many of those who were gone are in our island again; none before it is most of them. */
function backIn({ ours }: Sight, gone: ReadonlySet<PeerId>): number {
  let back = 0
  for (const peerId of gone) if (ours.has(peerId)) back += 1
  return back * 2 <= gone.size ? 0 : back
}

/** Whether two numbers are both above, or both below, the one that was told. */
function isBeyond(told: number | null, one: number, other: number): boolean {
  return told !== null && one > told === other > told
}
