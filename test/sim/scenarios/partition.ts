import type { Scenario } from './scenario.ts'
import { pass, QUICK } from './scenario.ts'

/** The network splits in two for longer than purgeAfter, first in one direction only. */
export const partition: Scenario = {
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
