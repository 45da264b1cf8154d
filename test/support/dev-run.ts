/** `npm run dev` in a copy of the sources, which a test may change, and on a stand-in for Electron. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'

const ROOT = join(import.meta.dirname, '..', '..')
const WAIT_MS = 90_000

/** Says what it was started with, then waits for its end, as the app does. */
const ELECTRON = `#!${process.execPath}
const { existsSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const [root, ...flags] = process.argv.slice(2)
const main = readFileSync(join(root, 'out', 'main', 'index.js'), 'utf8')
const say = (event, more) => console.log(JSON.stringify({ event, pid: process.pid, ...more }))
const running = join(root, 'out', 'running')
const alone = !existsSync(running)
writeFileSync(running, '')
let asked = false
const end = () => {
  if (asked) return
  asked = true
  say('asked to end')
  setTimeout(() => {
    rmSync(running)
    say('ended')
    process.exit(0)
  }, 300)
}
process.on('SIGTERM', end).on('disconnect', end).on('message', ({ kind }) => kind === 'end' && end())
process.on('SIGINT', () => say('interrupted'))
// A restart that its user wants.
process.on('SIGUSR2', () => process.send({ kind: 'again' }, end))
// Its reader may be gone.
process.stdout.on('error', () => undefined)
if (process.argv.includes('--never-shows')) process.exit(0)
process.send({ kind: 'running' })
process.send({ kind: 'shown' })
say('started', { alone, root, flags, url: process.env.ELECTRON_RENDERER_URL, edited: main.includes('edited main') })
setInterval(() => undefined, 1000)
`

/** A page of one component, and entries that do nothing: what takes time is building the real ones, which other tests do. */
const PAGE = {
  'src/renderer/src/main.tsx': `import { createRoot } from 'react-dom/client'
import { Page } from './page.tsx'
createRoot(document.body).render(<Page />)
`,
  'src/renderer/src/page.tsx': `export function Page() {
  return <p>the page</p>
}
`,
}
const ENTRIES = {
  'src/main/index.ts': "console.log('main')",
  'src/main/cli/main.ts': "console.log('cli')",
  'src/main/api.ts': "console.log('api')",
  'src/main/store/aside-worker.ts': "console.log('aside')",
  'src/main/network/verifier-worker.ts': "console.log('verifier')",
  'src/main/swarm-process.ts': "console.log('swarm')",
  'src/preload/index.ts': "console.log('preload')",
}

/** A line that the stand-in for Electron prints. */
export interface Said {
  readonly event: string
  readonly pid: number
  /** Whether no other ran when it started. */
  readonly alone?: boolean
  readonly root?: string
  readonly flags?: readonly string[]
  readonly url?: string
  readonly edited?: boolean
}

/** One run. Dispose of it. */
export class DevRun {
  readonly root = mkdtempSync(join(tmpdir(), 'peerscope-dev-'))
  readonly data = join(this.root, 'data')
  readonly lines: string[] = []
  readonly #waiting = new Set<() => void>()
  #child: ReturnType<typeof spawn> | null = null
  #ended = false

  /** @param engine whether the real engine is there, or nothing but entries */
  constructor(engine: boolean) {
    for (const name of ['src', 'scripts', 'resources', 'package.json', 'package-lock.json', 'electron.vite.config.ts'])
      cpSync(join(ROOT, name), join(this.root, name), { recursive: true })
    for (const path of globSync('tsconfig*.json', { cwd: ROOT })) cpSync(join(ROOT, path), join(this.root, path))
    // A folder of its own: what Vite keeps in there would meet the checkout's.
    const modules = join(this.root, 'node_modules')
    mkdirSync(modules)
    for (const name of readdirSync(join(ROOT, 'node_modules')))
      if (!['.vite', '.cache', 'electron'].includes(name))
        symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
    rmSync(join(this.root, 'src/renderer/src'), { recursive: true })
    for (const [path, content] of Object.entries({ ...PAGE, ...(engine ? {} : ENTRIES) })) this.write(path, content)
    // The page that `peerscope serve` has of its own is of no use here.
    this.write('out/renderer/index.html', '<!doctype html>')
    const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/electron/package.json'), 'utf8'))
    this.write('node_modules/electron/package.json', JSON.stringify({ name: 'electron', version }))
    this.write('node_modules/electron/path.txt', 'electron')
    this.write('node_modules/electron/dist/version', version)
    this.write('node_modules/electron/dist/electron', ELECTRON, 0o755)
  }

