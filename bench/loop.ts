import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFixture } from './loop/fixture.ts'
import type { EngineTask, Work } from './loop/protocol.ts'
import type { Rounds } from './figures/figures.ts'
import { medianOf } from './figures/figures.ts'
import { printTable } from './table.ts'

/** How long peers stay that are not heard of, as discovery has it by default, milliseconds. */
const PURGE_AFTER_MS = 300_000
/** Where no peer is to be purged: a slow machine takes minutes to get there. */
const NO_PURGE_AFTER_MS = 3_600_000
/** A hold that is felt, milliseconds. */
const FELT_MS = 50
const MEASURED = `
Milliseconds, each the median over the runs of what was longest in a run.
  task CPU   processor time of one task: a callback of the event loop with its microtasks and the garbage collected in it
  round CPU  processor time of one round of the loop: all that was due, one after the other
  longest    between two rounds by the clock; other processes' work is part of it
  IPC        round trip of a trivial call from another thread, every 10 ms
  window     a look at the menus and a move of the window every 20 ms: the longest wait for its turn, its own work included
`

/**
 * What holds the event loop of the process that hosts the engine, and how long a trivial call of a window waits meanwhile.
 * Arguments, all optional: `peers=10000 events=1000000 runs=3`, `folder=PATH` to keep the made history in,
 * `purge=45` seconds for the second node and the engine to be ready before all peers are purged,
 * `only=TEXT,TEXT` for works with these words in their names, `why` to tell what held the loop longest.
 */
export async function loop(args: readonly string[]): Promise<void> {
  const given = new Map(args.map((arg) => arg.split('=', 2) as [string, string | undefined]))
  const number = (name: string, fallback: number): number => Number(given.get(name) ?? fallback)
  const [peers, events, runs] = [number('peers', 10_000), number('events', 1_000_000), number('runs', 3)]
  const only = given.get('only')?.split(',') ?? []
  const folder = await mkdtemp(join(tmpdir(), 'peerscope-bench-'))
  const kept = given.get('folder') ?? join(folder, 'history')
  try {
    if (!existsSync(kept)) {
      await mkdir(kept, { recursive: true })
      await makeFixture(kept, peers, events, Date.now())
    }
    const all: Work[] = []
    for (let run = 0; run < runs; run += 1) {
      for (const kind of ['history', 'purge'] as const) {
        if (given.has('kind') && given.get('kind') !== kind) continue
        const dataDir = join(folder, `${kind}-${run}`)
        if (kind === 'history') await cp(kept, dataDir, { recursive: true })
        process.stderr.write(`run ${run + 1} of ${runs}: ${kind}\n`)
        const purgeAfter = kind === 'purge' ? PURGE_AFTER_MS : NO_PURGE_AFTER_MS
        // Peers of the purge are that old already.
        const age = kind === 'purge' ? PURGE_AFTER_MS - 1000 * number('purge', 45) : 0
        all.push(...(await measure({ kind, dataDir, peers, only, purgeAfter, why: given.has('why') }, age)))
        await rm(dataDir, { recursive: true, force: true })
      }
    }
    print(all)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(task: Omit<EngineTask, 'bootstrap' | 'silentAt'>, age: number): Promise<readonly Work[]> {
  const at = Date.now() - age
  const peer = fork(new URL('loop/peer.ts', import.meta.url), [task.peers, at, task.purgeAfter].map(String))
  const engine = fork(new URL('loop/engine.ts', import.meta.url))
  try {
    const { address } = await answer<{ readonly address: string }>(peer)
    engine.send({ ...task, bootstrap: address, silentAt: at + task.purgeAfter } satisfies EngineTask)
    return await answer<readonly Work[]>(engine)
  } finally {
    for (const child of [engine, peer]) child.kill()
  }
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process ended with code ${String(code)}`)
  })
  const [message] = await Promise.race([once(child, 'message'), ended])
  ended.catch(() => undefined)
  return message as T
}

/** The median of the runs, for each work. */
function print(works: readonly Work[]): void {
  const names = [...new Set(works.map(({ name }) => name))]
  const rows = names.map((name) => {
    const of = works.filter((work) => work.name === name)
    const rounds = (pick: (work: Work) => number): Rounds => ({
      values: of.map((work) => Math.round(pick(work) * 10) / 10),
    })
    const task = rounds(({ taskMs }) => taskMs)
    return [
      name,
      task,
      rounds(({ roundMs }) => roundMs),
      rounds(({ longestMs }) => longestMs),
      rounds(({ ipcP50Ms }) => ipcP50Ms),
      rounds(({ ipcP99Ms }) => ipcP99Ms),
      of.some(({ windowMs }) => windowMs !== null) ? rounds(({ windowMs }) => windowMs ?? 0) : '',
      rounds(({ tookMs }) => tookMs),
      medianOf(task.values) > FELT_MS ? 'TOO LONG' : '',
    ]
  })
  console.log(MEASURED)
  printTable(['work', 'task CPU', 'round CPU', 'longest', 'IPC p50', 'IPC p99', 'window', 'took', ''], rows, {
    unit: 'ms',
  })
}
