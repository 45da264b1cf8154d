/** Which filter the charts count by. Pure. */
import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { NOTED_FIELDS } from '../../../shared/filter-peers.ts'
import { filterProblem } from '../peers/filter.ts'

/** The filter as the engine is asked for it; empty, which counts all peers, where it is not one of peers. */
export function countedFilter(filter: string): string {
  return filterProblem(filter, NOTED_FIELDS) === null ? filter.trim() : ''
}

/** Whether it is a filter, but of events alone. One with a mistake is none yet. */
export function isOfEvents(filter: string): boolean {
  return filterProblem(filter, NOTED_FIELDS) !== null && filterProblem(filter, EVENT_FIELDS) === null
}
