import { shortPeerId } from '../../../shared/ids.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { AddressClass } from '../../../shared/reachability.ts'
import { shownClass } from '../ui/address-class.ts'

/** The columns of the table, in their order. `end`: numbers, set to the right. */
export const COLUMNS = [
  // What answers questions comes first: in a narrow window the rest is scrolled to.
  { id: 'state', width: '98px', shown: true },
  { id: 'nickname', width: 'minmax(128px, 1.4fr)', shown: true },
  { id: 'rtt', width: '80px', shown: true, end: true },
  { id: 'lastSeen', width: '104px', shown: true },
  { id: 'id', width: '108px', shown: true },
  { id: 'note', width: 'minmax(120px, 1.2fr)', shown: false },
  { id: 'tags', width: 'minmax(100px, 1.6fr)', shown: true },
  { id: 'addresses', width: 'minmax(88px, 1.6fr)', shown: true },
  { id: 'reach', width: '104px', shown: false },
  { id: 'firstSeen', width: '100px', shown: false },
  { id: 'started', width: '100px', shown: false },
  { id: 'streams', width: '76px', shown: false, end: true },
  { id: 'functions', width: '86px', shown: false, end: true },
  { id: 'groups', width: '76px', shown: false, end: true },
  { id: 'tickets', width: '76px', shown: false, end: true },
  { id: 'version', width: '80px', shown: false },
  { id: 'source', width: '78px', shown: true },
] as const satisfies readonly {
  readonly id: string
  readonly width: string
  readonly shown: boolean
  readonly end?: boolean
}[]

/** The name of a column. */
export type ColumnId = (typeof COLUMNS)[number]['id']

/** By which column rows are sorted, and which way. */
export interface Sorting {
  readonly column: ColumnId
  readonly descending: boolean
}

/** As the table looks at first. */
export const DEFAULT_COLUMNS: readonly ColumnId[] = COLUMNS.filter(({ shown }) => shown).map(({ id }) => id)
export const DEFAULT_SORTING: Sorting = { column: 'state', descending: false }

const NUMBERS: ReadonlySet<ColumnId> = new Set(COLUMNS.filter((column) => 'end' in column).map(({ id }) => id))

/** Whether a column has numbers, which are set to the right. */
export function isNumeric(column: ColumnId): boolean {
  return NUMBERS.has(column)
}

/** Columns of times; of these the newest is looked for, as of numbers the highest. */
const TIMES: ReadonlySet<ColumnId> = new Set<ColumnId>(['lastSeen', 'firstSeen', 'started'])

/** The sorting after a click on a column's head: first what is looked for there, then the other way round. */
export function nextSorting({ column, descending }: Sorting, clicked: ColumnId): Sorting {
  if (column === clicked) return { column, descending: !descending }
  return { column: clicked, descending: isNumeric(clicked) || TIMES.has(clicked) }
}

/** Those columns of a remembered list that there are, in their order; the default where none is left. */
export function knownColumns(kept: readonly string[] | null): readonly ColumnId[] {
  const known = COLUMNS.filter(({ id }) => kept?.includes(id)).map(({ id }) => id)
  return known.length === 0 ? DEFAULT_COLUMNS : known
}

/** For `recall`. */
export function isSorting(value: unknown): value is Sorting {
  if (typeof value !== 'object' || value === null || !('column' in value) || !('descending' in value)) return false
  return COLUMNS.some(({ id }) => id === value.column) && typeof value.descending === 'boolean'
}

/** The classes of a peer's addresses, from those that are reached from farthest; each once. */
export function reachOf(row: PeerRow): readonly AddressClass[] {
  const classes = new Set(row.addresses.map(shownClass))
  return ADDRESS_CLASSES.filter((one) => classes.has(one))
}

/** Address classes, from those that are reached from farthest. */
export const ADDRESS_CLASSES = [
  'public',
  'relayed',
  'private',
  'loopback',
  'reserved',
] as const satisfies readonly AddressClass[]

/** What the user wrote about peers, as far as rows are sorted by it. */
export interface Names {
  readonly nameOf: (peerId: PeerId) => string
  readonly noteOf: (peerId: PeerId) => string
  /** A peer's id in the form in which it is shown. */
  readonly idOf: (peerId: PeerId) => string
  /** A tag in the form in which it is shown. */
  readonly wordOf: (tag: string) => string
}

/** Nicknames, and no notes. */
export const NO_NAMES: Names = {
  nameOf: nickname,
  noteOf: () => '',
  idOf: shortPeerId,
  wordOf: (tag) => tag,
}

const STATE_ORDER = ['online', 'stored', 'departed', 'purged', 'lost', 'removed', 'displaced']

/** What a row is sorted by; null comes last whichever way. */
export function sortKey(row: PeerRow, column: ColumnId, names: Names = NO_NAMES): string | number | null {
  switch (column) {
    case 'state':
      return STATE_ORDER.indexOf(row.state) * 4 + (row.self ? 0 : row.neighbor ? 1 : row.connected ? 2 : 3)
    case 'nickname':
      return naturally(names.nameOf(row.peerId).toLowerCase())
    case 'note':
      return naturally(names.noteOf(row.peerId).toLowerCase()) || null
    case 'id':
      return names.idOf(row.peerId)
    case 'tags':
      return row.tags.length === 0 ? null : naturally(row.tags.map(names.wordOf).join(' '))
    case 'addresses':
      return row.addresses[0] === undefined ? null : naturally(row.addresses[0])
    case 'reach': {
      const [farthest] = reachOf(row)
      return farthest === undefined ? null : ADDRESS_CLASSES.indexOf(farthest)
    }
    case 'rtt':
      return row.rtt?.srtt ?? null
    case 'lastSeen':
      return row.lastSeen
    case 'firstSeen':
      return row.firstSeen
    case 'started':
      return row.version.startedAt
    case 'streams':
      return row.streams.length
    case 'functions':
      return row.functions.length
    case 'groups':
      return row.groups.length
    case 'tickets':
      return row.ticketCount
    case 'version':
      return naturally(row.protocolVersion)
    case 'source':
      return row.source
  }
}

/** Digits that a number within a text is compared by. */
const DIGITS = 12

/** A text that sorts by the numbers in it: `nr:2` before `nr:10`. */
function naturally(text: string): string {
  return text.replaceAll(/\d+/g, (digits) => digits.padStart(DIGITS, '0'))
}

/** Whether what a row is sorted by is of before: a peer that is not here answers nobody, however slow it was. */
function isOfBefore({ state }: PeerRow, column: ColumnId): boolean {
  return column === 'rtt' && state !== 'online'
}

/** The rows in order, what is of before after what is so now; equal ones by id, so that the order stands still. */
export function sortRows(
  rows: readonly PeerRow[],
  { column, descending }: Sorting,
  names: Names = NO_NAMES,
): PeerRow[] {
  const keyed = rows.map((row) => ({ row, key: sortKey(row, column, names), before: isOfBefore(row, column) }))
  const way = descending ? -1 : 1
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) {
      if (a.key !== b.key) return a.key === null ? 1 : -1
    } else if (a.before !== b.before) return a.before ? 1 : -1
    else if (a.key !== b.key) return a.key < b.key ? -way : way
    return a.row.peerId < b.row.peerId ? -1 : 1
  })
  return keyed.map(({ row }) => row)
}
