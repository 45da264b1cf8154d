/** Runs of vitest, with a mutant or without. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import type { NetworkKind } from '../../src/shared/network-kind.ts'
import type { Mutation } from '../../test/mutants/mutant.ts'
import { MUTANT_VARIABLE } from '../../test/mutants/mutant.ts'
import type { Outcome, Report } from './verdict.ts'

/** Longest run with a mutant, milliseconds: far more than a busy machine needs, since that would prove nothing. */
const LIMIT_MS = 300_000
/** Longest run of all tests without one, milliseconds. */
const BASELINE_MS = 600_000
const REPORTS = 'test-results/mutants'

const running = new Set<ChildProcess>()
let runs = 0

/** What is run. */
export interface VitestRun {
  readonly files: readonly string[]
  /** The rules that tests must name to be run. */
  readonly rules: readonly string[]
  /** Or, for one test, its name. */
  readonly test?: string
  /** In which kind of network: what does not go by the kind is run in Peerscope's. */
  readonly kind: NetworkKind
  /** Null for the sources as they are; then all tests are run, not only up to the first that fails. */
  readonly mutation: Mutation | null
  readonly workers: number
}

/** Runs vitest in a process of its own. Never rejects for what the tests do. */
export async function runVitest({ files, rules, test, kind, mutation, workers }: VitestRun): Promise<Outcome> {
  mkdirSync(REPORTS, { recursive: true })
  const report = `${REPORTS}/${process.pid}-${(runs += 1)}.json`
  const child = spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...files,
      `--testNamePattern=${test === undefined ? `\\b(?:${rules.join('|')})\\b` : escaped(test)}`,
      kind === 'mosaik' ? '--project=mosaik' : '--project=!mosaik',
      `--maxWorkers=${workers}`,
      ...(mutation === null ? [] : ['--bail=1']),
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    {
      env: { ...process.env, ...(mutation === null ? {} : { [MUTANT_VARIABLE]: JSON.stringify(mutation) }) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its workers end with it, also where one of them is busy for ever.
      detached: process.platform !== 'win32',
    },
  )
  running.add(child)
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  let late = false
  const timer = setTimeout(
    () => {
      late = true
      end(child)
    },
    mutation === null ? BASELINE_MS : LIMIT_MS,
  )
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).finally(() => {
    clearTimeout(timer)
    running.delete(child)
  })
  const read: Report | null = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null
  rmSync(report, { force: true })
  return { late, status, report: read, said: Buffer.concat(said).toString().trim() }
}

/** A full name as a pattern: vitest puts `>` between its parts, and its report a space. */
function escaped(name: string): string {
  const text = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return `^${text.replaceAll(' ', '(?: > | )')}$`
}

/** Ends all that run. */
export function endAll(): void {
  for (const child of running) end(child)
}

function end(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL')
    else child.kill()
  } catch {
    // It ended by itself.
  }
}
