import { describe, expect, it } from 'vitest'
import { Cancelled, DialFailed, errorShape, ListenFailed } from '../../src/shared/errors.ts'
import type { NodeEvent } from '../../src/main/discovery/ports.ts'
import { idOf } from '../support/discovery/entries.ts'
import { RIGS } from './rigs.ts'
import { forever, steps } from './steps.ts'

/** Codes of errors where nobody answered, or was asked: that differs between the kinds of networks. */
const UNREACHED = ['DialFailed', 'NotDialed']

describe.each(RIGS)('a node on %s', (_name, makeRig) => {
  const { rig, online, connect, failure } = steps(makeRig)

  it('has addresses from start to stop, which may each be called twice', async () => {
    const { node } = await rig().node()
    expect(node.addresses()).toEqual([])
    await rig().settled(Promise.all([node.start(forever()), node.start(forever())]))
    expect(node.addresses()[0]).toMatch(rig().traits.address)
    await rig().settled(Promise.all([node.stop(), node.stop()]))
    expect([node.addresses(), node.connections()]).toEqual([[], []])
  })

  it('may be stopped before it starts, and then never starts', async () => {
    const [stopped, called] = [await rig().node(), await rig().node()]
    await rig().settled(stopped.node.stop())
    expect(await failure(stopped.node.start(forever()))).toBeInstanceOf(Cancelled)
    expect(await failure(called.node.start(AbortSignal.abort()))).toBeInstanceOf(Cancelled)
  })

  it('takes whoever answers where no id is asked for, and refuses another than the one that is', async () => {
    const [one, two, three] = [await online(), await online(), await online()]
    const addresses = two.node.addresses()
    const anybody = await rig().settled(
      one.node.connect({ addresses }, forever()).catch((error: unknown) => errorShape(error).code),
    )
    expect(anybody).toBe(rig().traits.dialsWithoutId ? two.node.peerId : 'DialFailed')
    await connect(one, two)
    const wrong = { peerId: three.node.peerId, addresses }
    expect(await failure(one.node.connect(wrong, forever()))).toBeInstanceOf(DialFailed)
    expect(one.node.connections()).toMatchObject([{ peerId: two.node.peerId, direction: 'outbound' }])
    expect(one.node.connection(two.node.peerId)).toEqual(one.node.connections()[0])
    expect(one.node.connection(one.node.peerId)).toBeNull()
  })

  it('says so when nobody answers', async () => {
    const one = await online()
    const target = { peerId: idOf('nobody'), addresses: [rig().traits.nobody] }
    expect(await failure(one.node.connect(target, forever()))).toBeInstanceOf(DialFailed)
    expect(one.node.connections()).toEqual([])
  })

  it('does not start again after its end, nor when it is called off', async () => {
    const { node } = await online()
    await rig().settled(node.stop())
    expect(await failure(node.start(forever()))).toBeInstanceOf(Cancelled)
    expect(await failure(node.start(AbortSignal.abort()))).toBeInstanceOf(Cancelled)
    expect([node.addresses(), node.connections()]).toEqual([[], []])
  })

  it('is at its end when it was stopped while it started', async () => {
    const { node } = await rig().node()
    const started = failure(node.start(forever()))
    await rig().settled(node.stop())
    await started
    expect(node.addresses()).toEqual([])
    expect(await failure(node.start(forever()))).toBeInstanceOf(Cancelled)
  })

  it('does not dial before it runs and after its end', async () => {
    const [early, late, other] = [await rig().node(), await online(), await online()]
    await rig().settled(late.node.stop())
    const target = { peerId: other.node.peerId, addresses: other.node.addresses() }
    for (const { node } of [early, late])
      expect(await failure(node.connect(target, forever()))).toBeInstanceOf(Cancelled)
    expect(other.node.connections()).toEqual([])
  })

  it('does not dial itself, and nothing where no address is known', async () => {
    const [one, two] = [await online(), await online()]
    const { peerId } = one.node
    const targets = [
      { addresses: one.node.addresses() },
      { peerId, addresses: one.node.addresses() },
      { peerId, addresses: two.node.addresses() },
      { addresses: [] },
    ]
    for (const target of targets)
      expect(UNREACHED).toContain(errorShape(await failure(one.node.connect(target, forever()))).code)
    const nowhere = one.node.connect({ peerId: two.node.peerId, addresses: [] }, forever())
    expect(await failure(nowhere)).toMatchObject({ code: 'NotDialed', why: 'noAddress' })
    expect(one.node.connections()).toEqual([])
  })

  it('tries all addresses of a peer: dead ones and kinds that it does not know do no harm', async () => {
    const [one, two] = [await online(), await online()]
    const addresses = [rig().traits.nobody, '/of-a-later-version/1', ...two.node.addresses()]
    const dialed = one.node.connect({ peerId: two.node.peerId, addresses }, forever())
    expect(await rig().settled(dialed)).toBe(two.node.peerId)
    const unknown = { peerId: two.node.peerId, addresses: ['/of-a-later-version/1'] }
    const third = await online()
    expect(UNREACHED).toContain(errorShape(await failure(third.node.connect(unknown, forever()))).code)
  })

  it('finds the open connection whatever the addresses, unless it is called off', async () => {
    const [one, two] = [await online(), await online()]
    await connect(one, two)
    const { peerId } = two.node
    expect(await rig().settled(one.node.connect({ peerId, addresses: [rig().traits.nobody] }, forever()))).toBe(peerId)
    expect(await rig().settled(two.node.connect({ peerId: one.node.peerId, addresses: [] }, forever()))).toBe(
      one.node.peerId,
    )
    expect(await failure(one.node.connect({ peerId, addresses: [] }, AbortSignal.abort()))).toBeInstanceOf(Cancelled)
  })

  it('stops waiting for a dial when the signal fires', async () => {
    const [one, two] = [await online(), await online()]
    const controller = new AbortController()
    const target = { peerId: two.node.peerId, addresses: two.node.addresses() }
    const dialing = failure(one.node.connect(target, controller.signal))
    controller.abort()
    expect(await dialing).toBeInstanceOf(Cancelled)
  })

  it('describes its connections: who, from where, since when', async () => {
    const [one, two] = [await online(), await online()]
    const before = one.clock.now()
    await connect(one, two)
    const [connection] = one.node.connections()
    expect(two.node.addresses()).toContain(connection?.remoteAddress)
    expect(connection?.openedAt).toBeGreaterThanOrEqual(before)
    expect(connection?.openedAt).toBeLessThanOrEqual(one.clock.now())
    expect(two.node.connections()[0]?.remoteAddress).toMatch(rig().traits.address)
  })

  it('has one connection with a peer where both dialed at once, and each is told of it once', async () => {
    const [one, two] = [await online(), await online()]
    const told: NodeEvent[][] = [one, two].map(({ node }) => {
      const events: NodeEvent[] = []
      node.subscribe((event) => events.push(event))
      return events
    })
    await Promise.all([connect(one, two), connect(two, one)])
    expect(one.node.connections().map(({ peerId }) => peerId)).toEqual([two.node.peerId])
    expect(two.node.connections().map(({ peerId }) => peerId)).toEqual([one.node.peerId])
    const connected = told.map((events) => events.filter(({ kind }) => kind === 'PeerConnected'))
    expect(connected).toEqual([
      [{ kind: 'PeerConnected', peerId: two.node.peerId }],
      [{ kind: 'PeerConnected', peerId: one.node.peerId }],
    ])
  })

  it('tells both sides of the end of a connection, and of one that is made again', async () => {
    const [one, two] = [await online(), await online()]
    const kinds: string[] = []
    one.node.subscribe(({ kind }) => kinds.push(kind))
    await connect(one, two)
    await rig().settled(two.node.disconnect(one.node.peerId))
    await rig().until(() => kinds.length === 2 && two.node.connections().length === 0)
    await connect(two, one)
    await rig().until(() => kinds.length === 3)
    expect(kinds).toEqual(['PeerConnected', 'PeerDisconnected', 'PeerConnected'])
    expect(one.node.connections()).toMatchObject([{ peerId: two.node.peerId, direction: 'inbound' }])
  })

  it('does nothing when it is to disconnect whom it has no connection with', async () => {
    const [one, two] = [await online(), await online()]
    await rig().settled(one.node.disconnect(two.node.peerId))
    await connect(one, two)
    expect(one.node.connections()).toHaveLength(1)
  })

  it('tells nothing after its end; the others are told that it went', async () => {
    const [one, two, three] = [await online(), await online(), await online()]
    const [own, others]: [NodeEvent[], NodeEvent[]] = [[], []]
    await connect(one, two)
    await connect(one, three)
    one.node.subscribe((event) => own.push(event))
    for (const { node } of [two, three]) node.subscribe((event) => others.push(event))
    await rig().settled(one.node.stop())
    await rig().until(() => others.length === 2)
    expect(others).toEqual([two, three].map(() => ({ kind: 'PeerDisconnected', peerId: one.node.peerId })))
    expect(own).toEqual([])
  })

  it('keeps telling the others when one listener ends, twice at that', async () => {
    const [one, two] = [await online(), await online()]
    const told: string[] = []
    const end = one.node.subscribe(() => told.push('first'))
    one.node.subscribe(() => told.push('second'))
    end()
    end()
    await connect(one, two)
    await rig().until(() => told.length > 0)
    expect(told).toEqual(['second'])
  })

  it('does not start where another has its place already', async () => {
    const secret = new Uint8Array(32).fill(7)
    const first = await rig().node(secret)
    await rig().settled(first.node.start(forever()))
    const second = await rig().rival(first, secret)
    expect(await failure(second.node.start(forever()))).toBeInstanceOf(ListenFailed)
    expect(second.node.addresses()).toEqual([])
    await rig().settled(second.node.stop())
    expect(first.node.addresses()).not.toEqual([])
  })
})
