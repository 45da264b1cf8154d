/** Follows the islands of the known links, and tells when their number changed for good. */
import type { DiscoveryEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import { findIslands, summarize } from '../../../shared/islands.ts'
import { linksAmong } from '../../../shared/links.ts'
import type { Clock } from '../../discovery/ports.ts'
import { inTurns } from '../turns.ts'
import type { View } from '../view.ts'

/** How often the islands are looked for at least, milliseconds. */
const ISLANDS_MS = 10_000
/** For so long there must be more islands, or fewer, than were told before that is told; milliseconds by the monotonic clock. */
export const LASTING_MS = 20_000
/** Both are shorter where peers are soon purged: a split must be told before the other part counts as gone. */
const LASTING_PART = 1 / 6
/** However soon they are purged, milliseconds. */
const SOONEST_MS = 1000
/** Looking for them takes at most this part of the time. */
const MOST_WORK = 0.01

/** For so long there were other islands before that is told, milliseconds. */
export function toldAfter(purgeAfterMs: number): number {
  return Math.min(LASTING_MS, Math.max(SOONEST_MS, purgeAfterMs * LASTING_PART))
}

/** What is followed. */
export interface IslandWatchParts {
  readonly self: PeerId
  readonly view: Pick<View, 'rows' | 'edges'>
  readonly clock: Clock
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
  /** Whether we lost the network: what links are left then tells of nobody. */
  readonly lost: () => boolean
  readonly tell: (event: Extract<DiscoveryEvent, { kind: 'Islands' }>) => void
}

/** The islands of the network as the view shows it, at the moment. In turns. */
export async function islandsOf(
  { view, self, clock }: Pick<IslandWatchParts, 'view' | 'self' | 'clock'>,
  signal?: AbortSignal,
): Promise<IslandsSummary> {
  const links = linksAmong(view.rows(), view.edges(), clock.now(), null)
  return summarize(await inTurns(findIslands({ ...links, self }), signal), self)
}

/** Looks at low rate, from `start` to `stop`. */
export class IslandWatch {
  readonly #parts: IslandWatchParts
  readonly #lastingMs: number
  readonly #lookMs: number
  readonly #stopped = new AbortController()
  #cancel: () => void = () => undefined
  #summary: IslandsSummary | null = null
  #looking: Promise<void> | null = null
  /** From then on by the monotonic clock another look is within its part of the time. */
  #mayLookAt = -Infinity
  /** The number that was told last; null before the first. */
  #told: number | null = null
  /** As they were when that number was seen last. */
  #before: IslandsSummary | null = null
  /** Another number than that, since a moment of the monotonic clock, and of the wall clock. */
  #other: { readonly count: number; readonly since: number; readonly seenAt: number } | null = null

  constructor(parts: IslandWatchParts) {
    this.#parts = parts
    this.#lastingMs = toldAfter(parts.purgeAfterMs)
    this.#lookMs = Math.min(ISLANDS_MS, this.#lastingMs / 2)
  }

  /** As they were looked for last; null before the first time. */
  get summary(): IslandsSummary | null {
    return this.#summary
  }

  /** The number that was told last; null before the first. */
  get told(): number | null {
    return this.#told
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

  stop(): void {
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
    const { clock } = this.#parts
    const begun = clock.monotonic()
    try {
      await this.#look()
    } finally {
      const ended = clock.monotonic()
      this.#mayLookAt = ended + (ended - begun) / MOST_WORK
      this.#looking = null
    }
  }

  /** When they are looked for again: also when another number has lasted, as a timer may be a moment early. */
  #nextMs(): number {
    if (this.#other === null) return this.#lookMs
    const lastedMs = this.#parts.clock.monotonic() - this.#other.since
    return Math.min(this.#lookMs, Math.max(0, this.#lastingMs - lastedMs))
  }

  async #look(): Promise<void> {
    const { clock, lost, tell } = this.#parts
    if (lost()) {
      this.#other = null
      return
    }
    const found = await islandsOf(this.#parts, this.#stopped.signal)
    if (this.#stopped.signal.aborted) return
    this.#summary = found
    const { count, sizes } = found
    // Where no link is known, none is known to be gone.
    if (count === 0 || count === this.#told) {
      if (count > 0) this.#before = found
      this.#other = null
      return
    }
    const now = clock.monotonic()
    const before = this.#other
    // One that goes up and down is told too, once it has been above or below for so long.
    const lasts = before !== null && (before.count === count || isBeyond(this.#told, before.count, count))
    this.#other = {
      count,
      since: lasts ? before.since : now,
      seenAt: before?.count === count ? before.seenAt : Math.floor(clock.now()),
    }
    if (now - this.#other.since < this.#lastingMs) return
    const since = this.#other.seenAt
    const held = this.#before !== null && count > this.#before.count ? { held: holders(this.#before) } : {}
    this.#told = count
    this.#before = found
    this.#other = null
    tell({ kind: 'Islands', count, sizes, since, ...held })
  }
}

/** Who alone held parts of several peers together; who only has a leaf hanging on it does not link islands. */
function holders({ articulations }: IslandsSummary): readonly PeerId[] {
  return articulations.flatMap(({ peerId, parts }) => ((parts[1] ?? 0) > 1 ? peerId : []))
}

/** Whether two numbers are both above, or both below, the one that was told. */
function isBeyond(told: number | null, one: number, other: number): boolean {
  return told !== null && one > told === other > told
}
