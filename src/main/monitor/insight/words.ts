/** What explains something, in words: for alerts, for `why` and the command line. Parts of sentences, in lower case. Pure. */
import { andList } from '../../../shared/and-list.ts'
import { capital } from '../../../shared/capital.ts'
import { formatDuration } from '../../../shared/config.ts'
import { counted } from '../../../shared/counted.ts'
import type { DiscoveryEvent, RejectReason } from '../../../shared/events.ts'
import type { StallFigures } from '../../../shared/health.ts'
import { dialCause, dialedWords } from '../../../shared/dialed-peer.ts'
import { formatCount } from '../../../shared/format-count.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { nickname } from '../../../shared/nickname.ts'
import { goneApartWords } from '../../../shared/island-words.ts'
import type { PartedFacts } from './network-facts.ts'
import { agoWords } from '../../../shared/why-words.ts'
import { clockWords, roughDuration, stallsWords, stallWords } from '../../../shared/own-troubles.ts'

type FailedDial = Extract<DiscoveryEvent, { kind: 'DialFailed' }>

/** Peers that must be alike before it is everybody. */
export const FEW_PEERS = 3

/** It left in good order. */
export const GOODBYE = 'it said goodbye'

/** We had no neighbor when this was told. It is read later, too. */
export function noNeighborWords(ms: number): string {
  return `we had been without a neighbor for ${formatDuration(seconds(ms))}`
}

/** The wall clock, or the machine's sleep. */
export function jumpWords(byMs: number): string {
  const by = formatDuration(Math.abs(byMs))
  return byMs < 0
    ? `the clock of this machine was set back by ${by}`
    : `the clock of this machine jumped by ${by}, as after a sleep`
}

/** What may be the cause where most are slow. */
export function mostSlowWords(slow: number, measured: number): string {
  return `${formatCount(slow)} of ${counted(measured, 'measured peer')} are above it, so our own connection or this machine may be slow`
}

/**
 * Many are slower than they were.
 * @param few most of them were measured a few times only
 * @param local all peers are on this machine: no connection lies between
 */
export function slowerWords(slower: number, compared: number, few: boolean, local: boolean): string {
  const by = few ? ' (by few measurements of each)' : ''
  return `${oursOr(local)} is slow, since ${formatCount(slower)} of ${counted(compared, 'measured peer')} are slower than before${by}`
}

/** Why it is slow cannot be told. @param measured how often it was measured */
export function fewSamplesWords(measured: number): string {
  const times = measured <= 1 ? 'once' : counted(measured, 'time')
  return `it was measured only ${times}, which is too little to tell why`
}

/** Many are slow, and always were. @param local as of `slowerWords` */
export function allSlowWords(measured: number, median: number, local: boolean): string {
  return `${oursOr(local)} is slow, since half of ${formatCount(measured)} other measured peers take ${Math.round(median)} ms or longer`
}

function oursOr(local: boolean): string {
  return local ? 'this machine' : 'our own connection or this machine'
}

/** Our clock differs from theirs. */
export function ownClockWords(byMs: number, peers: number): string {
  const by = roughDuration(Math.abs(byMs))
  const side = byMs > 0 ? 'ahead of' : 'behind'
  if (peers < FEW_PEERS)
    return `the clock of this machine is ${by} ${side} ${peers === 1 ? 'that of the only peer' : 'those of both peers'} that answered`
  return `the clock of this machine is wrong, ${by} ${side} those of most of ${counted(peers, 'peer')}`
}

/**
 * Our clock was wrong when peers were purged. @param peers of how many that is known; null where it was put right before they were asked
 * @param over whether it is right again
 */
export function wrongClockWords(
  { byMs, peers }: { readonly byMs: number; readonly peers: number | null },
  over: boolean,
): string {
  const by = roughDuration(Math.abs(byMs))
  const few = peers !== null && peers < FEW_PEERS
  if (!over && peers !== null) return ownClockWords(byMs, peers)
  if (few)
    return `the clock of this machine was ${by} ${byMs > 0 ? 'ahead of' : 'behind'} ${peers === 1 ? 'that of the only peer' : 'those of both peers'} that answered`
  return `the clock of this machine was wrong then, ${by} ${byMs > 0 ? 'ahead' : 'behind'}`
}

