import * as fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import {
  formatLocal,
  formatLocalDay,
  formatLocalOffset,
  formatLocalSeconds,
  formatUtc,
  parseMoment,
  parseTime,
  TimeError,
} from '../../../src/shared/time.ts'

const before = process.env['TZ']
afterEach(() => {
  if (before === undefined) delete process.env['TZ']
  else process.env['TZ'] = before
})
const inZone = (zone: string): void => {
  process.env['TZ'] = zone
}
const AT = Date.UTC(2026, 10, 28, 16, 9, 24, 634)
const refusal = (text: string): string => {
  try {
    parseTime(text)
  } catch (error) {
    if (error instanceof TimeError) return error.message
    throw error
  }
  throw new Error(`'${text}' was taken`)
}
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Asia/Tokyo',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
]

describe('a time that is printed', () => {
  it('is local with its offset for people, and UTC with Z for programs', () => {
    inZone('America/New_York')
    expect(formatLocal(AT)).toBe('2026-11-28 11:09:24.634-05:00')
    expect(formatLocalSeconds(AT)).toBe('2026-11-28 11:09:24-05:00')
    expect(formatLocalDay(Date.UTC(2026, 10, 28, 3))).toBe('2026-11-27')
    expect(formatUtc(AT)).toBe('2026-11-28T16:09:24.634Z')
    expect(formatLocalOffset(AT)).toBe('-05:00')
    inZone('Asia/Kathmandu')
    expect(formatLocal(AT)).toBe('2026-11-28 21:54:24.634+05:45')
  })

  it('is read as the same moment in every zone, be it summer, winter or long ago', () => {
    for (const zone of ZONES) {
      inZone(zone)
      fc.assert(
        fc.property(
          fc.oneof(fc.integer({ min: -8.6e15, max: 8.6e15 }), fc.integer({ min: 1.6e12, max: 2e12 })),
          (at) => {
            expect(parseTime(formatLocal(at))).toEqual({ from: at, to: at })
            expect(parseTime(formatUtc(at))).toEqual({ from: at, to: at })
            const { from, to } = parseTime(formatLocalSeconds(at))
            expect(from <= at && at <= to && to - from === 999).toBe(true)
          },
        ),
        { numRuns: 200 },
      )
    }
  })

  it('means the same in another zone', () => {
    inZone('Asia/Tokyo')
    const printed = formatLocal(AT)
    inZone('America/New_York')
    expect(parseTime(printed).from).toBe(AT)
  })

  it('never fails, whatever number it is made of', () => {
    for (const at of [8.64e15, -8.64e15, 9e15, -9e15, 253_402_300_799_999, 0.5, -0.5, Infinity, Number.NaN])
      for (const format of [formatLocal, formatLocalDay, formatLocalSeconds, formatUtc])
        expect(typeof format(at)).toBe('string')
  })
})

