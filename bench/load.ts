import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { InvalidArguments, wholeNumber } from './figures/arguments.ts'
import { builtPrograms } from './figures/built.ts'
import { defaultConfig } from './load/defaults.ts'
import type { Outcome } from './load/figures.ts'
import { behind, FIGURES, markOf } from './load/figures.ts'
import type {
  FromGenerator,
  FromNode,
  Generated,
  GeneratorTask,
  NodeTask,
  ToGenerator,
  ToNode,
  Variant,
} from './load/protocol.ts'
import { printTable } from './table.ts'

const VARIANTS: readonly Variant[] = [
  { name: 'node', store: false, window: false },
  { name: 'store', store: true, window: false },
  { name: 'window', store: false, window: true },
  { name: 'store+window', store: true, window: true },
]
/** The measured node, its window, and the thread that its store starts. */
const PROGRAMS = {
  node: 'bench/load/node.ts',
  page: 'bench/loop/page.ts',
  'aside-worker': 'src/main/store/aside-worker.ts',
  'verifier-worker': 'src/main/network/verifier-worker.ts',
}
export const HELP = `usage: npm run bench -- load [N…] [seconds=60] [settle=20] [rounds=1] [only=node,store,window,store+window]
  [speakers=3] [copies=2] [life=3600] [prof=FOLDER]

One real node in a network of N peers (1000 10000 50000 unless told), over loopback. A generator sends what they say at the default
rates: speakers (real nodes, its neighbors) publish the signed announcements and goodbyes of all (by rule AN14), each by so many of them as
copies says; each peer stays for life seconds; peers answer pings and ask for them. The node is measured for so many seconds after
it joined and settled. With prof it writes a CPU profile of that span for each node.`
const OPTIONS = /^(seconds|settle|rounds|only|speakers|copies|life|prof)$/
/** How many peers there may be. */
const COUNTS = [100, 100_000] as const
/** Longest wait for a process, milliseconds: to make 50,000 keys and entries takes time. */
const LIMIT_MS = 600_000

/** One real node in a network of N. Arguments: see HELP. */
export async function load(args: readonly string[]): Promise<void> {
  const given = new Map(args.map((arg) => arg.split('=', 2) as [string, string | undefined]))
  const unknown = [...given].filter(([name, value]) => !(value === undefined ? /^\d+$/ : OPTIONS).test(name))
  if (unknown.length > 0)
    throw new InvalidArguments(`Invalid argument ${unknown.map(([name]) => name).join(', ')}\n${HELP}`)
  const number = (name: string, fallback: number): number =>
    wholeNumber(given.get(name) ?? String(fallback), [1, 100_000])
  const counts = args.filter((arg) => /^\d+$/.test(arg)).map((arg) => wholeNumber(arg, COUNTS))
  const only = given.get('only')?.split(',') ?? VARIANTS.map(({ name }) => name)
  const variants = VARIANTS.filter(({ name }) => only.includes(name))
  if (variants.length < only.length) throw new InvalidArguments(`Invalid only=${only.join(',')}\n${HELP}`)
  const folder = given.get('prof')
  const plan: Plan = {
    program: join(await builtPrograms('load', PROGRAMS), 'node.cjs'),
    variants,
    rounds: number('rounds', 1),
    settleMs: number('settle', 20) * 1000,
    spanMs: number('seconds', 60) * 1000,
    profiles: folder === undefined ? null : resolve(folder),
  }
  const shared = { speakers: number('speakers', 3), copies: number('copies', 2), lifeMs: number('life', 3600) * 1000 }
  for (const count of counts.length === 0 ? [1000, 10_000, 50_000] : counts)
    print(count, plan, await measure({ count, ...shared }, plan))
  console.log(
    `\nMarks: at 10,000 peers 10 % of a core, 250 MiB, p99 delay 10 ms; at 50,000 peers 40 % and 600 MiB. In rest each peer is heard\n` +
      `of every ${defaultConfig.announceInterval / 1000} s, or as rule AN14 says where there are more than 900. Load of this machine at the end: ${loadavg()
        .map((one) => one.toFixed(1))
        .join(', ')}.`,
  )
}

interface Plan {
  /** That of the measured node. */
  readonly program: string
  readonly variants: readonly Variant[]
  readonly rounds: number
  readonly settleMs: number
  readonly spanMs: number
  readonly profiles: string | null
}

