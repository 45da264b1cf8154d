import { execFile } from 'node:child_process'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/main/network/clock.ts'

describe('what is scheduled for now', () => {
  it('comes in the next turn of the loop, not a millisecond later', async () => {
    const done: string[] = []
    systemClock.schedule(0, () => done.push('due'))
    systemClock.schedule(-5, () => done.push('late'))
    expect(done).toEqual([])
    await setImmediate()
    expect(done).toEqual(['due', 'late'])
  })

  it('does not come once it is called off', async () => {
    const done: string[] = []
    systemClock.schedule(0, () => done.push('due'))()
    await setImmediate()
    await setImmediate()
    expect(done).toEqual([])
  })

  it('comes though nothing else happens in the process', async () => {
    const clock = new URL('../../../src/main/network/clock.ts', import.meta.url).href
    const program = `const { systemClock } = await import('${clock}'); systemClock.schedule(0, () => console.log('here'))`
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program]
    expect((await promisify(execFile)(process.execPath, flags)).stdout).toBe('here\n')
  })
})

describe('what is scheduled for later', () => {
  it('never comes before its time', async () => {
    const early: number[] = []
    const all = Array.from({ length: 50 }, (_, index) => {
      const delayMs = 1 + index * 0.37
      const from = systemClock.monotonic()
      return new Promise<void>((resolve) => {
        systemClock.schedule(delayMs, () => {
          const passed = systemClock.monotonic() - from
          if (passed < delayMs) early.push(passed - delayMs)
          resolve()
        })
      })
    })
    // Those timers do not keep the process alive.
    const alive = setInterval(() => undefined, 1000)
    await Promise.all(all).finally(() => clearInterval(alive))
    expect(early).toEqual([])
  })
})
