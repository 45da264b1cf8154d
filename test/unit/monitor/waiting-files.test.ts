/** Files of a data folder that somebody else made: none of them makes a start wait for ever. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readSnapshot } from '../../../src/main/monitor/exports/read-snapshot.ts'
import { JsonFile } from '../../../src/main/monitor/json-file.ts'
import { createLogger } from '../../../src/main/monitor/log.ts'
import { loadNodes, NODES_FILE } from '../../../src/main/network/dht/node-file.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { IDENTITY_FILE } from '../../../src/main/store/identity-file.ts'
import { openStore } from '../../../src/main/store/store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-waiting-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const quiet = createLogger('silent', () => undefined)

/** A pipe that nobody writes to, where there are such; elsewhere a folder, which is no file either. @returns its path */
function pipe(name: string): string {
  const path = join(folder, name)
  if (process.platform === 'win32') mkdirSync(path)
  else execFileSync('mkfifo', [path], { timeout: 10_000 })
  return path
}

describe('a pipe that nobody writes to', () => {
  it('is no settings file', () => {
    expect(new JsonFile(pipe('window.json'), z.object({ a: z.number() }), { a: 1 }, quiet).value).toEqual({ a: 1 })
  })

  it('is no list of DHT nodes', async () => {
    expect(await loadNodes(pipe(NODES_FILE), [])).toEqual([])
  })

  it('is no identity', () => {
    const database = databasePath(folder, process.platform)
    pipe(IDENTITY_FILE)
    const store = openStore({ path: database, now: () => 1 })
    expect(() => store.loadSecret()).toThrow(/cannot be read/)
    store.close()
  })

  it('is no snapshot', async () => {
    const options = { signatures: createSignatures(), signal: new AbortController().signal }
    await expect(readSnapshot(pipe('a.peerscope'), options)).rejects.toThrow(/is not a file/)
  })
})

it('a list of DHT nodes that is too large is not read', async () => {
  const nodes = Array.from({ length: 20_000 }, () => ({ host: '192.0.2.1', port: 1 }))
  writeFileSync(join(folder, NODES_FILE), JSON.stringify({ version: 1, of: [], nodes }))
  expect(await loadNodes(join(folder, NODES_FILE), [])).toEqual([])
})
