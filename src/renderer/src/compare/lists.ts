/** Lists of peers that come of comparisons: what they are called, and as text, CSV and filter. Pure. */
import type { ComparedPeerRow } from '../../../shared/compare.ts'
import type { KnowledgeDifference, KnownPeer, OnlyKnown } from '../../../shared/compare-peers.ts'
import { csvCell, withoutFormula } from '../../../shared/csv.ts'
import { MAX_FILTER } from '../../../shared/filter.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { hereSince } from '../../../shared/peer.ts'
import { LEFT_WORDS } from '../../../shared/state-words.ts'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import type { PictureSide, PicturesResult } from './compare-store.ts'

/** A peer of a list, and what is said of it there. */
export interface ListEntry {
  readonly peerId: PeerId
  readonly words: string
  /** From when that is, milliseconds since the epoch; null where it needs no time. */
  readonly at: number | null
}

/** What lists there are. */
export const LIST_IDS = ['came', 'left', 'changed', 'same', 'only-a', 'only-b', 'both', 'left-since'] as const
/** One of them. */
export type ListId = (typeof LIST_IDS)[number]

/** One of the lists of a comparison. */
export interface ResultList {
  readonly id: ListId
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
  for (const row of rows) {
    const at = row.what === 'left' ? row.lastSeen : null
    entries[row.what].push({ peerId: row.peerId, words: wordsOf(row, saidOf), at })
  }
  const { lists } = strings.compare
  return (['came', 'left', 'changed', 'same'] as const).map((id) => ({
    id,
    label: lists[id],
    entries: entries[id],
    count: formatCount(entries[id].length),
  }))
}

/**
 * The moment that ages in the lists of two pictures count from: the later picture is as it was then. Null for now.
 * @param after what was chosen as the later picture. @param history whether its moments are those of a history
 */
export function agesFrom(
  [, { at }]: PicturesResult['sides'],
  after: PictureSide | null,
  history: boolean,
): number | null {
  const isNow = after?.kind === 'moment' && after.at === null && !history
  return isNow ? null : at
}

/** How peers are called, and what is shown of them. */
export interface Said {
  readonly nameOf: (peerId: PeerId) => string
  readonly rowOf: (peerId: PeerId) => Pick<PeerRow, 'self' | 'state' | 'firstSeen' | 'backAt' | 'lastSeen'> | undefined
}

/**
 * Only one knows, only the other knows, both know, and who left since. That a peer does not know somebody is said only where it told all
 * that counts, and only about peers that were here at that time.
 * @param whole whether A and B told that
 */
export function knowledgeLists(
  { onlyA, onlyB, both, left }: KnowledgeDifference,
  said: Said,
  [a, b]: readonly [PeerId, PeerId],
  [wholeA, wholeB]: readonly [boolean, boolean],
): readonly ResultList[] {
  const text = strings.compare
  const { nameOf } = said
  const entry = (known: KnownPeer): ListEntry => {
    const { peerId, saidBy, at } = known
    // Our own is so now.
    return { peerId, words: knownWords(known, said), at: said.rowOf(saidBy)?.self === true ? null : at }
  }
  const only = (id: ListId, one: PeerId, other: PeerId, known: readonly OnlyKnown[], whole: Whole): ResultList => {
    const facts = known.filter(({ cameSince }) => !cameSince)
    const isTold = whole.other && (facts.length > 0 || known.length === 0)
    const all = whole.one && facts.length === known.length
    return {
      id,
      label: (isTold ? text.only : text.onlyKnown)(nameOf(one), nameOf(other)),
      count: isTold ? countOf(facts, all) : null,
      entries: [...facts, ...known.filter(({ cameSince }) => cameSince)].map((one) => {
        const told = entry(one)
        return one.cameSince ? { ...told, words: text.cameSince(nameOf(other), told.words) } : told
      }),
    }
  }
  return [
    only('only-a', a, b, onlyA, { one: wholeA, other: wholeB }),
    only('only-b', b, a, onlyB, { one: wholeB, other: wholeA }),
    { id: 'both', label: text.both, count: countOf(both, wholeA && wholeB), entries: both.map(entry) },
    ...(left.length === 0
      ? []
      : [
          {
            id: 'left-since' as const,
            label: text.leftSince,
            count: formatCount(left.length),
            entries: left.map((known) => leftEntry(known, said)),
          },
        ]),
  ]
}

/** Whether one and the other told all that counts. */
interface Whole {
  readonly one: boolean
  readonly other: boolean
}

/** How it is known that a peer knows another, and by whose word; what we see ourselves nobody tells us. */
export function knownWords({ kinds, saidBy }: Pick<KnownPeer, 'kinds' | 'saidBy'>, { nameOf, rowOf }: Said): string {
  const text = strings.compare
  if (rowOf(saidBy)?.self === true) return kinds.map((kind) => text.ourKinds[kind]).join(', ')
  return text.knownAs(kinds.map((kind) => text.kinds[kind]).join(', '), nameOf(saidBy))
}

/** How many of those in a catalog left since it was seen, and how many of these are back; empty where none left. */
export function leftSinceWords(left: readonly PeerId[], rowOf: Said['rowOf']): string {
  if (left.length === 0) return ''
  const back = left.filter((peerId) => rowOf(peerId)?.state === 'online').length
  const text = strings.compare
  return text.catalogLeft(formatCount(left.length)) + (back === 0 ? '' : text.catalogBack(formatCount(back)))
}

function leftEntry({ peerId, saidBy }: KnownPeer, { nameOf, rowOf }: Said): ListEntry {
  const text = strings.compare
  const row = rowOf(peerId)
  if (row === undefined) return { peerId, words: text.notListed(nameOf(saidBy)), at: null }
  if (row.state === 'online') return { peerId, words: text.cameBack(nameOf(saidBy)), at: hereSince(row) }
  return { peerId, words: text.leftAs(LEFT_WORDS[row.state], nameOf(saidBy)), at: row.lastSeen }
}

/** Where not all was told there may be more; of none it is not even known whether there are any. */
function countOf(known: readonly KnownPeer[], isAll: boolean): string | null {
  const count = formatCount(known.length)
  if (isAll) return count
  return known.length === 0 ? null : strings.compare.orMore(count)
}

/** The list that is shown while nobody chose one. */
export function firstOf(lists: readonly ResultList[]): ListId | null {
  return (lists.find(({ entries }) => entries.length > 0) ?? lists[0])?.id ?? null
}

function wordsOf(row: ComparedPeerRow, saidOf: (change: string) => string): string {
  const text = strings.compare
  if (row.what === 'came') return text.cameAs[row.as]
  if (row.what === 'left') return row.lastSeen === null ? LEFT_WORDS[row.reason] : text.wentAs(LEFT_WORDS[row.reason])
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
