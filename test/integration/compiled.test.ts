/** What `bin/peerscope.js` keeps for its next start. */
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
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
    const other = join(temp, 'other')
    expect(await version(other, { NODE_COMPILE_CACHE: join(temp, 'named') })).toMatch(VERSION)
    expect(() => statSync(other)).toThrow('ENOENT')
  }, 30_000)
})
