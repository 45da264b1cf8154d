import { expect, it } from 'vitest'
import { Newest } from '../../../../src/renderer/src/compare/newest.ts'

it('shows what comes in order, each as it comes', () => {
  const newest = new Newest()
  expect(newest.choose('a')).toBe(true)
  const [first, second] = [newest.begin(), newest.begin()]
  expect([first(), second()]).toEqual([true, true])
})

it('leaves out what comes after something newer', () => {
  const newest = new Newest()
  newest.choose('a')
  const [first, second, third] = [newest.begin(), newest.begin(), newest.begin()]
  expect([second(), first(), third()]).toEqual([true, false, true])
})

it('leaves out what was begun for another choice', () => {
  const newest = new Newest()
  newest.choose('a')
  const old = newest.begin()
  expect(newest.choose('a')).toBe(false)
  expect(newest.choose('b')).toBe(true)
  const own = newest.begin()
  expect([old(), own()]).toEqual([false, true])
})