/**
 * Our clock was wrong, and is right again. @param ms how long ago that was
 * @param found how many peers were taken for gone meanwhile, and how many of them are back
 */
export function clockBeforeWords(
  { byMs, gone, back }: { readonly byMs: number; readonly gone: number; readonly back: number },
  ms: number,
): string {
  const clock = `our clock was ${roughDuration(Math.abs(byMs))} ${byMs > 0 ? 'ahead' : 'behind'} until ${agoWords(ms)}`
  const were = `${counted(gone, 'peer')} ${gone === 1 ? 'was' : 'were'} taken for gone meanwhile`
  if (back === 0) return `${clock}, and ${were}`
  const since = gone > 1 && back === gone ? 'all of them' : gone === 1 ? 'it' : formatCount(back)
  return `${clock}: ${were}, and ${since} came back since`
}

/** Our clock is not that of most others. @param refused peers whose entries were refused by that */
export function clocksDifferWords(refused: number): string {
  const differ = 'our clock does not agree with those of others'
  return refused === 0 ? differ : `${differ}, and entries of ${counted(refused, 'peer')} were refused`
}

/** Peers whose entries are refused, and nothing else is wrong. */
export function areRefusedStatement(peers: readonly PeerId[]): string {
  const [only] = peers
  return `the entries of ${only !== undefined && peers.length === 1 ? nickname(only) : counted(peers.length, 'peer')} are refused`
}

/** By how much their clocks are ahead of ours, milliseconds; null where that is not known. */
export function theirClocksWords(aheadMs: readonly (number | null)[]): string {
  const [only = null] = aheadMs
  if (aheadMs.length > 1) return 'their clocks do not agree with ours'
  return only === null ? 'its clock or ours may be wrong' : aboutItsClock(only)
}

/** We had lost the network when it went silent. */
export function lostThenWords(ms: number): string {
  return `we had lost the network, ${gapWords(ms)}`
}

/** We lost the network soon after it went silent. */
export function lostSoonWords(ms: number): string {
  return `our own connection was broken already (we lost the network ${laterWords(ms)})`
}

/** The network split, and it is in another island. */
export const APART = 'the network split, and it is on a different island from us'
/** It looks so. */
export const LOOKS_APART =
  'the network looks split, and it is on a different island from us (that is still being looked at)'

/** The network split, and it was in another island when it went. @param ms how long before that */
export function cutOffWords(ms: number): string {
  return `the network split, and it was in the island that was cut off, ${gapWords(Math.max(0, ms))}`
}

/** The network split, and nothing was heard since of one of which no link was known. @param ms how long before it went */
export function unlinkedWords(ms: number): string {
  return `the network split ${gapWords(Math.max(0, ms))}, and nothing was heard of it since (no link of it was known)`
}

/** So many that went with a peer are named. */
const WENT_NAMED = 5

/** Peers ended together. @param ms how long ago @param back how many of them are back */
export function wentTogetherWords(peers: readonly PeerId[], ms: number, back: number): string {
  const were = `${namesOf(peers)} went together ${agoWords(ms)}`
  return back === 0 ? were : `${were}, and ${formatCount(back)} came back since`
}

function namesOf(peers: readonly PeerId[]): string {
  const named = peers.slice(0, WENT_NAMED).map(nickname)
  const more = peers.length - named.length
  return andList([...named, ...(more > 0 ? [`${formatCount(more)} more`] : [])])
}

/** Others went with it. @param why they did, which counts them all */
export function wentWithWords(others: readonly PeerId[], why: string): string {
  if (others.length === 0) return why
  return `it went together with ${namesOf(others)}: ${why}`
}

