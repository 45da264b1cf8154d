/** How it was over the span of a shared moment: its charts, from what the file holds. */
import type { ClockStretches } from '../../../shared/clock-stretches.ts'
import { DEFAULT_CONFIG } from '../../../shared/config.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { MomentSpan } from '../../../shared/reports.ts'
import type { Among, PresenceSpan } from '../../store/health-types.ts'
import type { PresenceFold } from '../../store/types.ts'
import type { Run } from '../insight/runs.ts'
import type { SeriesSource } from '../insight/series.ts'
import type { EndsOfSteps, StepEnds } from '../insight/step-ends.ts'
import type { PlayedFile } from './played-file.ts'
import { logOf } from './played-log.ts'

/** Events that are looked at in one step. */
const EVENTS_AT_ONCE = 5000

/** What a series is made of. Of delays of the maker's event loop a file knows nothing. */
export function playedSeries(
  file: PlayedFile,
  moment: MomentSpan,
  networkKey: NetworkKey,
  { among, crawls = null }: { readonly among: Among; readonly crawls?: Among },
): SeriesSource {
  const joinedBy = (time: number): LoggedEvent | undefined =>
    file.ofOurselves.findLast(({ at, event }) => event.kind === 'NetworkJoined' && at <= time)
  const joined = joinedBy(moment.from)
  // A run that began in the span has settings of its own.
  const last = joinedBy(moment.to)
  const told = last?.event.kind === 'NetworkJoined' ? last.event.purgeAfterMs : undefined
  return {
    networkKey,
    among,
    crawls,
    now: moment.to,
    purgeAfterMs: told ?? DEFAULT_CONFIG.purgeAfter,
    runs: async () => runsBetween(await file.gaps(), moment, joined?.at ?? moment.from),
    ended: (span) => endsOf(file, span, among),
    store: {
      ...logOf(file.ofOurselves, moment, file.clock),
      presenceSteps: (span, make) => presences(file.events, file.clock, span, make()),
      // Who is here is counted from the pictures.
      // oxlint-disable-next-line require-yield -- there is nothing to look at
      *presentAt() {
        return 0
      },
      // oxlint-disable-next-line require-yield -- there are none
      *delaySteps(_, make) {
        return make().result()
      },
    },
  }
}

/** When something was shown. @param began when the run that was shown at the beginning of the span began */
function runsBetween(gaps: readonly Run[], { from, to }: MomentSpan, began: number): readonly Run[] {
  const runs: Run[] = []
  let since = began
  for (const gap of gaps) {
    if (gap.from > since) runs.push({ from: since, to: gap.from })
    since = gap.to
  }
  return [...runs, { from: since, to: to + 1 }].filter((run) => run.from <= to && run.to > from)
}

/** Each discovery begins a presence, and each departure ends one. */
function* presences<T>(
  events: readonly LoggedEvent[],
  clock: ClockStretches,
  { from, to, among = null, marks = null }: PresenceSpan,
  fold: PresenceFold<T>,
): Generator<void, T> {
  for (const kind of ['PeerDiscovered', 'PeerDeparted'] as const)
    for (const [index, { seq, at: then, event }] of events.entries()) {
      if (index % EVENTS_AT_ONCE === EVENTS_AT_ONCE - 1) yield
      const at = clock.counted(seq, then)
      if (event.kind !== kind || at < from || at > to || among?.(event.peerId) === false) continue
      if (event.kind === 'PeerDeparted') fold.ended(at, event.reason, marks?.(event.peerId) === true)
      else fold.began(at)
    }
  return fold.result()
}

function* endsOf(file: PlayedFile, { ends }: StepEnds, among: Among): Generator<void, EndsOfSteps> {
  const bins: number[][] = []
  const here: number[] = []
  const all: number[] = []
  const measured = new Set<PeerId>()
  const moments = ends.map((end) => end - 1)
  yield* file.visit(moments, (rows) => {
    const times: number[] = []
    let [count, others] = [0, 0]
    for (const { peerId, self, state, rtt } of rows) {
      if (self || state !== 'online') continue
      others += 1
      if (among?.(peerId) === false) continue
      count += 1
      if (rtt === null) continue
      times.push(rtt.srtt)
      measured.add(peerId)
    }
    bins.push(times)
    here.push(count)
    all.push(others)
  })
  return { bins, here, all, peers: { read: measured.size, all: measured.size } }
}
