/** Why we are alone, why the network is lost or split, or who ended together: causes ranked from what is known. Pure. */
import { isRefused } from '../../../shared/dialed-peer.ts'
import { andList } from '../../../shared/and-list.ts'
import { formatCount } from '../../../shared/format-count.ts'
import { evidence } from '../../../shared/health-words.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import { islandsWords } from '../../../shared/island-words.ts'
import { reachedByOthers } from '../../../shared/reachability.ts'
import type { Cause, NetworkMatter, NetworkWhy } from '../../../shared/why.ts'
import { brokeOffWords } from './fate-words.ts'
import { failedDials, stallOf, wasDialed } from './logged.ts'
import type { NetworkFacts } from './network-facts.ts'
import {
  departed,
  dialsTo,
  gapTo,
  isJoined,
  isSplit,
  LIKELY_MS,
  nearEnough,
  NEAR_MS,
  ofKind,
  rankAt,
  seqsOf,
  spanOf,
  stallCauses,
  TOGETHER_MS,
} from './network-facts.ts'
import { ownLinkCauses } from './own-link.ts'
import type { Ranked } from './why-parts.ts'
import { fatesOf, mostProbableFirst, ranked, ranOutOfTime, ranOutStalled, seqs, told, twinCause } from './why-parts.ts'
import { splitCauses, togetherCauses } from './why-split.ts'
import {
  areRefusedStatement,
  clockBeforeWords,
  clocksDifferWords,
  didWords,
  gapWords,
  hadLostWords,
  jumpWords,
  networkDialsWords,
  ownClockWords,
  partedWords,
  theirClocksWords,
  wentTogetherWords,
  wrongClockWords,
} from './words.ts'

/** How long before now is looked for why we are alone, milliseconds. */
export const ALONE_BACK_MS = 120_000
/** How long before nobody was left is looked for who went, milliseconds: as long as Health counts. */
export const DESERTED_BACK_MS = HEALTH_SPAN_MS
/** Before that nobody is missed, milliseconds after joining. */
const SOON_MS = 30_000

/** Why it is as it is. */
export function whyNetwork(facts: NetworkFacts): NetworkWhy {
  const matter = matterOf(facts)
  const causes = mostProbableFirst(causesOf(matter, facts)).map(({ cause }) => cause)
  const since =
    matter === 'clock was wrong'
      ? (facts.clockBefore?.clock.to ?? null)
      : matter === 'parted' || matter === 'had lost' || matter === 'went together'
        ? facts.since
        : null
  return {
    matter,
    // That our clock was wrong says why already.
    sentence: told(statement(matter, facts, causes[0]), matter === 'clock was wrong' ? [] : causes),
    causes,
    at: facts.now,
    since,
    notKept: null,
  }
}

function matterOf(facts: NetworkFacts): NetworkMatter {
  const { state, parted, lostBefore } = facts
  if (state === 'failed' || state === 'alone' || state === 'lost' || state === 'deserted') return state
  if (!isJoined(state)) return 'not joined'
  if (isSplit(facts)) return 'split'
  if (facts.clockBefore !== null) return 'clock was wrong'
  if (facts.together !== null) return 'went together'
  if (lostBefore !== null) return 'had lost'
  if (parted !== null) return 'parted'
  if (facts.ownClock !== null) return 'own clock'
  return facts.refusedPeers.size === 0 ? 'fine' : 'refused'
}

function statement(matter: NetworkMatter, facts: NetworkFacts, best: Cause | undefined): string {
  const { islands } = facts
  // Peers that ended are no island: what they told of their links is all that is left of them.
  const ended = best?.kind === 'crashed'
  switch (matter) {
    case 'fine':
      return 'nothing is known to be wrong with the network'
    case 'alone':
      return 'we have met nobody yet'
    case 'lost':
      return 'we lost the network (no neighbor is left)'
    case 'deserted':
      return 'nobody is left here'
    case 'split': {
      const is = ended ? 'looks' : 'is'
      return `the network ${is} split into ${islandsWords(islands?.count ?? 0, islands?.sizes ?? [])}`
    }
    case 'parted':
      return partedStatement(facts, ended)
    case 'had lost':
      return hadLostStatement(facts)
    case 'went together':
      return togetherStatement(facts)
    case 'own clock':
      return clockStatement(facts)
    case 'clock was wrong':
      return clockBeforeStatement(facts)
    case 'refused':
      return areRefusedStatement([...facts.refusedPeers.keys()])
    case 'failed':
      return 'the network failed'
    case 'not joined':
      return 'the network is not joined'
  }
}

function partedStatement({ now, since, parted }: NetworkFacts, ended: boolean): string {
  return partedWords(Math.max(0, now - since), parted ?? { gone: 0, unlinked: 0, back: null }, ended)
}

function hadLostStatement({ now, lostBefore }: NetworkFacts): string {
  if (lostBefore === null) return ''
  const { from, to, back } = lostBefore
  return hadLostWords(Math.max(0, now - from), back ? to - from : null)
}

