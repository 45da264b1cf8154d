import { defineConfig } from 'vitest/config'

/** Scenarios with real mosaik nodes, for `npm run interop` only. One at a time: what they measure is printed. */
export default defineConfig({
  test: {
    name: 'interop',
    environment: 'node',
    pool: 'forks',
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/interop/**/*.test.ts'],
    fileParallelism: false,
    maxWorkers: 1,
    disableConsoleIntercept: true,
    reporters: ['verbose'],
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
})
