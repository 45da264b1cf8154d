import { describe, expect, it } from 'vitest'
import { addressHere, dialect } from '../support/discovery/dialect.ts'
import { signEntry } from '../../src/main/discovery/entry.ts'
import { peerIdOf } from '../../src/shared/ids.ts'
import { entryOf } from '../support/discovery/entries.ts'
import type { SimNode } from './network.ts'
import { SimNetwork } from './network.ts'

const GHOSTS = 2000

/** Entries of peers that are not there, signed by their own keys. */
async function haunt(network: SimNetwork, node: SimNode): Promise<Set<string>> {
  const ghosts = new Set<string>()
  const { signatures } = node.host.ports
  for (let index = 0; index < GHOSTS; index += 1) {
    const secret = network.world.random.bytes(32)
    const peerId = peerIdOf(signatures.publicKey(secret))
    const at = node.host.ports.clock.now()
    const address = addressHere(`/ip4/9.${index % 7}.${index >> 8}.${index & 255}/tcp/1`)
    const version = { startedAt: at, updatedAt: at }
    const base = entryOf('ghost', { networkId: network.networkId, version, peerId, addresses: [address] })
    ghosts.add(address)
    await node.discovery.feed(signEntry(base, secret, signatures, dialect))
  }
  return ghosts
}

describe('[AN13] a node among thousands of ghosts', () => {
  it('that loses all its neighbors is back within seconds, over 2 seeds', async () => {
    for (let seed = 1; seed <= 2; seed += 1) {
      const network = new SimNetwork({ seed, keepEvents: false })
      const nodes = await network.startMany(14, 3000)
      await network.run(20_000)
      const [, , , lonely] = nodes
      if (lonely === undefined) throw new Error('no node')
      const ghosts = await haunt(network, lonely)
      // Nobody refuses: each of them takes as long as a dial may.
      const connect = lonely.host.connect.bind(lonely.host)
      lonely.host.connect = (target, signal) =>
        target.addresses.some((address) => ghosts.has(address))
          ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('no answer'))))
          : connect(target, signal)
      await network.run(30_000)
      // Most are gone. Those that are left, of those that it was connected to, dropped it, and do not call it back.
      const met = new Set(lonely.host.ports.node.connections().map(({ peerId }) => peerId))
      const left = new Set(nodes.filter(({ peerId }) => met.has(peerId)).slice(-3))
      expect(left.size, `seed ${seed}`).toBe(3)
      for (const node of nodes) {
        if (node === lonely) continue
        if (!left.has(node)) {
          network.crash(node)
          continue
        }
        const dial = node.host.connect.bind(node.host)
        node.host.connect = (target, signal) =>
          target.peerId === lonely.peerId ? Promise.reject(new Error('it does not')) : dial(target, signal)
        void node.host.disconnect(lonely.peerId)
      }
      const { scheduler } = network.world
      const alone = (): boolean => lonely.discovery.neighbors().length === 0
      // Looked at each millisecond: the first dial may bring one back in less than 100.
      expect(await scheduler.until(alone, 1000, 1), `seed ${seed}`).toBe(true)
      const from = scheduler.now
      await scheduler.until(() => !alone(), 120_000, 100)
      expect(scheduler.now - from, `seed ${seed}`).toBeLessThanOrEqual(12_000)
      await network.stop()
    }
  })
})
