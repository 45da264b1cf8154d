/** The process of the demo swarm where the host is Electron, so that Electron's binary need not run as Node. */
import type { ForkOptions, UtilityProcess } from 'electron'
import { LastLines } from '../monitor/last-lines.ts'
import type { StartSwarmProcess } from '../monitor/swarm-protocol.ts'
import { END_SWARM } from '../monitor/swarm-protocol.ts'

/** The part of Electron that is used. Only there once the app is ready. */
export interface UtilityProcesses {
  fork(modulePath: string, args: string[], options: ForkOptions): UtilityProcess
}

/** How long the rest of standard error is read after the end, which Electron's stream does not tell, milliseconds. */
const REST_MS = 100

/** @param entry the path of the bundle of `swarm-process.ts`, which may be in the archive of a packaged app */
export function utilitySwarm(processes: UtilityProcesses, entry: string): StartSwarmProcess {
  return (args) => {
    const child = processes.fork(entry, [...args], {
      serviceName: 'Peerscope demo swarm',
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const errors = new LastLines()
    const { stderr } = child
    const keep = (chunk: Buffer | string): void => errors.add(String(chunk))
    stderr?.on('data', keep)
    // Without a listener this event would be thrown.
    child.on('error', (type, location) => errors.add(`\n${type} in ${location}\n`))
    let gone = false
    const ended = new Promise<string>((resolve) => {
      child.once('exit', (code) => {
        gone = true
        // Right after this event Electron takes the listeners off, with which all that is still to be read would be lost.
        queueMicrotask(() => void stderr?.on('data', keep))
        setTimeout(() => resolve(errors.summary() === '' ? `exit code ${code}` : errors.summary()), REST_MS)
      })
    })
    const kill = (): void => {
      if (gone) return
      // Not child.kill(), which asks with SIGTERM and has been seen to hold the main process.
      if (child.pid === undefined) child.once('spawn', kill)
      else killNow(child.pid)
    }
    return {
      ended,
      onMessage: (listener) => void child.on('message', listener),
      // After the end, posting has been seen to crash the main process (electron#53923).
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process has no origin
      end: () => void (!gone && child.postMessage(END_SWARM)),
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process has no origin
      order: (order) => void (!gone && child.postMessage(order)),
      kill,
    }
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
