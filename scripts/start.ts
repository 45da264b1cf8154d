/**
 * `npm start [-- --demo --data DIR --network NAME --browser --fetch-electron]`: builds what is out of date and opens the
 * desktop app; where Electron's binary is not there and cannot be fetched, says why and opens the browser host.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, globSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { electronBinary } from './electron-binary.ts'

const root = join(import.meta.dirname, '..')

const args = process.argv.slice(2)
const wantsBrowser = args.includes('--browser')
const passed = args.filter((arg) => arg !== '--browser' && arg !== '--fetch-electron')

build()
const electron = wantsBrowser ? null : await findElectron()
if (electron === null) {
  runInBrowser()
} else {
  // Chromium's sandbox does not start as root.
  const flags = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  follow(spawn(electron, [...flags, root, ...passed], { stdio: 'inherit' }))
}

/** The binary's path; says why where there is none. Ctrl-C ends a download, and the start. */
async function findElectron(): Promise<string | null> {
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  const search = await electronBinary(root, console.log, stop.signal, { again: args.includes('--fetch-electron') })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal)
  if (stop.signal.aborted) process.exit(130)
  if (search.kind === 'found') return search.path
  console.log(`Electron, which opens the window, is missing: ${search.reason}.`)
  console.log(`To get it, ${search.mend}. Opening Peerscope in the browser instead.`)
  return null
}

/** Builds with electron-vite when a source is newer than the last build. */
function build(): void {
  const stamp = join(root, 'out', 'built')
  const patterns = ['src/**/*', 'electron.vite.config.ts', 'package.json', 'package-lock.json']
  const newest = Math.max(...globSync(patterns, { cwd: root }).map((file) => statSync(join(root, file)).mtimeMs))
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return
  console.log('Building Peerscope …')
  const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const { status } = spawnSync(process.execPath, [tool, 'build', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(stamp, '')
}

function runInBrowser(): void {
  const cli = join(root, 'src', 'main', 'cli', 'main.ts')
  const host = spawn(process.execPath, [cli, 'serve', ...passed, '--json'], { stdio: ['inherit', 'pipe', 'inherit'] })
  createInterface({ input: host.stdout }).on('line', (line) => {
    const message: { event?: string; url?: string; message?: string } = JSON.parse(line)
    if (message.event === 'serving' && message.url !== undefined) {
      console.log(`Peerscope is at ${message.url}`)
      openBrowser(message.url)
    } else if (message.event === 'error') console.error(`peerscope: ${message.message}`)
  })
  follow(host)
}

/** Opens the URL where there is a display; a failure is harmless, the URL was printed. */
function openBrowser(url: string): void {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && DISPLAY === undefined && WAYLAND_DISPLAY === undefined) return
  const [command, first] =
    process.platform === 'darwin'
      ? ['open', []]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '']]
        : ['xdg-open', []]
  const browser = spawn(command, [...first, url], { stdio: 'ignore', detached: true })
  browser.on('error', () => undefined)
  browser.unref()
}

/** Passes signals on, and ends as the child ends. */
function follow(child: ReturnType<typeof spawn>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.on('close', (code) => process.exit(code ?? 1))
}
