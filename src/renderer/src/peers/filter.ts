import { shortPeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { nickname } from '../ui/nickname.ts'

/** What a row is searched by; kept with the row, which never changes. */
const haystacks = new WeakMap<PeerRow, string>()

function haystack(row: PeerRow): string {
  const known = haystacks.get(row)
  if (known !== undefined) return known
  const text = [
    nickname(row.peerId),
    row.peerId,
    shortPeerId(row.peerId),
    row.state,
    row.source,
    row.self ? 'this peer' : '',
    row.neighbor ? 'neighbor' : '',
    ...row.tags,
    ...row.addresses,
  ]
    .join('\n')
    .toLowerCase()
  haystacks.set(row, text)
  return text
}

/** The words of a filter, lower-case; all of them must be found. */
export function filterWords(filter: string): string[] {
  return filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** Whether every word is in the peer's nickname, id, state, source, tags or addresses. No words match all. */
export function matches(row: PeerRow, words: readonly string[]): boolean {
  return words.every((word) => haystack(row).includes(word))
}
