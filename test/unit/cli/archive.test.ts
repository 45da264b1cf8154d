import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signEntry } from '../../../src/main/discovery/entry/entry.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { openStore } from '../../../src/main/store/store.ts'
import type { Store, StoredPeer } from '../../../src/main/store/types.ts'
import type { Io } from '../../../src/main/cli/io.ts'
import { EXIT, run } from '../../../src/main/cli/run.ts'
import { exactNetworkIdFrom, networkIdFrom } from '../../../src/shared/ids.ts'
import { entryOf, idOf, NETWORK, secretOf } from '../../support/discovery/entries.ts'

const signatures = createSignatures()
const NOW = Date.now()
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerscope-cli-'))
})
afterEach(async () => await rm(folder, { recursive: true, force: true }))

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function cli(...argv: string[]): Promise<Ran> {
  return await stoppable(new AbortController().signal, ...argv)
}

async function stoppable(stop: AbortSignal, ...argv: string[]): Promise<Ran> {
  let out = ''
  let err = ''
  const io: Io = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    lines: () => null,
    endInput: () => undefined,
    env: {},
    interactive: false,
    stop,
  }
  return { code: await run(argv, io), out, err }
}

const jsonLines = (out: string): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

function stored(name: string, updatedAt: number, changes: Partial<StoredPeer> = {}): StoredPeer {
  const version = { startedAt: NOW - 3_600_000, updatedAt }
  const entry = entryOf(name, { version, tags: changes.tags ?? [`name:${name}`] })
  const { bytes, signature } = signEntry(entry, secretOf(name), signatures)
  const { peerId, protocolVersion, addresses, tags, streams, groups } = entry
  return {
    peerId,
    protocolVersion,
    addresses,
    tags,
    streams,
    groups,
    version,
    state: 'online',
    departureReason: null,
    ticketCount: 0,
    source: 'gossip',
    firstSeen: NOW - 60_000,
    lastSeen: updatedAt,
    rtt: null,
    signed: { entry: bytes, signature },
    ...changes,
  }
}

/** A data folder with these peers, an identity and a few events. */
function fill(dir: string, peers: readonly StoredPeer[], more: (store: Store) => void = () => undefined): string {
  const path = join(folder, dir)
  const store = openStore({ path: databasePath(path, process.platform), now: () => NOW })
  store.saveSecret(secretOf(`owner of ${dir}`))
  store.networkJoined({ id: NETWORK, name: 'test-network', bootstrap: [], tags: [], at: NOW })
  for (const peer of peers) store.putPeer(NETWORK, peer)
  more(store)
  store.close()
  return path
}

const three = (): StoredPeer[] => [
  stored('ann', NOW - 1000, { rtt: { srtt: 250, rttvar: 1, last: 250, at: NOW } }),
  stored('ben', NOW - 2000, { state: 'purged', departureReason: 'purged' }),
  stored('cat', NOW - 3000, { tags: ['a\u202Eb'] }),
]

describe('a network whose name was once taken as it was written', () => {
  const join = (store: Store, name: string): void =>
    store.networkJoined({ id: exactNetworkIdFrom(name), name, bootstrap: [], tags: [], at: NOW })

  it('is found in any spelling, and that its name leads elsewhere is said', async () => {
    const old = 'cafe\u0301'
    const data = fill('a', [], (store) => {
      join(store, old)
      store.putPeer(exactNetworkIdFrom(old), stored('ann', NOW))
    })
    for (const text of [old, 'caf\u00e9', ' cafe\u0301\u00a0']) {
      const peers = await cli('peers', '--data', data, '--network', text, '--json')
      expect(jsonLines(peers.out)).toHaveLength(1)
      expect(peers.err).toContain(`Its id leads to it: ${exactNetworkIdFrom(old)}`)
    }
    const byId = await cli('stats', '--data', data, '--network', exactNetworkIdFrom(old))
    expect([byId.code, byId.err]).toEqual([EXIT.ok, ''])
    const invited = await cli('invite', '--data', data, '--network', 'caf\u00e9', '--json')
    expect(jsonLines(invited.out)[0]).toMatchObject({ network: exactNetworkIdFrom(old) })
  })

  it('comes after the one of the name as it is now, and is named then', async () => {
    const data = fill('a', [], (store) => {
      join(store, 'cafe\u0301')
      join(store, 'caf\u00e9')
    })
    const stats = await cli('stats', '--data', data, '--network', 'cafe\u0301')
    expect(stats.err).toContain(`is also stored in another spelling`)
    expect(stats.err).toContain(exactNetworkIdFrom('cafe\u0301'))
  })
})

