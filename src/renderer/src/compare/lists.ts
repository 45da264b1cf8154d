/** Lists of peers that come of comparisons: what they are called, and as text, CSV and filter. Pure. */
import type { ComparedPeerRow } from '../../../shared/compare.ts'
import type { KnowledgeDifference, KnownPeer } from '../../../shared/compare-peers.ts'
import { csvCell, withoutFormula } from '../../../shared/csv.ts'
import { MAX_FILTER } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { LEFT_WORDS } from '../../../shared/state-words.ts'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** A peer of a list, and what is said of it there. */
export interface ListEntry {
  readonly peerId: PeerId
  readonly words: string
  /** From when that is, milliseconds since the epoch; null where it needs no time. */
  readonly at: number | null
}

/** One of the lists of a comparison. */
export interface ResultList {
  readonly id: string
  readonly label: string
  readonly entries: readonly ListEntry[]
  /** How many there are, in words; null where that is not known, so that no number looks like a fact. */
  readonly count: string | null
}

/** Came, left, changed, same: of two pictures. */
export function pictureLists(
  rows: readonly ComparedPeerRow[],
  saidOf: (change: string) => string,
): readonly ResultList[] {
  const entries: Record<ComparedPeerRow['what'], ListEntry[]> = { came: [], left: [], changed: [], same: [] }
  for (const row of rows) entries[row.what].push({ peerId: row.peerId, words: wordsOf(row, saidOf), at: null })
  const { lists } = strings.compare
  return (['came', 'left', 'changed', 'same'] as const).map((id) => ({
    id,
    label: lists[id],
    entries: entries[id],
    count: formatCount(entries[id].length),
  }))
}

/**
 * Only one knows, only the other knows, both know. That a peer does not know somebody is said only where it told all that counts.
 * @param whole whether A and B told that
 */
export function knowledgeLists(
  { onlyA, onlyB, both }: KnowledgeDifference,
  nameOf: (peerId: PeerId) => string,
  [a, b]: readonly [PeerId, PeerId],
  whole: readonly [boolean, boolean],
): readonly ResultList[] {
  const text = strings.compare
  const only = (one: PeerId, other: PeerId, isTold: boolean): string =>
    isTold ? text.only(nameOf(one), nameOf(other)) : text.onlyKnown(nameOf(one), nameOf(other))
  const list = (id: string, label: string, known: readonly KnownPeer[], count: string | null): ResultList => ({
    id,
    label,
    count,
    entries: known.map(({ peerId, kinds, saidBy, at }) => ({
      peerId,
      words: text.knownAs(kinds.map((kind) => text.kinds[kind]).join(', '), nameOf(saidBy)),
      at,
    })),
  })
  const [wholeA, wholeB] = whole
  return [
    list('only-a', only(a, b, wholeB), onlyA, wholeB ? countOf(onlyA, wholeA) : null),
    list('only-b', only(b, a, wholeA), onlyB, wholeA ? countOf(onlyB, wholeB) : null),
    list('both', text.both, both, countOf(both, wholeA && wholeB)),
  ]
}

/** Where not all was told there may be more; of none it is not even known whether there are any. */
function countOf(known: readonly KnownPeer[], isAll: boolean): string | null {
  const count = formatCount(known.length)
  if (isAll) return count
  return known.length === 0 ? null : strings.compare.orMore(count)
}

function wordsOf(row: ComparedPeerRow, saidOf: (change: string) => string): string {
  const text = strings.compare
  if (row.what === 'came') return text.cameAs[row.as]
  if (row.what === 'left') return LEFT_WORDS[row.reason]
  if (row.what === 'same') return ''
  return [...(row.restarted ? [text.restarted] : []), ...row.changes.map(saidOf)].join('; ')
}

/** Digits of an id's end that a filter names it by: enough that no two of one network share them. */
const ID_END = 10

/** How many peers a filter can name. */
export const FILTER_MOST = Math.floor(MAX_FILTER / (`id:*${'x'.repeat(ID_END)} OR `.length + 1))

/** A filter that the peers of a list pass, and no others; null where there are more than a filter can name, or none. */
export function filterOf(peerIds: readonly PeerId[]): string | null {
  if (peerIds.length === 0 || peerIds.length > FILTER_MOST) return null
  return peerIds.map((peerId) => `id:*${peerId.slice(-ID_END)}`).join(' OR ')
}

/** A list as CSV: id, name, what is said of it, and when. */
export function csvOf(list: ResultList, { idOf, nameOf, timeOf }: Written): string {
  const lines = list.entries.map(({ peerId, words, at }) =>
    [idOf(peerId), withoutFormula(nameOf(peerId)), list.label, withoutFormula(words), at === null ? null : timeOf(at)]
      .map(csvCell)
      .join(','),
  )
  return ['id,name,list,what,at', ...lines, ''].join('\r\n')
}

/** How ids, names and times are written. */
export interface Written {
  readonly idOf: (peerId: PeerId) => string
  readonly nameOf: (peerId: PeerId) => string
  readonly timeOf: (at: number) => string
}

/** The reasons of those that left, those that happened: `2 said goodbye, 1 went silent`. */
export function reasonWords(leftBy: Readonly<Record<string, number>>): string {
  return Object.entries(LEFT_WORDS)
    .flatMap(([reason, words]) => {
      const count = leftBy[reason] ?? 0
      return count === 0 ? [] : [`${formatCount(count)} ${words}`]
    })
    .join(', ')
}
