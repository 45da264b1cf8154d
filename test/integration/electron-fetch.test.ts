import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { binaryName } from '../../scripts/electron/place.ts'
import { againBy } from '../../scripts/electron/reasons.ts'
import { MIRROR_TLS } from './electron-mirror-tls.ts'
import {
  ARCHIVE,
  ARCHIVE_PATH,
  BINARY,
  forgetSettings,
  Loopback,
  ManualClock,
  Project,
  search,
  serve,
  textOf,
  until,
  VERSION,
  zipOf,
} from './electron-mirror.ts'

const HALF = ARCHIVE.length / 2

const AGAIN = againBy('npm start')

beforeEach(forgetSettings)
afterEach(() => {
  vi.unstubAllEnvs()
})

/** Sends the head and one half of the archive, and then nothing. */
const stall: typeof serve = (_request, response) => {
  response.writeHead(200, { 'content-length': ARCHIVE.length }).write(ARCHIVE.subarray(0, HALF))
}

/** On Windows everything is. */
function isExecutable(file: string): boolean {
  return process.platform === 'win32' || (statSync(file).mode & 0o111) === 0o111
}

describe('a binary that is there', () => {
  test('one that was unpacked is found without asking anyone', async () => {
    using project = new Project()
    mkdirSync(join(project.binary, '..'), { recursive: true })
    writeFileSync(project.binary, '')
    writeFileSync(join(project.electron, 'dist', 'version'), VERSION)
    writeFileSync(join(project.electron, 'path.txt'), binaryName())
    expect(await search(project)).toEqual({ kind: 'found', path: project.binary })
  })

  test('ELECTRON_OVERRIDE_DIST_PATH names a folder with another one', async () => {
    using project = new Project()
    const folder = join(project.root, 'mine')
    const env = { ELECTRON_OVERRIDE_DIST_PATH: folder }
    const missing = await search(project, env)
    expect(missing).toMatchObject({ kind: 'missing', mend: expect.stringContaining('unset it') })
    mkdirSync(join(folder, binaryName(), '..'), { recursive: true })
    writeFileSync(join(folder, binaryName()), '')
    expect(await search(project, env)).toEqual({ kind: 'found', path: join(folder, binaryName()) })
    expect(project.added).toEqual([])
  })

  test('without its package there is nothing to fetch', async () => {
    using project = new Project()
    rmSync(join(project.electron, 'package.json'))
    expect(await search(project)).toMatchObject({ kind: 'missing', mend: 'run npm install' })
  })
})

