import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builderFlags } from '../../../scripts/pack-app.ts'
import { icnsOf, icoOf } from '../../../scripts/pack-icons.ts'
import { contentProblems } from '../../../scripts/pack-npm.ts'
import { tagProblem, versionOf } from '../../../scripts/pack-version.ts'

describe('the version', () => {
  it('is package.json’s; a tag must be it', () => {
    const version = versionOf('.')
    expect(tagProblem(`v${version}`, version)).toBeNull()
    for (const tag of [version, 'v0.0.0', `v${version}-rc.1`, '']) expect(tagProblem(tag, version)).toContain(version)
  })

  it('is refused when the lock file has another', () => {
    const folder = mkdtempSync(join(tmpdir(), 'peerscope-version-'))
    const write = (name: string, content: unknown): void => writeFileSync(join(folder, name), JSON.stringify(content))
    try {
      write('package.json', { version: '1.2.3' })
      expect(versionOf(folder)).toBe('1.2.3')
      write('package-lock.json', { version: '1.2.3', packages: { '': { version: '1.2.2' } } })
      expect(() => versionOf(folder)).toThrow('1.2.2')
      write('package.json', { version: 'next' })
      expect(() => versionOf(folder)).toThrow('next')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('packaging the app', () => {
  it('uploads nothing by itself, and has no place for updates unless one is named', () => {
    const flags = builderFlags('1.2.3', {})
    expect(flags.join(' ')).toBe('--config electron-builder.yml --publish never')
    expect(builderFlags('1.2.3', { PEERSCOPE_RELEASES: 'some-one/peerscope' })).toEqual([
      ...flags,
      '-c.publish.provider=github',
      '-c.publish.owner=some-one',
      '-c.publish.repo=peerscope',
      '-c.extraMetadata.homepage=https://github.com/some-one/peerscope',
    ])
    for (const wrong of ['peerscope', 'a/b/c', 'a/b --publish always', '/x'])
      expect(() => builderFlags('1.2.3', { PEERSCOPE_RELEASES: wrong })).toThrow('owner/name')
  })

  it('refuses a tag that is not the version', () => {
    const on = (GITHUB_REF_TYPE: string, GITHUB_REF_NAME: string) => ({ GITHUB_REF_TYPE, GITHUB_REF_NAME })
    expect(() => builderFlags('1.2.3', on('tag', 'v1.2.4'))).toThrow('v1.2.3')
    expect(builderFlags('1.2.3', on('tag', 'v1.2.3'))).toEqual(builderFlags('1.2.3', on('branch', 'main')))
  })
})

describe('the icons', () => {
  const png = (size: number): Buffer => readFileSync(`resources/icons/${size}x${size}.png`)
  const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  /** The edge that a PNG says it has. */
  const edge = (image: Buffer): number => {
    expect(image.subarray(0, 8).equals(SIGNATURE)).toBe(true)
    expect(image.readUInt32BE(16)).toBe(image.readUInt32BE(20))
    return image.readUInt32BE(16)
  }

  it('of Windows have every size in one file, each where its entry says', () => {
    const ico = icoOf(png)
    expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1])
    const sizes = Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
      const at = 6 + 16 * index
      const offset = ico.readUInt32LE(at + 12)
      const size = edge(ico.subarray(offset, offset + ico.readUInt32LE(at + 8)))
      expect([ico[at], ico[at + 1]]).toEqual([size % 256, size % 256])
      return size
    })
    expect(sizes).toEqual([16, 32, 48, 64, 128, 256])
  })

  it('of macOS are blocks that fill the file, up to 512 pixels', () => {
    const icns = icnsOf(png)
    expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length])
    const sizes: number[] = []
    let at = 8
    while (at < icns.length) {
      const length = icns.readUInt32BE(at + 4)
      sizes.push(edge(icns.subarray(at + 8, at + length)))
      at += length
    }
    expect(at).toBe(icns.length)
    expect(Math.max(...sizes)).toBe(512)
  })
})

describe('the npm package', () => {
  const good = (
    'package.json README.md LICENSE CHANGELOG.md bin/peerscope.js docs/protocol.md out/main/cli.js out/main/api.js ' +
    'out/main/aside-worker.js out/renderer/index.html out/types/main/api.d.ts packaging/systemd/peerscope-node@.service'
  ).split(' ')

  it('is refused when something is missing or does not belong', () => {
    expect(contentProblems(good)).toEqual([])
    expect(contentProblems(good.slice(1))).toEqual(['package.json is missing'])
    for (const wrong of ['src/main/api.js', 'test/x.js', 'out/dist/a.AppImage', 'out/built', '.env'])
      expect(contentProblems([...good, wrong])).toEqual([`${wrong} does not belong in the package`])
    expect(contentProblems([...good, 'out/types/a.ts'])).toEqual(['out/types/a.ts is a source'])
  })
})
