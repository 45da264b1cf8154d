import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const YOUNG_HEAP = new URL('../../../src/main/monitor/young-heap.ts', import.meta.url).href

/** Size of the young heap after much was kept, MiB. @param first what is run before that */
async function grown(first: string): Promise<number> {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8'
    ${first}
    const kept = []
    for (let index = 0; index < 3_000_000; index += 1) kept.push({ index })
    console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 2 ** 20)`
  const flags = [
    '--max-semi-space-size=64',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    program,
  ]
  const { stdout } = await promisify(execFile)(process.execPath, flags)
  return Number(stdout)
}

describe('the young heap', () => {
  it('does not grow once the program is loaded', async () => {
    expect(await grown(`const { keepYoungHeap } = await import('${YOUNG_HEAP}'); keepYoungHeap()`)).toBeLessThanOrEqual(
      32,
    )
    expect(await grown('')).toBeGreaterThan(32)
  })
})
