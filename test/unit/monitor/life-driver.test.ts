/** The driver of the monitor's life, with swarms and nodes that do what the test says. */
import * as fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { DemoFailed } from '../../../src/shared/errors.ts'
import type { Demo } from '../../../src/main/monitor/demo.ts'
import type { LiveNode, Shown } from '../../../src/main/monitor/life-driver.ts'
import { LifeDriver, NODE_END_MS } from '../../../src/main/monitor/life-driver.ts'
import { Scheduler } from '../../sim/scheduler.ts'
import { codeOf } from '../../support/monitor.ts'

/** A swarm or a node of one attempt. */
interface Thing {
  readonly plan: string
  readonly signal: AbortSignal
  readonly begunAborted: boolean
  state: 'starting' | 'up' | 'stopping' | 'gone'
  readonly comeUp: () => void
  readonly fail: () => void
  /** Ends by itself. */
  readonly die: () => void
  /** Ends after it was told to. */
  readonly stopped: () => void
}

/** @param onShow called for each status */
function rig(onShow: (shown: Shown, plan: string | null) => void = () => undefined) {
  const scheduler = new Scheduler()
  const swarms: Thing[] = []
  const nodes: Thing[] = []
  const statuses: string[] = []

  function begin<Up>(
    things: Thing[],
    plan: string,
    signal: AbortSignal,
    make: (stop: () => Promise<void>) => Up,
  ): { readonly up: Promise<Up>; readonly died: Promise<DemoFailed> } {
    const up = Promise.withResolvers<Up>()
    const stopped = Promise.withResolvers<void>()
    const died = Promise.withResolvers<DemoFailed>()
    const thing: Thing = {
      plan,
      signal,
      begunAborted: signal.aborted,
      state: 'starting',
      comeUp: () => {
        thing.state = 'up'
        up.resolve(
          make(() => {
            if (thing.state === 'up') thing.state = 'stopping'
            else stopped.resolve()
            return stopped.promise
          }),
        )
      },
      fail: () => {
        thing.state = 'gone'
        up.reject(new DemoFailed(`${plan} failed`))
      },
      die: () => {
        thing.state = 'gone'
        died.resolve(new DemoFailed(`${plan} died`))
      },
      stopped: () => {
        thing.state = 'gone'
        stopped.resolve()
      },
    }
    things.push(thing)
    return { up: up.promise, died: died.promise }
  }

  const life = new LifeDriver<string>({
    startDemo: (plan, signal) => {
      const { up, died } = begin(swarms, plan, signal, (stop): Demo => ({
        network: plan,
        addresses: [],
        lost: died,
        story: () => null,
        wish: () => undefined,
        look: () => undefined,
        stop,
      }))
      return up
    },
    openNode: (plan, _demo, signal) => {
      const { up, died } = begin(nodes, plan, signal, (stop): LiveNode => {
        const ended = died.then((error) => Promise.reject(error))
        return { stop, ended }
      })
      return up
    },
    show: (shown, plan) => {
      statuses.push(`${shown.status} ${plan}`)
      onShow(shown, plan)
    },
    clock: scheduler,
    logger: pino({ enabled: false }),
  })
  return { life, swarms, nodes, statuses, scheduler }
}

