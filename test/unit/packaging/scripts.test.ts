import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builderFlags } from '../../../scripts/pack-app.ts'
import { icnsOf, icoOf } from '../../../scripts/pack-icons.ts'
import { joinUpdateInfo, packRuns, takeOver } from '../../../scripts/pack-linux.ts'
import { contentProblems } from '../../../scripts/pack-npm.ts'
import { tagProblem, versionOf } from '../../../scripts/pack-version.ts'
import { readYaml } from './yaml.ts'

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

describe('packages for Linux', () => {
  const runs = (given: string, platform: NodeJS.Platform = 'linux'): readonly string[] =>
    packRuns(given === '' ? [] : given.split(' '), platform, '/o').map(({ flags }) => flags.join(' '))

  it('are made in a run each, in a folder each', () => {
    const apart = ['--linux AppImage', `--linux deb -c.directories.output=${join('/o', 'deb')}`]
    expect(runs('')).toEqual(apart)
    expect(runs('--linux', 'darwin')).toEqual(apart)
    expect(runs('-l --x64')).toEqual(apart.map((flags) => `${flags} --x64`))
    expect(runs('--x64 -c.compression=store')).toEqual(apart.map((flags) => `${flags} --x64 -c.compression=store`))
    expect(packRuns([], 'linux', '/o').map(({ apart: folder }) => folder)).toEqual([null, join('/o', 'deb')])
  })

  it('are made as the flags say where these name some', () => {
    for (const given of [
      '--dir',
      '--dir --x64',
      '--linux deb',
      '--linux AppImage --x64',
      '--linux --dir',
      '--win',
      '-m',
    ])
      expect(runs(given)).toEqual([given])
    for (const platform of ['darwin', 'win32'] as const) expect(runs('', platform)).toEqual([''])
    expect(() => runs('--linux AppImage deb')).toThrow('Package AppImage and deb in runs of their own')
  })

  it('are found in one place, with what updates are told of both', () => {
    const folder = mkdtempSync(join(tmpdir(), 'peerscope-take-over-'))
    try {
      const info = (file: string): string =>
        `version: 1.2.3\nfiles:\n  - url: ${file}\n    sha512: ${file}+/==\n    size: 3\npath: ${file}\nsha512: ${file}+/==\n`
      const apart = join(folder, 'deb')
      mkdirSync(join(apart, 'linux-unpacked'), { recursive: true })
      writeFileSync(join(folder, 'latest-linux.yml'), info('a.AppImage'))
      for (const [name, content] of [
        ['a.deb', 'deb'],
        ['builder-debug.yml', ''],
        ['latest-linux.yml', info('a.deb')],
        ['latest-linux-arm64.yml', info('b.deb')],
      ] as const)
        writeFileSync(join(apart, name), content)
      takeOver(apart, folder)
      expect(readdirSync(folder).sort()).toEqual(['a.deb', 'latest-linux-arm64.yml', 'latest-linux.yml'])
      const joined = readYaml(join(folder, 'latest-linux.yml'))
      expect(joined).toEqual({
        version: '1.2.3',
        files: ['a.AppImage', 'a.deb'].map((url) => ({ url, sha512: `${url}+/==`, size: 3 })),
        path: 'a.AppImage',
        sha512: 'a.AppImage+/==',
      })
      // Packaged again, nothing stands there twice.
      const again = joinUpdateInfo(readFileSync(join(folder, 'latest-linux.yml'), 'utf8'), info('a.deb'))
      expect(again.match(/url: /g)).toHaveLength(2)
      expect(() => joinUpdateInfo(info('a.AppImage'), info('a.deb').replace('1.2.3', '1.2.4'))).toThrow('1.2.4')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
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
    'package.json README.md LICENSE CHANGELOG.md bin/compiled.js bin/peerscope.js docs/protocol.md out/cli/cli.cjs ' +
    'out/cli/aside-worker.cjs out/cli/swarm-process.cjs out/cli/verifier-worker.cjs out/main/api.js ' +
    'out/main/aside-worker.js out/main/verifier-worker.js out/main/swarm-process.js out/renderer/index.html ' +
    'out/types/main/api.d.ts packaging/systemd/peerscope-node@.service'
  ).split(' ')

  it('is refused when something is missing or does not belong', () => {
    expect(contentProblems(good)).toEqual([])
    expect(contentProblems(good.slice(1))).toEqual(['package.json is missing'])
    for (const wrong of ['src/main/api.js', 'test/x.js', 'out/dist/a.AppImage', 'out/built', '.env'])
      expect(contentProblems([...good, wrong])).toEqual([`${wrong} does not belong in the package`])
    expect(contentProblems([...good, 'out/types/a.ts'])).toEqual(['out/types/a.ts is a source'])
  })
})
