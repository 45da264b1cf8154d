import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { binaryName } from '../../scripts/electron/place.ts'
import { ARCHIVE_PATH, forgetSettings, Loopback, Project, search, textOf, VERSION, zipOf } from './electron-mirror.ts'

beforeEach(forgetSettings)
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a mirror', () => {
  test('without the slash at its end works too', async () => {
    using project = new Project()
    await using mirror = await Loopback.mirror()
    const env = { ELECTRON_MIRROR: mirror.url.slice(0, -1) }
    expect(await search(project, env)).toMatchObject({ kind: 'found' })
    expect(mirror.requests).toEqual([ARCHIVE_PATH])
  })

  test('on a disk is refused before anything is connected', async () => {
    using project = new Project()
    const lines: string[] = []
    const result = await search(project, { ELECTRON_MIRROR: 'file:///mirror/' }, { lines })
    const reason = `only http and https mirrors work, and this is file:///mirror${ARCHIVE_PATH}`
    expect(result).toMatchObject({ kind: 'missing', reason })
    expect(lines.join()).not.toContain('Connecting')
  })

  test.each(['electron_use_remote_checksums', 'npm_config_electron_use_remote_checksums'])(
    '%s: what is fetched is checked with the checksums of the mirror',
    async (name) => {
      const archive = zipOf({ version: VERSION, [binaryName()]: 'built by the company' })
      const file = ARCHIVE_PATH.split('/').at(-1) ?? ''
      using project = new Project()
      let sums = `${createHash('sha256').update(archive).digest('hex')} *${file}\n`
      await using mirror = await Loopback.mirror(({ url }, response) =>
        response.end(url?.endsWith('/SHASUMS256.txt') === true ? sums : archive),
      )
      const env = { ELECTRON_MIRROR: mirror.url, [name]: '1' }
      expect(await search(project, env)).toEqual({ kind: 'found', path: project.binary })
      expect(textOf(project.binary)).toBe('built by the company')
      sums = `${'0'.repeat(64)} *${file}\n`
      rmSync(join(project.electron, 'dist'), { recursive: true })
      expect(await search(project, env)).toMatchObject({ reason: expect.stringContaining('SHASUMS256.txt') })
    },
  )
})
