import type { DiscoveryConfig } from '../../../src/shared/config.ts'
import type { SimNetwork, SimNode } from '../network.ts'
import type { Weather } from '../weather.ts'

/** What happens to a network, as a file of test/sim/scenarios. */
export interface Scenario {
  readonly name: string
  /** In a line, for the command's help. */
  readonly about: string
  readonly weather?: Weather
  readonly config?: Partial<DiscoveryConfig>
  /** The faults, over `ms` of virtual time. When it returns no fault is left. */
  disturb(network: SimNetwork, ms: number): Promise<void>
}

/** Intervals short enough that minutes of network time show every rule. */
export const QUICK: Partial<DiscoveryConfig> = {
  announceInterval: 5000,
  purgeAfter: 20_000,
  rttProbeInterval: 10_000,
  rttDialInterval: 10_000,
  maxTimeDrift: 10_000,
}

/** Runs in steps, and checks the invariants after each. */
export async function pass(
  network: SimNetwork,
  ms: number,
  eachStep?: () => void | Promise<void>,
  stepMs = 500,
): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    await eachStep?.()
    await network.run(Math.min(stepMs, ms - passed))
    network.check()
  }
}

/** Some live node, but not one of the first three, which newcomers start from. */
export function someNode(network: SimNetwork): SimNode | null {
  const nodes = [...network.nodes.values()].slice(3)
  return nodes.length === 0 ? null : network.world.random.pick(nodes)
}

/** A newcomer that starts from up to two live nodes. */
export async function join(network: SimNetwork, secret?: Uint8Array): Promise<SimNode> {
  const live = [...network.nodes.values()].filter((node) => !node.host.frozen)
  const bootstrap = [...new Set([network.world.random.pick(live), network.world.random.pick(live)])]
  return await network.start({ bootstrap, ...(secret === undefined ? {} : { secret }) })
}
