/** What the window is told of a demo that does not come up or that is lost. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NetworkStatus } from '../../../src/shared/contract.ts'
import { IdentityLocked } from '../../../src/shared/errors.ts'
import { recentNetworks } from '../../../src/main/monitor/demos.ts'
import type { Monitor } from '../../../src/main/monitor/monitor.ts'
import type { SwarmProcess } from '../../../src/main/monitor/swarm-protocol.ts'
import { testMonitor } from '../../support/monitor.ts'

let monitor: Monitor
let states: NetworkStatus['state'][]
let started: { ended: boolean; die(reason: string): void; tell(message: unknown): void }[]

beforeEach(() => {
  started = []
  states = []
  const startSwarm = (): SwarmProcess => {
    const ended = Promise.withResolvers<string>()
    const told = Promise.withResolvers<unknown>()
    const swarm = { ended: false, die: ended.resolve, tell: told.resolve }
    started.push(swarm)
    return {
      ended: ended.promise,
      onMessage: (listener) => void told.promise.then(listener),
      end: () => {
        swarm.ended = true
        ended.resolve('')
      },
      order: () => undefined,
      kill: () => ended.resolve(''),
    }
  }
  ;({ monitor } = testMonitor({ startSwarm }))
  monitor.onStatus(({ state }) => states.push(state))
})
afterEach(() => monitor.close())

/** A demo whose swarm has no peers: what matters here is its process. */
async function begin(): Promise<NetworkStatus> {
  const begun = monitor.demo(3)
  await expect.poll(() => started.length).toBe(1)
  started[0]?.tell({ kind: 'up', addresses: [] })
  return await begun
}

describe('a demo', () => {
  it('that does not come up is a failed network, with what the swarm said', async () => {
    const begun = monitor.demo(3)
    await expect.poll(() => started.length).toBe(1)
    started[0]?.die('Error: no space left')
    const reason = 'the demo swarm ended before it was up: Error: no space left'
    await expect(begun).rejects.toThrow(reason)
    expect(monitor.status()).toMatchObject({ state: 'failed', code: 'DemoFailed', reason })
  })

  it('that is called off is no failure', async () => {
    const begun = monitor.demo(3)
    await expect.poll(() => started.length).toBe(1)
    await monitor.leave()
    await expect(begun).rejects.toMatchObject({ code: 'Cancelled' })
    expect([monitor.status().state, states.includes('failed')]).toEqual(['none', false])
  })

  it('whose swarm is lost is a failed network with the reason, and can be started again', async () => {
    expect(await begin()).toMatchObject({ state: 'alone', demo: true })
    // What is told of it later knows that it is one, also where nothing but its log is left.
    const joined = { networkKey: monitor.networkKey(), kinds: ['NetworkJoined'], limit: 1 } as const
    expect(monitor.store.eventsPage(joined).events).toMatchObject([{ event: { demo: true } }])
    // What was seen of it can be looked at later.
    expect(await recentNetworks(monitor.store, null)).toMatchObject([
      { name: expect.stringMatching(/^demo-/) as string, demo: true },
    ])
    const node = monitor.node()
    started[0]?.die('FATAL ERROR: out of memory')
    await expect.poll(() => monitor.status().state).toBe('failed')
    expect(monitor.status()).toMatchObject({
      code: 'DemoFailed',
      reason: 'the demo swarm ended (FATAL ERROR: out of memory)',
    })
    await node.discovery.ended
    expect(() => monitor.node()).toThrow('no network is joined')

    const again = monitor.demo(3)
    await expect.poll(() => started.length).toBe(2)
    started[1]?.tell({ kind: 'up', addresses: [] })
    expect(await again).toMatchObject({ state: 'alone', demo: true })
  })

  it('whose network cannot be joined ends its swarm, and says why', async () => {
    vi.spyOn(monitor.store, 'eventsPage').mockImplementationOnce(() => {
      throw new Error('the disk is gone')
    })
    await expect(begin()).rejects.toThrow('the disk is gone')
    expect(monitor.status()).toMatchObject({ state: 'failed', reason: 'the disk is gone' })
    await expect.poll(() => started[0]?.ended).toBe(true)
  })

  it('starts no swarm where the identity is locked, nor while another demo starts', async () => {
    vi.spyOn(monitor.store, 'loadSecret').mockImplementationOnce(() => {
      throw new IdentityLocked('no key')
    })
    await expect(monitor.demo(3)).rejects.toMatchObject({ code: 'IdentityLocked' })
    expect([started.length, monitor.status().state]).toEqual([0, 'none'])
    const begun = begin()
    await expect(monitor.demo(3)).rejects.toMatchObject({ code: 'AlreadyJoined' })
    await expect(monitor.join({ network: 'other' })).rejects.toMatchObject({ code: 'AlreadyJoined' })
    expect([(await begun).state, started.length]).toEqual(['alone', 1])
  })

  it('that failed can be left: the last picture goes', async () => {
    await begin()
    started[0]?.die('SIGKILL')
    await expect.poll(() => monitor.status().state).toBe('failed')
    const [failed] = [...monitor.view.rows()]
    expect(failed?.self).toBe(true)
    expect(await monitor.leave()).toEqual({ state: 'none' })
    expect([...monitor.view.rows()]).toEqual([])
  })

  it('that was left does not fail when its swarm ends', async () => {
    await begin()
    await monitor.leave()
    expect([monitor.status().state, states.includes('failed')]).toEqual(['none', false])
  })
})
