import type { Scenario } from './scenario.ts'
import { pass, QUICK } from './scenario.ts'

/** Nodes of another network dial into this one and offer what they have. */
export const strangers: Scenario = {
  name: 'strangers',
  about: 'nodes of another network connect, and somebody hands over their entries',
  config: QUICK,
  disturb: (network, ms) => {
    const { random, scheduler } = network.world
    let next = scheduler.now + 4000
    return pass(network, ms, async () => {
      if (scheduler.now < next) return
      next += 4000
      const inside = random.pick([...network.nodes.values()])
      const stranger = await network.visit(inside)
      void inside.discovery.feed(stranger)
    })
  },
}
