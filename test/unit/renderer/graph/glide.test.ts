import { expect, test } from 'vitest'
import { Glide } from '../../../../src/renderer/src/graph/glide.ts'

const from = { x: 0, y: 0, scale: 1 }
const to = { x: 100, y: -50, scale: 4 }

test('a glide ends where it goes, after less than a quarter of a second, and rests then', () => {
  const glide = new Glide()
  expect(glide.at(0)).toBeNull()
  glide.begin(from, to, 1000)
  expect(glide.at(1000)).toEqual(from)
  const middle = glide.at(1090)
  expect(middle?.x).toBeGreaterThan(50)
  expect(middle?.x).toBeLessThan(100)
  expect(middle?.scale).toBeGreaterThan(1)
  expect(glide.to).toBe(to)
  expect(glide.at(1250)).toBe(to)
  expect(glide.at(1260)).toBeNull()
  expect(glide.to).toBeNull()
})

test('what moves while the camera goes there is where it ends', () => {
  const glide = new Glide()
  expect(glide.turn(to)).toBe(false)
  expect(glide.at(0)).toBeNull()
  glide.begin(from, { ...from, scale: 12 }, 0)
  glide.at(100)
  expect(glide.turn(to)).toBe(true)
  expect(glide.at(500)).toBe(to)
})

test('a glide that is stopped goes nowhere', () => {
  const glide = new Glide()
  glide.begin(from, to, 0)
  glide.stop()
  expect(glide.at(100)).toBeNull()
})
