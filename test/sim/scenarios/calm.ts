import type { Scenario } from './scenario.ts'
import { pass, QUICK } from './scenario.ts'

/** Nothing happens. */
export const calm: Scenario = {
  name: 'calm',
  about: 'nothing happens',
  config: QUICK,
  disturb: (network, ms) => pass(network, ms),
}
