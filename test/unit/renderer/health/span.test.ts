import { expect, test } from 'vitest'
import { FIRST_EVENTS } from '../../../../src/shared/events.ts'
import type { LoggedEvent } from '../../../../src/shared/events.ts'
import { HEALTH_SPAN_MS, MAX_POINTS } from '../../../../src/shared/health.ts'
import { RANGE_MS } from '../../../../src/renderer/src/stores/range-store.ts'
import { isLoaded } from '../../../../src/renderer/src/timeline/use-bars.ts'
import { isOpen, pauseAfter, pauseOf, spanOf } from '../../../../src/renderer/src/health/span.ts'

const NOW = 1_750_000_123_456
const HOUR = 3_600_000

test('a named range ends now, in steps of the clock', () => {
  const recent = spanOf('recent', NOW, null, 150)
  expect(recent.from).toBeLessThanOrEqual(NOW - 600_000)
  expect(recent.from).toBeGreaterThan(NOW - 612_000)
  expect(recent.to).toBeGreaterThanOrEqual(NOW)
  expect((recent.to - recent.from) / recent.points).toBe(5000)
  expect(recent.from % 5000).toBe(0)
  const day = spanOf('day', NOW, null, 150)
  expect((day.to - day.from) / day.points).toBe(600_000)
})

test('the recent range is the same ten minutes on Health, in its strip and on the timeline', () => {
  expect([RANGE_MS.recent, spanOf('recent', NOW, null, 2000).to - RANGE_MS.recent]).toEqual([
    HEALTH_SPAN_MS,
    spanOf('recent', NOW, null, 2000).from + 1000,
  ])
  const event = (seq: number, at: number): LoggedEvent => ({ seq, at, event: { kind: 'DhtSlotClaimed', slot: 1 } })
  const many = Array.from({ length: FIRST_EVENTS }, (_, index) => event(1000 - index, NOW - index))
  // What is loaded is all there is, reaches back far enough, or leaves a gap that the engine fills.
  expect(isLoaded(many.slice(1), NOW - HEALTH_SPAN_MS)).toBe(true)
  expect(isLoaded([...many, event(1, NOW - HEALTH_SPAN_MS)], NOW - HEALTH_SPAN_MS)).toBe(true)
  expect(isLoaded(many, NOW - HEALTH_SPAN_MS)).toBe(false)
})

test('what was counted stays in its bar while time goes on', () => {
  const [one, other] = [spanOf('hour', NOW, null, 150), spanOf('hour', NOW + 7000, null, 150)]
  expect((other.from - one.from) % 30_000).toBe(0)
})

test('all that is stored begins with the oldest event, but is never shorter than the recent one', () => {
  const all = spanOf('all', NOW, NOW - 40 * 24 * HOUR, 150)
  expect(all.from).toBeLessThanOrEqual(NOW - 40 * 24 * HOUR)
  expect(all.points).toBeLessThanOrEqual(150)
  expect(spanOf('all', NOW, NOW - 1000, 150).from).toBeLessThanOrEqual(NOW - 600_000)
  expect(spanOf('all', NOW, null, 150).from).toBeLessThanOrEqual(NOW - 600_000)
})

test('no range has more points than may be asked for, nor ends before it begins', () => {
  const lengths = [0, 1, 999, 10_000, 61_000, HOUR, 25 * HOUR, 400 * 24 * HOUR, 20_000 * 24 * HOUR]
  for (const length of lengths) {
    const { from, to, points } = spanOf({ from: NOW - length, to: NOW }, NOW, null, 150)
    expect(points, `${length} ms`).toBeLessThanOrEqual(150)
    expect(points).toBeLessThanOrEqual(MAX_POINTS)
    expect(points).toBeGreaterThan(0)
    expect(from).toBeGreaterThanOrEqual(0)
    expect(from).toBeLessThanOrEqual(Math.max(0, NOW - length))
    expect(to).toBeGreaterThanOrEqual(NOW)
    expect([from, to].every(Number.isInteger)).toBe(true)
  }
})

test('a span of the past is asked for once, one that ends now in turn', () => {
  expect(isOpen(spanOf({ from: NOW - 2 * HOUR, to: NOW - HOUR }, NOW, null, 150), NOW)).toBe(false)
  expect(isOpen(spanOf('recent', NOW, null, 150), NOW)).toBe(true)
  expect(pauseOf(spanOf('recent', NOW, null, 150))).toBe(5000)
  expect(pauseOf(spanOf('day', NOW, null, 150))).toBe(30_000)
  // Just joined: in the first minute figures come in all the time.
  const known = (steps: number) => ({ stepMs: 5000, joined: [null, null, ...Array.from({ length: steps }, () => 0)] })
  const pauses = [0, 1, 11, 12].map((steps) => pauseAfter(spanOf('recent', NOW, null, 150), known(steps)))
  expect(pauses).toEqual([1000, 1000, 1000, 5000])
  expect(pauseAfter(spanOf('day', NOW, null, 150), { ...known(1), stepMs: 600_000 })).toBe(30_000)
})
