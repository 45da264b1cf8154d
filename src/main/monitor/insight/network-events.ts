/** What happened near the trouble of a network, from the log. */
import { dialedPeer } from '../../../shared/dialed-peer.ts'
import { eventAsOf, eventWhere } from '../../../shared/events.ts'
import type { DiscoveryEvent, EventKind, LoggedEvent } from '../../../shared/events.ts'
import type { HealthNow } from '../../../shared/health.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { StoreReader } from '../../store/types.ts'
import { clockDrift, startedByOurs } from '../detail.ts'
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
/** Those that tell what became of others long after: dials, and in which of them we stood still ourselves. */
const LATE_KINDS: ReadonlySet<EventKind> = new Set(['DialFailed', 'Stalled'])

/** The log and the versions of entries, the peers, how the network is, and after which silence peers are purged, milliseconds. */
export interface NetworkLog extends LogSource {
  readonly store: LogSource['store'] & Pick<StoreReader, 'versionsOf'>
  readonly rows: () => Iterable<PeerRow>
  readonly state: HealthNow['state']
  readonly purgeAfterMs: number
}

/** Those near enough to explain a trouble that began then, newest first. */
export function eventsAround(
  { store, networkKey, rows, state, purgeAfterMs }: NetworkLog,
  { since, untoldMs, lostBefore }: Pick<NetworkFacts, 'since' | 'untoldMs' | 'lostBefore'>,
): readonly LoggedEvent[] {
  // What comes once we are back says nothing of how we lost it: the answer stays as it was then.
  const over = lostBefore?.to ?? Infinity
  const soon = Math.min(over, since + TOGETHER_MS)
  const late = Math.min(over, lastAround(since, purgeAfterMs))
  const back = state === 'alone' ? ALONE_BACK_MS : state === 'deserted' ? DESERTED_BACK_MS : NEAR_MS
  const from = since - back - untoldMs
  const [beforeSoon, beforeLate] = [soon, late].map((until) => store.lastSeqAt(networkKey, until) + 1)
  // Each kind by itself: hundreds that left must not hide the one stall that explains them.
  const around = NETWORK_KINDS.flatMap((kind) => {
    const [until, before] = LATE_KINDS.has(kind) ? [late, beforeLate] : [soon, beforeSoon]
    const { events } = store.eventsPage({ networkKey, kinds: [kind], before, limit: EVENTS })
    // What happened later did not cause it.
    return events
      .map((logged) => eventAsOf(logged, until))
      .filter(({ at, lastAt = at }) => lastAt >= from && at <= until)
  })
  return newestFirst(toTheirAddresses(around, { store, networkKey, rows }))
}

/**
 * Without dials that failed at an address which the peer no longer has, such as that of before its restart: nobody need listen there. One
 * from before that restart was to the address of then.
 */
export function toTheirAddresses(
  events: readonly LoggedEvent[],
  { store, networkKey, rows }: Pick<NetworkLog, 'store' | 'networkKey' | 'rows'>,
): readonly LoggedEvent[] {
  const dialed = new Set(events.flatMap((logged) => peerAtSome(logged) ?? []))
  if (dialed.size === 0) return events
  const peers = new Map<PeerId, PeerRow>()
  for (const row of rows()) if (dialed.has(row.peerId)) peers.set(row.peerId, row)
  // Our log goes by our clock, and an entry by that of its peer.
  const startOf = ({ peerId, version }: PeerRow): number =>
    startedByOurs(version, clockDrift(store.versionsOf(networkKey, peerId)))
  return events.flatMap((logged) => {
    const peerId = peerAtSome(logged)
    const row = peerId === null ? undefined : peers.get(peerId)
    if (row === undefined) return logged
    const isToIt = (event: DiscoveryEvent, at: number): boolean =>
      event.kind !== 'DialFailed' || isAtOne(event.target, row.addresses) || at < startOf(row)
    return eventWhere(logged, isToIt) ?? []
  })
}

/** The peer of a dial that failed, where it may name an address: all dials of a row go to the same peer, and not all to the same address. */
function peerAtSome({ event, times = 1 }: LoggedEvent): PeerId | null {
  if (event.kind !== 'DialFailed') return null
  return times > 1 ? dialedPeer(event.target) : peerAt(event.target)
}

/** The peer that an address names. An id alone, which was dialed wherever its peer is, says nothing of addresses. */
function peerAt(target: string): PeerId | null {
  return target.startsWith('/') ? dialedPeer(target) : null
}

/** Whether a dial went to one of these addresses. What is none, and where none is known, counts as one. */
export function isAtOne(target: string, addresses: readonly string[]): boolean {
  if (addresses.length === 0 || peerAt(target) === null) return true
  const bare = (address: string): string => address.replace(/\/p2p\/[^/]+$/, '')
  return addresses.some((address) => bare(address) === bare(target))
}

/** What is logged later does not belong to a trouble that began then: nobody is dialed at once, so what dials tell comes last. */
export function lastAround(since: number, purgeAfterMs: number): number {
  return since + TOGETHER_MS + 2 * purgeAfterMs
}

/** Each once. */
export function newestFirst(events: readonly LoggedEvent[]): readonly LoggedEvent[] {
  return [...new Map(events.map((logged) => [logged.seq, logged])).values()].sort((a, b) => b.seq - a.seq)
}
