/** A double of Electron's `utilityProcess` that runs real Node processes. */
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import type { ForkOptions } from 'electron'
import type { UtilityProcesses } from '../../src/main/desktop/utility-swarm.ts'

/** Gives a Node process what Electron gives its utility processes, and ends it with its parent as Chromium does. */
const PRELOAD = `
import { EventEmitter } from 'node:events'
const port = Object.assign(new EventEmitter(), { postMessage: (message) => send(message) })
const send = process.send.bind(process)
process.send = undefined
process.parentPort = port
process.on('message', (data) => port.emit('message', { data, ports: [] }))
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// Like Electron's it does not end by itself.
setInterval(() => undefined, 60_000)
`

/** What was asked for last. */
export interface FakeUtilityProcesses extends UtilityProcesses {
  last: { readonly modulePath: string; readonly args: readonly string[]; readonly options: ForkOptions } | null
}

/** Makes a double. */
export function fakeUtilityProcess(): FakeUtilityProcesses {
  const double: FakeUtilityProcesses = {
    last: null,
    fork: (modulePath, args, options) => {
      double.last = { modulePath, args, options }
      const child = fork(modulePath, args, {
        execArgv: [
          '--disable-warning=ExperimentalWarning',
          `--import=data:text/javascript,${encodeURIComponent(PRELOAD)}`,
        ],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      })
      const stderr = new PassThrough()
      child.stderr?.pipe(stderr)
      const utility = Object.assign(new EventEmitter(), {
        pid: undefined as number | undefined,
        stdout: null,
        stderr,
        kill: () => child.kill(),
        postMessage: (message: string) => void child.send(message),
      })
      child.once('spawn', () => {
        utility.pid = child.pid
        utility.emit('spawn')
      })
      child.on('message', (message) => utility.emit('message', message))
      child.once('exit', (code) => {
        utility.emit('exit', code ?? 0)
        utility.pid = undefined
        // As Electron does.
        stderr.removeAllListeners()
      })
      return utility
    },
  }
  return double
}
