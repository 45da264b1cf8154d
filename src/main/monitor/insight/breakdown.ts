/** Peers by what they state, and by the values of a tag key. */
import type { Breakdown, BreakdownBy } from '../../../shared/health.ts'
import { patternOf } from '../../../shared/filter-text.ts'
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

/** One value, and the tags that say it: `role:seed` and `role=seed` have the same. */
interface Value {
  count: number
  readonly tags: Set<string>
}

/**
 * Counts peers by value, in steps.
 * @param names the words behind ids, in networks whose tags are ids
 */
export function* breakdown(by: BreakdownBy, rows: Iterable<PeerRow>, names: Names): Generator<void, Breakdown> {
  const values = new Map<string, Value>()
  const keys = new Map<string, Value>()
  const wanted = by.startsWith('tag:') ? by.slice('tag:'.length) : null
  let peers = 0
  let without = 0
  for (const row of rows) {
    peers += 1
    if (peers % AT_ONCE === 0) yield
    const tags = wordsOf(row.tags, names).map((tag) => ({ tag, ...splitTag(tag) }))
    for (const key of new Set(tags.map((tag) => tag.key))) count(keys, key, '')
    const own = new Map<string, string>()
    if (wanted !== null) for (const { tag, key, value } of tags) if (key === wanted) own.set(value, tag)
    const stated = by === 'source' ? row.source : row.protocolVersion
    if (wanted === null && stated !== '') own.set(stated, stated)
    for (const [value, tag] of own) count(values, value, tag)
    if (own.size === 0) without += 1
  }
  const field = wanted === null ? by : 'tag'
  return {
    by,
    peers,
    slices: ranked(values).map(([value, { count: number, tags }]) => ({
      value,
      count: number,
      filter: fitting(either([...tags].map((tag) => term(field, patternOf(tag))))),
    })),
    moreValues: Math.max(0, values.size - MAX_SLICES),
    without: without === 0 ? null : { value: '', count: without, filter: fitting(filterWithout(wanted, by)) },
    keys: ranked(keys).map(([key, { count: number }]) => ({ key, peers: number })),
  }
}

/** Tags may be longer than any filter. */
function fitting(filter: string): string | null {
  return filter.length <= MAX_FILTER ? filter : null
}

function filterWithout(key: string | null, by: BreakdownBy): string {
  if (key === null) return `-${by}:*`
  const exact = patternOf(key)
  return [`${exact}:*`, `${exact}=*`, exact].map((tag) => `-${term('tag', tag)}`).join(' ')
}

function either(terms: readonly string[]): string {
  return terms.length === 1 ? terms.join('') : `(${terms.join(' OR ')})`
}

/** A term of a pattern, quoted where it has spaces or signs. A quotation mark cannot be written: a wildcard stands for it. */
function term(field: string, text: string): string {
  return `${field}:${/[\s()"]/.test(text) ? `"${text.replaceAll('"', '*')}"` : text}`
}

/** Tags as words; ids that nobody named make no key. */
function wordsOf(tags: readonly string[], names: Names): readonly string[] {
  return tags.flatMap((tag) => names.get(tag) ?? (isUniqueId(tag) ? [] : tag))
}

function count(counts: Map<string, Value>, name: string, tag: string): void {
  const known = counts.get(name)
  if (known === undefined) {
    if (counts.size < MAX_COUNTED) counts.set(name, { count: 1, tags: new Set([tag]) })
    return
  }
  known.count += 1
  known.tags.add(tag)
}

function ranked(counts: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...counts].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1)).slice(0, MAX_SLICES)
}
