/** The small parts that hosts share: files of settings, words of a status, the page's files, files that are taken in. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { BootstrapFacts } from '../../../src/shared/bootstrap.ts'
import type { NetworkStatus } from '../../../src/shared/contract.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import { JsonFile } from '../../../src/main/monitor/json-file.ts'
import { pageFile } from '../../../src/main/monitor/page.ts'
import { statusWords, tryingWords } from '../../../src/main/monitor/status-words.ts'
import { testMonitor } from '../../support/monitor.ts'

let folder: string
let warnings: string[]
const logger = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) })
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-parts-'))
  warnings = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a settings file', () => {
  const schema = z.object({ a: z.number() })
  const open = (): JsonFile<{ a: number }> => new JsonFile(join(folder, 'sub', 'x.json'), schema, { a: 1 }, logger)

  it('holds what was set, for its owner alone', () => {
    expect(open().value).toEqual({ a: 1 })
    open().set({ a: 2 })
    expect(open().value).toEqual({ a: 2 })
    expect(readdirSync(join(folder, 'sub'))).toEqual(['x.json'])
    const mode = statSync(join(folder, 'sub', 'x.json')).mode & 0o777
    expect(process.platform === 'win32' || mode === 0o600).toBe(true)
    expect(warnings).toEqual([])
  })

  it.each(['', '{', '[]', '{"a":"1"}', `{"a":1,"b":"${'x'.repeat(70_000)}"}`])(
    'that holds %.20s is set aside, and its default holds',
    (content) => {
      mkdirSync(join(folder, 'sub'))
      writeFileSync(join(folder, 'sub', 'x.json'), content)
      const file = open()
      expect(file.value).toEqual({ a: 1 })
      const [aside = '', ...more] = readdirSync(join(folder, 'sub'))
      expect([aside, more]).toEqual([expect.stringMatching(/^x\.json\.damaged-.*Z$/), []])
      expect(readFileSync(join(folder, 'sub', aside), 'utf8')).toBe(content)
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toContain(join(folder, 'sub', 'x.json'))
      file.set({ a: 3 })
      expect(open().value).toEqual({ a: 3 })
    },
  )

  it('of which one part cannot be used keeps the others, and is set aside and told of once', () => {
    mkdirSync(join(folder, 'sub'))
    const path = join(folder, 'sub', 'x.json')
    const stored = { a: 'gone mad', b: 5, c: 2.6, later: true }
    writeFileSync(path, JSON.stringify(stored))
    const parts = z.object({ a: z.number().catch(1), b: z.number().catch(1), c: z.number().transform(Math.round) })
    const first = new JsonFile(path, parts, { a: 1, b: 1, c: 1 }, logger)
    expect(first.value).toEqual({ a: 1, b: 5, c: 3 })
    expect(warnings).toEqual([expect.stringContaining('"unusable":["a"]')])
    const aside = readdirSync(join(folder, 'sub')).find((name) => name.includes('.damaged-')) ?? ''
    expect(JSON.parse(readFileSync(join(folder, 'sub', aside), 'utf8'))).toEqual(stored)
    expect(new JsonFile(path, parts, { a: 1, b: 1, c: 1 }, logger).value).toEqual({ a: 1, b: 5, c: 3 })
    expect(warnings).toHaveLength(1)
  })

  it('that cannot be written holds until the end of the run', () => {
    writeFileSync(join(folder, 'sub'), 'in the way')
    const file = new JsonFile(join(folder, 'sub', 'x.json'), schema, { a: 1 }, logger)
    file.set({ a: 2 })
    expect(file.value).toEqual({ a: 2 })
    expect(warnings.join('')).toContain('could not be written')
    const none = new JsonFile(null, schema, { a: 1 }, logger)
    none.set({ a: 2 })
    expect(none.value).toEqual({ a: 2 })
  })
})

describe('a status in words', () => {
  const network = { id: networkIdFrom('my net'), name: 'my net' }
  const of = (status: object): string => statusWords(status as NetworkStatus)

  it.each([
    [{ state: 'none' }, 'No network'],
    [{ state: 'joining', network }, 'Joining my net'],
    [{ state: 'leaving', network }, 'Leaving my net'],
    [{ state: 'failed', network }, 'my net: could not join'],
    [{ state: 'alone', network }, 'my net: no peers yet'],
    [{ state: 'lost', network }, 'my net: connection lost'],
    [{ state: 'deserted', network }, 'my net: nobody is left'],
    [{ state: 'online', network, peers: 1, notKnown: null }, 'my net: 1 peer'],
    [{ state: 'online', network, peers: 12, notKnown: { count: 3 } }, 'my net: 12 peers, 3 not known'],
    [{ state: 'joining', network: { ...network, name: 'x'.repeat(90) } }, `Joining ${'x'.repeat(39)}…`],
    [{ state: 'joining', network: { ...network, name: null } }, `Joining ${network.id.slice(0, 8)}…`],
  ])('%j is %s', (status, words) => expect(of(status)).toBe(words))

  it('what is tried to find anybody counts one as one', () => {
    const warm = (places: number) => ({ warm: { state: 'running', places } as BootstrapFacts['warm'] })
    expect(tryingWords(['/ip4/192.0.2.7/tcp/1'], warm(1))).toEqual([
      'dialing /ip4/192.0.2.7/tcp/1',
      'dialing 1 peer known from before',
    ])
    expect(tryingWords(['a', 'b'], warm(2))).toEqual([
      'dialing 2 bootstrap addresses',
      'dialing 2 peers known from before',
    ])
  })
})

describe('a file of the page', () => {
  it.each(['/index.html', '/', '/assets/a.js', '/x/../index.html', '/style.css'])('%s is one', (path) => {
    expect(pageFile(folder, path)?.path.startsWith(folder)).toBe(true)
  })

  it.each([
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/..%2f..%2fsecret.html',
    '/..%5csecret.html',
  ])('%s names nothing outside of the folder', (path) =>
    expect(pageFile(folder, path)?.path.startsWith(`${folder}${sep}`)).toBe(true),
  )

  it.each(['/%00.html', '/%zz.html', '/peerscope.db', '/a', '/assets'])('%s is none', (path) =>
    expect(pageFile(folder, path)).toBeNull(),
  )
})

describe('a file of this machine', () => {
  it('is taken in as if a page had handed it over, and left as it is', async () => {
    const { monitor } = testMonitor()
    const path = join(folder, 'a.peerscope')
    const content = 'x'.repeat(600_000)
    writeFileSync(path, content)
    const name = await monitor.archive.takeFile(path)
    expect(readFileSync(await monitor.archive.uploads.path(name), 'utf8')).toBe(content)
    expect(readFileSync(path, 'utf8')).toBe(content)
    await monitor.close()
  })

  it.each(['', 'none.peerscope'])('that is none (%j) is refused without its folder in the words', async (name) => {
    const { monitor } = testMonitor()
    const taken = monitor.archive.takeFile(join(folder, name))
    await expect(taken).rejects.toMatchObject({ code: 'InvalidArgument' })
    await expect(taken).rejects.not.toMatchObject({ message: expect.stringContaining(tmpdir()) })
    await monitor.close()
  })
})

it('before a sleep what waits is written, and after it discovery is told, joined or not', async () => {
  const { monitor } = testMonitor()
  const flush = vi.spyOn(monitor.store, 'flush')
  monitor.machineSleeps()
  expect(flush).toHaveBeenCalledOnce()
  expect(() => monitor.machineWoke()).not.toThrow()
  await monitor.join({ network: 'sleepers' })
  const told = vi.spyOn(monitor.node().discovery, 'clockMayHaveJumped')
  monitor.machineWoke()
  expect(told).toHaveBeenCalledOnce()
  await monitor.close()
})
