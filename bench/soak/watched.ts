import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Interface } from 'node:readline'
import type { Readable } from 'node:stream'
import { ROOT } from '../converge/runs.ts'
import type { Held } from './protocol.ts'

/** Longest wait for a word of a process, milliseconds. */
const LIMIT_MS = 60_000

/** A `peerscope …` process with the probe in it. */
export class Watched {
  readonly #child: ChildProcess
  readonly #lines: Interface
  readonly #reports: Interface
  readonly #ended: Promise<never>

  /** @param args of the command line; `--json` is added */
  constructor(args: readonly string[]) {
    const flags = ['--expose-gc', '--disable-warning=ExperimentalWarning', '--import', `${ROOT}/bench/soak/probe.ts`]
    this.#child = spawn(process.execPath, [...flags, 'src/main/cli/main.ts', ...args, '--json'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    })
    const [, output, , report] = this.#child.stdio
    this.#lines = createInterface({ input: output as Readable })
    this.#reports = createInterface({ input: report as Readable })
    // Read to the end: a full pipe would hold the process up.
    this.#lines.on('line', () => undefined)
    this.#ended = once(this.#child, 'exit').then(([code, signal]) => {
      throw new Error(`'${args[0] ?? ''}' ended by itself: ${String(code ?? signal)}`)
    })
    this.#ended.catch(() => undefined)
  }

  /** The next line with this event. @throws when the process ends before, or says nothing for a minute */
  async told(event: string): Promise<Readonly<Record<string, unknown>>> {
    const found = new Promise<Record<string, unknown>>((resolve) => {
      const onLine = (line: string): void => {
        const said = JSON.parse(line) as Record<string, unknown>
        if (said['event'] !== event) return
        this.#lines.off('line', onLine)
        resolve(said)
      }
      this.#lines.on('line', onLine)
    })
    return this.#inTime(found)
  }

  /** What it holds now, after its garbage was collected. @throws as `told` */
  async held(): Promise<Held> {
    const reported = once(this.#reports, 'line')
    this.#child.kill('SIGUSR2')
    const [line] = (await this.#inTime(reported)) as [string]
    return JSON.parse(line) as Held
  }

  /** Ends it as a user does. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), 10_000)
    await exit
    clearTimeout(limit)
  }

  async #inTime<T>(wanted: Promise<T>): Promise<T> {
    let limit: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      limit = setTimeout(() => reject(new Error(`no word for ${LIMIT_MS / 1000} s`)), LIMIT_MS)
    })
    try {
      return await Promise.race([wanted, this.#ended, late])
    } finally {
      clearTimeout(limit)
    }
  }
}
