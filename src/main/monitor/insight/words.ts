/** What explains something, in words: for alerts, for `why` and the command line. Parts of sentences, in lower case. Pure. */
import { formatDuration } from '../../../shared/config.ts'
import type { DiscoveryEvent, RejectReason } from '../../../shared/events.ts'
import { clockWords, roughDuration, stallWords } from '../../../shared/own-troubles.ts'

/** It left in good order. */
export const GOODBYE = 'it said goodbye'

/** It went silent. */
export function silentWords(ms: number): string {
  return `nothing was heard of it for ${formatDuration(seconds(ms))}`
}

/** We have no neighbor. */
export function noNeighborWords(ms: number): string {
  return `we have had no neighbor for ${formatDuration(seconds(ms))}`
}

/** The wall clock, or the machine's sleep. */
export function jumpWords(byMs: number): string {
  return `the clock of this machine jumped by ${formatDuration(Math.abs(byMs))}: it may have slept`
}

/** What may be the cause where most are slow. */
export function mostSlowWords(slow: number, measured: number): string {
  return `${slow} of ${measured} measured peers are above it: our own connection may be slow`
}

/** Many are slower than they were. */
export function slowerWords(slower: number, compared: number): string {
  return `${slower} of ${compared} measured peers are slower than before: our own connection, or this machine, is slow`
}

/** Many went silent together. */
export function togetherWords(silent: number): string {
  return `our own connection broke: ${silent} peers went silent within a minute`
}

/** What happened to ourselves, by these events, oldest last. */
export function ownTroubles(events: readonly DiscoveryEvent[]): string[] {
  const stall = events.reduce((most, event) => (event.kind === 'Stalled' ? Math.max(most, event.ms) : most), 0)
  const jump = events.find((event) => event.kind === 'ClockJumped')
  return [
    ...(stall === 0 ? [] : [stallWords(stall)]),
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
  const often = times === 1 ? 'an entry of it was refused' : `entries of it were refused ${times} times`
  return `${often}: ${REFUSED[reason]}`
}

const REFUSED: Readonly<Record<RejectReason, string>> = {
  Rejected: 'it is older than what we have',
  Outdated: 'it is too old: its clock, or ours, may be wrong',
  DifferentNetwork: 'it is of another network',
  FromTheFuture: 'it is from the future: its clock, or ours, is wrong',
  Departed: 'the peer had said goodbye',
  Full: 'our catalog is full',
  Malformed: 'it cannot be read: another version, or damaged',
  BadSignature: 'its signature does not hold',
  LimitExceeded: 'it is larger than allowed',
}

/** Its clock differs from ours. */
export function itsClockWords(aheadMs: number): string {
  return `its clock is ${roughDuration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} ours`
}

/** Dials that failed. */
export function dialsWords(failed: number, reason: string): string {
  return failed === 1 ? `dialing it failed: ${reason}` : `dialing it failed ${failed} times, last: ${reason}`
}

/** Its machine answers, and nobody listens there. */
export const CRASHED = 'it crashed or was ended: its machine answers, and nobody listens at its address'

/** So many, or nothing. */
export function counted(count: number, noun: string, verb: string): string {
  return count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'} ${verb}`
}

/** Parts as one sentence; empty ones are left out. */
export function sentence(parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join('; ')
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000) * 1000)
}
