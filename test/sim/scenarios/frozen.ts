import type { Scenario } from './scenario.ts'
import { pass, QUICK, someNode } from './scenario.ts'

/** A node hangs for half a minute with its connections open, another crashes. */
export const frozen: Scenario = {
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
