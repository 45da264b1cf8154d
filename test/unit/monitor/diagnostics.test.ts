import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { homedir, hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_CONFIG } from '../../../src/shared/config.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import { run } from '../../../src/main/cli/run.ts'
import { diagnose, diagnoseFolder, storeFacts } from '../../../src/main/monitor/diagnostics.ts'
import { createLogger, recentLines } from '../../../src/main/monitor/log.ts'
import { redact, redactText } from '../../../src/main/monitor/redact.ts'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { openStore } from '../../../src/main/store/store.ts'
import { testMonitor } from '../../support/monitor.ts'
import { peerIdAt, peerRow } from '../../support/renderer/fake-network.ts'
import { countTurns } from '../../support/turns.ts'
import { keyOf } from '../../support/networks.ts'

const PEER = peerIdAt(1)
const NETWORK = networkIdFrom('a private network')
const KEY = 'ab'.repeat(32)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerscope-diagnostics-'))
})
afterEach(async () => await rm(folder, { recursive: true, force: true }))

describe('a text', () => {
  it.each([
    [
      `dialing /ip4/93.184.216.9/tcp/4001/p2p/${PEER}`,
      `dialing /ip4/<public>/tcp/p2p/${PEER.slice(0, 6)}…${PEER.slice(-6)}`,
    ],
    ['connect ECONNREFUSED 127.0.0.1:4001', 'connect ECONNREFUSED <loopback>'],
    ['from 192.168.1.7 and 10.0.0.1', 'from <private> and <private>'],
    ['/ip6/2a00:1450::1/tcp/1 and [fe80::1%eth0]:80 and ::1', '/ip6/<public>/tcp and <private> and <loopback>'],
    ['/dns4/seed.example.org/tcp/443/wss', '/dns4/<name>/tcp/wss'],
    ['getaddrinfo ENOTFOUND seed.example.org', 'getaddrinfo ENOTFOUND <name>'],
    ['posting to https://hooks.example.org/T0/secret?x=1 failed', 'posting to <url> failed'],
    [`key ${KEY}`, 'key abababab…'],
    ['/home/alice/.local/share and C:\\Users\\Bob\\x', '~/.local/share and ~\\x'],
    ['at join (file:///opt/alice/app/out/main/cli.js:12:3)', 'at join (file:…/cli.js:12:3)'],
    ['at 12:30:45 version 1.2.3, 4 peers, 20 ms', 'at 12:30:45 version 1.2.3, 4 peers, 20 ms'],
  ])('%s', (text, redacted) => {
    expect(redactText(text)).toBe(redacted)
  })

  it('names neither this machine nor its user', () => {
    expect(redactText(`${homedir()}/x`)).toBe('~/x')
    expect(redactText(`at ${hostname()}.`)).not.toMatch(hostname().length > 5 ? new RegExp(hostname()) : /^$/)
  })

  it('never keeps an address, whatever stands around it', () => {
    const around = fc.constantFrom('', ' ', '/', '(', '"', ',', '=', '\n', '] ')
    fc.assert(
      fc.property(fc.ipV4(), around, around, (address, before, after) => {
        expect(redactText(`x${before || ' '}${address}${after}`)).not.toContain(address)
      }),
    )
    fc.assert(
      fc.property(
        fc.ipV6(),
        fc.constantFrom(' ', '/', '(', '['),
        fc.constantFrom(' ', '/', ')', ']'),
        (address, before, after) => {
          expect(redactText(`x${before}${address}${after}`)).not.toContain(address)
        },
      ),
    )
  })
})

