import { describe, expect, it } from 'vitest'
import { RIGS } from './rigs.ts'
import { steps } from './steps.ts'

describe.each(RIGS)('the clock on %s', (_name, makeRig) => {
  const { rig } = steps(makeRig)

  it('goes on, and runs timers once and in the order of their time; a cancelled one never', async () => {
    const { clock } = await rig().node()
    const [now, monotonic] = [clock.now(), clock.monotonic()]
    const ran: string[] = []
    const cancel = clock.schedule(5, () => ran.push('cancelled'))
    clock.schedule(40, () => ran.push('second'))
    clock.schedule(10, () => ran.push('first'))
    cancel()
    await rig().until(() => ran.length === 2)
    expect(ran).toEqual(['first', 'second'])
    expect([clock.now() > now, clock.monotonic() > monotonic]).toEqual([true, true])
  })

  it('never runs a timer at once, not even one that is due or overdue', async () => {
    const { clock } = await rig().node()
    const ran: number[] = []
    for (const delay of [0, -5]) clock.schedule(delay, () => ran.push(delay))
    expect(ran).toEqual([])
    await rig().until(() => ran.length === 2)
  })

  it('runs a timer that was made in a timer, and leaves out one that another cancelled', async () => {
    const { clock } = await rig().node()
    const ran: string[] = []
    const cancel = clock.schedule(200, () => ran.push('cancelled'))
    clock.schedule(5, () => {
      cancel()
      clock.schedule(250, () => ran.push('later'))
    })
    await rig().until(() => ran.includes('later'))
    expect(ran).toEqual(['later'])
  })

  it('may be asked to cancel what has run', async () => {
    const { clock } = await rig().node()
    let ran = 0
    const cancel = clock.schedule(1, () => (ran += 1))
    await rig().until(() => ran === 1)
    cancel()
    cancel()
    expect(ran).toBe(1)
  })

  it('never goes back, and counts milliseconds since 1970 beside that', async () => {
    const { clock } = await rig().node()
    const readings: number[] = []
    for (let index = 0; index < 20; index += 1) {
      readings.push(clock.monotonic())
      let passed = false
      clock.schedule(1, () => (passed = true))
      await rig().until(() => passed)
    }
    expect(readings).toEqual(readings.toSorted((a, b) => a - b))
    expect(new Date(clock.now()).getUTCFullYear()).toBeGreaterThanOrEqual(2025)
  })
})
