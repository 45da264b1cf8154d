import type { Scenario } from './scenario.ts'
import { join, pass, QUICK, someNode } from './scenario.ts'

/** Nodes join, leave gracefully and crash, one every five seconds. */
export const churn: Scenario = {
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
