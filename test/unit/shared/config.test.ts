import { describe, expect, it } from 'vitest'
import {
  CONFIG_FIELDS,
  DEFAULT_CONFIG,
  formatDuration,
  parseDuration,
  parseField,
  resolveConfig,
} from '../../../src/shared/config.ts'

const field = (name: string) => {
  const found = CONFIG_FIELDS.find((one) => one.name === name)
  if (found === undefined) throw new Error(name)
  return found
}

describe('settings of discovery', () => {
  it('has one table row for each setting, with the default of the protocol', () => {
    expect(Object.fromEntries(CONFIG_FIELDS.map(({ name, default: value }) => [name, value]))).toEqual(DEFAULT_CONFIG)
    expect(resolveConfig()).toEqual(DEFAULT_CONFIG)
  })

  it.each([
    ['500', 500],
    ['500ms', 500],
    ['1.5s', 1500],
    ['2 min', 120_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
  ])('reads %s', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each(['', 'soon', '-1s', '1w', '1e3', '1 2'])('refuses %j as a duration', (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
  })

  it.each([
    [500, '500 ms'],
    [1500, '1.5 s'],
    [45_000, '45 s'],
    [300_000, '5 min'],
    [0.25, '0.3 ms'],
    [12_345, '12.3 s'],
  ])('writes %d as %s', (ms, text) => expect(formatDuration(ms)).toBe(text))

  it('reads each type and refuses what is out of range, saying what may be', () => {
    expect(parseField(field('maxRtt'), 'none')).toBeNull()
    expect(parseField(field('maxRtt'), '300ms')).toBe(300)
    expect(parseField(field('answerNeighbors'), 'off')).toBe(false)
    expect(parseField(field('announceJitter'), '0')).toBe(0)
    expect(() => parseField(field('announceJitter'), '1.5')).toThrow('a number from 0 to 1')
    expect(() => parseField(field('maxPeers'), '2.5')).toThrow('a whole number')
    expect(() => parseField(field('purgeAfter'), '1ms')).toThrow('a duration from 500 ms')
    expect(() => parseField(field('answerNeighbors'), 'maybe')).toThrow("'true' or 'false'")
  })

  it('refuses a purge time that live peers would not survive', () => {
    expect(() => resolveConfig({ announceInterval: 10_000, announceJitter: 0.5, purgeAfter: 15_000 })).toThrow(
      'purge-after',
    )
    expect(resolveConfig({ announceInterval: 10_000, announceJitter: 0.5, purgeAfter: 15_001 }).purgeAfter).toBe(15_001)
  })
})
