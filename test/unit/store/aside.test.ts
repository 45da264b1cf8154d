import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { aside } from '../../../src/main/store/aside.ts'
import { countTurns } from '../../support/turns.ts'
import { DataFolder } from './data-folder.ts'

const SECRET = new Uint8Array(32).fill(0xa7)

/** A copy of a database with an identity in it. @returns its path */
async function copyIn(data: DataFolder): Promise<string> {
  const store = data.open()
  store.saveSecret(SECRET)
  const copy = join(data.folder, 'copy.db')
  await store.backup(copy, () => undefined, new AbortController().signal)
  expect(readFileSync(copy).includes(Buffer.from(SECRET))).toBe(true)
  return copy
}

describe('work aside', () => {
  it('is done while others have their turns', async () => {
    using data = new DataFolder()
    const copy = await copyIn(data)
    const turns = countTurns()
    await aside('forgetSecrets', [copy])
    turns.stop()
    expect(readFileSync(copy).includes(Buffer.from(SECRET))).toBe(false)
    expect(turns.count).toBeGreaterThan(0)
  })

  it('fails with what the task fails with', async () => {
    using data = new DataFolder()
    const path = join(data.folder, 'damaged.db')
    writeFileSync(path, 'no database at all'.repeat(100))
    await expect(aside('forgetSecrets', [path])).rejects.toThrow('file is not a database')
  })

  it.each([null, pathToFileURL('/nowhere/aside-worker.js'), new URL('http://localhost/aside-worker.js')])(
    'is done here where no thread can be started (%s)',
    async (worker) => {
      using data = new DataFolder()
      const copy = await copyIn(data)
      await aside('forgetSecrets', [copy], worker)
      expect(readFileSync(copy).includes(Buffer.from(SECRET))).toBe(false)
    },
  )
})
