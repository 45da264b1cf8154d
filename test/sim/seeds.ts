/** Set to run every seed of the simulations, as the nightly workflow does. */
const ALL_SEEDS = 'PEERSCOPE_ALL_SEEDS'
/** Seeds of each simulation in `npm test`, where all of them would take most of its time. */
const SAMPLE = 5

/** Seeds from 1: a sample of `all` of them unless the environment asks for each. */
export function seedsOf(all: number): readonly number[] {
  const count = process.env[ALL_SEEDS] === undefined ? Math.min(SAMPLE, all) : all
  return Array.from({ length: count }, (_, index) => index + 1)
}
