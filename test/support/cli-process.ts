import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Host } from './namespaces.ts'
import { programPath } from './programs.ts'

/** One line of `--json` output. */
export interface JsonLine {
  readonly event: string
  readonly [field: string]: unknown
}

/** A running `peerscope …` process. */
export interface CliProcess {
  readonly pid: number
  /** Everything that it printed so far. */
  readonly lines: readonly JsonLine[]
  /** The first line, past or future, that the predicate takes. Rejects when the process ends or time runs out before. */
  waitFor(wanted: string | ((line: JsonLine) => boolean), limitMs?: number): Promise<JsonLine>
  /** Writes one line to standard input. */
  say(line: string): void
  /** Resolves with the exit code when it ended by itself. */
  exited(): Promise<number | null>
  /** Sends a signal and resolves with the exit code when it ended. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts the command line as a process of its own, printing JSON, on a host of its own where one is given. It ends with the test. */
export function startCli(args: readonly string[], host?: Host): CliProcess {
  const inner = [programPath('cli'), ...args, '--json']
  const { command, args: all } = host?.wrap(process.execPath, inner) ?? { command: process.execPath, args: inner }
  const child = spawn(command, all, { stdio: 'pipe' })
  return watchLines(child, args.join(' '))
}

/** A running process that prints one JSON object a line, and is told of by its title when it fails. */
export function watchLines(child: ChildProcessWithoutNullStreams, title: string): CliProcess {
  const lines: JsonLine[] = []
  const waiting = new Set<() => void>()
  let errors = ''
  let ended = false
  const wake = (): void => waiting.forEach((check) => check())
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line))
    wake()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4000)
  })
  const exit = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      ended = true
      wake()
      resolve(code)
    })
  })
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (!ended) child.kill(signal)
    return exit
  }
  return {
    pid: child.pid ?? 0,
    lines,
    stop,
    exited: () => exit,
    say: (line) => void child.stdin.write(`${line}\n`),
    waitFor: (wanted, limitMs = 90_000) => {
      const matches = typeof wanted === 'string' ? (line: JsonLine) => line.event === wanted : wanted
      return new Promise((resolve, reject) => {
        const settle = (result: JsonLine | Error): void => {
          waiting.delete(check)
          clearTimeout(timer)
          if (result instanceof Error) reject(result)
          else resolve(result)
        }
        const describe = (): string =>
          `\nlast lines: ${lines
            .slice(-5)
            .map((line) => JSON.stringify(line))
            .join('\n')}\n${errors}`
        const timer = setTimeout(
          () => settle(new Error(`'${title}' did not print it within ${limitMs} ms${describe()}`)),
          limitMs,
        )
        let looked = 0
        const check = (): void => {
          const found = lines.slice(looked).find(matches)
          looked = lines.length
          if (found !== undefined) settle(found)
          else if (ended) settle(new Error(`'${title}' ended before${describe()}`))
        }
        waiting.add(check)
        check()
      })
    },
    [Symbol.asyncDispose]: async () => {
      await stop('SIGKILL')
    },
  }
}