describe('listing', () => {
  it('peers as a table and as JSON, filtered; what peers say cannot steer the terminal', async () => {
    const data = fill('a', three())
    const table = await cli('peers', '--data', data)
    expect(table.code).toBe(EXIT.ok)
    expect(table.out.split('\n')[0]).toMatch(/^STATE\s+NAME\s+PEER\s+RTT ms\s+LAST SEEN\s+TAGS$/)
    expect(table.out).not.toContain('\u202E')
    const slow = await cli('peers', '--data', data, '--filter', 'rtt>200ms', '--json')
    expect(jsonLines(slow.out).map((peer) => peer['peerId'])).toEqual([idOf('ann')])
    const wrong = await cli('peers', '--data', data, '--filter', 'rtt>')
    expect([wrong.code, wrong.err]).toEqual([EXIT.usage, expect.stringContaining('at character 5')])
  })

  it('events and sessions, the newest ones, and how much is stored', async () => {
    const data = fill('a', three(), (store) => {
      for (let index = 0; index < 30; index += 1)
        store.append(NETWORK, NOW - 30_000 + index * 1000, {
          kind: 'DialFailed',
          target: `/ip4/127.0.0.1/tcp/${index}`,
          reason: 'x',
        })
      store.append(NETWORK, NOW - 500, { kind: 'NeighborUp', peerId: idOf('ann') })
      store.append(NETWORK, NOW - 400, { kind: 'NeighborUp', peerId: idOf('cat') })
      store.sessionStarted(NETWORK, idOf('ann'), NOW - 5000, { startedAt: 1, updatedAt: 1 }, 'gossip')
      store.sessionEnded(NETWORK, idOf('ann'), NOW - 2000, 'graceful')
    })
    const events = jsonLines((await cli('events', '--data', data, '--limit', '5', '--json')).out)
    expect(events.slice(0, 3).map((event) => event['target'])).toEqual(
      [27, 28, 29].map((port) => `/ip4/127.0.0.1/tcp/${port}`),
    )
    const ofSlow = await cli('events', '--data', data, '--filter', 'rtt>200ms', '--json')
    expect(jsonLines(ofSlow.out)).toMatchObject([{ kind: 'NeighborUp', peerId: idOf('ann') }])
    const some = await cli(
      'events',
      '--data',
      data,
      '--filter',
      'target:*/tcp/1*',
      '--to',
      new Date(NOW - 11_500).toISOString(),
      '--json',
    )
    expect(jsonLines(some.out).length).toBe(10)
    const zone = process.env['TZ']
    try {
      const all = (await cli('events', '--data', data)).out.trimEnd().split('\n')
      process.env['TZ'] = 'Asia/Kathmandu'
      const printed = /\d{4}-\S+ \S+/.exec((await cli('events', '--data', data)).out.split('\n')[3] ?? '')?.[0] ?? ''
      expect(printed).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\+05:45$/)
      for (const other of ['Asia/Kathmandu', 'America/New_York', 'UTC']) {
        process.env['TZ'] = other
        const count = async (...flags: string[]): Promise<number> =>
          (await cli('events', '--data', data, ...flags)).out.trimEnd().split('\n').length
        expect(await count('--from', printed)).toBe(all.length - 3)
        expect(await count('--to', printed)).toBe(4)
        expect(await count('--from', printed, '--to', printed)).toBe(1)
        expect(await count('--filter', `at>"${printed}"`)).toBe(all.length - 4)
      }
    } finally {
      if (zone === undefined) delete process.env['TZ']
      else process.env['TZ'] = zone
    }
    for (const wrong of ['2026-02-30', '1795882164', '2026-11-23 24:61']) {
      const refused = await cli('events', '--data', data, '--from', wrong)
      expect([refused.code, refused.err]).toEqual([EXIT.usage, expect.stringContaining(`'${wrong}'`)])
    }
    const turned = await cli('events', '--data', data, '--from', '1h', '--to', '2h')
    expect([turned.code, turned.err]).toEqual([EXIT.usage, expect.stringContaining('is after --to')])
    const sessions = jsonLines((await cli('sessions', '--data', data, '--json')).out)
    expect(sessions).toMatchObject([{ peerId: idOf('ann'), reason: 'graceful', from: NOW - 5000, to: NOW - 2000 }])
    expect((await cli('sessions', '--data', data)).out).toContain('graceful')
    expect(jsonLines((await cli('stats', '--data', data, '--json')).out)).toMatchObject([
      { rows: { events: 32, peers: 3 } },
    ])
    expect((await cli('stats', '--data', data)).out).toContain('test-network')
  })
})

