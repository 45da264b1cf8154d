/** Tags that the filter of a rule may ask for, as it is typed. Pure. */
import type { PeerRow } from '../../../shared/peer.ts'

/** Tags that are offered at once, rows that are looked at, and tags that are counted. */
const OFFERED = 8
const MAX_ROWS = 5000
const MAX_TAGS = 2000
/** The last term of a filter: empty, a word, or a tag. */
const LAST = /(?:^|[\s(])-?(?:tag[:=])?"?([^\s"()]*)$/i

/** The tags of a network, the most frequent first. */
export function tagsOf(rows: Iterable<PeerRow>): readonly string[] {
  const counts = new Map<string, number>()
  let looked = 0
  for (const { self, tags } of rows) {
    looked += 1
    if (looked > MAX_ROWS) break
    if (self) continue
    for (const tag of tags) if (counts.has(tag) || counts.size < MAX_TAGS) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([tag]) => tag)
}

/** Filters that the text may be completed to. */
export function tagFilters(text: string, tags: readonly string[]): readonly string[] {
  const typed = LAST.exec(text)?.[1]
  if (typed === undefined) return []
  const begun = typed.toLowerCase()
  const before = text
    .slice(0, text.length - typed.length)
    .replace(/"$/, '')
    .replace(/tag[:=]$/i, '')
  return tags
    .filter((tag) => tag.toLowerCase().includes(begun) && tag.toLowerCase() !== begun)
    .slice(0, OFFERED)
    .map((tag) => `${before}tag:${/[\s()"*]/.test(tag) ? `"${tag.replaceAll('"', '')}"` : tag}`)
}
