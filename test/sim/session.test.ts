/** The real session, view and store beside a node that many peers come to and leave. */
import { afterEach, expect, it } from 'vitest'
import type { PeerId } from '../../src/shared/ids.ts'
import type { Observer } from './observer.ts'
import { observe } from './observer.ts'
import type { SimNode } from './network.ts'
import { SimNetwork } from './network.ts'
import { join, QUICK, someNode } from './scenarios/scenario.ts'
import { keyOf } from '../support/networks.ts'

/** Longer than what changed waits to be shown. */
const SHOWN_MS = 150

let network: SimNetwork
afterEach(async () => await network.stop())

/** What differs between the node and what is shown and stored of it. */
function differences({ view, store }: Observer, { discovery, host }: SimNode): string[] {
  const { peers } = discovery.catalog()
  const neighbors = new Set(discovery.neighbors())
  const connected = new Set(discovery.connectedPeers())
  const now = host.ports.clock.now()
  const wrong: string[] = []
  const online = new Set<PeerId>()
  for (const row of view.rows()) {
    const { peerId, state } = row
    if (state !== 'online') continue
    online.add(peerId)
    const peer = peers.get(peerId)
    // Stale, and purged at the next look.
    if (peer === undefined && row.version.updatedAt + network.config.purgeAfter > now + 1)
      wrong.push(`${peerId} is shown`)
    if (peer === undefined) continue
    const { version } = peer.entry
    if (row.version.updatedAt !== version.updatedAt || row.rtt !== peer.rtt) wrong.push(`${peerId} is out of date`)
    if (row.neighbor !== neighbors.has(peerId)) wrong.push(`${peerId}: neighbor is ${row.neighbor}`)
    if (row.connected !== connected.has(peerId)) wrong.push(`${peerId}: connected is ${row.connected}`)
    const stored = row.self ? null : store.peer(keyOf(network.networkId), peerId)
    if (stored !== null && (stored?.state !== 'online' || stored.version.updatedAt !== version.updatedAt))
      wrong.push(`${peerId} is stored as ${stored?.state}`)
  }
  for (const peerId of peers.keys()) if (!online.has(peerId)) wrong.push(`${peerId} is not shown`)
  return wrong
}

it.each([
  [1, {}],
  [2, { maxRtt: 60 }],
  [3, { maxPeers: 4 }],
])(
  '[CT11, RT3] rows and stored peers are those of the node, and no departed one is online (seed %i, %o)',
  async (seed, rules) => {
    network = new SimNetwork({
      seed,
      config: { ...QUICK, ...rules },
      weather: { latency: [5, 60], loss: 0.02, bandwidth: 1e7 },
    })
    const [observed] = await network.startMany(5)
    if (observed === undefined) throw new Error('no node')
    const observer = observe(network, observed)
    const { random } = network.world
    const wrong: string[] = []
    for (let step = 0; step < 60; step += 1) {
      const node = someNode(network)
      const dice = random.number()
      if (dice < 0.4 || node === null) await join(network)
      else if (dice < 0.55) await network.leave(node)
      else if (dice < 0.7) network.crash(node)
      else if (dice < 0.85) await observed.discovery.remove(node.peerId)
      else await observed.host.disconnect(node.peerId)
      await network.run(random.below(1500))
      // A change may have come just now.
      for (let tries = 0; tries < 20 && differences(observer, observed).length > 0; tries += 1)
        await network.run(SHOWN_MS / 5)
      wrong.push(...differences(observer, observed))
    }
    expect(wrong.slice(0, 5)).toEqual([])
    const { events } = observer.store.eventsPage({ networkKey: keyOf(network.networkId), limit: 10_000 })
    expect(events.filter(({ event }) => event.kind === 'PeerDeparted').length).toBeGreaterThan(2)
    observer.close()
  },
)
