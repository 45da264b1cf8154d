import { isUniqueId, uniqueIdFrom } from '../../../shared/ids.ts'
import type { Names } from '../../../shared/names.ts'
import type { PeerRow } from '../../../shared/peer.ts'

/** Fields of a filter whose values may be words of ids. */
const NAMED = /^(?:tag|stream|function|group)[:=]/i
/** Words of one filter that are hashed at most. */
const MAX_WORDS = 20

/** The words of a filter that may name an id: values of its fields, and bare ones. Signs are left out. */
export function filterWords(text: string): readonly string[] {
  const words = new Set<string>()
  for (const [token] of text.matchAll(/(?:"[^"]*"|[^\s"()])+/g)) {
    const plain = token.replaceAll('"', '').replace(/^-/, '')
    const field = NAMED.exec(plain)
    const word = field === null ? plain : plain.slice(field[0].length)
    if (word === '' || word.includes('*') || word === 'OR' || word === 'NOT') continue
    // Other fields ask for other things.
    if (field === null && /^[a-z-]+[:<>=]/i.test(plain) && !token.startsWith('"')) continue
    words.add(word)
  }
  return [...words].slice(0, MAX_WORDS)
}

/** Those words of a filter whose hash some peer carries, and that have no name yet. */
export function wordsToName(text: string, rows: Iterable<PeerRow>, names: Names): readonly string[] {
  const wanted = new Map<string, string>()
  for (const word of filterWords(text)) {
    const id = uniqueIdFrom(word)
    if (!isUniqueId(word.toLowerCase()) && !names.has(id)) wanted.set(id, word)
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
