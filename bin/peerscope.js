#!/usr/bin/env node
// Plain JavaScript for any Node: runs the command line, with the Node 24 that comes with the package where this one is older.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import * as module from 'node:module'
import { constants, homedir } from 'node:os'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
// A checkout runs its sources, the published package its bundle.
const source = join(root, 'src', 'main', 'cli', 'main.ts')
const hasSource = existsSync(source)
const compiled = compiledCode()
// Where the Node that was found is too old as well, the next try would find it once more.
if (Number(process.versions.node.split('.')[0]) < 24)
  runWith(process.env.PEERSCOPE_LAUNCHED === '1' ? null : bundledNode())
else if (hasSource) {
  if (compiled !== null) module.enableCompileCache?.(compiled)
  await import(pathToFileURL(source).href)
} else {
  const bundle = join(root, 'out', 'cli', 'cli.cjs')
  // An older Node does not understand compiled.js. What is not there is told of by Node itself.
  if (compiled === null || !existsSync(bundle)) module.createRequire(import.meta.url)(bundle)
  else (await import('./compiled.js')).runCompiled(bundle, join(compiled, `bundle-${installation()}`))
}

/**
 * Where V8's compiled code is kept for the next start: a folder that nobody else can write to, since what lies there is run. Null
 * where there is none, such as without a home folder, and where Node's own settings say what to do.
 */
function compiledCode() {
  if (process.env.NODE_COMPILE_CACHE !== undefined || process.env.NODE_DISABLE_COMPILE_CACHE !== undefined) return null
  try {
    const folder = compiledFolder()
    makeFolder(folder)
    const found = lstatSync(folder)
    const isOurs = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0)
    return found.isDirectory() && isOurs ? folder : null
  } catch {
    return null
  }
}

/** Tells installations apart: each has files of its own. */
function installation() {
  return createHash('sha256').update(root).digest('hex').slice(0, 16)
}

/** The twin of src/main/make-folder.ts, which this file cannot import: Node's `recursive` may loop for ever. */
function makeFolder(folder) {
  if (existsSync(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) makeFolder(parent)
  // With sudo the home may be that of a user, who could not write into what root makes there.
  if (process.getuid?.() === 0 && statSync(parent).uid !== 0) throw new Error('it is not ours')
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Another start made it meanwhile.
    if (error.code !== 'EEXIST') throw error
  }
}

function compiledFolder() {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  if (process.platform === 'win32')
    return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'Peerscope', 'Compiled')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Peerscope', 'Compiled')
  // The XDG specification: a relative path is to be ignored.
  const cache = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache')
  return join(cache, 'peerscope', 'compiled')
}

/** Runs the command line in a process of that Node's, and ends as it ends. */
function runWith(node) {
  if (node === null) {
    console.error('peerscope: Node 24 is needed and did not come with the installation; install Node 24 or newer')
    process.exit(1)
  }
  const stays = startedByNohup()
  // It ends when this channel does, however this process dies.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PEERSCOPE_LAUNCHED: '1',
      ...(stays ? { PEERSCOPE_NOHUP: '1' } : {}),
    },
  })
  // A terminal sends Ctrl-C to both processes; the command line takes repeats for one request.
  const pass = (signal) => {
    // On Windows a signal would kill.
    if (process.platform !== 'win32') child.kill(signal)
    else if (child.connected) child.send({ kind: 'end' }, () => undefined)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP'])
    process.on(signal, stays && signal === 'SIGHUP' ? () => undefined : pass)
  child.on('error', (error) => {
    console.error(`peerscope: ${node} does not start: ${error.message}`)
    process.exit(1)
  })
  child.on('close', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

/** See src/main/cli/hangup.ts. Only this process can tell: of the one that it starts, it is the parent. */
function startedByNohup() {
  const started = process.env._
  if (started === undefined || basename(started) !== 'nohup') return false
  try {
    return !readFileSync(`/proc/${process.ppid}/environ`, 'utf8').split('\0').includes(`_=${started}`)
  } catch {
    return true
  }
}

/** The binary of the optional dependency for this platform, or null. */
function bundledNode() {
  const { platform, arch } = process
  const names = [`node-${platform === 'win32' ? 'win' : platform}-${arch}`, `node-bin-${platform}-${arch}`]
  const require = module.createRequire(import.meta.url)
  for (const name of names) {
    try {
      const folder = dirname(require.resolve(`${name}/package.json`))
      const binary = join(folder, 'bin', platform === 'win32' ? 'node.exe' : 'node')
      if (existsSync(binary)) return binary
    } catch {
      // Not installed: the next one.
    }
  }
  return null
}
