/**
 * The peers that are no neighbors: one libp2p that is any of them. Whoever dials the address of a peer meets the peer's key, gets
 * its identity and the answers to its pings; and they ping the measured node in turn, each over a connection of its own.
 */
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { privateKeyFromRaw, publicKeyFromRaw, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import type { Connection, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { Libp2p } from 'libp2p'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { LANES } from '../../src/main/discovery/core/work.ts'
import { dialInterval } from '../../src/main/discovery/liveness/prober.ts'
import { defaultConfig } from './defaults.ts'
import type { Identity } from './identities.ts'
import { indexOf, NETWORK } from './identities.ts'
import { now } from './clock.ts'

const IDENTIFY = '/ipfs/id/1.0.0'
const PING = peerscope.protocolIds(NETWORK).ping
const FAR = 100_000
const LIMIT_MS = 15_000
/** Pings that each of N nodes gets a second, as many as it makes (rule RT2): nearly all have to be dialed for it. */
function pingsASecond(count: number): number {
  return Math.min(LANES.probe.rate.perSecond, (count * 1000) / dialInterval(defaultConfig, count))
}

/** Pings at a time: a node that is slow gets no more. */
const PINGS_AT_ONCE = 32

/** The peer at this place. */
type Who = (index: number) => Identity

/** Runs them. */
export class Crowd {
  readonly #libp2p: Libp2p
  readonly #who: Who
  readonly #isWho: WhoIsIt
  readonly #dialer: Dialer
  #target: string | null = null
  #asking = 0
  #pinged = 0
  #pings = 0
  #failed = 0

  private constructor(libp2p: Libp2p, who: Who, isWho: WhoIsIt) {
    this.#libp2p = libp2p
    this.#who = who
    this.#isWho = isWho
    // libp2p itself has one connection to a peer, and dials it once at a time.
    const { transportManager } = Reflect.get(libp2p, 'components') as { readonly transportManager: Dialer }
    this.#dialer = transportManager
  }

  /** Listens on all of 127/8, on one port. */
  static async start(count: number, who: Who): Promise<Crowd> {
    const met = new Map<string, number>()
    const isWho: WhoIsIt = new WeakMap()
    let turn = 0
    subscribe('net.server.socket', (message) => {
      const { socket } = message as { readonly socket: Socket }
      const index = indexOf(socket.localAddress ?? '')
      if (index === null) return
      const key = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`
      met.set(key, index)
      socket.once('close', () => {
        if (met.get(key) === index) met.delete(key)
      })
    })
    // Spread over the network, not those that just announced themselves.
    const nextOf = (): number => {
      turn += 1
      return (turn * 7919) % count
    }
    const libp2p = await createLibp2p({
      addresses: { listen: ['/ip4/0.0.0.0/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [keysOf(who, isWho, (place) => met.get(place) ?? 0, nextOf)],
      streamMuxers: [yamux()],
      connectionManager: { maxConnections: FAR, maxIncomingPendingConnections: FAR, inboundConnectionThreshold: FAR },
      connectionMonitor: { enabled: false },
    })
    const crowd = new Crowd(libp2p, who, isWho)
    await libp2p.handle(IDENTIFY, (stream, connection) => void crowd.#identify(stream, connection).catch(ignore), {
      maxInboundStreams: FAR,
    })
    await libp2p.handle(PING, (stream, connection) => void crowd.#answer(stream, connection).catch(ignore), {
      maxInboundStreams: FAR,
    })
    setInterval(() => crowd.#pingOne(), 1000 / pingsASecond(count))
    return crowd
  }

  /** The port that all of them listen on. */
  get port(): number {
    const [address] = this.#libp2p.getMultiaddrs()
    return Number(/\/tcp\/(\d+)/.exec(address?.toString() ?? '')?.[1])
  }

  /** Whom to ping; null: nobody. */
  set target(address: string | null) {
    this.#target = address
  }

  /** Pings answered, asked and failed since this was asked last. */
  taken(): { readonly pinged: number; readonly pings: number; readonly failedPings: number } {
    const done = { pinged: this.#pinged, pings: this.#pings, failedPings: this.#failed }
    this.#pinged = 0
    this.#pings = 0
    this.#failed = 0
    return done
  }

  async #identify(stream: Stream, connection: Connection): Promise<void> {
    const { publicKey } = this.#who(this.#indexOf(connection))
    await lpStream(stream).write(identityMessage(publicKey), { signal: AbortSignal.timeout(LIMIT_MS) })
    await stream.close()
  }

  async #answer(stream: Stream, connection: Connection): Promise<void> {
    const signal = AbortSignal.timeout(LIMIT_MS)
    const messages = lpStream(stream)
    await messages.read({ signal })
    await messages.write(peerscope.encodePong(this.#who(this.#indexOf(connection)).entry(Math.floor(now()))), {
      signal,
    })
    this.#pinged += 1
    await stream.close()
  }

  #indexOf(connection: Connection): number {
    return this.#isWho.get(connection.timeline) ?? 0
  }

  #pingOne(): void {
    if (this.#target === null || this.#asking >= PINGS_AT_ONCE) return
    this.#asking += 1
    void this.#ping(this.#target)
      .catch(() => (this.#failed += 1))
      .finally(() => (this.#asking -= 1))
  }

  async #ping(target: string): Promise<void> {
    const signal = AbortSignal.timeout(LIMIT_MS)
    const connection = await this.#dialer.dial(multiaddr(target), { signal })
    try {
      const messages = lpStream(await connection.newStream(PING, { signal }))
      await messages.write(peerscope.encodePing(), { signal })
      await messages.read({ signal })
      this.#pings += 1
    } finally {
      await connection.close()
    }
  }
}

/** Which peer we are on a connection, by what libp2p keeps of it from before the handshake on. */
type WhoIsIt = WeakMap<object, number>

/** The part of libp2p that makes a connection each time. */
interface Dialer {
  dial(address: Multiaddr, options: { readonly signal: AbortSignal }): Promise<Connection>
}

/** Noise with the key of whom a connection is to. */
function keysOf(
  who: Who,
  isWho: WhoIsIt,
  metAt: (place: string) => number,
  dialing: () => number,
): ReturnType<typeof noise> {
  const make = noise()
  return (components) => {
    const as = (index: number, { timeline }: Placed): ReturnType<typeof make> => {
      isWho.set(timeline, index)
      const { secret, publicKey } = who(index)
      const privateKey = privateKeyFromRaw(Buffer.concat([secret, publicKey]))
      return make(
        new Proxy(components, {
          get: (target, name) => (name === 'privateKey' ? privateKey : (Reflect.get(target, name) as unknown)),
        }),
      )
    }
    const any = make(components)
    // They are connections, whatever their type says.
    const placed = (connection: object): Placed => connection as Placed
    any.secureInbound = (connection, options) =>
      as(metAt(placeOf(placed(connection))), placed(connection)).secureInbound(connection, options)
    any.secureOutbound = (connection, options) => as(dialing(), placed(connection)).secureOutbound(connection, options)
    return any
  }
}

interface Placed {
  readonly timeline: object
  readonly remoteAddr: { toString(): string }
}

/** `host:port` at the other end. */
function placeOf({ remoteAddr }: Placed): string {
  const [, , host = '', , port = ''] = remoteAddr.toString().split('/')
  return `${host}:${port}`
}

/** What identify says: the public key, and what is answered. */
function identityMessage(publicKey: Uint8Array): Uint8Array {
  const text = (value: string): Uint8Array => Buffer.from(value)
  return Buffer.concat([
    field(1, publicKeyToProtobuf(publicKeyFromRaw(publicKey))),
    ...[IDENTIFY, PING].map((protocol) => field(3, text(protocol))),
    field(5, text('ipfs/0.1.0')),
    field(6, text('peerscope')),
  ])
}

/** A field of bytes shorter than 128. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes])
}

function ignore(): void {
  // The measured node ended the stream, or was too slow; its own counters tell.
}
