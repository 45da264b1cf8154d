/** Writes a shared moment: a signed snapshot that also holds what was shown over a span of time, and its events. */
import { LimitExceeded } from '../../../shared/errors.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import { FAILING_KINDS, HAPPENING_KINDS } from '../../../shared/growing.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { laneOf } from '../../../shared/lanes.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { edgeKey } from '../../../shared/peer.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import { splitBefore } from '../insight/parted.ts'
import { eventsIn, stallAt } from '../insight/logged.ts'
import { linesOnce } from '../journal/lines-of-loss.ts'
import type { ShownChange } from '../journal/span.ts'
import { applyChange, shownChanges } from '../journal/span.ts'
import { LOSS_KINDS, lossBegan, TOLD_WITHIN_MS } from '../loss.ts'
import { pastPicture } from '../past.ts'
import { purgeAfterOf } from '../purge-after.ts'
import { SpanRows } from '../span-rows.ts'
import { turn } from '../turns.ts'
import type { MomentLine, RowChange } from './moment-lines.ts'
import { momentLineText } from './moment-lines.ts'
import type { ExportSource } from './records.ts'

/** Records of one line: well below what a line may hold. */
const ROWS_OF_LINE = 20
const EDGES_OF_LINE = 150
const EVENTS_OF_LINE = 50
/** Events that are read at once. */
const EVENTS_PAGE = 200
/** Most characters of what is played: readers keep all of it in memory. */
export const MAX_PLAYED = 96 * 1024 * 1024
/** About so many steps a span has, of a second at least. */
const STEPS = 3600
const STEP_MS = 1000
/** Times that are played to the millisecond at most. */
const MOST_EXACT = 50_000

/**
 * The lines of a moment after those of its peers, without their sums; in turns.
 * @throws LimitExceeded where the span holds more than a file may, what the signal was fired with
 */
export async function* momentLines(
  source: ExportSource,
  moment: MomentSpan,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  let played = 0
  for await (const line of linesOf(source, moment, signal)) {
    const text = momentLineText(line)
    played += text.length
    if (played > MAX_PLAYED) throw new LimitExceeded('bytes of a shared moment; choose a shorter span', MAX_PLAYED)
    yield text
  }
}

async function* linesOf(
  source: ExportSource,
  moment: MomentSpan,
  signal: AbortSignal | undefined,
): AsyncGenerator<MomentLine> {
  const { from, to } = moment
  const { store, network } = source
  const networkKey = networkKeyOf(network)
  const begin = await pastPicture({ store, networkKey, self: undefined }, from, signal)
  for (const [rows, edges] of cut(begin.peers, ROWS_OF_LINE, begin.edges, EDGES_OF_LINE))
    yield { kind: 'shown', rows, edges }
  const shown = {
    rows: new Map<PeerId, PeerRow>(begin.peers.map((row) => [row.peerId, row])),
    edges: new Map<string, Edge>(begin.edges.map((edge) => [edgeKey(edge), edge])),
  }
  // Lines that a window kept of a loss then ended before: they are told as if they ended now, and are shown as long as it lasts.
  const { loss } = begin
  if (loss !== null) {
    const edgesGone = await linesOnce({ store, networkKey }, { ...begin, loss }, signal)
    yield* changeLines({ at: from, rows: [], gone: [], edges: [], edgesGone }, shown.rows)
  }
  const stepMs = Math.max(STEP_MS, Math.ceil((to - from) / STEPS))
  const exact = await exactTimes(source, moment)
  for await (const change of shownChanges(store, networkKey, { from, to, stepMs, exact, signal }, begin)) {
    yield* changeLines(change, shown.rows)
    applyChange(shown, change)
  }
  yield* eventLines(source, moment)
}

/**
 * Times that are played to the millisecond, ascending: the moment itself, and those of the events that a list shows, which a
 * click or a step leads to. In turns.
 */
async function exactTimes({ store, network }: ExportSource, { asOf, from, to }: MomentSpan): Promise<Float64Array> {
  const networkKey = networkKeyOf(network)
  const rows = new SpanRows({ store, networkKey }, from, to)
  const times = new Set([asOf])
  for (const page of pagesOf({ store, networkKey }, rows)) {
    for (const logged of page) {
      if (laneOf(logged.event) === 'again') continue
      times.add(rows.counted(logged).at)
      if (logged.at >= from && logged.at <= to) times.add(logged.at)
    }
    if (times.size >= MOST_EXACT) break
    await turn()
  }
  return Float64Array.from(times).sort()
}

function* changeLines(change: ShownChange, before: ReadonlyMap<PeerId, PeerRow>): Generator<MomentLine> {
  const { at } = change
  const rows = change.rows.map((row) => rowChange(row, before.get(row.peerId)))
  for (const [some, edges] of cut(rows, ROWS_OF_LINE, change.edges, EDGES_OF_LINE))
    yield { kind: 'change', at, rows: some, gone: [], edges, edgesGone: [] }
  for (const [gone, edgesGone] of cut(change.gone, EDGES_OF_LINE, change.edgesGone, EDGES_OF_LINE))
    yield { kind: 'change', at, rows: [], gone, edges: [], edgesGone }
}

