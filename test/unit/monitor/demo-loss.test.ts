/** What the window is told of a demo that does not come up or that is lost. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NetworkStatus } from '../../../src/shared/contract.ts'
import type { Monitor } from '../../../src/main/monitor/monitor.ts'
import type { SwarmProcess } from '../../../src/main/monitor/swarm-protocol.ts'
import { testMonitor } from '../../support/monitor.ts'

let monitor: Monitor
let states: NetworkStatus['state'][]
let started: { die(reason: string): void; tell(message: unknown): void; asked: boolean }[]

beforeEach(() => {
  started = []
  states = []
  const startSwarm = (): SwarmProcess => {
    const ended = Promise.withResolvers<string>()
    const told = Promise.withResolvers<unknown>()
    const one = { die: ended.resolve, tell: told.resolve, asked: false }
    started.push(one)
    return {
      ended: ended.promise,
      onMessage: (listener) => void told.promise.then(listener),
      end: () => {
        one.asked = true
        ended.resolve('')
      },
      kill: () => undefined,
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

  it('that was left does not fail when its swarm ends, which is asked to at once', async () => {
    await begin()
    const left = monitor.leave()
    // A quit does not wait for one after the other.
    expect([started[0]?.asked, monitor.status().state]).toEqual([true, 'leaving'])
    await left
    expect([monitor.status().state, states.includes('failed')]).toEqual(['none', false])
  })
})
