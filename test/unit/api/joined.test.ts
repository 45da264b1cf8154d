import { describe, expect, it } from 'vitest'
import { joined } from '../../../src/main/api/joined.ts'
import type { Discovery } from '../../../src/main/api.ts'
import { PeerscopeError } from '../../../src/main/api.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { DialResult } from '../../../src/main/discovery/handle.ts'
import type { DialTarget } from '../../../src/main/discovery/ports.ts'
import type { OpenNode } from '../../../src/main/monitor/open-node.ts'
import { errorShape, Timeout } from '../../../src/shared/errors.ts'
import { idOf, signedOf } from '../../support/discovery/entries.ts'

const [SELF, ANN] = [idOf('self'), idOf('ann')]
const GOOD = '/ip4/192.0.2.7/tcp/4001'
const DEAD = '/ip4/192.0.2.8/tcp/4001'

/** A node at whose good address Ann answers, and what was asked of it. */
function network(): { readonly discovery: Discovery; readonly asked: unknown[] } {
  const asked: unknown[] = []
  const call =
    <T>(name: string, result: T) =>
    (...given: unknown[]): Promise<T> => {
      asked.push([name, ...given])
      return Promise.resolve(result)
    }
  const dialed = (target: DialTarget): DialResult =>
    target.addresses[0] === GOOD
      ? { target, peerId: ANN, error: null }
      : { target, peerId: null, error: errorShape(new Timeout('dialing took longer than 10000 ms')) }
  const handle = {
    dial: (targets: readonly DialTarget[], signal?: AbortSignal) => {
      asked.push(['dial', targets, signal])
      return Promise.resolve(targets.map(dialed))
    },
    syncWith: call('syncWith', { received: 1, sent: 2, bytes: 3, durationMs: 4 }),
    ping: call('ping', { entry: signedOf('ann').entry, rttMs: 5 }),
    askNeighbors: call('askNeighbors', { neighbors: [SELF], connected: [] }),
    remove: call('remove', true),
    feed: call('feed', 'New'),
    get: (peerId: string) => (peerId === ANN ? 'ann' : null),
    leave: call('leave', undefined),
  }
  const node = { discovery: handle, dialect: peerscope, networkId: 'n', peerId: SELF, addresses: () => [] }
  return { discovery: joined(node as unknown as OpenNode), asked }
}

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)

describe('dial', () => {
  it('[WK4, AD2] takes addresses of every kind, and gives a result for each in their order, wrong ones included', async () => {
    const { discovery, asked } = network()
    const { signal } = new AbortController()
    const addresses = ['nonsense', GOOD, `/ip4/10.0.0.1/tcp/1/p2p/${ANN}`, 'example.org:4001', GOOD]
    const results = await discovery.dial(addresses, { signal })
    expect(results.map(({ address, peerId, error }) => [address, peerId, error?.code ?? null])).toEqual([
      ['nonsense', null, 'InvalidArgument'],
      [GOOD, ANN, null],
      [`/ip4/10.0.0.1/tcp/1/p2p/${ANN}`, null, 'Timeout'],
      ['example.org:4001', null, 'InvalidArgument'],
      [GOOD, ANN, null],
    ])
    expect(results[0]?.error?.message).toContain("'nonsense'")
    const given = { addresses: [GOOD], given: true }
    const private10 = { peerId: ANN, addresses: ['/ip4/10.0.0.1/tcp/1'], given: true }
    expect(asked).toEqual([['dial', [given, private10, given], signal]])
  })

  it('tells callers without types what it takes', async () => {
    const { discovery } = network()
    expect(await failure(discovery.dial(GOOD as unknown as string[]))).toMatchObject({ code: 'InvalidArgument' })
    const [result] = await discovery.dial([undefined as unknown as string])
    expect(result?.error?.code).toBe('InvalidArgument')
  })
})

