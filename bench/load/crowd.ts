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
import { createLibp2p } from 'libp2p'
import type { Libp2p } from 'libp2p'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { LANES } from '../../src/main/discovery/core/work.ts'
import { Identity, indexOf, NETWORK } from './identities.ts'
import { now } from './clock.ts'

const IDENTIFY = '/ipfs/id/1.0.0'
const PING = peerscope.protocolIds(NETWORK).ping
const FAR = 100_000
const LIMIT_MS = 5000
/** Pings that each node gets a second: all of N nodes probe so many of N. */
const PINGS_A_SECOND = LANES.probe.rate.perSecond

/** Whether the keys of a peer are wanted for a connection: its number, and which one it is. */
type Who = (index: number) => Identity

/** Runs them. */
export class Crowd {
  readonly #libp2p: Libp2p
  readonly #who: Who
  readonly #count: number
  /** By the other end of the connection: to which of our addresses it was made. */
  readonly #met: Map<string, number>
  readonly #next: { index: number }
  #target: string | null = null
  #pinged = 0
  #pings = 0
  #failed = 0

  private constructor(libp2p: Libp2p, who: Who, parts: Pick<Crowd, never> & CrowdParts) {
    this.#libp2p = libp2p
    this.#who = who
    this.#count = parts.count
    this.#met = parts.met
    this.#next = parts.next
  }

  /** Listens on all of 127/8, on one port. */
  static async start(count: number, who: Who): Promise<Crowd> {
    const met = new Map<string, number>()
    const next = { index: 0 }
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
    const libp2p = await createLibp2p({
      addresses: { listen: ['/ip4/0.0.0.0/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [keysOf(who, (place) => met.get(place) ?? 0, () => next.index)],
      streamMuxers: [yamux()],
      connectionManager: { maxConnections: FAR, maxIncomingPendingConnections: FAR, inboundConnectionThreshold: FAR },
      connectionMonitor: { enabled: false },
    })
    const crowd = new Crowd(libp2p, who, { count, met, next })
    await libp2p.handle(IDENTIFY, (stream, connection) => void crowd.#identify(stream, connection).catch(ignore), {
      maxInboundStreams: FAR,
    })
    await libp2p.handle(PING, (stream, connection) => void crowd.#answer(stream, connection).catch(ignore), {
      maxInboundStreams: FAR,
    })
    void crowd.#pingForever()
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
    await messages.write(peerscope.encodePong(this.#who(this.#indexOf(connection)).entry(Math.floor(now()))), { signal })
    this.#pinged += 1
    await stream.close()
  }

  #indexOf(connection: Connection): number {
    return this.#met.get(placeOf(connection)) ?? this.#next.index
  }

  /** One after the other: which key is next must be known when the handshake begins. */
  async #pingForever(): Promise<never> {
    for (let turn = 0; ; turn += 1) {
      const from = performance.now()
      const target = this.#target
      // Spread over the network, not those that just announced themselves.
      this.#next.index = (turn * 7919) % this.#count
      if (target !== null) await this.#ping(target).catch(() => (this.#failed += 1))
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, 1000 / PINGS_A_SECOND - (performance.now() - from))))
    }
  }

  async #ping(target: string): Promise<void> {
    const signal = AbortSignal.timeout(LIMIT_MS)
    const connection = await this.#libp2p.dial(multiaddr(target), { signal, force: true })
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

interface CrowdParts {
  readonly count: number
  readonly met: Map<string, number>
  readonly next: { index: number }
}

/** Noise with the key of whom a connection is to. */
function keysOf(
  who: Who,
  metAt: (place: string) => number,
  dialing: () => number,
): ReturnType<typeof noise> {
  const make = noise()
  return (components) => {
    const as = (index: number): ReturnType<typeof make> => {
      const { secret, publicKey } = who(index)
      const privateKey = privateKeyFromRaw(Buffer.concat([secret, publicKey]))
      return make(
        new Proxy(components, {
          get: (target, name) => (name === 'privateKey' ? privateKey : (Reflect.get(target, name) as unknown)),
        }),
      )
    }
    const any = make(components)
    any.secureInbound = (connection, options) =>
      as(metAt(placeOf(connection as unknown as Placed))).secureInbound(connection, options)
    any.secureOutbound = (connection, options) => as(dialing()).secureOutbound(connection, options)
    return any
  }
}

interface Placed {
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
