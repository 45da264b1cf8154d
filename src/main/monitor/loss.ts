/** When we lost the network, and when we were back: a session tells it, the log has it. Times are milliseconds since the epoch. */
import type { Loss, NetworkStatus } from '../../shared/contract.ts'
import type { DiscoveryEvent, EventKind, LoggedEvent } from '../../shared/events.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { StoreReader } from '../store/types.ts'
import type { LogSource } from './insight/logged.ts'
import { eventsIn } from './insight/logged.ts'
import type { Run } from './insight/runs.ts'

/** Tells it once each time, from joining to leaving. */
export class LossWatch {
  readonly #tell: (event: DiscoveryEvent) => void
  #lost = false

  constructor(tell: (event: DiscoveryEvent) => void) {
    this.#tell = tell
  }

  /** Whether we lost it and are not back yet. */
  get lost(): boolean {
    return this.#lost
  }

  /** Looks at how we are by now. */
  look(status: NetworkStatus): void {
    // A node that stops while it is lost is not back.
    const lost = status.state === 'lost' || (this.#lost && status.state !== 'online')
    if (lost === this.#lost) return
    this.#lost = lost
    this.#tell(status.state === 'lost' ? { kind: 'NetworkLost', heardAt: status.lastHeardAt } : { kind: 'NetworkBack' })
  }
}

/** Events that begin or end a loss: of one that began before we left, nothing is lost later. */
export const LOSS_KINDS = [
  'NetworkLost',
  'NetworkBack',
  'NetworkJoined',
  'NetworkLeft',
  'NetworkFailed',
] as const satisfies readonly EventKind[]

/** The loss that the last event of these kinds tells of; null where we were not lost after it. */
export function lossOf(last: LoggedEvent | undefined): Loss | null {
  return last?.event.kind === 'NetworkLost' ? { at: last.at, heardAt: last.event.heardAt } : null
}

/** The loss that lasted at the moment; null where there was none. */
export function lossAt(
  store: Pick<StoreReader, 'eventsPage' | 'lastSeqAt'>,
  networkKey: NetworkKey,
  at: number,
): Loss | null {
  const before = store.lastSeqAt(networkKey, at) + 1
  return lossOf(store.eventsPage({ networkKey, kinds: LOSS_KINDS, before, limit: 1 }).events[0])
}

/** Losses that touch a span, in the order of time; one that goes on has no end. In turns. */
export async function lossesIn(source: LogSource, from: number, to: number): Promise<readonly Run[]> {
  const { events, before } = await eventsIn(source, LOSS_KINDS, from, to)
  const losses: Run[] = []
  let since = lossOf(before ?? undefined)?.at ?? null
  for (const logged of events) {
    if (since !== null) losses.push({ from: since, to: logged.at })
    since = lossOf(logged)?.at ?? null
  }
  if (since !== null) losses.push({ from: since, to: Infinity })
  return losses
}

/** Whether a moment lies in one of them, which are in the order of time: asked for each peer, of losses without end. */
export function isWithin(losses: readonly Run[], at: number): boolean {
  let low = 0
  let high = losses.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((losses[middle]?.from ?? Infinity) <= at) low = middle + 1
    else high = middle
  }
  const last = losses[low - 1]
  return last !== undefined && at < last.to
}
