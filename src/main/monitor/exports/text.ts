/** Catalog and events as JSON, lines of JSON, and CSV. Each gives the file in parts. */
import { toString } from 'uint8arrays'
import type { NetworkRef } from '../../../shared/contract.ts'
import { csvCell, withoutFormula } from '../../../shared/csv.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { peerOf } from '../../../shared/events.ts'
import { nickname } from '../../../shared/nickname.ts'
import { formatUtc } from '../../../shared/time.ts'
import type { PeerSession } from '../../store/types.ts'
import type { Column, Columns } from './cells.ts'
import { jsonCell } from './cells.ts'
import type { PeerRecord } from './records.ts'

/** Version of the JSON formats; a change that old readers would stumble over makes it one more. */
const FORMAT_VERSION = 1

/** One JSON document: what it is, and the items under `name`. */
export async function* jsonDocument(
  kind: 'catalog' | 'events' | 'sessions',
  network: NetworkRef,
  times: { readonly now: number; readonly asOf: number },
  pages: AsyncIterable<readonly object[]>,
): AsyncGenerator<string> {
  const head = {
    format: `peerscope-${kind}`,
    formatVersion: FORMAT_VERSION,
    network,
    exportedAt: formatUtc(times.now),
    asOf: formatUtc(times.asOf),
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

/** One JSON object a line, with the moment that it is of as its last field; that is added as text, which copies no record. */
export async function* jsonLines(pages: AsyncIterable<readonly object[]>, asOf: number): AsyncGenerator<string> {
  const end = `,"asOf":${asOf}}\n`
  for await (const page of pages) yield page.map((item) => `${JSON.stringify(item).slice(0, -1)}${end}`).join('')
}

/**
 * CSV as RFC 4180 has it, in UTF-8 without a byte order mark: a header, CRLF, fields quoted where they must be. Times are
 * ISO 8601 in UTC, lists JSON arrays. What is missing is an empty field, an empty text is `""`. Text that a spreadsheet could
 * take for a formula has an apostrophe before it (docs/exports.md tells how to read it back).
 */
export async function* csv<T>(columns: Columns<T>, pages: AsyncIterable<readonly T[]>): AsyncGenerator<string> {
  const cells = Object.values(columns)
  yield `${Object.keys(columns).join(',')}\r\n`
  for await (const page of pages) {
    yield page.map((item) => `${cells.map((column) => csvCell(cellText(column, item))).join(',')}\r\n`).join('')
  }
}

function cellText<T>(column: Column<T>, item: T): string | null {
  if (column.kind === 'list') return jsonCell(column.of(item))
  const value = column.of(item)
  if (value === null) return null
  if (typeof value === 'string') return withoutFormula(value)
  return column.kind === 'time' ? formatUtc(Number(value)) : String(value)
}

/** A peer as JSON formats have it. Times are milliseconds since the epoch, the signed bytes hex. */
export function peerJson({ row, nickname: name, endpointId, names, stored }: PeerRecord): object {
  const { signed, ...rest } = stored
  const hex = signed && { entry: toString(signed.entry, 'hex'), signature: toString(signed.signature, 'hex') }
  return {
    ...rest,
    ...(endpointId === null ? {} : { endpointId }),
    state: row.state,
    nickname: name,
    ...(names.size === 0 ? {} : { names: Object.fromEntries(names) }),
    neighbor: row.neighbor,
    connected: row.connected,
    signed: hex,
  }
}

/** An event as JSON formats have it. */
export function eventJson({ seq, at, event, times = 1, lastAt = at }: LoggedEvent): object {
  return times === 1 ? { seq, at, ...event } : { seq, at, ...event, times, lastAt }
}

/** A session as JSON formats have it. */
export function sessionJson(session: PeerSession): object {
  return { ...session, nickname: nickname(session.peerId) }
}

/** The columns of a file, and last the moment that it is of. */
export function withAsOf<T>(columns: Columns<T>, asOf: number): Columns<T> {
  return { ...columns, asOf: { kind: 'time', of: () => asOf } }
}

/** The columns of the catalog. Durations are milliseconds. `names` is JSON: words by the ids that they name. */
export const PEER_COLUMNS: Columns<PeerRecord> = {
  peerId: { kind: 'text', of: ({ row }) => row.peerId },
  nickname: { kind: 'text', of: (peer) => peer.nickname },
  state: { kind: 'text', of: ({ row }) => row.state },
  reason: { kind: 'text', of: ({ stored }) => stored.departureReason },
  source: { kind: 'text', of: ({ row }) => row.source },
  tags: { kind: 'list', of: ({ row }) => row.tags },
  addresses: { kind: 'list', of: ({ row }) => row.addresses },
  protocolVersion: { kind: 'text', of: ({ row }) => row.protocolVersion },
  startedAt: { kind: 'time', of: ({ row }) => row.version.startedAt },
  updatedAt: { kind: 'time', of: ({ row }) => row.version.updatedAt },
  firstSeen: { kind: 'time', of: ({ row }) => row.firstSeen },
  lastSeen: { kind: 'time', of: ({ row }) => row.lastSeen },
  rttMs: { kind: 'number', of: ({ row }) => row.rtt?.srtt ?? null },
  streams: { kind: 'list', of: ({ row }) => row.streams },
  functions: { kind: 'list', of: ({ row }) => row.functions },
  groups: { kind: 'list', of: ({ row }) => row.groups },
  tickets: { kind: 'integer', of: ({ row }) => row.ticketCount },
  signed: { kind: 'boolean', of: ({ row }) => row.signed },
  endpointId: { kind: 'text', of: (peer) => peer.endpointId },
  names: { kind: 'text', of: ({ names }) => (names.size === 0 ? null : jsonCell(Object.fromEntries(names))) },
}

/** The columns of the event log. `detail` is JSON. */
export const EVENT_COLUMNS: Columns<LoggedEvent> = {
  seq: { kind: 'integer', of: ({ seq }) => seq },
  at: { kind: 'time', of: ({ at }) => at },
  kind: { kind: 'text', of: ({ event }) => event.kind },
  peerId: { kind: 'text', of: ({ event }) => peerOf(event) },
  nickname: {
    kind: 'text',
    of: ({ event }) => {
      const peerId = peerOf(event)
      return peerId === null ? null : nickname(peerId)
    },
  },
  detail: {
    kind: 'text',
    of: ({ event }) => {
      const { kind: _kind, ...detail } = event
      return jsonCell('peerId' in detail ? { ...detail, peerId: undefined } : detail)
    },
  },
  times: { kind: 'integer', of: ({ times = 1 }) => times },
  lastAt: { kind: 'time', of: ({ at, lastAt = at }) => lastAt },
}

/** The columns of the sessions. */
export const SESSION_COLUMNS: Columns<PeerSession> = {
  id: { kind: 'integer', of: ({ id }) => id },
  peerId: { kind: 'text', of: ({ peerId }) => peerId },
  nickname: { kind: 'text', of: ({ peerId }) => nickname(peerId) },
  from: { kind: 'time', of: ({ from }) => from },
  to: { kind: 'time', of: ({ to }) => to },
  durationMs: { kind: 'number', of: ({ from, to }) => (to === null ? null : to - from) },
  reason: { kind: 'text', of: ({ reason }) => reason },
}
