import { describe, expect, it } from 'vitest'
import { ClockGauge } from '../../../src/main/monitor/clock-gauge.ts'

const HOUR = 3_600_000

function setup() {
  let [now, monotonic, up] = [1_750_000_000_000, 5000, 90_000]
  const gauge = new ClockGauge({ now: () => now, monotonic: () => monotonic }, () => up)
  return {
    gauge,
    pass: (ms: number) => {
      now += ms
      monotonic += ms
      up += ms
    },
    /** The monotonic clock stands still meanwhile. */
    sleep: (ms: number) => {
      now += ms
      up += ms
    },
    set: (byMs: number) => (now += byMs),
  }
}

describe('by how much the wall clock was set', () => {
  it.each([-2 * HOUR, 2 * HOUR])('is told from time that passed, once: %d ms', (byMs) => {
    const { gauge, pass, set } = setup()
    pass(HOUR)
    expect(gauge.setBy()).toBe(0)
    set(byMs)
    pass(1000)
    expect(gauge.setBy()).toBe(byMs)
    expect(gauge.setBy()).toBe(0)
  })

  it('is told from sleep, also where it is set while the machine sleeps', () => {
    const { gauge, sleep, set } = setup()
    sleep(8 * HOUR)
    expect(gauge.setBy()).toBe(0)
    sleep(8 * HOUR)
    set(HOUR)
    expect(gauge.setBy()).toBe(HOUR)
  })

  it('is nothing where the program was frozen, or the clock is only steered', () => {
    const { gauge, pass, set } = setup()
    pass(10 * HOUR)
    set(900)
    expect(gauge.setBy()).toBe(0)
  })
})
