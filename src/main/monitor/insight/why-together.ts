/** Who went together with a peer: by what is known of the peers themselves, whether or not another island was seen. In turns. */
import { eventAsOf } from '../../../shared/events.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { DepartureReason, PeerRow, PeerState } from '../../../shared/peer.ts'
import { onlyLocal } from '../../../shared/reachability.ts'
import { inTurns } from '../turns.ts'
import type { Nearness, WentAt } from './by-chance.ts'
import type { Fates } from './fate-words.ts'
import { eventsIn, stallsIn } from './logged.ts'
import { toTheirAddresses } from './network-events.ts'
import { dialsTo, refusalsSince, SLACK_MS, TOGETHER_MS } from './network-facts.ts'
import type { WhySource } from './why-facts.ts'
import type { PeerFacts } from './why-parts.ts'
import { fatesOf } from './why-parts.ts'

/** Neighbors that broke off within so long of each other may have gone together; we notice each so exactly. */
export const BROKE_NEAR: Nearness = { withinMs: 2000, leastMs: 200 }
/** Others are purged by when they announced themselves last, which peers do by turns: so far apart at most, milliseconds, and such a part of the time until they are purged. */
const PURGED_SAME_MS = 15_000
const PURGED_SAME_PART = 0.2
/** So exactly it is known when they went, milliseconds: hardly. */
const PURGED_LEAST_MS = 2000

/** The same of those that are known to have gone by their purge alone. */
export function purgedNear(purgeAfterMs: number): Nearness {
  return { withinMs: Math.min(PURGED_SAME_MS, purgeAfterMs * PURGED_SAME_PART), leastMs: PURGED_LEAST_MS }
}

type TogetherSource = Pick<WhySource, 'store' | 'networkKey' | 'rows' | 'purgeAfterMs' | 'now'>

/** Whether nothing is heard of a peer, be it that we could not hear it. */
export function isSilent(state: PeerState | DepartureReason): boolean {
  return state === 'purged' || state === 'lost'
}

/** Who was purged at about the same time, in a loss or not, of how many. On this machine others elsewhere do not count. */
export async function togetherWith(source: TogetherSource, row: PeerRow, at: number): Promise<PeerFacts['together']> {
  const [from, to] = [at - TOGETHER_MS, at + TOGETHER_MS]
  const { events } = await eventsIn(source, ['PeerDeparted'], from, to)
  const silent = new Set(silentIn(events).keys())
  for (const peerId of heardAgain(source.rows(), events)) silent.delete(peerId)
  if (onlyLocal(row.addresses))
    for (const { peerId, addresses } of source.rows())
      if (addresses.length > 0 && !onlyLocal(addresses)) silent.delete(peerId)
  const here = await inTurns(source.store.presentAt(source.networkKey, from))
  return { silent: await fatesSince(source, silent, at), here }
}

/** What dials tell of some peers that were purged at about a moment. */
async function fatesSince(source: TogetherSource, peers: ReadonlySet<PeerId>, at: number): Promise<Fates> {
  const { purgeAfterMs, now } = source
  const from = at - 2 * purgeAfterMs
  const { events } = await eventsIn(source, ['DialFailed'], from, now)
  const stalls = await stallsIn(source, from, now)
  const log = { events: toTheirAddresses(events, source) }
  const fates = fatesOf(dialsTo(log, peers, () => from).values(), stalls)
  // An address that refused before was never one at which its peer could be dialed.
  const refused = [...refusalsSince(log, peers, () => from).values()].filter(({ length }) => length > 0)
  return { ...fates, refused: refused.length }
}

/**
 * Who did not stay silent: it was stopped for a while, or not heard by us, but did not crash. One that was started again since did end.
 * @param events in which they may have gone silent
 */
export function heardAgain(rows: Iterable<PeerRow>, events: readonly LoggedEvent[]): ReadonlySet<PeerId> {
  const startedAt = silentIn(events)
  const again = new Set<PeerId>()
  for (const { peerId, state, version } of rows)
    if (!isSilent(state) && version.startedAt <= (startedAt.get(peerId) ?? Infinity)) again.add(peerId)
  return again
}

/** Who went silent, and when the process had started that did. */
function silentIn(events: readonly LoggedEvent[]): ReadonlyMap<PeerId, number> {
  const found = new Map<PeerId, number>()
  for (const { event } of events)
    if (event.kind === 'PeerDeparted' && isSilent(event.reason))
      found.set(event.peerId, Math.max(event.version.startedAt, found.get(event.peerId) ?? -Infinity))
  return found
}

/** When a neighbor broke off, milliseconds since the epoch, and the event that tells it. */
export interface BrokeOff {
  readonly at: number
  readonly seq: number
}

