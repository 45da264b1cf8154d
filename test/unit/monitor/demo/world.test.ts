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

/** A world whose peers each start once `comes` settles, and end once `goes` does. */
function quickWorld() {
  const alive = new Set<string>()
  const due: (() => void)[] = []
  const waits = { comes: Promise.resolve(), goes: Promise.resolve() }
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
    open: async ({ secret }) => {
      const key = Buffer.from(secret).toString('hex')
      // Two nodes with one key would be twins.
      expect(alive).not.toContain(key)
      alive.add(key)
      await waits.comes
      const stop = async (): Promise<void> => {
        await waits.goes
        alive.delete(key)
      }
      return { peerId: key, addresses: () => [], stop } as unknown as OpenNode
    },
  })
  const cast = (): readonly string[] =>
    world.peers().map(({ peerId, tags, fixed }) => `${peerId} ${tags.join()} ${fixed}`)
  return { world, alive, waits, due, cast }
}

it('has the same peers in the same parts each time that its story is played', async () => {
  const { world, alive, waits, cast } = quickWorld()
  await world.start(6, 8)
  const first = cast()
  await world.join(null)
  await world.join(null)
  const all = cast()
  const old = await world.join(['client:1.3.9'])
  // A crash, a goodbye, and again from the start.
  const [, , , , crashed = old, left = old] = world.peers().map(({ peerId }) => peerId)
  await world.crash(crashed)
  const gate = Promise.withResolvers<void>()
  waits.goes = gate.promise
  const leaving = world.leave(left)
  // Who comes while it still ends is somebody else.
  const [stranger, other] = [await world.join(null), await world.join(null)]
  gate.resolve()
  await leaving
  expect([crashed, all.some((one) => one.startsWith(other))]).toEqual([stranger, false])
  await world.reset(2)
  expect(cast()).toEqual(first)
  await world.join(null)
  await world.join(null)
  expect(cast()).toEqual(all)
  expect(await world.join(['client:1.3.9'])).toBe(old)
  await world.reset(0)
  expect(cast()).toEqual(all)
  await world.stop()
  expect(alive.size).toBe(0)
})

it('waits for those who come or go by themselves before it puts all in their places', async () => {
  const { world, waits, due, cast } = quickWorld()
  await world.start(6, 8)
  const first = cast()
  await world.join(null)
  await world.join(null)
  const all = cast()
  const gate = Promise.withResolvers<void>()
  waits.comes = gate.promise
  waits.goes = gate.promise
  world.churn(true)
  // One goes, and another comes in its stead before it is gone.
  due.shift()?.()
  due.shift()?.()
  expect(cast()).toHaveLength(7)
  world.churn(false)
  const resetting = world.reset(2)
  gate.resolve()
  await resetting
  // All that could settle has.
  await new Promise((resolve) => setImmediate(resolve))
  expect(cast()).toEqual(first)
  await world.reset(0)
  expect(cast()).toEqual(all)
})
