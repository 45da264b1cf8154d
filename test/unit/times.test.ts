/** Durations come from the monotonic clock: who may read the wall clock, and what for. */
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Who reads the wall clock by itself, how often, and why. All others are given a clock (`network/clock.ts`). */
const READERS: Readonly<Record<string, readonly [count: number, why: string]>> = {
  'src/main/network/clock.ts': [1, 'it is the clock'],
  'src/main/cli/flags.ts': [1, 'how long ago a time of the past is'],
  'src/main/cli/insight.ts': [2, 'how a stored network is as of now'],
  'src/main/cli/invite.ts': [1, 'ranks peers by when they were seen'],
  'src/main/cli/log.ts': [1, 'when lines went missing'],
  'src/main/monitor/json-file.ts': [1, 'when a file was set aside'],
  'src/main/cli/open-catalog.ts': [1, 'whether a running Peerscope has written of late'],
  'src/main/cli/output.ts': [1, 'the time at which a line is printed'],
  'src/main/desktop/engine.ts': [1, 'when the engine failed, for the user'],
  'src/main/monitor/diagnostics.ts': [1, 'when they were written'],
  'src/main/monitor/names/offline-names.ts': [1, 'when a word was added to a store that no node has open'],
  'src/main/monitor/node-diagnostics.ts': [1, 'when they were written'],
  'src/main/monitor/node-memory.ts': [3, 'when the store is opened and joined, and how old what it holds is'],
  'src/main/monitor/offline.ts': [4, 'reads of a store, by when its records were made'],
}

/** `Date.now`, called or handed on, and a date of now. */
const WALL_CLOCK = /\bDate\.now\b|\bnew Date\(\)|(?<![\w.])Date\(\)/g

describe('the wall clock', () => {
  it('is read only by those who need the time of day', () => {
    const found: Record<string, number> = {}
    for (const file of globSync(['src/main/**/*.ts', 'src/shared/**/*.ts', 'src/preload/**/*.ts'])) {
      const count = readFileSync(file, 'utf8').match(WALL_CLOCK)?.length ?? 0
      if (count > 0) found[file.replaceAll('\\', '/')] = count
    }
    expect(found).toEqual(Object.fromEntries(Object.entries(READERS).map(([file, [count]]) => [file, count])))
  })
})
