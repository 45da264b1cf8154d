/** Which filter the charts count by. Pure. */
import { NOTED_FIELDS } from '../../../shared/filter-peers.ts'
import { filterProblem } from '../peers/filter.ts'

/** The filter as the engine is asked for it; empty, which counts all peers, where it is not one of peers. */
export function countedFilter(filter: string): string {
  return filterProblem(filter, NOTED_FIELDS) === null ? filter.trim() : ''
}
