/**
 * When we lost the network, and when we were back: a session tells it, the log has it. It is told once it has lasted, so that
 * a neighbor that comes and goes does not fill the log; the event says since when it was so. A peer that is purged between the
 * two is logged as `lost`: we could not have heard it. Times are milliseconds since the epoch.
 */
import { countedBy } from '../../shared/clock-turns.ts'
import { DEFAULT_CONFIG } from '../../shared/config.ts'
import type { NetworkStatus } from '../../shared/contract.ts'
import type { DiscoveryEvent, EventKind, LoggedEvent } from '../../shared/events.ts'
import type { LossFigures } from '../../shared/health.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { Loss } from '../../shared/loss.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { PeerRow } from '../../shared/peer.ts'
import type { Health, Told } from '../discovery/handle.ts'
import type { Clock } from '../discovery/ports.ts'
import type { StoreReader } from '../store/types.ts'
import { everybodyLeft } from './deserted.ts'
import { TURNS } from './history-end.ts'
import type { LogSource } from './insight/logged.ts'
import { eventsIn } from './insight/logged.ts'
import type { Run } from './insight/runs.ts'
import { watched } from './journal/last-shown.ts'

/** For so long we have lost the network, or are back, before that is told; milliseconds by the monotonic clock. */
export const LOSS_LASTING_MS = 5000
/** So long after it began it is told at the latest, but for stalls of our own; milliseconds. */
export const TOLD_WITHIN_MS = 30_000
/** Most events of losses in that time. */
const TOLD_MOST = 50

/** What a watch works with. */
export interface LossWatchParts {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
  readonly tell: (event: DiscoveryEvent) => void
  /** All that are known. */
  readonly rows: () => Iterable<PeerRow>
}

/** Tells it once each time, from joining to leaving. */
export class LossWatch {
  readonly #parts: LossWatchParts
  /** As we were seen last. */
  #lost = false
  /** The loss that was told and did not end since; null where none was. */
  #told: Loss | null = null
  /** Everybody said goodbye, and nobody came since. */
  #deserted = false
  #lastNeighbor: PeerId | null = null
  /** Another state than the told one: since when, also by the monotonic clock. Null while it is the same. */
  #other: { readonly loss: Loss; readonly since: number } | null = null

  constructor(parts: LossWatchParts) {
    this.#parts = parts
  }

  /** Whether we lost it and are not back yet. */
  get lost(): boolean {
    return this.#lost
  }

  /** Whether we have no neighbor since everybody left, which is no loss. */
  get deserted(): boolean {
    return this.#deserted
  }

  /** The loss that lasts; null where we are in the network. One that a short return interrupted goes on. */
  get loss(): Loss | null {
    return this.#lost ? (this.#told ?? this.#other?.loss ?? null) : null
  }

