/** Nodes of one mosaik network over real iroh endpoints on loopback, without relays and DHT. */
import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import type { DiscoveryConfig } from '../../../src/shared/config.ts'
import { resolveConfig } from '../../../src/shared/config.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import { startDiscovery } from '../../../src/main/discovery/discovery.ts'
import { mosaik } from '../../../src/main/discovery/dialects/mosaik/mosaik.ts'
import type { Discovery } from '../../../src/main/discovery/handle.ts'
import type { DialTarget } from '../../../src/main/discovery/ports.ts'
import type { IrohPorts, IrohPortsOptions } from '../../../src/main/network/iroh/create-ports.ts'
import { createIrohPorts } from '../../../src/main/network/iroh/create-ports.ts'

/** One member. */
export interface Member {
  readonly ports: IrohPorts
  readonly discovery: Discovery
  readonly events: DiscoveryEvent[]
  readonly target: DialTarget
}

/** All members that a test starts. */
export class Swarm {
  readonly members: Member[] = []
  readonly #networkId = networkIdFrom(`iroh test ${randomBytes(8).toString('hex')}`)
  readonly #config: Partial<DiscoveryConfig>

  constructor(config: Partial<DiscoveryConfig> = {}) {
    this.#config = config
  }

  /** Starts one that knows another one's address, or nobody's. */
  async start(bootstrap: readonly Member[] = [], tags: readonly string[] = []): Promise<Member> {
    const secret = new Uint8Array(randomBytes(32))
    const ports = await irohPorts({ secret })
    const discovery = startDiscovery({
      networkId: this.#networkId,
      dialect: mosaik,
      secret,
      config: resolveConfig(this.#config),
      ports,
      bootstrap: bootstrap.map(({ target }) => target),
      tags: tags.map((tag) => mosaik.tagOf(tag)),
    })
    const events: DiscoveryEvent[] = []
    discovery.onEvent((event) => void events.push(event))
    ports.useAddresses((peerId) => discovery.get(peerId)?.entry.addresses ?? [])
    await discovery.online
    const target = { peerId: ports.node.peerId, addresses: ports.node.addresses(), given: true }
    const member = { ports, discovery, events, target }
    this.members.push(member)
    return member
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map(({ discovery }) => discovery.leave()))
    await Promise.all(this.members.map(({ ports }) => ports.node.stop()))
  }
}

/** The ports of a node on loopback. */
export function irohPorts(options: Partial<IrohPortsOptions> = {}): Promise<IrohPorts> {
  return createIrohPorts({
    secret: new Uint8Array(randomBytes(32)),
    listen: ['/ip4/127.0.0.1/udp/0/quic-v1'],
    logger: pino({ enabled: false }),
    ...options,
  })
}

/** Resolves once the condition holds. @throws Error where it does not in 20 s */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`it did not come to hold in 20 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
