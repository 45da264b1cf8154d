import { beside } from './converge/beside.ts'
import type { Measured } from './converge/protocol.ts'
import { complete, measure, ROOT, ROWS, valuesOf } from './converge/runs.ts'
import { printTable } from './table.ts'

/** The revision before discovery was a state machine. */
const BESIDE = '21c8f12'

/**
 * N nodes with one bootstrap address, until all know all others: time, processor time, bytes, syncs, dials. Arguments: the counts,
 * 30 by default, and `rounds=1`. With `beside=REF`, or `beside` for 21c8f12, the working tree and that revision take turns,
 * `rounds=5` of them, and what each costs is told side by side.
 */
export async function converge(args: readonly string[]): Promise<void> {
  const given = new Map(args.map((arg) => arg.split('=', 2) as [string, string | undefined]))
  const numbers = args.filter((arg) => /^\d+$/.test(arg)).map(Number)
  const counts = numbers.length === 0 ? [30] : numbers
  if (given.has('beside')) return await beside(counts, given.get('beside') ?? BESIDE, Number(given.get('rounds') ?? 5))
  const rounds = Number(given.get('rounds') ?? 1)
  const networks: Measured[][] = []
  for (const count of counts) {
    const runs: Measured[] = []
    while (runs.length < rounds) runs.push(await measure(ROOT, count))
    networks.push(runs)
  }
  printTable(
    ['nodes', ...counts.map(String)],
    [
      ['rounds in which all knew all', ...networks.map(complete)],
      ...ROWS.map(([name, pick]) => [name, ...networks.map((runs) => valuesOf(runs, pick))]),
    ],
  )
}
