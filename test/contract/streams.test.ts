import { describe, expect, it } from 'vitest'
import { Cancelled, LimitExceeded, StreamEnded, StreamFailed } from '../../src/shared/errors.ts'
import type { Link, Ports } from '../../src/main/discovery/ports.ts'
import { RIGS } from './rigs.ts'
import { forever, steps } from './steps.ts'

const LIMITS = { maxMessageBytes: 1000, maxInboundPerPeer: 2 }
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe.each(RIGS)('streams on %s', (_name, makeRig) => {
  const { rig, online, connect, failure } = steps(makeRig)

  const two = async (): Promise<readonly [Ports, Ports]> => {
    const [one, other] = [await online(), await online()]
    await connect(one, other)
    return [one, other]
  }
  const open = async (from: Ports, to: Ports, protocol: string): Promise<Link> =>
    await rig().settled(from.streams.open(to.node.peerId, protocol, LIMITS, forever()))
  /** Sends a byte and gives the answer to it, or the error. */
  const ask = async (from: Ports, to: Ports, protocol: string): Promise<unknown> => {
    const asked = async (): Promise<Uint8Array> => {
      const link = await from.streams.open(to.node.peerId, protocol, LIMITS, forever())
      await link.write(bytes(1), forever())
      const answer = await link.read(forever())
      // The place of a stream is free when both sides ended it; one that is held by the other side is not waited for.
      void link.close()
      return answer
    }
    return await rig().settled(asked().catch((error: unknown) => error))
  }
  const echo = async (link: Link): Promise<void> => await link.write(await link.read(forever()), forever())
  /** Answers with the first byte it reads, then holds the stream until it is let go. */
  const holding = (ports: Ports, protocol: string): (() => void) => {
    const held = Promise.withResolvers<void>()
    ports.streams.handle(protocol, LIMITS, async (link) => {
      await echo(link)
      await held.promise
    })
    return held.resolve
  }

  it('need a connection, or addresses of the peer', async () => {
    const [one, other] = [await online(), await online()]
    other.streams.handle('/a/1', LIMITS, echo)
    expect(await failure(one.streams.open(other.node.peerId, '/a/1', LIMITS, forever()))).toBeInstanceOf(StreamFailed)
  })

  it('are not opened when that is called off', async () => {
    const [one, other] = await two()
    let served = 0
    other.streams.handle('/a/1', LIMITS, async (link) => {
      served += 1
      await echo(link)
    })
    const called = one.streams.open(other.node.peerId, '/a/1', LIMITS, AbortSignal.abort())
    expect(await failure(called)).toBeInstanceOf(Cancelled)
    expect(await ask(one, other, '/a/1')).toEqual(bytes(1))
    expect(served).toBe(1)
  })

  it('carry messages whole and in order, both ways, from the empty one to the largest', async () => {
    const [one, other] = await two()
    const messages = [0, 1, 1000, 127, 128, 0, 999].map((length) => new Uint8Array(length).fill(length & 255))
    const remotes: string[] = []
    other.streams.handle('/a/1', LIMITS, async (link) => {
      remotes.push(link.remote)
      for (let count = 0; count < messages.length; count += 1) await echo(link)
    })
    const link = await open(one, other, '/a/1')
    for (const message of messages) await rig().settled(link.write(message, forever()))
    for (const message of messages) {
      const read = await rig().settled(link.read(forever()))
      expect([Buffer.isBuffer(read), read]).toEqual([false, message])
    }
    expect([link.remote, remotes]).toEqual([other.node.peerId, [one.node.peerId]])
  })

  it('go both ways over one connection, whoever made it', async () => {
    const [one, other] = await two()
    for (const ports of [one, other]) ports.streams.handle('/a/1', LIMITS, echo)
    expect(await ask(one, other, '/a/1')).toEqual(bytes(1))
    expect(await ask(other, one, '/a/1')).toEqual(bytes(1))
  })

  it('keep apart what is said on each', async () => {
    const [one, other] = await two()
    other.streams.handle('/a/1', LIMITS, echo)
    other.streams.handle('/b/1', LIMITS, async (link) => await link.write(bytes(2), forever()))
    const links = [await open(one, other, '/a/1'), await open(one, other, '/b/1')]
    for (const link of links) await rig().settled(link.write(bytes(1), forever()))
    const answers = await rig().settled(Promise.all(links.map((link) => link.read(forever()))))
    expect(answers).toEqual([bytes(1), bytes(2)])
  })

  it('give what was written before the end, then StreamFailed, at each further read', async () => {
    const [one, other] = await two()
    other.streams.handle('/a/1', LIMITS, async (link) => {
      await link.read(forever())
      for (const value of [1, 2, 3]) await link.write(bytes(value), forever())
    })
    const link = await open(one, other, '/a/1')
    await rig().settled(link.write(bytes(0), forever()))
    for (const value of [1, 2, 3]) expect(await rig().settled(link.read(forever()))).toEqual(bytes(value))
    for (let times = 0; times < 3; times += 1) expect(await failure(link.read(forever()))).toBeInstanceOf(StreamFailed)
  })

  it('[SY8] tell an end in order from a break, however often they are read: a sync whose stream was reset is not over', async () => {
    const [one, other] = await two()
    const heard = { '/closes/1': Promise.withResolvers<unknown[]>(), '/resets/1': Promise.withResolvers<unknown[]>() }
    for (const protocol of ['/closes/1', '/resets/1'] as const) {
      other.streams.handle(protocol, LIMITS, async (link) => {
        await echo(link)
        const first: unknown = await link.read(forever()).catch((error: unknown) => error)
        const again: unknown = await link.read(forever()).catch((error: unknown) => error)
        heard[protocol].resolve([first, again])
      })
      const link = await open(one, other, protocol)
      await rig().settled(link.write(bytes(1), forever()))
      await rig().settled(link.read(forever()))
      if (protocol === '/closes/1') await rig().settled(link.close())
      else link.abort(new StreamFailed('enough'))
    }
    const [closed] = await rig().settled(heard['/closes/1'].promise)
    expect(closed).toBeInstanceOf(StreamEnded)
    for (const reset of await rig().settled(heard['/resets/1'].promise)) {
      expect(reset).toBeInstanceOf(StreamFailed)
      // On iroh the side that began says one thing at every end, and the other one is not left waiting (rule MO30).
      expect(reset instanceof StreamEnded).toBe(!rig().traits.tellsAborts)
    }
  })

  it('are ended on both sides by an abort of either', async () => {
    const [one, other] = await two()
    for (const aborting of ['near', 'far']) {
      const [served, ended] = [Promise.withResolvers<Link>(), Promise.withResolvers<unknown>()]
      other.streams.handle('/a/1', LIMITS, async (link) => {
        await link.read(forever())
        served.resolve(link)
        await link.read(forever()).catch(ended.resolve)
      })
      const near = await open(one, other, '/a/1')
      await rig().settled(near.write(bytes(0), forever()))
      const far = await rig().settled(served.promise)
      const reading = failure(near.read(forever()))
      if (aborting === 'near') near.abort(new StreamFailed('enough'))
      else far.abort(new StreamFailed('enough'))
      expect(await reading).toBeInstanceOf(StreamFailed)
      expect(await rig().settled(ended.promise)).toBeInstanceOf(StreamFailed)
      expect(await failure(near.write(bytes(1), forever()))).toBeInstanceOf(StreamFailed)
    }
  })

  it('stop waiting when the signal fires, with its reason, and do not write after that', async () => {
    const [one, other] = await two()
    const release = holding(other, '/a/1')
    const link = await open(one, other, '/a/1')
    const controller = new AbortController()
    const reading = failure(link.read(controller.signal))
    controller.abort(new Cancelled('enough'))
    expect(await reading).toBeInstanceOf(Cancelled)
    const called = AbortSignal.abort(new Cancelled('enough'))
    const second = await open(one, other, '/a/1')
    expect(await failure(second.write(bytes(1), called))).toBeInstanceOf(Cancelled)
    release()
  })

  it('are reset when the handler rejects, and where nobody answers the protocol', async () => {
    const [one, other] = await two()
    other.streams.handle('/fails/1', LIMITS, async (link) => {
      await link.read(forever())
      throw new Error('a defect')
    })
    expect(await ask(one, other, '/fails/1')).toBeInstanceOf(StreamFailed)
    expect(await ask(one, other, '/nobody/1')).toBeInstanceOf(StreamFailed)
  })

  it('break with the connection, whoever ended it', async () => {
    const [one, other] = await two()
    const release = holding(other, '/a/1')
    for (const ending of [one, other]) {
      await connect(one, other)
      const link = await open(one, other, '/a/1')
      await rig().settled(link.write(bytes(1), forever()))
      expect(await rig().settled(link.read(forever()))).toEqual(bytes(1))
      const reading = failure(link.read(forever()))
      await rig().settled(ending.node.disconnect((ending === one ? other : one).node.peerId))
      expect(await reading).toBeInstanceOf(StreamFailed)
      await rig().until(() => [one, other].every(({ node }) => node.connections().length === 0))
    }
    release()
  })

  it('do not take writes after the end, and may be ended more than once', async () => {
    const [one, other] = await two()
    const release = holding(other, '/a/1')
    for (const first of ['close', 'abort']) {
      const link = await open(one, other, '/a/1')
      if (first === 'abort') link.abort(new Error('enough'))
      await rig().settled(link.close())
      await rig().settled(link.close())
      link.abort(new Error('again'))
      link.abort(new Error('and again'))
      expect(await failure(link.write(bytes(1), forever()))).toBeInstanceOf(StreamFailed)
    }
    release()
  })

  it('are not harmed by a message that was refused for its size', async () => {
    const [one, other] = await two()
    other.streams.handle('/a/1', LIMITS, echo)
    const link = await open(one, other, '/a/1')
    expect(await failure(link.write(new Uint8Array(1001), forever()))).toBeInstanceOf(LimitExceeded)
    await rig().settled(link.write(bytes(7), forever()))
    expect(await rig().settled(link.read(forever()))).toEqual(bytes(7))
  })

  it('[BD6] are bounded for each peer and protocol, and what ended makes room', async () => {
    const [one, other] = await two()
    const third = await online()
    await connect(third, other)
    const release = holding(other, '/a/1')
    other.streams.handle('/b/1', LIMITS, echo)
    for (let count = 0; count < 2; count += 1) expect(await ask(one, other, '/a/1')).toEqual(bytes(1))
    expect(await ask(one, other, '/a/1')).toBeInstanceOf(StreamFailed)
    expect(await ask(one, other, '/b/1')).toEqual(bytes(1))
    expect(await ask(third, other, '/a/1')).toEqual(bytes(1))
    release()
    let answer: unknown = null
    for (let times = 0; times < 500 && !(answer instanceof Uint8Array); times += 1)
      answer = await ask(one, other, '/a/1')
    expect(answer).toEqual(bytes(1))
  })

  it('that run go on when their protocol is not answered any more; new ones fail', async () => {
    const [one, other] = await two()
    const served = Promise.withResolvers<void>()
    const end = other.streams.handle('/a/1', LIMITS, async (link) => {
      served.resolve()
      await link.read(forever())
      await echo(link)
    })
    const link = await open(one, other, '/a/1')
    await rig().settled(link.write(bytes(0), forever()))
    await rig().settled(served.promise)
    end()
    expect(await ask(one, other, '/a/1')).toBeInstanceOf(StreamFailed)
    await rig().settled(link.write(bytes(5), forever()))
    expect(await rig().settled(link.read(forever()))).toEqual(bytes(5))
  })

  it('are answered anew by a protocol that was let go', async () => {
    const [one, other] = await two()
    other.streams.handle('/a/1', LIMITS, echo)()
    other.streams.handle('/a/1', LIMITS, async (link) => await link.write(bytes(2), forever()))
    expect(await ask(one, other, '/a/1')).toEqual(bytes(2))
  })

  it('of a protocol that is handled twice are answered by the later handler', async () => {
    const [one, other] = await two()
    other.streams.handle('/a/1', LIMITS, echo)
    other.streams.handle('/a/1', LIMITS, async (link) => await link.write(bytes(2), forever()))
    expect(await ask(one, other, '/a/1')).toEqual(bytes(2))
  })

  it('break for the one that reads when the other node stops', async () => {
    const [one, other] = await two()
    holding(other, '/a/1')
    const link = await open(one, other, '/a/1')
    await rig().settled(link.write(bytes(1), forever()))
    expect(await rig().settled(link.read(forever()))).toEqual(bytes(1))
    const reading = failure(link.read(forever()))
    await rig().settled(other.node.stop())
    expect(await reading).toBeInstanceOf(StreamFailed)
  })
})
