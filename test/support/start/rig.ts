/** A checkout with stand-ins for Electron, the builder and the browser host, and `npm start` in it. */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const HERE = import.meta.dirname
const BUILDER = `
const { mkdirSync, writeFileSync, appendFileSync } = require('node:fs')
appendFileSync(process.env.STAND_IN_LOG, 'built\\n')
for (const file of ['main/index.js', 'preload/index.cjs', 'renderer/index.html']) {
  mkdirSync('out/' + file.split('/')[0], { recursive: true })
  writeFileSync('out/' + file, '')
}`

/** One start that runs. */
export interface RunningStart {
  readonly pid: number
  /** All that it printed. */
  output(): string
  /** Resolves when its output has this; rejects when it ends before. */
  says(words: string): Promise<void>
  /** Sends a signal to its whole group, as a terminal does. */
  signal(signal: NodeJS.Signals): void
  /** Resolves with its exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>
}

/** One checkout. Close it. */
export class StartRig {
  readonly root = mkdtempSync(join(tmpdir(), 'peerscope-start-'))
  readonly #log = join(this.root, 'log')
  readonly #children: ChildProcess[] = []

  constructor() {
    this.write('package.json', '{"type":"module"}')
    this.write('log', '')
    this.write('src/main/cli/main.ts', `await import('${pathToFileURL(join(HERE, 'host.ts')).href}')\n`)
    this.write('node_modules/electron-vite/bin/electron-vite.js', BUILDER)
    this.write('node_modules/electron-vite/package.json', '{}')
    this.write('node_modules/electron/path.txt', 'electron')
    this.#program('electron/electron', `exec '${process.execPath}' '${join(HERE, 'electron.ts')}' "$@"`)
    // What the start asks of the machine, so that no machine is asked.
    this.#program('bin/unshare', 'exit 0')
    this.#program('bin/xdg-open', 'exit 0')
    this.#program('bin/ldd', 'echo "	libgbm.so.1 => not found"')
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(join(this.root, name)), { recursive: true })
    writeFileSync(join(this.root, name), content)
  }

  /** What the stand-ins noted, in order. */
  log(): readonly string[] {
    return readFileSync(this.#log, 'utf8').split('\n').filter(Boolean)
  }

  /** Resolves when a stand-in has noted it. */
  async notes(line: string): Promise<void> {
    const until = performance.now() + 30_000
    while (!this.log().includes(line)) {
      if (performance.now() > until) throw new Error(`nobody noted '${line}': ${this.log().join(', ')}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  start(mode: string, args: readonly string[] = [], limits: object = {}, env: NodeJS.ProcessEnv = {}): RunningStart {
    const generous = { started: 60_000, running: 60_000, ready: 60_000, window: 60_000 }
    const command = [join(HERE, 'entry.ts'), this.root, JSON.stringify({ ...generous, ...limits }), ...args]
    const child = spawn(process.execPath, command, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${join(this.root, 'bin')}:${process.env['PATH']}`,
        DISPLAY: ':stand-in',
        ELECTRON_OVERRIDE_DIST_PATH: join(this.root, 'electron'),
        STAND_IN: mode,
        STAND_IN_LOG: this.#log,
        ...env,
      },
    })
    this.#children.push(child)
    return watch(child)
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null)
        await new Promise((resolve) => child.once('exit', resolve))
    }
    rmSync(this.root, { recursive: true, force: true })
  }

  #program(name: string, body: string): void {
    this.write(name, `#!/bin/sh\n${body}\n`)
    chmodSync(join(this.root, name), 0o755)
  }
}

function watch(child: ChildProcess): RunningStart {
  let output = ''
  const waiting = new Set<() => void>()
  const wake = (): void => waiting.forEach((check) => check())
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      wake()
    })
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? signal ?? 'unknown')
      setImmediate(wake)
    })
  })
  const pid = child.pid ?? 0
  return {
    pid,
    output: () => output,
    says: (words) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const over = child.exitCode !== null || child.signalCode !== null
          if (!output.includes(words) && !over) return
          waiting.delete(check)
          if (output.includes(words)) resolve()
          else reject(new Error(`it ended without saying '${words}': ${output}`))
        }
        waiting.add(check)
        check()
      }),
    signal: (signal) => process.kill(-pid, signal),
    ended,
  }
}
