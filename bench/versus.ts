import { loadavg } from 'node:os'
import { MOSAIK_VERSIONS } from '../test/interop/build.ts'
import { InvalidArguments, wholeNumber } from './figures/arguments.ts'
import type { Cell } from './figures/figures.ts'
import { rangeOf } from './figures/figures.ts'
import { printTable } from './table.ts'
import type { Measured, Side, Step, Task } from './versus/protocol.ts'
import type { Surroundings } from './versus/runs.ts'
import { runOne, surroundings } from './versus/runs.ts'
import { ourCli } from './versus/scenarios.ts'

const SCENARIOS = ['converge', 'idle', 'tag', 'goodbye', 'join', 'start'] as const
export const HELP = `usage: npm run bench -- versus [SCENARIO…] [nodes=10,20,30] [entries=1000,10000] [rounds=3] [only=peerscope]

Peerscope beside mosaik, in turns, each run in a process group of its own. Scenarios, all unless told:
  converge  N nodes of one process that know the first one, started at once, until all know all
  idle      the 10 s after that
  tag       a node sets a tag, until it is in all catalogs
  goodbye   a node leaves, until it is in no catalog
  join      one node joins a network whose only other node knows so many peers
  start     one node a process, from the start of the program on, in a network of five others`

/** The scenarios of docs/performance.md for both. Arguments: see HELP. */
export async function versus(args: readonly string[]): Promise<void> {
  const given = new Map(args.map((arg) => arg.split('=', 2) as [string, string | undefined]))
  const unknown = [...given.keys()].filter(
    (name) => ![...SCENARIOS, 'nodes', 'entries', 'rounds', 'only'].includes(name),
  )
  if (unknown.length > 0) throw new InvalidArguments(`Invalid argument ${unknown.join(', ')}\n${HELP}`)
  const wanted = SCENARIOS.filter((name) => given.has(name))
  const scenarios = wanted.length === 0 ? SCENARIOS : wanted
  const tasks = tasksOf(
    scenarios,
    numbers(given.get('nodes') ?? '10,20,30'),
    numbers(given.get('entries') ?? '1000,10000'),
  )
  const [rounds = 3] = numbers(given.get('rounds') ?? '3')
  const where = await surroundings()
  if (where.withoutMosaik !== null) console.log(`mosaik is missing: ${where.withoutMosaik}`)
  if (where.withoutBytes !== null) console.log(`bytes are not counted: this needs ${where.withoutBytes}`)
  const both: readonly Side[] = where.withoutMosaik === null ? ['peerscope', 'mosaik'] : ['peerscope']
  const only = given.get('only')
  if (only !== undefined && only !== 'peerscope' && only !== 'mosaik')
    throw new InvalidArguments(`Invalid only=${only}\n${HELP}`)
  const sides = both.filter((side) => only === undefined || side === only)
  if (sides.includes('peerscope')) await warmUp(scenarios, where)
  for (const task of tasks) await compareSides(task, sides, rounds, where)
  if (scenarios.includes('start')) console.log(`\nPeerscope was started from ${ourCli()}.`)
  console.log(
    `\nLoad of this machine at the end: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}.`,
  )
}

/** What V8 compiles is kept, as for a user who starts Peerscope for the second time. */
async function warmUp(scenarios: readonly string[], where: Surroundings): Promise<void> {
  process.stderr.write('a first start of each program\n')
  await runOne('peerscope', { scenario: 'join', entries: 1000 }, where)
  if (scenarios.includes('start')) await runOne('peerscope', { scenario: 'start' }, where)
}

/** One network for all that is done in one. */
function tasksOf(scenarios: readonly string[], nodes: readonly number[], entries: readonly number[]): Task[] {
  const steps = (['idle', 'tag', 'goodbye'] as const satisfies readonly Step[]).filter((step) =>
    scenarios.includes(step),
  )
  const networks = scenarios.includes('converge') || steps.length > 0 ? nodes : []
  return [
    ...networks.map((count): Task => ({ scenario: 'network', nodes: count, steps })),
    ...(scenarios.includes('join') ? entries : []).map((count): Task => ({ scenario: 'join', entries: count })),
    ...(scenarios.includes('start') ? [{ scenario: 'start' } as const] : []),
  ]
}

async function compareSides(task: Task, sides: readonly Side[], rounds: number, where: Surroundings): Promise<void> {
  const runs = new Map<Side, Measured[]>(sides.map((side) => [side, []]))
  for (let round = 0; round < rounds; round += 1) {
    // Who is first changes: the machine may grow busier or quieter.
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      process.stderr.write(`${titleOf(task)}, round ${round + 1} of ${rounds}: ${side}\n`)
      try {
        runs.get(side)?.push(await runOne(side, task, where))
      } catch (error) {
        console.error(error instanceof Error ? error.message : String(error))
      }
    }
  }
  const names = [...new Set([...runs.values()].flat().flatMap((one) => Object.keys(one)))]
  const cells = (side: Side, name: string): Cell[] => {
    const values = runs.get(side)?.flatMap((one) => one[name] ?? []) ?? []
    return values.length === 0 ? ['–', ''] : [{ values }, rangeOf(values)]
  }
  const heads = sides.map((side) => (side === 'mosaik' ? `mosaik ${MOSAIK_VERSIONS[0]?.version ?? ''}` : 'Peerscope'))
  console.log(
    `\n${titleOf(task)}: medians and ranges of ${sides.map((side) => runs.get(side)?.length).join(' and ')} rounds`,
  )
  printTable(
    ['', ...heads.flatMap((head) => [head, 'range'])],
    names.map((name) => [name, ...sides.flatMap((side) => cells(side, name))]),
    { about: titleOf(task), figures: heads },
  )
  const failed = sides.filter((side) => (runs.get(side)?.length ?? 0) < rounds)
  for (const side of failed) console.log(`Runs of ${side} that failed: ${rounds - (runs.get(side)?.length ?? 0)}`)
}

function titleOf(task: Task): string {
  if (task.scenario === 'network') return `${task.nodes} nodes in one process`
  if (task.scenario === 'join') return `join of ${task.entries.toLocaleString('en')} entries`
  return 'one node a process'
}

function numbers(text: string): number[] {
  return text.split(',').map((one) => wholeNumber(one, [1, 100_000]))
}
