import { defineConfig } from 'vitest/config'
import { MOSAIK_TESTS } from './test/kinds.ts'
import { LongestFirst } from './test/longest-first.ts'
import { mutantPlugins } from './test/mutants/plugin.ts'

/** What is polled for comes soon; on a busy machine it takes its time. */
const expect = { poll: { timeout: 10_000 } } as const
const setupFiles = ['test/support/patient-waits.ts']
const node = { environment: 'node', pool: 'forks', expect, setupFiles } as const
/** Their files share a process: loading the modules again for each would take half of the time. */
const shared = { ...node, isolate: false } as const
const plugins = mutantPlugins()

/**
 * On a busy machine, at a low priority, a simulation of ten seconds may take minutes. One that hangs because of a mutant fails before
 * the run with the mutant is over, which would prove nothing.
 */
const PATIENCE_MS = process.env['PEERSCOPE_MUTANT'] === undefined ? 300_000 : 60_000

/** The suites that `npm test` runs (scripts/test.ts). */
export default defineConfig({
  test: {
    // Left alone, it would use one of two cores.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins,
        test: {
          ...shared,
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/unit/**/*.test.tsx'],
          // Only for what hangs: where others compute beside it, a test of two seconds took forty.
          testTimeout: 120_000,
        },
      },
      // The rules that hold in each kind of network, in those of mosaik (test/support/discovery/dialect.ts).
      {
        plugins,
        test: {
          ...shared,
          name: 'mosaik',
          ...MOSAIK_TESTS,
          env: { PEERSCOPE_TEST_KIND: 'mosaik' },
          testTimeout: PATIENCE_MS,
        },
      },
      { plugins, test: { ...shared, name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: 30_000 } },
      // It runs beside other suites, at a lower priority, and some tests compute for ten seconds.
      {
        plugins,
        test: {
          ...shared,
          name: 'sim',
          include: ['test/sim/**/*.test.ts'],
          testTimeout: PATIENCE_MS,
          hookTimeout: 120_000,
        },
      },
      {
        plugins,
        test: {
          ...node,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: 'test/support/bundle.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
