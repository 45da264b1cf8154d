import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { heardHostTime, hostNow } from '../../../../src/renderer/src/ui/host-time.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  heardHostTime(1_000_000)
})

afterEach(() => {
  vi.useRealTimers()
})

it('the time is that of the host as soon as a message tells it, and again where its clock is set', () => {
  expect(hostNow()).toBe(1_000_000)
  heardHostTime(1_180_000)
  vi.setSystemTime(1_010_000)
  expect(hostNow()).toBe(1_190_000)
  heardHostTime(1_010_100)
  expect(hostNow()).toBe(1_010_000)
})

it('the way of a message does not make the time tremble', () => {
  heardHostTime(999_100)
  expect(hostNow()).toBe(1_000_000)
  heardHostTime(820_000)
  heardHostTime(819_000)
  expect(hostNow()).toBe(820_000)
})

it('nothing in the window takes its time from the clock of the page', () => {
  const folder = join(import.meta.dirname, '../../../../src/renderer/src')
  const asked = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && /\bDate\.now\b|new Date\(\)/.test(readFileSync(join(folder, name), 'utf8')),
  )
  expect(asked.map((name) => name.replaceAll('\\', '/'))).toEqual(['ui/host-time.ts'])
})
