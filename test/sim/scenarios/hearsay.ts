import { dialect } from '../../support/discovery/dialect.ts'
import type { Scenario } from './scenario.ts'
import { join, pass, QUICK, someNode } from './scenario.ts'

/** A goodbye does not reach everybody, and those who missed it tell newcomers of the peer that left. */
export const hearsay: Scenario = {
  name: 'hearsay',
  about: 'peers leave while one node is cut off; back again it tells newcomers of them',
  config: QUICK,
  disturb: async (network, ms) => {
    const { world } = network
    for (let passed = 0; passed < ms; passed += 8000) {
      const deaf = someNode(network)
      const leaving = someNode(network)
      if (deaf === null || leaving === null || deaf === leaving) {
        await pass(network, 8000)
        continue
      }
      world.passes = (from, to) => from !== deaf.peerId && to !== deaf.peerId
      await network.leave(leaving)
      await pass(network, 2000)
      world.passes = () => true
      const newcomer = await network.start({ bootstrap: [deaf] })
      await pass(network, 4000)
      if (network.nodes.size < 8) await join(network)
      await pass(network, 2000)
      void newcomer.discovery.addTags(dialect.tagOf('told:by-hearsay'))
    }
  },
}
