import { beforeEach, describe, expect, it } from 'vitest'
import { DialRests } from '../../../../src/main/network/iroh/dial-rests.ts'
import type { Wire } from '../../../../src/main/network/iroh/wire.ts'
import { NotDialed } from '../../../../src/shared/errors.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { wires } from '../../../support/wires.ts'

const at = (host: number, port = 9): string => `/ip4/192.0.2.${host}/udp/${port}/quic-v1`
const signal = new AbortController().signal

describe('[AD7] dials on iroh', () => {
  let now: number
  let rests: DialRests
  const tried: string[] = []
  beforeEach(() => {
    now = 0
    rests = new DialRests({ monotonic: () => now })
    tried.length = 0
  })
  const nobody = (addresses: readonly string[]): Promise<Wire> => {
    tried.push(...addresses)
    return Promise.reject(new Error('nobody is there'))
  }
  const dial = (name: string, addresses: readonly string[], more = {}, of = signal): Promise<string> =>
    rests.watch({ peerId: idOf(name), addresses, ...more }, of, nobody).then(
      () => 'connected',
      (error: unknown) => (error instanceof NotDialed ? 'rests' : 'failed'),
    )

  it('of one address that is named for many peers become ever fewer', async () => {
    for (let peer = 0; peer < 3600; peer += 1) {
      await dial(`peer ${peer}`, [at(1)])
      now += 1000
    }
    // After 1, 2, 4 and so on: twelve of an hour's 3600.
    expect(tried.length).toBeGreaterThan(8)
    expect(tried.length).toBeLessThanOrEqual(13)
  })

  it('of many addresses of one host are a few', async () => {
    for (let peer = 0; peer < 100; peer += 1) await dial(`peer ${peer}`, [at(1, peer + 1)])
    expect(tried).toHaveLength(8)
    expect(await dial('elsewhere', [at(2)])).toBe('failed')
  })

  it('are for one peer at a time at one address, and may be for that peer twice', async () => {
    const { promise, reject } = Promise.withResolvers<Wire>()
    const first = rests.watch({ peerId: idOf('ann'), addresses: [at(1)] }, signal, () => promise).catch(() => 'over')
    expect(await dial('bob', [at(1)])).toBe('rests')
    expect(await dial('bob', [at(1), at(2)])).toBe('failed')
    expect(tried).toEqual([at(2)])
    expect(await dial('bob', [at(1)], { given: true })).toBe('failed')
    reject(new Error('nobody is there'))
    expect(await first).toBe('over')
    now += 3_600_000
    expect(await dial('bob', [at(1)])).toBe('failed')
  })

  it('that the user wants do not rest, and those that were called off say nothing', async () => {
    expect([await dial('ann', [at(1)]), await dial('ann', [at(1)])]).toEqual(['failed', 'rests'])
    expect(await dial('ann', [at(1)], { given: true })).toBe('failed')
    expect(await dial('ann', [at(1)], { insisted: true })).toBe('failed')
    const off = AbortSignal.abort()
    expect([await dial('bob', [at(2)], {}, off), await dial('bob', [at(2)])]).toEqual(['failed', 'failed'])
  })

  it('to a peer that answered there have rests of its own', async () => {
    const [wire] = wires('ann', 'ann')
    await rests.watch({ peerId: idOf('ann'), addresses: [wire.address] }, signal, () => Promise.resolve(wire))
    for (let failures = 0; failures < 20; failures += 1) {
      expect(await dial('ann', [wire.address])).toBe('failed')
      now += 60_000
    }
    expect(await dial('ann', [wire.address])).toBe('failed')
  })
})
