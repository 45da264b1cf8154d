/**
 * The process of the demo swarm: a Node process with a channel to its parent, or one of Electron's utility processes. Only
 * hosts start it (`monitor/node-swarm.ts`, `desktop/utility-swarm.ts`).
 */
import { visibleLines } from '../shared/visible-text.ts'
import type { ParentLink } from './monitor/demo-swarm.ts'
import { runDemoSwarm } from './monitor/demo-swarm.ts'
import { createLogger } from './monitor/log.ts'
import { END_SWARM } from './monitor/swarm-protocol.ts'
import type { SwarmMessage } from './monitor/swarm-protocol.ts'

/** What Electron gives its utility processes: https://www.electronjs.org/docs/latest/api/parent-port */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
  postMessage(message: SwarmMessage): void
}

/** It has no event for its end: Chromium ends its utility processes itself when the browser process is gone. */
function electronLink(port: ParentPort): ParentLink {
  return {
    send: (message) => {
      // Electron does not tell when a message is on its way, and this process ends right after it.
      if (message.kind === 'failed') process.stderr.write(`${visibleLines(message.reason)}\n`)
      return Promise.resolve(port.postMessage(message))
    },
    onEnd: (listener) => port.on('message', ({ data }) => void (data === END_SWARM && listener())),
    onOrder: (listener) => port.on('message', ({ data }) => listener(data)),
  }
}

/** The channel closes when the parent is gone, however that came. */
function nodeLink(): ParentLink {
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (process.send === undefined) resolve()
        else process.send(message, undefined, {}, () => resolve())
      }),
    onEnd: (listener) => {
      process.on('message', (message) => void (message === END_SWARM && listener()))
      process.on('disconnect', listener)
      // It may have closed while this program was being loaded.
      if (!process.connected) listener()
    },
    onOrder: (listener) => void process.on('message', listener),
  }
}

const { parentPort }: { readonly parentPort?: ParentPort } = process
const link = parentPort === undefined ? nodeLink() : electronLink(parentPort)
// A terminal sends these to the whole group; the parent decides when the swarm ends.
for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP'] as const) process.on(signal, () => undefined)
// Without a reader there is no log; the swarm goes on.
process.stderr.on('error', () => undefined)
const logger = createLogger('error', (line) => void process.stderr.write(line))
// A utility process does not end by itself. Not awaited: in the command line's bundle this is a CommonJS module.
void runDemoSwarm(process.argv.slice(2), link, logger, () => process.kill(process.pid, 'SIGKILL')).then((code) =>
  process.exit(code),
)