  /**
   * What a node tells, as it is logged: a peer that is purged while we have lost the network is lost with it. That loss is told
   * before, however short it is yet, so that the log says why.
   */
  take(told: Told): Told {
    if (told.kind === 'event' && told.event.kind === 'NeighborDown') this.#lastNeighbor = told.event.peerId
    if (told.kind !== 'event' || told.event.kind !== 'PeerDeparted' || told.event.reason !== 'purged') return told
    if (this.#lost && this.#other !== null) this.#tell(this.#other.loss)
    return this.#told === null ? told : { ...told, event: { ...told.event, reason: 'lost' } }
  }

  /** Looks at how we are by now. */
  look(
    state: NetworkStatus['state'],
    { lastHeardAt: heardAt, judgedAt }: Pick<Health, 'lastHeardAt' | 'judgedAt'>,
  ): void {
    const { clock, purgeAfterMs } = this.#parts
    const now = clock.monotonic()
    // Who goes in a loss is lost with us. One that comes counts as here before it is a neighbor, and brings no loss.
    this.#deserted =
      state === 'lost' &&
      this.#told === null &&
      (this.#deserted || everybodyLeft(this.#lastNeighbor, this.#parts.rows()))
    // A node that stops while it is lost is not back.
    const lost = !this.#deserted && (state === 'lost' || (this.#lost && state !== 'online'))
    if (lost !== this.#lost) {
      this.#lost = lost
      const same = lost === (this.#told !== null)
      const at = Math.floor(clock.now())
      this.#other = same ? null : { loss: { at, judgedAt: Math.floor(judgedAt), heardAt, purgeAfterMs }, since: now }
    }
    const other = this.#other
    if (other !== null && now - other.since >= LOSS_LASTING_MS) this.#tell(other.loss)
  }

  /** Tells that we have lost it, or are back. @param other since when, and how it was then */
  #tell(other: Loss): void {
    this.#other = null
    this.#told = this.#lost ? other : null
    const { at: since, ...how } = other
    this.#parts.tell(this.#lost ? { kind: 'NetworkLost', since, ...how } : { kind: 'NetworkBack', since })
  }
}

/** What losses are read from. */
type LossLog = LogSource['store']

/** Events that begin or end a loss: of one that began before we left, nothing is lost later. */
export const LOSS_KINDS = ['NetworkLost', 'NetworkBack', ...TURNS] as const satisfies readonly EventKind[]

/** When what an event of these kinds tells began. */
export function lossBegan({ at, event }: Pick<LoggedEvent, 'at' | 'event'>): number {
  // Where our clock was set back meanwhile, that is later.
  return Math.min(at, ('since' in event ? event.since : undefined) ?? at)
}

/** The loss that the last event of these kinds tells of; null where we were not lost after it. */
export function lossOf(last: LoggedEvent | undefined): Loss | null {
  if (last?.event.kind !== 'NetworkLost') return null
  const at = lossBegan(last)
  const { judgedAt = at, heardAt, purgeAfterMs = DEFAULT_CONFIG.purgeAfter } = last.event
  return { at, judgedAt, heardAt, purgeAfterMs }
}

/** The loss that lasted at the moment; null where there was none. */
export function lossAt(store: LossLog, networkKey: NetworkKey, at: number): Loss | null {
  // One that had begun by then may have been told later.
  const before = store.lastSeqAt(networkKey, at + TOLD_WITHIN_MS) + 1
  const { events } = store.eventsPage({ networkKey, kinds: LOSS_KINDS, before, limit: TOLD_MOST })
  const clock = store.clockOf(networkKey)
  return lossOf(events.map((logged) => countedBy(clock, logged)).find((logged) => lossBegan(logged) <= at))
}

/**
 * The loss that goes on now, as a data folder tells; null where no app watches the network: one that was killed in a loss logged
 * no end of it. @param clock now, milliseconds since the epoch
 */
export function lossLasting(store: StoreReader, networkKey: NetworkKey, clock: number): Loss | null {
  return watched(store, networkKey, clock).live ? lossAt(store, networkKey, clock) : null
}

/** The loss of a moment, also where the run ended in it: with its last turn it is over. */
export function lossUpTo(store: LossLog, networkKey: NetworkKey, at: number): Loss | null {
  return lossAt(store, networkKey, at) ?? lossAt(store, networkKey, at - 1)
}

/** How long a loss that is over is remembered with those that did not come back, milliseconds. */
const REMEMBERED_MS = 86_400_000

/** The last loss that was over by the moment, at most a day before it; null where there was none, or one lasted. */
export function lossBefore(store: LossLog, networkKey: NetworkKey, at: number): Loss | null {
  return lastLossOver(store, networkKey, at)?.loss ?? null
}

/** The same from its begin to its end. */
export function lastLossOver(
  store: LossLog,
  networkKey: NetworkKey,
  at: number,
): (LossRun & { readonly loss: Loss }) | null {
  let before = store.lastSeqAt(networkKey, at + TOLD_WITHIN_MS) + 1
  const clock = store.clockOf(networkKey)
  // From the newest back: what came after the one that is looked at, a loss ended with it.
  let next: LoggedEvent | null = null
  for (;;) {
    const { events, more } = store.eventsPage({ networkKey, kinds: LOSS_KINDS, before, limit: TOLD_MOST })
    for (const logged of events.map((one) => countedBy(clock, one))) {
      if (lossBegan(logged) > at) continue
      if (next !== null && lossBegan(next) < at - REMEMBERED_MS) return null
      const loss = lossOf(logged)
      if (loss !== null)
        return next === null
          ? null
          : { loss, from: loss.at, to: lossBegan(next), back: next.event.kind === 'NetworkBack' }
      next = logged
    }
    const oldest = events.at(-1)
    if (!more || oldest === undefined) return null
    before = oldest.seq
  }
}

/** A loss from when it began until it was over, which `back` says how: we were back, or left, or were killed. */
export interface LossRun extends Run {
  readonly back: boolean
}

/** Losses that touch a span, in the order of time; one that goes on has no end. In turns. */
export async function lossesIn(source: LogSource, from: number, to: number): Promise<readonly LossRun[]> {
  const { events, before } = await eventsIn(source, LOSS_KINDS, from, to + TOLD_WITHIN_MS)
  const losses: LossRun[] = []
  let since = lossOf(before ?? undefined)?.at ?? null
  for (const logged of events) {
    if (since !== null) losses.push({ from: since, to: lossBegan(logged), back: logged.event.kind === 'NetworkBack' })
    since = lossOf(logged)?.at ?? null
  }
  if (since !== null) losses.push({ from: since, to: Infinity, back: false })
  return losses.filter((loss) => loss.from <= to)
}

/** Whether we were back from it in a span: then figures of the span tell of it. */
export function isBackIn({ back, to: over }: LossRun, from: number, to: number): boolean {
  return back && over >= from && over <= to
}

/** What is told of those that were over in a span; null where there were none. */
export function lossFigures(losses: readonly LossRun[], from: number, to: number): LossFigures | null {
  const over = losses.filter((loss) => isBackIn(loss, from, to))
  const [first, last] = [over[0], over.at(-1)]
  if (first === undefined || last === undefined) return null
  const totalMs = over.reduce((sum, loss) => sum + loss.to - loss.from, 0)
  return { from: first.from, to: last.to, count: over.length, totalMs }
}

/** Whether a moment lies in one of them, which are in the order of time: asked for each peer, of losses without end. */
export function isWithin(losses: readonly Run[], at: number): boolean {
  let low = 0
  let high = losses.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((losses[middle]?.from ?? Infinity) <= at) low = middle + 1
    else high = middle
  }
  const last = losses[low - 1]
  return last !== undefined && at < last.to
}
