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

/** So many that went with a peer are named. */
const WENT_NAMED = 5

/** Others went with it. @param why they did, which counts them all */
export function wentWithWords(others: readonly PeerId[], why: string): string {
  if (others.length === 0) return why
  const named = others.slice(0, WENT_NAMED).map(nickname)
  const more = others.length - named.length
  return `it went together with ${andList([...named, ...(more > 0 ? [`${formatCount(more)} more`] : [])])}: ${why}`
}

/** The network split, and the others were taken for gone. @param ms how long ago @param back how many of them are back; null where that is not known @param ended whether they ended, rather than being cut off */
export function partedWords(ms: number, gone: number, back: number | null, ended: boolean): string {
  const split = `the network ${ended ? 'looked split' : 'split'} ${agoWords(ms)}`
  const who = `${counted(gone, 'peer')} of the other island`
  const were = `${split}: ${who} ${gone === 1 ? 'was' : 'were'} taken for gone`
  if (back === null) return were
  if (back > 0) return `${were}, and ${formatCount(back)} came back since`
  return `${split}: ${goneApartWords(gone)}`
}

/** We lost the network, and that is over. @param ms how long ago it began @param lastedMs until we were back; null where we were not */
export function hadLostWords(ms: number, lastedMs: number | null): string {
  const lasted = lastedMs === null ? '' : ` for ${roughDuration(lastedMs)}`
  return `we last lost the network ${agoWords(ms)}${lasted}`
}

/** How many went together: "purged" says nothing of them, where we had lost the network. */
type WentHow = 'went silent' | 'were purged'

/** What dials to those that went tell: nobody listens there, none is answered, or nothing. */
export type DialsTell = 'refused' | 'no answer' | null

/**
 * Many went together.
 * @param local as of `slowerWords`: then no connection of ours can have broken
 */
export function togetherWords(count: number, how: WentHow, local: boolean, dials: DialsTell): string {
  if (!local) return `our own connection broke, since ${counted(count, 'peer')} ${how} within a minute`
  const what = { refused: 'were ended or crashed', 'no answer': 'hang or were suspended' }
  const why = dials === 'no answer' ? `; ${NO_ANSWER}` : ''
  const became = dials === null ? 'were ended, crashed or suspended' : what[dials]
  return `${counted(count, 'peer')} on this machine ${became} together (they ${how} within a minute${why})`
}

/** An operating system refuses for a process that ended, and answers nothing for one that stands still. */
const NO_ANSWER = 'dials get no answer, and an ended process would refuse them'

/**
 * All neighbors broke off.
 * @param local as of `slowerWords`
 * @param refused at the addresses of how many nobody listens since
 * @param unanswered how many others do not answer dials
 */
export function brokeOffWords(
  neighbors: number,
  local: boolean,
  refused: number,
  unanswered: number,
  dials: DialsTell,
): string {
  const hang =
    refused === 0 || unanswered === 0 ? '' : `, and ${formatCount(unanswered)} ${hangWords(unanswered, local)}`
  const ended = `(${endedWords(neighbors, refused, dials)}${hang})`
  if (local) return `${brokeTogether(neighbors, 'neighbor')} ${ended}`
  const broke = `${didWords(neighbors, 'neighbor', 'broke off')} without a goodbye`
  return refused === 0 ? `our own connection is down, since ${broke}` : `${broke} ${ended}`
}

/**
 * Peers of other islands that were our neighbors broke off.
 * @param local as of `slowerWords`: then all of those islands are gone, however many of them were our neighbors
 */
export function apartBrokeWords(neighbors: number, apart: number, local: boolean, dials: DialsTell): string {
  if (local && neighbors < apart)
    return `${counted(apart, 'peer')}, all on this machine, are gone together (${formatCount(neighbors)} of them broke off without a goodbye: ${endedWords(apart, 0, dials)})`
  if (local) return `${brokeTogether(neighbors, 'peer')} (${endedWords(neighbors, 0, dials)})`
  const broke = `${neighbors === 1 ? 'it' : 'they'} broke off without a goodbye`
  return `${counted(neighbors, 'peer was', 'peers were')} ended or crashed${neighbors === 1 ? '' : ' together'} (${broke})`
}

function brokeTogether(count: number, noun: string): string {
  return count === 1
    ? `1 ${noun} on this machine broke off without a goodbye`
    : `${counted(count, noun)}, all on this machine, broke off together without a goodbye`
}

/** What became of those that broke off. */
function endedWords(count: number, refused: number, dials: DialsTell): string {
  const one = count === 1
  if (refused > 0) return `${refusedAt(count, refused)}: ${refused === 1 ? 'it was' : 'they were'} ended or crashed`
  if (dials === 'no answer') return `${one ? 'it' : 'they'} ${hangWords(count, true)}: ${NO_ANSWER}`
  return `${one ? 'it was' : 'they were'} ended, crashed or suspended`
}

/** Nobody listens at the addresses of so many of them. */
function refusedAt(count: number, refused: number): string {
  if (refused === count) return `nobody listens at ${count === 1 ? 'its address' : 'their addresses'}`
  return `nobody listens at the address${refused === 1 ? '' : 'es'} of ${formatCount(refused)} of them`
}

/** What is known of so many that do not answer dials. @param local as of `slowerWords`: elsewhere something may lie between */
function hangWords(count: number, local: boolean): string {
  const one = count === 1
  if (!local) return `${one ? 'does' : 'do'} not answer`
  return `${one ? 'hangs or was' : 'hang or were'} suspended`
}

/** It is on this machine, and does not answer dials; or did not, until it came back with the start that it had before. */
export const HANGS = `it ${hangWords(1, true)} (${NO_ANSWER})`
export const HUNG = 'it hung or was suspended (dials got no answer, and it came back later as the same process)'

/**
 * The peers of other islands are gone, rather than cut off. Those that are more are told first.
 * @param refused at the addresses of how many nobody listens since
 * @param unanswered how many others do not answer dials
 * @param local as of `slowerWords`
 */
export function apartEndedWords(peers: number, refused: number, unanswered: number, local: boolean): string {
  const ended = peers - unanswered
  const became = `${ended === 1 ? 'was' : 'were'} ended or crashed${ended === 1 ? '' : ' together'}`
  const why = local ? ` (${NO_ANSWER})` : ''
  const [more, less] = [
    { count: ended, did: `${became} (${refusedAt(ended, refused)})` },
    { count: unanswered, did: `${hangWords(unanswered, local)}${why}` },
  ].toSorted((a, b) => b.count - a.count)
  const others = less === undefined || less.count === 0 ? '' : `, and ${formatCount(less.count)} ${less.did}`
  return more === undefined ? '' : `${counted(more.count, 'peer')} ${more.did}${others}`
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
  Full: 'our catalog is full',
  Malformed: 'it cannot be read (another version, or damaged)',
  BadSignature: 'its signature does not hold',
  LimitExceeded: 'it is larger than allowed',
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

/** What is left to say of one that went without a goodbye. @param local it is on this machine: no connection lies between */
export function brokeWords(local: boolean): string {
  return local
    ? 'it crashed, was ended by force, hangs or was suspended (it said no goodbye)'
    : 'it crashed, was ended by force, hangs, was suspended, or lost its connection (it said no goodbye)'
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