describe('a network that nobody joined', () => {
  it('is read like any other: a demo is stored all the same', async () => {
    const path = join(folder, 'demo')
    const store = openStore({ path: databasePath(path, process.platform), now: () => NOW })
    for (const [name, at] of [
      ['demo-one', NOW - 5000],
      ['demo-two', NOW - 1000],
    ] as const) {
      const id = networkIdFrom(name)
      store.putPeer(id, stored(name, at))
      store.append(id, at, { kind: 'NeighborUp', peerId: idOf(name) })
    }
    store.close()
    const peers = await cli('peers', '--data', path, '--json')
    expect(jsonLines(peers.out)).toMatchObject([{ peerId: idOf('demo-two') }])
    const other = await cli('peers', '--data', path, '--network', 'demo-one', '--json')
    expect(jsonLines(other.out)).toMatchObject([{ peerId: idOf('demo-one') }])
    expect((await cli('stats', '--data', path)).out).toContain(networkIdFrom('demo-two'))
    const none = await cli('peers', '--data', path, '--network', 'none')
    expect([none.code, none.err]).toEqual([
      EXIT.usage,
      expect.stringContaining(`stored are: ${networkIdFrom('demo-two')}, `),
    ])
  })
})

describe('searching', () => {
  it('finds peers by tags and notes, and events by their details, beside a filter', async () => {
    const data = fill('a', three(), (store) => {
      store.setNote(NETWORK, idOf('ben'), { name: '', note: 'the lighthouse by the sea' })
      for (const reason of ['timed out at the harbour', 'refused', 'timed out again'])
        store.append(NETWORK, NOW, { kind: 'DialFailed', target: '/ip4/127.0.0.1/tcp/1', reason })
    })
    const found = async (...args: string[]): Promise<unknown[]> => {
      const { out } = await cli(...args, '--data', data, '--json')
      return out === '' ? [] : jsonLines(out).map((line) => line['reason'] ?? line['peerId'])
    }
    expect(await found('peers', '--search', 'LIGHTH')).toEqual([idOf('ben')])
    expect(await found('peers', '--search', 'name ann')).toEqual([idOf('ann')])
    expect(await found('peers', '--search', 'lighthouse', '--filter', 'state:online')).toEqual([])
    expect(await found('events', '--search', 'timed out')).toEqual(['timed out at the harbour', 'timed out again'])
    expect(await found('events', '--search', 'timed out', '--limit', '1')).toEqual(['timed out again'])
    expect(await found('events', '--search', 'timed', '--filter', 'reason:*harbour')).toEqual([
      'timed out at the harbour',
    ])
    expect(await found('events', '--search', 'nowhere')).toEqual([])
  })
})

