/**
 * How moments are written and read, everywhere. People see local time with its offset (`2026-11-23 11:08:24.353+01:00`),
 * programs get UTC (`2026-11-23T10:08:24.353Z`). Whatever is printed can be given back: reading takes both forms.
 */
import { parseDuration } from './config.ts'
import { InvalidArgument } from './errors.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** The farthest moment from 1970 that a `Date` can hold, in milliseconds. */
const FARTHEST = 8.64e15

/** What a text about a moment covers, milliseconds since the epoch, both ends included. */
export interface Span {
  /** Its first millisecond. */
  readonly from: number
  /** Its last millisecond: `2026-11-23` is the whole day, `10:00` the whole minute. */
  readonly to: number
}

/** What is taken for a moment, for messages and help. */
export const TIME_FORMS = '2026-11-23, "2026-11-23 10:00" (local), 2026-11-23T10:00:00Z, or @SECONDS since 1970'

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/

/** A text that names no moment, or more than one. */
export class TimeError extends InvalidArgument {}

/** A moment for programs, UTC: `2026-11-23T10:08:24.353Z`. What no calendar holds is written `@SECONDS`. */
export function formatUtc(at: number): string {
  return isMoment(at) ? new Date(at).toISOString() : `@${at / 1000}`
}

/** The moment of such a text, milliseconds since the epoch; null for any other text. For what programs wrote. */
export function parseUtc(text: string): number | null {
  const at = UTC.test(text) ? Date.parse(text) : NaN
  return at >= 0 ? at : null
}

/** A moment for people, local time with its offset: `2026-11-23 11:08:24.353+01:00`. */
export function formatLocal(at: number): string {
  return local(at, 23)
}

/** The same to the second, for lines that follow each other: `2026-11-23 11:08:24+01:00`. */
export function formatLocalSeconds(at: number): string {
  return local(at, 19)
}

/** What local time is ahead of UTC at a moment: `+01:00`. */
export function formatLocalOffset(at: number): string {
  return hasLocal(at) ? offsetText(offsetOf(at)) : '+00:00'
}

/** The local day: `2026-11-23`. */
export function formatLocalDay(at: number): string {
  if (!hasLocal(at)) return formatUtc(at)
  return new Date(at + offsetOf(at)).toISOString().split('T')[0] ?? ''
}

/** A time of day, with the day where that is another one than at `now`: `11:08`, `11:08:24 on 2026-11-22`. */
export function formatClock(at: number, now: number, { seconds = false } = {}): string {
  const [day, clock] = [formatLocalDay(at), formatLocal(at).slice(11, seconds ? 19 : 16)]
  return day === formatLocalDay(now) ? clock : `${clock} on ${day}`
}

/**
 * A date or a date with a time as a span. Without an offset it is local. A local time that a change of the clocks left out or
 * gave twice is refused: only an offset can tell.
 * @throws TimeError saying what is accepted
 */
export function parseTime(text: string): Span {
  return timeOf(text, text)
}

