/** What is to be said of a filter. Pure. */
import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { filterHints } from '../../../shared/filter-hints.ts'
import type { FilterHint } from '../../../shared/filter-hints.ts'
import { NOTED_FIELDS } from '../../../shared/filter-peers.ts'
import type { Mend } from '../../../shared/filter-text.ts'
import type { FilterError } from '../../../shared/filter.ts'
import { filterProblem } from './filter.ts'
import type { FilterScope, SuggestScope } from './suggest.ts'

/** One of both at most. */
export interface FilterNoteState {
  readonly problem: FilterError | null
  readonly hint: FilterHint | null
}

/** What was probably meant otherwise in the filter of a form; null where nothing was. */
export function formHint(filter: string, scope: SuggestScope): FilterHint | null {
  return filterHints(filter, scope === 'events' ? EVENT_FIELDS : NOTED_FIELDS)[0] ?? null
}

/**
 * What is wrong with it, or probably meant otherwise. A filter of events alone is not wrong: it is a hint that it is one.
 * @param told whether the view says that itself
 */
export function filterNote(
  filter: string,
  problem: FilterError | null,
  scope: FilterScope,
  told = false,
): FilterNoteState {
  const ofEvents = scope === 'events' || (problem !== null && filterProblem(filter, EVENT_FIELDS) === null)
  if (problem !== null && !ofEvents) return { problem, hint: null }
  const hint = filterHints(filter, ofEvents ? EVENT_FIELDS : NOTED_FIELDS)[0] ?? null
  if (hint !== null) return { problem: null, hint }
  if (problem === null || scope === 'events') return { problem, hint: null }
  if (told) return { problem: null, hint: null }
  const { plain, position, mend } = problem
  const none = { from: position, to: position, instead: null }
  return { problem: null, hint: { message: plain, ...(mend !== null && helps(filter, mend) ? mend : none) } }
}

/** Whether a filter of events is one of peers with that written in it: of several words the first alone would not do. */
function helps(filter: string, { from, to, instead }: Mend): boolean {
  return filterProblem(`${filter.slice(0, from)}${instead}${filter.slice(to)}`, NOTED_FIELDS) === null
}
