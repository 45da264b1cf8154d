/** What `bin/peerscope.js` keeps for its next start. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'

const BIN = resolve(import.meta.dirname, '..', '..', 'bin', 'peerscope.js')
const temp = mkdtempSync(join(tmpdir(), 'peerscope-compiled-'))

afterAll(() => rmSync(temp, { recursive: true, force: true }))

async function version(cache: string): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, XDG_CACHE_HOME: cache }
  delete env['NODE_COMPILE_CACHE']
  return (await promisify(execFile)(process.execPath, [BIN, '--version'], { env })).stdout
}

// The folder is another on macOS and Windows, where XDG_CACHE_HOME does not move it.
describe.runIf(process.platform === 'linux')('compiled code', () => {
  it('is kept in a folder that only its user can read', async () => {
    await version(temp)
    const folder = join(temp, 'peerscope', 'compiled')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readdirSync(folder)).not.toEqual([])
  }, 30_000)

  it('is done without where there is no place for it', async () => {
    const file = join(temp, 'file')
    writeFileSync(file, '')
    expect(await version(file)).toMatch(/^\d+\.\d+\.\d+\n$/)
  }, 30_000)
})
