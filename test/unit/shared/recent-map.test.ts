import { expect, it } from 'vitest'
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

it('drops what was not used for so many uses, and keeps what was', () => {
  const map = new RecentMap<string, string>(1000, 10)
  for (let key = 0; key < 100; key += 1) map.set(`passer-by ${key}`, 'kept')
  map.set('regular', 'kept')
  for (let use = 0; use < 20; use += 1) expect(map.get('regular')).toBe('kept')
  const left = Array.from({ length: 100 }, (_, key) => map.get(`passer-by ${key}`)).filter(
    (value) => value !== undefined,
  )
  expect(left).toEqual([])
})

it('drops nothing that waits for less than so many uses', () => {
  const map = new RecentMap<string, string>(1000, 10)
  map.set('seldom', 'kept')
  for (let round = 0; round < 20; round += 1) {
    for (let use = 0; use < 8; use += 1) map.get('other')
    expect(map.get('seldom')).toBe('kept')
  }
})
