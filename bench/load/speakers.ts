/** Real nodes that the measured one joins by and is a neighbor of. They know all peers, trust all signatures, and dial nobody. */
import { randomBytes } from 'node:crypto'
import pino from 'pino'
import { DialFailed } from '../../src/shared/errors.ts'
import type { SignedPeerEntry } from '../../src/main/discovery/entry.ts'
import type { Gossip, Verdict } from '../../src/main/discovery/ports.ts'
import type { NodePorts } from '../../src/main/monitor/kinds/kind.ts'
import type { OpenNode } from '../../src/main/monitor/open-node.ts'
import { openNode } from '../../src/main/monitor/open-node.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import { NETWORK_NAME } from '../loop/entries.ts'

const DAY_MS = 24 * 3_600_000
/** What discovery does with a message of the mesh. */
type Take = (message: Uint8Array, from: PeerId) => Verdict

const never = new AbortController().signal

/** One of them. */
class Speaker {
  readonly node: OpenNode
  readonly #gossip: Gossip
  readonly #take: Take

  private constructor(node: OpenNode, gossip: Gossip, take: Take) {
    this.node = node
    this.#gossip = gossip
    this.#take = take
  }

  static async start(count: number): Promise<Speaker> {
    let gossip: Gossip | null = null
    let take: Take | null = null
    const node = await openNode(
      {
        network: NETWORK_NAME,
        secret: randomBytes(32),
        listen: ['/ip4/127.0.0.1/tcp/0'],
        bootstrap: [],
        tags: [],
        config: {
          maxPeers: count + 10_000,
          maxCatalogBytes: 2 ** 34,
          rttProbeInterval: DAY_MS,
          rttDialInterval: DAY_MS,
          purgeAfter: DAY_MS,
        },
        dht: false,
        mdns: false,
        logger: pino({ level: 'silent' }),
        wrap: (ports) => {
          gossip = ports.gossip
          return trusting(ports, (given) => (take = given))
        },
      },
      never,
    )
    if (gossip === null || take === null) throw new Error('the node has no gossip')
    return new Speaker(node, gossip, take)
  }

  /** Takes a message as if it had come over the mesh. */
  hear(message: Uint8Array, from: PeerId): void {
    this.#take(message, from)
  }

  async publish(message: Uint8Array): Promise<void> {
    await this.#gossip.publish(message)
  }
}

/** All of them. */
export class Speakers {
  readonly #all: readonly Speaker[]
  readonly #copies: number
  #turn = 0

  private constructor(all: readonly Speaker[], copies: number) {
    this.#all = all
    this.#copies = Math.min(copies, all.length)
  }

  /** Starts so many; each message is published by `copies` of them, in turn. */
  static async start(many: number, copies: number, count: number): Promise<Speakers> {
    const all: Speaker[] = []
    while (all.length < many) all.push(await Speaker.start(count))
    return new Speakers(all, copies)
  }

  /** What leads to them. */
  addresses(): string[] {
    return this.#all.flatMap(({ node }) => node.addresses().slice(0, 1))
  }

  /** Puts an entry into the catalogs of all. */
  async feed(signed: SignedPeerEntry): Promise<void> {
    for (const { node } of this.#all) await node.discovery.feed(signed)
  }

  /** A peer announces itself: its entry goes out by some of the speakers, and into the catalogs of all. */
  async announce(message: Uint8Array, signed: SignedPeerEntry): Promise<void> {
    await this.#publish(message)
    await this.feed(signed)
  }

  /** A peer says goodbye. */
  async depart(message: Uint8Array): Promise<void> {
    for (const [index, speaker] of this.#all.entries()) {
      const from = this.#all[(index + 1) % this.#all.length]
      if (from !== undefined) speaker.hear(message, from.node.peerId)
    }
    await this.#publish(message)
  }

  async #publish(message: Uint8Array): Promise<void> {
    this.#turn += 1
    for (let copy = 0; copy < this.#copies; copy += 1)
      await this.#all[(this.#turn + copy) % this.#all.length]?.publish(message)
  }
}

function trusting(ports: NodePorts, onTake: (take: Take) => void): NodePorts {
  const { signatures, gossip } = ports
  return {
    ...ports,
    signatures: {
      publicKey: (secret) => signatures.publicKey(secret),
      sign: (secret, message) => signatures.sign(secret, message),
      verify: () => true,
      expectMany: () => undefined,
      verifyAll: (claims) => Promise.resolve(claims.map(() => true)),
    },
    gossip: {
      ...gossip,
      join: (topic, maxMessageBytes, validate) => {
        onTake(validate)
        return gossip.join(topic, maxMessageBytes, validate)
      },
    },
    node: new Proxy(ports.node, {
      get: (target, name) => {
        if (name === 'connect') return () => Promise.reject(new DialFailed('speakers dial nobody'))
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    }),
  }
}
