/** Real nodes that the measured one joins by and is a neighbor of. They know all peers, trust all signatures, and dial nobody. */
import { randomBytes } from 'node:crypto'
import pino from 'pino'
import { DialFailed } from '../../src/shared/errors.ts'
import type { SignedPeerEntry } from '../../src/main/discovery/entry.ts'
import type { Gossip } from '../../src/main/discovery/ports.ts'
import type { NodePorts } from '../../src/main/monitor/kinds/kind.ts'
import type { OpenNode } from '../../src/main/monitor/open-node.ts'
import { openNode } from '../../src/main/monitor/open-node.ts'
import { parsePeerId } from '../../src/shared/ids.ts'
import { NETWORK_NAME } from '../loop/entries.ts'
import type { Due } from './signer.ts'

const DAY_MS = 24 * 3_600_000
const never = new AbortController().signal

/** One of them. */
class Speaker {
  readonly node: OpenNode
  readonly #gossip: Gossip

  private constructor(node: OpenNode, gossip: Gossip) {
    this.node = node
    this.#gossip = gossip
  }

  static async start(count: number): Promise<Speaker> {
    let gossip: Gossip | null = null
    const node = await openNode(
      {
        network: NETWORK_NAME,
        secret: randomBytes(32),
        listen: ['/ip4/127.0.0.1/tcp/0'],
        bootstrap: [],
        tags: [],
        config: { maxPeers: count + 10_000, maxCatalogBytes: 2 ** 34, rttProbeInterval: DAY_MS, purgeAfter: DAY_MS },
        dht: false,
        mdns: false,
        logger: pino({ level: 'silent' }),
        wrap: (ports) => {
          gossip = ports.gossip
          return trusting(ports)
        },
      },
      never,
    )
    if (gossip === null) throw new Error('the node has no gossip')
    return new Speaker(node, gossip)
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

  /** A peer says something: it goes into the catalogs, and out by some of the speakers. */
  async say({ message, signed, peerId }: Due): Promise<void> {
    this.#turn += 1
    for (let copy = 0; copy < this.#copies; copy += 1)
      await this.#all[(this.#turn + copy) % this.#all.length]?.publish(message)
    for (const { node } of this.#all) {
      if (signed === null) await node.discovery.remove(parsePeerId(peerId))
      else await node.discovery.feed(signed)
    }
  }
}

function trusting(ports: NodePorts): NodePorts {
  const { signatures } = ports
  return {
    ...ports,
    signatures: {
      publicKey: (secret) => signatures.publicKey(secret),
      sign: (secret, message) => signatures.sign(secret, message),
      verify: () => true,
      verifyAll: (claims) => Promise.resolve(claims.map(() => true)),
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