describe('a mirror', () => {
  test.each(['ELECTRON_MIRROR', 'npm_config_electron_mirror', 'NPM_CONFIG_ELECTRON_MIRROR'])(
    '%s: fetched, verified, unpacked, kept in the cache, nothing left behind',
    async (name) => {
      using project = new Project()
      await using mirror = await Loopback.mirror()
      const lines: string[] = []
      const env = { [name]: mirror.url }
      expect(await search(project, env, { lines })).toEqual({ kind: 'found', path: project.binary })
      expect(textOf(project.binary)).toBe(BINARY)
      expect(isExecutable(project.binary)).toBe(true)
      expect(textOf(project.electron, 'path.txt')).toBe(binaryName())
      expect(project.added).toEqual(['dist', 'path.txt'])
      expect(lines).toEqual([
        `Fetching Electron ${VERSION}, which opens the window (once, about 120 MB) …`,
        `  Connecting to 127.0.0.1:${mirror.port} …`,
        '  Checking the download …',
        '  Unpacking …',
      ])
      rmSync(join(project.electron, 'dist'), { recursive: true })
      expect(await search(project, env)).toEqual({ kind: 'found', path: project.binary })
      expect(mirror.requests).toEqual([ARCHIVE_PATH])
    },
  )

  test('one that is there and damaged is replaced where that is asked for, and kept where nothing can be had', async () => {
    using project = new Project()
    await using mirror = await Loopback.mirror()
    const env = { ELECTRON_MIRROR: mirror.url }
    await search(project, env)
    writeFileSync(project.binary, 'damaged')
    expect(await search(project, env)).toEqual({ kind: 'found', path: project.binary })
    expect(textOf(project.binary)).toBe('damaged')
    expect(await search(project, env, { again: true })).toEqual({ kind: 'found', path: project.binary })
    expect(textOf(project.binary)).toBe(BINARY)
    expect(project.added).toEqual(['dist', 'path.txt'])
    const lines: string[] = []
    const nowhere = { ELECTRON_MIRROR: 'http://127.0.0.1:1/' }
    expect(await search(project, nowhere, { again: true, lines })).toEqual({ kind: 'found', path: project.binary })
    expect(lines.at(-1)).toMatch(/^Electron could not be fetched again: .+ The one that is there is used\.$/)
    expect(textOf(project.binary)).toBe(BINARY)
  })

  test('a redirect is followed, ten at most', async () => {
    using project = new Project()
    await using mirror = await Loopback.mirror((request, response) => {
      if (request.url === '/there') serve(request, response)
      else if (request.url?.startsWith('/round') === true) response.writeHead(302, { location: request.url }).end()
      else response.writeHead(302, { location: '/there' }).end()
    })
    const lost = await search(project, { ELECTRON_MIRROR: `${mirror.url}round/` })
    expect(lost).toMatchObject({ kind: 'missing', reason: expect.stringContaining('more than 10 redirects') })
    expect(await search(project, { ELECTRON_MIRROR: mirror.url })).toMatchObject({ kind: 'found' })
  })

  test('a slow line takes as long as it takes, and says every 3 s how far it is', async () => {
    using project = new Project()
    const clock = new ManualClock()
    const said: { at: number; line: string }[] = []
    const lines = { push: (line: string) => said.push({ at: clock.now(), line }) } as string[]
    const start = clock.now()
    await using mirror = await Loopback.mirror(async (_request, response) => {
      response.writeHead(200, { 'content-length': ARCHIVE.length })
      for (let part = 1; part <= 8; part++) {
        const end = Math.ceil((ARCHIVE.length * part) / 8)
        response.write(ARCHIVE.subarray(Math.ceil((ARCHIVE.length * (part - 1)) / 8), end))
        await until(() => project.downloaded >= end)
        if (part < 8) clock.advance(29_000)
      }
      response.end()
    })
    expect(await search(project, { ELECTRON_MIRROR: mirror.url }, { lines, clock })).toMatchObject({ kind: 'found' })
    expect(clock.now() - start).toBe(7 * 29_000)
    const gaps = said.map(({ at }, index) => at - (said[index - 1]?.at ?? start))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(3000)
    expect(said.map(({ line }) => line)).toContain('  0.1 of 0.2 MB (50%)')
  })

  test('waiting for the connection is said too', async () => {
    using project = new Project()
    const clock = new ManualClock()
    const lines: string[] = []
    await using mirror = await Loopback.mirror((request, response) => {
      clock.advance(6000)
      serve(request, response)
    })
    await search(project, { ELECTRON_MIRROR: mirror.url }, { lines, clock })
    expect(lines).toContain(`  Connecting to 127.0.0.1:${mirror.port} … 5 s`)
  })

  test.each([
    ['before the answer', / … 25 s$/],
    ['in the middle', /^ {2}0\.1 of 0\.2 MB \(50%\), nothing more arrives$/],
  ])('one that falls silent %s is given up after 30 s', async (when, waiting) => {
    using project = new Project()
    const clock = new ManualClock()
    const lines: string[] = []
    await using mirror = await Loopback.mirror(async (request, response) => {
      if (when === 'in the middle') {
        stall(request, response)
        await until(() => project.downloaded >= HALF)
      }
      clock.advance(29_999)
      expect(project.added).not.toEqual([])
      clock.advance(1)
    })
    expect(await search(project, { ELECTRON_MIRROR: mirror.url }, { lines, clock })).toEqual({
      kind: 'missing',
      reason: `nothing arrived from 127.0.0.1:${mirror.port} for 30 s`,
      mend: `check the network and ELECTRON_MIRROR, then run ${AGAIN}`,
    })
    expect(lines).toContainEqual(expect.stringMatching(waiting))
    expect(project.added).toEqual([])
  })

  test('one without the file: the URL is named, without the password in it', async () => {
    using project = new Project()
    await using mirror = await Loopback.mirror((_request, response) => response.writeHead(404).end())
    const url = `127.0.0.1:${mirror.port}/electron/`
    expect(await search(project, { ELECTRON_MIRROR: `http://me:secret@${url}` })).toEqual({
      kind: 'missing',
      reason: `http://${url}v${VERSION}/electron-v${VERSION}-${process.platform}-${process.arch}.zip answered 404 Not Found`,
      mend: `correct ELECTRON_MIRROR, then run ${AGAIN}`,
    })
    expect(project.added).toEqual([])
  })

  test('one with another file: it is neither unpacked nor kept', async () => {
    using project = new Project(zipOf({ version: VERSION, [binaryName()]: 'the true one' }))
    await using mirror = await Loopback.mirror()
    const result = await search(project, { ELECTRON_MIRROR: mirror.url })
    expect(result).toMatchObject({ kind: 'missing', reason: expect.stringContaining('its checksum differs') })
    expect(project.added).toEqual([])
    expect(project.cached).toEqual([])
  })

  test('one whose certificate nobody knows', async () => {
    using project = new Project()
    await using mirror = await Loopback.mirror(serve, MIRROR_TLS)
    expect(await search(project, { ELECTRON_MIRROR: `https://127.0.0.1:${mirror.port}/` })).toEqual({
      kind: 'missing',
      reason: `the certificate of 127.0.0.1:${mirror.port} is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)`,
      mend: `set NODE_EXTRA_CA_CERTS to the file with your organisation's certificate, then run ${AGAIN}`,
    })
    const cafile = join(project.root, 'ca.pem')
    writeFileSync(cafile, MIRROR_TLS.cert)
    expect(await search(project, { npm_config_cafile: cafile })).toMatchObject({ kind: 'found' })
  })

  test('an address that is none', async () => {
    using project = new Project()
    const result = await search(project, { ELECTRON_MIRROR: 'mirror' })
    expect(result).toMatchObject({ reason: 'the address of the mirror is not a URL' })
  })

  test('a cache that cannot be written costs nothing but the cache', async () => {
    using project = new Project()
    writeFileSync(project.cache, 'a file')
    await using mirror = await Loopback.mirror()
    expect(await search(project, { ELECTRON_MIRROR: mirror.url })).toMatchObject({ kind: 'found' })
    expect(project.added).toEqual(['dist', 'path.txt'])
  })
})

