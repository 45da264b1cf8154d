/** What `why` of the network is made from: what is known of it, and what happened near enough to its trouble. Pure. */
import { isRefused } from '../../../shared/dialed-peer.ts'
import type { NetworkStatus } from '../../../shared/contract.ts'
import type { HealthNow } from '../../../shared/health.ts'
import { evidence } from '../../../shared/health-words.ts'
import { eventAsOf } from '../../../shared/events.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import { goesOnSince } from '../../../shared/growing.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import type { Confidence } from '../../../shared/why.ts'
import type { LossRun } from '../loss.ts'
import type { AddressesGone } from './own-link.ts'
import { stallOf } from './logged.ts'
import type { Stall } from './stalls.ts'
import { stallsTold } from './stalls-told.ts'
import type { Ranked } from './why-parts.ts'
import { ranked, seqs } from './why-parts.ts'
import { agoWords } from '../../../shared/why-words.ts'
import { gapWords } from './words.ts'
import type { WrongClock } from './wrong-clock.ts'

/**
 * When the others counted as gone, how many they were, of how many no link was known, and how many are back; null where that is not known.
 */
export interface PartedFacts {
  readonly goneAt: number
  readonly gone: number
  readonly unlinked: number
  readonly back: number | null
}

/** Peers that ended together, and how many of them are back. */
export interface TogetherFacts {
  readonly peers: readonly PeerId[]
  readonly back: number
}

/** Our clock was wrong, and is right again: how many peers were taken for gone meanwhile, and how many of them are back. */
export interface ClockBefore {
  readonly clock: WrongClock
  readonly gone: number
  readonly back: number
}

/** What is known. Times are milliseconds since the epoch. */
export interface NetworkFacts {
  readonly now: number
  /** When we joined the network last, as far as it is known; and from when on there are events. */
  readonly began: number
  readonly logFrom: number
  /** Null where it is read from a data folder. */
  readonly status: NetworkStatus | null
  /** Our own addresses, as the log told them last; null where it did not. */
  readonly loggedAddresses: readonly string[] | null
  /** Its state, as far as a data folder tells. */
  readonly state: HealthNow['state']
  readonly islands: IslandsSummary | null
  /** Only those near enough to the trouble to explain it, newest first. */
  readonly events: readonly LoggedEvent[]
  /** When the trouble began; now where that is not known. */
  readonly since: number
  /** How much earlier it may have begun, milliseconds: a split is told some time after it. */
  readonly untoldMs: number
  /** Who alone held the islands together before they split; null where that is not known. */
  readonly held: readonly PeerId[] | null
  /** Who was in other islands than ours when they split. */
  readonly apart: ReadonlySet<PeerId>
  /** What told of the split, newest first. */
  readonly told: readonly LoggedEvent[]
  /** That the others were taken for gone since; null where there was no split, or one lasts. */
  readonly parted: PartedFacts | null
  /** Peers that ended together, where that is what happened last; null where another trouble is told, or none. */
  readonly together: TogetherFacts | null
  /** That our clock was wrong lately; null where it was not, is so still, or took nobody for gone. */
  readonly clockBefore: ClockBefore | null
  /** Our loss of the network, where it is over and told still; null where another trouble is told. */
  readonly lostBefore: LossRun | null
  /** That addresses of this machine went away when we lost the network; null where none did, or we did not. */
  readonly addressesGone: AddressesGone | null
  /** Who did not stay silent. */
  readonly again: ReadonlySet<PeerId>
  /** By how much our clock was ahead of most peers' when the trouble began; null where they agreed, or that is not known. */
  readonly ownClock: HealthNow['clock']
  /** Entries that were refused in the ten minutes before now since their clock is not ours, newest first. */
  readonly refusedByClock: readonly LoggedEvent[]
  /** Peers whose entries are refused now since their clock is not ours, with what tells of each, newest first. */
  readonly refusedPeers: ReadonlyMap<PeerId, readonly LoggedEvent[]>
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
  /** All peers are on this machine: no connection lies between them and us. */
  readonly local: boolean
  /** It is the network of a demo, which plays that it splits: on one machine nothing else cuts peers off. */
  readonly demo: boolean
}

/** Whether we are in the network together with others, or were when it was stored. */
export function isJoined(state: NetworkFacts['state']): boolean {
  return state === 'online' || state === 'stored'
}