describe('a long text', () => {
  const LONG = 1 << 20
  it.each([
    ['one word', 'a'],
    ['dots', 'a.'],
    ['schemes', 'a:'],
    ['URLs', 'file://'],
    ['folders', '/a'],
    ['folders of a URL', 'file:///a/'],
    ['homes', '/home/'],
    ['drives', 'C:\\'],
    ['hex', '0a'],
    ['colons', '1::'],
    ['addresses', '1.1.1.1'],
    ['brackets', '['],
    ['spaces', ' '],
    ['words', 'ENOTFOUND  '],
    ['short words', `${'a.'.repeat(500)} `],
  ])('of %s costs no more for each character than a short one', (_name, part) => {
    const replace = vi.spyOn(RegExp.prototype, Symbol.replace)
    redactText(part.repeat(LONG / part.length))
    const given = replace.mock.calls.map(([text]) => text.length)
    replace.mockRestore()
    // A pattern may take quadratic time of what it is given: that is a word, never the text.
    expect(given.filter((length) => length > 4096)).toEqual([])
    expect(given.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(20 * LONG)
  })

  it('loses words that are longer than any that tells something', () => {
    expect(redactText(`before ${'x'.repeat(5000)} after`)).toBe('before <redacted> after')
    expect(redactText(`a${' '.repeat(5000)}b`)).toBe('a b')
  })

  it('is redacted in linear time by each pattern: the scheme of a URL is looked for once', () => {
    expect(redactText('x.https://a/b?c=d, 1http://e and a.b.c: file:///home/x/y.js')).toBe(
      '<url> <url> and a.b.c: file:…/y.js',
    )
  })
})

describe('a record', () => {
  it('that is nested too deep is cut there', () => {
    let deep: unknown = 'x'
    for (let depth = 0; depth < 100_000; depth += 1) deep = depth % 2 === 0 ? [deep] : { deep }
    expect(JSON.stringify(redact(deep))).toContain('<redacted>')
  })

  it('loses its secrets and tags, and keeps its shape', () => {
    const record = {
      tags: ['owner:alice', 'x'],
      webhook: 'https://x',
      secretKey: 'abc',
      list: [{ addresses: ['/ip4/10.0.0.1/tcp/1'], count: 3 }],
      none: null,
      yes: true,
      [PEER]: 1,
    }
    expect(redact(record)).toEqual({
      tags: '2 tags',
      webhook: '<redacted>',
      secretKey: '<redacted>',
      list: [{ addresses: ['/ip4/<private>/tcp'], count: 3 }],
      none: null,
      yes: true,
      [`${PEER.slice(0, 6)}…${PEER.slice(-6)}`]: 1,
    })
  })
})

/** What no bundle may hold. */
const PRIVATE = [PEER, NETWORK, 'a private network', 'owner:alice', '93.184.216.9', 's3cret', homedir() + '/', KEY]

describe('a bundle', () => {
  it('of a running Peerscope tells how it is, and nothing private', async () => {
    const lines: string[] = []
    const logger = createLogger('warn', (line) => void lines.push(line))
    const { monitor } = testMonitor({ logger })
    monitor.alerts.saveRule({
      name: 's3cret rule',
      kind: 'network-lost',
      forMs: 0,
      network: null,
      enabled: true,
      cooldownMs: 0,
      quietHours: null,
      notify: true,
      webhook: 'https://93.184.216.9/s3cret',
    })
    await monitor.join({ network: 'a private network', tags: ['owner:alice'], secret: KEY })
    await monitor
      .node()
      .discovery.dial([{ peerId: PEER, addresses: ['/ip4/127.0.0.1/tcp/1'] }])
      .catch(() => undefined)
    logger.info({ peer: PEER, url: 'https://93.184.216.9/s3cret' }, 'hello 93.184.216.9')
    const bundle = await monitor.diagnostics()
    await monitor.close()
    expect(bundle).toMatchObject({
      format: 'peerscope-diagnostics',
      version: 1,
      app: { version: '0.0.0', host: 'web' },
      state: 'alone',
      settings: { config: { purgeAfter: DEFAULT_CONFIG.purgeAfter } },
      health: { state: 'alone', addresses: ['/ip4/<loopback>/tcp'] },
      stats: { dials: 1 },
      broken: [],
      peers: { byState: { online: 1 } },
      alerts: { rules: [{ kind: 'network-lost', posted: true }] },
    })
    expect(bundle.events).toContainEqual(
      expect.objectContaining({ event: expect.objectContaining({ kind: 'DialFailed' }) }),
    )
    expect(bundle.log).toContainEqual(expect.objectContaining({ msg: 'hello <public>', url: '<url>' }))
    expect(lines.join(''), 'info is remembered, not written').not.toContain('hello')
    const text = JSON.stringify(bundle)
    for (const secret of PRIVATE) expect(text).not.toContain(secret)
  })

  it('of a data folder is written by the command line, for its owner only', async () => {
    const store = openStore({ path: databasePath(folder, process.platform), now: () => Date.now() })
    store.saveSecret(new Uint8Array(32).fill(0xab))
    store.networkJoined({
      kind: 'peerscope',
      id: NETWORK,
      name: 'a private network',
      bootstrap: ['/ip4/93.184.216.9/tcp/1'],
      tags: ['owner:alice'],
      at: 1,
    })
    store.append(keyOf(NETWORK), 1, {
      kind: 'DialFailed',
      target: `/ip4/93.184.216.9/tcp/1/p2p/${PEER}`,
      reason: 'refused',
    })
    store.setSetting('settings', { theme: 'dark', tags: ['owner:alice'], listen: ['/ip4/93.184.216.9/tcp/1'] })
    store.close()
    const out = join(folder, 'bundle.json')
    let said = ''
    const io = {
      out: () => undefined,
      err: (text: string) => void (said += text),
      lines: () => null,
      endInput: () => undefined,
      env: {},
      interactive: false,
      stop: new AbortController().signal,
    }
    expect(await run(['diagnostics', '--data', folder, '--out', out], io)).toBe(0)
    expect(said).toContain('written to')
    const text = await readFile(out, 'utf8')
    expect((await stat(out)).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600)
    expect(JSON.parse(text)).toMatchObject({
      state: 'offline',
      settings: { theme: 'dark', tags: '1 tag' },
      store: { rows: { events: 1 } },
      events: [{ event: { kind: 'DialFailed', reason: 'refused' } }],
    })
    for (const secret of PRIVATE) expect(text).not.toContain(secret)
    expect(await run(['diagnostics', '--data', folder, '--out', join(folder, 'no', 'such')], io)).toBe(1)
  })

  it('is made in turns', async () => {
    const { monitor } = testMonitor()
    const turns = countTurns()
    await diagnose({
      at: 1,
      app: { version: '1', host: null },
      settings: null,
      state: 'none',
      discovery: null,
      cost: null,
      rows: Array.from({ length: 3000 }, (_, index) => peerRow(index)),
      events: Array.from({ length: 100 }, (_, seq) => ({ seq, at: seq, event: { kind: 'NeighborUp', peerId: PEER } })),
      store: await storeFacts(monitor.store),
      rules: [],
      alerts: [],
      log: Array.from({ length: 100 }, () => '{"msg":"x"}'),
    })
    turns.stop()
    await monitor.close()
    // 3 for the rows, 4 each for the events and the log.
    expect(turns.count).toBeGreaterThanOrEqual(11)
  })

  it('of a folder without a database tells that', async () => {
    const bundle = await diagnoseFolder({ dataDir: folder, version: '1' })
    expect(bundle).toMatchObject({ state: 'offline', store: { error: { code: 'StoreFailed' } }, events: [] })
    expect(JSON.stringify(bundle)).not.toContain(homedir() + '/')
  })
})

describe('the log', () => {
  it('writes from its level on, and remembers from info on', () => {
    const lines: string[] = []
    const logger = createLogger('error', (line) => void lines.push(line))
    logger.debug('a')
    logger.info('b')
    logger.error({ code: 7 }, 'c')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ level: 50, msg: 'c', code: 7 }])
    expect(recentLines(logger).map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['b', 'c'])
  })

  it('may be silent, or tell all', () => {
    const lines: string[] = []
    const silent = createLogger('silent', (line) => void lines.push(line))
    silent.fatal('x')
    expect(lines).toEqual([])
    expect(recentLines(silent)).toHaveLength(1)
    createLogger('trace', (line) => void lines.push(line)).trace('y')
    expect(lines).toHaveLength(1)
  })

  it('remembers the newest three hundred', () => {
    const logger = createLogger('silent', () => undefined)
    for (let index = 0; index < 1000; index += 1) logger.info({ index })
    const kept = recentLines(logger)
    expect(kept).toHaveLength(300)
    expect(JSON.parse(kept.at(-1) ?? '')).toMatchObject({ index: 999 })
  })
})
