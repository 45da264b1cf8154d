import { FAIR } from '../weather.ts'
import type { Scenario } from './scenario.ts'
import { pass, QUICK } from './scenario.ts'

/** Every tenth gossip message and dial is lost, latency is high and uneven. */
export const lossy: Scenario = {
  name: 'lossy',
  about: 'every tenth gossip message and dial is lost, latency is high and uneven',
  config: QUICK,
  weather: { latency: [20, 800], loss: 0.1, bandwidth: 200_000 },
  disturb: async (network, ms) => {
    await pass(network, ms)
    network.world.weather = FAIR
  },
}
