/** How it was: columns over a span of time, from what is stored. In turns. */
import type { HealthSeries } from '../../../shared/health.ts'
import { InvalidArgument } from '../../../shared/errors.ts'
import { rttFigures } from '../../../shared/rtt.ts'
import type { BriefIslands, LoggedEvent } from '../../../shared/events.ts'
import { beginsRun } from '../../../shared/events.ts'
import type { Among } from '../../store/health-types.ts'
import type { PresenceFold, StoreReader } from '../../store/types.ts'
import { killedAt, TURNS } from '../history-end.ts'
import { isWithin, lossBefore, lossesIn, lossFigures } from '../loss.ts'
import { inTurns, turn } from '../turns.ts'
import { BRIEF_EVERY_MS } from './brief-islands.ts'
import { LASTING_MS } from './island-watch.ts'
import type { Causes } from './left.ts'
import { leftAs, leftFold, withLeft } from './left.ts'
import type { LogSource } from './logged.ts'
import { fillIslands } from './island-series.ts'
import { eventsIn, stallsIn } from './logged.ts'
import { APART_MS, largestDelays } from './loop-delay.ts'
import type { Run } from './runs.ts'
import { endTeller, runFinder } from './runs.ts'
import { spreadStalls, stallFigures, stoodStill } from './stalls.ts'
import type { EndsOfSteps, StepEnds } from './step-ends.ts'
import { smoothed } from './step-ends.ts'
import { wrongClocksIn } from './wrong-clock.ts'

/** Peers whose round-trip times are read: a month of one has some thousand samples. */
const MOST_MEASURED = 400
/** So long before a span times are read that are smoothed into those at its beginning, milliseconds. */
const SMOOTHED_MS = 3_600_000
/** Runs that were killed, whose ends are looked up before others get a turn. */
const KILLED_AT_ONCE = 50
/** Spans whose round-trip times are ranked before others get a turn. */
const RANKED_AT_ONCE = 50

