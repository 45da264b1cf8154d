/** The first sync of a node. */
import { afterEach, describe, expect, it } from 'vitest'
import { SimNetwork } from '../../../sim/network.ts'
import { QUIET } from './setup.ts'
import { dialect, SAME } from '../../../support/discovery/dialect.ts'
import { Stranger } from './stranger.ts'

const forever = new AbortController().signal

let network: SimNetwork
afterEach(async () => await network.stop())

/** A node that dials five peers at once; each answers its sync, or says nothing. Gives how many of them were asked. */
async function dialFive(answers: boolean): Promise<() => number> {
  network = new SimNetwork({ seed: 1, config: QUIET, weather: { latency: [50, 50], loss: 0, bandwidth: 1e9 } })
  const one = await network.start()
  // Who comes into the mesh meanwhile is asked again (rule SY11).
  const began = new Set<number>()
  const targets = []
  for (let index = 0; index < 5; index += 1) {
    const { host, ids, peerId } = await Stranger.meet(network)
    host.handle(ids.sync, dialect.limits.sync, async (link) => {
      began.add(index)
      await link.read(forever)
      if (answers) await link.write(SAME, forever)
      await link.read(forever).catch(() => undefined)
    })
    targets.push({ peerId, addresses: [host.address] })
  }
  void one.discovery.dial(targets)
  return () => began.size
}

describe('the first sync of a node', () => {
  it('[WK12] runs alone until it went well', async () => {
    const began = await dialFive(true)
    await network.run(200)
    expect(began()).toBe(1)
    await network.run(300)
    expect(began()).toBe(5)
  })

  it('[WK12] runs alone for 2 s at most', async () => {
    const began = await dialFive(false)
    await network.run(1900)
    expect(began()).toBe(1)
    await network.run(400)
    expect(began()).toBe(5)
  })
})
