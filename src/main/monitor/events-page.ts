/** Stored events, page by page. */
import type { ContractInputs, EventsFound } from '../../shared/contract.ts'
import type { EventKind, LoggedEvent } from '../../shared/events.ts'
import { peerOf } from '../../shared/events.ts'
import { Cancelled } from '../../shared/errors.ts'
import { parseFilter } from '../../shared/filter.ts'
import { kindsInLanes, laneOf, lanesOfKind } from '../../shared/lanes.ts'
import { eventFieldsOf } from './exports/fields.ts'
import type { KnownPeers } from './exports/fields.ts'
import { SpanRows } from './span-rows.ts'
import { turn } from './turns.ts'

/** Events that are read, and held against a filter, before others get a turn; and in one call. */
const LOOKED_AT_ONCE = 200
const LOOKED_AT_MOST = 20_000

/** Where events are read from. */
export interface EventsSource extends KnownPeers {
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What is held against each event beside its number and its time. */
interface Choice {
  readonly kinds: readonly EventKind[] | undefined
  /** Whether all events of these kinds pass. */
  readonly all: boolean
  readonly passes: (logged: LoggedEvent) => boolean
}

/**
 * A page of events, newest first, or oldest first where `after` is given, within a span of time, of some lanes and through a filter. Newest first
 * the span also has rows that began before it and happened again in it; oldest first, those that began in it: the user goes from one to the next.
 * It may hold fewer than asked for, or none, where there are more still: the next page goes on there.
 * @throws FilterError, Cancelled
 */
export async function eventsPage(
  source: EventsSource,
  { filter = '', limit = 200, lanes, kinds, ...rest }: ContractInputs['events']['page'],
  signal?: AbortSignal,
): Promise<EventsFound> {
  const { now } = source
  const said = filter.trim() === '' ? null : parseFilter(filter, eventFieldsOf(source))
  const wanted = lanes === undefined ? kinds : kindsInLanes(lanes, kinds)
  // Of kinds that have several lanes, some events may be in others than those asked for.
  const isMixed = (wanted ?? []).some((kind) => lanesOfKind(kind).some((lane) => lanes?.includes(lane) === false))
  const passes = (logged: LoggedEvent): boolean =>
    (!isMixed || lanes?.includes(laneOf(logged.event)) !== false) && (said?.(logged, now) ?? true)
  const choice = { kinds: wanted, all: said === null && !isMixed, passes }
  return rest.after === undefined
    ? await newestFirst(source, choice, { ...rest, limit }, signal)
    : await oldestFirst(source, choice, { ...rest, after: rest.after, limit }, signal)
}

type Span = Pick<ContractInputs['events']['page'], 'from' | 'to' | 'before' | 'peerId'> & { readonly limit: number }

async function newestFirst(
  source: EventsSource,
  { kinds, all, passes }: Choice,
  { from, to, before, limit, ...rest }: Span,
  signal: AbortSignal | undefined,
): Promise<EventsFound> {
  const size = all ? Math.min(limit, LOOKED_AT_ONCE) : LOOKED_AT_ONCE
  const { store, networkKey } = source
  const rows = new SpanRows(source, from, to)
  const events: LoggedEvent[] = []
  let next: number | null = Math.min(before ?? Number.MAX_SAFE_INTEGER, rows.until + 1)
  for (let looked = 0; next !== null && events.length < limit && looked < LOOKED_AT_MOST; looked += size) {
    if (looked > 0) await turnUnless(signal)
    const page = store.eventsPage({ ...rest, kinds, networkKey, limit: size, before: next })
    events.push(...page.events.filter((logged) => rows.happened(logged) !== null && passes(logged)))
    const last = page.events.at(-1)
    next = page.more && last !== undefined && !rows.isBefore(last, { grown: true }) ? last.seq : null
  }
  return cut(events, limit, next)
}

async function oldestFirst(
  source: EventsSource,
  { kinds, passes }: Choice,
  { from, to, before = Infinity, peerId, after, limit }: Span & { readonly after: number },
  signal: AbortSignal | undefined,
): Promise<EventsFound> {
  const { store, networkKey } = source
  const rows = new SpanRows(source, from, to)
  const grown = false
  const wanted = (logged: LoggedEvent): boolean =>
    logged.seq < before &&
    rows.began(logged) &&
    kinds?.includes(logged.event.kind) !== false &&
    (peerId === undefined || peerOf(logged.event) === peerId) &&
    passes(logged)
  const events: LoggedEvent[] = []
  let next: number | null = after
  for (let looked = 0; next !== null && events.length < limit && looked < LOOKED_AT_MOST; looked += LOOKED_AT_ONCE) {
    if (looked > 0) await turnUnless(signal)
    const page = store.eventsAfter({ networkKey, limit: LOOKED_AT_ONCE, ...rows.query(next, { grown }) })
    events.push(...page.events.filter(wanted))
    const last = page.events.at(-1)
    next = last !== undefined && page.more && last.seq < before && !rows.isLast(last) ? last.seq : null
  }
  return cut(events, limit, next)
}

async function turnUnless(signal: AbortSignal | undefined): Promise<void> {
  await turn()
  if (signal?.aborted === true) throw new Cancelled('nobody wants these events any longer')
}

function cut(events: readonly LoggedEvent[], limit: number, next: number | null): EventsFound {
  if (events.length <= limit) return { events, next }
  const kept = events.slice(0, limit)
  return { events: kept, next: kept.at(-1)?.seq ?? null }
}
