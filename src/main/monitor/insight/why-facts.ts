/** Gathers what is known, of a peer or of the network, for `why`. In turns. */
import type { NetworkStatus } from '../../../shared/contract.ts'
import type { HealthNow } from '../../../shared/health.ts'
import { eventSince } from '../../../shared/events.ts'
import type { DiscoveryEvent, EventKind, LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import type { LinksInput } from '../../../shared/links.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { NamingQuery } from '../../store/search-options.ts'
import { onlyLocal } from '../../../shared/reachability.ts'
import { rttFigures } from '../../../shared/rtt.ts'
import { clockDrift, startedByOurs } from '../detail.ts'
import { lossesIn } from '../loss.ts'
import { turn } from '../turns.ts'
import { dialsTo } from './dials-to.ts'
import type { LogSource } from './logged.ts'
import { LASTING_MS, toldAfter } from './island-watch.ts'
import { eventsIn, stallOf, stallsIn } from './logged.ts'
import { lostBefore } from './lost-before.ts'
import type { NetworkFacts } from './network-facts.ts'
import { isSplit, refusalsSince, TOGETHER_MS } from './network-facts.ts'
import type { NetworkLog } from './network-events.ts'
import { eventsAround, newestFirst } from './network-events.ts'
import type { PartedTold } from './parted.ts'
import { partedAt } from './parted.ts'
import type { WhyStore } from './store-then.ts'
import { linksOf } from './why-links.ts'
import { areLocal, inTrouble } from './why-local.ts'
import { NOTICED_MS } from './why-silence.ts'
import { isSlower, MANY_SAMPLES } from './why-slow.ts'
import { endedRather } from './why-split.ts'
import type { BrokeOff } from './why-together.ts'
import { brokeOffAt, heardAgain, isSilent, togetherWith, wentWith } from './why-together.ts'
import type { PeerFacts } from './why-parts.ts'
import type { Run } from './runs.ts'
import type { Stall } from './stalls.ts'
import { ownClockAt } from './own-clock.ts'
import type { AddressesGone } from './own-link.ts'
import { ADDRESS_KINDS, addressesGone, MISSED_LATE_MS } from './own-link.ts'
import { isPrivate, isRefused } from './why-parts.ts'

/** Where it is read from. */
export interface WhySource extends LogSource {
  readonly store: WhyStore
  /** Whether peers of this network tell their links. */
  readonly told: boolean
  readonly rows: () => Iterable<PeerRow>
  /** All claims of links, of the moment that they were shown or stored. */
  readonly links: () => LinksInput
  /** The address at the other end of our connection to a peer; null where that is not known. */
  readonly connectedAt: (peerId: PeerId) => string | null
  /** Events that name something, as `eventsNaming` of the store; null where that took too long. */
  readonly naming: (query: NamingQuery) => Promise<readonly LoggedEvent[] | null>
  /** Null where it is read from a data folder. */
  readonly status: NetworkStatus | null
  readonly state: HealthNow['state']
  readonly islands: IslandsSummary | null
  /** Who is surely in other islands than ours, also before a split is told. */
  readonly apart: ReadonlySet<PeerId>
  readonly purgeAfterMs: number
  readonly maxDriftMs: number
  /** Milliseconds since the epoch; when it was looked last where that is over. */
  readonly now: number
  /** From when on there are events, milliseconds since the epoch: a file holds a part of the history. */
  readonly logFrom: number
}

/** What is known of a network without a look at each peer. */
export type NetworkSource = Pick<
  WhySource,
  'networkKey' | 'rows' | 'status' | 'state' | 'islands' | 'apart' | 'purgeAfterMs' | 'now' | 'logFrom'
> & { readonly store: NetworkLog['store'] }

type IslandsEvent = Extract<DiscoveryEvent, { kind: 'Islands' }>

/** Events about a peer that explain something, and how many of each kind are looked at. */
const PEER_KINDS: readonly EventKind[] = ['PeerDeparted', 'PeerRestarted', 'EntryRejected']
const EVENTS = 200
/**
 * So many of the newest round-trip times of a peer are compared, of so many peers; and how old the last one may be, milliseconds.
 * By their number: a peer that is hardly ever asked has few in any span.
 */
const COMPARED_SAMPLES = 60
const COMPARED_PEERS = 100
const COMPARED_MS = 3_600_000
/** Peers that are compared before others get a turn. */
const COMPARED_AT_ONCE = 10
/** How far back our own stalls are looked for, before now. */
const STALLS_MS = 600_000

/** What is known of a peer, and of us. @param back how it came back since */
export async function peerFacts(source: WhySource, row: PeerRow, back: PeerFacts['back'] = null): Promise<PeerFacts> {
  const { store, networkKey, status, now, purgeAfterMs } = source
  const { peerId } = row
  const [session] = row.state === 'online' ? [] : store.sessionsPage({ networkKey, peerId, limit: 1 }).sessions
  const gone =
    session === undefined || session.to === null ? null : { at: session.to, reason: session.reason ?? 'unknown' }
  const until = gone?.at ?? now
  const lostThen = gone === null ? null : await lossAround(source, gone.at)
  const present = [...source.rows()].filter((one) => one.state === 'online' && !one.self && one.peerId !== peerId)
  const others = present.flatMap(({ rtt }) => rtt?.srtt ?? [])
  const run = joinedLast(source)
  const runAt = run.at
  const clockAheadMs = row.self ? null : clockDrift(store.versionsOf(networkKey, peerId))
  const startedAt = startedByOurs(row.version, clockAheadMs)
  const heardAt = Math.max(row.rtt?.at ?? -Infinity, row.version.updatedAt - (clockAheadMs ?? 0))
  // Of the run before nothing explains what is now; of one that is gone, no dial that failed before it was heard of last.
  const began = gone === null ? runAt : -Infinity
  const reached = Math.max(startedAt, row.rtt?.at ?? -Infinity)
  const since = Math.max(gone === null ? runAt : gone.at - 2 * purgeAfterMs, reached)
  const failed = await dialsTo(row, source)
  const dials = (failed ?? []).flatMap((logged) => eventSince(logged, since) ?? [])
  // Each kind by itself: what happens all the time must not hide what happened once.
  const events = [
    ...PEER_KINDS.flatMap(
      (kind) => store.eventsPage({ networkKey, peerId, kinds: [kind], limit: EVENTS }).events,
    ).filter(({ at, lastAt = at }) => lastAt >= began),
    ...jumpsBefore(source, until),
  ]
  const { linked, dropped } = await linksOf(peerId, source)
  // Neighbors change all the time: that one broke off says something of a peer that counts as here where no link of it is left.
  const lonely =
    row.state === 'online' && source.state !== 'lost' && linked === false && !row.connected && !row.neighbor
  const silent = gone !== null && isSilent(row.state)
  const down = lonely || silent ? await brokeOffAt(source, peerId, heardAt, until) : null
  const split = await apartOf(source, row, until, heardAt)
  const together = (silent || down !== null) && lostThen === null
  return {
    now,
    row,
    gone,
    back,
    began: runAt,
    logFrom: source.logFrom,
    linked,
    dropped,
    brokeOff: lonely ? down : null,
    connectedAt: source.connectedAt(peerId),
    samples: store.rttSamplesOf(networkKey, peerId, COMPARED_SAMPLES),
    others: {
      measured: others.length,
      median: rttFigures(others)?.p50 ?? null,
      ...(await comparison(source, present)),
    },
    together: silent ? await togetherWith(source, row, gone.at) : { silent: 0, here: 0 },
    lostThen,
    addressesGone: lostThen === null ? null : addressesGoneAt(source, lostThen.from),
    events: newestFirst(events),
    dials,
    dialsSought: failed !== null,
    refusedBefore: firstRefused(failed ?? [], Math.max(runAt, startedAt), since),
    apart: split ?? (together ? await apartWith(source, row, down, heardAt, gone?.at ?? null) : null),
    losses: await lossesOf(source, dials),
    reachesPrivate: reachesPrivate(source.rows()),
    ownLocal: status !== null && 'addresses' in status && onlyLocal(status.addresses),
    stalls: await stallsAround(source, until),
    clockAheadMs,
    ownClock: ownClockAt(source, until),
    lost: source.state === 'lost',
    local: run.demo || onlyLocal(row.addresses),
    allLocal: run.demo || areLocal([row, ...present], () => true),
    demo: run.demo,
    purgeAfterMs,
    maxDriftMs: source.maxDriftMs,
  }
}

/** Our own stalls before a moment, and those that began soon after it, however long they lasted. In the order of time. */
async function stallsAround(source: WhySource, until: number): Promise<readonly Stall[]> {
  const { store, networkKey, purgeAfterMs } = source
  const soon = until + TOGETHER_MS
  const stalls = await stallsIn(source, until - Math.max(STALLS_MS, purgeAfterMs), soon)
  // While we stand still nothing is logged: one that lasts longer is among the first that comes next.
  const next = store.eventsAfter({ networkKey, after: store.lastSeqAt(networkKey, soon), limit: EVENTS })
  return [...stalls, ...next.events.flatMap(stallOf).filter(({ at, ms }) => at - ms <= soon)]
}

/** The loss that lasted at a moment, else the first one that began soon after it. */
async function lossAround(source: WhySource, at: number): Promise<Run | null> {
  return (await lossesIn(source, at, at + NOTICED_MS)).find(({ to }) => at < to) ?? null
}

/** Whether addresses of this machine went away at about a moment. */
function addressesGoneAt({ store, networkKey }: NetworkSource, moment: number): AddressesGone | null {
  const before = store.lastSeqAt(networkKey, moment + MISSED_LATE_MS) + 1
  const { events } = store.eventsPage({ networkKey, kinds: ADDRESS_KINDS, before, limit: EVENTS })
  return addressesGone(events.toReversed(), moment)
}

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
    get local() {
      return local()
    },
    get demo() {
      return run().demo
    },
  }
}