/** The network split, and the others were taken for gone. @param ms how long ago @param back how many of them are back; null where that is not known @param ended whether they ended, rather than being cut off */
export function partedWords(
  ms: number,
  { gone, unlinked, back }: Pick<PartedFacts, 'gone' | 'unlinked' | 'back'>,
  ended: boolean,
): string {
  const split = `the network ${ended ? 'looked split' : 'split'} ${agoWords(ms)}`
  const known = unlinked === 0 ? '' : ` (of ${formatCount(unlinked)} no link was known)`
  const who = `${counted(gone, 'peer')} of the other island${known}`
  const were = `${split}: ${who} ${gone === 1 ? 'was' : 'were'} taken for gone`
  if (back === null) return were
  if (back > 0) return `${were}, and ${formatCount(back)} came back since`
  return unlinked > 0 ? were : `${split}: ${goneApartWords(gone)}`
}

/** We lost the network, and that is over. @param ms how long ago it began @param lastedMs until we were back; null where we were not */
export function hadLostWords(ms: number, lastedMs: number | null): string {
  const lasted = lastedMs === null ? '' : ` for ${roughDuration(lastedMs)}`
  return `we last lost the network ${agoWords(ms)}${lasted}`
}

/** How long before something else it happened. */
export function gapWords(ms: number): string {
  return ms < 1000 ? 'at that moment' : `${roughDuration(ms)} before`
}

/** How long after something else it happened. */
export function laterWords(ms: number): string {
  return ms < 1000 ? 'at that moment' : `${roughDuration(ms)} later`
}

/** Our own machine stood still for so long while somebody was dialed. */
export function stalledDialWords(ms: number): string {
  return `${stallWords(ms)} while it was dialed`
}

/** We had lost the network whenever somebody was dialed. */
export const LOST_DIAL = 'we had lost the network when it was dialed'

/** What happened to ourselves, by these events, oldest last. @param stalls our own stalls; null for none */
export function ownTroubles(events: readonly DiscoveryEvent[], stalls: StallFigures | null): string[] {
  const jump = events.find((event) => event.kind === 'ClockJumped')
  return [
    ...(stalls === null ? [] : [stallsWords(stalls)]),
    ...(jump === undefined ? [] : [jumpWords(jump.byMs)]),
    ...(events.some((event) => event.kind === 'LocalEntryUpdated') ? ['our own addresses or tags changed'] : []),
    ...(events.some((event) => event.kind === 'IdentityClash') ? [TWIN] : []),
    ...events
      .filter((event) => event.kind === 'ClockCompared')
      .slice(-1)
      .flatMap(({ byMs, peers }) => (byMs === null ? [] : [clockWords(byMs, peers)])),
  ]
}

/** Another node has our key. */
export const TWIN = 'another node runs with our identity'

/** Its entries are refused, and why. */
export function refusedWords(reason: RejectReason, times: number): string {
  const often =
    times === 1 ? 'its entry was refused' : `its entries were refused ${counted(times, 'time')}, the last one`
  return `${often} because ${REFUSED[reason]}`
}

const REFUSED: Readonly<Record<RejectReason, string>> = {
  Rejected: 'it is older than what we have',
  Outdated: 'it is too old, so that its clock or ours may be wrong',
  DifferentNetwork: 'it is of another network',
  FromTheFuture: 'it is from the future, so that its clock or ours is wrong',
  Departed: 'the peer had said goodbye',
  EarlierStart: 'it states an earlier start than the run that we know of',
  Full: 'our catalog is full',
  Malformed: 'it cannot be read (another version, or damaged)',
  BadSignature: 'its signature does not hold',
  LimitExceeded: 'it is larger than allowed',
}

/** It is gone for us, and our connection to it is open. */
export const RUNS = 'it is connected and runs, but no entry of it came'

/** The same, where its entries are refused. @param aheadMs by how much their time is ahead of ours; null where that is not known */
export function runsRefusedWords(reason: RejectReason, aheadMs: number | null): string {
  return `it is connected and runs; ${areRefusedWords(reason, aheadMs)}`
}

