/** How far a filter is that is being typed. Pure. */
import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { filterProblem } from './filter.ts'
import { placeAt } from './suggest.ts'
import type { Suggestion } from './suggest.ts'

/** Whether a text acts at once: it can be read, and the word at the caret is finished. */
export function isWhole(text: string, caret: number): boolean {
  if (isSignAlone(text, caret)) return false
  return isFinished(placeAt(text, caret).typed) && filterProblem(text, EVENT_FIELDS) === null
}

/** Whether what is not wanted is still to be written: a `-` and no more. */
function isSignAlone(text: string, caret: number): boolean {
  return text[caret - 1] === '-' && placeAt(text, caret).typed === ''
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

/**
 * Whether the word at the caret is still to be finished by one of those that are offered: no value is written yet (`tag:`,
 * `tag:role:`, `rtt>`), or the beginning of an offered one (`tag:role:val`), or nothing but `-`.
 */
export function isBegun(text: string, caret: number, offered: readonly Pick<Suggestion, 'text'>[]): boolean {
  if (offered.length === 0) return false
  if (isSignAlone(text, caret)) return true
  const { typed } = placeAt(text, caret)
  if (/[:<>=]$/.test(typed)) return true
  if (!/^[a-z][a-z-]*[:<>=]/i.test(typed)) return false
  const begun = unquoted(typed)
  return offered.some((one) => unquoted(one.text).startsWith(begun))
}

/** An offered value is quoted where it must be, however it was begun. */
function unquoted(text: string): string {
  return text.replaceAll('"', '').toLowerCase()
}
