/** What is known of the network, and of its trouble, for `why`. */
import type { DiscoveryEvent, EventKind, LoggedEvent } from '../../../shared/events.ts'
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { onlyLocal } from '../../../shared/reachability.ts'
import { toldAfter } from './island-watch.ts'
import { lostBefore } from './lost-before.ts'
import type { NetworkLog } from './network-events.ts'
import { eventsAround } from './network-events.ts'
import type { NetworkFacts } from './network-facts.ts'
import { ownClockAt } from './own-clock.ts'
import type { AddressesGone } from './own-link.ts'
import { ADDRESS_KINDS, addressesGone, MISSED_LATE_MS } from './own-link.ts'
import type { PartedTold } from './parted.ts'
import { partedAt } from './parted.ts'
import { refusedPeers } from './refused-peers.ts'
import type { WhySource } from './why-facts.ts'
import { areLocal, inTrouble } from './why-local.ts'
import { heardAgain } from './why-together.ts'

/** Events of a kind that are looked at. */
const EVENTS = 200

/** What is known of a network without a look at each peer. */
export type NetworkSource = Pick<
  WhySource,
  'networkKey' | 'rows' | 'status' | 'state' | 'islands' | 'apart' | 'purgeAfterMs' | 'now' | 'logFrom'
> & { readonly store: NetworkLog['store'] }

type IslandsEvent = Extract<DiscoveryEvent, { kind: 'Islands' }>

/**
 * What is known of the network, and of its trouble. What is found by a look at all peers, or at more of the log, is found once it is
 * asked for: most answers need little of it.
 */
export function networkFacts(
  source: NetworkSource,
  begin: Begin = beginOf(source),
  events: readonly LoggedEvent[] = eventsAround(source, begin),
): NetworkFacts {
  const { status, state, islands, now, purgeAfterMs, logFrom } = source
  const run = once(() => joinedLast(source))
  const again = once(() => heardAgain(source.rows(), events))
  const ownClock = once(() => ownClockAt(source, begin.since))
  const refused = once(() => refusedByClock(source))
  const peers = once(() => refusedPeers(source))
  const addresses = once(() => loggedAddresses(source))
  const local = once(() => {
    const matters = inTrouble({ state, apart: begin.apart }, events)
    return run().demo || areLocal(source.rows(), matters) || triedLocal(source.rows(), events)
  })
  return {
    now,
    logFrom,
    status,
    state,
    islands,
    events,
    clockBefore: null,
    ...begin,
    addressesGone: state === 'lost' || begin.lostBefore !== null ? addressesGoneAt(source, begin.since) : null,
    purgeAfterMs,
    get began() {
      return run().at
    },
    get again() {
      return again()
    },
    get ownClock() {
      return ownClock()
    },
    get refusedByClock() {
      return refused()
    },
    get refusedPeers() {
      return peers()
    },
    get local() {
      return local()
    },
    get demo() {
      return run().demo
    },
    get loggedAddresses() {
      return addresses()
    },
  }
}

/** Our own addresses, as the log told them last: a data folder has no status. */
function loggedAddresses({ store, networkKey }: NetworkSource): readonly string[] | null {
  const [newest] = store.eventsPage({ networkKey, kinds: [...ADDRESS_KINDS], limit: 1 }).events
  return newest !== undefined && 'addresses' in newest.event ? newest.event.addresses : null
}

/** When a trouble of the network began, who held its islands together until then, and who was in others than ours. */
export type Begin = Pick<
  NetworkFacts,
  'since' | 'untoldMs' | 'held' | 'apart' | 'told' | 'parted' | 'lostBefore' | 'together'
> &
  Partial<Pick<NetworkFacts, 'clockBefore'>>

