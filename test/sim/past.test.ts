import { afterEach, expect, it } from 'vitest'
import { pastPicture } from '../../src/main/monitor/past.ts'
import { DataFolder } from '../unit/store/data-folder.ts'
import { SimNetwork } from './network.ts'
import { churn } from './scenarios/churn.ts'
import { EPOCH } from './world.ts'
import { keyOf } from '../support/networks.ts'

let network: SimNetwork
afterEach(async () => await network.stop())

/** What is true at a moment: who is in the catalog; and who is hidden there for being stale, and not purged yet. */
interface Truth {
  readonly at: number
  readonly shown: ReadonlySet<string>
  readonly told: ReadonlySet<string>
}

it.each([1, 2, 3])('a past moment is rebuilt as it was, at any of 60 random moments (seed %i)', async (seed) => {
  using data = new DataFolder()
  const store = data.open()
  network = new SimNetwork({ seed, ...(churn.config === undefined ? {} : { config: churn.config }) })
  const [observer] = await network.startMany(6)
  if (observer === undefined) throw new Error('no node')
  const { discovery, peerId: self } = observer
  const { networkId } = network
  const now = (): number => EPOCH + network.world.scheduler.now
  store.append(keyOf(networkId), Math.floor(now()), { kind: 'NetworkJoined', networkId, peerId: self, addresses: [] })
  for (const peer of discovery.catalog().peers.values())
    if (!peer.self)
      store.append(keyOf(networkId), Math.floor(now()), { kind: 'PeerDiscovered', ...peer.entry, source: 'gossip' })
  const unlisten = discovery.onEvent((event) => void store.append(keyOf(networkId), Math.floor(now()), event))

  const truths: Truth[] = []
  let next = now()
  network.onStep = () => {
    if (now() < next || truths.length >= 60) return
    next = now() + 500 + network.world.random.number() * 4000
    const shown = [...discovery.catalog().peers.values()].filter((peer) => !peer.self)
    truths.push({
      at: Math.floor(now()),
      shown: new Set(shown.map(({ entry }) => entry.peerId)),
      told: new Set(observer.told.keys()),
    })
  }
  await churn.disturb(network, 180_000)
  network.onStep = null
  // The store is closed before the network ends.
  unlisten()
  expect(truths.length).toBeGreaterThan(50)
  expect(new Set(truths.map(({ shown }) => [...shown].toSorted().join())).size).toBeGreaterThan(10)

  for (const { at, shown, told } of truths) {
    const { peers } = await pastPicture({ store, networkKey: keyOf(networkId), self: undefined }, at)
    const rebuilt = new Set<string>(peers.map((row) => row.peerId))
    // Stale ones are hidden before their purge is told.
    expect([...shown].filter((peerId) => !rebuilt.has(peerId))).toEqual([])
    expect([...rebuilt].toSorted()).toEqual([...told].toSorted())
  }
})