/** When a trouble of the network began, who held its islands together until then, and who was in others than ours. */
export type Begin = Pick<NetworkFacts, 'since' | 'untoldMs' | 'held' | 'apart' | 'told' | 'parted' | 'lostBefore'>

/** Of the trouble that it is in, as far as the log tells. */
function beginOf(source: NetworkSource): Begin {
  const { store, networkKey, state, islands, now, purgeAfterMs } = source
  const unknown = { untoldMs: 0, held: null, apart: new Set<PeerId>(), told: [], parted: null, lostBefore: null }
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
export function partedBegin({ splitAt, held, apart, told, goneAt, gone, back }: PartedTold): Begin {
  return {
    since: splitAt,
    untoldMs: 0,
    held,
    apart,
    told,
    parted: { goneAt, gone: gone + (back ?? 0), back },
    lostBefore: null,
  }
}

function splitBegin(told: LoggedEvent, event: IslandsEvent, purgeAfterMs: number): Begin {
  const { since = told.at - toldAfter(purgeAfterMs), held = null, apart = [] } = event
  return { since, untoldMs: 0, held, apart: new Set(apart), told: [told], parted: null, lostBefore: null }
}

/** Whether nobody else is known yet, and all that we tried to dial is on this machine. */
function triedLocal(rows: Iterable<PeerRow>, events: readonly LoggedEvent[]): boolean {
  for (const { self } of rows) if (!self) return false
  return onlyLocal(events.flatMap(({ event }) => (event.kind === 'DialFailed' ? event.target : [])))
}

function reachesPrivate(rows: Iterable<PeerRow>): boolean {
  for (const row of rows) if (!row.self && (row.connected || row.rtt !== null) && isPrivate(row)) return true
  return false
}

/** Counts who of those that are here is slower than before, evenly among all where they are many. In turns. */
async function comparison(
  { store, networkKey, now }: WhySource,
  here: readonly PeerRow[],
): Promise<Pick<PeerFacts['others'], 'slower' | 'compared' | 'few'>> {
  const stride = Math.max(1, Math.ceil(here.length / COMPARED_PEERS))
  let [slower, compared, few] = [0, 0, 0]
  for (const [index, { peerId }] of here.filter((_, place) => place % stride === 0).entries()) {
    if (index % COMPARED_AT_ONCE === COMPARED_AT_ONCE - 1) await turn()
    const samples = store.rttSamplesOf(networkKey, peerId, COMPARED_SAMPLES)
    const is = isSlower(samples)
    if (is === null || now - (samples.at(-1)?.at ?? 0) > COMPARED_MS) continue
    compared += 1
    if (is) slower += 1
    if (samples.length < MANY_SAMPLES) few += 1
  }
  return { slower, compared, few: few * 2 > compared }
}

/** Jumps of our clock that may explain what happened until a moment, milliseconds since the epoch; not those since. */
function jumpsBefore({ store, networkKey }: WhySource, until: number): readonly LoggedEvent[] {
  const before = store.lastSeqAt(networkKey, until) + 1
  return store.eventsPage({ networkKey, kinds: ['ClockJumped'], before, limit: EVENTS }).events
}

/** When we joined the network last, milliseconds since the epoch, and whether it is that of a demo: as live, so in the past and in files. */
function joinedLast({ store, networkKey }: NetworkSource): { readonly at: number; readonly demo: boolean } {
  const [joined] = store.eventsPage({ networkKey, kinds: ['NetworkJoined'], limit: 1 }).events
  return { at: joined?.at ?? -Infinity, demo: joined?.event.kind === 'NetworkJoined' && joined.event.demo === true }
}

/** Losses of the network in which dials may have failed, and since. */
async function lossesOf(source: WhySource, dials: readonly LoggedEvent[]): Promise<readonly Run[]> {
  return dials.length === 0 ? [] : await lossesIn(source, Math.min(...dials.map(({ at }) => at)), source.now)
}

/** When a dial was refused first, from one moment to another; null where none was. */
function firstRefused(dials: readonly LoggedEvent[], from: number, to: number): number | null {
  const found = dials.filter(
    ({ event, at }) => event.kind === 'DialFailed' && isRefused(event.reason) && at >= from && at < to,
  )
  return found.length === 0 ? null : Math.min(...found.map(({ at }) => at))
}

/** The split in which a peer is on a different island from us, or was when it went; and whether those there only ended. */
async function apartOf(source: WhySource, row: PeerRow, until: number, heardAt: number): Promise<PeerFacts['apart']> {
  const { peerId } = row
  const begin = row.state === 'online' ? apartNow(source, row, heardAt) : await apartThen(source, peerId, until)
  if (begin === null) return null
  // What is said of the network holds of the peer as well.
  const ended = begin.apart.has(peerId) ? endedRather(networkFacts(source, begin)) : null
  const others = [...begin.apart].filter((other) => other !== peerId)
  return { since: begin.since, seq: begin.told[0]?.seq ?? null, others, ended }
}

/** The same of those that went at the moment at which it did, where no split is told: they ended rather than being cut off, or nothing is said. */
async function apartWith(
  source: WhySource,
  row: PeerRow,
  down: BrokeOff | null,
  heardAt: number,
  goneAt: number | null,
): Promise<PeerFacts['apart']> {
  const { since, broke, purged } = await wentWith(source, row, down, heardAt, goneAt)
  if (broke.size + purged.size < 2) return null
  const all = new Set([...broke, ...purged])
  const begin = { since, untoldMs: 0, held: [], apart: all, told: [], parted: null, lostBefore: null }
  const facts = networkFacts(source, begin)
  const refused = refusalsSince(facts, purged, () => since)
  const apart = new Set([...broke, ...[...purged].filter((other) => (refused.get(other) ?? []).length > 0)])
  if (apart.size < 2 || !apart.has(row.peerId)) return null
  const ended = endedRather(networkFacts(source, { ...begin, apart }, facts.events))
  if (ended === null) return null
  const others = [...apart].filter((other) => other !== row.peerId)
  return { since, seq: down?.seq ?? null, others, ended }
}

/** The split that is told of the network, where a peer that counts as here is on the other side, and was not heard of since. */
function apartNow(source: WhySource, { peerId, connected, neighbor }: PeerRow, heardAt: number): Begin | null {
  if (connected || neighbor) return null
  const begin = beginOf(source)
  const apart = isSplit(source) ? source.apart : begin.apart
  return apart.has(peerId) && heardAt <= begin.since ? begin : null
}

/** The last split before a moment, where it lasted then and a peer was on a different island from us. */
async function apartThen(source: WhySource, peerId: PeerId, until: number): Promise<Begin | null> {
  const from = until - 2 * source.purgeAfterMs - LASTING_MS
  const { events } = await eventsIn(source, ['Islands', 'NetworkJoined'], from, until)
  // Those that are gone did not come back. Of an earlier run nothing holds.
  const last = events.findLast(({ event }) => event.kind !== 'Islands' || event.gone === undefined)
  if (last?.event.kind !== 'Islands' || !(last.event.apart ?? []).includes(peerId)) return null
  return splitBegin(last, last.event, source.purgeAfterMs)
}

/** Found when it is asked for first. */
function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | null = null
  return () => (found ??= { value: find() }).value
}