function clockStatement({ refusedByClock }: NetworkFacts): string {
  const peers = new Set(
    refusedByClock.flatMap(({ event }) => (event.kind === 'EntryRejected' ? (event.peerId ?? []) : [])),
  )
  return clocksDifferWords(peers.size)
}

function clockBeforeStatement({ now, clockBefore: found }: NetworkFacts): string {
  return found === null ? '' : clockBeforeWords({ ...found, byMs: found.clock.byMs }, Math.max(0, now - found.clock.to))
}

function togetherStatement({ now, since, together }: NetworkFacts): string {
  return wentTogetherWords(together?.peers ?? [], Math.max(0, now - since), together?.back ?? 0)
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
    case 'had lost':
      return [
        ...stallCauses(facts, 90, 'likely'),
        ...jumps(facts),
        ...ownLink(facts),
        ...left(facts),
        ...ownClock(facts),
        // Other dials are no cause: those that failed since failed because of the loss, and no neighbor went because of one before it.
        ...twinCause(nearEnough(facts.events, gapTo(facts.since)).map(({ logged }) => logged)),
      ]
    case 'deserted':
      return whoWent(facts)
    case 'own clock':
      return ownClock(facts, seqs(facts.refusedByClock))
    case 'clock was wrong':
      return [...clockBefore(facts), ...(facts.together === null ? [] : togetherCauses(facts))]
    case 'refused':
      return theirClocks(facts)
    case 'split':
    case 'parted':
      return splitCauses(facts)
    case 'went together':
      return togetherCauses(facts)
  }
}

function dials(facts: NetworkFacts): readonly Ranked[] {
  const failed = ofKind(facts, 'DialFailed')
  const { last, count } = failedDials(failed)
  if (last?.event.kind !== 'DialFailed') return []
  const words = networkDialsWords(count, last.event)
  const where = evidence('timeline', { kinds: ['DialFailed'] })
  // What ran out of time while we stood still tells hardly anything of others.
  return ranOutStalled(failed, ofKind(facts, 'Stalled').flatMap(stallOf)) === null
    ? [ranked(80, 'dials failed', 'likely', words, seqs(failed), where)]
    : [ranked(55, 'dials failed', 'possible', words, seqs(failed), where)]
}

/** A machine that stands still meets nobody; that an address refuses us is not our doing. */
function stalledAlone(facts: NetworkFacts): readonly Ranked[] {
  const refused = ofKind(facts, 'DialFailed').some(
    ({ event }) => event.kind === 'DialFailed' && !ranOutOfTime(event.reason) && event.notDialed === undefined,
  )
  return stallCauses(facts, refused ? 60 : 90, 'likely', true)
}

/** @param events that tell what came of it */
function ownClock({ ownClock: clock }: NetworkFacts, events: readonly number[] = []): readonly Ranked[] {
  if (clock === null) return []
  const words = ownClockWords(clock.byMs, clock.peers)
  return [ranked(85, 'own clock', 'likely', words, events, evidence('timeline', { kinds: ['ClockCompared'] }))]
}

/** What told that it was wrong: it is right again. */
function clockBefore({ clockBefore: found }: NetworkFacts): readonly Ranked[] {
  if (found === null) return []
  const { clock } = found
  const where = evidence('timeline', { kinds: ['ClockCompared', 'ClockJumped'], from: clock.from, to: clock.to })
  return [ranked(98, 'own clock', 'certain', wrongClockWords(clock, true), clock.events, where)]
}

/** What the entries that are refused state. */
function theirClocks({ refusedPeers: peers }: NetworkFacts): readonly Ranked[] {
  const ahead = [...peers.values()].map(([newest]) =>
    newest?.event.kind === 'EntryRejected' ? (newest.event.aheadMs ?? null) : null,
  )
  const where = evidence('timeline', { kinds: ['EntryRejected'] })
  return [ranked(50, 'its clock', 'certain', theirClocksWords(ahead), seqs([...peers.values()].flat()), where)]
}

function addresses({ status, loggedAddresses, now, began, local }: NetworkFacts): readonly Ranked[] {
  const live = status !== null && 'addresses' in status ? status : null
  const ours = live?.addresses ?? loggedAddresses
  // Those who are on this machine come to such addresses.
  if (ours === null || local || reachedByOthers(ours)) return []
  // Right after joining nobody had the time to come, whatever our addresses are.
  if (now - (live?.joinedAt ?? began) < SOON_MS) return []
  const words =
    ours.length === 0
      ? 'we have no address at which others could come to us'
      : 'our own addresses lead to this machine only, so that others cannot come to us'
  return [ranked(60, 'private addresses', 'likely', words, [], null)]
}

function nobody({ status }: NetworkFacts): readonly Ranked[] {
  const trying = status !== null && 'trying' in status ? andList(status.trying) : ''
  const words = `nobody else is there yet${trying === '' ? '' : ` (${trying})`}`
  return [ranked(40, 'nobody dialed', 'possible', words, [], null)]
}

