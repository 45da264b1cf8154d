/** The installed command, while it runs. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A program that prints events as lines of JSON. */
export interface Running {
  /** The first printed event, past or future, with this name. */
  waitFor(event: string): Promise<Readonly<Record<string, unknown>>>
  stop(signal: NodeJS.Signals): Promise<number | null>
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a script without standard input, as a service has none. */
export function startPacked(script: string, cwd: string, args: readonly string[]): Running {
  const child: ChildProcess = spawn(process.execPath, [script, ...args, '--json'], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, which gets SIGINT as a whole, as from a terminal.
    detached: true,
  })
  const lines: Readonly<Record<string, unknown>>[] = []
  const waiting = new Set<() => void>()
  const wake = (): void => waiting.forEach((check) => check())
  let errors = ''
  let ended = false
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const closed = once(child, 'close').then(() => {
    ended = true
    wake()
    return child.exitCode
  })
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(JSON.parse(line))
      wake()
    })
  const stop = (signal: NodeJS.Signals): Promise<number | null> => {
    if (!ended && child.pid !== undefined) process.kill(signal === 'SIGINT' ? -child.pid : child.pid, signal)
    return closed
  }
  return {
    stop,
    waitFor: (event) =>
      new Promise((done, fail) => {
        const check = (): void => {
          const found = lines.find((line) => line['event'] === event)
          if (found === undefined && !ended) return
          waiting.delete(check)
          if (found === undefined) fail(new Error(`'${args.join(' ')}' ended before '${event}': ${errors}`))
          else done(found)
        }
        waiting.add(check)
        check()
      }),
    [Symbol.asyncDispose]: async () => {
      await stop('SIGKILL')
    },
  }
}
