import { describe, expect, it } from 'vitest'
import { stallBehind, stallFigures, StallWatch } from '../../../../src/main/monitor/insight/stalls.ts'
import type { Stall } from '../../../../src/main/monitor/insight/stalls.ts'

/** A clock whose timers run when the test lets them, late where it says so. */
function rig() {
  let now = 0
  let timer: { at: number; fn: () => void } | null = null
  const clock = {
    monotonic: () => now,
    schedule: (delayMs: number, fn: () => void) => {
      timer = { at: now + delayMs, fn }
      return () => {
        timer = null
      }
    },
  }
  const found: number[] = []
  const watch = new StallWatch(clock, (ms) => found.push(ms))
  return {
    found,
    watch,
    /** Time passes, and nothing runs. */
    still: (ms: number) => {
      now += ms
    },
    /** Timers run when they are due. */
    run: (ms: number) => {
      const end = now + ms
      while (timer !== null && timer.at <= end) {
        now = Math.max(now, timer.at)
        const { fn } = timer
        timer = null
        fn()
      }
      now = end
    },
    get waiting() {
      return timer !== null
    },
  }
}

const stall = (at: number, ms: number, times = 1): Stall => ({ at, firstAt: at, ms, times, seq: at })

describe('a stall', () => {
  it('is a timer that comes late by a second or more, told once', () => {
    const at = rig()
    at.watch.start()
    at.run(10_000)
    at.still(900)
    at.run(1000)
    expect(at.found).toEqual([])
    at.still(4200)
    at.run(5000)
    expect(at.found).toHaveLength(1)
    expect(at.found[0]).toBeGreaterThanOrEqual(4000)
    expect(at.found[0]).toBeLessThanOrEqual(4200)
  })

  it('is told at once where something else runs before the timer', () => {
    const at = rig()
    at.watch.start()
    at.run(1000)
    at.still(3000)
    at.watch.look()
    expect(at.found).toHaveLength(1)
    at.run(1000)
    expect(at.found).toHaveLength(1)
  })

  it('is not looked for before the start and after the end', () => {
    const at = rig()
    at.still(9000)
    at.watch.look()
    at.watch.start()
    at.watch.stop()
    at.still(9000)
    at.watch.look()
    expect(at.found).toEqual([])
    expect(at.waiting).toBe(false)
  })
})

describe('what a stall explains', () => {
  it('is a purge after it, within the time of silence, of which it was a good part', () => {
    const stalls = [stall(1000, 1500), stall(50_000, 4000)]
    expect(stallBehind(60_000, stalls, 20_000)).toBe(stalls[1])
    // The purge may be told a moment before.
    expect(stallBehind(49_500, stalls, 20_000)).toBe(stalls[1])
    expect(stallBehind(48_000, stalls, 20_000)).toBeNull()
    expect(stallBehind(71_000, stalls, 20_000)).toBeNull()
    // 4 s of 5 min explain nothing.
    expect(stallBehind(60_000, stalls, 300_000)).toBeNull()
    // Many do together, a few short ones do not: a peer that crashed meanwhile is not our doing.
    expect(stallBehind(60_000, [stall(50_000, 2000, 100)], 300_000)).toMatchObject({ ms: 2000 })
    expect(stallBehind(60_000, [stall(50_000, 2000, 30)], 300_000)).toBeNull()
  })

  it('is counted with the longest one named', () => {
    const stalls = [stall(1000, 9000), stall(5000, 1500, 3), stall(7000, 4000)]
    expect(stallFigures(stalls, 4000, 8000)).toEqual({
      from: 4000,
      to: 8000,
      count: 4,
      totalMs: 7500,
      worstMs: 4000,
    })
    expect(stallFigures(stalls, 8000, 9000)).toBeNull()
  })
})