/** Of the trouble that it is in, as far as the log tells. */
export function beginOf(source: NetworkSource): Begin {
  const { store, networkKey, state, islands, now, purgeAfterMs } = source
  const unknown = {
    untoldMs: 0,
    held: null,
    apart: new Set<PeerId>(),
    told: [],
    parted: null,
    lostBefore: null,
    together: null,
  }
  const newestOf = (kind: EventKind): LoggedEvent | undefined =>
    store.eventsPage({ networkKey, kinds: [kind], limit: 1 }).events[0]
  if (state === 'lost' || state === 'deserted') {
    const down = newestOf('NeighborDown')
    return { since: down === undefined ? now : (down.lastAt ?? down.at), ...unknown }
  }
  if (islands === null || islands.count < 2) {
    const parted = partedAt(source, now, source.rows())
    const lost = lostBefore(source, now, source.rows())
    // Of both the last one is told.
    if (lost !== null && (parted === null || lost.from > parted.splitAt))
      return { ...unknown, since: lost.from, lostBefore: lost }
    return parted === null ? { since: now, ...unknown } : partedBegin(parted)
  }
  const told = newestOf('Islands')
  // A split is told once it lasted for some time; one that was not told yet began just now, or up to so long ago.
  if (told?.event.kind !== 'Islands' || told.event.count < 2)
    return { since: now, ...unknown, untoldMs: toldAfter(purgeAfterMs), apart: source.apart }
  return splitBegin(told, told.event, purgeAfterMs)
}

/** Of a split whose other island was taken for gone. */
export function partedBegin({ splitAt, held, apart, told, goneAt, gone, unlinked, back }: PartedTold): Begin {
  return {
    since: splitAt,
    untoldMs: 0,
    held,
    apart,
    told,
    parted: { goneAt, gone: gone + (back ?? 0), unlinked, back },
    lostBefore: null,
    together: null,
  }
}

export function splitBegin(told: LoggedEvent, event: IslandsEvent, purgeAfterMs: number): Begin {
  const { since = told.at - toldAfter(purgeAfterMs), held = null, apart = [] } = event
  return {
    since,
    untoldMs: 0,
    held,
    apart: new Set(apart),
    told: [told],
    parted: null,
    lostBefore: null,
    together: null,
  }
}

/** Whether nobody else is known yet, and all that we tried to dial is on this machine. */
function triedLocal(rows: Iterable<PeerRow>, events: readonly LoggedEvent[]): boolean {
  for (const { self } of rows) if (!self) return false
  return onlyLocal(events.flatMap(({ event }) => (event.kind === 'DialFailed' ? event.target : [])))
}

/** Whether addresses of this machine went away at about a moment. */
export function addressesGoneAt({ store, networkKey }: NetworkSource, moment: number): AddressesGone | null {
  const before = store.lastSeqAt(networkKey, moment + MISSED_LATE_MS) + 1
  const { events } = store.eventsPage({ networkKey, kinds: ADDRESS_KINDS, before, limit: EVENTS })
  return addressesGone(events.toReversed(), moment)
}

/** When we joined the network last, milliseconds since the epoch, and whether it is that of a demo: as live, so in the past and in files. */
export function joinedLast({ store, networkKey }: NetworkSource): { readonly at: number; readonly demo: boolean } {
  const [joined] = store.eventsPage({ networkKey, kinds: ['NetworkJoined'], limit: 1 }).events
  return { at: joined?.at ?? -Infinity, demo: joined?.event.kind === 'NetworkJoined' && joined.event.demo === true }
}

/** Entries that were refused lately since they were too old, or from the future. */
function refusedByClock({ store, networkKey, now }: NetworkSource): readonly LoggedEvent[] {
  const before = store.lastSeqAt(networkKey, now) + 1
  const { events } = store.eventsPage({ networkKey, kinds: ['EntryRejected'], before, limit: EVENTS })
  const from = now - HEALTH_SPAN_MS
  return events.filter(
    ({ event, at, lastAt = at }) =>
      event.kind === 'EntryRejected' &&
      (event.reason === 'Outdated' || event.reason === 'FromTheFuture') &&
      lastAt >= from,
  )
}

/** Found when it is asked for first. */
function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | null = null
  return () => (found ??= { value: find() }).value
}
