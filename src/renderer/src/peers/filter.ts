import { PEER_FIELDS } from '../../../shared/filter-peers.ts'
import { FilterError, parseFilter } from '../../../shared/filter.ts'
import type { Filter, FilterFields } from '../../../shared/filter.ts'
import type { PeerRow } from '../../../shared/peer.ts'

/** A filter as views use it: while it cannot be meant it passes all, and says why. */
export interface CompiledFilter {
  readonly passes: Filter<PeerRow>
  readonly problem: FilterError | null
}

let last: {
  readonly text: string
  readonly fields: FilterFields<PeerRow>
  readonly compiled: CompiledFilter
} | null = null

/** Compiles the filter's text; the last one is kept, for graph and table ask for the same. */
export function compileFilter(text: string, fields: FilterFields<PeerRow> = PEER_FIELDS): CompiledFilter {
  if (last?.text === text && last.fields === fields) return last.compiled
  last = { text, fields, compiled: compile(text, fields) }
  return last.compiled
}

/** What is wrong with a filter; null where it can be meant. */
export function filterProblem<Record>(text: string, fields: FilterFields<Record>): FilterError | null {
  return compile(text, fields).problem
}

function compile<Record>(
  text: string,
  fields: FilterFields<Record>,
): { readonly passes: Filter<Record>; readonly problem: FilterError | null } {
  try {
    return { passes: parseFilter(text, fields), problem: null }
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

/** Whether every word is in the peer's name, id, state, source, tags or addresses. No words match all. */
export function found(row: PeerRow, words: readonly string[], fields: FilterFields<PeerRow> = PEER_FIELDS): boolean {
  const everything = fields.everything(row)
  return words.every((word) => everything.includes(word))
}
