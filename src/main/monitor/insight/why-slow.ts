/** Why a peer is slow. Pure. */
import { evidence } from '../../../shared/health-words.ts'
import { stallWords } from '../../../shared/own-troubles.ts'
import { isRelayed } from '../../../shared/reachability.ts'
import type { RttSample } from '../../store/types.ts'
import type { PeerFacts, Ranked } from './why-parts.ts'
import { itself, ranked, stallAt } from './why-parts.ts'
import { agoWords, allSlowWords, FEW_PEERS, fewSamplesWords, slowerWords } from './words.ts'

/** So much slower than the middle of the others, and by so many milliseconds, is slow. */
const SLOW_TIMES = 2
const SLOW_BY_MS = 50
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

/** Whether it is much slower than others, or as slow as all of them. */
export function isSlow(facts: PeerFacts): boolean {
  const { row, others, samples } = facts
  if (row.rtt === null) return false
  if (isAbove(facts) || areAllSlow(facts)) return true
  const slower = isSlower(samples)
  // Of one that is new here nobody can say how it was.
  return slower === null
    ? areSlower(others) && isLikeOthers(row.rtt.srtt, others)
    : slower && others.slower >= FEW_PEERS
}

function isAbove({ row, others: { median } }: PeerFacts): boolean {
  return median !== null && isMuchSlower(row.rtt?.srtt ?? 0, median)
}

/** Whether a round-trip time is much above another one, milliseconds. */
export function isMuchSlower(ms: number, than: number): boolean {
  return ms > than * SLOW_TIMES && ms - than > SLOW_BY_MS
}

function isLikeOthers(srtt: number, { median }: PeerFacts['others']): boolean {
  return median !== null && srtt > SLOW_BY_MS && srtt * SLOW_TIMES > median
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
  if (samples.length < LEAST_SAMPLES) return null
  const newest = Math.min(NEWEST, samples.length >> 1)
  // Of an even number the one that says less: one odd sample must not decide.
  const now = sorted(samples.slice(-newest))[(newest - 1) >> 1] ?? 0
  const before = sorted(samples.slice(0, -newest))
  const then = before[before.length >> 1] ?? 0
  return isMuchSlower(now, then)
}

function sorted(samples: readonly RttSample[]): readonly number[] {
  return samples.map(({ ms }) => ms).sort((a, b) => a - b)
}

/** Everybody is slow, so it is us. */
function together(facts: PeerFacts): readonly Ranked[] {
  const { slower, compared, few, measured, median } = facts.others
  const where = evidence('peers', { filter: 'state:here' })
  if (areSlower(facts.others)) {
    const words = slowerWords(slower, compared, few, facts.local)
    return [ranked(95, 'everybody slow', few ? 'possible' : 'likely', words, [], where)]
  }
  if (!areAllSlow(facts)) return []
  // Much slower than even those: that has a cause of its own. So has a relay.
  const rank = isAbove(facts) ? 50 : 86
  return [ranked(rank, 'everybody slow', 'likely', allSlowWords(measured, median ?? 0, facts.local), [], where)]
}

function recentStall(facts: PeerFacts): readonly Ranked[] {
  const { stalls, now } = facts
  const recent = stalls.filter(({ at }) => at >= now - RECENT_MS)
  const [worst] = recent.toSorted((a, b) => b.ms - a.ms)
  if (worst === undefined) return []
  const words = `${stallWords(worst.ms)}, ${agoWords(Math.max(0, now - worst.at))}`
  // Where everybody is slow it says why; one alone has it hardly from us.
  const all = areSlower(facts.others) || areAllSlow(facts)
  return [ranked(all ? 96 : 70, 'own stall', all ? 'likely' : 'possible', words, [worst.seq], stallAt(worst))]
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