/** Where it is read from. */
export interface SeriesSource extends LogSource {
  readonly store: LogSource['store'] &
    Pick<StoreReader, 'presentAt' | 'presenceSteps' | 'delaySteps'> &
    Partial<Pick<StoreReader, 'countSteps'>>
  /** When we were in the network, as far as it touches a span, in the order in which it began. In turns. */
  readonly runs: (from: number, to: number) => Promise<readonly Run[]>
  /** Who was here at the end of each step, as far as that is asked for. */
  readonly ended: (span: StepEnds) => Generator<void, EndsOfSteps>
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
  /** Islands that were shown and are not in the log yet. */
  readonly shown?: readonly BriefIslands[]
  /** Who is counted, and measured. */
  readonly among: Among
  /** Who is a crawl; null where who left in all of a span is not asked for. */
  readonly crawls: Among
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What a store tells of a network. */
export interface StoredSeries extends LogSource {
  readonly store: LogSource['store'] &
    Pick<
      StoreReader,
      | 'presentAt'
      | 'countSteps'
      | 'presenceSteps'
      | 'sampleSteps'
      | 'delaySteps'
      | 'lastWrittenAt'
      | 'journalPlace'
      | 'eventsAfter'
    >
  readonly purgeAfterMs: number
  readonly shown?: readonly BriefIslands[]
  readonly among: Among
  readonly crawls: Among
  /** Whether the network is joined now. */
  readonly joined: boolean
  readonly now: number
}

/** The series of what is stored. */
export function storedSeries(source: StoredSeries): SeriesSource {
  const { store, networkKey, among } = source
  return {
    ...source,
    runs: (from, to) => runsIn(source, from, to),
    ended: ({ from, to, ends }) =>
      store.sampleSteps({ networkKey, from: from - SMOOTHED_MS, to, most: MOST_MEASURED, among }, () => smoothed(ends)),
  }
}

/** What is counted between two cuts: the spans' ends, and where runs begin and end. */
interface Counts {
  joined: number
  /** Presences that ended, however. */
  ended: number
  goodbye: number
  silent: number
  ownStall: number
  ownClock: number
  ownLoss: number
  removed: number
}

/** A span of time in equal parts; milliseconds since the epoch. */
interface SeriesSpan {
  readonly from: number
  readonly to: number
  readonly points: number
}

/** @throws InvalidArgument where the span ends before it begins, what the signal was fired with */
export async function healthSeries(
  source: SeriesSource,
  { from, to, points }: SeriesSpan,
  signal?: AbortSignal,
): Promise<HealthSeries> {
  if (to <= from) throw new InvalidArgument('the span of time ends before it begins')
  const { store, networkKey, purgeAfterMs, among, crawls } = source
  const step = (to - from) / points
  const starts = Array.from({ length: points }, (_, index) => Math.floor(from + index * step))
  const runs = await source.runs(from, to)
  signal?.throwIfAborted()
  const stalls = await stallsIn(source, from - purgeAfterMs, to)
  signal?.throwIfAborted()
  const clocks = await wrongClocksIn(source, from, to, purgeAfterMs)
  signal?.throwIfAborted()
  const losses = await lossesIn(source, from, to)
  const cuts = [...new Set([...starts, ...runs.flatMap((run) => [run.from, run.to])])]
    .filter((at) => at >= from && at < to)
    .sort((a, b) => a - b)
  const causes = { stalls, clocks, purgeAfterMs }
  const { counts, left } = await inTurns(
    store.presenceSteps({ networkKey, from, to, among, marks: crawls }, () =>
      withLeft(presences(cuts, causes), leftFold({ from, to }, causes)),
    ),
    signal,
  )
  const atFirst = await inTurns(store.presentAt(networkKey, from, among), signal)
  const ends = starts.map((_, index) => Math.min(starts[index + 1] ?? to, source.now + 1))
  const ended = {
    ...(await hereBySeq(source, { from, ends }, signal)),
    ...(await inTurns(source.ended({ from, to, ends }), signal)),
  }
  // Their number is told once it has lasted.
  const islands = await eventsIn(source, ['Islands'], from, to + LASTING_MS + BRIEF_EVERY_MS)
  // The one after a span may stand for the end of it.
  const delays = await inTurns(
    store.delaySteps({ networkKey, from: from - APART_MS, to: to + APART_MS }, () => largestDelays(from, step, points)),
    signal,
  )
  const columns = { ...emptyColumns(points), loopDelayMs: delays }
  fillCounts(columns, { cuts, counts, runs, atFirst, starts, to })
  for (const [index, here] of (ended.here ?? []).entries()) columns.here[index] = here
  // Whether we were in the network at the end of a span. The last one may end later than what is known.
  const tells = endTeller(runs)
  const told = ends.map((end, index) => tells(starts[index] ?? from, end) || index === points - 1)
  // Who is here at the end of a span, and how fast, is not known where we have lost the network by then, or stand still.
  const standing = stoodStill(stalls)
  const known = runs.reduce((last, run) => Math.max(last, run.to), from)
  const lostAtEnd = starts.map((_, index) => {
    const end = Math.min(starts[index + 1] ?? to, known) - 1
    return isWithin(losses, end) || isWithin(standing, end)
  })
  const all =
    among === null ? columns.here : (ended.all ?? (await hereOfAll(source, { cuts, runs, starts, to }, signal)))
  const nobody = starts.map((_, index) => all[index] === 0 && !lostAtEnd[index])
  fillIslands(columns.islands, islands, { runs, starts, to, told, nobody }, source.shown)
  spreadStalls(columns.stallMs, stalls, { from, step })
  for (const [index, times] of ended.bins.entries()) {
    if (index % RANKED_AT_ONCE === RANKED_AT_ONCE - 1) await turn()
    signal?.throwIfAborted()
    const figures = rttFigures(times)
    columns.p50[index] = figures?.p50 ?? null
    columns.p95[index] = figures?.p95 ?? null
  }
  for (const [index, start] of starts.entries()) {
    const lost = lostAtEnd[index] ?? false
    if (lost && (isWithin(losses, start) || isWithin(standing, start))) columns.islands[index] = null
    if (told[index] && !lost) continue
    for (const name of AS_OF_END) columns[name][index] = null
  }
  // While we were not in the network, nothing is known of it: not even that nothing happened.
  const runIn = runFinder(runs)
  for (const [index, start] of starts.entries()) {
    if (runIn(start, starts[index + 1] ?? to) !== null) continue
    for (const name of COLUMNS) columns[name][index] = null
  }
  const whole = stallFigures(stalls, from, to)
  const lastLoss = lossBefore(store, networkKey, to)
  const lost = lossFigures(losses, from, to)
  return {
    from,
    to,
    stepMs: step,
    at: starts,
    ...columns,
    rttPeers: ended.peers,
    lastLoss,
    losses: lost,
    stalls: whole,
    left: crawls === null ? null : left,
  }
}

const COLUMNS = [
  'here',
  'joined',
  'goodbye',
  'silent',
  'ownStall',
  'ownClock',
  'ownLoss',
  'removed',
  'p50',
  'p95',
  'islands',
  'stallMs',
  'loopDelayMs',
] as const

/** Those of the end of a span, of others. */
const AS_OF_END = ['here', 'p50', 'p95'] as const satisfies readonly (typeof COLUMNS)[number][]

type Columns = Record<(typeof COLUMNS)[number], (number | null)[]>

function emptyColumns(points: number): Columns {
  const filled = (value: number | null): (number | null)[] => Array.from({ length: points }, () => value)
  return {
    here: filled(null),
    joined: filled(0),
    goodbye: filled(0),
    silent: filled(0),
    ownStall: filled(0),
    ownClock: filled(0),
    ownLoss: filled(0),
    removed: filled(0),
    p50: filled(null),
    p95: filled(null),
    islands: filled(null),
    stallMs: filled(0),
    loopDelayMs: filled(null),
  }
}

/**
 * How many were here at the end of each step where our clock showed a time twice: who came and went in a step tells it only where
 * steps follow each other as what happened did.
 */
async function hereBySeq(
  { store, networkKey, among }: SeriesSource,
  { from, ends }: { readonly from: number; readonly ends: readonly number[] },
  signal?: AbortSignal,
): Promise<Pick<EndsOfSteps, 'here' | 'all'>> {
  const { countSteps } = store
  if (countSteps === undefined || !store.clockOf(networkKey).repeatsSince(from)) return {}
  const moments = ends.map((end) => end - 1)
  const here = await inTurns(countSteps(networkKey, moments, among), signal)
  return among === null ? { here } : { here, all: await inTurns(countSteps(networkKey, moments), signal) }
}

/** How many of all peers were here at the end of each step, where the columns count only some. In turns. */
async function hereOfAll(
  { store, networkKey, purgeAfterMs }: SeriesSource,
  { cuts, runs, starts, to }: Pick<CountsOfCuts, 'cuts' | 'runs' | 'starts' | 'to'>,
  signal?: AbortSignal,
): Promise<readonly (number | null)[]> {
  const from = starts[0] ?? to
  const fold = (): PresenceFold<Counts[]> => presences(cuts, { stalls: [], clocks: [], purgeAfterMs })
  const counts = await inTurns(store.presenceSteps({ networkKey, from, to }, fold), signal)
  const atFirst = await inTurns(store.presentAt(networkKey, from), signal)
  const columns = emptyColumns(starts.length)
  fillCounts(columns, { cuts, counts, runs, atFirst, starts, to })
  return columns.here
}

/** When we were in the network, as far as it touches the span. */
async function runsIn(source: StoredSeries, from: number, to: number): Promise<readonly Run[]> {
  const { store, networkKey } = source
  const { events, before } = await eventsIn(source, TURNS, from, to)
  const runs: Run[] = []
  let killed = 0
  let begun = before?.event.kind === 'NetworkJoined' ? before : null
  const end = (joined: LoggedEvent, at: number): void =>
    void runs.push({ from: joined.at, to: Math.max(joined.at, at) })
  for (const logged of events) {
    if (logged.event.kind === 'NetworkJoined') {
      if (begun !== null) {
        // A run that was killed has no end in the log.
        killed += 1
        if (killed % KILLED_AT_ONCE === 0) await turn()
        end(begun, (killedAt(store, networkKey, logged) ?? logged.at) + 1)
      }
      begun = logged
    } else if (begun !== null) {
      end(begun, logged.at)
      begun = null
    }
  }
  if (begun !== null) end(begun, lastRunEnd(source, to))
  // Where the clock was set back, a later run began earlier.
  return runs.sort((a, b) => a.from - b.from)
}

/** Until when the last run that began by the end of a span goes on, as far as is known. It may have been killed, and another began since. */
function lastRunEnd({ store, networkKey, joined, now }: StoredSeries, to: number): number {
  const after = store.lastSeqAt(networkKey, to)
  const next = store.eventsAfter({ networkKey, after, limit: 2 }).events
  const again = beginsRun(next) ? next.find(({ event }) => event.kind === 'NetworkJoined') : undefined
  const until = again === undefined ? null : killedAt(store, networkKey, again)
  if (until !== null) return Math.min(to, until + 1)
  return Math.min(to, joined ? now : (store.lastWrittenAt(networkKey) ?? now) + 1)
}

/** Counts presences from each cut to the next. */
function presences(cuts: readonly number[], causes: Causes): PresenceFold<Counts[]> {
  const counts = cuts.map((): Counts => ({
    joined: 0,
    ended: 0,
    goodbye: 0,
    silent: 0,
    ownStall: 0,
    ownClock: 0,
    ownLoss: 0,
    removed: 0,
  }))
  const at = cutter(cuts)
  return {
    began: (moment) => {
      const one = counts[at(moment)]
      if (one !== undefined) one.joined += 1
    },
    ended: (moment, reason) => {
      const one = counts[at(moment)]
      if (one === undefined) return
      const how = leftAs(reason, moment, causes)
      // We stopped looking: the peer may still be there.
      if (how === null) return
      one.ended += 1
      one[how === 'displaced' ? 'removed' : how] += 1
    },
    result: () => counts,
  }
}

/** The place of the last cut that is not after a moment. Moments come mostly in order. */
function cutter(cuts: readonly number[]): (at: number) => number {
  let place = 0
  return (at) => {
    if (at < (cuts[place] ?? 0)) place = 0
    while (place + 1 < cuts.length && (cuts[place + 1] ?? Infinity) <= at) place += 1
    return place
  }
}

interface CountsOfCuts {
  readonly cuts: readonly number[]
  readonly counts: readonly Counts[]
  readonly runs: readonly Run[]
  /** Peers that were here when the span began. */
  readonly atFirst: number
  readonly starts: readonly number[]
  readonly to: number
}

function fillCounts(columns: Columns, { cuts, counts, runs, atFirst, starts, to }: CountsOfCuts): void {
  const pointOf = cutter(starts)
  const begins = new Set(runs.map((run) => run.from))
  const runIn = runFinder(runs)
  let here = atFirst
  for (const [index, cut] of cuts.entries()) {
    const one = counts[index]
    const point = pointOf(cut)
    if (one === undefined) continue
    // Each run begins with what it hears itself.
    if (begins.has(cut)) here = 0
    here = Math.max(0, here + one.joined - one.ended)
    for (const name of ['joined', 'goodbye', 'silent', 'ownStall', 'ownClock', 'ownLoss', 'removed'] as const)
      columns[name][point] = (columns[name][point] ?? 0) + one[name]
    const end = cuts[index + 1] ?? to
    if (runIn(cut, end) !== null) columns.here[point] = here
  }
}
