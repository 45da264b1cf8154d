/** A peer that speaks real libp2p and our protocols, with bytes of its own. */
import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { Libp2p } from 'libp2p'
import { signedMessage } from '../../../src/main/discovery/dialects/peerscope/signed-message.ts'
import type { SignatureContext } from '../../../src/main/discovery/dialects/peerscope/signed-message.ts'
import { protocolIds } from '../../../src/main/discovery/dialects/peerscope/protocols.ts'
import { ownBuffer } from '../../../src/main/discovery/base/bytes.ts'
import {
  Departure,
  Entry,
  GossipMessage,
} from '../../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import { idBytes, networkIdFrom, peerIdOf } from '../../../src/shared/ids.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { TestSignatures } from '../../support/discovery/signatures.ts'
import { lengthPrefixed, meshFrame } from './bytes.ts'

/** What goes as a signed entry, whether it is one or not. */
export interface RawEntry {
  readonly entry: Uint8Array<ArrayBuffer>
  readonly signature: Uint8Array<ArrayBuffer>
}

export const signatures = new TestSignatures()
const MESH = '/meshsub/1.1.0'
const FAR = 1_000_000
/** Messages that are sent in one turn of the loop. */
const TURN = 32

/** 32 random bytes. */
export function secret(): Uint8Array {
  return new Uint8Array(randomBytes(32))
}

/** One whose peer id is smaller than the other's. */
export function secretBelow(other: PeerId): Uint8Array {
  for (;;) {
    const key = secret()
    if (peerIdOf(signatures.publicKey(key)) < other) return key
  }
}

/** One stream, by its bytes. */
export class Wire {
  readonly stream: Stream
  readonly #messages: ReturnType<typeof lpStream<Stream>>
  #sent = 0

  constructor(stream: Stream) {
    this.stream = stream
    this.#messages = lpStream(stream, { maxDataLength: 16 * FAR })
  }

  /** Sends the bytes as they are. False once the other side ended the stream. */
  async send(bytes: Uint8Array): Promise<boolean> {
    try {
      if (!this.stream.send(bytes)) await this.stream.onDrain({ signal: AbortSignal.timeout(5000) })
      // The loop must turn, or nothing of it leaves.
      this.#sent += 1
      if (this.#sent % TURN === 0) await setImmediate()
      return true
    } catch {
      return false
    }
  }

  /** Sends the bytes as one message. */
  say(message: Uint8Array): Promise<boolean> {
    return this.send(lengthPrefixed(message))
  }

  /** The next message, or null where the stream ended before. Rejects when neither comes in time. */
  async hear(limitMs = 15_000): Promise<Uint8Array | null> {
    const signal = AbortSignal.timeout(limitMs)
    try {
      return (await this.#messages.read({ signal })).subarray()
    } catch (error) {
      if (signal.aborted) throw new Error(`the stream neither answered nor ended in ${limitMs} ms`, { cause: error })
      return null
    }
  }
}

/** One hostile peer. */
export class Attacker {
  readonly secret: Uint8Array
  readonly peerId: PeerId
  readonly ids: ReturnType<typeof protocolIds>
  readonly startedAt = Date.now()
  readonly #network: string
  readonly #libp2p: Libp2p
  #connection: Connection | null = null
  #mesh: Wire | null = null

  private constructor(network: string, key: Uint8Array, libp2p: Libp2p) {
    this.#network = network
    this.secret = key
    this.peerId = peerIdOf(signatures.publicKey(key))
    this.ids = protocolIds(networkIdFrom(network))
    this.#libp2p = libp2p
  }

  /** Starts one and connects it. */
  static async meet(network: string, address: string, key = secret()): Promise<Attacker> {
    const libp2p = await createLibp2p({
      privateKey: await generateKeyPairFromSeed('Ed25519', key),
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux({ maxInboundStreams: FAR, maxOutboundStreams: FAR })],
      services: { identify: identify() },
    })
    const attacker = new Attacker(network, key, libp2p)
    attacker.#connection = await libp2p.dial(multiaddr(address))
    return attacker
  }

  get #open(): Connection {
    if (this.#connection === null) throw new Error('it is not connected')
    return this.#connection
  }

  /** Whether the other side still keeps the connection. */
  get connected(): boolean {
    return this.#open.status === 'open'
  }

  /** Opens a stream; null where the other side resets it. */
  async open(protocol: string): Promise<Wire | null> {
    try {
      return new Wire(await this.#open.newStream([protocol], { maxOutboundStreams: FAR }))
    } catch {
      return null
    }
  }

  /** Opens a stream that says nothing, not even what it is for. */
  async openMute(): Promise<Stream> {
    const { muxer } = this.#open as unknown as { muxer: { createStream(options: object): Promise<Stream> } }
    return await muxer.createStream({})
  }

  /** Answers a protocol. */
  async handle(protocol: string, answer: (wire: Wire) => Promise<void>): Promise<void> {
    await this.#libp2p.handle(protocol, (stream) => void answer(new Wire(stream)).catch(() => undefined), {
      maxInboundStreams: FAR,
      force: true,
    })
  }

  /** Sends messages of the topic, each in a frame of its own. False once the other side ended the stream. */
  async publish(messages: Iterable<Uint8Array>, topic: string = this.ids.topic): Promise<boolean> {
    for (const message of messages) if (!(await this.frame(meshFrame(topic, message)))) return false
    return true
  }

  /** Sends a frame of the mesh's protocol. */
  async frame(frame: Uint8Array): Promise<boolean> {
    this.#mesh ??= await this.open(MESH)
    return (await this.#mesh?.say(frame)) ?? false
  }

  /** An entry of any content, signed by any key: its own unless told. */
  entry(fields: Partial<Entry> = {}, key = this.secret, context: SignatureContext = 'peerscope/entry/1'): RawEntry {
    const bytes = Entry.encode({
      protocolVersion: '1.0.0',
      networkId: ownBuffer(idBytes(networkIdFrom(this.#network))),
      startedAt: this.startedAt,
      updatedAt: Date.now(),
      publicKey: ownBuffer(signatures.publicKey(key)),
      addresses: [],
      tags: ['hostile'],
      streams: [],
      groups: [],
      tickets: [],
      ...fields,
    })
    return { entry: bytes, signature: ownBuffer(signatures.sign(key, signedMessage(context, bytes))) }
  }

  /** A goodbye of any content, signed by any key. */
  goodbye(fields: Partial<Departure> = {}, key = this.secret): Uint8Array {
    const now = Date.now()
    const bytes = Departure.encode({
      networkId: ownBuffer(idBytes(networkIdFrom(this.#network))),
      publicKey: ownBuffer(signatures.publicKey(key)),
      startedAt: this.startedAt,
      updatedAt: now,
      timestamp: now,
      ...fields,
    })
    const signature = ownBuffer(signatures.sign(key, signedMessage('peerscope/departure/1', bytes)))
    return GossipMessage.encode({ departure: { departure: bytes, signature }, repeat: 0 })
  }

  async stop(): Promise<void> {
    await this.#libp2p.stop()
  }
}

/** A message of the topic that holds the entry. */
export function announcement(entry: RawEntry, repeat = 0): Uint8Array {
  return GossipMessage.encode({ entry, repeat })
}
