/** What the causes of `why` are made from: what is known of a peer, and how a cause is told. Pure. */
import type { Evidence } from '../../../shared/health.ts'
import { withoutAddresses, isRefused } from '../../../shared/dialed-peer.ts'
import { evidence } from '../../../shared/health-words.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import { peerOf } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { addressClass } from '../../../shared/reachability.ts'
import type { Cause, CauseKind, Confidence } from '../../../shared/why.ts'
import type { RttSample, SessionEnd } from '../../store/types.ts'
import { isWithin } from '../loss.ts'
import { wasDialed } from './logged.ts'
import type { AddressesGone } from './own-link.ts'
import type { Run } from './runs.ts'
import type { Stall } from './stalls.ts'
import type { BrokeOff } from './why-together.ts'
import type { Fates } from './fate-words.ts'
import { sentence, TWIN } from './words.ts'
import type { WrongClock } from './wrong-clock.ts'

/** Events that a cause names. */
export const MOST_EVENTS = 10

/** What is known. Times are milliseconds since the epoch, durations milliseconds. */
export interface PeerFacts {
  readonly now: number
  readonly row: PeerRow
  /** It is in no list: all that came of it was refused. */
  readonly stranger: boolean
  /** When we joined the network last, as far as it is known; and from when on there are events. */
  readonly began: number
  readonly logFrom: number
  /** When and how it left last; null while it is here, or where that was not recorded. */
  readonly gone: { readonly at: number; readonly reason: SessionEnd } | null
  /** That it came back later, as the process that it was, or started again; null where it did not, or that is not asked. */
  readonly back: 'same' | 'restarted' | null
  /** Whether a link of it is known; null where peers of this network tell none. */
  readonly linked: boolean | null
  /** Who does not name it any longer that it named when it told its links last, and when that was; null where nobody dropped it so. */
  readonly dropped: { readonly by: ReadonlySet<PeerId>; readonly toldAt: number } | null
  /** When it broke off from us, where it counts as here, no link of it is known, and it was not heard of since. */
  readonly brokeOff: BrokeOff | null
  /** The address at the other end of our connection to it; null without one, or where that is not known. */
  readonly connectedAt: string | null
  /** Newest last. */
  readonly samples: readonly RttSample[]
  /** Middle round-trip time of the other measured peers, how many they are; and how many of how many are slower than before. */
  readonly others: {
    readonly measured: number
    readonly median: number | null
    readonly slower: number
    readonly compared: number
    /** Most of those were measured a few times only. */
    readonly few: boolean
  }
  /**
   * Peers that were purged within half a minute of it, in a loss or not, and stayed so, itself included, and what dials tell of them; and how
   * many were here then.
   */
  readonly together: { readonly silent: Fates; readonly here: number }
  /** The loss of the network in which it left, or that began soon after (`NOTICED_MS`); null where we were in it. */
  readonly lostThen: Run | null
  /** That addresses of this machine went away when that began; null where none did. */
  readonly addressesGone: AddressesGone | null
  /** Events about it, and about ourselves, newest first. */
  readonly events: readonly LoggedEvent[]
  /** Dials to it or its addresses that failed, newest first: since it was heard of last where it is gone, else in this run. */
  readonly dials: readonly LoggedEvent[]
  /** When a dial to it was refused first in this run, before those; null where none was. */
  readonly refusedBefore: number | null
  /** Whether they were looked for to the end: that takes long in a long history. */
  readonly dialsSought: boolean
  /** The split in which it is in another island, or was when it went; null where there is none. */
  readonly apart: Apart | null
  /** Losses of the network at the time of these dials. */
  readonly losses: readonly Run[]
  /** Whether we reach peers that have private addresses only: then those are no obstacle. */
  readonly reachesPrivate: boolean
  /** Whether our own addresses lead to this machine only: then those of others that do are here. */
  readonly ownLocal: boolean
  /** In the order of time. */
  readonly stalls: readonly Stall[]
  /** By how much its clock is ahead of ours, as far as its entries tell; null where they do not. */
  readonly clockAheadMs: number | null
  /** By how much ours is ahead of most peers', as of when it left where it did; null where it agrees. */
  readonly ownClock: { readonly byMs: number; readonly peers: number } | null
  /** That ours was wrong when the peer was purged, and whether it is right again; null where it was not. */
  readonly wrongClock: (WrongClock & { readonly over: boolean }) | null
  /** The network was lost: we have no neighbor. */
  readonly lost: boolean
  /** It is on this machine: no connection lies between it and us. */
  readonly local: boolean
  /** So are all others that are here. */
  readonly allLocal: boolean
  /** As of `NetworkFacts`. */
  readonly demo: boolean
  readonly purgeAfterMs: number
  readonly maxDriftMs: number
}

