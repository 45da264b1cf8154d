import { afterEach, expect, it } from 'vitest'
import { SimNetwork } from './network.ts'
import { observe } from './observer.ts'

let network: SimNetwork
afterEach(async () => await network.stop())

it('[RT3] peers slower than maxRtt are hidden from the view as from the catalog, and back when they are fast', async () => {
  network = new SimNetwork({
    seed: 1,
    config: { rttProbeInterval: 2000, rttDialInterval: 2000, maxRtt: 30 },
    weather: { latency: [5, 5], loss: 0, bandwidth: 1e9 },
  })
  const one = await network.start()
  const two = await network.start({ bootstrap: [one] })
  const observer = observe(network, one)
  const shown = (): readonly boolean[] => [
    one.discovery.catalog().peers.has(two.peerId),
    observer.view.row(two.peerId) !== undefined,
  ]
  await network.run(15_000)
  expect(shown()).toEqual([true, true])
  network.world.weather = { latency: [100, 100], loss: 0, bandwidth: 1e9 }
  await network.run(30_000)
  expect(shown()).toEqual([false, false])
  network.world.weather = { latency: [5, 5], loss: 0, bandwidth: 1e9 }
  await network.run(120_000)
  expect(shown()).toEqual([true, true])
  observer.close()
})