/** Whether the network is split, or looks so: what is said of it and of its peers goes by this alone. */
export function isSplit({ state, islands }: Pick<NetworkFacts, 'state' | 'islands'>): boolean {
  return isJoined(state) && islands !== null && islands.count > 1
}

/** What happened longer before a loss or a split is not its cause, milliseconds. */
export const NEAR_MS = 60_000
/** What comes a little later by the clock may come of the same, milliseconds. */
export const SLACK_MS = 1000
/** From so many milliseconds on a cause is only possible. */
export const LIKELY_MS = 15_000
/** So much of its rank a cause loses that is as far from the trouble as one may be. */
const FAR_RANK = 30

/** Peers that go so long before or after a split went together, milliseconds. */
export const TOGETHER_MS = 30_000
/** A stall that is shorter has no late consequences: it explains only what comes so soon that it would be likely, milliseconds. */
const BRIEF_MS = 3000

/** An event with how long before the trouble it happened, milliseconds. */
export interface Near {
  readonly logged: LoggedEvent
  readonly gap: number
}

/** Events that are near enough to the trouble to be its cause, the nearest first. */
export function nearEnough(events: readonly LoggedEvent[], gapOf: (logged: LoggedEvent) => number): readonly Near[] {
  return events
    .map((logged) => ({ logged, gap: gapOf(logged) }))
    .filter(({ gap }) => gap <= NEAR_MS && gap >= -SLACK_MS)
    .map(({ logged, gap }) => ({ logged, gap: Math.max(0, gap) }))
    .sort((a, b) => a.gap - b.gap)
}

/** From the end of what happened to the trouble; of several in one row from the one before it. */
export function gapTo(since: number): (logged: LoggedEvent) => number {
  return (logged) => {
    const { at, lastAt = at } = eventAsOf(logged, since + SLACK_MS)
    return since - lastAt
  }
}

/** The farther from the trouble, the less it explains. */
export function rankAt(rank: number, gap: number): number {
  return rank - (FAR_RANK * gap) / NEAR_MS
}

/** The span in which causes are looked for. */
export function spanOf({ since }: NetworkFacts): { readonly from: number; readonly to: number } {
  return { from: since - NEAR_MS, to: since + SLACK_MS }
}

/** Those of a kind. */
export function ofKind({ events }: Pick<NetworkFacts, 'events'>, kind: EventKind): readonly LoggedEvent[] {
  return events.filter(({ event }) => event.kind === kind)
}

/** Their numbers. */
export function seqsOf(facts: NetworkFacts, kind: EventKind): readonly number[] {
  return seqs(ofKind(facts, kind))
}

/** Our own stalls that are near; the longest says how sure that is. @param goesOn whether the trouble does: then the last one was so long ago, rather than before it */
export function stallCauses(
  facts: NetworkFacts,
  rank: number,
  confidence: Confidence,
  goesOn = false,
): readonly Ranked[] {
  const found = stallsNear(facts)
  const worst = worstOf(found)
  if (worst === undefined) return []
  const until = facts.since + SLACK_MS
  const stalls = found.flatMap(({ logged }) => stallOf(eventAsOf(logged, until)))
  const gapOf = ({ at }: Stall): number => Math.max(0, facts.since - at)
  const told = stallsTold(stalls, (last) => (goesOn ? agoWords(gapOf(last)) : gapWords(gapOf(last))))
  if (told === null) return []
  const where = evidence('timeline', { kinds: ['Stalled'], ...spanOf(facts) })
  const sure = worst.gap <= LIKELY_MS ? confidence : 'possible'
  const since = goesOn ? Math.min(facts.since, told.lastAt) : null
  return [ranked(rankAt(rank, worst.gap), 'own stall', sure, told.words, told.events, where, since)]
}

/** Our own stalls that are near, but for brief ones that are too far; also before a trouble that may have begun earlier. */
export function stallsNear(facts: NetworkFacts): readonly Near[] {
  const gapOf = gapTo(facts.since)
  const near = nearEnough(ofKind(facts, 'Stalled'), (logged) => {
    const gap = gapOf(logged)
    return gap > NEAR_MS ? Math.max(0, gap - facts.untoldMs) : gap
  })
  return near
    .map(({ logged, gap }) => ({ logged, gap: Math.max(gap, gapOf(logged)) }))
    .filter((one) => msOf(one) >= BRIEF_MS || one.gap - facts.untoldMs <= LIKELY_MS)
}

