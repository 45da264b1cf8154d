import { defineConfig } from '@playwright/test'
import type { Options } from './test/e2e/app.ts'
import { electronBinary } from './test/e2e/electron-app.ts'

const electron = electronBinary()

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
  use: { screenshot: 'only-on-failure' },
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [
    ['list'],
    ['json', { outputFile: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ?? 'test-results/reports/e2e.json' }],
  ],
})
