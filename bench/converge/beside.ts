import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printTable } from '../table.ts'
import type { Measured } from './protocol.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** Longest time of one network, milliseconds: the wait in measured.ts ends after two minutes, and many nodes take time to start. */
const LIMIT_MS = 600_000

const ROWS: readonly (readonly [name: string, pick: (one: Measured) => number | null])[] = [
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

/**
 * The working tree beside another revision, in turns, each network in a process of its own; prints medians and ranges of all
 * rounds. The revision is checked out into a temporary folder, with our `node_modules`, and removed at the end.
 */
export async function beside(counts: readonly number[], ref: string, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'peerscope-beside-'))
  const other = join(folder, 'tree')
  const remove = (): void => {
    git('worktree', 'remove', '--force', other)
    rmSync(folder, { recursive: true, force: true })
  }
  // Ctrl-C goes to the child too.
  const onSignal = (): void => {
    remove()
    process.exit(1)
  }
  git('worktree', 'add', '--detach', '--quiet', other, ref)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(other, 'node_modules'), 'junction')
    for (const count of counts) {
      const ours: Measured[] = []
      const theirs: Measured[] = []
      for (let round = 0; round < rounds; round += 1) {
        process.stderr.write(`${count} nodes, round ${round + 1} of ${rounds}\n`)
        // Who is first changes: the machine may grow busier or quieter.
        const both = [() => measure(ROOT, count, ours), () => measure(other, count, theirs)] as const
        for (const run of round % 2 === 0 ? both : both.toReversed()) await run()
      }
      print(count, ours, theirs, `${ref} (${git('log', '-1', '--format=%h %as', ref)})`)
    }
  } finally {
    remove()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal)
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
}

async function measure(root: string, count: number, into: Measured[]): Promise<void> {
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
    into.push(message as Measured)
  } finally {
    clearTimeout(limit)
    child.kill('SIGKILL')
  }
}

function print(count: number, ours: readonly Measured[], theirs: readonly Measured[], title: string): void {
  const rows = ROWS.map(([name, pick]) => {
    const [tree, ref] = [summary(ours, pick), summary(theirs, pick)]
    const change = tree === null || ref === null || ref.median === 0 ? '' : percent(tree.median / ref.median - 1)
    return [name, shown(tree?.median), tree?.range ?? '', shown(ref?.median), ref?.range ?? '', change]
  })
  const all = (runs: readonly Measured[]): string =>
    `${runs.filter(({ converged }) => converged).length} of ${runs.length}`
  console.log(`\n${count} nodes, medians of ${ours.length} rounds`)
  printTable(
    ['', 'working tree', 'range', title, 'range', ''],
    [['rounds in which all knew all', all(ours), '', all(theirs), '', ''], ...rows],
  )
}

interface Summary {
  readonly median: number
  readonly range: string
}

function summary(runs: readonly Measured[], pick: (one: Measured) => number | null): Summary | null {
  const values = runs.flatMap((one) => pick(one) ?? []).toSorted((a, b) => a - b)
  const [median, first, last] = [values[values.length >> 1], values[0], values.at(-1)]
  if (median === undefined || first === undefined || last === undefined) return null
  return { median, range: `${shown(first)} – ${shown(last)}` }
}

function shown(value: number | undefined): string {
  if (value === undefined) return 'not counted'
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(1)
}

function percent(change: number): string {
  return `${change > 0 ? '+' : ''}${Math.round(change * 100)} %`
}
