import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printTable } from '../table.ts'
import type { Measured } from './protocol.ts'
import { complete, measure, ROOT, ROWS, summary, valuesOf } from './runs.ts'

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
        const both = [
          async () => ours.push(await measure(ROOT, count)),
          async () => theirs.push(await measure(other, count)),
        ] as const
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

function print(count: number, ours: readonly Measured[], theirs: readonly Measured[], title: string): void {
  const rows = ROWS.map(([name, pick]) => {
    const [tree, ref] = [summary(ours, pick), summary(theirs, pick)]
    const change = tree === null || ref === null || ref.median === 0 ? '' : percent(tree.median / ref.median - 1)
    return [name, valuesOf(ours, pick), tree?.range ?? '', valuesOf(theirs, pick), ref?.range ?? '', change]
  })
  console.log(`\n${count} nodes, medians of ${ours.length} rounds`)
  printTable(
    ['', 'working tree', 'range', title, 'range', ''],
    [['rounds in which all knew all', complete(ours), '', complete(theirs), '', ''], ...rows],
    { about: `${count} nodes`, figures: ['working tree', title] },
  )
}

function percent(change: number): string {
  return `${change > 0 ? '+' : ''}${Math.round(change * 100)} %`
}