function jumps(facts: NetworkFacts): readonly Ranked[] {
  const found = nearEnough(ofKind(facts, 'ClockJumped'), gapTo(facts.since))
  const [nearest] = found
  if (nearest?.logged.event.kind !== 'ClockJumped') return []
  const { gap } = nearest
  const where = evidence('timeline', { kinds: ['ClockJumped'], ...spanOf(facts) })
  const words = `${jumpWords(nearest.logged.event.byMs)}, ${gapWords(gap)}`
  const sure = gap <= LIKELY_MS ? 'likely' : 'possible'
  return [ranked(rankAt(88, gap), 'clock jumped', sure, words, seqs(found.map((one) => one.logged)), where)]
}

/** Who went before nobody was left: by goodbye, or silently. Each as it went last. */
function whoWent(facts: NetworkFacts): readonly Ranked[] {
  const { since, again } = facts
  const [from, to] = [since - DESERTED_BACK_MS, since + TOGETHER_MS]
  const last = new Map<PeerId, LoggedEvent>()
  for (const logged of ofKind(facts, 'PeerDeparted').toReversed())
    if (logged.event.kind === 'PeerDeparted' && logged.at >= from && logged.at <= to)
      last.set(logged.event.peerId, logged)
  const of = (reason: 'graceful' | 'purged'): readonly LoggedEvent[] =>
    [...last.values()].filter(({ event }) => event.kind === 'PeerDeparted' && event.reason === reason)
  const said = of('graceful')
  const silent = of('purged').filter(({ event }) => event.kind === 'PeerDeparted' && !again.has(event.peerId))
  if (said.length === 0) return []
  const went = silent.length === 0 ? '' : `, ${formatCount(silent.length)} went silent`
  const words = `${didWords(said.length, 'peer', 'said goodbye')}${went}`
  const where = evidence('timeline', { kinds: ['NeighborDown', 'PeerDeparted'], from, to })
  return [ranked(86, 'left one by one', 'certain', words, seqs([...said, ...silent]), where)]
}

function saidGoodbye({ since }: NetworkFacts, found: readonly LoggedEvent[]): Ranked {
  const [from, to] = [since - NEAR_MS, since + TOGETHER_MS]
  const where = evidence('timeline', { kinds: ['NeighborDown', 'PeerDeparted'], from, to })
  return ranked(86, 'left one by one', 'certain', didWords(found.length, 'peer', 'said goodbye'), seqs(found), where)
}

/** Our own link was down: nothing else then says anything of the peers. Nothing lies between processes of one machine. */
function ownLink(facts: NetworkFacts): readonly Ranked[] {
  const { since, local, addressesGone: gone } = facts
  if (local) return []
  const down = new Set(
    ofKind(facts, 'NeighborDown').flatMap(({ event }) => (event.kind === 'NeighborDown' ? event.peerId : [])),
  )
  const dials = [...dialsTo(facts, down, () => since).values()].flat().filter(wasDialed)
  return ownLinkCauses(91, { gone, dials }, since)
}

/** The neighbors said goodbye one after the other, or broke off together. */
function left(facts: NetworkFacts): readonly Ranked[] {
  const { since, local } = facts
  const [from, to] = [since - NEAR_MS, since + TOGETHER_MS]
  const down = ofKind(facts, 'NeighborDown')
  const downAt = new Map<PeerId, number>()
  for (const { event, at, lastAt = at } of down)
    if (event.kind === 'NeighborDown') downAt.set(event.peerId, Math.max(lastAt, downAt.get(event.peerId) ?? 0))
  // Others may come and go as they like, before it and since.
  const said = nearEnough(departed(facts, 'graceful'), gapTo(since))
    .map(({ logged }) => logged)
    .filter(({ event }) => event.kind === 'PeerDeparted' && downAt.has(event.peerId))
  const where = evidence('timeline', { kinds: ['NeighborDown', 'PeerDeparted'], from, to })
  if (said.length > 0 && said.length >= downAt.size) return [saidGoodbye(facts, said)]
  if (down.length === 0) return []
  // One that was refused before its neighbor broke off was another matter: it came after all.
  const dialed = dialsTo(facts, downAt.keys(), (peerId) => downAt.get(peerId) ?? since)
  const refused = (peerId: PeerId): readonly LoggedEvent[] =>
    (dialed.get(peerId) ?? []).filter(({ event }) => event.kind === 'DialFailed' && isRefused(event.reason))
  const ended = [...downAt.keys()].filter((peerId) => refused(peerId).length > 0)
  // Nothing lies between processes of one machine that could break. Whether they ended, a refused dial to them tells; one that
  // came from elsewhere shows that our connection works.
  const crashed = local ? ended.length > 0 : ended.length * 2 >= downAt.size
  const stalls = ofKind(facts, 'Stalled').flatMap(stallOf)
  const fates = fatesOf(dialed.values(), stalls)
  const words = brokeOffWords(local, crashed ? fates : { ...fates, refused: 0 })
  if (!crashed) return [ranked(82, local ? 'unknown' : 'lost network', 'likely', words, seqs(down), where)]
  return [ranked(89, 'crashed', 'likely', words, seqs([...ended.flatMap(refused), ...down]), where)]
}
