/** Why we are alone, why the network is lost or split: causes ranked from what is known. Pure. */
import { andList } from '../../../shared/and-list.ts'
import type { NetworkStatus } from '../../../shared/contract.ts'
import type { HealthNow } from '../../../shared/health.ts'
import { onlyRested } from '../../../shared/dialed-peer.ts'
import { evidence } from '../../../shared/health-words.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { islandsWords } from '../../../shared/island-words.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import { nickname } from '../../../shared/nickname.ts'
import { stallWords } from '../../../shared/own-troubles.ts'
import { reachedByOthers } from '../../../shared/reachability.ts'
import type { Confidence, NetworkMatter, NetworkWhy } from '../../../shared/why.ts'
import { failedDials, stallOf } from './logged.ts'
import type { Ranked } from './why-parts.ts'
import { isRefused, ranked, ranOutOfTime, ranOutStalled, seqs, told, twinCause } from './why-parts.ts'
import {
  agoWords,
  brokeOffWords,
  counted,
  gapWords,
  jumpWords,
  networkDialsWords,
  ownClockWords,
  togetherWords,
} from './words.ts'

/** What is known. Times are milliseconds since the epoch. */
export interface NetworkFacts {
  readonly now: number
  /** Null where it is read from a data folder. */
  readonly status: NetworkStatus | null
  /** Its state, as far as a data folder tells. */
  readonly state: HealthNow['state']
  readonly islands: IslandsSummary | null
  /** Only those near enough to the trouble to explain it, newest first. */
  readonly events: readonly LoggedEvent[]
  /** When the trouble began; now where that is not known. */
  readonly since: number
  /** Who alone held the islands together before they split; null where that is not known. */
  readonly held: readonly PeerId[] | null
  /** Who was in other islands than ours when they split. */
  readonly apart: ReadonlySet<PeerId>
  /** Who did not stay silent. */
  readonly again: ReadonlySet<PeerId>
  /** By how much our clock was ahead of most peers' when the trouble began; null where they agreed, or that is not known. */
  readonly ownClock: HealthNow['clock']
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
  /** All peers are on this machine: no connection lies between them and us. */
  readonly local: boolean
}

/** How long before now is looked for why we are alone, milliseconds. */
export const ALONE_BACK_MS = 120_000
/** What happened longer before a loss or a split is not its cause, milliseconds. */
export const NEAR_MS = 60_000
/** What comes a little later by the clock may come of the same, milliseconds. */
const SLACK_MS = 1000
/** From so many milliseconds on a cause is only possible. */
const LIKELY_MS = 15_000
/** A stall that is shorter has no late consequences: it explains only what comes so soon that it would be likely, milliseconds. */
const BRIEF_MS = 3000
/** So much of its rank a cause loses that is as far from the trouble as one may be. */
const FAR_RANK = 30

/** Peers that go so long before or after a split went together, milliseconds. */
export const TOGETHER_MS = 30_000
/** So many that left just before a split may have been the link together. */
const MANY_BETWEEN = 4
/** Before that nobody is missed, milliseconds after joining. */
const SOON_MS = 30_000

/** Why it is as it is. */
export function whyNetwork(facts: NetworkFacts): NetworkWhy {
  const matter = matterOf(facts)
  const causes = causesOf(matter, facts)
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ cause }) => cause)
  return { matter, sentence: told(statement(matter, facts), causes), causes, at: facts.now, notKept: null }
}

function matterOf({ state, islands }: NetworkFacts): NetworkMatter {
  if (state === 'failed' || state === 'alone' || state === 'lost') return state
  if (state !== 'online' && state !== 'stored') return 'not joined'
  return islands !== null && islands.count > 1 ? 'split' : 'fine'
}

function statement(matter: NetworkMatter, { islands }: NetworkFacts): string {
  switch (matter) {
    case 'fine':
      return 'nothing is known to be wrong with the network'
    case 'alone':
      return 'we have met nobody yet'
    case 'lost':
      return 'we lost the network (no neighbor is left)'
    case 'split':
      return `the network is split into ${islandsWords(islands?.count ?? 0, islands?.sizes ?? [])}`
    case 'failed':
      return 'the network failed'
    case 'not joined':
      return 'the network is not joined'
  }
}

