/** What happened near the trouble of a network, from the log. */
import { eventAsOf } from '../../../shared/events.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import type { HealthNow } from '../../../shared/health.ts'
import type { LogSource } from './logged.ts'
import type { NetworkFacts } from './network-facts.ts'
import { NEAR_MS, TOGETHER_MS } from './network-facts.ts'
import { ALONE_BACK_MS, DESERTED_BACK_MS } from './why-network.ts'

/** Events that explain it, and how many of each kind are looked at. */
const NETWORK_KINDS: readonly EventKind[] = [
  'Stalled',
  'ClockJumped',
  'IdentityClash',
  'NeighborUp',
  'NeighborDown',
  'PeerDeparted',
  'DialFailed',
  'NetworkFailed',
]
const EVENTS = 200

/** The log, how the network is, and after which silence peers are purged, milliseconds. */
export interface NetworkLog extends LogSource {
  readonly state: HealthNow['state']
  readonly purgeAfterMs: number
}

/** Those near enough to explain a trouble that began then, newest first. */
export function eventsAround(
  { store, networkKey, state, purgeAfterMs }: NetworkLog,
  { since, untoldMs }: Pick<NetworkFacts, 'since' | 'untoldMs'>,
): readonly LoggedEvent[] {
  const soon = since + TOGETHER_MS
  const late = lastAround(since, purgeAfterMs)
  const back = state === 'alone' ? ALONE_BACK_MS : state === 'deserted' ? DESERTED_BACK_MS : NEAR_MS
  const from = since - back - untoldMs
  const [beforeSoon, beforeLate] = [soon, late].map((until) => store.lastSeqAt(networkKey, until) + 1)
  // Each kind by itself: hundreds that left must not hide the one stall that explains them.
  const around = NETWORK_KINDS.flatMap((kind) => {
    const [until, before] = kind === 'DialFailed' ? [late, beforeLate] : [soon, beforeSoon]
    const { events } = store.eventsPage({ networkKey, kinds: [kind], before, limit: EVENTS })
    // What happened later did not cause it.
    return events
      .map((logged) => eventAsOf(logged, until))
      .filter(({ at, lastAt = at }) => lastAt >= from && at <= until)
  })
  return newestFirst(around)
}

/** What is logged later does not belong to a trouble that began then: nobody is dialed at once, so what dials tell comes last. */
export function lastAround(since: number, purgeAfterMs: number): number {
  return since + TOGETHER_MS + 2 * purgeAfterMs
}

/** Each once. */
export function newestFirst(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
  return [...new Map(events.map((logged) => [logged.seq, logged])).values()].sort((a, b) => b.seq - a.seq)
}