/** A split, of which a peer is or was on the other side. Times are milliseconds since the epoch. */
export interface Apart {
  readonly since: number
  /** The number of the event that told it; null while it was not told yet. */
  readonly seq: number | null
  /** Who else was on the other side, as far as they were named. */
  readonly others: readonly PeerId[]
  /** That no link of it was known: it went silent when they were cut off, and on which side it was is not known. */
  readonly unlinked: boolean
  /** Why it only looked split: they ended, rather than being cut off. Null where they were cut off. */
  readonly ended: Ranked | null
}

/** A cause with its rank: the higher, the more probable. */
export interface Ranked {
  readonly rank: number
  readonly cause: Cause
}

/** Causes in their order. None is surer than one that is more probable, but for what is certain: that is no guess. */
export function mostProbableFirst(causes: readonly Ranked[]): readonly Ranked[] {
  let guess = false
  return causes
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ rank, cause }) => {
      guess ||= cause.confidence === 'possible'
      return { rank, cause: guess && cause.confidence === 'likely' ? { ...cause, confidence: 'possible' } : cause }
    })
}

/** A statement with its best cause, as one sentence. */
export function told(words: string, causes: readonly Cause[]): string {
  const [best] = causes
  return sentence([
    best === undefined ? words : `${words}${best.confidence === 'certain' ? ':' : ','} ${becauseOf(best)}`,
  ])
}

const BECAUSE: Readonly<Record<Confidence, string>> = {
  certain: '',
  likely: 'probably because ',
  possible: 'perhaps because ',
}

/** A cause, with how sure we are. */
export function becauseOf({ confidence, words }: Pick<Cause, 'confidence' | 'words'>): string {
  return `${BECAUSE[confidence]}${words}`
}

/** Another node has our key: others hear it under our name. */
export function twinCause(events: readonly LoggedEvent[]): readonly Ranked[] {
  const clashes = events.filter(({ event }) => event.kind === 'IdentityClash')
  const where = evidence('timeline', { kinds: ['IdentityClash'] })
  return clashes.length === 0 ? [] : [ranked(75, 'twin', 'likely', TWIN, seqs(clashes), where)]
}

/** A cause with its rank. Its words name peers and places; whole addresses are in the events behind it. @param since of an age in them */
export function ranked(
  rank: number,
  kind: CauseKind,
  confidence: Confidence,
  words: string,
  events: readonly number[],
  where: Evidence | null,
  since: number | null = null,
): Ranked {
  const said = withoutAddresses(words)
  return {
    rank,
    cause: { kind, confidence, words: said, events: events.slice(0, MOST_EVENTS), evidence: where, since },
  }
}

/** The numbers of events. */
export function seqs(events: readonly LoggedEvent[]): readonly number[] {
  return [...new Set(events.map(({ seq }) => seq))].slice(0, MOST_EVENTS)
}

/** Where a stall is seen. */
export function stallAt({ at, ms }: Stall): Evidence {
  return evidence('timeline', { kinds: ['Stalled'], from: at - ms, to: at })
}

/** What happened to the peer, around when it left. */
export function lifeOf({ row, gone }: PeerFacts): Evidence {
  const around = gone === null ? {} : { from: gone.at - 60_000, to: gone.at + 1000 }
  return evidence('timeline', { filter: `id:${row.peerId}`, peerId: row.peerId, ...around })
}

