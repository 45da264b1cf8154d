/** Gathers what is known, of a peer or of the network, for `why`. In turns. */
import { isRefused } from '../../../shared/dialed-peer.ts'
import type { NetworkStatus } from '../../../shared/contract.ts'
import type { HealthNow } from '../../../shared/health.ts'
import type { ClockStretches } from '../../../shared/clock-stretches.ts'
import { countedBy } from '../../../shared/clock-turns.ts'
import { eventSince } from '../../../shared/events.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import { goesOnSince } from '../../../shared/growing.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import type { LinksInput } from '../../../shared/links.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { PeerSession } from '../../store/types.ts'
import type { NamingQuery } from '../../store/search-options.ts'
import { onlyLocal } from '../../../shared/reachability.ts'
import { rttFigures } from '../../../shared/rtt.ts'
import { clockDrift, startedByOurs } from '../detail.ts'
import { lossesIn } from '../loss.ts'
import { turn } from '../turns.ts'
import { dialsTo } from './dials-to.ts'
import type { LogSource } from './logged.ts'
import { stallOf, stallsIn } from './logged.ts'
import { TOGETHER_MS } from './network-facts.ts'
import { newestFirst } from './network-events.ts'
import { addressesGoneAt, joinedLast } from './network-trouble.ts'
import { NOBODY } from './fate-words.ts'
import { apartOf, apartWith } from './why-apart.ts'
import type { WhyStore } from './store-then.ts'
import { linksOf } from './why-links.ts'
import { areLocal } from './why-local.ts'
import { NOTICED_MS } from './why-silence.ts'
import { isSlower, MANY_SAMPLES } from './why-slow.ts'
import { brokeOffAt, isSilent, togetherWith } from './why-together.ts'
import type { PeerFacts } from './why-parts.ts'
import type { Run } from './runs.ts'
import type { Stall } from './stalls.ts'
import { ownClockAt } from './own-clock.ts'
import { wrongClockAt, wrongClocksIn } from './wrong-clock.ts'
import { isPrivate } from './why-parts.ts'

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

/** What is known of a peer, and of us. @param also of it that its row does not tell */
export async function peerFacts(
  source: WhySource,
  row: PeerRow,
  also: Partial<Pick<PeerFacts, 'back' | 'stranger'>> = {},
): Promise<PeerFacts> {
  const { store, networkKey, status, now, purgeAfterMs } = source
  const { peerId } = row
  const [session] = row.state === 'online' ? [] : store.sessionsPage({ networkKey, peerId, limit: 1 }).sessions
  const clock = store.clockOf(networkKey)
  const told = PEER_KINDS.flatMap(
    // Each kind by itself: what happens all the time must not hide what happened once.
    (kind) => store.eventsPage({ networkKey, peerId, kinds: [kind], limit: EVENTS }).events,
  )
  const gone = session === undefined ? null : goneOf(session, told, clock)
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
  const events = [
    ...told.map((logged) => countedBy(clock, logged)).filter(({ at, lastAt = at }) => lastAt >= began),
    ...jumpsBefore(source, until),
  ]
  const { linked, dropped } = await linksOf(peerId, source)
  // Neighbors change all the time: that one broke off says something of a peer that counts as here where no link of it is left.
  const lonely =
    row.state === 'online' && source.state !== 'lost' && linked === false && !row.connected && !row.neighbor
  const silent = gone !== null && isSilent(row.state)
  // So it does of one that was refused since: that says that it ended.
  const ended = row.rtt !== null && source.state !== 'lost' && row.state === 'online' && dials.some(wasRefused)
  const broken = lonely || silent || (ended && !row.connected && !row.neighbor)
  const down = broken ? await brokeOffAt(source, peerId, heardAt, until) : null
  const split = await apartOf(source, row, until, heardAt)
  const together = (silent || down !== null) && lostThen === null
  return {
    now,
    row,
    stranger: also.stranger ?? false,
    gone,
    back: also.back ?? null,
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
    together: silent ? await togetherWith(source, row, gone.at) : { silent: NOBODY, here: 0 },
    lostThen,
    addressesGone: lostThen === null ? null : addressesGoneAt(source, lostThen.from),
    events: newestFirst(events),
    dials,
    dialsSought: failed !== null,
    refusedBefore: firstRefused(failed ?? [], Math.max(runAt, startedAt), since),
    apart: split ?? (together ? await apartWith(source, row, { down, heardAt, goneAt: gone?.at ?? null }) : null),
    losses: await lossesOf(source, dials),
    reachesPrivate: reachesPrivate(source.rows()),
    ownLocal: status !== null && 'addresses' in status && onlyLocal(status.addresses),
    stalls: await stallsAround(source, until),
    clockAheadMs,
    ownClock: ownClockAt(source, until),
    wrongClock: gone === null ? null : await wrongClockBehind(source, gone.at),
    lost: source.state === 'lost',
    local: run.demo || onlyLocal(row.addresses),
    allLocal: run.demo || areLocal([row, ...present], () => true),
    demo: run.demo,
    purgeAfterMs,
    maxDriftMs: source.maxDriftMs,
  }
}

/** When a presence ended, as that counts where our clock was set; null where it goes on. */
function goneOf(
  { to, reason }: Pick<PeerSession, 'to' | 'reason'>,
  told: readonly LoggedEvent[],
  clock: ClockStretches,
): PeerFacts['gone'] {
  if (to === null) return null
  const departed = told.find(({ event, at }) => event.kind === 'PeerDeparted' && at === to)
  return { at: departed === undefined ? to : countedBy(clock, departed).at, reason: reason ?? 'unknown' }
}

/** That our clock was wrong when a peer was purged; null where it was not. */
async function wrongClockBehind(source: WhySource, at: number): Promise<PeerFacts['wrongClock']> {
  const found = wrongClockAt(at, await wrongClocksIn(source, at, at, source.purgeAfterMs))
  return found === null ? null : { ...found, over: found.to <= source.now }
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

/** Losses of the network in which dials may have failed, and since. */
async function lossesOf(source: WhySource, dials: readonly LoggedEvent[]): Promise<readonly Run[]> {
  return dials.length === 0 ? [] : await lossesIn(source, Math.min(...dials.map(({ at }) => at)), source.now)
}

/** Whether it is a dial that was refused. */
function wasRefused({ event }: LoggedEvent): boolean {
  return event.kind === 'DialFailed' && isRefused(event.reason)
}

/** When a dial was refused first, from one moment to another; null where none was. */
function firstRefused(dials: readonly LoggedEvent[], from: number, to: number): number | null {
  const all = dials.filter(wasRefused).flatMap((logged) => [goesOnSince(logged), logged.at])
  const found = all.filter((at) => at >= from && at < to)
  return found.length === 0 ? null : Math.min(...found)
}
