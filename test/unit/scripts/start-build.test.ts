import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { build } from '../../../scripts/start/build.ts'
import { Progress } from '../../../scripts/start/progress.ts'
import { acquireLock } from '../../../src/main/store/lock.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'peerscope-build-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

it('never builds beside another build, however long that takes', async () => {
  const folder = join(root, 'node_modules', '.cache', 'peerscope')
  mkdirSync(folder, { recursive: true })
  const lock = acquireLock(join(folder, 'build'))
  const lines: string[] = []
  const progress = new Progress({ write: (text) => lines.push(text) })
  expect(await build(root, progress, new AbortController().signal, 1)).toBe(1)
  lock.release()
  expect(lines).toEqual([
    'Waiting for another start that builds Peerscope …\n',
    'Another start has been building Peerscope for 1 min: end it, then try again.\n',
  ])
  expect(existsSync(join(root, 'out'))).toBe(false)
})
