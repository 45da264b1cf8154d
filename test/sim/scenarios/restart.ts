import type { Scenario } from './scenario.ts'
import { join, pass, QUICK, someNode } from './scenario.ts'

/** Nodes leave and come back with the same identity, some at once, some by crash. */
export const restart: Scenario = {
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
