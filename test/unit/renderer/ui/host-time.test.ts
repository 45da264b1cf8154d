import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

let heardHostTime: (at: number) => void
let hostNow: () => number

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000 })
  vi.resetModules()
  ;({ heardHostTime, hostNow } = await import('../../../../src/renderer/src/ui/host-time.ts'))
})

afterEach(() => {
  vi.useRealTimers()
})

/** Some seconds pass, after each of which a message comes that is sent when the host has it. */
function hear(seconds: number, behindMs: number): void {
  for (let second = 0; second < seconds; second += 1) {
    vi.advanceTimersByTime(1000)
    heardHostTime(Date.now() - behindMs)
  }
}

it('the time is that of the host as soon as a message tells it, be it earlier or later', () => {
  expect(hostNow()).toBe(1_000_000)
  heardHostTime(820_000)
  expect(hostNow()).toBe(820_000)
  heardHostTime(1_180_000)
  vi.advanceTimersByTime(10_000)
  expect(hostNow()).toBe(1_190_000)
})

it('is that of a host whose clock was put back once messages told so for some seconds', () => {
  heardHostTime(1_180_000)
  hear(5, 100)
  expect(hostNow()).toBe(1_185_000)
  hear(1, 100)
  expect(hostNow()).toBe(1_006_000)
})

it('the way of a message does not make the time tremble', () => {
  heardHostTime(1_000_000)
  heardHostTime(999_100)
  expect(hostNow()).toBe(1_000_000)
  heardHostTime(998_100)
  expect(hostNow()).toBe(1_000_000)
})

it('messages that were late do not put the time back, nor do those that waited while the tab slept', () => {
  heardHostTime(1_000_000)
  for (let round = 0; round < 3; round += 1) {
    hear(3, 0)
    heardHostTime(Date.now() - 60_000)
    expect(hostNow()).toBe(Date.now())
    hear(1, 30_000)
    expect(hostNow()).toBe(Date.now())
  }
  vi.advanceTimersByTime(600_000)
  for (const behindMs of [600_000, 300_000, 2500, 100]) heardHostTime(Date.now() - behindMs)
  expect(hostNow()).toBe(1_612_000)
  // Of several that are late the least late one is nearest.
  heardHostTime(Date.now() - 90_000)
  vi.advanceTimersByTime(6000)
  heardHostTime(Date.now() - 180_000)
  expect(hostNow()).toBe(1_528_000)
})

it('nothing in the window takes its time from the clock of the page', () => {
  const folder = join(import.meta.dirname, '../../../../src/renderer/src')
  const asked = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && /\bDate\.now\b|new Date\(\)/.test(readFileSync(join(folder, name), 'utf8')),
  )
  expect(asked.map((name) => name.replaceAll('\\', '/'))).toEqual(['ui/host-time.ts'])
})
