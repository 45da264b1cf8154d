/**
 * Whether peers that went at nearly one moment went together, or by chance alone: the one place that decides it.
 *
 * In a large network some peer crashes every few seconds, and is purged minutes later, by when it announced itself last. So some two
 * always lie near each other, and that says nothing. A group counts when the rate of departures in an hour makes it unlikely. That rate leaves
 * out the peers that went at the moment itself. In doubt nothing is said: in an hour in which all peers go one by one, usually no group
 * may be told.
 */
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { eventsIn } from './logged.ts'
import { joinedLast } from './network-trouble.ts'
import type { WhySource } from './why-facts.ts'
import { isMissed, isSilent, rowsOf } from './why-together.ts'

/** The span of which the rate is taken, milliseconds, and events of a kind that are read of it: of more the newest. */
const HOUR_MS = 3_600_000
const MOST_READ = 4000
/** So many groups may be expected by chance in the span, for one that is told. */
const BY_CHANCE = 0.05
/** Where nobody went it is not known that nobody does: it counts as so many. */
const UNSEEN = 0.5
/** One of so many parts of the span must have none, where how many do tells the rate. */
const FREE_PART = 10

/** When a peer went, milliseconds since the epoch. */
export interface WentAt {
  readonly peerId: PeerId
  readonly at: number
}

/** Who went in a span, by each way in which that is known. Times are milliseconds since the epoch. */
export interface Background {
  readonly from: number
  readonly to: number
  /** Neighbors that broke off and were not heard of since. */
  readonly broke: readonly WentAt[]
  readonly purged: readonly WentAt[]
}

/** How near those are that count as near, and how exactly it is known when one went: milliseconds. */
export interface Nearness {
  readonly withinMs: number
  readonly leastMs: number
}

/** Who went in the hour until ten minutes after a moment, in the same run of ours as far as that is known. In turns. */
export async function backgroundOf(source: WhySource, moment: number): Promise<Background> {
  const { now, purgeAfterMs, logFrom } = source
  const joinedAt = joinedLast(source).at
  const to = Math.min(now, moment + HEALTH_SPAN_MS)
  const start = Math.max(to - HOUR_MS, logFrom, joinedAt <= moment ? joinedAt : -Infinity)
  const departures = await eventsIn(source, ['PeerDeparted'], start, Math.min(now, to + 2 * purgeAfterMs), MOST_READ)
  const downs = await eventsIn(source, ['NeighborDown'], start, to, MOST_READ)
  const silent = departures.events.flatMap(({ event, at }) =>
    event.kind === 'PeerDeparted' && isSilent(event.reason) ? { peerId: event.peerId, at } : [],
  )
  const silentAt = new Map<PeerId, readonly number[]>()
  for (const { peerId, at } of silent) silentAt.set(peerId, [...(silentAt.get(peerId) ?? []), at])
  const broken = downs.events.flatMap(({ event, at, lastAt = at }) =>
    event.kind === 'NeighborDown' ? { peerId: event.peerId, at: lastAt } : [],
  )
  const rows = rowsOf(source.rows(), new Set(broken.map(({ peerId }) => peerId)))
  const isGone = ({ peerId, at }: WentAt): boolean =>
    (silentAt.get(peerId) ?? []).some((goneAt) => goneAt >= at && goneAt - at <= 2 * purgeAfterMs) ||
    isMissed(rows.get(peerId), at)
  return {
    from: Math.max(start, ...[departures, downs].map(({ readFrom }) => readFrom)),
    to,
    broke: broken.filter(isGone),
    purged: silent.filter(({ at }) => at <= to),
  }
}

/** Those of one kind. */
type Times = Pick<Background, 'from' | 'to'> & { readonly times: readonly WentAt[] }

/**
 * Who of those near a moment is more than chance explains, the nearest first: as many as that holds of.
 * @param known that others went together then: there is one moment at which chance may have added them, rather than all of the span
 */
export function beyondChance(
  near: readonly WentAt[],
  moment: number,
  { from, to, times }: Times,
  { withinMs, leastMs }: Nearness,
  known = false,
): ReadonlySet<PeerId> {
  const gapOf = ({ at }: WentAt): number => Math.abs(at - moment)
  const sorted = near.toSorted((a, b) => gapOf(a) - gapOf(b))
  const span = Math.max(to - from - 2 * withinMs, 2 * withinMs)
  const others = countOf({ from, to, times }, moment, withinMs)
  // Each of them may have been the moment that is looked at, with each number of those that are near.
  const chances = (known ? 1 : others + 1) * sorted.length
  for (let count = sorted.length; count > 0; count -= 1) {
    const farthest = sorted[count - 1]
    if (farthest === undefined) break
    const expected = ((others + UNSEEN) * 2 * Math.max(leastMs, gapOf(farthest))) / span
    if (chances * atLeast(count, expected) <= BY_CHANCE) return new Set(sorted.slice(0, count).map((one) => one.peerId))
  }
  return new Set()
}

/**
 * How many peers went one by one, but for those near the moment. Several that went together must not pass for many that go by chance:
 * then far more parts of the span have none than as many by chance would leave.
 */
function countOf({ from, to, times }: Times, moment: number, partMs: number): number {
  const partOf = (at: number): number => Math.floor((at - moment) / partMs)
  const [first, last] = [partOf(from) + 1, partOf(to) - 1]
  const [taken, all] = [new Set<number>(), Math.max(0, last - first + 1)]
  let count = 0
  for (const { at } of times) {
    const part = partOf(at)
    if (at < from || at > to || part === 0 || part === -1) continue
    count += 1
    if (part >= first && part <= last) taken.add(part)
  }
  const near = [0, -1].filter((part) => part >= first && part <= last).length
  const [parts, free] = [all - near, all - near - taken.size]
  // Where hardly any is free, how many are says little.
  return free === 0 || free * FREE_PART < parts ? count : Math.min(count, parts * Math.log(parts / free))
}

/** How probable so many are, or more, where others are expected: after Poisson. */
function atLeast(count: number, expected: number): number {
  let [term, fewer] = [Math.exp(-expected), 0]
  for (let of = 0; of < count; of += 1) {
    fewer += term
    term *= expected / (of + 1)
  }
  // The difference would be lost in rounding: what is left then is less than the next terms, which fall at least as fast.
  return fewer < 0.999 ? 1 - fewer : Math.min(1, term / Math.max(1e-9, 1 - expected / (count + 1)))
}
