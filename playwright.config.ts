import { defineConfig } from '@playwright/test'
import type { Options } from './test/e2e/app.ts'
import { electronBinary } from './test/e2e/electron-app.ts'

const electron = electronBinary()
/** Longest wait for one thing, milliseconds. */
const WAIT_MS = 60_000

/** End-to-end specs against the browser host, and against Electron where its binary is there (test/e2e/app.ts). */
export default defineConfig<object, Options>({
  projects: [
    { name: 'browser', use: { electron: null } },
    ...(electron === null ? [] : [{ name: 'electron', use: { electron } }]),
  ],
  globalSetup: './test/support/bundle.ts',
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/e2e',
  workers: 2,
  retries: 0,
  // What is waited for comes soon; on a busy machine it takes its time. These end only what hangs.
  use: { screenshot: 'only-on-failure', actionTimeout: WAIT_MS, navigationTimeout: WAIT_MS },
  timeout: 300_000,
  expect: { timeout: WAIT_MS },
  reporter: [
    ['list'],
    ['json', { outputFile: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ?? 'test-results/reports/e2e.json' }],
  ],
})
