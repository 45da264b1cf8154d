/** What ports.ts asks for and the simulator does not keep yet; a case that it keeps belongs in its port's suite. */
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { describe, expect, it } from 'vitest'
import { Cancelled, LimitExceeded, StreamEnded, StreamFailed } from '../../src/shared/errors.ts'
import type { Link, Ports } from '../../src/main/discovery/ports.ts'
import { countTurns } from '../support/turns.ts'
import { RIGS } from './rigs.ts'
import { forever, steps } from './steps.ts'

const LIMITS = { maxMessageBytes: 1000, maxInboundPerPeer: 2 }

describe.each(RIGS.filter(([name]) => name === 'libp2p'))('on %s', (_name, makeRig) => {
  const { rig, online, connect, failure } = steps(makeRig)

  /** A stream whose other side answers by `handler`, until the test ends. */
  const opened = async (
    handler: (link: Link) => Promise<void>,
    farLimits = LIMITS,
  ): Promise<{ link: Link; far: Ports }> => {
    const [one, far] = [await online(), await online()]
    far.streams.handle('/a/1', farLimits, handler)
    await connect(one, far)
    return { link: await one.streams.open(far.node.peerId, '/a/1', LIMITS, forever()), far }
  }
  /** Never answers; ends when the other side does. */
  const silent = async (link: Link): Promise<void> => void (await link.read(forever()))

  it('[BD1] a message over the limit of the one that reads is LimitExceeded there, and ends the stream', async () => {
    const { link } = await opened(async (far) => await far.write(new Uint8Array(2000), forever()), {
      ...LIMITS,
      maxMessageBytes: 5000,
    })
    const error = await failure(link.read(forever()))
    expect(error).toBeInstanceOf(LimitExceeded)
    expect(error).toMatchObject({ allowed: 1000 })
    expect(await failure(link.write(new Uint8Array(1), forever()))).toBeInstanceOf(StreamFailed)
  })

  it('[SY8] a stream that is closed within a message did not end in order', async () => {
    const far = await online()
    const heard = Promise.withResolvers<unknown>()
    far.streams.handle('/a/1', LIMITS, async (link) => {
      await link.read(forever()).catch(heard.resolve)
    })
    const raw = await createLibp2p({ transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()] })
    try {
      const [address = ''] = far.node.addresses()
      const stream = await raw.dialProtocol(multiaddr(`${address}/p2p/${far.node.peerId}`), '/a/1')
      // Five bytes are promised, two come.
      stream.send(Uint8Array.of(5, 1, 2))
      await stream.close()
      const error = await heard.promise
      expect(error).toBeInstanceOf(StreamFailed)
      expect(error).not.toBeInstanceOf(StreamEnded)
    } finally {
      await raw.stop()
    }
  })

  it('[BD6] streams over the bound of their protocol are counted', async () => {
    const { far } = await opened(async (link) => {
      await link.read(forever())
      await link.read(forever())
    })
    const refused: string[] = []
    far.node.subscribe((event) => event.kind === 'Refused' && refused.push(event.what))
    const near = await online()
    await connect(near, far)
    const links: Link[] = []
    for (let index = 0; index < 3; index += 1)
      links.push(await near.streams.open(far.node.peerId, '/a/1', LIMITS, forever()))
    for (const each of links) await each.write(Uint8Array.of(1), forever()).catch(() => undefined)
    await rig().until(() => refused.length > 0)
    expect(refused).toEqual(['Stream'])
  })

  it('an own abort ends the pending read with StreamFailed, whatever the reason was', async () => {
    for (const reason of [new Error('enough'), new LimitExceeded('entries', 1), new Cancelled('enough')]) {
      const { link } = await opened(silent)
      const reading = failure(link.read(forever()))
      link.abort(reason)
      expect(await reading).toBeInstanceOf(StreamFailed)
    }
  })

  it('a wait that is called off without a reason of ours is Cancelled', async () => {
    const { link } = await opened(silent)
    const controller = new AbortController()
    const reading = failure(link.read(controller.signal))
    controller.abort()
    expect(await reading).toBeInstanceOf(Cancelled)
  })

  it('a registration that ended, and is ended again, takes no later one with it', async () => {
    const [one, far] = [await online(), await online()]
    await connect(one, far)
    const end = far.streams.handle('/a/1', LIMITS, silent)
    end()
    far.streams.handle('/a/1', LIMITS, async (link) => await link.write(Uint8Array.of(2), forever()))
    end()
    const link = await one.streams.open(far.node.peerId, '/a/1', LIMITS, forever())
    expect(await link.read(forever())).toEqual(Uint8Array.of(2))
  })

  it('making a node leaves others a turn before and after libp2p is made', async () => {
    const turns = countTurns()
    await rig().node()
    turns.stop()
    expect(turns.count).toBeGreaterThanOrEqual(2)
  })

  it('gossip cannot be joined before the node runs, and can be after', async () => {
    const { node, gossip } = await rig().node()
    expect(await failure(gossip.join('t', 10, () => 'accept'))).toBeInstanceOf(Cancelled)
    await node.start(forever())
    await gossip.join('t', 10, () => 'accept')
    expect(gossip.neighbors()).toEqual([])
  })
})
