import { createRouterClient } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HealthSeries } from '../../../src/shared/health.ts'
import { networkKeyOf } from '../../../src/shared/network-kind.ts'
import { contract } from '../../../src/shared/contract.ts'
import type { Monitor } from '../../../src/main/monitor/monitor.ts'
import type { MonitorRouter } from '../../../src/main/monitor/router.ts'
import { testMonitor } from '../../support/monitor.ts'
import { idOf } from '../../support/discovery/entries.ts'

let monitor: Monitor
let router: MonitorRouter
beforeEach(() => {
  ;({ monitor, router } = testMonitor())
})
afterEach(async () => await monitor.close())

const client = () => createRouterClient(router)
type AnyCall = (input?: unknown) => Promise<unknown>

/** Every call of the contract, by its path. */
const paths = Object.entries(contract).flatMap(([group, calls]) =>
  Object.entries(calls).map(([name, call]) => [`${group}.${name}`, call['~orpc'].inputSchema !== undefined] as const),
)

function callOf(path: string): AnyCall {
  const [group = '', name = ''] = path.split('.')
  const all = client() as unknown as Record<string, Record<string, AnyCall>>
  const call = all[group]?.[name]
  if (call === undefined) throw new Error(`${path} is not implemented`)
  return call
}

describe('every call of the contract', () => {
  it.each(paths)('%s is there, and answers or fails with a typed error', async (path) => {
    const outcome = await callOf(path)(path === 'view.subscribe' ? undefined : {}).then(
      () => 'answered',
      (error: { code?: string }) => error.code,
    )
    expect(outcome).not.toBe('Internal')
    expect(outcome).toBeDefined()
  })

  it.each(paths.filter(([, takes]) => takes))('%s refuses malformed arguments with InvalidArgument', async (path) => {
    const wrong = [
      7,
      'text',
      null,
      [],
      { network: 7, peerId: 7, addresses: 7, tags: 7, limit: 'x', nodes: 1.5, format: 'x', theme: 7, at: 'x' },
    ]
    for (const input of wrong) await expect(callOf(path)(input)).rejects.toMatchObject({ code: 'InvalidArgument' })
  })
})

describe('arguments', () => {
  it.each([
    ['network.join', { network: '' }],
    ['network.join', { network: 'x'.repeat(5000) }],
    ['network.join', { network: 'n', bootstrap: ['example.org:1'] }],
    ['network.join', { network: 'n', listen: ['x'] }],
    ['network.join', { network: 'n', tags: ['x'.repeat(65)] }],
    ['network.join', { network: 'n', config: { announceJitter: 3 } }],
    ['network.join', { network: 'n', bootstrap: Array.from({ length: 1001 }, () => '/ip4/127.0.0.1/tcp/1') }],
    ['peers.ping', { peerId: 'nobody' }],
    ['peers.dial', { addresses: [] }],
    ['events.page', { limit: 5000 }],
    ['settings.set', { listen: ['nowhere'] }],
    ['settings.set', { config: { purgeAfter: 1 } }],
    ['settings.set', { retention: { days: 0, mebibytes: 2048 } }],
    ['settings.set', { retention: { days: 30, mebibytes: 2_000_000 } }],
  ])('%s with %j is refused', async (path, input) => {
    await expect(callOf(path)(input)).rejects.toMatchObject({ code: 'InvalidArgument' })
    expect(monitor.status()).toEqual({ state: 'none' })
  })

  it('calls that need a network say so', async () => {
    const { peers, self, events, exports } = client()
    const peerId = idOf('ann')
    const calls = [
      peers.ping({ peerId }),
      peers.sync({ peerId }),
      peers.dial({ addresses: ['/ip4/127.0.0.1/tcp/1'] }),
      self.addTags({ tags: ['x'] }),
      self.removeTags({ tags: ['x'] }),
      events.page({}),
    ]
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'NotJoined' })
    await expect(peers.detail({ peerId })).rejects.toMatchObject({ code: 'UnknownPeer' })
    await expect(
      exports.file({ format: 'json' }).then((stream) => stream[Symbol.asyncIterator]().next()),
    ).rejects.toMatchObject({
      code: 'NotJoined',
    })
  })
})

