/**
 * The end of a run that was killed: the journal is written some seconds after what it tells, the event log is written at once.
 * What the log has of those seconds is told from there.
 */
import type { LoggedEvent } from '../../../shared/events.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { StoreReader } from '../../store/types.ts'
import { turn } from '../turns.ts'

/** Events that are read before others get a turn. */
const PAGE = 500

/** What a tail is read from. */
export type TailStore = Pick<StoreReader, 'eventsAfter' | 'lastSeqAt'>

/**
 * The events of a run from its last written change up to the moment, in turns.
 * @param until when that change was, milliseconds since the epoch, as `to`
 * @throws what the signal was fired with, between two turns
 */
export async function* tailOf(
  store: TailStore,
  networkKey: NetworkKey,
  { until, to }: { readonly until: number; readonly to: number },
  signal?: AbortSignal,
): AsyncGenerator<LoggedEvent> {
  // By their numbers: where the clock was set back, older events have later times. Those of the same millisecond may be missing.
  let after = store.lastSeqAt(networkKey, until - 1)
  for (let more = true; more;) {
    const page = store.eventsAfter({ networkKey, after, to, limit: PAGE })
    for (const logged of page.events) {
      // The run ends where it was left, or where the next one begins.
      if (logged.at > until && ENDS.has(logged.event.kind)) return
      yield logged
    }
    after = page.events.at(-1)?.seq ?? after
    more = page.more
    await turn()
    signal?.throwIfAborted()
  }
}

const ENDS: ReadonlySet<string> = new Set<LoggedEvent['event']['kind']>([
  'NetworkJoined',
  'NetworkLeft',
  'NetworkFailed',
])
