/** Networks that converge, each in a process of its own, and what they cost. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Cell } from '../figures/figures.ts'
import type { Measured } from './protocol.ts'

/** The working tree. */
export const ROOT = join(import.meta.dirname, '..', '..')

/** Longest time of one network, milliseconds: the wait in measured.ts ends after two minutes, and many nodes take time to start. */
const LIMIT_MS = 600_000

/** What is told of them: the names, and where the numbers are. */
export const ROWS: readonly (readonly [name: string, pick: (one: Measured) => number | null])[] = [
  ['all know all, s', ({ timeMs }) => timeMs / 1000],
  ['CPU until then, s', ({ cpuMs }) => cpuMs / 1000],
  ['CPU until 5 s later, s', ({ laterCpuMs }) => laterCpuMs / 1000],
  ['TCP, KiB', ({ tcpBytes }) => Math.round(tcpBytes / 1024)],
  ['gossip, KiB', ({ gossipBytes }) => gossipBytes && Math.round(gossipBytes / 1024)],
  ['streams, KiB', ({ streamBytes }) => streamBytes && Math.round(streamBytes / 1024)],
  ['streams', ({ streams }) => streams],
  ['syncs completed, told by both sides', ({ syncs }) => syncs],
  ['syncs failed', ({ failedSyncs }) => failedSyncs],
  ['dials', ({ dials }) => dials],
  ['dials failed', ({ failedDials }) => failedDials],
  ['connections', ({ connections }) => connections],
  ['errors nobody caught', ({ uncaught }) => uncaught],
]

/** Runs one network, made by the sources at `root`. */
export async function measure(root: string, count: number): Promise<Measured> {
  const child = fork(new URL('measured.ts', import.meta.url), [root, String(count)], { cwd: root })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process ended with code ${String(code)}`)
  })
  ended.catch(() => undefined)
  let limit: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    limit = setTimeout(() => reject(new Error(`a process took longer than ${LIMIT_MS / 1000} s`)), LIMIT_MS)
  })
  try {
    const [message] = await Promise.race([once(child, 'message'), ended, late])
    return message as Measured
  } finally {
    clearTimeout(limit)
    child.kill('SIGKILL')
  }
}

/** What several runs came to. */
export interface Summary {
  readonly median: number
  readonly range: string
}

/** Null where the revision does not count it. */
export function summary(runs: readonly Measured[], pick: (one: Measured) => number | null): Summary | null {
  const values = runs.flatMap((one) => pick(one) ?? []).toSorted((a, b) => a - b)
  const [median, first, last] = [values[values.length >> 1], values[0], values.at(-1)]
  if (median === undefined || first === undefined || last === undefined) return null
  return { median, range: `${shown(first)} – ${shown(last)}` }
}

/** What it was in each run. */
export function valuesOf(runs: readonly Measured[], pick: (one: Measured) => number | null): Cell {
  const values = runs.flatMap((one) => pick(one) ?? [])
  return values.length === 0 ? shown(undefined) : { values }
}

/** A number as the table has it. */
export function shown(value: number | undefined): string {
  if (value === undefined) return 'not counted'
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(1)
}

/** In how many of the runs all knew all. */
export function complete(runs: readonly Measured[]): string {
  return `${runs.filter(({ converged }) => converged).length} of ${runs.length}`
}