describe('settings', () => {
  it('are changed field by field and kept, or not at all', async () => {
    const { settings } = client()
    const before = await settings.get()
    const after = await settings.set({ theme: 'dark', tags: [' b', 'a', 'b'], config: { purgeAfter: 200_000 } })
    expect(after).toEqual({
      ...before,
      theme: 'dark',
      tags: ['a', 'b'],
      config: { ...before.config, purgeAfter: 200_000 },
    })
    await expect(settings.set({ theme: 'light', config: { announceJitter: 9 } })).rejects.toMatchObject({
      code: 'InvalidArgument',
    })
    expect(await settings.get()).toEqual(after)
  })

  it('of how long history is kept act at once', async () => {
    const kept = vi.spyOn(monitor.store, 'setRetention')
    await client().settings.set({ retention: { days: 7, mebibytes: 100 } })
    await client().settings.set({ theme: 'dark' })
    expect(kept.mock.calls).toEqual([[{ maxAgeMs: 7 * 24 * 3_600_000, maxBytes: 100 * 1024 ** 2 }]])
    expect((await client().settings.get()).retention).toEqual({ days: 7, mebibytes: 100 })
  })
})

describe('delays of our own event loop', () => {
  it('are in health as it is, in its series, and in those of the network once it was left', async () => {
    const { network, health, stored } = client()
    await network.join({ network: 'n' })
    const shown = monitor.network()
    const at = monitor.clock.now()
    monitor.store.recordLoopDelay(networkKeyOf(shown), { at: Math.floor(at), ms: 98_765 })
    expect((await health.now()).loopDelay).toEqual({ worstMs: 98_765, worstAt: Math.floor(at) })
    const query = { from: at - 60_000, to: at + 60_000, points: 2 }
    const worst = ({ loopDelayMs }: HealthSeries): number => Math.max(...loopDelayMs.map((ms) => ms ?? 0))
    expect(worst(await health.series(query))).toBe(98_765)
    await network.leave()
    expect(worst(await stored.series({ network: shown.id, query }))).toBe(98_765)
  })
})

describe('a series that nobody waits for', () => {
  it('is not made to its end, of the network that is joined and of one that is stored', async () => {
    const { network, health, stored } = client()
    await network.join({ network: 'n' })
    const { id } = monitor.network()
    const MOST = 20_000
    let [steps, stop] = [0, new AbortController()]
    vi.spyOn(monitor.store, 'presenceSteps').mockImplementation(function* (_span, make) {
      for (; steps < MOST; steps += 1) {
        if (steps === 5) stop.abort(new Error('enough'))
        yield
      }
      return make().result()
    })
    const query = { from: 1000, to: 60_000, points: 2 }
    for (const ask of [
      async () => await health.series(query, { signal: stop.signal }),
      async () => await stored.series({ network: id, query }, { signal: stop.signal }),
    ]) {
      ;[steps, stop] = [0, new AbortController()]
      await expect(ask()).rejects.toThrow('enough')
      expect(steps).toBeLessThan(MOST)
    }
  })
})

describe('joining', () => {
  it('records itself, is refused twice, leaves well, and is offered again', async () => {
    const { network, events, self } = client()
    expect(await network.join({ network: ' my net ', tags: ['role:seed'] })).toMatchObject({
      state: 'alone',
      network: { name: 'my net' },
      problems: [],
    })
    await expect(network.join({ network: 'other' })).rejects.toMatchObject({ code: 'AlreadyJoined' })
    await expect(network.forget({ network: 'my net' })).rejects.toMatchObject({ code: 'AlreadyJoined' })
    expect(await self.addTags({ tags: ['more'] })).toBe(true)
    const page = await events.page({})
    expect(page.events.map(({ event }) => event.kind)).toContain('NetworkJoined')
    const own = [...monitor.view.rows()].filter((row) => row.self)
    expect(own[0]?.tags).toContain('role:seed')
    expect(await network.leave()).toEqual({ state: 'none' })
    expect(await network.leave()).toEqual({ state: 'none' })
    expect(await network.recent()).toMatchObject([{ name: 'my net', tags: ['role:seed'] }])
    await network.forget({ network: 'my net' })
    expect(await network.recent()).toEqual([])
  })
})
