import type { PeerRow } from '../../../shared/peer.ts'
import { tagKeyOf } from './look.ts'
import type { ArrangeBy, ColourBy } from './look.ts'
import type { SlotIslands } from './slot-islands.ts'

/** What a tag without a colon says of its key. */
const PRESENT = 'yes'
/** Keys of tags that are offered at most. */
const KEYS_MAX = 24
/** Tags, and keys, that are counted at most: peers may say anything. */
const COUNTED_MAX = 20_000

/** The group of peers that have nothing of what is asked for. */
export const NONE = 'none'
/** The group of peers whose own group has no place of its own. */
export const OTHER = 'other'

/** The key and the value of a tag: `role` and `seed` for `role:seed`, `fast` and `yes` for `fast`. */
export function splitTag(tag: string): { readonly key: string; readonly value: string } {
  const at = tag.indexOf(':')
  return at <= 0 ? { key: tag, value: PRESENT } : { key: tag.slice(0, at), value: tag.slice(at + 1) }
}

/** A key of tags, and how many peers have it. */
export interface KeyCount {
  readonly key: string
  readonly peers: number
}

/** The keys of tags that most peers have, by how many; at most 24. A key that only one peer has tells nothing. */
export function tagKeys(rows: Iterable<PeerRow>): KeyCount[] {
  const counts = new Map<string, number>()
  for (const row of rows) {
    for (const key of new Set(row.tags.map((tag) => splitTag(tag).key))) {
      const known = counts.get(key)
      if (known !== undefined || counts.size < COUNTED_MAX) counts.set(key, (known ?? 0) + 1)
    }
  }
  return [...counts]
    .filter(([, peers]) => peers > 1)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, KEYS_MAX)
    .map(([key, peers]) => ({ key, peers }))
}

/** What a peer has of a key of tags, of groups, or of tags; the island that it is in. */
export function valuesOf(
  by: Exclude<ColourBy | ArrangeBy, 'state' | 'rtt' | 'force' | 'rings'>,
  islandOf: (row: PeerRow) => number,
): (row: PeerRow) => readonly string[] {
  const key = tagKeyOf(by)
  if (key !== null) {
    return ({ tags }) =>
      tags.flatMap((tag) => {
        const one = splitTag(tag)
        return one.key === key ? one.value : []
      })
  }
  switch (by) {
    case 'tag':
      return (row) => row.tags
    case 'group':
      return (row) => row.groups
    default:
      return (row) => {
        const island = islandOf(row)
        return island < 0 ? [] : [islandName(island)]
      }
  }
}

/** The name of the island in that place, the largest first. */
export function islandName(place: number): string {
  return String(place + 1)
}

/** Tells in which island a row's peer is. */
export function islandsBy(islands: SlotIslands | null, slotOf: (row: PeerRow) => number): (row: PeerRow) => number {
  return (row) => islands?.of[slotOf(row)] ?? -1
}

/** Groups of peers: the most frequent words each, all others in one, and those without any. */
export interface Groups {
  /** The words with a group of their own, the most frequent first. */
  readonly top: readonly string[]
  /** The group of a row: `#` and a word, `OTHER` or `NONE`. */
  readonly groupOf: (row: PeerRow) => string
}

/** Groups rows by the most frequent of their words, at most `most` of them. */
export function groupsOf(rows: Iterable<PeerRow>, of: (row: PeerRow) => readonly string[], most: number): Groups {
  const counts = new Map<string, number>()
  for (const row of rows) {
    for (const one of of(row)) {
      const known = counts.get(one)
      if (known !== undefined || counts.size < COUNTED_MAX) counts.set(one, (known ?? 0) + 1)
    }
  }
  const top = [...counts]
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .slice(0, most)
    .map(([one]) => one)
  const ranks = new Map(top.map((one, rank) => [one, rank]))
  return {
    top,
    groupOf: (row) => {
      const has = of(row)
      if (has.length === 0) return NONE
      let best = Number.POSITIVE_INFINITY
      for (const one of has) best = Math.min(best, ranks.get(one) ?? Number.POSITIVE_INFINITY)
      return Number.isFinite(best) ? `#${top[best] ?? ''}` : OTHER
    },
  }
}