function causesOf(matter: NetworkMatter, facts: NetworkFacts): readonly Ranked[] {
  switch (matter) {
    case 'fine':
    case 'not joined':
      return []
    case 'failed': {
      const { status } = facts
      const reason = status?.state === 'failed' ? status.reason : 'the reason is not known'
      return [ranked(100, 'unknown', 'certain', reason, seqsOf(facts, 'NetworkFailed'), null)]
    }
    case 'alone':
      return [
        ...stalledAlone(facts),
        ...dials(facts),
        ...ownClock(facts),
        ...twinCause(facts.events),
        ...addresses(facts),
        ...nobody(facts),
      ]
    case 'lost':
      return [
        ...stalls(facts, 90, 'likely'),
        ...jumps(facts),
        ...left(facts),
        ...ownClock(facts),
        // Dials are no cause: those that failed since failed because of the loss, and no neighbor went because of one before it.
        ...twinCause(near(facts.events, gapTo(facts.since)).map(({ logged }) => logged)),
      ]
    case 'split': {
      const found = [...wentBetween(facts), ...silentTogether(facts), ...stalls(facts, 80, 'possible')]
      return found.length > 0 ? found : cut()
    }
  }
}

/** An event with how long before the trouble it happened, milliseconds. */
interface Near {
  readonly logged: LoggedEvent
  readonly gap: number
}

/** Events that are near enough to the trouble to be its cause, the nearest first. */
function near(events: readonly LoggedEvent[], gapOf: (logged: LoggedEvent) => number): readonly Near[] {
  return events
    .map((logged) => ({ logged, gap: gapOf(logged) }))
    .filter(({ gap }) => gap <= NEAR_MS && gap >= -SLACK_MS)
    .map(({ logged, gap }) => ({ logged, gap: Math.max(0, gap) }))
    .sort((a, b) => a.gap - b.gap)
}

/** From the end of what happened to the trouble; of several in one row from the one before it. */
function gapTo(since: number): (logged: LoggedEvent) => number {
  return ({ at, lastAt = at }) => since - (lastAt <= since + SLACK_MS ? lastAt : at)
}

/** The farther from the trouble, the less it explains. */
function rankAt(rank: number, gap: number): number {
  return rank - (FAR_RANK * gap) / NEAR_MS
}

/** The span in which causes are looked for. */
function spanOf({ since }: NetworkFacts): { readonly from: number; readonly to: number } {
  return { from: since - NEAR_MS, to: since + SLACK_MS }
}

function of({ events }: NetworkFacts, kind: EventKind): readonly LoggedEvent[] {
  return events.filter(({ event }) => event.kind === kind)
}

function seqsOf(facts: NetworkFacts, kind: EventKind): readonly number[] {
  return seqs(of(facts, kind))
}

function dials(facts: NetworkFacts): readonly Ranked[] {
  const failed = of(facts, 'DialFailed')
  const { last, count } = failedDials(failed)
  if (last?.event.kind !== 'DialFailed') return []
  const { target, reason } = last.event
  const words = networkDialsWords(count, target, reason)
  const where = evidence('timeline', { kinds: ['DialFailed'] })
  // What ran out of time while we stood still tells hardly anything of others.
  return ranOutStalled(failed, of(facts, 'Stalled').flatMap(stallOf)) === null
    ? [ranked(80, 'dials failed', 'likely', words, seqs(failed), where)]
    : [ranked(55, 'dials failed', 'possible', words, seqs(failed), where)]
}

/** A machine that stands still meets nobody; that an address refuses us is not our doing. */
function stalledAlone(facts: NetworkFacts): readonly Ranked[] {
  const refused = of(facts, 'DialFailed').some(
    ({ event }) => event.kind === 'DialFailed' && !ranOutOfTime(event.reason) && !onlyRested(event.reason),
  )
  return stalls(facts, refused ? 60 : 90, 'likely', agoWords)
}

function ownClock({ ownClock: clock }: NetworkFacts): readonly Ranked[] {
  if (clock === null) return []
  const words = ownClockWords(clock.byMs, clock.peers)
  return [ranked(85, 'own clock', 'likely', words, [], evidence('timeline', { kinds: ['ClockCompared'] }))]
}

function addresses({ status, now, local }: NetworkFacts): readonly Ranked[] {
  // Those who are on this machine come to such addresses.
  if (status === null || !('addresses' in status) || local || reachedByOthers(status.addresses)) return []
  // Right after joining nobody had the time to come, whatever our addresses are.
  if (now - status.joinedAt < SOON_MS) return []
  const words =
    status.addresses.length === 0
      ? 'we have no address at which others could come to us'
      : 'our own addresses lead to this machine only, so that others cannot come to us'
  return [ranked(60, 'private addresses', 'likely', words, [], null)]
}

function nobody({ status }: NetworkFacts): readonly Ranked[] {
  const trying = status !== null && 'trying' in status ? andList(status.trying) : ''
  const words = `nobody else is there yet${trying === '' ? '' : ` (${trying})`}`
  return [ranked(40, 'nobody dialed', 'possible', words, [], null)]
}

