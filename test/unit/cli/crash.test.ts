import { EventEmitter } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CRASH_MS, endOnException } from '../../../src/main/cli/crash.ts'

afterEach(() => void vi.useRealTimers())

describe('an exception that nobody caught', () => {
  const rig = (json: boolean) => {
    const events = new EventEmitter()
    const parts = { out: vi.fn<(text: string) => void>(), err: vi.fn<(text: string) => void>() }
    const ends = { stop: vi.fn<() => void>(), exit: vi.fn<(code: number) => void>() }
    return { events, ...parts, ...ends, crashed: endOnException({ events, json, ...parts, ...ends }) }
  }

  it('asks the run to end once, and ends it where it does not', () => {
    vi.useFakeTimers()
    const { events, out, err, stop, exit, crashed } = rig(false)
    expect(crashed()).toBe(false)
    events.emit('uncaughtException', new TypeError('boom'))
    events.emit('uncaughtException', new TypeError('a consequence'))
    expect(crashed()).toBe(true)
    expect(stop).toHaveBeenCalledOnce()
    expect(err).toHaveBeenCalledOnce()
    expect(err.mock.calls[0]?.[0]).toContain('TypeError: boom')
    expect(out).not.toHaveBeenCalled()
    vi.advanceTimersByTime(CRASH_MS - 1)
    expect(exit).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(exit).toHaveBeenCalledExactlyOnceWith(1)
  })

  it('is a line of JSON where that is wanted', () => {
    vi.useFakeTimers()
    const { events, out } = rig(true)
    events.emit('uncaughtException', 'a text')
    expect(JSON.parse(out.mock.calls[0]?.[0] ?? '')).toEqual({
      event: 'error',
      name: 'Internal',
      code: 'Internal',
      message: 'a text',
    })
  })
})
