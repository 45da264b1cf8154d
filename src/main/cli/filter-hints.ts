/** Says on standard error what in a filter is probably meant otherwise. */
import { EVENT_FIELDS } from '../../shared/filter-events.ts'
import { filterHints } from '../../shared/filter-hints.ts'
import { visible } from '../../shared/visible-text.ts'
import type { Io } from './io.ts'

/** One line for each hint; none for a filter that can't be read, which is refused elsewhere. */
export function tellFilterHints(filter: string, io: Pick<Io, 'err'>): void {
  for (const { message, from } of filterHints(filter, EVENT_FIELDS))
    io.err(`hint: ${visible(message)} (at character ${from + 1})\n`)
}
