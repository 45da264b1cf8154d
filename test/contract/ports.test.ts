import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Cancelled, DialFailed, LimitExceeded, StreamFailed } from '../../src/shared/errors.ts'
import type { GossipEvent, Link, NodeEvent, Ports, Verdict } from '../../src/main/discovery/ports.ts'
import { RIGS } from './rigs.ts'
import type { Rig } from './rigs.ts'

const PROTOCOL = '/contract/1'
const LIMITS = { maxMessageBytes: 1000, maxInboundPerPeer: 2 }
const TOPIC = 'contract'
const forever = (): AbortSignal => new AbortController().signal
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe.each(RIGS)('the ports on %s', (_name, makeRig) => {
  let rig: Rig
  beforeEach(async () => {
    rig = await makeRig()
  })
  afterEach(async () => await rig.close())

  const online = async (): Promise<Ports> => {
    const ports = await rig.node()
    await rig.settled(ports.node.start(forever()))
    return ports
  }
  const connect = async (from: Ports, to: Ports): Promise<void> => {
    const target = { peerId: to.node.peerId, addresses: to.node.addresses() }
    await rig.settled(from.node.connect(target, forever()))
    await rig.until(() => to.node.connections().length > 0)
  }
  const failure = (work: Promise<unknown>): Promise<unknown> =>
    rig.settled(
      work.then(
        () => 'it went well',
        (error: unknown) => error,
      ),
    )

  describe('clock and random', () => {
    it('the clocks go on, timers run once and in order, a cancelled one never', async () => {
      const { clock } = await rig.node()
      const [now, monotonic] = [clock.now(), clock.monotonic()]
      const ran: string[] = []
      const cancel = clock.schedule(5, () => ran.push('cancelled'))
      clock.schedule(40, () => ran.push('second'))
      clock.schedule(10, () => ran.push('first'))
      cancel()
      cancel()
      await rig.until(() => ran.length === 2)
      expect(ran).toEqual(['first', 'second'])
      expect(clock.monotonic() - monotonic).toBeGreaterThanOrEqual(35)
      expect(clock.now()).toBeGreaterThan(now)
    })

    it('random numbers are in [0, 1), random bytes differ', async () => {
      const { random } = await rig.node()
      const numbers = Array.from({ length: 200 }, () => random.number())
      expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
      expect(new Set(numbers).size).toBeGreaterThan(190)
      expect(random.bytes(32)).toHaveLength(32)
      expect(random.bytes(32)).not.toEqual(random.bytes(32))
    })
  })

  describe('signatures', () => {
    it('hold for message, key and signature together; one and many alike, in order', async () => {
      const { signatures } = await rig.node()
      const secret = new Uint8Array(32).fill(5)
      const publicKey = signatures.publicKey(secret)
      const message = bytes(1, 2, 3)
      const good = { publicKey, message, signature: signatures.sign(secret, message) }
      const bad = [
        { ...good, message: bytes(1, 2, 4) },
        { ...good, publicKey: signatures.publicKey(new Uint8Array(32).fill(6)) },
        { ...good, signature: new Uint8Array(64) },
        { ...good, signature: good.signature.subarray(0, 63) },
        { ...good, publicKey: new Uint8Array(31) },
      ]
      const claims = [good, ...bad, good]
      const expected = [true, false, false, false, false, false, true]
      expect(claims.map((claim) => signatures.verify(claim))).toEqual(expected)
      expect(await signatures.verifyAll(claims, forever())).toEqual(expected)
      expect(await signatures.verifyAll([], forever())).toEqual([])
      await expect(signatures.verifyAll(claims, AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled)
    })
  })

  describe('a node', () => {
    it('has addresses from start to stop, which may each be called twice', async () => {
      const { node } = await rig.node()
      expect(node.addresses()).toEqual([])
      await rig.settled(Promise.all([node.start(forever()), node.start(forever())]))
      expect(node.addresses()[0]).toMatch(/^\/ip4\/[\d.]+\/tcp\/\d+$/)
      await rig.settled(Promise.all([node.stop(), node.stop()]))
      expect(node.addresses()).toEqual([])
      expect(node.connections()).toEqual([])
    })

    it('may be stopped before it starts, and then never starts', async () => {
      const { node } = await rig.node()
      await rig.settled(node.stop())
      expect(await failure(node.start(forever()))).toBeInstanceOf(Cancelled)
      expect(await failure((await rig.node()).node.start(AbortSignal.abort()))).toBeInstanceOf(Cancelled)
    })

    it('connects; both sides see one connection, and are told when it came and went', async () => {
      const [one, two] = [await online(), await online()]
      const told: NodeEvent[] = []
      const end = two.node.subscribe((event) => told.push(event))
      await connect(one, two)
      await connect(one, two)
      expect(one.node.connections()).toMatchObject([{ peerId: two.node.peerId, direction: 'outbound' }])
      expect(two.node.connections()).toMatchObject([{ peerId: one.node.peerId, direction: 'inbound' }])
      await rig.settled(one.node.disconnect(two.node.peerId))
      await rig.until(() => two.node.connections().length === 0 && told.length === 2)
      expect(told).toEqual([
        { kind: 'PeerConnected', peerId: one.node.peerId },
        { kind: 'PeerDisconnected', peerId: one.node.peerId },
      ])
      end()
      await connect(one, two)
      expect(told).toHaveLength(2)
    })

    it('takes whoever answers where no id is asked for, and refuses another than the one that is', async () => {
      const [one, two, three] = [await online(), await online(), await online()]
      const { peerId } = two.node
      expect(await rig.settled(one.node.connect({ addresses: two.node.addresses() }, forever()))).toBe(peerId)
      const wrong = { peerId: three.node.peerId, addresses: two.node.addresses() }
      expect(await failure(one.node.connect(wrong, forever()))).toBeInstanceOf(DialFailed)
      expect(one.node.connections().map((connection) => connection.peerId)).toEqual([peerId])
    })

    it('tells when nobody answers, and when the dial was called off', async () => {
      const one = await online()
      const nobody = { addresses: ['/ip4/127.0.0.1/tcp/1'] }
      expect(await failure(one.node.connect(nobody, forever()))).toBeInstanceOf(DialFailed)
      expect(await failure(one.node.connect(nobody, AbortSignal.abort()))).toBeInstanceOf(Cancelled)
    })

    it('notices that the other node stopped', async () => {
      const [one, two] = [await online(), await online()]
      await connect(one, two)
      await rig.settled(two.node.stop())
      await rig.until(() => one.node.connections().length === 0)
      expect(one.node.connections()).toEqual([])
    })

    it('is not there twice', async () => {
      const secret = new Uint8Array(32).fill(3)
      const one = await rig.node(secret)
      expect((await rig.node(secret)).node.peerId).toBe(one.node.peerId)
    })
  })

  describe('streams', () => {
    /** Opens a stream; gives both ends. The far one lives until `release`. */
    const pair = async (
      limits = LIMITS,
    ): Promise<{ one: Ports; two: Ports; near: Link; far: Link; release: () => void }> => {
      const [one, two] = [await online(), await online()]
      const arrived = Promise.withResolvers<Link>()
      const held = Promise.withResolvers<void>()
      two.streams.handle(PROTOCOL, limits, async (link) => {
        arrived.resolve(link)
        await held.promise
      })
      await connect(one, two)
      const near = await rig.settled(one.streams.open(two.node.peerId, PROTOCOL, limits, forever()))
      void near.write(bytes(0), forever())
      const far = await rig.settled(arrived.promise)
      await rig.settled(far.read(forever()))
      return { one, two, near, far, release: held.resolve }
    }

    it('carry messages whole and in order, both ways, and know the other side', async () => {
      const { one, two, near, far, release } = await pair()
      expect([near.remote, far.remote]).toEqual([two.node.peerId, one.node.peerId])
      for (let index = 0; index < 50; index += 1) await rig.settled(near.write(bytes(index, 0, 255), forever()))
      for (let index = 0; index < 50; index += 1)
        expect(await rig.settled(far.read(forever()))).toEqual(bytes(index, 0, 255))
      await rig.settled(far.write(new Uint8Array(0), forever()))
      await rig.settled(far.write(new Uint8Array(1000).fill(7), forever()))
      expect(await rig.settled(near.read(forever()))).toHaveLength(0)
      expect(await rig.settled(near.read(forever()))).toHaveLength(1000)
      release()
    })

    it('end with StreamFailed for the reader, after all that was written', async () => {
      const { near, far, release } = await pair()
      await rig.settled(near.write(bytes(9), forever()))
      await rig.settled(near.close())
      expect(await rig.settled(far.read(forever()))).toEqual(bytes(9))
      expect(await failure(far.read(forever()))).toBeInstanceOf(StreamFailed)
      release()
    })

    it('break on both sides when one aborts', async () => {
      const { near, far, release } = await pair()
      const reading = failure(far.read(forever()))
      near.abort(new Error('enough'))
      expect(await reading).toBeInstanceOf(StreamFailed)
      expect(await failure(near.write(bytes(1), forever()))).toBeInstanceOf(StreamFailed)
      release()
    })

    it('refuse a message over the limit before it is sent', async () => {
      const { near, release } = await pair()
      expect(await failure(near.write(new Uint8Array(1001), forever()))).toBeInstanceOf(LimitExceeded)
      release()
    })

    it('stop waiting when the signal fires', async () => {
      const { near, release } = await pair()
      const controller = new AbortController()
      const reading = failure(near.read(controller.signal))
      controller.abort(new Cancelled('enough'))
      expect(await reading).toBeInstanceOf(Cancelled)
      expect(await failure(near.write(bytes(1), AbortSignal.abort(new Cancelled('enough'))))).toBeInstanceOf(Cancelled)
      release()
    })

    it('are closed when the handler is through, and reset when it fails', async () => {
      const [one, two] = [await online(), await online()]
      two.streams.handle('/ends/1', LIMITS, async (link) => await link.write(bytes(4), forever()))
      two.streams.handle('/fails/1', LIMITS, () => Promise.reject(new Error('a defect')))
      await connect(one, two)
      const ends = await rig.settled(one.streams.open(two.node.peerId, '/ends/1', LIMITS, forever()))
      expect(await rig.settled(ends.read(forever()))).toEqual(bytes(4))
      expect(await failure(ends.read(forever()))).toBeInstanceOf(StreamFailed)
      const fails = one.streams
        .open(two.node.peerId, '/fails/1', LIMITS, forever())
        .then(async (link) => await link.read(forever()))
      expect(await failure(fails)).toBeInstanceOf(StreamFailed)
    })

    it('of a protocol that is not answered, or not any more, fail', async () => {
      const [one, two] = [await online(), await online()]
      await connect(one, two)
      const ask = (protocol: string): Promise<unknown> =>
        failure(
          one.streams
            .open(two.node.peerId, protocol, LIMITS, forever())
            .then(async (link) => await link.read(forever())),
        )
      expect(await ask('/nobody/1')).toBeInstanceOf(StreamFailed)
      two.streams.handle('/gone/1', LIMITS, async (link) => await link.write(bytes(1), forever()))()
      expect(await ask('/gone/1')).toBeInstanceOf(StreamFailed)
    })

    it('from one peer are bounded: more are reset, and those that run go on', async () => {
      const { one, two, near, far, release } = await pair()
      const open = async (): Promise<Link> => {
        const link = await one.streams.open(two.node.peerId, PROTOCOL, LIMITS, forever())
        await link.write(bytes(0), forever())
        return link
      }
      await rig.settled(open())
      const third = failure(open().then(async (link) => await link.read(forever())))
      expect(await third).toBeInstanceOf(StreamFailed)
      await rig.settled(near.write(bytes(8), forever()))
      expect(await rig.settled(far.read(forever()))).toEqual(bytes(8))
      release()
    })

    it('break with the connection', async () => {
      const { one, two, far, release } = await pair()
      const reading = failure(far.read(forever()))
      await rig.settled(one.node.disconnect(two.node.peerId))
      expect(await reading).toBeInstanceOf(StreamFailed)
      release()
    })
  })

  describe('gossip', () => {
    interface Member {
      readonly ports: Ports
      readonly heard: Uint8Array[]
      readonly events: GossipEvent[]
    }
    const join = async (verdict: (message: Uint8Array) => Verdict = () => 'accept'): Promise<Member> => {
      const ports = await online()
      const heard: Uint8Array[] = []
      const events: GossipEvent[] = []
      ports.gossip.subscribe((event) => events.push(event))
      await ports.gossip.join(TOPIC, 100, (message) => {
        heard.push(message)
        return verdict(message)
      })
      return { ports, heard, events }
    }
    /** Three in a row: the ends hear each other through the middle only. */
    const row = async (verdict: (message: Uint8Array) => Verdict): Promise<readonly [Member, Member, Member]> => {
      const members = [await join(), await join(verdict), await join()] as const
      await connect(members[0].ports, members[1].ports)
      await connect(members[2].ports, members[1].ports)
      await rig.until(() => members[1].ports.gossip.neighbors().length === 2)
      await rig.until(() => members.every(({ ports }) => ports.gossip.neighbors().length > 0))
      return members
    }

    it('tells of neighbors as they come and go', async () => {
      const [one, two] = [await join(), await join()]
      await connect(one.ports, two.ports)
      const { peerId } = two.ports.node
      await rig.until(() => one.events.some((event) => event.kind === 'NeighborUp' && event.peerId === peerId))
      expect(one.ports.gossip.neighbors()).toEqual([peerId])
      await two.ports.gossip.leave()
      await rig.until(() => one.events.some((event) => event.kind === 'NeighborDown' && event.peerId === peerId))
      expect(one.ports.gossip.neighbors()).toEqual([])
    })

    it('passes on what was accepted, once; not what was ignored or rejected', async () => {
      const [one, middle, three] = await row(([first]) => (first === 1 ? 'accept' : first === 2 ? 'ignore' : 'reject'))
      for (const message of [bytes(2), bytes(3), bytes(1)]) await one.ports.gossip.publish(message)
      await rig.until(() => three.heard.length > 0 && middle.heard.length === 3)
      expect(three.heard.map((message) => message[0])).toEqual([1])
      expect(new Set(middle.heard.map((message) => message[0]))).toEqual(new Set([1, 2, 3]))
      expect(one.heard).toEqual([])
    })

    it('does not even show messages over the limit', async () => {
      const [one, middle] = await row(() => 'accept')
      await one.ports.gossip.publish(new Uint8Array(101))
      await one.ports.gossip.publish(bytes(5))
      await rig.until(() => middle.heard.length > 0)
      expect(middle.heard.map((message) => message.length)).toEqual([1])
    })

    it('publishes to nobody without complaint, and may be left twice', async () => {
      const { ports } = await join()
      await ports.gossip.publish(bytes(1))
      await ports.gossip.leave()
      await ports.gossip.leave()
      await ports.gossip.publish(bytes(2))
      expect(ports.gossip.neighbors()).toEqual([])
    })
  })
})
