import { FAIR } from '../weather.ts'
import type { Scenario } from './scenario.ts'
import { pass, QUICK } from './scenario.ts'

/** Links of 20 kB/s with up to two seconds of latency. */
export const slow: Scenario = {
  name: 'slow',
  about: 'links of 20 kB/s with up to two seconds of latency',
  config: QUICK,
  weather: { latency: [100, 2000], loss: 0, bandwidth: 20_000 },
  disturb: async (network, ms) => {
    await pass(network, ms)
    network.world.weather = FAIR
  },
}
