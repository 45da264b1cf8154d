/** The fields of a row as the journal has them: only what differs from the row before, under short names. */
import type { DiscoveryEvent } from '../../../shared/events.ts'
import type { PeerId, UniqueId } from '../../../shared/ids.ts'
import type { PeerRow, PeerState, Source } from '../../../shared/peer.ts'
import { backSince, hereSince } from '../../../shared/peer.ts'

/** A time as its distance from the change; one that is too far away for that as it is, in a list. */
export type Time = number | readonly [number]

/** What differs. Times are told as how long before the change they were, milliseconds. */
export interface RowFields {
  /** state, neighbor, connected, signed, self, source */
  readonly z?: PeerState
  readonly n?: 0 | 1
  readonly c?: 0 | 1
  readonly y?: 0 | 1
  readonly x?: 0 | 1
  readonly o?: Source
  /** protocolVersion, version.startedAt and .updatedAt, firstSeen, lastSeen */
  readonly p?: string
  readonly s?: Time
  readonly u?: Time
  readonly b?: Time
  readonly l?: Time
  /** backAt, where it came back */
  readonly e?: Time
  /** tags, addresses, streams, functions, groups, ticketCount */
  readonly g?: readonly string[]
  readonly a?: readonly string[]
  readonly t?: readonly string[]
  readonly f?: readonly string[]
  readonly r?: readonly string[]
  readonly k?: number
  /** rtt: smoothed, its deviation, the last sample, and when that was; 0 for none */
  readonly m?: 0 | readonly [srtt: number, rttvar: number, last: number, at: Time]
}

/** Farthest time that is told as a distance: beyond it the difference would not be exact. */
const FARTHEST = 2 ** 50

/** What a row is taken for that nobody told of: most rows are like that, and need not say so. */
export function blankRow(peerId: PeerId): PeerRow {
  return {
    peerId,
    self: false,
    state: 'online',
    signed: true,
    protocolVersion: '',
    version: { startedAt: 0, updatedAt: 0 },
    addresses: [],
    tags: [],
    streams: [],
    functions: [],
    groups: [],
    ticketCount: 0,
    neighbor: false,
    connected: false,
    source: 'gossip',
    firstSeen: 0,
    lastSeen: 0,
    rtt: null,
  }
}

/** The row of a peer that came, as far as the event tells. */
export function cameRow(
  { peerId, source, version, tags, addresses }: Extract<DiscoveryEvent, { readonly kind: 'PeerDiscovered' }>,
  known: PeerRow | undefined,
  at: number,
): PeerRow {
  // One that is here already came in the millisecond that the journal ends with.
  const since = known?.state === 'online' ? hereSince(known) : at
  const { backAt: _, ...before } = known ?? blankRow(peerId)
  return { ...before, ...backSince(since, known), state: 'online', source, version, tags, addresses, lastSeen: at }
}

/** What a row says that the one before did not, where there was one. `now`: the time of the change. */
export function fieldsOf(row: PeerRow, known: PeerRow | undefined, now: number): RowFields {
  const before = known ?? blankRow(row.peerId)
  const { version: v } = before
  return {
    ...(row.state === before.state ? {} : { z: row.state }),
    ...(row.neighbor === before.neighbor ? {} : { n: bit(row.neighbor) }),
    ...(row.connected === before.connected ? {} : { c: bit(row.connected) }),
    ...(row.signed === before.signed ? {} : { y: bit(row.signed) }),
    ...(row.self === before.self ? {} : { x: bit(row.self) }),
    ...(row.source === before.source ? {} : { o: row.source }),
    ...(row.protocolVersion === before.protocolVersion ? {} : { p: row.protocolVersion }),
    ...(row.version.startedAt === v.startedAt ? {} : { s: distance(row.version.startedAt, now) }),
    ...(row.version.updatedAt === v.updatedAt ? {} : { u: distance(row.version.updatedAt, now) }),
    ...(row.firstSeen === before.firstSeen ? {} : { b: distance(row.firstSeen, now) }),
    ...(row.lastSeen === before.lastSeen ? {} : { l: distance(row.lastSeen, now) }),
    ...(row.backAt === undefined || row.backAt === before.backAt ? {} : { e: distance(row.backAt, now) }),
    ...(same(row.tags, before.tags) ? {} : { g: row.tags }),
    ...(same(row.addresses, before.addresses) ? {} : { a: row.addresses }),
    ...(same(row.streams, before.streams) ? {} : { t: row.streams }),
    ...(same(row.functions, before.functions) ? {} : { f: row.functions }),
    ...(same(row.groups, before.groups) ? {} : { r: row.groups }),
    ...(row.ticketCount === before.ticketCount ? {} : { k: row.ticketCount }),
    ...rttOf(row.rtt, before.rtt, now),
  }
}

