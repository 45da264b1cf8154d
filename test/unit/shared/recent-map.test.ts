import { describe, expect, it } from 'vitest'
import { RecentMap } from '../../../src/shared/recent-map.ts'

it('keeps what was used lately, and twice as much as it must at most', () => {
  const map = new RecentMap<number, string>(4)
  for (let key = 0; key < 100; key += 1) {
    map.set(key, `${key}`)
    expect(map.get(0)).toBe('0')
  }
  const kept = Array.from({ length: 100 }, (_, key) => key).filter((key) => map.get(key) !== undefined)
  expect(kept.length).toBeGreaterThanOrEqual(4)
  expect(kept.length).toBeLessThanOrEqual(8)
  expect(kept).toContain(99)
})

it('is empty once cleared', () => {
  const map = new RecentMap<number, string>(2)
  for (const key of [1, 2, 3]) map.set(key, 'kept')
  map.clear()
  expect([1, 2, 3].map((key) => map.get(key))).toEqual([undefined, undefined, undefined])
})

describe('with an age', () => {
  let now = 0
  const aging = () => new RecentMap<string, string>(1000, 1000, () => now)
  /** Enough uses for a look at the clock. */
  const use = (map: RecentMap<string, string>, key: string): string[] =>
    Array.from({ length: 40 }, () => map.get(key) ?? 'gone')

  it('drops what was not used for twice as long, and keeps what was', () => {
    const map = aging()
    for (let key = 0; key < 100; key += 1) map.set(`passer-by ${key}`, 'kept')
    map.set('regular', 'kept')
    for (let turn = 0; turn < 2; turn += 1) {
      now += 1000
      expect(new Set(use(map, 'regular'))).toEqual(new Set(['kept']))
    }
    expect(Array.from({ length: 100 }, (_, key) => map.get(`passer-by ${key}`) ?? 'gone')).not.toContain('kept')
  })

  it('drops nothing that was used within it', () => {
    const map = aging()
    map.set('seldom', 'kept')
    for (let round = 0; round < 20; round += 1) {
      now += 900
      use(map, 'other')
      expect(map.get('seldom')).toBe('kept')
    }
  })
})
