/**
 * `node scripts/dev/keeper.ts COMMAND ARGS`: runs the command until it ends or our standard input does, which the parent
 * holds open: then it ends the command, gracefully at first. So nothing outlives `npm run dev`, however that ends.
 */
import { spawn } from 'node:child_process'

/** How long the command may say goodbye, milliseconds. */
const GRACE_MS = 8000

const [command = '', ...args] = process.argv.slice(2)
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
child.once('error', (error) => {
  console.error(`cannot run ${command}: ${error.message}`)
  process.exit(127)
})
child.once('close', (code) => process.exit(code ?? 1))

// Terminals signal their whole group. We are a group of our own, and end by our input alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
process.stdin.once('end', end).once('error', end).resume()

let ending = false
function end(): void {
  if (ending) return
  ending = true
  child.kill('SIGTERM')
  setTimeout(() => {
    // The whole group, with whatever the command has started.
    if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL')
    child.kill('SIGKILL')
  }, GRACE_MS).unref()
}
