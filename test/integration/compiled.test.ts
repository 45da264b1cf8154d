/** What `bin/peerscope.js` keeps for its next start: of sources by Node's cache, of the bundle by `bin/compiled.js`. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'

const BIN = resolve(import.meta.dirname, '..', '..', 'bin', 'peerscope.js')
const VERSION = /^\d+\.\d+\.\d+\n$/
const temp = mkdtempSync(join(tmpdir(), 'peerscope-compiled-'))

afterAll(() => rmSync(temp, { recursive: true, force: true }))

/** Runs the command with this folder for caches. @returns what it prints */
async function version(cache: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, XDG_CACHE_HOME: cache, ...more }
  if (more['NODE_COMPILE_CACHE'] === undefined) delete env['NODE_COMPILE_CACHE']
  return (await promisify(execFile)(process.execPath, [BIN, '--version'], { env })).stdout
}

/** The files that were written into it, however deep. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))

// The folder is another on macOS and Windows, where XDG_CACHE_HOME does not move it.
describe.runIf(process.platform === 'linux')('compiled code', () => {
  it('is kept in a folder that only its user can read, and is used by the next start', async () => {
    const cache = join(temp, 'own')
    expect(await version(cache)).toMatch(VERSION)
    const folder = join(cache, 'peerscope', 'compiled')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const files = filesIn(folder)
    expect(files.length).toBeGreaterThan(10)
    const written = files.map((file) => statSync(file).mtimeMs)
    await version(cache)
    expect(filesIn(folder).map((file) => statSync(file).mtimeMs)).toEqual(written)
  }, 30_000)

  it('is not taken from a folder that others can write to', async () => {
    const cache = join(temp, 'shared')
    const folder = join(cache, 'peerscope', 'compiled')
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, 0o777)
    expect(await version(cache)).toMatch(VERSION)
    expect(readdirSync(folder)).toEqual([])
  }, 30_000)

  it('is done without where there is no place for it, or Node was told another', async () => {
    const file = join(temp, 'file')
    writeFileSync(file, '')
    expect(await version(file)).toMatch(VERSION)
    // Of that folder the system says that nothing can be in it, as if it were not there.
    expect(await version('/proc')).toMatch(VERSION)
    const other = join(temp, 'other')
    expect(await version(other, { NODE_COMPILE_CACHE: join(temp, 'named') })).toMatch(VERSION)
    expect(() => statSync(other)).toThrow('ENOENT')
  }, 30_000)
})

describe('compiled code of the bundle', () => {
  const LAUNCHER = resolve(import.meta.dirname, 'compiled-launcher.js')
  const LONG_AGO = new Date(0)
  // A function that is worth keeping, and one that V8 does not compile before it is called.
  const work = (word: string): string => `
exports.work = () => {
  const found = []
${Array.from({ length: 200 }, (_, index) => `  found.push((${index} * found.length) % 7, '${word}')`).join('\n')}
  return found.at(-1)
}
`
  const entry = `const { work } = require('./part.cjs')
if (process.argv.includes('work')) console.log(work())
else console.log('idle')
if (process.argv.includes('grow')) require('node:v8').setFlagsFromString('--semi-space-growth-factor=1')
if (process.argv.includes('hold')) process.stdin.resume()
if (process.argv.includes('stay')) setTimeout(() => undefined, 200)
if (process.argv.includes('fail')) console.log(new Error().stack.split('\\n')[1]); if (process.argv.includes('later')) import('node:os').then((os) => console.log(typeof os.EOL))
`

  function bundle(name: string): { readonly path: string; readonly part: string; readonly store: string } {
    const folder = join(temp, name)
    mkdirSync(folder)
    const [path, part] = [join(folder, 'entry.cjs'), join(folder, 'part.cjs')]
    writeFileSync(path, entry)
    writeFileSync(part, work('old'))
    return { path, part, store: join(folder, 'store') }
  }

  async function run(
    { path, store }: { readonly path: string; readonly store: string },
    ...args: string[]
  ): Promise<string> {
    const env = { ...process.env }
    delete env['NODE_COMPILE_CACHE']
    return (await promisify(execFile)(process.execPath, [LAUNCHER, path, store, ...args], { env })).stdout.trim()
  }

  /** Whether that start wrote the store. */
  async function writes(made: { readonly path: string; readonly store: string }, ...args: string[]): Promise<boolean> {
    utimesSync(made.store, LONG_AGO, LONG_AGO)
    await run(made, ...args)
    return statSync(made.store).mtimeMs !== LONG_AGO.getTime()
  }

  it('is kept at the end, and taken by the next start', async () => {
    const made = bundle('next')
    expect(await run(made)).toBe('idle')
    expect(statSync(made.store).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600)
    expect(await writes(made, 'work')).toBe(false)
  })

  it('has what was called until then, and what a longer run calls later', async () => {
    const [idle, busy, later] = [bundle('idle'), bundle('busy'), bundle('later')]
    await run(idle)
    await run(busy, 'work')
    const size = statSync(idle.store).size
    expect(statSync(busy.store).size).toBeGreaterThan(size + 1000)
    await run(later)
    expect(await writes(later, 'work', 'stay', 'after=0')).toBe(true)
    expect(statSync(later.store).size).toBeGreaterThan(size + 1000)
    // Nothing more is known of it, and a run that knows less takes nothing away.
    expect(await writes(later, 'work', 'stay', 'after=0')).toBe(false)
    expect(await writes(later, 'stay', 'after=0')).toBe(false)
  })

  it('loses nothing to a process that knows less and ends later', async () => {
    const made = bundle('less')
    const slow = spawn(process.execPath, [LAUNCHER, made.path, made.store, 'hold'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await once(slow.stdout, 'data')
    await run(made, 'work')
    const { size } = statSync(made.store)
    utimesSync(made.store, LONG_AGO, LONG_AGO)
    slow.stdin.end()
    await once(slow, 'close')
    expect(statSync(made.store)).toMatchObject({ size })
    expect(statSync(made.store).mtimeMs).not.toBe(LONG_AGO.getTime())
  })

  it('is made by the flags of the start', async () => {
    const made = bundle('flags')
    await run(made, 'grow')
    expect(await writes(made, 'grow')).toBe(false)
    // While it goes on too.
    expect(await writes(made, 'grow', 'work', 'stay', 'after=0')).toBe(true)
    expect(await writes(made, 'work', 'stay', 'after=0')).toBe(false)
  })

  it('is not taken for another source, however alike', async () => {
    const made = bundle('source')
    expect(await run(made, 'work')).toBe('old')
    writeFileSync(made.part, work('new'))
    expect(await run(made, 'work')).toBe('new')
    expect(await writes(made, 'work')).toBe(false)
  })

  it('is not taken where it is broken', async () => {
    const made = bundle('broken')
    await run(made, 'work')
    const bytes = readFileSync(made.store)
    // V8 does not look for it, and may crash.
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 100) ^ 1, flipped.length - 100)
    for (const broken of [flipped, bytes.subarray(0, 3), Buffer.from('nonsense')]) {
      writeFileSync(made.store, broken)
      expect(await writes(made, 'work')).toBe(true)
    }
    rmSync(made.store)
    mkdirSync(made.store)
    expect(await run(made, 'work')).toBe('old')
    expect(readdirSync(join(temp, 'broken')).sort()).toEqual(['entry.cjs', 'part.cjs', 'store'])
  })

  it('goes with the bundle that it is of', async () => {
    const [older, newer] = [bundle('older'), bundle('newer')]
    await run(older, 'work')
    const { size } = statSync(older.store)
    await run({ path: newer.path, store: older.store }, 'work')
    expect(Math.abs(statSync(older.store).size - size)).toBeLessThan(200)
    // An update has files of other names.
    writeFileSync(newer.path, 'console.log("updated")')
    rmSync(newer.part)
    await run({ path: newer.path, store: older.store })
    expect(statSync(older.store).size).toBeLessThan(size / 2)
  })

  it('changes nothing for what runs', async () => {
    const made = bundle('same')
    writeFileSync(made.part, 'exports.work = 1\nthrow new Error("broken")')
    await expect(run(made)).rejects.toThrow('broken')
    writeFileSync(made.path, 'for (const turn of [1, 2]) try { require("./part.cjs") } catch { console.log(turn) }')
    expect(await run(made)).toBe('1\n2')
    writeFileSync(made.path, entry)
    writeFileSync(made.part, work('old'))
    expect(await run(made, 'fail')).toMatch(/entry\.cjs:7:\d+\)?$/m)
    expect(await run(made, 'later')).toBe('idle\nstring')
    writeFileSync(made.path, 'console.log(new Error().stack.split("\\n")[1])')
    expect(await run(made)).toMatch(/entry\.cjs:1:13\)?$/)
  })
})
