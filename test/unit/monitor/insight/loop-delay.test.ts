import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  APART_MS,
  DelayWatch,
  DELAY_EVERY_MS,
  largestDelays,
  processDelays,
  worstDelay,
} from '../../../../src/main/monitor/insight/loop-delay.ts'

/** Blocks the event loop. */
function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

describe('the event loop of this process', () => {
  it('is measured from the start on: what blocked it counts once, and nothing after the end', async () => {
    const meter = processDelays()
    meter.start()
    let worst = 0
    // The first look of its timer only begins: on a busy machine that may be the one after the block.
    for (let n = 0; n < 20 && worst < 300; n += 1) {
      await wait(50)
      block(400)
      await wait(50)
      worst = meter.worst()
    }
    expect(worst).toBeGreaterThanOrEqual(300)
    meter.worst()
    expect(meter.worst()).toBe(0)
    meter.stop()
    block(50)
    await wait(50)
    expect(meter.worst()).toBe(0)
  })
})

describe('a look that comes late', () => {
  /** A process that stands still: what is due comes late, and the meter sees that only after the look. */
  const rig = () => {
    let now = 0
    let seen = 0
    let due: { readonly at: number; readonly act: () => void } | null = null
    const kept: { readonly at: number; readonly ms: number }[] = []
    const watch = new DelayWatch({
      clock: {
        now: () => now,
        monotonic: () => now,
        schedule: (ms, act) => {
          due = { at: now + ms, act }
          return () => (due = null)
        },
      },
      meter: { start: () => undefined, worst: () => seen, soFar: () => seen, stop: () => undefined },
      keep: (delay) => void kept.push(delay),
    })
    const look = (late: number): void => {
      const { at, act } = due ?? { at: now, act: () => undefined }
      now = at + late
      act()
      seen = late
    }
    watch.start()
    return { watch, look, kept, see: (ms: number) => (seen = ms) }
  }

  it('waits until the meter has seen what made it late', () => {
    const { look, kept } = rig()
    look(75_000)
    expect(kept).toEqual([])
    look(0)
    expect(kept).toEqual([{ at: DELAY_EVERY_MS + 75_040, ms: 75_000 }])
  })

  it('counts as late itself where each is, and at the end', () => {
    const { watch, look, kept, see } = rig()
    for (let n = 0; n < 11; n += 1) look(100)
    expect(kept).toMatchObject([{ ms: 100 }])
    see(3)
    watch.stop()
    expect(kept.at(-1)).toMatchObject({ ms: 3 })
  })
})

describe('one stall', () => {
  it('has the length that was measured, where that is of the same', () => {
    let seen = 1387.4
    const meter = { start: () => undefined, worst: () => seen, soFar: () => seen, stop: () => undefined }
    const clock = { now: () => 0, monotonic: () => 0, schedule: () => () => undefined }
    const watch = new DelayWatch({ clock, meter, keep: () => undefined })
    // Nothing is measured yet.
    expect(watch.lengthOf(1200, 200)).toBe(1200)
    watch.start()
    expect([1200, 1186, 1390].map((ms) => watch.lengthOf(ms, 200))).toEqual([1387, 1186, 1390])
    // A longer one of before says nothing of this one.
    seen = 5000
    expect(watch.lengthOf(1200, 200)).toBe(1200)
  })
})

describe('the largest delays of spans', () => {
  const fold = (step: number, points: number, delays: readonly (readonly [at: number, ms: number])[]) => {
    const bins = largestDelays(1_000_000, step, points)
    for (const [after, ms] of delays) bins.delay({ at: 1_000_000 + after, ms })
    return bins.result()
  }

  it('are of those that were written in each', () => {
    const delays = [
      [0, 4],
      [15_000, 90],
      [30_000, 5],
      [59_999, 6],
      [60_000, 7],
    ] as const
    expect(fold(60_000, 2, delays)).toEqual([90, 7])
  })

  it('of spans that are shorter are those that stand for them, and nothing is known beyond', () => {
    const every = DELAY_EVERY_MS
    expect(
      fold(5000, 8, [
        [every, 8],
        [2 * every, 3],
      ]),
    ).toEqual([8, 8, 8, 8, 3, 3, 3, null])
    // Between two that are far apart nothing was measured.
    const far = 100_000 + APART_MS + 1
    expect(
      fold(50_000, 6, [
        [100_000, 8],
        [far, 3],
      ]),
    ).toEqual([null, 8, 8, null, 3, 3])
  })

  it('of ages are no more work than there are spans', () => {
    const bins = largestDelays(0, 1000, 3)
    bins.delay({ at: -1e15, ms: 1 })
    bins.delay({ at: 1e15, ms: 2 })
    expect(bins.result()).toEqual([null, null, null])
  })

  it('have one that is the worst, of equal ones the last', () => {
    const worst = worstDelay()
    expect(worst.result()).toBeNull()
    for (const [at, ms] of [3, 9, 9, 1].entries()) worst.delay({ at, ms })
    expect(worst.result()).toEqual({ worstMs: 9, worstAt: 2 })
  })
})
