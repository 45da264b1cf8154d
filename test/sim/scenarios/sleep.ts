import type { Scenario } from './scenario.ts'
import { pass, QUICK, someNode } from './scenario.ts'

/** A machine sleeps for a quarter of an hour and wakes; meanwhile others come, go and stay. */
export const sleep: Scenario = {
  name: 'sleep',
  about: 'a machine sleeps for half of the time and wakes with its connections dead or alive',
  config: QUICK,
  disturb: async (network, ms) => {
    await pass(network, ms / 4)
    const sleeper = someNode(network)
    if (sleeper !== null) sleeper.host.frozen = true
    const other = someNode(network)
    await pass(network, ms / 4)
    if (other !== null && other !== sleeper) network.crash(other)
    await pass(network, ms / 4)
    if (sleeper !== null) {
      sleeper.host.frozen = false
      sleeper.discovery.clockMayHaveJumped()
    }
    await pass(network, ms / 4)
  },
}