describe('snapshots', () => {
  const snapshot = async (data: string, name: string, ...more: string[]): Promise<string> => {
    const file = join(folder, name)
    const { code, err } = await cli('export', '--data', data, '--format', 'snapshot', '--out', file, ...more)
    expect([code, err]).toEqual([EXIT.ok, expect.stringContaining('peers written')])
    return file
  }

  it('are exported, verified, and told from changed ones', async () => {
    const file = await snapshot(fill('a', three()), 'a.peerscope')
    const good = await cli('verify', file)
    expect([good.code, good.out]).toEqual([EXIT.ok, expect.stringContaining('verified: 3 peers of test-network')])
    expect(good.out).toContain(idOf('owner of a'))
    const bytes = await readFile(file)
    const half = bytes.length >> 1
    bytes[half] = (bytes[half] ?? 0) ^ 1
    await writeFile(file, bytes)
    const bad = await cli('verify', file, '--json')
    expect(bad.code).toBe(EXIT.failed)
    expect((await cli('verify', join(folder, 'none'))).err).toContain('cannot be read')
    expect((await cli('verify', databasePath(join(folder, 'a'), process.platform))).code).toBe(EXIT.usage)
  })

  it('are imported into another folder, newer entries only', async () => {
    const file = await snapshot(fill('a', three()), 'a.peerscope')
    const data = fill('b', [stored('ann', NOW - 500), stored('ben', NOW - 90_000)])
    const done = await cli('import', file, '--data', data, '--json')
    expect(jsonLines(done.out)).toMatchObject([{ event: 'imported', outcomes: { New: 1, Updated: 1, Rejected: 1 } }])
    const peers = jsonLines((await cli('peers', '--data', data, '--json')).out)
    expect(peers).toHaveLength(3)
    expect(peers.find((peer) => peer['peerId'] === idOf('cat'))).toMatchObject({ state: 'stored', source: 'manual' })
    expect(peers.find((peer) => peer['peerId'] === idOf('ann'))).toMatchObject({ version: { updatedAt: NOW - 500 } })
  })

  it('are not said to be imported where nothing can be kept; a damaged database is told of', async () => {
    const file = await snapshot(fill('a', three()), 'a.peerscope')
    const path = databasePath(fill('b', []), process.platform)
    await rm(`${path}.lock`)
    await mkdir(`${path}.lock`)
    const refused = await cli('import', file, '--data', join(folder, 'b'))
    expect([refused.code, refused.out]).toEqual([EXIT.failed, ''])
    expect(refused.err).toMatch(/could not be kept: the data folder cannot be written .*import again/)
    await writeFile(databasePath(join(folder, 'a'), process.platform), 'rubbish'.repeat(1000))
    const told = await cli('import', file, '--data', join(folder, 'a'))
    expect([told.code, told.out, told.err]).toEqual([EXIT.ok, 'New 3\n', expect.stringContaining('set aside')])
  })

  it('that are damaged, and peers that nobody signed, are no differences', async () => {
    const data = fill('a', [...three(), stored('unsigned', NOW, { signed: null })])
    const file = await snapshot(data, 'a.peerscope')
    const same = await cli('diff', file, '--data', data)
    expect(same.out).toBe('0 came, 0 left, 0 changed, 3 the same\n')
    const bytes = await readFile(file)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(file, bytes)
    const told = await cli('diff', file, '--data', data)
    expect([told.code, told.err]).toEqual([EXIT.ok, expect.stringContaining('a.peerscope: 1 faults')])
  })

  it('are compared with each other and with what is stored', async () => {
    const before = await snapshot(fill('a', three()), 'a.peerscope')
    const later = [
      stored('ann', NOW, { tags: ['changed'] }),
      stored('cat', NOW - 3000, { tags: ['a\u202Eb'] }),
      stored('dan', NOW),
    ]
    const data = fill('b', later)
    const after = await snapshot(data, 'b.peerscope')
    for (const args of [
      ['diff', before, after],
      ['diff', before, '--data', data],
    ]) {
      const lines = jsonLines((await cli(...args, '--json')).out)
      expect(lines).toMatchObject([
        { event: 'came', peerId: idOf('dan') },
        { event: 'left', peerId: idOf('ben') },
        {
          event: 'changed',
          peerId: idOf('ann'),
          changes: [{ field: 'tags', added: ['changed'], removed: ['name:ann'] }],
        },
        { event: 'compared', came: 1, left: 1, changed: 1, same: 1 },
      ])
    }
    expect((await cli('diff', before, after)).out).toContain('tags: +changed −name:ann')
    expect((await cli('diff', before, join(folder, 'none'))).code).toBe(EXIT.usage)
  })
})

