/** A data folder that cannot be one is told of by its cause, before anything is opened. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkDataFolder } from '../../../src/main/monitor/data-folder.ts'
import type { Use } from '../../../src/main/monitor/data-folder.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-folder-'))
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data', 'peerscope.db'), '')
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'))
  symlinkSync(join(folder, 'circle'), join(folder, 'circle'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const errorOf = (path: string, use: Use): unknown => {
  try {
    checkDataFolder(path, use)
    return null
  } catch (error) {
    return error
  }
}

describe.each<Use>(['read', 'open', 'write'])('a data folder to %s', (use) => {
  it.each([
    ['file', 'is a file, not a folder'],
    ['data/peerscope.db', 'is a file, not a folder: name its folder, '],
    ['file/below', /file is a file/],
    ['dangling', /is a link to .*nowhere, which does not exist/],
    ['circle', 'its links lead in a circle'],
  ])('%s: the cause is named, and what to do', (name, cause) => {
    const error = errorOf(join(folder, name), use)
    expect(error).toMatchObject({ code: 'StoreFailed', message: expect.stringMatching(cause) })
    expect(readdirSync(folder).toSorted()).toEqual(['circle', 'dangling', 'data', 'file'])
  })

  it('without a name is none', () => {
    expect(errorOf('', use)).toMatchObject({ code: 'StoreFailed' })
  })

  it('that is one passes, and nothing is left in it', () => {
    expect(errorOf(join(folder, 'data'), use)).toBeNull()
    expect(readdirSync(join(folder, 'data'))).toEqual(['peerscope.db'])
  })
})

describe('a data folder that is missing', () => {
  it('is an error to those that read it, and is made by the others', () => {
    const missing = join(folder, 'new', 'deep')
    expect(errorOf(missing, 'read')).toMatchObject({ message: expect.stringContaining('does not exist') })
    for (const use of ['open', 'write'] as const) expect(errorOf(missing, use)).toBeNull()
    expect(errorOf(join(folder, 'dangling', 'x'), 'write')).toMatchObject({
      message: expect.stringContaining('is a link that leads nowhere'),
    })
  })
})

// Nothing can be made there, by root neither.
it.runIf(process.platform === 'linux')('a data folder that cannot be written', () => {
  expect(errorOf('/proc', 'write')).toMatchObject({ message: expect.stringContaining('/proc cannot be written: ') })
  expect(errorOf('/proc/peerscope', 'open')).toMatchObject({ message: expect.stringContaining('cannot be made: ') })
  expect(errorOf('/proc', 'open')).toBeNull()
})
