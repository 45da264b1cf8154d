/**
 * The end of a run as the event log has it. The journal is written some seconds after what it tells, the log at once: of a run
 * that was killed the log has those seconds, and when it was over.
 */
import { beginsRun } from '../../../shared/events.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../shared/events.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { StoreReader } from '../../store/types.ts'
import { lastMoment } from '../history-end.ts'
import { turn } from '../turns.ts'

/** Events that are read before others get a turn. */
const PAGE = 500

/** What a tail is read from. */
export type TailStore = Pick<StoreReader, 'eventsAfter' | 'eventsPage' | 'lastSeqAt' | 'clockOf'>

/** An event of the run; null for its end: from then on nobody was shown. Milliseconds since the epoch. */
export interface TailStep {
  readonly at: number
  readonly event: DiscoveryEvent | null
}

/**
 * The events of a run from its last written change up to the moment, then its end where that is not later. In turns.
 * @param until when that change was, milliseconds since the epoch, as `to`
 * @throws what the signal was fired with, between two turns
 */
export async function* tailOf(
  store: TailStore,
  networkKey: NetworkKey,
  { until, to }: { readonly until: number; readonly to: number },
  signal?: AbortSignal,
): AsyncGenerator<TailStep> {
  // By their numbers: where the clock was set back, older events have later times. Those of the same millisecond may be missing.
  let after = store.lastSeqAt(networkKey, until - 1)
  const clock = store.clockOf(networkKey)
  for (let more = true; more;) {
    const page = store.eventsAfter({ networkKey, after, to, limit: PAGE })
    for (const [index, logged] of page.events.entries()) {
      const { at, event, seq } = logged
      // The end has later times where the clock was set back since: what it shows then is told by what follows.
      if (!clock.shows(seq, at)) continue
      if (at > until && LEAVES.has(event.kind)) return yield { at, event: null }
      const next = page.events[index + 1] ?? eventsNext(store, networkKey, seq, 1)[0]
      if (at > until && beginsRun([logged, next]))
        // The moment before is the last one even where the clock was set back.
        return yield { at: Math.min(at, lastMoment(eventBefore(store, networkKey, seq), until) + 1), event: null }
      yield logged
    }
    after = page.events.at(-1)?.seq ?? after
    more = page.more
    await turn()
    signal?.throwIfAborted()
  }
  // A run that was killed logs no end: it was over after its last moment, once another one began.
  const last = lastMoment(eventBefore(store, networkKey, after + 1), until)
  if (to > last && beginsRun(eventsNext(store, networkKey, after, 2))) yield { at: last + 1, event: null }
}

const LEAVES: ReadonlySet<string> = new Set<DiscoveryEvent['kind']>(['NetworkLeft', 'NetworkFailed'])

function eventsNext(store: TailStore, networkKey: NetworkKey, after: number, limit: number): readonly LoggedEvent[] {
  return store.eventsAfter({ networkKey, after, limit }).events
}

function eventBefore(store: TailStore, networkKey: NetworkKey, before: number): LoggedEvent | undefined {
  return store.eventsPage({ networkKey, before, limit: 1 }).events[0]
}
