import { describe, expect, it } from 'vitest'
import {
  Cancelled,
  LimitExceeded,
  MalformedMessage,
  StreamEnded,
  StreamFailed,
  Timeout,
} from '../../../../src/shared/errors.ts'
import { IrohLink } from '../../../../src/main/network/iroh/link.ts'
import type { Duplex } from '../../../../src/main/network/iroh/wire.ts'
import { Scheduler } from '../../../sim/scheduler.ts'
import type { TestWire } from '../../../support/wires.ts'
import { wires } from '../../../support/wires.ts'

const LIMITS = { maxMessageBytes: 100, maxInboundPerPeer: 2 }
const SUCCESS = { code: 200, reason: 'Success' }
const never = new AbortController().signal

interface Pair {
  readonly scheduler: Scheduler
  /** The side that began, and the one that answers. */
  readonly asking: IrohLink
  readonly answering: IrohLink
  readonly near: TestWire
  readonly far: TestWire
  /** What the other side would write by itself. */
  readonly farStream: Duplex
  readonly nearStream: Duplex
}

/** An exchange of which one message has come over. */
async function exchange(): Promise<Pair> {
  const scheduler = new Scheduler()
  const clock = { schedule: (ms: number, run: () => void) => scheduler.schedule(ms, run) }
  const [near, far] = wires()
  const nearStream = await near.openBi()
  const asking = new IrohLink(near, nearStream, LIMITS, clock)
  await asking.write(Uint8Array.of(1), never)
  const farStream = await far.acceptBi()
  const answering = new IrohLink(far, farStream, LIMITS, clock)
  expect(await answering.read(never)).toEqual(Uint8Array.of(1))
  return { scheduler, asking, answering, near, far, nearStream, farStream }
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'it went well',
    (error: unknown) => error,
  )

describe('[MO30] the side that began an exchange closes its connection with 200, whatever happened', () => {
  const ways: Readonly<Record<string, (pair: Pair) => Promise<unknown>>> = {
    'after the answer': async ({ asking, answering }) => {
      await answering.write(Uint8Array.of(2), never)
      await asking.read(never)
      await asking.close()
    },
    'by an abort': ({ asking }) => Promise.resolve(asking.abort(new MalformedMessage('nonsense'))),
    'called off while it reads': async ({ asking }) => {
      const control = new AbortController()
      const reading = failure(asking.read(control.signal))
      control.abort(new Timeout('too late'))
      expect(await reading).toBeInstanceOf(Timeout)
    },
    'called off before it reads': async ({ asking }) => {
      expect(await failure(asking.read(AbortSignal.abort(new Cancelled('enough'))))).toBeInstanceOf(Cancelled)
    },
    'an answer over the limit': async ({ asking, farStream }) => {
      await farStream.send.writeAll([0, 0, 0, 101])
      expect(await failure(asking.read(never))).toBeInstanceOf(LimitExceeded)
    },
    'an answer cut short': async ({ asking, farStream }) => {
      await farStream.send.writeAll([0, 0, 0, 5, 1])
      await farStream.send.finish()
      const error = await failure(asking.read(never))
      expect(error).toBeInstanceOf(StreamFailed)
      expect(error).not.toBeInstanceOf(StreamEnded)
    },
  }
  it.each(Object.keys(ways))('%s', async (name) => {
    const pair = await exchange()
    await ways[name]?.(pair)
    expect(pair.near.said).toEqual(SUCCESS)
    expect(pair.near.isOpen).toBe(false)
  })

  it('at once where all was answered, else when it has come over or half a second is over', async () => {
    const { asking, near, scheduler } = await exchange()
    await asking.write(Uint8Array.of(3), never)
    const closing = asking.close()
    await scheduler.run(499)
    expect(near.said).toBeNull()
    await scheduler.run(1)
    await closing
    expect(near.said).toEqual(SUCCESS)
  })

  it('and never twice, nor with another word', async () => {
    const { asking, near, scheduler } = await exchange()
    asking.abort(new MalformedMessage('nonsense'))
    await asking.close()
    asking.abort(new Error('again'))
    await scheduler.run(10_000)
    expect(near.said).toEqual(SUCCESS)
  })
})

describe('[MO32] the side that answers', () => {
  it('waits for the other one to close, and not for long', async () => {
    const { answering, far, scheduler } = await exchange()
    const closing = answering.close()
    await scheduler.run(4999)
    expect(far.said).toBeNull()
    await scheduler.run(1)
    await closing
    expect(far.said).toEqual(SUCCESS)
  })

  it('takes a close with 200 for an end in order, but not within a message', async () => {
    const one = await exchange()
    const closing = one.asking.close()
    await one.scheduler.run(500)
    await closing
    for (let times = 0; times < 2; times += 1)
      expect(await failure(one.answering.read(never))).toBeInstanceOf(StreamEnded)
    const other = await exchange()
    await other.nearStream.send.writeAll([0, 0, 0, 2, 1])
    const reading = failure(other.answering.read(never))
    await other.scheduler.run(1)
    other.near.close(SUCCESS)
    const cut = await reading
    expect(cut).toBeInstanceOf(StreamFailed)
    expect(cut).not.toBeInstanceOf(StreamEnded)
  })

  it.each([
    [new LimitExceeded('entries', 1), 400],
    [new MalformedMessage('nonsense'), 400],
    [new Cancelled('enough'), 102],
    [new Error('a defect'), 103],
  ])('says why it ends: %s', async (error, code) => {
    const { answering, far, asking } = await exchange()
    answering.abort(error)
    expect(far.said?.code).toBe(code)
    expect(await failure(asking.read(never))).toBeInstanceOf(StreamFailed)
  })

  it('refuses a message over the limit with 400', async () => {
    const { nearStream, answering, far } = await exchange()
    await nearStream.send.writeAll([0, 0, 0, 101])
    expect(await failure(answering.read(never))).toBeInstanceOf(LimitExceeded)
    expect(far.said?.code).toBe(400)
  })
})
