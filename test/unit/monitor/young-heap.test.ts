import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const YOUNG_HEAP = new URL('../../../src/main/monitor/young-heap.ts', import.meta.url).href

/**
 * Size of the young heap, MiB, at the start of a small program, and the one it has most of the time while it keeps much. V8 lends it
 * more while it marks the old heap, and makes it smaller where little happens for a while: a single look would tell of those.
 * @param first what it runs before that
 */
async function sizes(first: string): Promise<readonly [number, number]> {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8'
    import { setImmediate } from 'node:timers/promises'
    const size = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 2 ** 20
    ${first}
    const before = size()
    const seen = []
    const kept = []
    for (let index = 0; index < 3_000_000; index += 1) {
      kept.push({ index })
      if (index % 20_000 !== 0) continue
      await setImmediate()
      seen.push(size())
    }
    seen.sort((one, other) => one - other)
    console.log(JSON.stringify([before, seen[Math.floor(seen.length / 2)]]))`
  const flags = [
    '--max-semi-space-size=64',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    program,
  ]
  const { stdout } = await promisify(execFile)(process.execPath, flags)
  return JSON.parse(stdout) as [number, number]
}

it('the young heap grows to 16 MiB, at times to twice that, and no further', async () => {
  const [before, after] = await sizes(`const { boundYoungHeap } = await import('${YOUNG_HEAP}'); boundYoungHeap()`)
  // A bundle takes so little to load that it would stay at that for good: a collection for each message.
  expect(before).toBeLessThan(16)
  expect(after).toBeGreaterThanOrEqual(16)
  expect(after).toBeLessThanOrEqual(32)
  const [, unbound] = await sizes('')
  expect(unbound).toBeGreaterThan(32)
})
