/** Comparisons that spaces fall apart, written as the window writes values: `rtt > 200 ms`, `silent>1 min 39 s`, `at>=2026-11-23 11:08`. */
import type { Mend, Token } from './filter-text.ts'

/** What fields compare by. */
interface Compared {
  readonly numbers: Readonly<Record<string, unknown>>
  readonly durations: ReadonlySet<string>
  readonly times: Readonly<Record<string, unknown>>
}

/** Longest comparison, in words: `silent >= 1 min 39 s ago`. */
const MOST_WORDS = 8
const COMPARED = /^([a-z][a-z-]*) ?(>=|<=|[:<>=]) ?/i
const NUMBER = /^\d+(?:\.\d+)?(?= |$)/
const UNIT = /^(\d+(?:\.\d+)?) ?(ms|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)(?: |$)/i
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:[Zz]|[+-]\d\d(?::?\d\d)?))?(?= |$)/
const MILLIS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The comparison that begins with a token, in one term as it is read; null where none begins there, or its value is none. */
export function comparisonAt(tokens: readonly Token[], index: number, fields: Compared): Mend | null {
  const run = tokens.slice(index, index + MOST_WORDS)
  const end = run.findIndex(({ kind, quoted }) => kind !== 'word' || quoted)
  const words = end < 0 ? run : run.slice(0, end)
  const text = words.map((token) => token.text).join(' ')
  const [begun, name = '', operator = ''] = COMPARED.exec(text) ?? []
  if (begun === undefined) return null
  const value = valueOf(text.slice(begun.length), name.toLowerCase(), fields)
  if (value === null) return null
  const taken = `${begun}${value.read}`.trimEnd().split(' ').length
  const from = words[0]?.at ?? 0
  return { from, to: words[taken - 1]?.end ?? from, instead: `${name}${operator}${value.written}` }
}

/** A value in words, and in one. */
interface Value {
  readonly read: string
  readonly written: string
}

function valueOf(text: string, field: string, { numbers, durations, times }: Compared): Value | null {
  if (durations.has(field)) return durationOf(text) ?? as(NUMBER, text)
  if (Object.hasOwn(numbers, field)) return as(NUMBER, text)
  const time = Object.hasOwn(times, field) ? as(TIME, text) : null
  return time === null ? null : { ...time, written: `"${time.written}"` }
}

function as(form: RegExp, text: string): Value | null {
  const [read] = form.exec(text) ?? []
  return read === undefined ? null : { read, written: read }
}

/** Of several units the sum, in the smallest of them. */
function durationOf(text: string): Value | null {
  let read = ''
  let written = ''
  let sum = 0
  for (let part = UNIT.exec(text); part !== null; part = UNIT.exec(text.slice(read.length))) {
    const [whole, number = '', word = ''] = part
    const unit = /^ms$/i.test(word) ? 'ms' : word.charAt(0).toLowerCase()
    const size = MILLIS[unit] ?? 1
    sum += Number(number) * size
    written = read === '' ? `${number}${unit}` : `${Math.round((sum / size) * 1000) / 1000}${unit}`
    read += whole
  }
  if (read === '') return null
  return { read: /^ago(?: |$)/i.test(text.slice(read.length)) ? `${read}ago` : read, written }
}
