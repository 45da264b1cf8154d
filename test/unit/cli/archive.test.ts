import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { openStore } from '../../../src/main/store/store.ts'
import type { Store } from '../../../src/main/store/types.ts'
import { EXIT } from '../../../src/main/cli/run.ts'
import { Journal } from '../../../src/main/monitor/journal/journal.ts'
import { View } from '../../../src/main/monitor/view.ts'
import { exactNetworkIdFrom, networkIdFrom } from '../../../src/shared/ids.ts'
import { formatLocal } from '../../../src/shared/time.ts'
import { idOf, NETWORK } from '../../support/discovery/entries.ts'
import {
  cli,
  fill,
  folder,
  jsonLines,
  NOW,
  stored,
  three,
  folderForEachTest,
  holding,
} from '../../support/cli-archive.ts'
import { keyOf } from '../../support/networks.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'

folderForEachTest()

describe('a network whose name was once taken as it was written', () => {
  const join = (store: Store, name: string): void =>
    store.networkJoined({ kind: 'peerscope', id: exactNetworkIdFrom(name), name, bootstrap: [], tags: [], at: NOW })

  it('is found in any spelling, and that its name leads elsewhere is said', async () => {
    const old = 'cafe\u0301'
    const data = fill('a', [], (store) => {
      join(store, old)
      store.putPeer(keyOf(exactNetworkIdFrom(old)), stored('ann', NOW))
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

  it('hints suit what is filtered: of peers nothing is said that only events have', async () => {
    const data = fill('a', three())
    const told = async (...args: string[]): Promise<string> => (await cli(...args, '--data', data)).err
    const [never, apart] = ["'kind' is never 'lef'", 'age>5m']
    for (const command of [['peers'], ['sessions'], ['export', '--format', 'json']]) {
      const refused = await told(...command, '--filter', 'kind:lef')
      expect(refused).toContain("'kind' is asked of events alone: for the text itself")
      expect(refused).not.toContain(never)
      expect(await told(...command, '--filter', 'age > 5 m')).not.toContain(apart)
      expect(await told(...command, '--filter', 'rtt > 5 ms')).toContain('rtt>5ms')
    }
    for (const command of [['events'], ['export', '--what', 'events', '--format', 'json']]) {
      expect(await told(...command, '--filter', 'kind:lef')).toContain(never)
      expect(await told(...command, '--filter', 'age > 5 m')).toContain(apart)
    }
  })

  it('peers that were here in a loss while it goes on, and no longer once an app was killed in it', async () => {
    const killed = (dir: string, at: number): string =>
      fill(dir, [stored('ann', at)], (store) => {
        const key = keyOf(NETWORK)
        const joined = { kind: 'NetworkJoined', networkId: NETWORK, peerId: idOf('me'), addresses: [] } as const
        store.append(key, at, joined)
        store.append(key, at + 10, { kind: 'NetworkLost', heardAt: null, since: at + 10 })
        const version = { startedAt: 1, updatedAt: at }
        store.append(key, at + 20, { kind: 'PeerDeparted', peerId: idOf('ann'), reason: 'lost', version })
        store.peerGone(key, idOf('ann'), 'lost', 'lost')
      })
    const here = async (data: string): Promise<string> =>
      (await cli('peers', '--data', data, '--filter', 'state:here', '--json')).out
    const watched = killed('a', NOW - 1000)
    {
      using _app = holding(watched)
      expect(await here(watched)).toContain(idOf('ann'))
      expect((await cli('peers', '--data', watched)).out).toMatch(/^was here /m)
      const drawn = await cli('export', '--data', watched, '--format', 'dot')
      expect(drawn.out).toContain('tooltip="was here')
    }
    expect(await here(watched)).toBe('')
    expect((await cli('peers', '--data', watched)).out).toMatch(/^not known /m)
    expect(await here(killed('b', NOW - 3_600_000))).toBe('')
  })

  it('sessions that were open when the run ended as over by then', async () => {
    const data = fill('a', [stored('ann', NOW - 1000)], (store) => {
      const key = keyOf(NETWORK)
      const joined = { kind: 'NetworkJoined', networkId: NETWORK, peerId: idOf('me'), addresses: [] } as const
      store.append(key, NOW - 9000, joined)
      store.sessionStarted(key, idOf('ann'), NOW - 8000, { startedAt: 1, updatedAt: 1 }, 'gossip')
      store.append(key, NOW - 2000, { kind: 'NeighborUp', peerId: idOf('ann') })
    })
    const list = async () => (await cli('sessions', '--data', data)).out
    const records = async () => jsonLines((await cli('sessions', '--data', data, '--json')).out)
    {
      using _app = holding(data)
      expect(await list()).not.toContain('stopped')
      expect(await records()).toMatchObject([{ to: null }])
    }
    expect(await list()).toMatch(/ 6 s +we left, or Peerscope stopped /)
    expect(await records()).toMatchObject([{ to: NOW - 2000, reason: 'unknown' }])
    expect((await cli('sessions', '--data', data, '--as-of', '1s ago')).out).not.toContain('stopped')
  })

  it('events and sessions, the newest ones, and how much is stored', async () => {
    const data = fill('a', three(), (store) => {
      for (let index = 0; index < 30; index += 1)
        store.append(keyOf(NETWORK), NOW - 30_000 + index * 1000, {
          kind: 'DialFailed',
          target: `/ip4/127.0.0.1/tcp/${index}`,
          reason: 'x',
        })
      store.append(keyOf(NETWORK), NOW - 500, { kind: 'NeighborUp', peerId: idOf('ann') })
      store.append(keyOf(NETWORK), NOW - 400, { kind: 'NeighborUp', peerId: idOf('cat') })
      store.sessionStarted(keyOf(NETWORK), idOf('ann'), NOW - 5000, { startedAt: 1, updatedAt: 1 }, 'gossip')
      store.sessionEnded(keyOf(NETWORK), idOf('ann'), NOW - 2000, 'graceful')
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
    expect((await cli('sessions', '--data', data)).out).toMatch(/ said goodbye /)
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
      store.putPeer(keyOf(id), stored(name, at))
      store.append(keyOf(id), at, { kind: 'NeighborUp', peerId: idOf(name) })
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
      store.setNote(keyOf(NETWORK), idOf('ben'), { name: '', note: 'the lighthouse by the sea' })
      for (const reason of ['timed out at the harbour', 'refused', 'timed out again'])
        store.append(keyOf(NETWORK), NOW, { kind: 'DialFailed', target: '/ip4/127.0.0.1/tcp/1', reason })
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
    expect([code, err]).toEqual([EXIT.ok, expect.stringMatching(/peers? written/)])
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
    expect(same.out).toBe('0 came, 0 left, 0 changed, 2 the same, 1 gone in both\n')
    const bytes = await readFile(file)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(file, bytes)
    const told = await cli('diff', file, '--data', data)
    expect([told.code, told.err]).toEqual([EXIT.ok, expect.stringContaining('a.peerscope: 1 fault;')])
  })

  it('are compared with a past moment at which we had lost the network, as it was when that began', async () => {
    const before = await snapshot(fill('a', [stored('ann', NOW - 20_000)]), 'a.peerscope')
    const at = NOW - 10_000
    const data = fill('b', [stored('ann', NOW - 20_000)], (store) => {
      store.append(keyOf(NETWORK), at - 100, {
        kind: 'NetworkLost',
        heardAt: null,
        since: at - 100,
        purgeAfterMs: 60_000,
      })
      const clock = { now: () => at, monotonic: () => 0, schedule: () => () => undefined }
      const view = new View(clock, store.status())
      const version = { startedAt: 1, updatedAt: NOW - 20_000 }
      view.putRow(peerRow(1, { peerId: idOf('ann'), state: 'purged', version }))
      const journal = new Journal({ store, networkKey: keyOf(NETWORK), view, clock })
      journal.start()
      journal.flush()
    })
    const ran = await cli('diff', before, '--data', data, '--as-of', new Date(at).toISOString())
    expect(ran.out).toMatch(/^0 came, 0 left, 1 changed, 0 the same$/m)
    expect(ran.err).toBe(
      'the data folder: the network was lost then; peers count as when that began\n' +
        'A is later than B: what came between them is told as left, and what left as come\n',
    )
  })

  it('are compared with a folder as in its window: who is known from before and not heard of since is not here', async () => {
    const before = await snapshot(fill('a', [stored('ann', NOW), stored('ben', NOW)]), 'a.peerscope')
    const peers = [stored('ann', NOW), stored('ben', NOW, { state: 'stored' })]
    const joined = fill('b', peers, (store) => {
      const own = { networkId: NETWORK, peerId: idOf('me'), addresses: [] }
      store.append(keyOf(NETWORK), NOW, { kind: 'NetworkJoined', ...own })
    })
    expect((await cli('diff', before, '--data', joined)).out).toMatch(
      /^0 came, 1 left \(1 not heard of since\), 0 changed, 1 the same$/m,
    )
    // Of a network that was never joined all is known from imports.
    expect((await cli('diff', before, '--data', fill('c', peers))).out).toMatch(
      /^0 came, 0 left, 0 changed, 2 the same$/m,
    )
  })

  it('are compared with each other and with what is stored', async () => {
    const earlier = three().map((one) => ({ ...one, state: 'online' as const, departureReason: null }))
    const before = await snapshot(fill('a', [...earlier, stored('eve', NOW)]), 'a.peerscope')
    const later = [
      stored('ann', NOW, { tags: ['changed'] }),
      stored('cat', NOW - 3000, { tags: ['a\u202Eb'] }),
      stored('dan', NOW),
      // Those that left stay in the catalog: that is no change of them.
      stored('eve', NOW, { state: 'purged', departureReason: 'purged' }),
    ]
    const data = fill('b', later)
    const after = await snapshot(data, 'b.peerscope')
    for (const args of [
      ['diff', before, after],
      ['diff', before, '--data', data],
    ]) {
      const lines = jsonLines((await cli(...args, '--json')).out)
      expect(lines).toMatchObject([
        { event: 'came', peerId: idOf('dan'), as: 'new' },
        ...[
          { event: 'left', peerId: idOf('ben'), reason: 'missing', lastSeen: null },
          { event: 'left', peerId: idOf('eve'), reason: 'purged', lastSeen: NOW },
        ].toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1)),
        {
          event: 'changed',
          peerId: idOf('ann'),
          changes: [{ field: 'tags', added: ['changed'], removed: ['name:ann'] }],
        },
        { event: 'compared', came: 1, left: 2, changed: 1, same: 1, gone: 0 },
      ])
    }
    const { out } = await cli('diff', before, after)
    expect(out).toContain('tags: +changed −name:ann')
    expect(out).toMatch(/^- .+  not in the second$/m)
    expect(out).toContain(`  went silent; last seen ${formatLocal(NOW)}\n`)
    expect(out).toContain('1 came, 2 left (1 went silent, 1 not in the second), 1 changed, 1 the same\n')
    expect((await cli('diff', before, join(folder, 'none'))).code).toBe(EXIT.usage)
    // Of two networks nobody left: that is said.
    expect((await cli('diff', before, after)).err).toBe('')
    const other = fill('c', [], (store) => {
      const id = networkIdFrom('another')
      store.networkJoined({ kind: 'peerscope', id, name: 'another', bootstrap: [], tags: [], at: NOW })
      store.append(keyOf(id), NOW, { kind: 'NetworkJoined', peerId: idOf('me'), networkId: id, addresses: [] })
    })
    const foreign = await snapshot(other, 'c.peerscope', '--network', 'another')
    expect((await cli('diff', before, foreign)).err).toMatch(/^these are two networks: .+ and another$/m)
  })
})