/** The longest stall that is near. */
function stalls(
  facts: NetworkFacts,
  rank: number,
  confidence: Confidence,
  when: (gap: number) => string = gapWords,
): readonly Ranked[] {
  const msOf = ({ logged: { event } }: Near): number => (event.kind === 'Stalled' ? event.ms : 0)
  const found = near(of(facts, 'Stalled'), gapTo(facts.since)).filter(
    (one) => msOf(one) >= BRIEF_MS || one.gap <= LIKELY_MS,
  )
  const [worst] = found.toSorted((a, b) => msOf(b) - msOf(a))
  if (worst === undefined) return []
  const words = `${stallWords(msOf(worst))}, ${when(worst.gap)}`
  const where = evidence('timeline', { kinds: ['Stalled'], ...spanOf(facts) })
  const sure = worst.gap <= LIKELY_MS ? confidence : 'possible'
  return [ranked(rankAt(rank, worst.gap), 'own stall', sure, words, seqs(found.map(({ logged }) => logged)), where)]
}

function jumps(facts: NetworkFacts): readonly Ranked[] {
  const found = near(of(facts, 'ClockJumped'), gapTo(facts.since))
  const [nearest] = found
  if (nearest?.logged.event.kind !== 'ClockJumped') return []
  const { gap } = nearest
  const where = evidence('timeline', { kinds: ['ClockJumped'], ...spanOf(facts) })
  const words = `${jumpWords(nearest.logged.event.byMs)}, ${gapWords(gap)}`
  const sure = gap <= LIKELY_MS ? 'likely' : 'possible'
  return [ranked(rankAt(88, gap), 'clock jumped', sure, words, seqs(found.map((one) => one.logged)), where)]
}

/** The neighbors said goodbye one after the other, or broke off together. */
function left(facts: NetworkFacts): readonly Ranked[] {
  const { since, local } = facts
  const [from, to] = [since - NEAR_MS, since + TOGETHER_MS]
  const down = of(facts, 'NeighborDown')
  const downAt = new Map<PeerId, number>()
  for (const { event, at, lastAt = at } of down)
    if (event.kind === 'NeighborDown') downAt.set(event.peerId, Math.max(lastAt, downAt.get(event.peerId) ?? 0))
  // Others may come and go as they like, before it and since.
  const goodbyes = near(departed(facts, 'graceful'), gapTo(since))
    .map(({ logged }) => logged)
    .filter(({ event }) => event.kind === 'PeerDeparted' && downAt.has(event.peerId))
  const where = evidence('timeline', { kinds: ['NeighborDown', 'PeerDeparted'], from, to })
  if (goodbyes.length > 0 && goodbyes.length >= downAt.size)
    return [
      ranked(86, 'left one by one', 'certain', counted(goodbyes.length, 'peer', 'said goodbye'), seqs(goodbyes), where),
    ]
  if (down.length === 0) return []
  const refused = of(facts, 'DialFailed').filter(({ event }) => event.kind === 'DialFailed' && isRefused(event.reason))
  // One that was refused before its neighbor broke off was another matter: it came after all.
  const dialed = (peerId: PeerId): readonly LoggedEvent[] =>
    refused.filter(
      ({ event, at, lastAt = at }) =>
        event.kind === 'DialFailed' &&
        event.target.includes(peerId) &&
        lastAt >= (downAt.get(peerId) ?? since) - SLACK_MS,
    )
  const ended = [...downAt.keys()].filter((peerId) => dialed(peerId).length > 0)
  // Nothing lies between processes of one machine that could break. Whether they ended, a refused dial to them tells; one that
  // came from elsewhere shows that our connection works.
  const crashed = local ? ended.length > 0 : ended.length * 2 >= downAt.size
  const words = brokeOffWords(downAt.size, local, crashed ? ended.length : 0)
  if (!crashed) return [ranked(82, local ? 'unknown' : 'lost network', 'likely', words, seqs(down), where)]
  return [ranked(89, 'crashed', 'likely', words, seqs([...ended.flatMap(dialed), ...down]), where)]
}

/** A peer that alone held the islands together, and went. */
interface Link {
  readonly peerId: PeerId
  readonly how: 'left' | 'broke off' | 'went silent'
  /** How long before the split, milliseconds. */
  readonly gap: number
  readonly events: readonly LoggedEvent[]
}

/**
 * Who alone held the islands together and went just before they split was the link. Who went silent did so when it was heard
 * of last; one that crashed is known to be gone by its connection long before it counts as silent. Of others nobody is named:
 * a peer that leaves parts nothing by that.
 */
