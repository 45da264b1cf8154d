/** Builds what is out of date, once for all starts that begin together. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { acquireLock } from '../../src/main/store/lock.ts'
import type { Lock } from '../../src/main/store/lock.ts'
import { StoreInUse } from '../../src/shared/errors.ts'
import type { Progress } from './progress.ts'
import { checkWritable, explainUnbuilt, outOf } from './unbuilt.ts'

/** How often a start that waits for another's build looks, milliseconds, and how long it waits. */
const LOOK_MS = 300
const WAIT_MS = 10 * 60_000

const SOURCES = ['src/**/*', 'electron.vite.config.ts', 'package.json', 'package-lock.json']
const RESULTS = ['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html']

/**
 * Null when all is built; else the exit code of the start.
 * @param asked the start is asked to end
 * @param waitMs how long it waits for another's build, milliseconds
 */
export async function build(
  root: string,
  progress: Progress,
  asked: AbortSignal,
  waitMs = WAIT_MS,
): Promise<number | null> {
  if (isBuilt(root)) return null
  const turn = await waitForTurn(root, progress, asked, waitMs)
  if (asked.aborted || turn.kind === 'waited in vain') progress.done()
  if (asked.aborted) return 0
  if (turn.kind === 'waited in vain') {
    progress.say(
      `Another start has been building Peerscope for ${Math.ceil(waitMs / 60_000)} min: end it, then try again.`,
    )
    return 1
  }
  const { lock } = turn
  let complete = isComplete(root)
  try {
    if (isBuilt(root)) return null
    progress.step('Building Peerscope')
    const sources = sourcesOf(root)
    checkWritable(root)
    // Ended half way, it must not count as built.
    rmSync(stampOf(root), { force: true })
    complete = false
    const code = await runBuild(root, progress, asked)
    progress.done()
    if (asked.aborted) return 0
    if (code !== 0) {
      progress.say('Peerscope could not be built: see above.')
      return code
    }
    writeFileSync(stampOf(root), sources)
    return null
  } catch (error) {
    progress.done()
    const { why, mend } = explainUnbuilt(error, root)
    progress.say(`Peerscope could not be built: ${why}.`)
    if (complete) progress.say('The build that is there is older than the sources and is not used.')
    progress.say(`To fix it: ${mend}`)
    return 1
  } finally {
    progress.done()
    lock?.release()
  }
}

/** Whether the last complete build was of just these sources. */
function isBuilt(root: string): boolean {
  if (!isComplete(root)) return false
  try {
    return readFileSync(stampOf(root), 'utf8') === sourcesOf(root)
  } catch {
    return false
  }
}

/** Whether a build ran to its end, of whatever sources. */
function isComplete(root: string): boolean {
  return [...RESULTS.map((file) => join(root, file)), stampOf(root)].every((file) => existsSync(file))
}

function stampOf(root: string): string {
  return join(outOf(root), 'built')
}

/** Tells one state of the sources from another: a file that is gone or older than before counts too. */
function sourcesOf(root: string): string {
  const hash = createHash('sha256')
  for (const file of globSync(SOURCES, { cwd: root }).sort()) {
    const { mtimeMs, size } = statSync(join(root, file))
    hash.update(`${file}\0${mtimeMs}\0${size}\n`)
  }
  return hash.digest('hex')
}

/** Our turn, with a lock that is null where none can be had at all; or another's build took too long. */
type Turn = { readonly kind: 'ours'; readonly lock: Lock | null } | { readonly kind: 'waited in vain' }

async function waitForTurn(root: string, progress: Progress, asked: AbortSignal, waitMs: number): Promise<Turn> {
  const folder = join(root, 'node_modules', '.cache', 'peerscope')
  const until = performance.now() + waitMs
  let waits = false
  while (!asked.aborted && performance.now() < until) {
    try {
      mkdirSync(folder, { recursive: true })
      return { kind: 'ours', lock: acquireLock(join(folder, 'build')) }
    } catch (error) {
      if (!(error instanceof StoreInUse)) return { kind: 'ours', lock: null }
      if (!waits) progress.step('Waiting for another start that builds Peerscope')
      waits = true
      await pause(LOOK_MS)
    }
  }
  return { kind: 'waited in vain' }
}

/** Resolves with the exit code. */
function runBuild(root: string, progress: Progress, signal: AbortSignal): Promise<number> {
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const child = spawn(process.execPath, [tool, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  })
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => progress.pass(text))
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (!signal.aborted) progress.say(`cannot build: ${error.message}`)
      if (child.pid === undefined) resolve(1)
    })
    child.once('close', (code) => resolve(code ?? 1))
  })
}
