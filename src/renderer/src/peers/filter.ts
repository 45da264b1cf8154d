import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { PEER_FIELDS } from '../../../shared/filter-peers.ts'
import { FilterError, parseFilter } from '../../../shared/filter.ts'
import type { Filter, FilterFields } from '../../../shared/filter.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { strings } from '../ui/strings.ts'

/** A filter as views use it: while it is invalid it passes all, and says why. */
export interface CompiledFilter<T = PeerRow> {
  readonly passes: Filter<T>
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
  const compiled = compile(text, fields)
  const problem = ofPeers(text, compiled.problem, strings.peers.filterOfEvents)
  last = { text, fields, compiled: { ...compiled, problem } }
  return last.compiled
}

/** What is wrong with a filter; null where it is valid. */
export function filterProblem<T>(text: string, fields: FilterFields<T>): FilterError | null {
  return compile(text, fields).problem
}

/** Compiles a filter of anything. */
export function compile<T>(text: string, fields: FilterFields<T>): CompiledFilter<T> {
  try {
    return { passes: parseFilter(text, fields), problem: null }
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    return { passes: () => true, problem: error }
  }
}

/**
 * What is wrong with a filter of peers. What can be asked of events alone is told as that.
 * @param words what to say of such a filter
 */
export function ofPeers(text: string, problem: FilterError | null, words: string): FilterError | null {
  if (problem === null || filterProblem(text, EVENT_FIELDS) !== null) return problem
  return new FilterError(words, problem.position, problem.mend)
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
