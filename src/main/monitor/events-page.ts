/** Stored events, page by page. */
import type { ContractInputs, EventsFound } from '../../shared/contract.ts'
import type { LoggedEvent } from '../../shared/events.ts'
import { Cancelled } from '../../shared/errors.ts'
import { parseFilter } from '../../shared/filter.ts'
import { kindsInLanes, laneOf, lanesOfKind } from '../../shared/lanes.ts'
import { eventFieldsOf } from './exports/fields.ts'
import type { KnownPeers } from './exports/fields.ts'
import { turn } from './turns.ts'

/** Events that are read, and held against a filter, before others get a turn; and in one call. */
const LOOKED_AT_ONCE = 200
const LOOKED_AT_MOST = 20_000

/** Where events are read from. */
export interface EventsSource extends KnownPeers {
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * A page of events, newest first, within a span of time, of some lanes and through a filter. It may hold fewer than asked for, or none,
 * where there are older ones still: the next page goes on there.
 * @throws FilterError, Cancelled
 */
export async function eventsPage(
  { store, networkKey, live, now }: EventsSource,
  { from = -Infinity, to, before, filter = '', limit = 200, lanes, kinds, ...rest }: ContractInputs['events']['page'],
  signal?: AbortSignal,
): Promise<EventsFound> {
  const passes = filter.trim() === '' ? null : parseFilter(filter, eventFieldsOf({ store, networkKey, live }))
  const query = { ...rest, kinds: lanes === undefined ? kinds : kindsInLanes(lanes, kinds) }
  // Of kinds that have several lanes, some events may be in others than those asked for.
  const isMixed = (query.kinds ?? []).some((kind) => lanesOfKind(kind).some((lane) => lanes?.includes(lane) === false))
  const inLanes = ({ event }: LoggedEvent): boolean => !isMixed || lanes?.includes(laneOf(event)) !== false
  const size = passes === null && !isMixed ? Math.min(limit, LOOKED_AT_ONCE) : LOOKED_AT_ONCE
  const end = to === undefined ? Infinity : store.lastSeqAt(networkKey, to) + 1
  const events: LoggedEvent[] = []
  let next: number | null = Math.min(before ?? Number.MAX_SAFE_INTEGER, end)
  for (let looked = 0; next !== null && events.length < limit && looked < LOOKED_AT_MOST; looked += size) {
    if (looked > 0) await turn()
    if (signal?.aborted === true) throw new Cancelled('nobody wants these events any more')
    const page = store.eventsPage({ ...query, networkKey, limit: size, before: next })
    const inside = page.events.filter(({ at }) => at >= from)
    events.push(...inside.filter((logged) => inLanes(logged) && (passes?.(logged, now) ?? true)))
    const last = page.events.at(-1)
    next = last !== undefined && page.more && inside.length === page.events.length ? last.seq : null
  }
  if (events.length <= limit) return { events, next }
  const kept = events.slice(0, limit)
  return { events: kept, next: kept.at(-1)?.seq ?? null }
}
