/** How far a filter is that is being typed. Pure. */
import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { filterProblem } from './filter.ts'
import { placeAt } from './suggest.ts'

/** Whether a text acts at once: it can be read, and the word at the caret is finished. */
export function isWhole(text: string, caret: number): boolean {
  return isFinished(placeAt(text, caret).typed) && filterProblem(text, EVENT_FIELDS) === null
}

/** What ends in a closing quote, or is a value of a field that has few and of none that is longer. */
function isFinished(word: string): boolean {
  if (word === '') return true
  if (word.endsWith('"')) return word.split('"').length % 2 === 1
  const [, field = '', value = ''] = /^([a-z][a-z-]*)[:=](.+)$/i.exec(word.toLowerCase()) ?? []
  const { values = {} } = EVENT_FIELDS
  const offered = (Object.hasOwn(values, field) ? values[field]?.offered : undefined) ?? []
  const begun = offered.filter((one) => one.toLowerCase().startsWith(value))
  return begun.length === 1 && begun[0]?.toLowerCase() === value
}

/** Whether a value is still to be written at the caret: `tag:`, `tag:role:`, `rtt>`. */
export function lacksValue(text: string, caret: number): boolean {
  return /[:<>=]$/.test(placeAt(text, caret).typed)
}