describe('an interrupted fetch', () => {
  test('stopped by the user: nothing is left, nothing remembered', async () => {
    using project = new Project()
    await using mirror = await Loopback.mirror(stall)
    const stop = new AbortController()
    const env = { ELECTRON_MIRROR: mirror.url }
    const searching = search(project, env, { signal: stop.signal })
    await until(() => project.downloaded >= HALF)
    stop.abort()
    expect(await searching).toEqual({ kind: 'missing', reason: 'the download was stopped', mend: 'run npm start' })
    expect(project.added).toEqual([])
    await until(() => mirror.sockets.size === 0)
    expect(await search(project, env, { signal: stop.signal })).toMatchObject({ reason: 'the download was stopped' })
  })

  test('what a killed one left is removed, and nothing else', async () => {
    using project = new Project()
    const { pid } = spawnSync(process.execPath, ['--eval', ''])
    const kept = [`.peerscope-fetch-${process.pid}-aaaaaa`, '.peerscope-fetch-', 'electron-download-1']
    for (const name of [`.peerscope-fetch-${pid}-aaaaaa`, ...kept]) {
      mkdirSync(join(project.electron, name))
      writeFileSync(join(project.electron, name, 'electron.zip'), 'a part')
    }
    await search(project, { ELECTRON_MIRROR: 'mirror' })
    expect(project.added).toEqual(kept.toSorted())
    const clock = new ManualClock()
    clock.advance(Date.now() - clock.now() + 25 * 60 * 60 * 1000)
    await search(project, {}, { clock })
    expect(project.added).toEqual(kept.slice(1).toSorted())
  })

  test('half of a binary, left by another installer, gives way', async () => {
    using project = new Project()
    mkdirSync(join(project.binary, '..'), { recursive: true })
    writeFileSync(project.binary, 'half')
    writeFileSync(join(project.electron, 'dist', 'version'), VERSION)
    await using mirror = await Loopback.mirror()
    expect(await search(project, { ELECTRON_MIRROR: mirror.url })).toMatchObject({ kind: 'found' })
    expect(textOf(project.binary)).toBe(BINARY)
    expect(project.added).toEqual(['dist', 'path.txt'])
  })

  test('the binary of another version gives way', async () => {
    using project = new Project()
    mkdirSync(join(project.binary, '..'), { recursive: true })
    writeFileSync(project.binary, 'old')
    writeFileSync(join(project.electron, 'dist', 'version'), '98.0.0')
    writeFileSync(join(project.electron, 'path.txt'), binaryName())
    await using mirror = await Loopback.mirror()
    await search(project, { ELECTRON_MIRROR: mirror.url })
    expect(textOf(project.binary)).toBe(BINARY)
  })

  test('the lock of a killed start is broken', async () => {
    using project = new Project()
    const lock = join(project.electron, '.peerscope-place')
    mkdirSync(lock)
    utimesSync(lock, 1, 1)
    await using mirror = await Loopback.mirror()
    expect(await search(project, { ELECTRON_MIRROR: mirror.url })).toMatchObject({ kind: 'found' })
    expect(project.added).toEqual(['dist', 'path.txt'])
  })

  test('two starts at once do not break each other', async () => {
    using project = new Project()
    const waiting: (() => void)[] = []
    await using mirror = await Loopback.mirror((request, response) => {
      waiting.push(() => serve(request, response))
      if (waiting.length === 2) for (const go of waiting) go()
    })
    const env = { ELECTRON_MIRROR: mirror.url }
    const found = { kind: 'found', path: project.binary }
    expect(await Promise.all([search(project, env), search(project, env)])).toEqual([found, found])
    expect(textOf(project.binary)).toBe(BINARY)
    expect(project.added).toEqual(['dist', 'path.txt'])
  })
})

