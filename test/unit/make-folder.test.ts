import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { makeFolder } from '../../src/main/make-folder.ts'

const temp = mkdtempSync(join(tmpdir(), 'peerscope-folder-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

it('makes those above it too, and leaves what is there', () => {
  const path = join(temp, 'a', 'b', 'c')
  makeFolder(path)
  makeFolder(path)
  expect(statSync(path).isDirectory()).toBe(true)
})

it.skipIf(process.platform === 'win32')('makes them for their user alone', () => {
  const path = join(temp, 'd', 'e')
  makeFolder(path)
  expect([path, join(temp, 'd')].map((one) => statSync(one).mode & 0o777)).toEqual([0o700, 0o700])
})

it('fails where a file stands in the way', () => {
  const file = join(temp, 'file')
  writeFileSync(file, '')
  expect(() => makeFolder(join(file, 'a'))).toThrow('ENOTDIR')
})

it.runIf(process.platform === 'linux')('fails at once where the system says that nothing is in a folder', () => {
  expect(() => makeFolder('/proc/peerscope/a')).toThrow('ENOENT')
})
