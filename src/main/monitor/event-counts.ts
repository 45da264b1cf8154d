/** How much happened when, for the bars of the timeline. */
import type { ContractInputs } from '../../shared/contract.ts'
import { Cancelled } from '../../shared/errors.ts'
import type { EventKind, LoggedEvent } from '../../shared/events.ts'
import { EVENT_KINDS } from '../../shared/events.ts'
import { parseFilter } from '../../shared/filter.ts'
import type { Filter } from '../../shared/filter.ts'
import { GROWING_KINDS } from '../../shared/growing.ts'
import { binOf, laneOf, lanesOfKind } from '../../shared/lanes.ts'
import type { BinSpan, EventCounts, Lane } from '../../shared/lanes.ts'
import { eventFieldsOf } from './exports/fields.ts'
import type { EventsSource } from './events-page.ts'
import { SpanRows } from './span-rows.ts'
import { turn } from './turns.ts'

/** Bins that are counted before others get a turn, and events that are read. */
const BINS_AT_ONCE = 2
const READ_AT_ONCE = 200
/** Events that one walk reads; of more it takes a sample. */
const READ_MOST = 20_000

/** A bin, with the numbers of its events: above `after`, not above `until`. Among those of a mixed one are events of others. */
interface Bin {
  readonly index: number
  readonly mixed: boolean
  readonly after: number
  readonly until: number
  /** Events in it by kind, whatever peer they are about. */
  readonly kinds: ReadonlyMap<EventKind, number>
  readonly lanes: Partial<Record<Lane, number>>
}

/**
 * Rows of the log by lane in bins of one width (`countByLane`), of those that a page with the same query shows. Kinds of one lane are counted by an
 * index. Others are read one by one, as all are where a filter or a peer is asked for; of more than `READ_MOST` each bin
 * gives a part, and the answer says so.
 * @throws FilterError, Cancelled
 */
export async function eventCounts(
  source: EventsSource,
  { kinds: asked, peerId, filter = '', barsFrom, ...span }: ContractInputs['history']['counts'],
  signal?: AbortSignal,
): Promise<EventCounts> {
  const kinds: readonly EventKind[] = asked ?? EVENT_KINDS
  const passes = filter.trim() === '' ? null : parseFilter(filter, eventFieldsOf(source))
  const bins = await binsOf(source, span, signal)
  const together = passes !== null || peerId !== undefined
  const walks = together
    ? [[...kinds]]
    : kinds.filter((kind) => lanesOfKind(kind).length > 1).map((kind): EventKind[] => [kind])
  const told = together ? [] : kinds.filter((kind) => lanesOfKind(kind).length === 1)
  for (const bin of bins) {
    for (const kind of bin.mixed ? [] : told) add(bin, lanesOfKind(kind)[0], bin.kinds.get(kind) ?? 0)
  }
  let exact = true
  const parts = { source, span, peerId, passes, signal }
  for (const walk of walks) exact = (await read({ ...parts, bins, kinds: walk })) && exact
  const mixed = bins.filter((bin) => bin.mixed)
  if (mixed.length > 0 && told.length > 0) exact = (await read({ ...parts, bins: mixed, kinds: told })) && exact
  const growing = kinds.filter((kind) => GROWING_KINDS.includes(kind))
  if (growing.length > 0) exact = (await readGrown({ ...parts, bins, kinds: growing }, barsFrom ?? span.from)) && exact
  return { bins: bins.map(({ lanes }) => lanes), exact }
}

async function binsOf(
  source: EventsSource,
  { from, to, bins: count }: Pick<ContractInputs['history']['counts'], 'from' | 'to' | 'bins'>,
  signal: AbortSignal | undefined,
): Promise<Bin[]> {
  const { store, networkKey } = source
  const width = (to - from) / count
  const twice = store.clockOf(networkKey).repeatsSince(from - 1)
  const bins: Bin[] = []
  // The start of a bin is part of it.
  let after = store.lastSeqAt(networkKey, from - 1)
  for (let index = 1; index <= count; index += 1) {
    const end = Math.ceil(from + index * width) - 1
    const until = Math.max(after, store.lastSeqAt(networkKey, end))
    // Where our clock showed times of it twice, its events may lie among those of others.
    const rows = twice
      ? new SpanRows(source, Math.ceil(from + (index - 1) * width), end)
      : { after, until, mixed: false }
    const kinds =
      rows.until > rows.after ? store.eventCounts(networkKey, rows.after, rows.until) : new Map<EventKind, number>()
    bins.push({ index: index - 1, after: rows.after, until: rows.until, mixed: rows.mixed, kinds, lanes: {} })
    after = until
    if (index % BINS_AT_ONCE === 0) await yieldTo(signal)
  }
  return bins
}

