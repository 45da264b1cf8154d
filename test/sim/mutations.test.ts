/** Tests of the tests: a rule that is broken on purpose is noticed by the simulation. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Offer } from '../../src/main/discovery/catalog/upsert.ts'
import type { UpsertOutcome } from '../../src/main/discovery/handle.ts'
import type * as upsert from '../../src/main/discovery/catalog/upsert.ts'
import { seedsOf } from './seeds.ts'

const UPSERT = '../../src/main/discovery/catalog/upsert.ts'

/** Plays scenarios with the rule for offered entries replaced, and gives what the invariants say. */
async function violationsWith(
  scenarioName: string,
  broken: (offer: Offer, right: (offer: Offer) => Exclude<UpsertOutcome, 'Full'>) => Exclude<UpsertOutcome, 'Full'>,
): Promise<string[]> {
  vi.resetModules()
  const original = await vi.importActual<typeof upsert>(UPSERT)
  vi.doMock(UPSERT, () => ({ upsertOutcome: (offer: Offer) => broken(offer, original.upsertOutcome) }))
  const { play } = await import('./play.ts')
  const { SCENARIOS } = await import('./scenarios/all.ts')
  const scenario = SCENARIOS.find(({ name }) => name === scenarioName)
  if (scenario === undefined) throw new Error(`no scenario ${scenarioName}`)
  const violations: string[] = []
  for (const seed of seedsOf(20)) {
    violations.push(...(await play(scenario, { nodes: 8, ms: 24_000, seed })).violations)
    if (violations.length > 0) break
  }
  return violations
}

afterEach(() => {
  vi.doUnmock(UPSERT)
  vi.resetModules()
})

describe('a broken rule is noticed', () => {
  it('[CT5] where equal versions are accepted', async () => {
    const violations = await violationsWith('churn', (offer, right) => {
      const outcome = right(offer)
      const { version } = offer.entry
      const equal = offer.known?.startedAt === version.startedAt && offer.known.updatedAt === version.updatedAt
      return outcome === 'Rejected' && equal ? 'Updated' : outcome
    })
    expect(violations.join('\n')).toContain('went back')
  })

  it('[CT5] where an older version replaces a newer one', async () => {
    const violations = await violationsWith('churn', (offer, right) => {
      const outcome = right(offer)
      return outcome === 'Rejected' ? 'Updated' : outcome
    })
    expect(violations.join('\n')).toContain('went back')
  })

  it('[CT7] where the tombstone is skipped', async () => {
    const violations = await violationsWith('hearsay', (offer, right) => right({ ...offer, tombstone: null }))
    expect(violations.join('\n')).toContain('came back after its goodbye')
  })

  it('[CT6] where the drift check is skipped', async () => {
    const violations = await violationsWith('skew', (offer, right) =>
      right({ ...offer, config: { ...offer.config, maxTimeDrift: Infinity } }),
    )
    expect(violations.join('\n')).toContain('from the future')
  })

  it('[CT3] where entries of other networks are accepted', async () => {
    const violations = await violationsWith('strangers', (offer, right) =>
      right({ ...offer, networkId: offer.ownNetworkId }),
    )
    expect(violations.join('\n')).toContain('of another network')
  })

  it('and none where nothing is broken', async () => {
    expect(await violationsWith('restart', (offer, right) => right(offer))).toEqual([])
  })
})