describe('exports', () => {
  it('of the database have everything but the identity', async () => {
    const out = join(folder, 'copy.db')
    const { code } = await cli('export', '--data', fill('a', three()), '--format', 'sqlite', '--out', out)
    expect(code).toBe(EXIT.ok)
    const db = new Database(out, { readonly: true })
    expect(db.prepare('SELECT count(*) FROM peers').pluck().get()).toBe(3)
    expect(db.prepare('SELECT count(*) FROM identity').pluck().get()).toBe(0)
    db.close()
    const secret = Buffer.from(secretOf('owner of a'))
    expect((await readFile(out)).includes(secret)).toBe(false)
  })

  it('that fail or are stopped leave what was there before, and nothing beside it', async () => {
    const data = fill('a', three())
    const out = join(folder, 'there.json')
    await writeFile(out, 'before')
    const wrong = await cli('export', '--data', data, '--format', 'json', '--filter', 'rtt>', '--out', out)
    expect(wrong.code).toBe(EXIT.usage)
    const stop = new AbortController()
    stop.abort()
    const again = ['export', '--data', data, '--format', 'json', '--out', out, '--force']
    expect((await stoppable(stop.signal, ...again)).code).toBe(EXIT.stopped)
    expect(await readFile(out, 'utf8')).toBe('before')
    expect((await readdir(folder)).toSorted()).toEqual(['a', 'there.json'])
    expect(await cli(...again.slice(0, -1))).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('add --force to replace it'),
    })
    expect(await readFile(out, 'utf8')).toBe('before')
    await chmod(out, 0o640)
    expect((await cli(...again)).code).toBe(EXIT.ok)
    expect((await stat(out)).mode & 0o777).toBe(0o640)
    expect(await readFile(out, 'utf8')).toContain(idOf('ann'))
    expect((await readdir(folder)).toSorted()).toEqual(['a', 'there.json'])
  })

  it('go over no file of a data folder, whatever is forced', async () => {
    const data = fill('a', three())
    const before = await readFile(databasePath(data, process.platform))
    for (const args of [['export', '--format', 'json'], ['export', '--format', 'sqlite'], ['diagnostics']]) {
      const ran = await cli(...args, '--data', data, '--out', databasePath(data, process.platform), '--force')
      expect(ran).toMatchObject({ code: EXIT.usage, err: expect.stringContaining('is in the data folder') })
    }
    expect((await readFile(databasePath(data, process.platform))).equals(before)).toBe(true)
    expect((await readdir(folder)).toSorted()).toEqual(['a'])
  })

  it.runIf(process.platform !== 'win32')('go through a pipe that has a name, once somebody reads it', async () => {
    const data = fill('a', three())
    const fifo = join(folder, 'fifo')
    execFileSync('mkfifo', [fifo])
    const ran = cli('export', '--data', data, '--format', 'json', '--out', fifo)
    const read = await readFile(fifo, 'utf8')
    expect((await ran).code).toBe(EXIT.ok)
    expect(JSON.parse(read)).toBeTypeOf('object')
    const stop = new AbortController()
    const waiting = stoppable(stop.signal, 'export', '--data', data, '--format', 'json', '--out', fifo)
    stop.abort()
    expect((await waiting).code).toBe(EXIT.stopped)
  })

  it('that are not text are not printed, and a copy of the database is whole', async () => {
    const data = fill('a', three())
    for (const format of ['snapshot', 'parquet', 'sqlite']) {
      const { code, out, err } = await cli('export', '--data', data, '--format', format)
      expect([code, out, err]).toEqual([EXIT.usage, '', expect.stringContaining('name a file with --out')])
    }
    const out = join(folder, 'copy.db')
    const some = await cli('export', '--data', data, '--format', 'sqlite', '--filter', 'state:online', '--out', out)
    expect([some.code, some.err]).toEqual([EXIT.usage, expect.stringContaining('the whole database')])
  })

  it('go to standard output, filtered; a snapshot needs a file', async () => {
    const data = fill('a', three())
    const { out } = await cli('export', '--data', data, '--format', 'csv', '--filter', 'state:purged')
    expect(out.split('\r\n')).toHaveLength(3)
    const refused = await cli('export', '--data', data, '--format', 'snapshot')
    expect([refused.code, refused.err]).toEqual([EXIT.usage, expect.stringContaining('--out')])
    const mixed = await cli(
      'export',
      '--data',
      data,
      '--format',
      'gexf',
      '--what',
      'events',
      '--out',
      join(folder, 'x'),
    )
    expect([mixed.code, mixed.err]).toEqual([
      EXIT.usage,
      expect.stringContaining('choose one of json, ndjson, csv, parquet'),
    ])
    expect((await cli('export', '--data', data, '--format', 'json', '--out', join(folder, 'no', 'x'))).code).toBe(
      EXIT.failed,
    )
  })
})
