/** The two implementations of discovery's ports, made ready for one suite. */
import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { createPorts } from '../../src/main/network/libp2p/create-ports.ts'
import type { Ports } from '../../src/main/discovery/ports.ts'
import { World } from '../sim/world.ts'

/** How a suite gets nodes and lets time pass, real or virtual. */
export interface Rig {
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

const LIMIT_MS = 10_000

/** Real libp2p nodes over TCP on loopback. */
async function libp2pRig(): Promise<Rig> {
  const nodes: Ports[] = []
  const listenOn = async (secret: Uint8Array, listen: readonly string[]): Promise<Ports> => {
    const ports = await createPorts({ secret, listen, logger: pino({ enabled: false }) })
    nodes.push(ports)
    return ports
  }
  return await Promise.resolve({
    node: (secret = new Uint8Array(randomBytes(32))) => listenOn(secret, ['/ip4/127.0.0.1/tcp/0']),
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

/** Every implementation, by name. */
export const RIGS: readonly (readonly [string, () => Promise<Rig>])[] = [
  ['libp2p', libp2pRig],
  ['simulator', simRig],
]
