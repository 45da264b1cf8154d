/** The implementations of discovery's ports, made ready for one suite. */
import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { createIrohPorts } from '../../src/main/network/iroh/create-ports.ts'
import { loadIroh } from '../../src/main/network/iroh/load.ts'
import { createPorts } from '../../src/main/network/libp2p/create-ports.ts'
import type { Ports } from '../../src/main/discovery/ports.ts'
import { World } from '../sim/world.ts'

/** What is so on one implementation and not on another. */
export interface Traits {
  /** How its addresses look, and one of that kind where nobody is. */
  readonly address: RegExp
  readonly nobody: string
  /** Whoever answers at an address may be taken, without an id. */
  readonly dialsWithoutId: boolean
  /** The other side of a stream can tell that it was aborted from that it was closed. */
  readonly tellsAborts: boolean
  /** A gossip message that was ignored is passed on all the same; a rejected one never is. */
  readonly passesOnIgnored: boolean
  /** A connection stays when gossip over it has ended. */
  readonly keepsConnections: boolean
}

/** How a suite gets nodes and lets time pass, real or virtual. */
export interface Rig {
  readonly traits: Traits
  /** The ports of one more node, not started. */
  node(secret?: Uint8Array): Promise<Ports>
  /** The ports of a node that wants the very place of one that runs: its addresses, and its identity. */
  rival(running: Ports, secret: Uint8Array): Promise<Ports>
  /** What the promise comes to, or its error; time passes meanwhile. */
  settled<T>(work: Promise<T>): Promise<T>
  /** Resolves once the condition holds; rejects when that takes too long. */
  until(condition: () => boolean): Promise<void>
  close(): Promise<void>
}

const LIMIT_MS = 30_000

/** As on libp2p, which the simulator follows. */
const LIBP2P: Traits = {
  address: /^\/ip4\/[\d.]+\/tcp\/\d+$/,
  // Ports below 1024 are taken by no test.
  nobody: '/ip4/127.0.0.1/tcp/1',
  dialsWithoutId: true,
  tellsAborts: true,
  passesOnIgnored: false,
  keepsConnections: true,
}

const IROH: Traits = {
  address: /^\/ip(?:4\/[\d.]+|6\/[\da-f:]+)\/udp\/\d+\/quic-v1$/,
  nobody: '/ip4/127.0.0.1/udp/1/quic-v1',
  dialsWithoutId: false,
  tellsAborts: false,
  passesOnIgnored: true,
  keepsConnections: false,
}

/** Real libp2p nodes over TCP on loopback. */
function libp2pRig(): Promise<Rig> {
  const logger = pino({ enabled: false })
  return realRig(LIBP2P, '/ip4/127.0.0.1/tcp/0', (secret, listen) => createPorts({ secret, listen, logger }))
}

/** Real iroh nodes over QUIC on loopback, without relays. */
function irohRig(): Promise<Rig> {
  const logger = pino({ enabled: false })
  return realRig(IROH, '/ip4/127.0.0.1/udp/0/quic-v1', (secret, listen) =>
    createIrohPorts({ secret, listen, logger, limits: { dialMs: 1500 }, tellsAddresses: false }),
  )
}

async function realRig(
  traits: Traits,
  anyPort: string,
  make: (secret: Uint8Array, listen: readonly string[]) => Promise<Ports>,
): Promise<Rig> {
  const nodes: Ports[] = []
  const listenOn = async (secret: Uint8Array, listen: readonly string[]): Promise<Ports> => {
    const ports = await make(secret, listen)
    nodes.push(ports)
    return ports
  }
  return await Promise.resolve({
    traits,
    node: (secret = new Uint8Array(randomBytes(32))) => listenOn(secret, [anyPort]),
    rival: (running, secret) => listenOn(secret, running.node.addresses()),
    settled: (work) => work,
    until: async (condition) => {
      const end = performance.now() + LIMIT_MS
      while (!condition()) {
        if (performance.now() > end) throw new Error('it did not come to hold in 10 s')
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    close: async () => {
      for (const { gossip } of nodes) await gossip.leave()
      await Promise.all(nodes.map(({ node }) => node.stop()))
    },
  } satisfies Rig)
}

/** Simulated nodes on virtual time. */
async function simRig(): Promise<Rig> {
  const world = new World(1)
  const pass = async (done: () => boolean): Promise<void> => {
    if (!(await world.scheduler.until(done, 6 * LIMIT_MS, 10))) throw new Error('it did not come to hold')
  }
  return await Promise.resolve({
    traits: LIBP2P,
    node: (secret) => Promise.resolve(world.addHost(secret).ports),
    rival: (_running, secret) => Promise.resolve(world.addHost(secret).ports),
    settled: async (work) => {
      let over = false
      const watched = work.finally(() => (over = true))
      watched.catch(() => undefined)
      await pass(() => over)
      return await watched
    },
    until: pass,
    close: async () => {
      for (const host of world.hosts.values()) await host.stop()
    },
  } satisfies Rig)
}

/** Whether this platform has an iroh build; says so where it has none. */
export function hasIroh(): boolean {
  try {
    loadIroh()
    return true
  } catch (error) {
    process.stderr.write(`The suites do not run on iroh: ${error instanceof Error ? error.message : String(error)}\n`)
    return false
  }
}

/** Every implementation, by name. */
export const RIGS: readonly (readonly [string, () => Promise<Rig>])[] = [
  ['libp2p', libp2pRig],
  ['simulator', simRig],
  ...(hasIroh() ? [['iroh', irohRig] as const] : []),
]
