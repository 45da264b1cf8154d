/**
 * Loaded with `--import` into a process that is watched: on SIGUSR2 it collects the garbage, twice, since finalizers run in
 * between, and writes what is held then as one line of JSON to file descriptor 3. Needs `--expose-gc`.
 */
import { writeSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Held } from './protocol.ts'

const REPORT_FD = 3

process.on('SIGUSR2', () => void report())

async function report(): Promise<void> {
  globalThis.gc?.()
  await wait(200)
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const held: Held = { heap: heapUsed, external, rss, handles: process.getActiveResourcesInfo().length }
  writeSync(REPORT_FD, `${JSON.stringify(held)}\n`)
}
