import { describe, expect, it } from 'vitest'
import { dialect } from '../support/discovery/dialect.ts'
import { play } from './play.ts'
import { SCENARIOS } from './scenarios/all.ts'
import { seedsOf } from './seeds.ts'

/** Seeds of every scenario, fewer in other kinds of network. One that failed once gets a test of its own, with its number. */
const SEEDS = seedsOf(dialect.kind === 'peerscope' ? 20 : 4)

describe.each(SCENARIOS)('scenario $name', (scenario) => {
  it('[WK3, WK6, CT11, SY8, AN10] keeps every invariant and converges, over several seeds', async () => {
    for (const seed of SEEDS) {
      const outcome = await play(scenario, { nodes: 8, ms: 24_000, seed })
      expect(outcome.violations, `seed ${seed}`).toEqual([])
    }
  })
})

describe('a simulation', () => {
  it('[WK10] is the same run for the same seed', async () => {
    const [churn] = SCENARIOS.filter(({ name }) => name === 'churn')
    if (churn === undefined) throw new Error('no churn')
    const options = { nodes: 6, ms: 10_000, seed: 42 }
    const first = await play(churn, options)
    expect((await play(churn, options)).trace).toBe(first.trace)
    expect((await play(churn, { ...options, seed: 43 })).trace).not.toBe(first.trace)
  })
})
