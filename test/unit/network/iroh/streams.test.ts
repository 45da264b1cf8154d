import { describe, expect, it } from 'vitest'
import { Cancelled, StreamFailed } from '../../../../src/shared/errors.ts'
import type { Clock, Link, Streams } from '../../../../src/main/discovery/ports.ts'
import { Parking } from '../../../../src/main/network/iroh/parking.ts'
import { createStreams } from '../../../../src/main/network/iroh/streams.ts'
import type { Wire } from '../../../../src/main/network/iroh/wire.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { Scheduler } from '../../../sim/scheduler.ts'
import type { TestWire } from '../../../support/wires.ts'
import { wires } from '../../../support/wires.ts'

const LIMITS = { maxMessageBytes: 100, maxInboundPerPeer: 2 }
const SUCCESS = { code: 200, reason: 'Success' }
const never = new AbortController().signal

interface Ends {
  readonly scheduler: Scheduler
  readonly parking: Parking
  readonly streams: Streams
  /** Somebody connected for the protocol. */
  come(wire: Wire): void
  /** Connections that were dialed. */
  readonly dialed: TestWire[]
  readonly refused: () => number
}

function ends(): Ends {
  const scheduler = new Scheduler()
  const clock: Clock = {
    now: () => scheduler.now,
    monotonic: () => scheduler.now,
    schedule: (ms, run) => scheduler.schedule(ms, run),
  }
  const parking = new Parking(clock)
  const dialed: TestWire[] = []
  let refused = 0
  let come: (wire: Wire) => void = () => undefined
  const streams = createStreams({
    host: {
      serve: (_protocol, handler) => {
        come = handler
        return () => undefined
      },
    },
    clock,
    parking,
    connect: (_peerId, protocol) => {
      const [wire] = wires('near', 'far', protocol)
      dialed.push(wire)
      return Promise.resolve(wire)
    },
    refused: () => (refused += 1),
  })
  return { scheduler, parking, streams, come: (wire) => come(wire), dialed, refused: () => refused }
}

describe('[MO31] a connection that was made for a stream', () => {
  it('is taken by the next stream of that protocol to that peer, and by no other', async () => {
    const { parking, streams, dialed } = ends()
    const [wire] = wires()
    parking.park(wire)
    await streams.open(idOf('far'), '/b/1', LIMITS, never)
    await streams.open(idOf('else'), '/a/1', LIMITS, never)
    expect(dialed).toHaveLength(2)
    await streams.open(idOf('far'), '/a/1', LIMITS, never)
    expect(dialed).toHaveLength(2)
    await streams.open(idOf('far'), '/a/1', LIMITS, never)
    expect(dialed).toHaveLength(3)
    expect(wire.isOpen).toBe(true)
  })

  it('is closed with 200 after half a second where nobody opens it', async () => {
    const { parking, scheduler, streams, dialed } = ends()
    const [wire] = wires()
    parking.park(wire)
    await scheduler.run(499)
    expect(wire.said).toBeNull()
    await scheduler.run(1)
    expect(wire.said).toEqual(SUCCESS)
    await streams.open(idOf('far'), '/a/1', LIMITS, never)
    expect(dialed).toHaveLength(1)
  })

  it('is not taken once it is closed, and one that was taken is not closed', async () => {
    const { parking, scheduler } = ends()
    const [[gone], [taken]] = [wires(), wires()]
    parking.park(gone)
    gone.over()
    parking.park(taken)
    expect(parking.take(idOf('far'), '/a/1')).toBe(taken)
    await scheduler.run(10_000)
    expect(taken.isOpen).toBe(true)
  })
})

describe('[MO30] a stream that cannot be opened', () => {
  it('leaves no connection behind: called off, or not opened in time', async () => {
    const { streams, dialed, scheduler } = ends()
    const called = streams.open(idOf('far'), '/a/1', LIMITS, AbortSignal.abort(new Cancelled('enough')))
    await expect(called).rejects.toBeInstanceOf(Cancelled)
    expect(dialed).toHaveLength(0)
    const control = new AbortController()
    const [stuck] = wires()
    stuck.openBi = () => new Promise(() => undefined)
    const { parking } = ends()
    parking.park(stuck)
    const parts = ends()
    parts.parking.park(stuck)
    const opening = parts.streams.open(idOf('far'), '/a/1', LIMITS, control.signal).catch((error: unknown) => error)
    control.abort(new Cancelled('enough'))
    expect(await opening).toBeInstanceOf(Cancelled)
    expect(stuck.said).toEqual(SUCCESS)
    const [slow] = wires()
    slow.openBi = () => new Promise(() => undefined)
    parts.parking.park(slow)
    const late = parts.streams.open(idOf('far'), '/a/1', LIMITS, never).catch((error: unknown) => error)
    await parts.scheduler.run(6000)
    expect(await late).toBeInstanceOf(Error)
    expect(slow.said).toEqual(SUCCESS)
    await scheduler.run(0)
  })
})

describe('[MO32] who connects for an exchange', () => {
  it('and does not begin one in five seconds is closed and counted', async () => {
    const { streams, come, scheduler, refused } = ends()
    let served = 0
    streams.handle('/a/1', LIMITS, () => Promise.resolve(void (served += 1)))
    const [, far] = wires()
    come(far)
    await scheduler.run(4999)
    expect(far.isOpen).toBe(true)
    await scheduler.run(1)
    expect([far.said?.code, refused(), served]).toEqual([103, 1, 0])
  })

  it('is served once a connection, up to the bound of the protocol at once for each peer', async () => {
    const { streams, come, scheduler, refused } = ends()
    const links: Link[] = []
    const release = Promise.withResolvers<void>()
    streams.handle('/a/1', LIMITS, async (link) => {
      links.push(link)
      await release.promise
    })
    const begun = await Promise.all(
      ['one', 'one', 'one', 'two'].map(async (name) => {
        const [near, far] = wires(name, 'us')
        const { send } = await near.openBi()
        await send.writeAll([0, 0, 0, 0])
        const second = await near.openBi()
        await second.send.writeAll([0, 0, 0, 0])
        return far
      }),
    )
    for (const far of begun) come(far)
    await scheduler.run(1)
    expect(links.map(({ remote }) => remote)).toEqual([idOf('one'), idOf('one'), idOf('two')])
    expect(begun.map(({ said }) => said?.code ?? null)).toEqual([null, null, 102, null])
    expect(refused()).toBe(1)
    release.resolve()
    await scheduler.run(6000)
    const [near, again] = wires('one', 'us')
    await (await near.openBi()).send.writeAll([0, 0, 0, 0])
    come(again)
    await scheduler.run(1)
    expect(links).toHaveLength(4)
  })

  it('is told with a code where the one that answers fails', async () => {
    const { streams, come, scheduler } = ends()
    streams.handle('/a/1', LIMITS, () => Promise.reject(new StreamFailed('a defect')))
    const [near, far] = wires()
    await (await near.openBi()).send.writeAll([0, 0, 0, 0])
    come(far)
    await scheduler.run(1)
    expect(far.said?.code).toBe(103)
  })
})