/** Lets what was settled be taken. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

describe('the driver of a life', () => {
  it('gives a demo one attempt: its swarm, its node, and the end of both', async () => {
    const { life, swarms, nodes, statuses } = rig()
    const demo = life.demo('demo')
    expect(await codeOf(life.join('other'))).toBe('AlreadyJoined')
    expect(() => life.checkFree()).toThrow('a network is being joined already')
    swarms[0]?.comeUp()
    await settled()
    nodes[0]?.comeUp()
    await demo
    expect([life.state, life.idle]).toEqual(['online', false])
    const left = life.leave()
    expect([nodes[0]?.state, swarms[0]?.state]).toEqual(['stopping', 'up'])
    nodes[0]?.stopped()
    await settled()
    expect(swarms[0]?.state).toBe('stopping')
    swarms[0]?.stopped()
    await left
    expect([life.state, life.idle]).toEqual(['none', true])
    expect(statuses).toEqual(['joining demo', 'online demo', 'leaving demo', 'none demo'])
  })

  it('tells a swarm that is lost in the moment it came up', async () => {
    const { life, swarms, nodes } = rig()
    const demo = codeOf(life.demo('demo'))
    swarms[0]?.comeUp()
    swarms[0]?.die()
    await settled()
    expect([life.state, nodes[0]?.signal.aborted]).toEqual(['failed', true])
    expect(await demo).toBe('DemoFailed')
  })

  it('joins another network only after the end of one that failed', async () => {
    const { life, swarms, nodes, statuses } = rig()
    const demo = codeOf(life.demo('demo'))
    swarms[0]?.comeUp()
    await settled()
    nodes[0]?.fail()
    expect(await demo).toBe('DemoFailed')
    const joined = life.join('next')
    await settled()
    expect([life.state, nodes.length, swarms[0]?.state]).toEqual(['waiting', 1, 'stopping'])
    swarms[0]?.stopped()
    await settled()
    nodes[1]?.comeUp()
    await joined
    expect(statuses).toEqual(['joining demo', 'failed demo', 'joining next', 'online next'])
  })

  it('leaves no timer behind when a node that was called off ends', async () => {
    const { life, nodes, scheduler } = rig()
    const joined = codeOf(life.join('first'))
    const left = life.leave()
    nodes[0]?.fail()
    await left
    expect([await joined, scheduler.waiting]).toEqual(['Cancelled', 0])
  })

  it('goes on without a node that does not end, and stops it when it comes up after all', async () => {
    const { life, nodes, scheduler } = rig()
    const joined = codeOf(life.join('first'))
    const left = life.leave()
    expect([await joined, nodes[0]?.signal.aborted]).toEqual(['Cancelled', true])
    await scheduler.run(NODE_END_MS)
    await left
    void life.join('second').catch(() => undefined)
    nodes[0]?.comeUp()
    await settled()
    expect([nodes[0]?.state, nodes[1]?.state, life.state]).toEqual(['stopping', 'starting', 'joining'])
    nodes[1]?.comeUp()
    await settled()
    const closed = life.close()
    await scheduler.run(NODE_END_MS)
    await closed
    expect(life.state).toBe('closed')
  })

  it('takes a call that a status calls forth after the step, and outlives a status that cannot be shown', async () => {
    const left: Promise<void>[] = []
    const { life, swarms, statuses } = rig(({ status }) => {
      if (status === 'joining') left.push(life.leave())
      throw new Error('the window is gone')
    })
    const demo = codeOf(life.demo('demo'))
    expect(await demo).toBe('Cancelled')
    // The step that starts the swarm was done first.
    expect([swarms[0]?.begunAborted, swarms[0]?.signal.aborted]).toEqual([false, true])
    swarms[0]?.fail()
    await Promise.all(left)
    expect(statuses).toEqual(['joining demo', 'leaving demo', 'none demo'])
    await Promise.all([life.close(), life.close(), life.leave()])
    expect(await codeOf(life.join('late'))).toBe('Cancelled')
  })

  it('leaves nothing running after random calls and completions, and settles each call', async () => {
    const calls = ['join', 'demo', 'leave'] as const
    const action = fc.record({ call: fc.constantFrom(null, null, null, ...calls), pick: fc.nat(50), late: fc.nat(9) })
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
        const { life, swarms, nodes, scheduler } = rig()
        const promises: Promise<string>[] = []
        const happenings = (): (() => void)[] =>
          [...swarms, ...nodes].flatMap((thing): (() => void)[] => {
            if (thing.state === 'starting') return [thing.comeUp, thing.fail]
            if (thing.state === 'up') return [thing.die]
            return thing.state === 'stopping' ? [thing.stopped] : []
          })
        for (const [index, { call, pick, late }] of actions.entries()) {
          const possible = happenings()
          if (call === 'leave') promises.push(codeOf(life.leave()))
          else if (call !== null) promises.push(codeOf(life[call](`${index}`)))
          else possible[pick % possible.length]?.()
          if (late === 0) await scheduler.run(NODE_END_MS)
          // Some things happen before the others are taken.
          if (late < 7) await settled()
          const wanted = [...swarms, ...nodes].filter(
            ({ state, signal }) => (state === 'starting' || state === 'up') && !signal.aborted,
          )
          expect(new Set(wanted.map(({ plan }) => plan)).size).toBeLessThanOrEqual(1)
        }
        promises.push(codeOf(life.close()))
        for (let round = 0; round < 100; round += 1) {
          await settled()
          const next = [...swarms, ...nodes].find(({ state }) => state === 'starting' || state === 'stopping')
          if (next === undefined) break
          if (next.state === 'starting') next.comeUp()
          else next.stopped()
        }
        expect((await Promise.all(promises)).length).toBe(promises.length)
        expect([...swarms, ...nodes].filter(({ state }) => state !== 'gone')).toEqual([])
        expect([life.state, life.idle]).toEqual(['closed', true])
      }),
      { numRuns: 300, seed: 18 },
    )
  })
})