/** The number of the newest event of a kind about the peer. */
export function eventsOf({ events, row }: PeerFacts, kind: EventKind): readonly number[] {
  const [newest] = events.filter(({ event }) => event.kind === kind && peerOf(event) === row.peerId)
  return newest === undefined ? [] : [newest.seq]
}

/** Events of a kind in a span, newest first. */
export function before({ events }: PeerFacts, kind: EventKind, from: number, to: number): readonly LoggedEvent[] {
  return events.filter(({ event, at }) => event.kind === kind && at >= from && at <= to)
}

/**
 * Dials that tell something of the peer. While we had lost the network they failed by that, but for those that its machine refused; where
 * it is on this machine no connection of ours can be down.
 */
export function tellingDials({ dials, losses, local }: PeerFacts): readonly LoggedEvent[] {
  if (local) return dials
  return dials.filter(
    ({ event, at, lastAt = at }) =>
      (event.kind === 'DialFailed' && isRefused(event.reason)) || !(isWithin(losses, at) && isWithin(losses, lastAt)),
  )
}

/** How long a dial waits for an answer, milliseconds: what stood still meanwhile may be why none came. */
const DIAL_MS = 10_000
/** A dial that ran out of time is told a moment before the stall that it came of, milliseconds. */
const SLACK_MS = 1000

/** Whether a dial failed by waiting: one that was refused, or had no way, tells of others, whatever we did ourselves. */
export function ranOutOfTime(reason: string): boolean {
  return /no answer in time|time[ds]? ?out|aborted/i.test(reason)
}

/** What dials to those that went tell: nobody listens there, none is answered, or nothing. */
export type DialsTell = 'refused' | 'no answer' | null

/**
 * What dials that failed tell of those that they went to: one that is refused says more than others that wait in vain. Of what ran out
 * of time while we stood still ourselves, nothing.
 */
export function dialsTell(dials: readonly LoggedEvent[], stalls: readonly Stall[]): DialsTell {
  const reasons = dials.flatMap(({ event }) => (event.kind === 'DialFailed' ? event.reason : []))
  if (reasons.some(isRefused)) return 'refused'
  return reasons.some(ranOutOfTime) && ranOutStalled(dials, stalls) === null ? 'no answer' : null
}

/** What dials since tell of some peers, by those to each of them. */
export function fatesOf(dials: Iterable<readonly LoggedEvent[]>, stalls: readonly Stall[]): Fates {
  const fates = { count: 0, refused: 0, unanswered: 0, undialed: 0 }
  for (const to of dials) {
    const tell = dialsTell(to, stalls)
    fates.count += 1
    if (tell === 'refused') fates.refused += 1
    else if (tell === 'no answer') fates.unanswered += 1
    else if (!to.some(wasDialed)) fates.undialed += 1
  }
  return fates
}

/** The longest stall in which dials ran out of time, where all that did have one; else null. */
export function ranOutStalled(dials: readonly LoggedEvent[], stalls: readonly Stall[]): Stall | null {
  let worst: Stall | null = null
  for (const { event, at, lastAt = at } of dials) {
    if (event.kind !== 'DialFailed' || event.notDialed !== undefined) continue
    if (!ranOutOfTime(event.reason)) return null
    // Of several in one row the first and the last are looked at.
    for (const when of [at, lastAt]) {
      const found = stalls.find((stall) => stall.at >= when - DIAL_MS && stall.at - stall.ms <= when + SLACK_MS)
      if (found === undefined) return null
      if (worst === null || found.ms > worst.ms) worst = found
    }
  }
  return worst
}

/** Whether all addresses of a peer lead to its own machine or local network only. */
export function isPrivate({ addresses }: PeerRow): boolean {
  return addresses.length > 0 && addresses.every((address) => ['loopback', 'private'].includes(addressClass(address)))
}

/** The peer itself, in the table. */
export function itself({ peerId }: PeerRow): Evidence {
  return evidence('peers', { filter: `id:${peerId}`, peerId })
}
