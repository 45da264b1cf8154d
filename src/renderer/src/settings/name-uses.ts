import type { PeerRow } from '../../../shared/peer.ts'

/** What an id can be of a peer. */
export type Use = 'tag' | 'stream' | 'function' | 'group'

/** Who carries an id: so many peers, ourselves not counted, and whether we do. */
export interface Users {
  readonly peers: number
  readonly withUs: boolean
}

/** Who carries an id, by what it is of them. */
export type Uses = ReadonlyMap<Use, Users>

/** What ids are of these peers and of ourselves; those that nobody carries are left out. */
export function usesOf(rows: Iterable<PeerRow>, ids: ReadonlySet<string>): ReadonlyMap<string, Uses> {
  const found = new Map<string, Map<Use, Users>>()
  const count = (use: Use, list: readonly string[], self: boolean): void => {
    for (const id of list) {
      if (!ids.has(id)) continue
      const uses = found.get(id) ?? new Map<Use, Users>()
      const { peers, withUs } = uses.get(use) ?? { peers: 0, withUs: false }
      uses.set(use, { peers: peers + (self ? 0 : 1), withUs: withUs || self })
      found.set(id, uses)
    }
  }
  for (const { self, tags, streams, functions, groups } of rows) {
    count('tag', tags, self)
    count('stream', streams, self)
    count('function', functions, self)
    count('group', groups, self)
  }
  return found
}
