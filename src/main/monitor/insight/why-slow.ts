/** Why a peer is slow. Pure. */
import { agoWords } from '../../../shared/why-words.ts'
import { evidence } from '../../../shared/health-words.ts'
import { isRelayed } from '../../../shared/reachability.ts'
import { isMuchSlower, SLOW_BY_MS, SLOW_TIMES } from '../../../shared/rtt.ts'
import type { RttSample } from '../../store/types.ts'
import { stallsTold } from './stalls-told.ts'
import type { PeerFacts, Ranked } from './why-parts.ts'
import { itself, ranked } from './why-parts.ts'
import { allSlowWords, FEW_PEERS, fewSamplesWords, slowerWords } from './words.ts'

/** No way on earth takes so long by itself: where half of the peers do, they have it from us. Milliseconds. */
const SLOW_ANYWAY_MS = 400
/** Variation of round-trip times, as a part of their mean, up to which they are steady. */
const STEADY = 0.2
/** Samples that say how steady a path is, at least. */
const FEW_SAMPLES = 5
/** Fewer samples than this do not say whether the newest of them are above those before. */
const LEAST_SAMPLES = 4
/** From this many on the answer is sure. */
export const MANY_SAMPLES = 8
/** The newest samples that are held against those before: so many, and of few the half. */
const NEWEST = 3
/** How far back our own stalls may slow what is measured now. */
const RECENT_MS = 120_000

/** What may make it slow. */
export function slowCauses(facts: PeerFacts): readonly Ranked[] {
  return [...together(facts), ...recentStall(facts), ...path(facts), ...pace(facts)]
}

/** What makes it slow, with the times that decided, in milliseconds: what is said of it compares these and no others. */
export type Slowness =
  /** Much slower than the middle of the others. */
  | { readonly than: 'others'; readonly ms: number; readonly others: number }
  /** It and most others need longer than any way does. */
  | { readonly than: 'any way'; readonly ms: number; readonly others: number }
  /** Much slower than it was, and several others are too. */
  | { readonly than: 'before'; readonly ms: number; readonly before: number }
  /** It came when most others were slower than usual, and answers about as slowly as they do. */
  | { readonly than: 'nothing'; readonly ms: number; readonly others: number }

/** Whether it is slow, and by what; null where it is not. */
export function slowness(facts: PeerFacts): Slowness | null {
  const { row, others, samples } = facts
  const ms = row.rtt?.srtt ?? null
  const { median } = others
  if (ms === null) return null
  if (median !== null && isAbove(facts)) return { than: 'others', ms, others: median }
  if (median !== null && areAllSlow(facts)) return { than: 'any way', ms, others: median }
  const before = paceBefore(samples)
  // Of one that is new here nobody can say how it was.
  if (before === null)
    return median !== null && areSlower(others) && isLikeOthers(ms, median)
      ? { than: 'nothing', ms, others: median }
      : null
  // The smoothed time, which is told, must bear out what the newest ones say.
  const slower = isSlower(samples) === true && isMuchSlower(ms, before)
  return slower && others.slower >= FEW_PEERS ? { than: 'before', ms, before } : null
}

/** What is said of it: with the comparison that decided. */
export function slowWords(slow: Slowness): string {
  const ms = `${Math.round(slow.ms)} ms`
  switch (slow.than) {
    case 'others':
      return `is slow (it answers in ${ms}, others in ${Math.round(slow.others)} ms)`
    case 'any way':
      return `is slow, as others are (it answers in ${ms}, others in ${Math.round(slow.others)} ms)`
    case 'before':
      return `is slower than before (it answers in ${ms}, before in ${Math.round(slow.before)} ms)`
    case 'nothing':
      return `is slow, and so are most others since it came (it answers in ${ms}, others in ${Math.round(slow.others)} ms)`
  }
}

function isAbove({ row, others: { median } }: PeerFacts): boolean {
  return median !== null && isMuchSlower(row.rtt?.srtt ?? 0, median)
}

function isLikeOthers(ms: number, median: number): boolean {
  return ms > SLOW_BY_MS && ms * SLOW_TIMES > median
}

/** Whether most peers are slower than before. */
function areSlower({ slower, compared }: PeerFacts['others']): boolean {
  return compared >= FEW_PEERS && slower * 2 > compared
}

