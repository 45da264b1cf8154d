/** Tags as columns, for tools that colour and filter by one: `role:seed` and `role=seed` are `seed` in the column `tag:role`. */
import { isUniqueId } from '../../../shared/ids.ts'
import { splitTag } from '../../../shared/tags.ts'
import { turn } from '../turns.ts'
import { jsonCell, textCell } from './cells.ts'
import type { PeerRecord } from './records.ts'

/** Most columns that tags make; the tags that most peers have come first. All tags are in the list of tags anyway. */
export const MAX_TAG_COLUMNS = 100

/** Peers whose keys are counted before others get a turn. */
const AT_ONCE = 200

/** A column of one key. */
export interface TagColumn {
  /** `tag:role`; no two are the same. */
  readonly title: string
  /** The same of letters, digits and `.-_:` alone. No two are the same. */
  readonly token: string
  /** Null for peers without such a tag; several values are a JSON array. */
  readonly of: (peer: PeerRecord) => string | null
}

/** The columns that the tags of these peers make. Others get a turn in between. */
export async function tagColumns(peers: readonly PeerRecord[]): Promise<readonly TagColumn[]> {
  const counts = new Map<string, number>()
  for (const [index, { row, names }] of peers.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await turn()
    for (const key of new Set(wordsOf({ row, names }).map((tag) => splitTag(tag).key)))
      counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const keys = [...counts]
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, MAX_TAG_COLUMNS)
    .map(([key]) => key)
  const taken = new Set<string>()
  // Every column asks for the values of the same peer, one after the other.
  let last: { readonly peer: PeerRecord; readonly values: ReturnType<typeof valuesOf> } | null = null
  const valueOf = (peer: PeerRecord, key: string): string | null => {
    if (last?.peer !== peer) last = { peer, values: valuesOf(peer) }
    return cellOf(last.values.get(key))
  }
  return keys.map((key) => {
    const title = `tag:${textCell(key)}`
    return {
      title,
      token: free(title.replaceAll(/[^\p{L}\p{Nd}.:_-]/gu, '_'), taken),
      of: (peer) => valueOf(peer, key),
    }
  })
}

/** Its tags as words; ids that nobody named make no column. */
function wordsOf({ row, names }: Pick<PeerRecord, 'row' | 'names'>): readonly string[] {
  return row.tags.flatMap((tag) => names.get(tag) ?? (isUniqueId(tag) ? [] : tag))
}

/** The values of each key of one peer. */
function valuesOf(peer: PeerRecord): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>()
  for (const { key, value } of wordsOf(peer).map(splitTag)) {
    const list = values.get(key)
    if (list === undefined) values.set(key, [value])
    else list.push(value)
  }
  return values
}

function cellOf(values: readonly string[] = []): string | null {
  const [only] = values
  if (only === undefined) return null
  return values.length === 1 ? textCell(only) : jsonCell(values)
}

function free(token: string, taken: Set<string>): string {
  let name = token
  for (let number = 2; taken.has(name); number += 1) name = `${token}_${number}`
  taken.add(name)
  return name
}
