/** Peers by what they state, and by the values of a tag key. */
import type { Breakdown, BreakdownBy } from '../../../shared/health.ts'
import { asWritten, patternOf } from '../../../shared/filter-text.ts'
import { MAX_FILTER } from '../../../shared/filter.ts'
import { MAX_SLICES } from '../../../shared/health.ts'
import { isUniqueId } from '../../../shared/ids.ts'
import type { Names } from '../../../shared/names.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { splitTag } from '../../../shared/tags.ts'

/** Peers that are counted in one step. */
const AT_ONCE = 1000
/** Values and keys that are counted at all: peers may make up as many as they like. */
const MAX_COUNTED = 20_000

/** One value. Filters do not regard case, so neither do values: `role:Seed` and `role:seed` have the same. */
interface Value {
  count: number
  /** As it is shown: of several spellings always the same. */
  spelled: string
  /** The tags that say it, such as `role:seed` and `role=seed`, by what they are without regard to case. */
  readonly tags: Map<string, string>
}

/**
 * Counts peers by value, in steps.
 * @param names the words behind ids, in networks whose tags are ids
 */
export function* breakdown(by: BreakdownBy, rows: Iterable<PeerRow>, names: Names): Generator<void, Breakdown> {
  const values = new Map<string, Value>()
  const keys = new Map<string, Value>()
  const wanted = by.startsWith('tag:') ? by.slice('tag:'.length) : null
  const wantedKey = wanted?.toLowerCase()
  let peers = 0
  let without = 0
  for (const row of rows) {
    peers += 1
    if (peers % AT_ONCE === 0) yield
    const tags = wordsOf(row.tags, names).map((tag) => ({ tag, ...splitTag(tag) }))
    for (const key of new Map(tags.map((one) => [one.key.toLowerCase(), one.key])).values()) count(keys, key, '')
    /** By value without regard to case: the value, and the tag that says it. */
    const own = new Map<string, readonly [value: string, tag: string]>()
    if (wanted !== null)
      for (const { tag, key, value } of tags)
        if (key.toLowerCase() === wantedKey) own.set(value.toLowerCase(), [value, tag])
    const stated = by === 'source' ? row.source : row.protocolVersion
    if (wanted === null && stated !== '') own.set(stated.toLowerCase(), [stated, stated])
    for (const [value, tag] of own.values()) count(values, value, tag)
    if (own.size === 0) without += 1
  }
  const field = wanted === null ? by : 'tag'
  return {
    by,
    peers,
    slices: ranked(values).map(({ spelled, count: number, tags }) => ({
      value: spelled,
      count: number,
      filter: fitting(either([...tags.values()].sort().map((tag) => term(field, patternOf(tag))))),
    })),
    moreValues: Math.max(0, values.size - MAX_SLICES),
    without: without === 0 ? null : { value: '', count: without, filter: fitting(filterWithout(wanted, by)) },
    keys: ranked(keys).map(({ spelled, count: number }) => ({ key: spelled, peers: number })),
  }
}

/** Tags may be longer than any filter. */
function fitting(filter: string): string | null {
  return filter.length <= MAX_FILTER ? filter : null
}

function filterWithout(key: string | null, by: BreakdownBy): string {
  if (key === null) return `-${by}:*`
  const exact = patternOf(key)
  // A tag that begins with such a sign is a key as a whole, and has no value (`splitTag`).
  const tags = /^[:=]/.test(key) ? [exact] : [`${exact}:*`, `${exact}=*`, exact]
  return tags.map((tag) => `-${term('tag', tag)}`).join(' ')
}

function either(terms: readonly string[]): string {
  return terms.length === 1 ? terms.join('') : `(${terms.join(' OR ')})`
}

function term(field: string, pattern: string): string {
  return `${field}:${asWritten(pattern)}`
}

/** Tags as words; ids that nobody named make no key. */
function wordsOf(tags: readonly string[], names: Names): readonly string[] {
  return tags.flatMap((tag) => names.get(tag) ?? (isUniqueId(tag) ? [] : tag))
}

function count(counts: Map<string, Value>, spelled: string, tag: string): void {
  const name = spelled.toLowerCase()
  let known = counts.get(name)
  if (known === undefined) {
    if (counts.size >= MAX_COUNTED) return
    counts.set(name, (known = { count: 0, spelled, tags: new Map() }))
  }
  known.count += 1
  known.spelled = spelling(known.spelled, spelled)
  const folded = tag.toLowerCase()
  known.tags.set(folded, spelling(known.tags.get(folded) ?? tag, tag))
}

/** Of two spellings always the same: the one with small letters first, which come after large ones. */
function spelling(one: string, other: string): string {
  return one > other ? one : other
}

function ranked(counts: ReadonlyMap<string, Value>): readonly Value[] {
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.spelled < b.spelled ? -1 : 1)).slice(0, MAX_SLICES)
}
