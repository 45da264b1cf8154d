/** What happens to an engine in the middle of something else. On doubles of the monitor, so that the moments can be chosen. */
import { pino } from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { Cancelled } from '../../../src/shared/errors.ts'
import { Engine } from '../../../src/main/desktop/engine.ts'
import type { Monitor } from '../../../src/main/monitor/monitor.ts'
import type { MonitorRouter } from '../../../src/main/monitor/router.ts'

/** A monitor that joins until it is closed, and closes when the test says so. */
function fakeMonitor() {
  const closing = Promise.withResolvers<void>()
  const joining = Promise.withResolvers<void>()
  return {
    closing,
    joining,
    join: vi.fn<(input: unknown) => Promise<void>>(() => joining.promise),
    status: () => ({ state: 'joining', network: { kind: 'peerscope', id: '', name: 'n' }, since: 0 }),
    close: vi.fn<() => Promise<void>>(() => closing.promise),
  }
}

function rig() {
  const made: ReturnType<typeof fakeMonitor>[] = []
  const engine = new Engine({
    open: () => {
      const monitor = fakeMonitor()
      made.push(monitor)
      return { monitor: monitor as unknown as Monitor, router: {} as MonitorRouter }
    },
    logger: pino({ enabled: false }),
    about: 'a test',
    onJoinFailed: () => undefined,
  })
  const at = (index: number): ReturnType<typeof fakeMonitor> => {
    const monitor = made[index]
    if (monitor === undefined) throw new Error(`no monitor ${index} was opened`)
    return monitor
  }
  return { engine, made, at }
}

describe('an engine that fails', () => {
  it('while it joins joins that again, though the join was called off by its end', async () => {
    const { engine, at } = rig()
    engine.start(null)
    const joined = engine.join({ network: 'n', tags: ['role:test'] })
    engine.fail(new Error('boom'))
    expect(engine.state).toMatchObject({ rejoin: { kind: 'network', name: 'n' } })
    at(0).joining.reject(new Cancelled('the network was left'))
    await expect(joined).rejects.toThrow('left')
    at(0).closing.resolve()
    await engine.restart(true)
    expect(at(1).join).toHaveBeenCalledExactlyOnceWith({ network: 'n', tags: ['role:test'] })
  })

  it('is opened again only when the one before has let go, and not at all once the app ends', async () => {
    const { engine, made, at } = rig()
    engine.start(null)
    engine.fail(new Error('boom'))
    const restarted = engine.restart(true)
    expect(engine.state).toEqual({ state: 'starting' })
    const closed = engine.close()
    at(0).closing.resolve()
    await closed
    expect(await restarted).toEqual({ state: 'closed' })
    expect(made).toHaveLength(1)
    expect(await engine.restart(true)).toEqual({ state: 'closed' })
    expect(at(0).close).toHaveBeenCalledOnce()
  })

  it('is left by what followed it, which follows the next', async () => {
    const { engine, made, at } = rig()
    const seen: string[] = []
    engine.follow(() => {
      const name = `${made.length}`
      seen.push(`${name} begins`)
      return () => void seen.push(`${name} ends`)
    })
    engine.start(null)
    engine.follow(() => void seen.push('late'))
    engine.fail(new Error('boom'))
    at(0).closing.resolve()
    await engine.restart(false)
    expect(seen).toEqual(['1 begins', 'late', '1 ends', '2 begins', 'late'])
  })

  it('does not let a follower or watcher that breaks keep the window from hearing of it', async () => {
    const { engine, at } = rig()
    const heard: string[] = []
    engine.onChange(() => {
      throw new Error('a watcher')
    })
    engine.onChange(({ state }) => void heard.push(state))
    engine.follow(() => () => {
      throw new Error('a follower')
    })
    engine.start(null)
    engine.fail(new Error('boom'))
    at(0).closing.resolve()
    await engine.close()
    expect(heard).toEqual(['starting', 'running', 'failed', 'closed'])
  })
})
