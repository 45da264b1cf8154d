/**
 * The filter language, one for tables, graph, timeline, exports and the command line:
 * `tag:role:* -state:purged rtt>200ms (name:fox OR 12D3Koo…)`.
 *
 * Terms stand side by side and must all hold, with or without `AND` between them; `OR` between two takes either; `-` or
 * `NOT` before a term or a group turns it around; parentheses group. `field:text` asks whether the field is that text, with
 * `*` for anything and `\*` for that sign; `field>number` (also `<`, `>=`, `<=`, `=`) compares, durations with a unit (`200ms`, `5m`). A bare word is
 * looked for everywhere. Text with spaces or signs goes into double quotes, with `""` for a quote in it. Case does not matter. Moments are written as
 * `shared/time.ts` reads them, states and kinds of events in the words of `shared/state-words.ts`.
 */
import { parseMillis } from './config.ts'
import { errorShape } from './errors.ts'
import { comparisonAt } from './filter-apart.ts'
import { asWritten, FilterError, inQuotes, partsOfPattern, tokenize } from './filter-text.ts'
import type { Comparator, Mend, Token } from './filter-text.ts'
import { isUniqueId, uniqueIdFrom } from './ids.ts'
import { nearest } from './nearest-word.ts'
import type { Span } from './time.ts'
import { parseTime } from './time.ts'

export { FilterError } from './filter-text.ts'

/** Longest filter, in characters. */
export const MAX_FILTER = 1000
/** Deepest nesting of groups. */
const MAX_DEPTH = 20

/** The values of a field that has few. */
export interface FieldValues {
  /** As people write them: these are named where another one was written. */
  readonly offered: readonly string[]
  /** Others that are taken too. */
  readonly also?: readonly string[]
}

/** What can be asked of the things that are filtered. */
export interface FilterFields<T> {
  /** Fields with texts: one thing may have several of a kind. */
  readonly texts: Readonly<Record<string, (item: T) => readonly string[]>>
  /**
   * Fields of `texts` whose texts are ids that words are hashed to: a word that is looked for there is looked for as its id
   * too, and so it is everywhere.
   */
  readonly hashed?: ReadonlySet<string>
  /** Fields with numbers; `now` is milliseconds since the epoch. Null where there is none: then no comparison holds. */
  readonly numbers: Readonly<Record<string, (item: T, now: number) => number | null>>
  /** Fields of `numbers` that are durations in milliseconds. */
  readonly durations: ReadonlySet<string>
  /** Fields that are moments, milliseconds since the epoch; null where there is none. */
  readonly times: Readonly<Record<string, (item: T) => number | null>>
  /** Fields of `texts` that have few values, and all that can be asked of them, lower-case or not. */
  readonly values?: Readonly<Record<string, FieldValues>>
  /** Fields of something else, which a filter may be written for by mistake: what that is, and its fields that these are not. */
  readonly elsewhere?: { readonly of: string; readonly fields: ReadonlySet<string> }
  /** Everything that bare words are looked for in, lower-case. */
  readonly everything: (item: T) => string
}

/** Whether an item passes. `now` is milliseconds since the epoch. */
export type Filter<T> = (item: T, now: number) => boolean

/**
 * Compiles a filter. An empty one passes all.
 * @throws FilterError
 */
export function parseFilter<T>(text: string, fields: FilterFields<T>): Filter<T> {
  if (text.length > MAX_FILTER) throw new FilterError(`a filter has at most ${MAX_FILTER} characters`, MAX_FILTER)
  const tokens = tokenize(text)
  if (tokens.length === 0) return () => true
  const parser = new Parser(tokens, text.length, fields)
  return parser.whole()
}

/**
 * The words of a filter that may name ids: what is looked for in fields of such ids, and bare words. Empty for a filter that
 * can't be read.
 */
export function idWordsOf<T>(text: string, fields: FilterFields<T>): readonly string[] {
  try {
    parseFilter(text, fields)
  } catch {
    return []
  }
  const words = tokenize(text).flatMap((token) => {
    if (token.kind !== 'word') return []
    if (token.operator === null) return [token.text]
    const name = token.text.slice(0, token.split).toLowerCase()
    return fields.hashed?.has(name) === true ? [token.text.slice(token.split + token.operator.length)] : []
  })
  return [...new Set(words)].filter((word) => hashOf(word) !== null)
}

/** The names of all fields, for help texts and completion. */
export function fieldNames<T>(fields: FilterFields<T>): string[] {
  return [...new Set([fields.texts, fields.numbers, fields.times].flatMap((record) => Object.keys(record)))].sort()
}

class Parser<T> {
  readonly #tokens: readonly Token[]
  readonly #end: number
  readonly #fields: FilterFields<T>
  #next = 0

