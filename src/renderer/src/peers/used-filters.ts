/** Filters that were used, the newest first. */
import { EVENT_FIELDS } from '../../../shared/filter-events.ts'
import { filterHints } from '../../../shared/filter-hints.ts'
import { filterProblem } from './filter.ts'

/** Most that are kept. */
export const MAX_USED = 20
/** Longest that is kept, characters. */
const MAX_LENGTH = 300

/** Nothing yet: a word that is left out is still to come. */
const NOTHING = /^[-\s]*$/

/** With one more, which counts once. What is too long, wrong, probably meant otherwise, or asks for nothing changes nothing. */
export function addUsed(list: readonly string[], filter: string): readonly string[] {
  const text = filter.trim()
  if (NOTHING.test(text) || text.length > MAX_LENGTH || list[0] === text) return list
  if (filterProblem(text, EVENT_FIELDS) !== null || filterHints(text, EVENT_FIELDS).length > 0) return list
  return [text, ...list.filter((one) => one !== text)].slice(0, MAX_USED)
}

/** For `recall`. */
export function isUsed(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= MAX_USED && value.every((one) => typeof one === 'string')
}