/** All variants, one after the other, in one network. */
async function measure(task: GeneratorTask, plan: Plan): Promise<ReadonlyMap<string, Outcome[]>> {
  process.stderr.write(`${task.count} peers: making their entries\n`)
  const flags = ['--disable-warning=ExperimentalWarning', '--max-old-space-size=8192']
  const generator = fork(new URL('load/generator.ts', import.meta.url), [JSON.stringify(task)], { execArgv: flags })
  const outcomes = new Map<string, Outcome[]>(plan.variants.map(({ name }) => [name, []]))
  const onSignal = (): void => {
    generator.kill('SIGKILL')
    process.exit(1)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  try {
    const { addresses } = await word<FromGenerator, 'ready'>(generator, 'ready')
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const variant of plan.variants) {
        process.stderr.write(`${task.count} peers, round ${round + 1} of ${plan.rounds}: ${variant.name}\n`)
        const profile =
          plan.profiles === null ? null : join(plan.profiles, `${task.count}-${variant.name}-${round}.cpuprofile`)
        outcomes.get(variant.name)?.push(await one(generator, addresses, task, { plan, variant, profile }))
      }
    }
    return outcomes
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal)
    generator.kill('SIGKILL')
  }
}

interface Turn {
  readonly plan: Plan
  readonly variant: Variant
  readonly profile: string | null
}

async function one(
  generator: ChildProcess,
  bootstrap: readonly string[],
  { count, speakers }: GeneratorTask,
  { plan, variant, profile }: Turn,
): Promise<Outcome> {
  const dataDir = mkdtempSync(join(tmpdir(), 'peerscope-load-'))
  const args = [JSON.stringify({ variant, dataDir, profile } satisfies NodeTask)]
  const execArgv = ['--disable-warning=ExperimentalWarning']
  const node = fork(plan.program, args, { execArgv })
  try {
    await word<FromNode, 'loaded'>(node, 'loaded')
    const joined = word<FromNode, 'joined'>(node, 'joined')
    const online = word<FromNode, 'online'>(node, 'online')
    // Some have left meanwhile, and their goodbyes are on the way.
    node.send({ kind: 'join', bootstrap, count: Math.floor((count + speakers) * 0.99) } satisfies ToNode)
    const { address } = await online
    generator.send({ kind: 'target', address } satisfies ToGenerator)
    const { ms, cpuMs, known } = await joined
    await wait(plan.settleMs)
    const late = word<FromNode, 'delays'>(node, 'delays')
    node.send({ kind: 'delays', ms: plan.spanMs / 2 } satisfies ToNode)
    const { delays } = await late
    await reportOf(generator)
    const measured = word<FromNode, 'measured'>(node, 'measured')
    node.send({ kind: 'measure', ms: plan.spanMs } satisfies ToNode)
    const { costs, gone } = await measured
    const did = await reportOf(generator)
    return { joinMs: ms, joinCpuMs: cpuMs, joinedKnown: known, costs, delays, gone, did, spanMs: plan.spanMs }
  } finally {
    generator.send({ kind: 'target', address: null } satisfies ToGenerator)
    const exit = once(node, 'exit')
    if (node.exitCode === null && node.signalCode === null) {
      node.send({ kind: 'end' } satisfies ToNode)
      const timer = setTimeout(() => node.kill('SIGKILL'), 15_000)
      await exit
      clearTimeout(timer)
    }
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function reportOf(generator: ChildProcess): Promise<Generated> {
  const report = word<FromGenerator, 'report'>(generator, 'report')
  generator.send({ kind: 'report' } satisfies ToGenerator)
  return (await report).did
}

/** The next message of a kind. @throws Error when the process ends or fails before, or takes too long */
function word<M extends { readonly kind: string }, K extends M['kind']>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<M, { readonly kind: K }>> {
  return new Promise((resolveWord, reject) => {
    const done = (): void => {
      clearTimeout(timer)
      child.off('message', onMessage)
      child.off('exit', onExit)
    }
    const fail = (why: string): void => {
      done()
      reject(new Error(why))
    }
    const onMessage = (message: M): void => {
      if (message.kind === 'failed') return fail(JSON.stringify(message))
      if (message.kind !== kind) return
      done()
      resolveWord(message as Extract<M, { readonly kind: K }>)
    }
    const onExit = (code: number | null): void => fail(`a process ended with ${String(code)} before '${kind}'`)
    const timer = setTimeout(() => fail(`a process did not say '${kind}' in time`), LIMIT_MS)
    child.on('message', onMessage)
    child.on('exit', onExit)
  })
}

function print(count: number, { variants, rounds, spanMs }: Plan, outcomes: ReadonlyMap<string, Outcome[]>): void {
  const names = variants.map(({ name }) => name)
  console.log(`\n${count.toLocaleString('en')} peers, ${spanMs / 1000} s at rest, medians of ${rounds} rounds`)
  printTable(
    ['', ...names, 'mark'],
    FIGURES.map(([name, pick]) => [
      name,
      ...names.map((variant) => ({ values: outcomes.get(variant)?.map(pick) ?? [] })),
      markOf(name, count),
    ]),
    { about: `${count} peers`, figures: names },
  )
  for (const [variant, all] of outcomes)
    for (const outcome of all) {
      const why = behind(outcome)
      if (why !== null)
        console.log(`${variant}: the generator was behind, these figures say less than they seem to: ${why}`)
    }
}