  constructor(tokens: readonly Token[], end: number, fields: FilterFields<T>) {
    this.#tokens = tokens
    this.#end = end
    this.#fields = fields
  }

  whole(): Filter<T> {
    const filter = this.#either(0)
    const rest = this.#tokens[this.#next]
    if (rest !== undefined) throw new FilterError('there is no ( for this )', rest.at)
    return filter
  }

  #either(depth: number): Filter<T> {
    const options = [this.#all(depth)]
    while (this.#tokens[this.#next]?.kind === 'OR') {
      this.#next += 1
      options.push(this.#all(depth))
    }
    const [only] = options
    return options.length === 1 && only !== undefined
      ? only
      : (item, now) => options.some((option) => option(item, now))
  }

  #all(depth: number): Filter<T> {
    const parts: Filter<T>[] = []
    for (let token = this.#tokens[this.#next]; token !== undefined; token = this.#tokens[this.#next]) {
      if (token.kind === 'OR' || token.kind === ')') break
      // Terms side by side must all hold anyway.
      if (token.kind === 'AND' && parts.length > 0) this.#next += 1
      parts.push(this.#part(depth))
    }
    if (parts.length === 0)
      throw new FilterError('something to look for is missing here', this.#tokens[this.#next]?.at ?? this.#end)
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : (item, now) => parts.every((part) => part(item, now))
  }

  #part(depth: number): Filter<T> {
    const token = this.#tokens[this.#next]
    if (token === undefined) throw new FilterError('something to look for is missing here', this.#end)
    if (depth > MAX_DEPTH) throw new FilterError('too many groups within groups', token.at)
    this.#next += 1
    if (token.kind === '-' || token.kind === 'NOT') {
      const part = this.#part(depth + 1)
      return (item, now) => !part(item, now)
    }
    if (token.kind === '(') {
      const group = this.#either(depth + 1)
      if (this.#tokens[this.#next]?.kind !== ')') throw new FilterError('there is no ) for this (', token.at)
      this.#next += 1
      return group
    }
    if (token.kind !== 'word') throw new FilterError('something to look for is missing here', token.at)
    return this.#word(token)
  }

  #noField(name: string, value: string, { text, at, end, split, operator }: Token): FilterError {
    const wrong = `there is no field '${name}'`
    const itself = `for the text itself write ${inQuotes(text)}`
    const { elsewhere } = this.#fields
    if (elsewhere?.fields.has(name) === true) {
      const alone = `'${name}' is asked of ${elsewhere.of} alone`
      const like = this.#fieldOf(value)
      if (like === null) return new FilterError(`${alone}: ${itself}`, at)
      const mend = { from: at, to: at + split, instead: like }
      return new FilterError(`${alone}: did you mean '${like}'? Or ${itself}`, at, mend)
    }
    const asks = (operator === ':' || operator === '=') && value !== '' && own(this.#fields.texts, 'tag') !== undefined
    const tag = asks ? `tag:${asWritten(`${name}${operator}${value}`)}` : null
    const near = nearest(name, fieldNames(this.#fields))
    if (near !== null && (tag === null || this.#isMeant(near, name, value))) {
      const mend = { from: at, to: at + split, instead: near }
      const other = tag === null ? `Or ${itself}` : `For a tag write ${tag}, ${itself}`
      return new FilterError(`${wrong}: did you mean '${near}'? ${other}`, at, mend)
    }
    // Most probably the key of a tag.
    if (tag !== null)
      return new FilterError(`${wrong}: for a tag write ${tag}, ${itself}`, at, { from: at, to: end, instead: tag })
    const { numbers, times } = this.#fields
    const names =
      operator === ':' || operator === '=' ? fieldNames(this.#fields) : Object.keys({ ...numbers, ...times }).sort()
    return new FilterError(`${wrong}: ${itself}; fields are ${names.join(', ')}`, at)
  }

  /** The one field that has a value among its few; null where none has, or several. */
  #fieldOf(value: string): string | null {
    const found = Object.entries(this.#fields.values ?? {}).filter(([, known]) => isOffered(known, value))
    return found.length === 1 ? (found[0]?.[0] ?? null) : null
  }

  /** Whether a field is meant where the key of a tag may stand: it is one letter away, or the value is one of its own. */
  #isMeant(field: string, written: string, value: string): boolean {
    const known = own(this.#fields.values ?? {}, field)
    return (known !== undefined && isOffered(known, value)) || nearest(written, [field], 1) !== null
  }

  #word(token: Token): Filter<T> {
    if (token.operator === null) {
      const { everything } = this.#fields
      const wanted = token.text.toLowerCase()
      const id = this.#fields.hashed === undefined ? null : hashOf(token.text)
      if (id === null) return (item) => everything(item).includes(wanted)
      return (item) => {
        const text = everything(item)
        return text.includes(wanted) || text.includes(id)
      }
    }
    const name = token.text.slice(0, token.split).toLowerCase()
    const value = token.text.slice(token.split + token.operator.length)
    const texts = own(this.#fields.texts, name)
    const numbers = own(this.#fields.numbers, name)
    const times = own(this.#fields.times, name)
    const valueAt = token.at + token.split + token.operator.length
    if (texts === undefined && numbers === undefined && times === undefined) {
      throw this.#noField(name, value, token)
    }
    // It may stand behind a space, or have its unit in another form.
    const mend = comparisonAt(this.#tokens, this.#next - 1, this.#fields)
    if (value === '') throw new FilterError(`a value for '${name}' is missing`, valueAt, mend)
    if (times !== undefined) {
      const holds = within(token.operator === ':' ? '=' : token.operator, spanOf(value, valueAt))
      return (item) => {
        const actual = times(item)
        return actual !== null && holds(actual)
      }
    }
    if (numbers !== undefined) {
      const limit = numberOf(value, this.#fields.durations.has(name), valueAt, mend)
      const holds = comparison(token.operator === ':' ? '=' : token.operator)
      return (item, now) => {
        const actual = numbers(item, now)
        return actual !== null && holds(actual, limit)
      }
    }
    if (token.operator !== ':' && token.operator !== '=') {
      throw new FilterError(`'${name}' is no number: write ${name}:${value}`, token.at + token.split)
    }
    const matches = textMatcher(value)
    const id = this.#fields.hashed?.has(name) === true ? hashOf(value) : null
    if (id === null) return (item) => texts?.(item).some(matches) ?? false
    return (item) => texts?.(item).some((text) => text === id || matches(text)) ?? false
  }
}

/** Whether a field that has few values has this one. */
export function isOffered({ offered, also = [] }: FieldValues, value: string): boolean {
  const wanted = value.toLowerCase()
  return [...offered, ...also].some((one) => one.toLowerCase() === wanted)
}

/** The id that a word is hashed to; null for patterns, and for what is an id itself or part of one. */
function hashOf(word: string): string | null {
  const [text = '', ...rest] = partsOfPattern(word)
  return text === '' || rest.length > 0 || isUniqueId(text.toLowerCase()) ? null : uniqueIdFrom(text)
}

/** What the record itself has: every object also has a constructor. */
function own<V>(record: Readonly<Record<string, V>>, name: string): V | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function numberOf(value: string, isDuration: boolean, at: number, mend: Mend | null): number {
  if (isDuration) {
    try {
      return parseMillis(value)
    } catch {
      throw new FilterError(`'${value}' is not a duration; write 200ms, 2s or 5m`, at, mend)
    }
  }
  const number = Number(value)
  if (!Number.isFinite(number)) throw new FilterError(`'${value}' is not a number`, at)
  return number
}

function spanOf(value: string, at: number): Span {
  try {
    return parseTime(value)
  } catch (error) {
    throw new FilterError(errorShape(error).message, at)
  }
}

/** Before, after, or within what a text names: `at:2026-11-23` is that whole day, `at>2026-11-23` what came later. */
function within(operator: Comparator, { from, to }: Span): (at: number) => boolean {
  switch (operator) {
    case '>':
      return (at) => at > to
    case '<':
      return (at) => at < from
    case '>=':
      return (at) => at >= from
    case '<=':
      return (at) => at <= to
    case '=':
      return (at) => at >= from && at <= to
  }
}

function comparison(operator: Comparator): (a: number, b: number) => boolean {
  switch (operator) {
    case '>':
      return (a, b) => a > b
    case '<':
      return (a, b) => a < b
    case '>=':
      return (a, b) => a >= b
    case '<=':
      return (a, b) => a <= b
    case '=':
      return (a, b) => a === b
  }
}

/** Whole text, without regard to case; `*` stands for anything. Linear in the text, however many stars there are. */
function textMatcher(pattern: string): (text: string) => boolean {
  const parts = partsOfPattern(pattern.toLowerCase())
  const [first = '', ...rest] = parts
  if (rest.length === 0) return (text) => text.toLowerCase() === first
  const last = rest.pop() ?? ''
  return (text) => {
    const lower = text.toLowerCase()
    if (!lower.startsWith(first) || lower.length < first.length + last.length || !lower.endsWith(last)) return false
    let at = first.length
    const end = lower.length - last.length
    for (const part of rest) {
      const found = lower.indexOf(part, at)
      if (found < 0 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}
