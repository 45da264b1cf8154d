/** The first sync of a node. */
import { afterEach, describe, expect, it } from 'vitest'
import { SYNC_LIMITS } from '../../../../src/main/discovery/dialects/peerscope/protocols.ts'
import { SimNetwork } from '../../../sim/network.ts'
import { QUIET, SAME } from './setup.ts'
import { Stranger } from './stranger.ts'

const forever = new AbortController().signal

let network: SimNetwork
afterEach(async () => await network.stop())

/** A node that dials five peers at once; each answers its sync, or says nothing. Gives how many syncs began. */
async function dialFive(answers: boolean): Promise<() => number> {
  network = new SimNetwork({ seed: 1, config: QUIET, weather: { latency: [50, 50], loss: 0, bandwidth: 1e9 } })
  const one = await network.start()
  let began = 0
  const targets = []
  for (let index = 0; index < 5; index += 1) {
    const { host, ids, peerId } = await Stranger.meet(network)
    host.handle(ids.sync, SYNC_LIMITS, async (link) => {
      began += 1
      await link.read(forever)
      if (answers) await link.write(SAME, forever)
      await link.read(forever).catch(() => undefined)
    })
    targets.push({ peerId, addresses: [host.address] })
  }
  void one.discovery.dial(targets)
  return () => began
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
