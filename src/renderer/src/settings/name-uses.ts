import type { PeerRow } from '../../../shared/peer.ts'

/** What an id can be of a peer. */
export type Use = 'tag' | 'stream' | 'function' | 'group'

/** Peers that carry an id, by what it is of them. */
export type Uses = ReadonlyMap<Use, number>

/** What ids are among these peers; those that no peer carries are left out. */
export function usesOf(rows: Iterable<PeerRow>, ids: ReadonlySet<string>): ReadonlyMap<string, Uses> {
  const found = new Map<string, Map<Use, number>>()
  const count = (use: Use, list: readonly string[]): void => {
    for (const id of list) {
      if (!ids.has(id)) continue
      const uses = found.get(id) ?? new Map<Use, number>()
      uses.set(use, (uses.get(use) ?? 0) + 1)
      found.set(id, uses)
    }
  }
  for (const { tags, streams, functions, groups } of rows) {
    count('tag', tags)
    count('stream', streams)
    count('function', functions)
    count('group', groups)
  }
  return found
}