function wentBetween(facts: NetworkFacts): readonly Ranked[] {
  const { since, purgeAfterMs, held } = facts
  const goodbyes = near(departed(facts, 'graceful'), gapTo(since))
  const silent = near(departed(facts, 'purged'), ({ at }) => (at <= since ? since - at : since - at + purgeAfterMs))
  const links = new Map<PeerId, Link>()
  const put = (how: Link['how'], found: readonly Near[]): void => {
    for (const { logged, gap } of found) {
      const { event } = logged
      const peerId = 'peerId' in event ? event.peerId : null
      if (peerId === null || !(held ?? []).includes(peerId) || links.has(peerId)) continue
      links.set(peerId, { peerId, how, gap, events: [...refusalsSince(facts, peerId, since - gap), logged] })
    }
  }
  put('left', goodbyes)
  put('broke off', brokeOff(facts))
  put('went silent', silent)
  const named = [...links.values()].toSorted((a, b) => a.gap - b.gap)
  const [nearest] = named
  const from = since - NEAR_MS
  if (nearest === undefined) {
    const gone = [...goodbyes, ...silent].toSorted((a, b) => a.gap - b.gap)
    if (gone.length < (held === null ? 1 : MANY_BETWEEN)) return []
    const where = evidence('timeline', { kinds: ['PeerDeparted'], from, to: since + TOGETHER_MS })
    const words = `${counted(gone.length, 'peer', 'left')} in the minute before`
    return [ranked(70, 'bridge', 'possible', words, seqs(gone.map(({ logged }) => logged)), where)]
  }
  const events = named.flatMap((link) => link.events)
  const kinds = [...new Set(events.map(({ event }) => event.kind))]
  const where = evidence('timeline', { kinds, from, to: since + TOGETHER_MS })
  return [ranked(rankAt(85, nearest.gap), 'bridge', 'likely', linkWords(named), seqs(events), where)]
}

function linkWords(links: readonly Link[]): string {
  const hows = new Set(links.map(({ how }) => how))
  const verb = hows.size === 1 ? [...hows].join('') : 'went'
  const [only] = links
  if (links.length > 1 || only === undefined)
    return `${andList(links.map(({ peerId, gap }) => `${nickname(peerId)} (${gapWords(gap)})`))} ${verb} and were the link`
  const refused = only.how !== 'left' && only.events.some(({ event }) => event.kind === 'DialFailed')
  const why = refused ? ' (nobody listens at its address: it was ended or crashed)' : ''
  return `${nickname(only.peerId)} ${verb} ${gapWords(only.gap)} and was the link${why}`
}

/** Neighbors that broke off just before the trouble and did not come again, the nearest first. */
function brokeOff(facts: NetworkFacts): readonly Near[] {
  const upAt = new Map<PeerId, number>()
  for (const { event, at, lastAt = at } of of(facts, 'NeighborUp'))
    if (event.kind === 'NeighborUp') upAt.set(event.peerId, Math.max(lastAt, upAt.get(event.peerId) ?? 0))
  return near(of(facts, 'NeighborDown'), gapTo(facts.since)).filter(
    ({ logged: { event, at, lastAt = at } }) =>
      event.kind === 'NeighborDown' && (upAt.get(event.peerId) ?? -Infinity) < lastAt,
  )
}

/** Dials to a peer that were refused for the first time since a moment, or a little before it. */
function refusalsSince(facts: NetworkFacts, peerId: PeerId, from: number): readonly LoggedEvent[] {
  return of(facts, 'DialFailed').filter(
    ({ event, at }) =>
      event.kind === 'DialFailed' && isRefused(event.reason) && event.target.includes(peerId) && at >= from - SLACK_MS,
  )
}

function silentTogether(facts: NetworkFacts): readonly Ranked[] {
  const { since, local, again, apart } = facts
  // That nothing is heard of who is apart comes of the split.
  const silent = departed(facts, 'purged').filter(
    ({ at, event }) =>
      Math.abs(at - since) <= TOGETHER_MS &&
      event.kind === 'PeerDeparted' &&
      !again.has(event.peerId) &&
      !apart.has(event.peerId),
  )
  if (silent.length < MANY_BETWEEN) return []
  const [from, to] = [since - TOGETHER_MS, since + TOGETHER_MS]
  const where = evidence('timeline', { kinds: ['PeerDeparted'], filter: 'reason:silent', from, to })
  return [
    ranked(80, 'lost network', 'possible', togetherWords(silent.length, 'went silent', local), seqs(silent), where),
  ]
}

/** Nothing of what may part a network happened near: then what parted it lies between the islands. */
function cut(): readonly Ranked[] {
  const words =
    'the way between them is cut (nobody who held them together left, and our own machine did not stall for long)'
  return [ranked(10, 'unknown', 'possible', words, [], evidence('timeline', { kinds: ['Islands'] }))]
}

function departed(facts: NetworkFacts, reason: 'graceful' | 'purged'): readonly LoggedEvent[] {
  return of(facts, 'PeerDeparted').filter(({ event }) => event.kind === 'PeerDeparted' && event.reason === reason)
}