interface Walk {
  readonly source: EventsSource
  readonly span: BinSpan
  readonly bins: readonly Bin[]
  readonly kinds: readonly EventKind[]
  readonly peerId: ContractInputs['history']['counts']['peerId']
  readonly passes: Filter<LoggedEvent> | null
  readonly signal: AbortSignal | undefined
}

/** Reads events of the kinds, newest first. @returns whether it read all of them */
async function read(walk: Walk): Promise<boolean> {
  const { bins, kinds, peerId, source, span, passes, signal } = walk
  const clock = source.store.clockOf(source.networkKey)
  const sizes = bins.map((bin) => kinds.reduce((sum, kind) => sum + (bin.kinds.get(kind) ?? 0), 0))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  // How many are about one peer is not known before: those are read until it is too much.
  const share = peerId === undefined ? Math.min(1, READ_MOST / Math.max(1, total)) : 1
  let left = READ_MOST + bins.length
  for (let index = bins.length - 1; index >= 0; index -= 1) {
    const [bin, size] = [bins[index], sizes[index] ?? 0]
    if (bin === undefined || size === 0) continue
    const most = Math.ceil(size * share)
    const lanes: Partial<Record<Lane, number>> = {}
    let looked = 0
    let before: number | null = bin.until + 1
    while (before !== null && looked < most && left > 0) {
      const limit = Math.min(READ_AT_ONCE, most - looked, left)
      const page = source.store.eventsPage({ networkKey: source.networkKey, kinds, peerId, limit, before })
      const inside = page.events.filter(({ seq }) => seq > bin.after)
      for (const logged of inside) {
        if (passes !== null && !passes(logged, source.now)) continue
        if (bin.mixed && binOf(clock.counted(logged.seq, logged.at), span) !== bin.index) continue
        const lane = laneOf(logged.event)
        lanes[lane] = (lanes[lane] ?? 0) + 1
      }
      looked += inside.length
      left -= inside.length
      const last = page.events.at(-1)
      before = page.more && last !== undefined && inside.length === page.events.length ? last.seq : null
      await yieldTo(signal)
    }
    const scale = share < 1 && looked > 0 ? size / looked : 1
    for (const [lane, count] of Object.entries(lanes)) add(bin, lane as Lane, Math.round(count * scale))
  }
  return share === 1 && left > 0
}

/** Counts rows that began before the bars and happened again in a bin first. @returns whether it read all of them */
async function readGrown(walk: Walk, barsFrom: number): Promise<boolean> {
  const { bins, kinds, peerId, source, span, passes, signal } = walk
  const rows = new SpanRows(source, barsFrom, span.to)
  let before: number | null = source.store.lastSeqAt(source.networkKey, barsFrom - 1) + 1
  for (let looked = 0; before !== null; looked += READ_AT_ONCE) {
    if (looked >= READ_MOST) return false
    const query = { networkKey: source.networkKey, kinds, peerId, limit: READ_AT_ONCE, before }
    const page = source.store.eventsPage(query)
    for (const logged of page.events) {
      const at = rows.counted(logged).at < barsFrom ? rows.happened(logged) : null
      const bin = at === null ? undefined : bins[binOf(at, span) ?? -1]
      if (bin !== undefined && passes?.(logged, source.now) !== false) add(bin, laneOf(logged.event), 1)
    }
    const last = page.events.at(-1)
    before = page.more && last !== undefined && !rows.isBefore(last, { grown: true }) ? last.seq : null
    await yieldTo(signal)
  }
  return true
}

function add({ lanes }: Bin, lane: Lane | undefined, count: number): void {
  if (lane !== undefined && count > 0) lanes[lane] = (lanes[lane] ?? 0) + count
}

async function yieldTo(signal: AbortSignal | undefined): Promise<void> {
  await turn()
  if (signal?.aborted === true) throw new Cancelled('the events are not counted: nobody waits for them')
}
