import { expect, it } from 'vitest'
import { DemoWorld } from '../../../../src/main/monitor/demo/world.ts'
import type { OpenNode } from '../../../../src/main/monitor/open-node.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

it('ends all peers that come by themselves, also those that take longer than the time to the next', async () => {
  const asked: ((node: unknown) => void)[] = []
  const stopped: string[] = []
  const nodeOf = (index: number): unknown => ({
    peerId: peerIdAt(index),
    addresses: () => [],
    stop: async () => void stopped.push(peerIdAt(index)),
  })
  const due: (() => void)[] = []
  const world = new DemoWorld({
    network: 'demo',
    config: {},
    seed: 1,
    clock: {
      schedule: (_ms, fn) => {
        due.push(fn)
        return () => undefined
      },
    },
    logger: { debug: () => undefined } as never,
    signal: new AbortController().signal,
    open: () => new Promise<OpenNode>((resolve) => asked.push(resolve as (node: unknown) => void)),
  })
  const started = world.start(1, 9)
  asked.shift()?.(nodeOf(1))
  await started
  world.churn(true)
  due.shift()?.()
  due.shift()?.()
  const [first, second] = asked
  let over = false
  const stopping = world.stop().then(() => (over = true))
  second?.(nodeOf(3))
  // All that could settle has.
  await new Promise((resolve) => setImmediate(resolve))
  expect(over).toBe(false)
  first?.(nodeOf(2))
  await stopping
  expect(new Set(stopped)).toEqual(new Set([1, 2, 3].map(peerIdAt)))
})
