/** What the log tells of ourselves: our stalls, and when we were in the network. In turns. */
import type { StallSpan } from '../../../shared/contract.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import { GROWING_KINDS } from '../../../shared/growing.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { StoreReader } from '../../store/types.ts'
import { SpanRows } from '../span-rows.ts'
import { turn } from '../turns.ts'
import type { Stall } from './stalls.ts'

/** Events that are read before others get a turn, and at all: what is older counts as if it were not there. */
const PAGE = 500
const MOST = 20_000

/** Where it is read from. */
export interface LogSource {
  readonly store: Pick<StoreReader, 'eventsPage' | 'lastSeqAt' | 'clockOf'>
  readonly networkKey: NetworkKey
}

/**
 * Events of some kinds of a span, oldest first, each with the moments that it counts for (`clockOf`); `told` are the same as they
 * were logged, `before` is the last one before the span, and `readFrom` since when all of them were read.
 * @param from milliseconds since the epoch, as `to`
 * @param most about so many are read, the newest
 */
export async function eventsIn(
  source: LogSource,
  kinds: readonly EventKind[],
  from: number,
  to: number,
  most = MOST,
): Promise<{
  readonly events: readonly LoggedEvent[]
  readonly told: readonly LoggedEvent[]
  readonly before: LoggedEvent | null
  readonly readFrom: number
}> {
  const { store, networkKey } = source
  const told: LoggedEvent[] = []
  const rows = new SpanRows(source, from, to)
  const found = (last: LoggedEvent | null, readFrom = from) => {
    // They were read newest first.
    const ordered = told.toReversed()
    return { events: ordered.map((logged) => rows.counted(logged)), told: ordered, before: last, readFrom }
  }
  // A row that began before others may tell of something later.
  const grown = kinds.some((kind) => GROWING_KINDS.includes(kind))
  let last: LoggedEvent | null = null
  let before: number | undefined = rows.until + 1
  for (;;) {
    const page = store.eventsPage({ networkKey, kinds, before, limit: PAGE })
    for (const logged of page.events) {
      const counted = rows.counted(logged)
      const { at, lastAt = at } = counted
      if (lastAt >= from) {
        if (at <= to && rows.happened(logged) !== null) told.push(logged)
        continue
      }
      if (logged.seq > rows.after) continue
      last ??= counted
      if (rows.isBefore(logged, { grown })) return found(last)
    }
    const oldest = page.events.at(-1)
    before = oldest?.seq
    if (!page.more || oldest === undefined) return found(last)
    if (told.length >= most) return found(last, oldest.lastAt ?? oldest.at)
    await turn()
  }
}

/** Our stalls of a span, in the order of time. */
export async function stallsIn(source: LogSource, from: number, to: number): Promise<readonly Stall[]> {
  const { events } = await eventsIn(source, ['Stalled'], from, to)
  return events.flatMap(stallOf).toSorted((a, b) => a.at - b.at)
}

/** A stall is among so many events that were logged next: it is told as soon as it is over. */
const TOLD_NEXT = 200

/** What tells of our own stall that lasted at a moment; undefined where there was none. */
export function stallAt(
  {
    store,
    networkKey,
  }: { readonly store: Pick<StoreReader, 'eventsAfter' | 'lastSeqAt'>; readonly networkKey: NetworkKey },
  moment: number,
): LoggedEvent | undefined {
  const query = { networkKey, after: store.lastSeqAt(networkKey, moment), limit: TOLD_NEXT }
  return store.eventsAfter(query).events.find((logged) => stallSpan(logged, moment) !== null)
}

/** The stall that an event tells of, where it lasted at a moment. Of several in one row it is not known when each was. */
export function stallSpan(logged: LoggedEvent | undefined, moment: number): StallSpan | null {
  if (logged?.event.kind !== 'Stalled' || (logged.times ?? 1) > 1) return null
  const from = logged.at - logged.event.ms
  return from <= moment && moment < logged.at ? { from, to: logged.at } : null
}

/** The stall that an event tells of; nothing for other events. */
export function stallOf({ seq, at, lastAt = at, times = 1, event }: LoggedEvent): readonly Stall[] {
  return event.kind === 'Stalled' ? [{ at: lastAt, firstAt: at, ms: event.ms, times, seq }] : []
}

/** The one that happened last first: of a peer each way in which dials fail has a row, so their numbers do not tell. */
export function byLast(one: LoggedEvent, other: LoggedEvent): number {
  return (other.lastAt ?? other.at) - (one.lastAt ?? one.at) || other.seq - one.seq
}

/** Whether a dial that failed was one: that nobody was dialed says nothing of the peer. */
export function wasDialed({ event }: LoggedEvent): boolean {
  return event.kind === 'DialFailed' && event.notDialed === undefined
}

/** Dials that failed, the last one first, and how many they were. That nobody was dialed counts only where it is all there is. */
export function failedDials(dials: readonly LoggedEvent[]): {
  readonly last: LoggedEvent | undefined
  readonly count: number
} {
  const dialed = dials.filter(wasDialed)
  const told = dialed.length === 0 ? dials : dialed
  return { last: told.toSorted(byLast)[0], count: told.reduce((sum, { times = 1 }) => sum + times, 0) }
}
