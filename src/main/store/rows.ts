import type { DiscoveryEvent, EarlierState, LoggedEvent } from '../../shared/events.ts'
import type { PeerId, UniqueId } from '../../shared/ids.ts'
import type { DepartureReason, PeerState, Source } from '../../shared/peer.ts'
import type { StoredPeer } from './types.ts'

/** A row of `peers`, joined with its id. */
export interface PeerRecord {
  readonly peer: number
  readonly peerId: string
  readonly state: string
  readonly departure_reason: string | null
  readonly protocol_version: string
  readonly started_at: number
  readonly updated_at: number
  readonly addresses: string
  readonly tags: string
  readonly streams: string
  readonly functions: string
  readonly groups: string
  readonly ticket_count: number
  readonly source: string
  readonly first_seen: number
  readonly last_seen: number
  readonly rtt_srtt: number | null
  readonly rtt_var: number | null
  readonly rtt_last: number | null
  readonly rtt_at: number | null
  readonly entry: Uint8Array | null
  readonly signature: Uint8Array | null
}

/** A row of `events`, joined with the ids that it refers to. */
export interface EventRecord {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly peerId: string | null
  readonly detail: string
  readonly times: number
  readonly lastAt: number | null
  readonly earlier: string | null
}

/** The peer of a row. Only our own writer fills the table, so that ids and names are what their types say. */
export function peerFromRow(row: PeerRecord): StoredPeer {
  return {
    peerId: row.peerId as PeerId,
    state: row.state as PeerState,
    departureReason: row.departure_reason as DepartureReason | null,
    protocolVersion: row.protocol_version,
    version: { startedAt: row.started_at, updatedAt: row.updated_at },
    addresses: textsFrom(row.addresses),
    tags: textsFrom(row.tags),
    streams: textsFrom(row.streams) as UniqueId[],
    functions: textsFrom(row.functions) as UniqueId[],
    groups: textsFrom(row.groups) as UniqueId[],
    ticketCount: row.ticket_count,
    source: row.source as Source,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    rtt:
      row.rtt_srtt === null || row.rtt_var === null || row.rtt_last === null || row.rtt_at === null
        ? null
        : { srtt: row.rtt_srtt, rttvar: row.rtt_var, last: row.rtt_last, at: row.rtt_at },
    signed:
      row.entry === null || row.signature === null
        ? null
        : { entry: Uint8Array.from(row.entry), signature: Uint8Array.from(row.signature) },
  }
}

/** The values of a row of `peers`, by the names that the insert statement uses. */
export function peerToRow(network: number, peer: number, stored: StoredPeer): Record<string, unknown> {
  return {
    network,
    peer,
    state: stored.state,
    departureReason: stored.departureReason,
    protocolVersion: stored.protocolVersion,
    startedAt: whole(stored.version.startedAt),
    updatedAt: whole(stored.version.updatedAt),
    addresses: JSON.stringify(stored.addresses),
    tags: JSON.stringify(stored.tags),
    streams: JSON.stringify(stored.streams),
    functions: JSON.stringify(stored.functions),
    groups: JSON.stringify(stored.groups),
    ticketCount: whole(stored.ticketCount),
    source: stored.source,
    firstSeen: whole(stored.firstSeen),
    lastSeen: whole(stored.lastSeen),
    rttSrtt: stored.rtt?.srtt ?? null,
    rttVar: stored.rtt?.rttvar ?? null,
    rttLast: stored.rtt?.last ?? null,
    rttAt: stored.rtt === null ? null : whole(stored.rtt.at),
    entry: stored.signed?.entry ?? null,
    signature: stored.signed?.signature ?? null,
  }
}

/** What of an event goes into `detail`: all but its kind and its peer, which have columns. */
export function eventDetail(event: DiscoveryEvent): string {
  const { kind: _kind, ...all }: Readonly<Record<string, unknown>> = { ...event }
  const { peerId, ...detail } = all
  return JSON.stringify(typeof peerId === 'string' ? detail : all)
}

/** What a kind of event is searched by: its name, and the words of it. */
export function kindWords(kind: string): string {
  return `${kind} ${kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')}`
}

/** The event of a row; null where it cannot be read. One bad row must not hide all others. */
export function eventFromRow(row: EventRecord): LoggedEvent | null {
  const detail = valueFrom(row.detail)
  if (typeof detail !== 'object' || detail === null) return null
  const peer = row.peerId === null ? {} : { peerId: row.peerId }
  const event = { kind: row.kind, ...peer, ...detail } as DiscoveryEvent
  const { seq, at, times, lastAt } = row
  if (times === 1) return { seq, at, event }
  const earlier = row.earlier === null ? undefined : valueFrom(row.earlier)
  const states = Array.isArray(earlier) ? { earlier: earlier as EarlierState[] } : {}
  return { seq, at, event, times, lastAt: lastAt ?? at, ...states }
}

/** A whole number that SQLite can hold exactly: what peers claim about themselves may be any number. */
export function whole(value: number): number {
  if (Number.isNaN(value)) return 0
  return Math.round(Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER))
}

/** A JSON list of texts; those that can be read. */
export function textsFrom(json: string): string[] {
  const texts = valueFrom(json)
  return Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : []
}

/** The value of a JSON text; undefined for what is no JSON. */
export function valueFrom(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