/** @param text what was typed, which errors quote */
function timeOf(given: string, text: string): Span {
  const trimmed = given.trim()
  const seconds = /^@(-?\d{1,13})(?:[.,](\d{1,9}))?$/.exec(trimmed)
  if (seconds !== null) return epochSeconds(trimmed, seconds[1] ?? '', seconds[2] ?? '')
  if (/^\d+$/.test(trimmed)) return epochMillis(trimmed)
  const match =
    /^(\d{4}|[+-]\d{6})-(\d\d)-(\d\d)(?:(?:[Tt]| +)(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? *([Zz]|[+−-]\d\d(?::?\d\d(?::\d\d)?)?)?)?$/u.exec(
      trimmed,
    )
  if (match === null) throw new TimeError(`'${shown(text)}' is not a time; write it as in ${TIME_FORMS}`)
  const [, yearText = '', month = '', day = '', hour, minute = '', second, fraction = '', zone] = match
  if (yearText === '-000000') throw new TimeError(`'${shown(text)}' is not a time: the year zero has no sign`)
  const date = { year: Number(yearText), month: Number(month), day: Number(day) }
  const days = daysOf(date.year, date.month)
  if (days === 0) throw new TimeError(`'${shown(text)}' is not a time: months go from 01 to 12`)
  if (date.day < 1 || date.day > days)
    throw new TimeError(`'${shown(text)}' is not a time: ${yearText}-${month} has ${days} days`)
  const midnight = utc(date.year, date.month, date.day)
  if (hour === undefined) return localDay(text, midnight)
  if (Number(hour) > 23 || Number(minute) > 59)
    throw new TimeError(`'${shown(text)}' is not a time: hours go from 00 to 23 and minutes from 00 to 59`)
  if (Number(second ?? 0) > 59)
    throw new TimeError(
      `'${shown(text)}' is not a time: seconds go from 00 to 59; a leap second is counted as the one before it`,
    )
  const millis = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const wall = midnight + (Number(hour) * 60 + Number(minute)) * MINUTE + Number(second ?? 0) * 1000 + millis
  const length = second === undefined ? MINUTE : 10 ** Math.max(0, 3 - fraction.length)
  const from = zone === undefined ? localMoment(text, wall) : wall - zoneOffset(text, zone)
  return checked(text, { from, to: from + length - 1 })
}

/**
 * A moment as `parseTime` reads it, or one relative to now: `2h`, `2h ago`, `-2h`, `now`, the local `16:05` that was last,
 * `today`, `yesterday 16:05`. Nothing was recorded before 1970.
 * @throws TimeError saying what is accepted
 */
export function parseMoment(text: string, now: number): Span {
  const span = momentOf(text, now)
  if (span.to < 0) throw new TimeError(`'${shown(text)}' lies before 1970: nothing was recorded then`)
  return span
}

function momentOf(text: string, now: number): Span {
  const trimmed = text.trim().toLowerCase()
  if (trimmed === 'now') return { from: now, to: now }
  const ago =
    /^-?\s*(\d+(?:\.\d+)?)\s*(ms|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?)(?:\s+ago)?$/.exec(
      trimmed,
    )
  if (ago !== null) {
    const [, length = '', unit = ''] = ago
    const at = now - parseDuration(`${length}${unit === 'ms' ? unit : unit.slice(0, 1)}`)
    return checked(text, { from: at, to: at })
  }
  const clock = /^(?:(today|yesterday)(?:[ ,]+|$))?(?:(\d{1,2})(:\d\d(?::\d\d(?:[.,]\d{1,9})?)?))?$/.exec(trimmed)
  if (clock !== null && trimmed !== '') return clockTime(clock, now, text.trim())
  try {
    return parseTime(text)
  } catch (error) {
    if (!(error instanceof TimeError)) throw error
    if (!error.message.endsWith(TIME_FORMS)) throw error
    throw new TimeError(`${error.message}, or 2h for two hours ago, 16:05, "yesterday 16:05"`)
  }
}

/** A local time of day: of the day that is named, else the last one that was. @throws TimeError */
function clockTime([, day, hour, rest = '']: RegExpExecArray, now: number, typed: string): Span {
  const time = hour === undefined ? '' : ` ${hour.padStart(2, '0')}${rest}`
  const on = (at: number): Span => timeOf(`${formatLocalDay(at)}${time}`, typed)
  const today = startOfDay(Math.floor((now + offsetOf(now)) / DAY) * DAY)
  // Noon of the day before, however long the clocks made that day.
  const yesterday = today - DAY / 2
  if (day === 'yesterday') return on(yesterday)
  const span = on(now)
  return day === 'today' || span.from <= now ? span : on(yesterday)
}

/** Milliseconds that local time is ahead of UTC at a moment; NaN outside of the calendar. */
function offsetOf(at: number): number {
  const date = new Date(at)
  const day = utc(date.getFullYear(), date.getMonth() + 1, date.getDate())
  const clock = ((date.getHours() * 60 + date.getMinutes()) * 60 + date.getSeconds()) * 1000 + date.getMilliseconds()
  return day + clock - date.getTime()
}

/** `+01:00`, with seconds where local mean time had them. */
function offsetText(offset: number): string {
  const seconds = Math.round(Math.abs(offset) / 1000)
  const parts = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    ...(seconds % 60 === 0 ? [] : [seconds % 60]),
  ]
  return `${offset < 0 ? '-' : '+'}${parts.map((part) => String(part).padStart(2, '0')).join(':')}`
}

