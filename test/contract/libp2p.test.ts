/** What ports.ts asks for and the simulator does not keep yet; a case that it keeps belongs in its port's suite. */
import { describe, expect, it } from 'vitest'
import { Cancelled, LimitExceeded, StreamFailed } from '../../src/shared/errors.ts'
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

  it('a verification is Cancelled when it is called off under way, however few there are', async () => {
    const { signatures } = await rig().node()
    const secret = new Uint8Array(32).fill(1)
    const message = new Uint8Array(3)
    const claim = { publicKey: signatures.publicKey(secret), message, signature: signatures.sign(secret, message) }
    const controller = new AbortController()
    const verifying = failure(signatures.verifyAll([claim], controller.signal))
    controller.abort()
    expect(await verifying).toBeInstanceOf(Cancelled)
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
