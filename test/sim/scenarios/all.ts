import { FAIR } from '../world.ts'
import type { Scenario } from './scenario.ts'
import { join, pass, QUICK, someNode } from './scenario.ts'

const calm: Scenario = {
  name: 'calm',
  about: 'nothing happens',
  config: QUICK,
  disturb: (network, ms) => pass(network, ms),
}

const churn: Scenario = {
  name: 'churn',
  about: 'nodes join, leave gracefully and crash, one every five seconds',
  config: QUICK,
  disturb: (network, ms) => {
    const { random, scheduler } = network.world
    let next = scheduler.now + 5000
    return pass(network, ms, async () => {
      if (scheduler.now < next) return
      next += 5000
      const dice = random.number()
      const node = someNode(network)
      if (dice < 0.5 || node === null) await join(network)
      else if (dice < 0.75) await network.leave(node)
      else network.crash(node)
    })
  },
}

const lossy: Scenario = {
  name: 'lossy',
  about: 'every tenth gossip message and dial is lost, latency is high and uneven',
  config: QUICK,
  weather: { latency: [20, 800], loss: 0.1, bandwidth: 200_000 },
  disturb: async (network, ms) => {
    await pass(network, ms)
    network.world.weather = FAIR
  },
}

const partition: Scenario = {
  name: 'partition',
  about: 'the network splits in two for longer than purgeAfter, first in one direction only',
  config: QUICK,
  disturb: async (network, ms) => {
    const left = new Set([...network.nodes.keys()].filter((_, index) => index % 2 === 0))
    network.world.passes = (from, to) => !left.has(from) || left.has(to)
    await pass(network, ms / 4)
    network.world.passes = (from, to) => left.has(from) === left.has(to)
    for (const node of network.nodes.values()) {
      for (const { peerId } of node.host.connections())
        if (left.has(peerId) !== left.has(node.peerId)) void node.host.disconnect(peerId)
    }
    await pass(network, ms / 2 + network.config.purgeAfter)
    network.world.passes = () => true
    await pass(network, ms / 4)
  },
}

const skew: Scenario = {
  name: 'skew',
  about: 'clocks are off by up to 3 s, and one jumps by an hour and back',
  config: QUICK,
  disturb: async (network, ms) => {
    for (const node of network.nodes.values()) node.host.skew = (network.world.random.number() - 0.5) * 6000
    await pass(network, ms / 3)
    const node = someNode(network)
    if (node !== null) node.host.skew += 3_600_000
    await pass(network, ms / 3)
    if (node !== null) node.host.skew -= 3_600_000
    await pass(network, ms / 3)
  },
}

const frozen: Scenario = {
  name: 'frozen',
  about: 'a node hangs for half a minute with its connections open, another crashes',
  config: QUICK,
  disturb: async (network, ms) => {
    const node = someNode(network)
    if (node !== null) node.host.frozen = true
    const other = someNode(network)
    if (other !== null && other !== node) network.crash(other)
    await pass(network, Math.max(ms / 2, 30_000))
    if (node !== null) node.host.frozen = false
    await pass(network, ms / 2)
  },
}

const restart: Scenario = {
  name: 'restart',
  about: 'nodes leave and come back with the same identity, some at once, some by crash',
  config: QUICK,
  disturb: (network, ms) => {
    const { random, scheduler } = network.world
    let next = scheduler.now + 4000
    return pass(network, ms, async () => {
      if (scheduler.now < next) return
      next += 4000
      const node = someNode(network)
      if (node === null) return
      if (random.number() < 0.5) await network.leave(node)
      else network.crash(node)
      await network.run(random.below(3000))
      await join(network, node.host.secret)
    })
  },
}

const slow: Scenario = {
  name: 'slow',
  about: 'links of 20 kB/s with up to two seconds of latency',
  config: QUICK,
  weather: { latency: [100, 2000], loss: 0, bandwidth: 20_000 },
  disturb: async (network, ms) => {
    await pass(network, ms)
    network.world.weather = FAIR
  },
}

/** Every scenario, by name. */
export const SCENARIOS: readonly Scenario[] = [calm, churn, lossy, partition, skew, frozen, restart, slow]