describe('a time that is given', () => {
  it.each([
    ['2026-11-23T10:00Z', Date.UTC(2026, 10, 23, 10), 60_000],
    ['2026-11-23t10:00:07z', Date.UTC(2026, 10, 23, 10, 0, 7), 1000],
    ['2026-11-23 10:00:07.5 +01:00', Date.UTC(2026, 10, 23, 9, 0, 7, 500), 100],
    ['2026-11-23 10:00:07,123-0530', Date.UTC(2026, 10, 23, 15, 30, 7, 123), 1],
    ['2026-11-23T10:00:07.123456789+02', Date.UTC(2026, 10, 23, 8, 0, 7, 123), 1],
    [' 2024-02-29T00:00Z ', Date.UTC(2024, 1, 29), 60_000],
    ['+012345-01-01T00:00:00Z', Date.UTC(12345, 0, 1), 1000],
    ['0001-01-01T00:00:00Z', new Date(0).setUTCFullYear(1, 0, 1), 1000],
    ['@1795882164', 1_795_882_164_000, 1000],
    ['@1795882164.634', 1_795_882_164_634, 1],
    ['@-1', -1000, 1000],
    ['1795882164634', 1_795_882_164_634, 1],
  ])('as %j is taken, with all that it leaves open', (text, from, length) => {
    expect(parseTime(text)).toEqual({ from, to: from + length - 1 })
  })

  it('is refused where no calendar or clock has it, with the reason', () => {
    expect(refusal('2026-02-30')).toContain('2026-02 has 28 days')
    expect(refusal('2026-13-01')).toContain('months go from 01 to 12')
    expect(refusal('2026-11-23 24:61')).toContain('hours go from 00 to 23')
    expect(refusal('2026-11-23T24:00Z')).toContain('hours go from 00 to 23')
    expect(refusal('2016-12-31T23:59:60Z')).toContain('leap second')
    expect(refusal('2026-11-23T10:00+24:00')).toContain('an offset is at most 23:59')
    expect(refusal('+999999-01-01')).toContain('no calendar holds it')
    expect(refusal('-000000-01-01')).toContain('year zero')
    for (const text of [
      'yesterday',
      '',
      '23.11.2026',
      '11/23/2026',
      '2026-11-23T10',
      '2026-11-23Z',
      '10:00',
      '٢٠٢٦-١١-٢٣',
      '2026-11-23 10:00 CET',
      '1e12',
      '0x10',
      '2026-11-23T10:00Zjunk',
      'Mon, 23 Nov 2026 10:00 GMT',
    ])
      expect(refusal(text)).toContain(
        'write it as in 2026-11-23, "2026-11-23 10:00" (local), 2026-11-23T10:00:00Z, or @SECONDS',
      )
  })

  it('as bare digits is refused unless they are the milliseconds that JSON has', () => {
    expect(refusal('1795882164')).toContain('write @1795882164 for seconds since 1970')
    expect(refusal('20261123')).toContain('more than one way')
    expect(refusal('9'.repeat(400)).length).toBeLessThan(300)
  })

  it('without an offset is local; where clocks skipped it or gave it twice, an offset must tell', () => {
    inZone('Europe/Berlin')
    expect(parseTime('2026-07-01 12:00').from).toBe(Date.UTC(2026, 6, 1, 10))
    expect(parseTime('2026-12-01 12:00').from).toBe(Date.UTC(2026, 11, 1, 11))
    expect(refusal('2026-03-29 02:30')).toContain('the clocks skipped it')
    expect(refusal('2026-10-25 02:30')).toContain('add +02:00 or +01:00')
    expect(parseTime('2026-10-25 02:30+02:00').from).toBe(Date.UTC(2026, 9, 25, 0, 30))
    expect(parseTime('2026-10-25 02:30+01:00').from).toBe(Date.UTC(2026, 9, 25, 1, 30))
  })

  it('as a date is the whole local day, however long the clocks make it', () => {
    const hours = (text: string): number => (parseTime(text).to + 1 - parseTime(text).from) / 3_600_000
    inZone('Europe/Berlin')
    expect(['2026-11-23', '2026-03-29', '2026-10-25'].map(hours)).toEqual([24, 23, 25])
    inZone('America/Sao_Paulo')
    expect(hours('2018-11-04')).toBe(23)
    expect(formatLocal(parseTime('2018-11-04').from)).toBe('2018-11-04 01:00:00.000-02:00')
    inZone('Pacific/Apia')
    expect(refusal('2011-12-30')).toContain('skipped that day')
    expect(hours('2011-12-29')).toBe(24)
  })

  it('relative to now goes back from now', () => {
    for (const text of ['2h', '2h ago', '-2h', ' 2 h ago'])
      expect(parseMoment(text, AT)).toEqual({ from: AT - 7_200_000, to: AT - 7_200_000 })
    expect(parseMoment('now', AT).from).toBe(AT)
    expect(parseMoment('2026-11-23T10:00Z', AT).from).toBe(Date.UTC(2026, 10, 23, 10))
    expect(() => parseMoment('soon', AT)).toThrow('or 2h for two hours ago')
    expect(() => parseMoment('5000', AT)).toThrow(TimeError)
    expect(() => parseMoment('99999999999999d', AT)).toThrow(TimeError)
    for (const text of ['99999999h ago', '1969-12-31T23:59:59Z', '@-1'])
      expect(() => parseMoment(text, AT)).toThrow(`'${text}' lies before 1970`)
    for (const text of ['2 hours ago', '2hrs', '120 min ago', '7200 seconds ago', '2H AGO'])
      expect(parseMoment(text, AT).from).toBe(AT - 7_200_000)
    expect(parseMoment('250ms ago', AT).from).toBe(AT - 250)
  })

  it('as a time of day is the last one that was, or that of the day that is named', () => {
    inZone('Europe/Berlin')
    const now = parseTime('2026-10-25 12:00').from
    const read = (text: string): string => formatLocal(parseMoment(text, now).from)
    expect(read('9:05')).toBe('2026-10-25 09:05:00.000+01:00')
    expect(parseMoment('9:05', now).to - parseMoment('9:05', now).from).toBe(59_999)
    // The clocks were set back in the night between.
    expect(read('16:05')).toBe('2026-10-24 16:05:00.000+02:00')
    expect(read('Yesterday 16:05:30.5')).toBe('2026-10-24 16:05:30.500+02:00')
    expect(read('today 16:05')).toBe('2026-10-25 16:05:00.000+01:00')
    expect([read('today'), read('yesterday')]).toEqual([
      '2026-10-25 00:00:00.000+02:00',
      '2026-10-24 00:00:00.000+02:00',
    ])
    expect(() => parseMoment('2:30', now)).toThrow('came twice')
    expect(() => parseMoment('24:00', now)).toThrow('hours go from 00 to 23')
    // What was typed is quoted, not the day that was added to it.
    for (const text of ['24:00', '2:30', 'yesterday 10:70']) expect(() => parseMoment(text, now)).toThrow(`'${text}' `)
    expect(() => parseMoment('today 16', now)).toThrow(TimeError)
    expect(() => parseMoment('', now)).toThrow(TimeError)
  })
})

it('times are printed and read in one place only', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
  const around = files.filter((name) => {
    const text = readFileSync(join('src', name), 'utf8')
    return /toISOString|toJSON\(\)|Date\.parse|new Date\('|toLocale(Date|Time)String|DateTimeFormat|toUTCString/.test(
      text,
    )
  })
  expect(files.length).toBeGreaterThan(300)
  expect(around.filter((name) => name !== join('shared', 'time.ts'))).toEqual([])
})
