import { describe, expect, it } from 'vitest'
import { Cancelled, LimitExceeded, StreamFailed } from '../../../src/shared/errors.ts'
import { textOfIrohAddress } from '../../../src/shared/iroh-address.ts'
import { parseRelayMode } from '../../../src/shared/relay-mode.ts'
import type { RelayMode } from '../../../src/shared/relay-mode.ts'
import { parseMosaikTarget } from '../../../src/main/network/iroh/bootstrap.ts'
import type { Iroh } from '../../../src/main/network/iroh/load.ts'
import { loadIroh } from '../../../src/main/network/iroh/load.ts'
import { ANNOUNCE } from '../../../src/main/network/iroh/node.ts'
import type { IrohPorts, IrohPortsOptions } from '../../../src/main/network/iroh/create-ports.ts'
import { hasIroh } from '../../contract/rigs.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { BarePeer } from './bare-peer.ts'
import { irohPorts, until } from './swarm.ts'

const PING = '/mosaik/discovery/ping/1.0'
const LIMITS = { maxMessageBytes: 1000, maxInboundPerPeer: 2 }
const SUCCESS = 'closed by peer: Success (code 200)'
const never = new AbortController().signal

/** A node of ours that runs until the test ends. */
async function online(options: Partial<IrohPortsOptions> = {}): Promise<IrohPorts & AsyncDisposable> {
  const ports = await irohPorts(options)
  await ports.node.start(never)
  return { ...ports, [Symbol.asyncDispose]: () => ports.node.stop() }
}

/** Answers as mosaik does: reads a frame, writes one, and waits for the close. */
async function answer(connection: Iroh.Connection): Promise<void> {
  const { send, recv } = await connection.acceptBi()
  await recv.readExact(4)
  await send.writeAll([0, 0, 0, 1, 7])
}

/** Never answers. */
async function silent(connection: Iroh.Connection): Promise<void> {
  await connection.acceptBi()
}

describe.runIf(hasIroh())('an exchange over iroh', () => {
  it('[MO30] that went well, failed or was called off is closed with 200 at the other endpoint, at once', async () => {
    await using ours = await online()
    await using peer = await BarePeer.open([PING], (connection) =>
      peer.connections.length <= 1 ? answer(connection) : silent(connection),
    )
    const { peerId } = peer.target
    await ours.node.connect({ ...peer.target, exchange: PING }, never)
    const open = () => ours.streams.open(peerId, PING, LIMITS, never)
    const well = await open()
    await well.write(new Uint8Array(0), never)
    expect(await well.read(never)).toEqual(Uint8Array.of(7))
    await well.close()
    await until(() => peer.ends.length === 1, 'the end of one that went well')
    const aborted = await open()
    await aborted.write(new Uint8Array(0), never)
    aborted.abort(new Error('nonsense'))
    await until(() => peer.ends.length === 2, 'the end of one that was aborted')
    const called = await open()
    await called.write(new Uint8Array(0), never)
    const control = new AbortController()
    const reading = called.read(control.signal).catch((error: unknown) => error)
    control.abort(new Cancelled('enough'))
    expect(await reading).toBeInstanceOf(Cancelled)
    await until(() => peer.ends.length === 3, 'the end of one that was called off')
    const running = await open()
    await running.write(new Uint8Array(0), never)
    await ours.node.stop()
    await until(() => peer.ends.length === 4, 'the end of one that ran when the node stopped')
    expect(peer.ends).toEqual([SUCCESS, SUCCESS, SUCCESS, SUCCESS])
  })

  it('[MO30, MO31] whose dial is called off, or whose stream is never opened, is closed with 200 too', async () => {
    await using ours = await online()
    await using peer = await BarePeer.open([PING])
    await ours.node.connect({ ...peer.target, exchange: PING }, never)
    await until(() => peer.ends.length === 1, 'a connection that nobody used')
    const control = new AbortController()
    const dialing = ours.node
      .connect({ ...peer.target, exchange: PING }, control.signal)
      .catch((error: unknown) => error)
    // The policy has judged after some promises, and the dial runs; nothing of it can be back before the next turn.
    for (let count = 0; count < 50; count += 1) await Promise.resolve()
    control.abort(new Cancelled('enough'))
    expect(await dialing).toBeInstanceOf(Cancelled)
    await ours.node.connect({ ...peer.target, exchange: PING }, never)
    await until(() => peer.ends.length === peer.connections.length && peer.ends.length >= 2, 'all are closed')
    expect(new Set(peer.ends)).toEqual(new Set([SUCCESS]))
  })

  it('[MO32] whose answer is over the limit is refused by its length, and closed', async () => {
    await using ours = await online()
    await using peer = await BarePeer.open([PING], async (connection) => {
      const { send, recv } = await connection.acceptBi()
      await recv.readExact(4)
      // A length of four gigabytes, and nothing of it.
      await send.writeAll([255, 255, 255, 255])
    })
    await ours.node.connect({ ...peer.target, exchange: PING }, never)
    const link = await ours.streams.open(peer.target.peerId, PING, LIMITS, never)
    await link.write(new Uint8Array(0), never)
    await expect(link.read(never)).rejects.toBeInstanceOf(LimitExceeded)
    await until(() => peer.ends.length === 1, 'it is closed')
    expect(peer.ends).toEqual([SUCCESS])
  })

  it('[MO32] that others begin and leave silent, or only connect for, is ended by us', async () => {
    await using ours = await online({ limits: { beginMs: 200 } })
    await using peer = await BarePeer.open([])
    let served = 0
    const refused: string[] = []
    ours.node.subscribe((event) => void (event.kind === 'Refused' && refused.push(event.what)))
    ours.streams.handle(PING, { ...LIMITS, maxInboundPerPeer: 8 }, async (link) => {
      served += 1
      await link.read(AbortSignal.timeout(200))
    })
    const target = { peerId: ours.node.peerId, addresses: ours.node.addresses() }
    const idle = await Promise.all(Array.from({ length: 8 }, () => peer.dial(target, PING)))
    const words = await Promise.all(idle.map((connection) => connection.closed()))
    expect(new Set(words)).toEqual(new Set(['closed by peer: UnexpectedClose (code 103)']))
    expect([served, refused.length]).toEqual([0, 8])
    const quiet = await peer.dial(target, PING)
    const { send } = await quiet.openBi()
    await send.writeAll([0])
    expect(await quiet.closed()).toMatch(/code 10[23]/)
    expect(served).toBe(1)
  })

  it('[MO32] of one peer too many at once is refused; another protocol is none of ours', async () => {
    await using ours = await online()
    await using peer = await BarePeer.open([])
    const release = Promise.withResolvers<void>()
    ours.streams.handle(PING, LIMITS, () => release.promise)
    const target = { peerId: ours.node.peerId, addresses: ours.node.addresses() }
    const held = await Promise.all(Array.from({ length: 3 }, () => peer.dial(target, PING)))
    // The one that is refused may be closed by now.
    const begin = async (connection: Iroh.Connection) => await (await connection.openBi()).send.writeAll([0])
    await Promise.allSettled(held.map(begin))
    expect(await Promise.race(held.map((connection) => connection.closed()))).toBe(
      'closed by peer: Cancelled (code 102)',
    )
    await expect(peer.dial(target, '/another/1')).rejects.toThrow('known protocol')
    release.resolve()
  })
})