/** The rows that began in a span as they are now, in the order of their numbers, page by page. */
function* pagesOf(
  { store, networkKey }: { readonly store: ExportSource['store']; readonly networkKey: NetworkKey },
  rows: SpanRows,
): Generator<readonly LoggedEvent[]> {
  for (let after: number | null = 0; after !== null;) {
    const page = store.eventsAfter({ networkKey, limit: EVENTS_PAGE, ...rows.query(after, { grown: false }) })
    yield page.events.filter((logged) => rows.began(logged))
    const last = page.events.at(-1)
    after = page.more && last !== undefined && !rows.isLast(last) ? last.seq : null
  }
}

/** The events of the span, and those around it that say how it was in it, in the order of their numbers. */
async function* eventLines(source: ExportSource, { from, to }: MomentSpan): AsyncGenerator<MomentLine> {
  const { store, network } = source
  const networkKey = networkKeyOf(network)
  const before = [...(await toldBefore(source, from)), ...(await repeatedIn(source, from, to))]
  yield* eventPages([...new Map(before.map((one) => [one.seq, one])).values()].sort((a, b) => a.seq - b.seq))
  const rows = new SpanRows({ store, networkKey }, from, to)
  for (const page of pagesOf({ store, networkKey }, rows)) yield* eventPages(page.map((one) => rows.asOf(one, to)))
  const stalled = stallAt({ store, networkKey }, to)
  if (stalled !== undefined) yield* eventPages([stalled])
  // What had begun in the span may have been told after it.
  const { events, told } = await eventsIn({ store, networkKey }, TOLD_LATER, to + 1, to + TOLD_WITHIN_MS)
  const later = new Set(events.flatMap((logged) => (logged.at > to && lossBegan(logged) <= to ? [logged.seq] : [])))
  yield* eventPages(told.filter(({ seq }) => later.has(seq)))
}

/** Kinds that say since when it was so. */
const TOLD_LATER = ['NetworkLost', 'NetworkBack', 'Islands'] as const satisfies readonly EventKind[]

/** What was told before the span and holds in it: since when we were in the network, which neighbor went last, the last loss and whether it was over, how our clock was, islands and the whole of their last split; and stalls that may explain who went silent. */
async function toldBefore({ store, network }: ExportSource, from: number): Promise<readonly LoggedEvent[]> {
  const networkKey = networkKeyOf(network)
  const before = store.lastSeqAt(networkKey, from - 1) + 1
  const last = (kinds: readonly EventKind[]): LoggedEvent | undefined =>
    store.eventsPage({ networkKey, kinds, before, limit: 1 }).events[0]
  const joined = last(['NetworkJoined'])
  // Of what an earlier run told nothing holds.
  const since = (joined?.seq ?? 0) - 1
  const split = splitBefore({ store, networkKey }, from - 1)
  const holding = [
    joined,
    last(['ClockCompared']),
    last(['NeighborDown']),
    last(['NetworkLost']),
    last(LOSS_KINDS),
    ...split,
  ].filter((logged) => logged !== undefined && logged.seq > since)
  const purgeAfterMs = purgeAfterOf(store, networkKey)
  const stalls = await eventsIn({ store, networkKey }, ['Stalled'], from - purgeAfterMs, from - 1)
  return [...holding, ...stalls.told].flatMap((logged) => logged ?? [])
}

/**
 * Rows that began before the span, of what happened again in it; and of what failed so shortly before it that it may tell of who is gone in it.
 * That somebody is still there again explains nothing.
 */
async function repeatedIn({ store, network }: ExportSource, from: number, to: number): Promise<readonly LoggedEvent[]> {
  const networkKey = networkKeyOf(network)
  const found: LoggedEvent[] = []
  const look = async (kinds: readonly EventKind[], lastFrom: number): Promise<void> => {
    const rows = new SpanRows({ store, networkKey }, lastFrom, to)
    for (let before: number | null = store.lastSeqAt(networkKey, from - 1) + 1; before !== null;) {
      const page = store.eventsPage({ networkKey, kinds, before, limit: EVENTS_PAGE })
      for (const logged of page.events) {
        const then = rows.asOf(logged, to)
        const { at, lastAt = at } = rows.counted(then)
        if (at < from && lastAt >= lastFrom) found.push(then)
      }
      const last = page.events.at(-1)
      before = page.more && last !== undefined && !rows.isBefore(last, { grown: true }) ? last.seq : null
      await turn()
    }
  }
  await look(FAILING_KINDS, from - 2 * purgeAfterOf(store, networkKey))
  await look(HAPPENING_KINDS, from)
  return found
}

function* eventPages(events: readonly LoggedEvent[]): Generator<MomentLine> {
  for (const some of pages(events, EVENTS_OF_LINE)) yield { kind: 'events', events: some }
}

/** What is new in a row: fields by their names. */
function rowChange(row: PeerRow, before: PeerRow | undefined): RowChange {
  if (before === undefined) return row
  const changed = Object.entries(row).filter(([name, value]) => {
    const was: unknown = before[name as keyof PeerRow]
    return name === 'peerId' || (was !== value && JSON.stringify(was) !== JSON.stringify(value))
  })
  return Object.fromEntries(changed) as RowChange
}

/** Both lists in parts, side by side. */
function* cut<A, B>(
  as: readonly A[],
  eachA: number,
  bs: readonly B[],
  eachB: number,
): Generator<readonly [readonly A[], readonly B[]]> {
  const count = Math.max(Math.ceil(as.length / eachA), Math.ceil(bs.length / eachB))
  for (let index = 0; index < count; index += 1)
    yield [as.slice(index * eachA, (index + 1) * eachA), bs.slice(index * eachB, (index + 1) * eachB)]
}

function* pages<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
}
