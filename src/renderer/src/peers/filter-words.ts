import { idWordsOf } from '../../../shared/filter.ts'
import { PEER_FIELDS } from '../../../shared/filter-peers.ts'
import { uniqueIdFrom } from '../../../shared/ids.ts'
import type { Names } from '../../../shared/names.ts'
import type { PeerRow } from '../../../shared/peer.ts'

/** Words of one filter that are looked for at most. */
const MAX_WORDS = 20

/** Those words of a filter whose hash some peer carries, and that have no name yet. */
export function wordsToName(filter: string, rows: Iterable<PeerRow>, names: Names): readonly string[] {
  const wanted = new Map<string, string>()
  for (const word of idWordsOf(filter, PEER_FIELDS).slice(0, MAX_WORDS)) {
    const id = uniqueIdFrom(word)
    if (!names.has(id)) wanted.set(id, word)
  }
  if (wanted.size === 0) return []
  const found = new Set<string>()
  for (const { tags, streams, functions, groups } of rows)
    for (const ids of [tags, streams, functions, groups])
      for (const id of ids) {
        const word = wanted.get(id)
        if (word !== undefined) found.add(word)
      }
  return [...found]
}