/** Its entries are refused, and nothing else is wrong with it. @param aheadMs as of `runsRefusedWords` */
export function areRefusedWords(reason: RejectReason, aheadMs: number | null): string {
  const clock = aheadMs === null ? 'its clock or ours may be wrong' : aboutItsClock(aheadMs)
  const why =
    reason === 'Outdated'
      ? `too old: ${clock}`
      : reason === 'FromTheFuture'
        ? `from the future: ${clock}`
        : REFUSED[reason]
  return `its entries are refused (${why})`
}

/** It runs, and states that it started before the run that we know of. @param aheadMs as of `runsRefusedWords` */
export function earlierStartWords(aheadMs: number | null): string {
  const clock = aheadMs === null || Math.abs(aheadMs) < TELLING_MS ? '' : `, and ${aboutItsClock(aheadMs)}`
  return `it states an earlier start than the run that we know of${clock}: its clock was set back between the two, or two processes use its key`
}

/** Clocks that differ by less may be told by entries that had a long way, milliseconds. */
const TELLING_MS = 5000

function aboutItsClock(aheadMs: number): string {
  return `its clock is about ${roughDuration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead' : 'behind'}`
}

/** Its clock differs from ours. */
export function itsClockWords(aheadMs: number): string {
  return `its clock is ${roughDuration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`
}

/** It went silent, and cannot be reached since. */
export function unreachableWords(failed: number, last: FailedDial): string {
  const reason = dialCause(last.reason)
  // It was dialed before, to no avail.
  if (last.notDialed === 'rests') return 'it cannot be reached'
  if (last.notDialed !== undefined) return `it was not dialed (${reason})`
  return failed === 1
    ? `it cannot be reached (${reason})`
    : `it cannot be reached (${counted(failed, 'dial')} failed, the last one: ${reason})`
}

/** Dials of the network that failed, the last one to a target. */
export function networkDialsWords(failed: number, last: FailedDial): string {
  const why = `: ${dialCause(last.reason)}`
  const dialed = dialedWords(last.target)
  if (last.notDialed !== undefined) return `${dialed} was not dialed${why}`
  return failed === 1
    ? `dialing ${dialed} failed${why}`
    : `${counted(failed, 'dial')} failed, the last one to ${dialed}${why}`
}

/** Dials to a peer that failed. */
export function dialsWords(failed: number, last: FailedDial): string {
  const reason = dialCause(last.reason)
  if (last.notDialed !== undefined) return `it was not dialed: ${reason}`
  return failed === 1
    ? `dialing it failed: ${reason}`
    : `dialing it failed ${counted(failed, 'time')}, the last time: ${reason}`
}

/** Its machine answers, and nobody listens there. */
export const CRASHED = 'it crashed or was ended (its machine answers, and nobody listens at its address)'

/** What is left to say of one that went without a goodbye. @param local it is on this machine: no connection lies between @param undialed nobody dialed it since */
export function brokeWords(local: boolean, undialed: boolean): string {
  const why = `(it said no goodbye${undialed ? ', and was not dialed since' : ''})`
  return local
    ? `it crashed, was ended by force, hangs or was suspended ${why}`
    : `it crashed, was ended by force, hangs, was suspended, or lost its connection ${why}`
}

/** The same of one that came back with the start that it had before. @param local as of `brokeWords` */
export function cameBackWords(local: boolean): string {
  const what = local ? 'hung or was suspended' : 'hung, was suspended, or lost its connection'
  return `it ${what} (it came back later as the same process)`
}

/** And of one that came back with another start. */
export const RESTARTED = 'it crashed or was ended (it was started again later)'

/** What so many of them did, or nothing. */
export function didWords(count: number, noun: string, verb: string): string {
  return count === 0 ? '' : `${counted(count, noun)} ${verb}`
}

/** Parts as one sentence; empty ones are left out. */
export function sentence(parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join('; ')
  return text === '' ? '' : `${capital(text)}${/[.!?]$/.test(text) ? '' : '.'}`
}

function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000) * 1000)
}