function local(at: number, end: number): string {
  if (!hasLocal(at)) return formatUtc(at)
  const offset = offsetOf(at)
  const text = new Date(at + offset).toISOString()
  return `${text.slice(0, text.indexOf('T') - 10 + end).replace('T', ' ')}${offsetText(offset)}`
}

function isMoment(at: number): boolean {
  return Math.abs(at) <= FARTHEST
}

/** Whether local time can tell of it: at the ends of the calendar it lies outside. */
function hasLocal(at: number): boolean {
  return Math.abs(at) <= FARTHEST - 2 * DAY
}

/** Milliseconds since the epoch of a day's start in UTC; `Date.UTC` takes years below 100 for others. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day)
}

function daysOf(year: number, month: number): number {
  if (month < 1 || month > 12) return 0
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** The moments that a local clock showed `wall`: none in a gap, two where an hour came twice. */
function localMoments(wall: number): number[] {
  const offsets = new Set([wall - DAY, wall, wall + DAY].map(offsetOf))
  return [...offsets]
    .map((offset) => wall - offset)
    .filter((at) => at + offsetOf(at) === wall)
    .toSorted((a, b) => a - b)
}

function localMoment(text: string, wall: number): number {
  const moments = localMoments(wall)
  const [only, other] = moments
  if (only !== undefined && other === undefined) return only
  if (only === undefined) {
    if (Number.isNaN(offsetOf(wall))) throw tooFar(text)
    throw new TimeError(`'${shown(text)}' does not exist in local time: the clocks skipped it; add an offset such as Z`)
  }
  const offsets = moments.map((at) => offsetText(offsetOf(at))).join(' or ')
  throw new TimeError(`'${shown(text)}' came twice in local time, when the clocks were set back; add ${offsets}`)
}

/** A whole local day: 23, 24 or 25 hours, as the clocks have it. */
function localDay(text: string, midnight: number): Span {
  const from = startOfDay(midnight)
  const to = startOfDay(midnight + DAY) - 1
  if (to < from) throw new TimeError(`'${shown(text)}' does not exist in local time: the calendar skipped that day`)
  return checked(text, { from, to })
}

/** The first moment of a local day; where clocks skip midnight, the end of the gap. */
function startOfDay(midnight: number): number {
  const [first] = localMoments(midnight)
  if (first !== undefined) return first
  // The gap lies between the two offsets around it: it ends where the earlier one would have shown its beginning.
  let low = midnight - Math.max(offsetOf(midnight - DAY), offsetOf(midnight + DAY))
  let high = midnight - Math.min(offsetOf(midnight - DAY), offsetOf(midnight + DAY))
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (middle + offsetOf(middle) < midnight) low = middle
    else high = middle
  }
  return high
}

function zoneOffset(text: string, zone: string): number {
  if (/^z$/i.test(zone)) return 0
  const digits = zone.slice(1).replaceAll(':', '')
  const [hours, minutes, seconds] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)))
  if ((hours ?? 0) > 23 || (minutes ?? 0) > 59 || (seconds ?? 0) > 59)
    throw new TimeError(`'${shown(text)}' is not a time: an offset is at most 23:59`)
  const size = (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000
  return zone.startsWith('+') ? size : -size
}

function epochSeconds(text: string, whole: string, fraction: string): Span {
  const parts = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const from = Number(whole) * 1000 + (whole.startsWith('-') ? -parts : parts)
  return checked(text, { from, to: from + 10 ** Math.max(0, 3 - fraction.length) - 1 })
}

/** Milliseconds as JSON has them. Fewer digits are seconds, or a length of time without its unit: nobody can tell. */
function epochMillis(digits: string): Span {
  if (digits.length === 13) return { from: Number(digits), to: Number(digits) }
  throw new TimeError(
    `'${shown(digits)}' can be read in more than one way; write @${shown(digits)} for seconds since 1970, or a date such as 2026-11-23`,
  )
}

function checked(text: string, span: Span): Span {
  if (isMoment(span.from) && isMoment(span.to)) return span
  throw tooFar(text)
}

function tooFar(text: string): TimeError {
  return new TimeError(`'${shown(text)}' is too far from today: no calendar holds it`)
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
