import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/** What takes longest, by the end of its path. A fresh clone has no times of an earlier run to go by. */
const LONGEST = [
  'hostile/hostile.test.ts',
  'integration/dht.test.ts',
  'integration/pack.test.ts',
  'integration/store-kill.test.ts',
  'sim/alerts.test.ts',
  'sim/alerts-weather.test.ts',
]

/** The longest files begin first: begun late, one of them would run on alone. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((end) => moduleId.endsWith(end))
  return rank < 0 ? LONGEST.length : rank
}
