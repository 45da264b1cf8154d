/** The process of the demo swarm where the host is Node itself. */
import { fork } from 'node:child_process'
import { LastLines } from './last-lines.ts'
import type { StartSwarmProcess } from './swarm-protocol.ts'
import { END_SWARM } from './swarm-protocol.ts'

/** V8 would rather let the heap grow than look through it: without these the demo takes twice the memory. */
export const SMALL_HEAP: readonly string[] = [
  '--max-semi-space-size=4',
  '--max-old-space-size=512',
  '--single-threaded-gc',
]

/** @param entry the path of `swarm-process.ts`, or of its bundle */
export function nodeSwarm(entry: string): StartSwarmProcess {
  return (args) => {
    const child = fork(entry, [...args], {
      // None of ours: a debugging port, for one, is taken.
      execArgv: ['--disable-warning=ExperimentalWarning', ...SMALL_HEAP],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    const errors = new LastLines()
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => errors.add(chunk))
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('close', (code, signal) => {
        const how = signal === null ? `exit code ${code}` : `killed by ${signal}`
        resolve([errors.summary(), how].find((text) => text !== '') ?? how)
      })
    })
    return {
      ended,
      onMessage: (listener) => void child.on('message', listener),
      // The callback takes the error of a channel that has just been closed.
      end: () => void (child.connected && child.send(END_SWARM, () => undefined)),
      order: (order) => void (child.connected && child.send(order, () => undefined)),
      kill: () => void child.kill('SIGKILL'),
    }
  }
}