function msOf({ logged: { event } }: Near): number {
  return event.kind === 'Stalled' ? event.ms : 0
}

/** The longest of some stalls. */
function worstOf(stalls: readonly Near[]): Near | undefined {
  return stalls.toSorted((a, b) => msOf(b) - msOf(a))[0]
}

/**
 * Whether the longest stall that is near had ended before the trouble, with all linked again that it had parted from us: then something
 * else came after it. Right after a stall nothing tells so but those that came back.
 */
export function linkedAfterStall(facts: NetworkFacts): boolean {
  const worst = worstOf(stallsNear(facts))
  if (worst === undefined) return false
  const over = facts.since - worst.gap
  const upAt = new Map<PeerId, number>()
  for (const logged of ofKind(facts, 'NeighborUp')) {
    const { event, at, lastAt = at } = eventAsOf(logged, facts.since)
    if (event.kind === 'NeighborUp' && lastAt <= facts.since)
      upAt.set(event.peerId, Math.max(lastAt, upAt.get(event.peerId) ?? 0))
  }
  let back = 0
  for (const logged of ofKind(facts, 'NeighborDown')) {
    const { event, at, lastAt = at } = eventAsOf(logged, over + SLACK_MS)
    if (event.kind !== 'NeighborDown' || at > over + SLACK_MS || lastAt < over - msOf(worst) - SLACK_MS) continue
    if ((upAt.get(event.peerId) ?? -Infinity) < lastAt) return false
    back += 1
  }
  return worst.gap - facts.untoldMs > LIKELY_MS || back > 0
}

/** Who left so. */
export function departed(facts: NetworkFacts, reason: 'graceful' | 'purged'): readonly LoggedEvent[] {
  return ofKind(facts, 'PeerDeparted').filter(({ event }) => event.kind === 'PeerDeparted' && event.reason === reason)
}

/** Neighbors that broke off just before the trouble and did not come again, the nearest first. */
export function brokeOff(facts: NetworkFacts): readonly Near[] {
  const upAt = new Map<PeerId, number>()
  for (const { event, at, lastAt = at } of ofKind(facts, 'NeighborUp'))
    if (event.kind === 'NeighborUp') upAt.set(event.peerId, Math.max(lastAt, upAt.get(event.peerId) ?? 0))
  return nearEnough(ofKind(facts, 'NeighborDown'), gapTo(facts.since)).filter(
    ({ logged: { event, at, lastAt = at } }) =>
      event.kind === 'NeighborDown' && (upAt.get(event.peerId) ?? -Infinity) < lastAt,
  )
}

/** Dials that failed, newest first, by the peer that they were to: each of those that were asked for, in that order. */
export type DialsTo = ReadonlyMap<PeerId, readonly LoggedEvent[]>

/** Dials to some peers that failed, also since a moment of each. A dial is looked at once, however many the peers are. */
export function dialsTo(
  facts: Pick<NetworkFacts, 'events'>,
  peers: Iterable<PeerId>,
  from: (peerId: PeerId) => number,
): DialsTo {
  const found = new Map([...peers].map((peerId) => [peerId, new Array<LoggedEvent>()] as const))
  for (const logged of ofKind(facts, 'DialFailed')) {
    const { event, at, lastAt = at } = logged
    if (event.kind !== 'DialFailed') continue
    // An id is a run of letters and digits.
    for (const word of new Set(event.target.split(/[^0-9A-Za-z]+/))) {
      const peerId = word as PeerId
      const dials = found.get(peerId)
      if (dials !== undefined && lastAt >= from(peerId) - SLACK_MS) dials.push(logged)
    }
  }
  return found
}

/** Dials to some peers that were refused for the first time since a moment, or a little before it. */
export function refusalsSince(
  facts: Pick<NetworkFacts, 'events'>,
  peers: Iterable<PeerId>,
  from: (peerId: PeerId) => number,
): DialsTo {
  const found = [...dialsTo(facts, peers, from)].map(([peerId, dials]) => {
    const since = from(peerId) - SLACK_MS
    const first = dials.filter(
      (logged) => logged.event.kind === 'DialFailed' && isRefused(logged.event.reason) && goesOnSince(logged) >= since,
    )
    return [peerId, first] as const
  })
  return new Map(found)
}
