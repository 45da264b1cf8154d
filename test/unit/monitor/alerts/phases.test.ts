import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Memory, Timing } from '../../../../src/main/monitor/alerts/phases.ts'
import { FRESH, isSpent, look, strike } from '../../../../src/main/monitor/alerts/phases.ts'

const TIMING: Timing = { forMs: 60, cooldownMs: 300 }

/** Looks at given moments; what was asked for, with its moment. Ids are the moments. */
function looks(steps: readonly (readonly [now: number, holds: boolean])[], timing = TIMING): string[] {
  let memory: Memory = FRESH
  return steps.flatMap(([now, holds]) => {
    const step = look(memory, holds, now, now, timing)
    memory = step.memory
    return step.acts.map((act) => `${now}: ${act.type} ${act.id}`)
  })
}

describe('a condition', () => {
  it('fires when it held for long enough, once, and resolves', () => {
    expect(
      looks([
        [0, true],
        [59, true],
        [60, true],
        [200, true],
        [210, false],
        [220, false],
      ]),
    ).toEqual(['60: fire 60', '210: resolve 60'])
  })

  it('begins to wait anew when it did not hold in between', () => {
    expect(
      looks([
        [0, true],
        [50, false],
        [60, true],
        [110, true],
        [120, true],
      ]),
    ).toEqual(['120: fire 120'])
  })

  it('fires at once without a duration', () => {
    expect(looks([[5, true]], { forMs: 0, cooldownMs: 0 })).toEqual(['5: fire 5'])
  })

  it('only counts within the cool-down, and opens the alert again', () => {
    const again = looks([
      [0, true],
      [60, true],
      [70, false],
      [80, true],
      [140, true],
      [150, false],
    ])
    expect(again).toEqual(['60: fire 60', '70: resolve 60', '140: repeat 60', '150: resolve 60'])
  })

  it('is told anew when it came back within the cool-down and still holds after it', () => {
    const steps = [
      [0, true],
      [60, true],
      [70, false],
      [80, true],
      [140, true],
      [359, true],
      [360, true],
      [999, true],
    ] as const
    expect(looks(steps)).toEqual([
      '60: fire 60',
      '70: resolve 60',
      '140: repeat 60',
      '360: resolve 60',
      '360: fire 360',
    ])
  })

  it('fires again after the cool-down', () => {
    expect(
      looks([
        [0, true],
        [60, true],
        [70, false],
        [400, true],
        [460, true],
      ]),
    ).toEqual(['60: fire 60', '70: resolve 60', '460: fire 460'])
  })

  it('never has two alerts within a cool-down, and none is open while it does not hold', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.boolean()), { maxLength: 60 })
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 400 }),
        (given, forMs, cooldownMs) => {
          let memory: Memory = FRESH
          let now = 0
          let fired = -Infinity
          const open = new Set<number>()
          const broken: string[] = []
          for (const [ms, holds] of given) {
            now += ms
            const step = look(memory, holds, now, now, { forMs, cooldownMs })
            memory = step.memory
            for (const act of step.acts) {
              if (act.type === 'fire' && now - fired < cooldownMs) broken.push(`${now}: within the cool-down`)
              if (act.type === 'fire') fired = now
              if (act.type !== 'resolve') open.add(act.id)
              else if (!open.delete(act.id)) broken.push(`${now}: ended what was not open`)
            }
            if (open.size > (holds ? 1 : 0)) broken.push(`${now}: ${open.size} are open`)
          }
          expect(broken).toEqual([])
        },
      ),
    )
  })
})

describe('a moment', () => {
  const strikes = (steps: readonly (readonly [now: number, cause: string])[]): string[] => {
    let memory: Memory = FRESH
    return steps.flatMap(([now, cause]) => {
      const step = strike(memory, cause, now, now, TIMING)
      memory = step.memory
      return step.acts.map((act) => `${now}: ${act.type} ${act.id}`)
    })
  }

  it('fires once for each cause, and within the cool-down only counts', () => {
    expect(
      strikes([
        [0, 'a'],
        [1, 'a'],
        [2, 'b'],
        [3, 'b'],
        [299, 'c'],
        [300, 'c'],
        [301, 'd'],
        [900, 'd'],
      ]),
    ).toEqual(['0: fire 0', '2: repeat 0', '299: repeat 0', '301: fire 301'])
  })

  it('may be forgotten after the cool-down, not before', () => {
    const { memory } = strike(FRESH, 'a', 0, 1, TIMING)
    expect(isSpent(memory, 299, TIMING)).toBe(false)
    expect(isSpent(memory, 300, TIMING)).toBe(true)
    expect(isSpent(look(FRESH, true, 0, 1, TIMING).memory, 1000, TIMING)).toBe(false)
  })
})
