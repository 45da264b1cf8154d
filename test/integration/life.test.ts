/** Joins, demos and leaves that overlap or fail: with real nodes and swarm processes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { networkIdFrom } from '../../src/shared/ids.ts'
import type { Monitor } from '../../src/main/monitor/monitor.ts'
import { nodeSwarm } from '../../src/main/monitor/node-swarm.ts'
import { codeOf, testMonitor } from '../support/monitor.ts'
import { childrenOf, runs } from '../support/processes.ts'
import { programPath } from '../support/programs.ts'
import { keyOf } from '../support/networks.ts'

const ENTRY = programPath('swarm-process')
const POLL = { timeout: 30_000, interval: 5 }

let monitor: Monitor
beforeEach(() => {
  ;({ monitor } = testMonitor({ startSwarm: nodeSwarm(ENTRY) }))
})
afterEach(async () => {
  await monitor.close()
  if (swarms().length > 0) throw new Error('a swarm outlived its monitor')
})

const swarms = (): readonly number[] => childrenOf(process.pid).filter((pid) => runs(pid))

describe('a demo', () => {
  it('is started once, however often it is asked for, and nothing of it is left', async () => {
    expect(await Promise.all([codeOf(monitor.demo(2)), codeOf(monitor.demo(2))])).toEqual(['ok', 'AlreadyJoined'])
    expect([swarms().length, await codeOf(monitor.demo(2))]).toEqual([1, 'AlreadyJoined'])
    await monitor.leave()
    expect([swarms(), monitor.status().state]).toEqual([[], 'none'])
  })

  it('is not mixed with a join that comes while it starts', async () => {
    const demo = monitor.demo(2)
    await expect.poll(() => swarms().length, POLL).toBe(1)
    expect(await codeOf(monitor.join({ network: 'mine' }))).toBe('AlreadyJoined')
    expect(await demo).toMatchObject({ demo: true, network: { name: expect.stringMatching(/^demo-/) } })
  })

  it('ends when it is called off or closed, wherever it was', async () => {
    const early = codeOf(monitor.demo(2))
    await monitor.leave()
    expect([await early, swarms()]).toEqual(['Cancelled', []])
    const starting = codeOf(monitor.demo(2))
    await expect.poll(() => swarms().length, POLL).toBe(1)
    await monitor.leave()
    expect([await starting, swarms()]).toEqual(['Cancelled', []])
    const closed = Promise.withResolvers<void>()
    monitor.onStatus(({ state }) => {
      // The swarm is up, and its network is being joined.
      if (state === 'joining' && monitor.bootstrap().joined) closed.resolve(monitor.close())
    })
    const joining = codeOf(monitor.demo(2))
    await closed.promise
    expect([await joining, swarms()]).toEqual(['Cancelled', []])
  })

  it('whose network cannot be joined ends with it', async () => {
    vi.spyOn(monitor.store, 'eventsPage').mockImplementationOnce(() => {
      throw new Error('the disk is gone')
    })
    await expect(monitor.demo(2)).rejects.toThrow('the disk is gone')
    expect(monitor.status()).toMatchObject({ state: 'failed', reason: 'the disk is gone' })
    await expect.poll(() => swarms(), POLL).toEqual([])
    expect(await codeOf(monitor.join({ network: 'mine' }))).toBe('ok')
  })

  it('that is killed is a failed network; another one waits for the end of the first', async () => {
    await monitor.demo(2)
    const [swarm = 0] = swarms()
    const joined = Promise.withResolvers<string>()
    const added = vi.spyOn(monitor.view, 'addEvent')
    monitor.onStatus(({ state }) => {
      if (state !== 'failed') return
      joined.resolve(codeOf(monitor.join({ network: 'next' })))
      // The node of the demo says goodbye after this.
      added.mockClear()
    })
    process.kill(swarm, 'SIGKILL')
    expect(await joined.promise).toBe('ok')
    const ends = added.mock.calls.filter(
      ([{ event }]) => event.kind === 'NetworkJoined' || event.kind === 'NetworkLeft',
    )
    expect(ends.map(([{ event }]) => event)).toEqual([
      expect.objectContaining({ kind: 'NetworkJoined', networkId: networkIdFrom('next') }),
    ])
  })
})

describe('a join that is called off', () => {
  it('tells nothing to the view and the log of the next one', async () => {
    for (let round = 0; round < 3; round += 1) {
      const [first, second] = [`first ${round}`, `second ${round}`]
      const joinedAt = Promise.withResolvers<void>()
      const append = monitor.store.append.bind(monitor.store)
      const spy = vi.spyOn(monitor.store, 'append').mockImplementation((...given) => {
        if (given[2].kind === 'NetworkJoined') joinedAt.resolve()
        return append(...given)
      })
      const called = codeOf(monitor.join({ network: first }))
      await joinedAt.promise
      spy.mockRestore()
      await monitor.leave()
      expect(await called).toBe('Cancelled')
      await monitor.join({ network: second })
      expect(log(first).at(-1)).toBe('NetworkLeft')
      expect([log(second), await shownEvents()].map((kinds) => kinds.includes('NetworkLeft'))).toEqual([false, false])
      await monitor.leave()
    }
  })
})

it('a program that called off joins and demos ends by itself', async () => {
  const program = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', programPath('life-program'), ENTRY],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    const [codes, [code]] = await Promise.all([text(program.stdout), once(program, 'exit')])
    expect(JSON.parse(codes)).toEqual(['Cancelled', 'Cancelled', 'ListenFailed', 'Cancelled', 'ok', 'AlreadyJoined'])
    expect(code).toBe(0)
  } finally {
    program.kill('SIGKILL')
  }
}, 120_000)

/** Kinds of the events that are stored of a network, oldest first. */
function log(network: string): readonly string[] {
  const { events } = monitor.store.eventsPage({ networkKey: keyOf(networkIdFrom(network)), limit: 100 })
  return events.map(({ event }) => event.kind).toReversed()
}

/** Kinds of the events that the view shows. */
async function shownEvents(): Promise<readonly string[]> {
  for await (const message of monitor.view.subscribe(new AbortController().signal))
    return (message.events ?? []).map(({ event }) => event.kind)
  return []
}
