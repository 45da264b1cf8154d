import { describe, expect, it } from 'vitest'
import { grows, trendOf } from '../../../bench/soak/trend.ts'
import type { Point } from '../../../bench/soak/trend.ts'

/** 31 points over half an hour. */
function points(value: (minute: number) => number): Point[] {
  return Array.from({ length: 31 }, (_, minute) => ({ minute, value: value(minute) }))
}

/** Always the same scatter, between -1 and 1. */
function scatter(minute: number): number {
  return Math.sin(minute * 12.9898)
}

describe('a trend', () => {
  it('is the slope of a straight line, without noise', () => {
    const { slope, noise, mean } = trendOf(points((minute) => 100 + 2 * minute))
    expect([slope, mean]).toEqual([2, 130])
    expect(noise).toBeCloseTo(0)
  })

  it('grows where the scatter does not explain it', () => {
    const trend = trendOf(points((minute) => 100 + 0.5 * minute + scatter(minute)))
    expect(trend.slope).toBeCloseTo(0.5, 1)
    expect(grows(trend, 30, 0.03)).toBe(true)
  })

  it('does not grow by scatter alone, nor downwards, nor by less than is allowed', () => {
    expect(grows(trendOf(points((minute) => 100 + 20 * scatter(minute))), 30, 0.03)).toBe(false)
    expect(grows(trendOf(points((minute) => 100 - minute)), 30, 0.03)).toBe(false)
    expect(grows(trendOf(points((minute) => 100 + 0.05 * minute)), 30, 0.03)).toBe(false)
  })

  it('says nothing of fewer than three points', () => {
    expect(grows(trendOf(points((minute) => 100 * minute).slice(0, 2)), 30, 0.03)).toBe(false)
    expect(grows(trendOf([]), 30, 0.03)).toBe(false)
  })
})