describe('a failure', () => {
  test('that will last is remembered for an hour, unless a new try is asked for', async () => {
    using project = new Project()
    const clock = new ManualClock()
    await using mirror = await Loopback.mirror((_request, response) => response.writeHead(404).end())
    const env = { ELECTRON_MIRROR: mirror.url }
    await search(project, env, { clock })
    clock.advance(5 * 60_000)
    expect(await search(project, env, { clock })).toMatchObject({
      reason: expect.stringMatching(/^the last try, 5 minutes ago, failed: http:.* answered 404 Not Found$/),
      mend: `correct ELECTRON_MIRROR, then run ${AGAIN}`,
    })
    expect(mirror.requests).toHaveLength(1)
    await search(project, env, { clock, again: true })
    expect(mirror.requests).toHaveLength(2)
    clock.advance(60 * 60_000)
    await search(project, env, { clock })
    expect(mirror.requests).toHaveLength(3)
  })

  test('does not count once the settings have changed', async () => {
    using project = new Project()
    await using wrong = await Loopback.mirror((_request, response) => response.writeHead(404).end())
    await using mirror = await Loopback.mirror()
    await search(project, { ELECTRON_MIRROR: wrong.url })
    await using proxy = await Loopback.proxy(mirror)
    expect(await search(project, { HTTP_PROXY: proxy.url })).toMatchObject({ kind: 'found' })
  })

  test('that passes by itself is not remembered', async () => {
    using project = new Project()
    await using mirror = await Loopback.mirror((_request, response) => {
      if (mirror.requests.length === 1) response.writeHead(503).end()
      else if (mirror.requests.length === 2) {
        response.writeHead(200, { 'content-length': ARCHIVE.length }).write(ARCHIVE.subarray(0, HALF))
        void until(() => project.downloaded >= HALF).then(() => response.destroy())
      } else serve(null, response)
    })
    const env = { ELECTRON_MIRROR: mirror.url }
    expect(await search(project, env)).toMatchObject({ reason: expect.stringContaining('503 Service Unavailable') })
    expect(await search(project, env)).toMatchObject({
      reason: `the connection to 127.0.0.1:${mirror.port} broke off`,
      mend: 'check the network, then run npm start',
    })
    expect(project.added).toEqual([])
    expect(await search(project, env)).toMatchObject({ kind: 'found' })
  })

  test('in a note that is damaged does not count', async () => {
    using project = new Project()
    const folder = join(project.root, 'node_modules', '.cache', 'peerscope')
    mkdirSync(folder, { recursive: true })
    for (const note of ['1800000000000', '{', 'null']) {
      writeFileSync(join(folder, 'electron-fetch-failed'), note)
      const result = await search(project, { ELECTRON_MIRROR: 'mirror' })
      expect(result).toMatchObject({ reason: 'the address of the mirror is not a URL' })
    }
    expect(existsSync(folder)).toBe(true)
  })
})
