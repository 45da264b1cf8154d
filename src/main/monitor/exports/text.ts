/** Catalog and events as JSON, lines of JSON, and CSV. Each gives the file in parts. */
import { toString } from 'uint8arrays'
import type { NetworkRef } from '../../../shared/contract.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { peerOf } from '../../../shared/events.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { PeerSession } from '../../store/types.ts'
import type { PeerRecord } from './records.ts'

/** Version of the JSON formats; a change that old readers would stumble over makes it one more. */
const FORMAT_VERSION = 1

/** One JSON document: what it is, and the items under `name`. */
export async function* jsonDocument(
  kind: 'catalog' | 'events' | 'sessions',
  network: NetworkRef,
  now: number,
  pages: AsyncIterable<readonly object[]>,
): AsyncGenerator<string> {
  const head = {
    format: `peerscope-${kind}`,
    formatVersion: FORMAT_VERSION,
    network,
    exportedAt: new Date(now).toISOString(),
  }
  const name = kind === 'catalog' ? 'peers' : kind
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "${name}": [`
  let first = true
  for await (const page of pages) {
    let text = ''
    for (const item of page) {
      text += `${first ? '' : ','}\n    ${JSON.stringify(item)}`
      first = false
    }
    yield text
  }
  yield '\n  ]\n}\n'
}

/** One JSON object a line. */
export async function* jsonLines(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((item) => `${JSON.stringify(item)}\n`).join('')
}

/**
 * CSV as RFC 4180 has it: a header, CRLF, fields quoted where they must be. The fields are exactly what peers said: a
 * spreadsheet may take one that begins with `=` for a formula, so import them as text.
 */
export async function* csv<T>(
  columns: Readonly<Record<string, (item: T) => string | number | boolean | null>>,
  pages: AsyncIterable<readonly T[]>,
): AsyncGenerator<string> {
  const cells = Object.values(columns)
  yield `${Object.keys(columns).join(',')}\r\n`
  for await (const page of pages) {
    yield page.map((item) => `${cells.map((cell) => csvField(cell(item))).join(',')}\r\n`).join('')
  }
}

function csvField(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Times in CSV: ISO 8601, UTC. */
function time(at: number | null): string {
  return at === null ? '' : new Date(at).toISOString()
}

/** A peer as JSON formats have it. Times are milliseconds since the epoch, the signed bytes hex. */
export function peerJson({ row, nickname: name, stored }: PeerRecord): object {
  const { signed, ...rest } = stored
  const hex = signed && { entry: toString(signed.entry, 'hex'), signature: toString(signed.signature, 'hex') }
  return { ...rest, state: row.state, nickname: name, neighbor: row.neighbor, connected: row.connected, signed: hex }
}

/** An event as JSON formats have it. */
export function eventJson({ seq, at, event, times = 1, lastAt = at }: LoggedEvent): object {
  return times === 1 ? { seq, at, ...event } : { seq, at, ...event, times, lastAt }
}

/** A session as JSON formats have it. */
export function sessionJson(session: PeerSession): object {
  return { ...session, nickname: nickname(session.peerId) }
}

/** The columns of the catalog as CSV. Lists are separated by spaces, durations in milliseconds. */
export const PEER_COLUMNS: Readonly<Record<string, (peer: PeerRecord) => string | number | boolean | null>> = {
  peerId: ({ row }) => row.peerId,
  nickname: (peer) => peer.nickname,
  state: ({ row }) => row.state,
  reason: ({ stored }) => stored.departureReason,
  source: ({ row }) => row.source,
  tags: ({ row }) => row.tags.join(' '),
  addresses: ({ row }) => row.addresses.join(' '),
  protocolVersion: ({ row }) => row.protocolVersion,
  startedAt: ({ row }) => time(row.version.startedAt),
  updatedAt: ({ row }) => time(row.version.updatedAt),
  firstSeen: ({ row }) => time(row.firstSeen),
  lastSeen: ({ row }) => time(row.lastSeen),
  rttMs: ({ row }) => row.rtt?.srtt ?? null,
  streams: ({ row }) => row.streams.join(' '),
  groups: ({ row }) => row.groups.join(' '),
  tickets: ({ row }) => row.ticketCount,
  signed: ({ row }) => row.signed,
}

/** The columns of the event log as CSV. `detail` is JSON. */
export const EVENT_COLUMNS: Readonly<Record<string, (event: LoggedEvent) => string | number | boolean | null>> = {
  seq: ({ seq }) => seq,
  at: ({ at }) => time(at),
  kind: ({ event }) => event.kind,
  peerId: ({ event }) => peerOf(event),
  nickname: ({ event }) => {
    const peerId = peerOf(event)
    return peerId === null ? null : nickname(peerId)
  },
  detail: ({ event }) => {
    const { kind: _kind, ...detail } = event
    return JSON.stringify('peerId' in detail ? { ...detail, peerId: undefined } : detail)
  },
  times: ({ times = 1 }) => times,
  lastAt: ({ at, lastAt = at }) => time(lastAt),
}

/** The columns of the sessions as CSV. */
export const SESSION_COLUMNS: Readonly<Record<string, (session: PeerSession) => string | number | boolean | null>> = {
  id: ({ id }) => id,
  peerId: ({ peerId }) => peerId,
  nickname: ({ peerId }) => nickname(peerId),
  from: ({ from }) => time(from),
  to: ({ to }) => time(to),
  durationMs: ({ from, to }) => (to === null ? null : to - from),
  reason: ({ reason }) => reason,
}