/** The neighbors that broke off in a span and did not come again in it. */
async function brokenOff(source: TogetherSource, from: number, to: number): Promise<ReadonlyMap<PeerId, BrokeOff>> {
  const { events } = await eventsIn(source, ['NeighborUp', 'NeighborDown'], from, to)
  const upAt = new Map<PeerId, number>()
  const downs = new Map<PeerId, BrokeOff>()
  for (const logged of events) {
    const { seq, event, at, lastAt = at } = eventAsOf(logged, to)
    if (event.kind === 'NeighborUp') upAt.set(event.peerId, Math.max(lastAt, upAt.get(event.peerId) ?? -Infinity))
    else if (event.kind === 'NeighborDown' && lastAt > (downs.get(event.peerId)?.at ?? -Infinity))
      downs.set(event.peerId, { at: lastAt, seq })
  }
  for (const [peerId, { at }] of downs) if ((upAt.get(peerId) ?? -Infinity) >= at) downs.delete(peerId)
  return downs
}

/** When a peer broke off from us, by a moment, where it was not heard of since; null where it did not. */
export async function brokeOffAt(
  source: TogetherSource,
  peerId: PeerId,
  heardAt: number,
  until: number,
): Promise<BrokeOff | null> {
  const down = (await brokenOff(source, until - 2 * source.purgeAfterMs, until)).get(peerId)
  return down === undefined || heardAt > down.at + SLACK_MS ? null : down
}

/** Who else went silent at about the moment at which a peer did, by chance or not. */
export interface WentWith {
  readonly since: number
  /** Those that broke off from us then, by which it is known when they went. */
  readonly broke: readonly WentAt[]
  /** Those of which it is only known that they were purged at about the same time. */
  readonly purged: readonly WentAt[]
}

/** How a peer went. Times are milliseconds since the epoch. */
export interface Went {
  /** When it broke off from us; null where it did not. */
  readonly down: BrokeOff | null
  /** When it was heard of last. */
  readonly heardAt: number
  /** When it was purged; null where it counts as here. */
  readonly goneAt: number | null
}

/** The peers whose departures are among these events. */
function leftIn(events: readonly LoggedEvent[]): readonly PeerId[] {
  return events.flatMap(({ event }) => (event.kind === 'PeerDeparted' ? event.peerId : []))
}

/** The rows of some peers, by one look at all. */
export function rowsOf(rows: Iterable<PeerRow>, peers: ReadonlySet<PeerId>): ReadonlyMap<PeerId, PeerRow> {
  const found = new Map<PeerId, PeerRow>()
  for (const row of peers.size === 0 ? [] : rows) if (peers.has(row.peerId)) found.set(row.peerId, row)
  return found
}

/** Who did so with it. */
export async function wentWith(
  source: TogetherSource,
  peerId: PeerId,
  { down, heardAt, goneAt }: Went,
): Promise<WentWith> {
  const { purgeAfterMs } = source
  const since = down?.at ?? Math.max(heardAt, (goneAt ?? -Infinity) - 2 * purgeAfterMs)
  const until = (goneAt ?? since) + 2 * purgeAfterMs
  const { events } = await eventsIn(source, ['PeerDeparted'], since - SLACK_MS, until)
  const { withinMs } = BROKE_NEAR
  const near = down === null ? [] : await brokenOff(source, down.at - withinMs, down.at + withinMs)
  const rows = rowsOf(source.rows(), new Set([...near].map(([other]) => other).concat(leftIn(events))))
  const again = heardAgain(rows.values(), events)
  const [broke, purged] = [new Array<WentAt>(), new Array<WentAt>()]
  if (down !== null) {
    // As each went first: what came of it once it was back is another matter.
    const left = new Map<PeerId, DepartureReason>()
    for (const { event } of events.toReversed()) if (event.kind === 'PeerDeparted') left.set(event.peerId, event.reason)
    const isGone = (other: PeerId): boolean => {
      const reason = left.get(other)
      return reason === undefined ? isMissed(rows.get(other), down.at) : isSilent(reason) && !again.has(other)
    }
    for (const [other, { at }] of near) if (other !== peerId && isGone(other)) broke.push({ peerId: other, at })
  }
  if (goneAt === null) return { since, broke, purged }
  const known = new Set([peerId, ...broke.map((other) => other.peerId), ...again])
  for (const { at, event } of events) {
    if (event.kind !== 'PeerDeparted' || !isSilent(event.reason) || known.has(event.peerId)) continue
    if (Math.abs(at - goneAt) > purgedNear(purgeAfterMs).withinMs) continue
    known.add(event.peerId)
    purged.push({ peerId: event.peerId, at })
  }
  return { since, broke, purged }
}

/** Whether a peer counts as here, and nothing was heard of it since a moment. */
export function isMissed(row: PeerRow | undefined, since: number): boolean {
  if (row?.state !== 'online' || row.connected || row.neighbor) return false
  return Math.max(row.lastSeen, row.rtt?.at ?? -Infinity) <= since + SLACK_MS
}