/** Whether no more is new than that the peer is still there: a later entry that says the same, or another measurement. */
export function isRoutine(fields: RowFields): boolean {
  for (const name in fields) if (name !== 'u' && name !== 'l' && name !== 'm') return false
  return true
}

/** The row that the fields make of the one before. */
export function rowFrom(fields: RowFields, known: PeerRow | undefined, peerId: PeerId, now: number): PeerRow {
  const before = known ?? blankRow(peerId)
  const { z, n, c, y, x, o, p, s, u, b, l, e, g, a, t, f, r, k, m } = fields
  const backAt = e === undefined ? before.backAt : moment(e, now)
  return {
    peerId,
    self: x === undefined ? before.self : x === 1,
    state: z ?? before.state,
    signed: y === undefined ? before.signed : y === 1,
    protocolVersion: p ?? before.protocolVersion,
    version:
      s === undefined && u === undefined
        ? before.version
        : {
            startedAt: s === undefined ? before.version.startedAt : moment(s, now),
            updatedAt: u === undefined ? before.version.updatedAt : moment(u, now),
          },
    addresses: a ?? before.addresses,
    tags: g ?? before.tags,
    streams: (t as readonly UniqueId[] | undefined) ?? before.streams,
    functions: (f as readonly UniqueId[] | undefined) ?? before.functions,
    groups: (r as readonly UniqueId[] | undefined) ?? before.groups,
    ticketCount: k ?? before.ticketCount,
    neighbor: n === undefined ? before.neighbor : n === 1,
    connected: c === undefined ? before.connected : c === 1,
    source: o ?? before.source,
    firstSeen: b === undefined ? before.firstSeen : moment(b, now),
    ...(backAt === undefined ? {} : { backAt }),
    lastSeen: l === undefined ? before.lastSeen : moment(l, now),
    rtt:
      m === undefined ? before.rtt : m === 0 ? null : { srtt: m[0], rttvar: m[1], last: m[2], at: moment(m[3], now) },
  }
}

/** A time as it is told beside `now`; whole milliseconds. */
export function distance(time: number, now: number): Time {
  const whole = Math.round(time)
  return Math.abs(whole) < FARTHEST ? now - whole : [time]
}

/** The opposite of `distance`. */
export function moment(time: Time, now: number): number {
  return typeof time === 'number' ? now - time : time[0]
}

function rttOf(rtt: PeerRow['rtt'], before: PeerRow['rtt'], now: number): Pick<RowFields, 'm'> {
  if (rtt === null) return before === null ? {} : { m: 0 }
  if (before !== null && rtt.at === before.at && rtt.srtt === before.srtt && rtt.last === before.last) return {}
  return { m: [micro(rtt.srtt), micro(rtt.rttvar), micro(rtt.last), distance(rtt.at, now)] }
}

/** To the microsecond. */
function micro(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

function bit(value: boolean): 0 | 1 {
  return value ? 1 : 0
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((text, index) => text === b[index]))
}
