/** Stored events, page by page. */
import { countedBy } from '../../shared/clock-turns.ts'
import type { ContractInputs, EventsFound } from '../../shared/contract.ts'
import type { EventKind, LoggedEvent } from '../../shared/events.ts'
import { peerOf } from '../../shared/events.ts'
import { Cancelled } from '../../shared/errors.ts'
import { parseFilter } from '../../shared/filter.ts'
import { GROWS_MS, happenedIn } from '../../shared/growing.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
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
  { store, networkKey }: EventsSource,
  { kinds, all, passes }: Choice,
  { from = -Infinity, to, before, limit, ...rest }: Span,
  signal: AbortSignal | undefined,
): Promise<EventsFound> {
  const size = all ? Math.min(limit, LOOKED_AT_ONCE) : LOOKED_AT_ONCE
  const clock = store.clockOf(networkKey)
  const span = clock.span(from, to ?? Infinity, (moment) => seqAt(store, networkKey, moment))
  const end = to === undefined ? Infinity : span.until + 1
  const events: LoggedEvent[] = []
  let next: number | null = Math.min(before ?? Number.MAX_SAFE_INTEGER, end)
  for (let looked = 0; next !== null && events.length < limit && looked < LOOKED_AT_MOST; looked += size) {
    if (looked > 0) await turnUnless(signal)
    const page = store.eventsPage({ ...rest, kinds, networkKey, limit: size, before: next })
    const inside = page.events.filter((one) => happenedIn(countedBy(clock, one), from, to ?? Infinity) !== null)
    events.push(...inside.filter(passes))
    const last = page.events.at(-1)
    const isLast = last === undefined || (last.seq <= span.after && countedBy(clock, last).at <= from - GROWS_MS)
    next = page.more && !isLast ? last.seq : null
  }
  return cut(events, limit, next)
}

function seqAt(store: EventsSource['store'], networkKey: NetworkKey, moment: number): number {
  return moment === -Infinity ? -Infinity : moment === Infinity ? Infinity : store.lastSeqAt(networkKey, moment)
}

async function oldestFirst(
  { store, networkKey }: EventsSource,
  { kinds, passes }: Choice,
  { from, to, before = Infinity, peerId, after, limit }: Span & { readonly after: number },
  signal: AbortSignal | undefined,
): Promise<EventsFound> {
  const span = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  const wanted = (logged: LoggedEvent): boolean =>
    logged.seq < before &&
    kinds?.includes(logged.event.kind) !== false &&
    (peerId === undefined || peerOf(logged.event) === peerId) &&
    passes(logged)
  const events: LoggedEvent[] = []
  let next: number | null = after
  for (let looked = 0; next !== null && events.length < limit && looked < LOOKED_AT_MOST; looked += LOOKED_AT_ONCE) {
    if (looked > 0) await turnUnless(signal)
    const page = store.eventsAfter({ networkKey, after: next, limit: LOOKED_AT_ONCE, ...span })
    events.push(...page.events.filter(wanted))
    const last = page.events.at(-1)
    next = last !== undefined && page.more && last.seq < before ? last.seq : null
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
