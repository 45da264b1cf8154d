import { afterEach, describe, expect, it, vi } from 'vitest'
import { Listeners } from '../../../src/main/discovery/base/listeners.ts'
import { turn } from '../../../src/main/monitor/turns.ts'

afterEach(() => void vi.unstubAllGlobals())

const throws =
  (error: Error): (() => void) =>
  () => {
    throw error
  }

describe('listeners', () => {
  it('[EV4] one that throws, or whose promise is rejected, is told with its error, and the others hear', async () => {
    const told: unknown[] = []
    const heard: number[] = []
    const listeners = new Listeners<[number]>((error, listener) => void told.push([error, listener]))
    const [first, second] = [new Error('first'), new Error('second')]
    const throwing = throws(first)
    const rejecting = () => Promise.reject(second)
    listeners.add(throwing)
    listeners.add(rejecting)
    listeners.add((value) => void heard.push(value))
    listeners.tell(1)
    listeners.tell(2)
    await turn()
    expect(heard).toEqual([1, 2])
    expect(told).toHaveLength(4)
    expect(told).toEqual(
      expect.arrayContaining([
        [first, throwing],
        [second, rejecting],
      ]),
    )
  })

  it('[EV4] without anybody to tell, and where that fails too, the error is an uncaught one', () => {
    const uncaught: unknown[] = []
    vi.stubGlobal('queueMicrotask', (task: () => void) => {
      try {
        task()
      } catch (error) {
        uncaught.push(error)
      }
    })
    const [first, second] = [new Error('first'), new Error('second')]
    const alone = new Listeners<[]>()
    alone.add(throws(first))
    alone.tell()
    const failing = new Listeners<[]>(throws(second))
    failing.add(throws(first))
    failing.tell()
    expect(uncaught).toEqual([first, second])
  })

  it('the same function may be added twice, and each end of it counts once', () => {
    const listeners = new Listeners<[]>()
    let calls = 0
    const listener = (): void => void (calls += 1)
    const end = listeners.add(listener)
    listeners.add(listener)
    listeners.tell()
    expect(calls).toBe(2)
    end()
    end()
    listeners.tell()
    expect([calls, listeners.size]).toEqual([3, 1])
  })
})
