import { PEER_FIELDS } from '../../../shared/filter-peers.ts'
import { FilterError, parseFilter } from '../../../shared/filter.ts'
import type { Filter } from '../../../shared/filter.ts'
import type { PeerRow } from '../../../shared/peer.ts'

/** A filter as views use it: while it cannot be meant it passes all, and says why. */
export interface CompiledFilter {
  readonly passes: Filter<PeerRow>
  readonly problem: FilterError | null
}

let last: { readonly text: string; readonly compiled: CompiledFilter } | null = null

/** Compiles the filter's text; the last one is kept, for graph and table ask for the same. */
export function compileFilter(text: string): CompiledFilter {
  if (last?.text === text) return last.compiled
  last = { text, compiled: compile(text) }
  return last.compiled
}

function compile(text: string): CompiledFilter {
  try {
    return { passes: parseFilter(text, PEER_FIELDS), problem: null }
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    return { passes: () => true, problem: error }
  }
}

/** The words of a search, lower-case; all of them must be found. */
export function searchWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** Whether every word is in the peer's nickname, id, state, source, tags or addresses. No words match all. */
export function found(row: PeerRow, words: readonly string[]): boolean {
  const everything = PEER_FIELDS.everything(row)
  return words.every((word) => everything.includes(word))
}
