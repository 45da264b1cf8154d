import type { Scenario } from './scenario.ts'
import { pass, QUICK, someNode } from './scenario.ts'

/** Clocks are off by up to 3 s, and one jumps by an hour and back. */
export const skew: Scenario = {
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