describe.runIf(hasIroh())('[MO33] relays', () => {
  const relayed = (url: string): string => textOfIrohAddress({ kind: 'relay', url })

  it('that a peer names are not contacted unless they are ours', async () => {
    const knocked: string[] = []
    const { createServer } = await import('node:net')
    const server = createServer((socket) => {
      knocked.push('somebody')
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const url: RelayMode = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
    try {
      await using ours = await online({ limits: { dialMs: 500 } })
      await using peer = await BarePeer.open([PING, ANNOUNCE])
      const { peerId, addresses } = peer.target
      const only = ours.node.connect({ peerId, addresses: [relayed(url)], given: true }, never)
      await expect(only).rejects.toMatchObject({ code: 'NotDialed' })
      expect(await ours.node.connect({ peerId, addresses: [relayed(url), ...addresses] }, never)).toBe(peerId)
      expect([ours.relays, ours.reachability().relayServer, knocked]).toEqual([[], null, []])
      await using chosen = await online({ relay: parseRelayMode(url), limits: { dialMs: 500 } })
      expect(chosen.relays).toEqual([url])
      await until(() => knocked.length > 0, 'the relay that the user chose is contacted')
    } finally {
      server.close()
    }
  })
})

describe.runIf(hasIroh())('[MO34] a node on iroh', () => {
  it('is named by a ticket of iroh too, which says where it is', async () => {
    await using peer = await BarePeer.open([ANNOUNCE])
    const { EndpointAddr, EndpointTicket } = loadIroh()
    const sockets = peer.endpoint.addr().directAddresses()
    const ticket = EndpointTicket.fromAddr(new EndpointAddr(peer.endpoint.id(), 'https://relay.example/', sockets))
    const target = parseMosaikTarget(` ${ticket.toString()} `)
    expect(target).toEqual({
      peerId: peer.target.peerId,
      addresses: [...peer.target.addresses, textOfIrohAddress({ kind: 'relay', url: 'https://relay.example/' })],
      given: true,
    })
    await using ours = await online()
    expect(await ours.node.connect(target, never)).toBe(peer.target.peerId)
    expect(() => parseMosaikTarget(ticket.toString().slice(0, -4))).toThrow('copy it again')
  })

  it('says why a peer cannot be reached', async () => {
    await using ours = await online({ limits: { dialMs: 500 } })
    await using peer = await BarePeer.open([PING])
    await using other = await BarePeer.open([ANNOUNCE])
    const why = async (target: Parameters<typeof ours.node.connect>[0]): Promise<string> =>
      await ours.node.connect(target, never).then(String, (error: unknown) => String(error))
    expect(await why(peer.target)).toContain('is it a node of a mosaik network?')
    expect(await why({ ...other.target, peerId: idOf('stranger') })).toContain('another peer answered there')
    expect(await why({ addresses: peer.target.addresses })).toContain('dialed by its id')
    expect(await why({ ...other.target, addresses: ['/ip4/127.0.0.1/udp/1/quic-v1'] })).toContain('no answer in time')
    const elsewhere = { ...other.target, addresses: ['/ip4/10.255.254.253/udp/1/quic-v1'] }
    expect(await why(elsewhere)).toContain('other places than ours')
    await expect(ours.streams.open(other.target.peerId, PING, LIMITS, never)).rejects.toBeInstanceOf(StreamFailed)
  })
})
