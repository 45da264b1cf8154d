import { shortPeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { nickname } from '../../../shared/nickname.ts'

/** The columns of the table, in their order. */
export const COLUMNS = [
  { id: 'state', width: '104px', shown: true },
  { id: 'nickname', width: 'minmax(130px, 1.2fr)', shown: true },
  { id: 'id', width: '132px', shown: true },
  { id: 'tags', width: 'minmax(140px, 1.6fr)', shown: true },
  { id: 'addresses', width: 'minmax(150px, 1.6fr)', shown: true },
  { id: 'rtt', width: '80px', shown: true },
  { id: 'lastSeen', width: '100px', shown: true },
  { id: 'firstSeen', width: '100px', shown: false },
  { id: 'started', width: '100px', shown: false },
  { id: 'version', width: '80px', shown: false },
  { id: 'source', width: '84px', shown: true },
] as const satisfies readonly { readonly id: string; readonly width: string; readonly shown: boolean }[]

/** The name of a column. */
export type ColumnId = (typeof COLUMNS)[number]['id']

/** By which column rows are sorted, and which way. */
export interface Sorting {
  readonly column: ColumnId
  readonly descending: boolean
}

const STATE_ORDER = ['online', 'stored', 'departed', 'purged', 'removed']

/** What a row is sorted by; null comes last whichever way. */
export function sortKey(row: PeerRow, column: ColumnId): string | number | null {
  switch (column) {
    case 'state':
      return STATE_ORDER.indexOf(row.state) * 4 + (row.self ? 0 : row.neighbor ? 1 : row.connected ? 2 : 3)
    case 'nickname':
      return nickname(row.peerId)
    case 'id':
      return shortPeerId(row.peerId)
    case 'tags':
      return row.tags.length === 0 ? null : row.tags.join(' ')
    case 'addresses':
      return row.addresses[0] ?? null
    case 'rtt':
      return row.rtt?.srtt ?? null
    case 'lastSeen':
      return row.lastSeen
    case 'firstSeen':
      return row.firstSeen
    case 'started':
      return row.version.startedAt
    case 'version':
      return row.protocolVersion
    case 'source':
      return row.source
  }
}

/** The rows in order; equal ones by id, so that the order stands still. */
export function sortRows(rows: readonly PeerRow[], { column, descending }: Sorting): PeerRow[] {
  const keyed = rows.map((row) => ({ row, key: sortKey(row, column) }))
  const way = descending ? -1 : 1
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) {
      if (a.key !== b.key) return a.key === null ? 1 : -1
    } else if (a.key !== b.key) return a.key < b.key ? -way : way
    return a.row.peerId < b.row.peerId ? -1 : 1
  })
  return keyed.map(({ row }) => row)
}