/** Whether it and most others need longer than any way does. */
function areAllSlow({ row, others: { median, measured } }: PeerFacts): boolean {
  return (row.rtt?.srtt ?? 0) >= SLOW_ANYWAY_MS && measured >= FEW_PEERS && (median ?? 0) >= SLOW_ANYWAY_MS
}

/** Whether the newest samples are much above the ones before; null where there are too few to tell. */
export function isSlower(samples: readonly RttSample[]): boolean | null {
  const before = paceBefore(samples)
  if (before === null) return null
  const newest = newestOf(samples)
  // Of an even number the one that says less: one odd sample must not decide.
  const now = sorted(samples.slice(-newest))[(newest - 1) >> 1] ?? 0
  return isMuchSlower(now, before)
}

/** The middle of the samples before the newest ones; null where there are too few to tell. */
function paceBefore(samples: readonly RttSample[]): number | null {
  if (samples.length < LEAST_SAMPLES) return null
  const before = sorted(samples.slice(0, -newestOf(samples)))
  return before[before.length >> 1] ?? 0
}

function newestOf({ length }: readonly RttSample[]): number {
  return Math.min(NEWEST, length >> 1)
}

function sorted(samples: readonly RttSample[]): readonly number[] {
  return samples.map(({ ms }) => ms).sort((a, b) => a - b)
}

/** Whether it is much slower than the others, and was so before: what slows all of them does not explain that. */
function hasOwnCause(facts: PeerFacts): boolean {
  return isAbove(facts) && isSlower(facts.samples) === false
}

/** Everybody is slow, so it is us. */
function together(facts: PeerFacts): readonly Ranked[] {
  const { slower, compared, few, measured, median } = facts.others
  const where = evidence('peers', { filter: 'state:here' })
  if (areSlower(facts.others)) {
    const words = slowerWords(slower, compared, few, facts.allLocal)
    // Much slower than even those, and always was: that has a cause of its own.
    if (hasOwnCause(facts)) return [ranked(50, 'everybody slow', 'possible', words, [], where)]
    return [ranked(95, 'everybody slow', few ? 'possible' : 'likely', words, [], where)]
  }
  if (!areAllSlow(facts)) return []
  // Much slower than even those: that has a cause of its own. So has a relay.
  const rank = isAbove(facts) ? 50 : 86
  return [ranked(rank, 'everybody slow', 'likely', allSlowWords(measured, median ?? 0, facts.allLocal), [], where)]
}

function recentStall(facts: PeerFacts): readonly Ranked[] {
  const { stalls, now } = facts
  const recent = stalls.filter(({ at }) => at >= now - RECENT_MS)
  const told = stallsTold(recent, (last) => agoWords(Math.max(0, now - last.at)))
  if (told === null) return []
  // Where everybody is slow it says why; one alone has it hardly from us.
  const all = !hasOwnCause(facts) && (areSlower(facts.others) || areAllSlow(facts))
  const sure = all ? 'likely' : 'possible'
  return [ranked(all ? 96 : 70, 'own stall', sure, told.words, told.events, told.evidence, told.lastAt)]
}

/** By which way it is reached. */
function path({ row, connectedAt }: PeerFacts): readonly Ranked[] {
  const own = itself(row)
  if (connectedAt !== null)
    return isRelayed(connectedAt)
      ? [ranked(90, 'relayed', 'certain', 'our connection to it goes through a relay', [], own)]
      : []
  const relayed = row.addresses.length > 0 && row.addresses.every(isRelayed)
  return relayed ? [ranked(88, 'relayed', 'likely', 'it can only be reached through a relay', [], own)] : []
}

/** A long way is steady, a crowded one is not. */
function pace({ row, samples }: PeerFacts): readonly Ranked[] {
  const times = samples.map(({ ms }) => ms)
  if (times.length < FEW_SAMPLES)
    return [ranked(20, 'unknown', 'certain', fewSamplesWords(times.length), [], itself(row))]
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length
  const spread = Math.sqrt(times.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / times.length)
  const range = `between ${Math.round(Math.min(...times))} and ${Math.round(Math.max(...times))} ms`
  const where = itself(row)
  return spread <= mean * STEADY
    ? [ranked(80, 'far', 'likely', `it is far away (its round-trip time is steady, ${range})`, [], where)]
    : [
        ranked(
          60,
          'unsteady',
          'likely',
          `it, or the way to it, is busy (its round-trip time varies, ${range})`,
          [],
          where,
        ),
      ]
}
