/** Writes a shared moment: a signed snapshot that also holds what was shown over a span of time, and its events. */
import { LimitExceeded } from '../../../shared/errors.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { laneOf } from '../../../shared/lanes.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import type { ShownChange } from '../journal/span.ts'
import { applyChange, shownChanges } from '../journal/span.ts'
import { pastPicture } from '../past.ts'
import { turn } from '../turns.ts'
import { edgeKey } from '../view.ts'
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
 * @throws LimitExceeded where the span holds more than a file may
 */
export async function* momentLines(source: ExportSource, moment: MomentSpan): AsyncGenerator<string> {
  let played = 0
  for await (const line of linesOf(source, moment)) {
    const text = momentLineText(line)
    played += text.length
    if (played > MAX_PLAYED) throw new LimitExceeded('bytes of a shared moment; choose a shorter span', MAX_PLAYED)
    yield text
  }
}

async function* linesOf(source: ExportSource, moment: MomentSpan): AsyncGenerator<MomentLine> {
  const { from, to } = moment
  const { store, network } = source
  const networkKey = networkKeyOf(network)
  const begin = await pastPicture({ store, networkKey, self: undefined }, from)
  for (const [rows, edges] of cut(begin.peers, ROWS_OF_LINE, begin.edges, EDGES_OF_LINE))
    yield { kind: 'shown', rows, edges }
  const shown = {
    rows: new Map<PeerId, PeerRow>(begin.peers.map((row) => [row.peerId, row])),
    edges: new Map<string, Edge>(begin.edges.map((edge) => [edgeKey(edge), edge])),
  }
  const stepMs = Math.max(STEP_MS, Math.ceil((to - from) / STEPS))
  const exact = await exactTimes(source, moment)
  for await (const change of shownChanges(store, networkKey, { from, to, stepMs, exact }, begin)) {
    yield* changeLines(change, shown.rows)
    applyChange(shown, change)
  }
  yield* eventLines(source, from, to)
}

/**
 * Times that are played to the millisecond, ascending: the moment itself, and those of the events that a list shows, which a
 * click or a step leads to. In turns.
 */
async function exactTimes({ store, network }: ExportSource, { asOf, from, to }: MomentSpan): Promise<Float64Array> {
  const networkKey = networkKeyOf(network)
  const times = new Set([asOf])
  for (let after: number | null = 0; after !== null && times.size < MOST_EXACT;) {
    const page = store.eventsAfter({ networkKey, after, from, to, limit: EVENTS_PAGE })
    for (const { at, event } of page.events) if (laneOf(event) !== 'again') times.add(at)
    after = page.more ? (page.events.at(-1)?.seq ?? null) : null
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

function* eventLines({ store, network }: ExportSource, from: number, to: number): Generator<MomentLine> {
  const networkKey = networkKeyOf(network)
  let after = 0
  for (;;) {
    const page = store.eventsAfter({ networkKey, after, from, to, limit: EVENTS_PAGE })
    for (const events of pages<LoggedEvent>(page.events, EVENTS_OF_LINE)) yield { kind: 'events', events }
    const last = page.events.at(-1)
    if (!page.more || last === undefined) return
    after = last.seq
  }
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