describe('calls that take a peer', () => {
  it('go to the peer of an id without dialing', async () => {
    const { discovery, asked } = network()
    const { signal } = new AbortController()
    expect(await discovery.syncWith(ANN, { signal })).toEqual({
      peerId: ANN,
      received: 1,
      sent: 2,
      bytes: 3,
      durationMs: 4,
    })
    expect(await discovery.ping(` ${ANN} `)).toMatchObject({ peerId: ANN, rttMs: 5 })
    expect(await discovery.askNeighbors(ANN)).toEqual({ peerId: ANN, neighbors: [SELF], connected: [] })
    expect(asked).toEqual([
      ['syncWith', ANN, signal],
      ['ping', ANN, undefined],
      ['askNeighbors', ANN, undefined],
    ])
  })

  it('dial an address and go to the peer that answers', async () => {
    const { discovery, asked } = network()
    const { signal } = new AbortController()
    for (const name of ['syncWith', 'ping', 'askNeighbors'] as const) {
      asked.length = 0
      expect(await discovery[name](GOOD, { signal })).toMatchObject({ peerId: ANN })
      expect(asked).toEqual([
        ['dial', [{ addresses: [GOOD], given: true }], signal],
        [name, ANN, signal],
      ])
    }
  })

  it('fail with a typed error where nobody answers, and where the text is neither', async () => {
    const { discovery, asked } = network()
    for (const name of ['syncWith', 'ping', 'askNeighbors'] as const) {
      const dead = await failure(discovery[name](DEAD))
      expect(dead).toBeInstanceOf(PeerscopeError)
      expect(dead).toMatchObject({ code: 'Timeout', message: 'dialing took longer than 10000 ms' })
      asked.length = 0
      for (const wrong of ['', 'ann', `${ANN}x`, '/ip4/nowhere', `/p2p/${ANN}`]) {
        const error = await failure(discovery[name](wrong))
        expect(error).toMatchObject({ code: 'InvalidArgument', message: expect.stringContaining(`'${wrong}'`) })
      }
      expect(await failure(discovery[name](7 as unknown as string))).toMatchObject({ code: 'InvalidArgument' })
      expect(asked).toEqual([])
    }
  })

  it('get, learned and remove take an id only', async () => {
    const { discovery } = network()
    expect([discovery.get(ANN), discovery.get(SELF), await discovery.remove(ANN)]).toEqual(['ann', null, true])
    expect(() => discovery.get('ann')).toThrow("'ann' is not a peer id")
    expect(() => discovery.learned(GOOD)).toThrow('is not a peer id')
    expect(await failure(discovery.remove(GOOD))).toMatchObject({ code: 'InvalidArgument' })
  })
})

describe('feed', () => {
  it('[EN4] takes what was verified as it is, and verifies the rest', async () => {
    const { discovery, asked } = network()
    const signed = signedOf('ann')
    const { bytes, signature } = signed
    expect(await discovery.feed(signed)).toBe('New')
    expect(await discovery.feed({ bytes, signature })).toBe('New')
    expect(asked).toEqual([
      ['feed', signed],
      ['feed', signed],
    ])
    const forged = Uint8Array.from(signature, (byte, index) => (index === 3 ? byte ^ 1 : byte))
    expect(await failure(discovery.feed({ bytes, signature: forged }))).toMatchObject({ code: 'BadSignature' })
    expect(await failure(discovery.feed({ bytes: Uint8Array.of(1, 2), signature }))).toBeInstanceOf(PeerscopeError)
    expect(await failure(discovery.feed({} as never))).toMatchObject({ code: 'InvalidArgument' })
    expect(asked).toHaveLength(2)
  })
})

describe('methods', () => {
  it('work on a copy of the object', async () => {
    const { discovery, asked } = network()
    const copy = { ...discovery }
    expect([copy.get(ANN), (await copy.ping(ANN)).peerId, await copy.leave()]).toEqual(['ann', ANN, undefined])
    await copy[Symbol.asyncDispose]()
    expect(asked).toEqual([['ping', ANN, undefined], ['leave'], ['leave']])
  })
})
