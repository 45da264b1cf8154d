/** Runs one measurement in a process group and, where possible, a network namespace of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { isolation } from '../../test/interop/namespace.ts'
import { MOSAIK_VERSIONS, builtBinary } from '../../test/interop/build.ts'
import { BINARIES_VARIABLE } from '../../test/interop/support/versions.ts'
import { builtPrograms } from '../figures/built.ts'
import type { Measured, Run, Side, Task } from './protocol.ts'
import { COMPILED_VARIABLE, HOST_VARIABLE } from './protocol.ts'

/** Longest time of one run, milliseconds. */
const LIMIT_MS = 300_000

/** How runs can be made here. */
export interface Surroundings {
  /** The program that hosts our nodes, as a bundle. */
  readonly host: string
  /** The file of what V8 compiled, as `bin/peerscope.js` keeps it from one start to the next. */
  readonly compiled: string
  /** The programs of mosaik's nodes, as the variable has them; null where there are none. */
  readonly binaries: string | null
  /** Why mosaik is not measured; null where it is. */
  readonly withoutMosaik: string | null
  /** Why bytes are not counted; null where they are. */
  readonly withoutBytes: string | null
  /** The command in a namespace of its own, where there are any. */
  readonly wrap: (command: readonly string[]) => readonly string[]
}

/** What is there. Builds the host of our nodes. */
export async function surroundings(): Promise<Surroundings> {
  const isolated = isolation()
  const [newest] = MOSAIK_VERSIONS
  const built = newest === undefined ? null : builtBinary(newest)
  const found =
    process.env[BINARIES_VARIABLE] ??
    (built === null || newest === undefined ? null : JSON.stringify({ [newest.version]: built }))
  const missing = 'missing' in isolated ? isolated.missing : null
  const noNode = found === null ? 'its node is not built here (npm run interop -- --build)' : null
  const folder = await builtPrograms('versus', {
    host: 'bench/versus/ours.ts',
    'verifier-worker': 'src/main/network/verifier-worker.ts',
  })
  return {
    host: join(folder, 'host.cjs'),
    compiled: join(folder, 'compiled'),
    binaries: found,
    withoutMosaik: missing ?? noNode,
    withoutBytes: missing,
    wrap: 'missing' in isolated ? (command) => command : isolated.wrap,
  }
}

/** Does one run. @throws Error when it fails or takes too long */
export async function runOne(side: Side, task: Task, where: Surroundings): Promise<Measured> {
  const run: Run = { side, task, isolated: where.withoutBytes === null }
  const script = new URL('one.ts', import.meta.url).pathname
  const flags = ['--disable-warning=ExperimentalWarning']
  const [program = '', ...args] = where.wrap([process.execPath, ...flags, script, JSON.stringify(run)])
  const env = {
    ...process.env,
    [HOST_VARIABLE]: where.host,
    [COMPILED_VARIABLE]: where.compiled,
    ...(where.binaries === null ? {} : { [BINARIES_VARIABLE]: where.binaries }),
  }
  // A group of its own, so that all of it can be ended.
  const child = spawn(program, args, { detached: true, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const end = (): void => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
  const onSignal = (): void => {
    end()
    process.exit(1)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  const limit = setTimeout(end, LIMIT_MS)
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`a run of ${side} failed: ${JSON.stringify(task)}`)
    return JSON.parse(said) as Measured
  } finally {
    clearTimeout(limit)
    end()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal)
  }
}