  write(path: string, content: string, mode = 0o644): void {
    mkdirSync(join(this.root, path, '..'), { recursive: true })
    writeFileSync(join(this.root, path), content, { mode })
  }

  /** Changes a source. @throws Error where the text is not in there */
  edit(path: string, from: string, to: string): void {
    const source = readFileSync(join(this.root, path), 'utf8')
    if (!source.includes(from)) throw new Error(`${path} has no ${from}`)
    this.write(path, source.replace(from, to))
  }

  start(...flags: readonly string[]): void {
    const child = spawn(process.execPath, [join(this.root, 'scripts', 'dev.ts'), ...flags], {
      cwd: this.root,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A display that no browser can open.
      env: {
        ...process.env,
        DISPLAY: ':peerscope-none',
        WAYLAND_DISPLAY: undefined,
        ELECTRON_OVERRIDE_DIST_PATH: undefined,
      },
      // A group of its own, as a terminal makes one.
      detached: true,
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line)
        this.#wake()
      })
    child.once('close', () => {
      this.#ended = true
      this.#wake()
    })
  }

  /** The first line, past or future, that fits. @throws Error at the end of the run, or when none comes */
  async line(pattern: RegExp): Promise<string> {
    const found = (): string | undefined => this.lines.find((line) => pattern.test(line))
    await this.#until(() => found() !== undefined, String(pattern))
    return found() ?? ''
  }

  /** What the stand-in says, as soon as it has said as much. */
  async said(count: number): Promise<Said[]> {
    const all = (): Said[] => this.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
    await this.#until(() => all().length >= count, `${count} lines of the app`)
    return all()
  }

  /** Resolves when no app runs. @throws Error when one goes on */
  async appEnded(): Promise<void> {
    const until = performance.now() + WAIT_MS
    while (existsSync(join(this.root, 'out', 'running'))) {
      if (performance.now() > until) throw new Error('the app does not end')
      await new Promise((done) => setTimeout(done, 20))
    }
  }

  /** Signals the group, as a terminal's Ctrl-C does. */
  signal(signal: NodeJS.Signals): void {
    process.kill(-(this.#child?.pid ?? 0), signal)
  }

  /** Resolves when nothing of the run is left. @returns the exit code */
  async ended(): Promise<number | null> {
    if (this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null)
      await once(this.#child, 'exit', { signal: AbortSignal.timeout(WAIT_MS) })
    // Its descendants hold its output open.
    await this.#until(() => this.#ended, 'the end', true)
    return this.#child?.exitCode ?? null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended && this.#child !== null) {
      this.#child.kill('SIGKILL')
      await this.ended()
    }
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 })
  }

  #wake(): void {
    for (const check of this.#waiting) check()
  }

  #until(done: () => boolean, what: string, atEnd = false): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error: Error | null): void => {
        this.#waiting.delete(check)
        clearTimeout(timer)
        if (error === null) resolve()
        else reject(error)
      }
      const fail = (why: string): void => settle(new Error(`no ${what}: ${why}\n${this.lines.slice(-20).join('\n')}`))
      const timer = setTimeout(() => fail('it takes too long'), WAIT_MS)
      const check = (): void => {
        if (done()) settle(null)
        else if (this.#ended && !atEnd) fail('the run has ended')
      }
      this.#waiting.add(check)
      check()
    })
  }
}

/** The socket by which Vite tells the page of changes: its messages, in order. */
export async function hotSocket(origin: string): Promise<{ next(type: string): Promise<unknown>; close(): void }> {
  const client = await (await fetch(`${origin}/@vite/client`)).text()
  const token = /const wsToken = "([^"]+)"/.exec(client)?.[1] ?? ''
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/?token=${token}`, 'vite-hmr', { origin })
  const messages: { readonly type: string }[] = []
  const arrived = new Set<() => void>()
  socket.on('message', (data: Buffer) => {
    messages.push(JSON.parse(data.toString()))
    for (const check of arrived) check()
  })
  await once(socket, 'open', { signal: AbortSignal.timeout(WAIT_MS) })
  return {
    close: () => socket.terminate(),
    next: (type) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`Vite sends no ${type}`)), WAIT_MS)
        const check = (): void => {
          const at = messages.findIndex((message) => message.type === type)
          if (at < 0) return
          clearTimeout(timer)
          arrived.delete(check)
          resolve(messages.splice(at, 1)[0])
        }
        arrived.add(check)
        check()
      }),
  }
}
