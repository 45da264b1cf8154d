import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shortPeerId, uniqueIdFrom } from '../../../src/shared/ids.ts'
import { NO_NAMES } from '../../../src/shared/names.ts'
import type { Names } from '../../../src/shared/names.ts'
import { networkKeyOf } from '../../../src/shared/network-kind.ts'
import { nickname } from '../../../src/shared/nickname.ts'
import { endpointIdOf } from '../../../src/shared/peer-form.ts'
import { openDatabase } from '../../../src/main/store/database.ts'
import { MIGRATIONS } from '../../../src/main/store/migrations/all.ts'
import { openStoreReadOnly } from '../../../src/main/store/read-only.ts'
import { matchExpression, matchOf, wordsOf } from '../../../src/main/store/search.ts'
import type { LoggedEvent } from '../../../src/shared/events.ts'
import type { Store } from '../../../src/main/store/types.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, OTHER, peerOf, slotOf, START } from './data-folder.ts'

const X = idOf('x')
const Y = idOf('y')
const VERSION = { startedAt: 1, updatedAt: 2 }
const DISCOVERED = {
  kind: 'PeerDiscovered',
  peerId: X,
  source: 'sync',
  version: VERSION,
  tags: ['role:Beacon', 'zone:zürich'],
  addresses: ['/ip4/10.1.2.3/tcp/4001'],
} as const

function found(store: Pick<Store, 'search'>, text: string): { peers: string[]; events: number[] } {
  const { peers, events } = store.search(NETWORK, text, { limit: 100 })
  return { peers, events: events.map(({ seq }) => seq) }
}

function filled(): { data: DataFolder; store: Store; events: LoggedEvent[] } {
  const data = new DataFolder()
  const store = data.open()
  store.putPeer(NETWORK, peerOf('x', { tags: ['role:Beacon', 'zone:zürich'] }))
  store.putPeer(NETWORK, peerOf('y', { tags: ['role:relay'] }))
  store.putPeer(OTHER, peerOf('x', { tags: ['role:elsewhere'] }))
  const events = [
    store.append(NETWORK, START, DISCOVERED),
    store.append(NETWORK, START, { ...DISCOVERED, kind: 'PeerUpdated', changed: [] }),
    store.append(NETWORK, START, { ...DISCOVERED, kind: 'PeerUpdated', tags: ['role:moved'], changed: ['tags'] }),
    store.append(OTHER, START, DISCOVERED),
    store.append(NETWORK, START, {
      kind: 'DialFailed',
      target: '/dns4/host.example/tcp/9',
      reason: 'Connection refused',
    }),
    store.append(NETWORK, START, { kind: 'NeighborUp', peerId: Y }),
    store.append(NETWORK, START, slotOf(3)),
  ]
  return { data, store, events }
}

describe('search', () => {
  it('finds ids, nicknames, tags, addresses, kinds and reasons, from the beginning of the last word', () => {
    const { data, store } = filled()
    using _folder = data
    expect(found(store, X)).toEqual({ peers: [X], events: [3, 1] })
    expect(found(store, X.slice(0, 14))).toEqual({ peers: [X], events: [3, 1] })
    expect(found(store, shortPeerId(Y))).toEqual({ peers: [Y], events: [6] })
    expect(found(store, nickname(Y))).toEqual({ peers: [Y], events: [6] })
    expect(found(store, 'role:beacon')).toEqual({ peers: [X], events: [1] })
    expect(found(store, 'BEAC')).toEqual({ peers: [X], events: [1] })
    expect(found(store, 'zurich')).toEqual({ peers: [X], events: [1] })
    expect(found(store, '10.1.2.3')).toEqual({ peers: [], events: [3, 1] })
    expect(found(store, 'refused host.exa')).toEqual({ peers: [], events: [5] })
    expect(found(store, `${nickname(X)} peerdisc`)).toEqual({ peers: [], events: [1] })
    expect(found(store, 'slot clai')).toEqual({ peers: [], events: [7] })
    expect(found(store, 'DhtSlotClaimed')).toEqual({ peers: [], events: [7] })
    expect(found(store, 'roles')).toEqual({ peers: [], events: [] })
    expect(found(store, 'beac role')).toEqual({ peers: [], events: [] })
  })

  it('finds peers by the id that mosaik networks show, whole, shortened and in capitals', () => {
    const { data, store } = filled()
    using _folder = data
    const hex = endpointIdOf(X)
    for (const text of [hex, hex.toUpperCase(), hex.slice(0, 12), `${hex.slice(0, 10)}…`])
      expect(found(store, text)).toEqual({ peers: [X], events: [3, 1] })
  })

  it('stays in its network, and knows nothing of an unknown one', () => {
    const { data, store } = filled()
    using _folder = data
    expect(found(store, 'elsewhere')).toEqual({ peers: [], events: [] })
    expect(store.search(OTHER, 'beacon', { limit: 5 })).toMatchObject({ peers: [], events: [{ seq: 4 }], more: false })
    expect(store.search(OTHER, 'elsewhere', { limit: 5 })).toMatchObject({ peers: [X], events: [] })
    store.forgetNetwork(NETWORK)
    expect(found(store, 'role')).toEqual({ peers: [], events: [] })
  })

  it('follows what changes: tags, notes, and what is deleted', async () => {
    const { data, store } = filled()
    using _folder = data
    store.putPeer(NETWORK, peerOf('x', { tags: ['role:quiet'] }))
    expect(found(store, 'beacon').peers).toEqual([])
    expect(found(store, 'quiet').peers).toEqual([X])
    store.setNote(NETWORK, X, { name: "Ann's node", note: 'in the cellar' })
    // Also of a peer that is not stored.
    store.setNote(NETWORK, idOf('z'), { name: 'cellar too', note: '' })
    expect(found(store, 'cellar').peers).toEqual([idOf('z'), X])
    expect(found(store, 'ann quiet').peers).toEqual([X])
    store.setNote(NETWORK, X, { name: '', note: 'moved away' })
    expect(found(store, 'cellar').peers).toEqual([idOf('z')])
    store.setNote(NETWORK, idOf('z'), null)
    expect(found(store, 'cellar').peers).toEqual([])
    store.forgetNetwork(NETWORK)
    await data.scheduler.run(5000)
    expect(data.value('SELECT count(*) FROM event_text_docsize')).toBe(1)
    expect(data.value('SELECT count(*) FROM peer_text_docsize')).toBe(1)
    expect(data.value('PRAGMA integrity_check')).toBe('ok')
  })

  it('finds events that are not committed, and takes those of one commit into its tables at once', () => {
    using data = new DataFolder()
    const store = data.open()
    store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'a', bootstrap: [], tags: [], at: START })
    const segments = 'SELECT count(DISTINCT segid) FROM event_text_idx'
    const before = Number(data.value(segments))
    for (let n = 1; n <= 100; n++) store.append(NETWORK, START, { kind: 'DhtFailed', reason: `broken ${n}` })
    store.flush()
    expect(data.value(segments)).toBe(before + 1)
    store.append(NETWORK, START, { kind: 'DhtFailed', reason: 'uncommitted' })
    expect(found(store, 'uncommitted').events).toEqual([101])
    store.append(NETWORK, START, { kind: 'DhtFailed', reason: 'uncommitted' })
    expect(found(store, 'uncommitted').events).toEqual([102, 101])
    store.flush()
    expect(data.value('SELECT count(*) FROM event_text_docsize')).toBe(102)
  })

  it('goes on in a database of the second version, where a trigger made events searchable', () => {
    using data = new DataFolder()
    openDatabase({ path: data.path, now: START, migrations: MIGRATIONS.slice(0, 2) }).close()
    const raw = data.raw({ write: true })
    raw.exec(`INSERT INTO networks (num, id) VALUES (1, '${NETWORK}')`)
    raw.exec("INSERT INTO event_kinds (id, words) VALUES ('DhtFailed', 'DhtFailed Dht Failed')")
    raw.exec(`INSERT INTO events VALUES (1, 1, ${START}, 1, NULL, '{"reason":"old news"}')`)
    raw.exec("UPDATE counters SET value = 1 WHERE name = 'last_seq'")
    raw.close()
    const store = data.open()
    store.append(NETWORK, START, { kind: 'DhtFailed', reason: 'new news' })
    store.flush()
    expect(found(store, 'news').events).toEqual([2, 1])
  })

  it('comes in pages by key, the newest first; peers are on the first page', () => {
    using data = new DataFolder()
    const store = data.open()
    for (let n = 1; n <= 25; n++) {
      store.append(n % 2 === 0 ? OTHER : NETWORK, START, { kind: 'DhtFailed', reason: `no answer ${n}` })
      store.putPeer(NETWORK, peerOf(`p${n}`, { tags: ['answer'] }))
    }
    store.flush()
    const reader = data.keep(openStoreReadOnly(data.path))
    for (const from of [store, reader]) {
      const seqs: number[] = []
      for (let before: number | undefined, more = true; more; before = seqs.at(-1)) {
        const page = from.search(NETWORK, 'answer', { limit: 4, before })
        expect(page.peers).toHaveLength(before === undefined ? 4 : 0)
        seqs.push(...page.events.map(({ seq }) => seq))
        more = page.more
      }
      expect(seqs).toEqual([25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1])
    }
  })

  it('finds nothing for a text without words, and for the beginning of every id', () => {
    const { data, store } = filled()
    using _folder = data
    for (const text of ['', ' ', '"', '*', '***', '///', '()', '12D3KooW', '12d3', '\0', '🦦']) {
      expect(found(store, text)).toEqual({ peers: [], events: [] })
    }
    // A digit alone may begin a word as well as an id.
    expect(found(store, '1').events).not.toEqual([])
  })

  it('takes any text', () => {
    const { data, store } = filled()
    using _folder = data
    const mosaik = networkKeyOf({ kind: 'mosaik', id: NETWORK_ID })
    store.networkJoined({ kind: 'mosaik', id: NETWORK_ID, name: 'a', bootstrap: [], tags: [], at: START })
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(NETWORK, mosaik), (text, network) => {
        expect(store.search(network, text, { limit: 5 }).peers.length).toBeLessThanOrEqual(2)
      }),
      { numRuns: 500, seed: 1 },
    )
  })
})

describe('a search in a network whose tags are ids', () => {
  const MOSAIK = networkKeyOf({ kind: 'mosaik', id: NETWORK_ID })
  const [VALIDATOR, OLD_GUARD] = [uniqueIdFrom('role:Validator'), uniqueIdFrom('old guard')]

  it('finds a word by what it is hashed to, and by the names that it is a part of', () => {
    using data = new DataFolder()
    const store = data.open()
    store.networkJoined({ kind: 'mosaik', id: NETWORK_ID, name: 'a', bootstrap: [], tags: [], at: START })
    store.putPeer(MOSAIK, peerOf('x', { tags: [VALIDATOR] }))
    store.putPeer(MOSAIK, peerOf('y', { tags: [OLD_GUARD, VALIDATOR] }))
    store.append(MOSAIK, START, { ...DISCOVERED, tags: [VALIDATOR] })
    store.putPeer(NETWORK, peerOf('z', { tags: [VALIDATOR] }))
    const looked = (text: string, names: Names = NO_NAMES) => {
      const { peers, events } = store.search(MOSAIK, text, { limit: 10, names })
      return [peers, events.length]
    }
    expect(looked('role:Validator')).toEqual([[Y, X], 1])
    // mosaik hashes a word as it is written.
    expect(looked('role:validator')).toEqual([[], 0])
    expect(looked('old guard')).toEqual([[Y], 0])
    expect(looked(`role:Validator ${nickname(X)}`)).toEqual([[X], 1])
    expect(looked(VALIDATOR.slice(0, 9))).toEqual([[Y, X], 1])
    const names = new Map([[VALIDATOR, 'role:Validator']])
    expect(looked('valid', names)).toEqual([[Y, X], 1])
    expect(looked(`valid ${nickname(Y)}`, names)).toEqual([[Y], 0])
    expect(looked('other', names)).toEqual([[], 0])
    // Where tags are words, a word is what it is.
    expect(found(store, 'role:Validator').peers).toEqual([])
  })

  it('finds peers of earlier versions, stored without it, by the id of 64 hex digits', () => {
    const { data, store } = filled()
    using _folder = data
    store.flush()
    const raw = data.raw({ write: true })
    raw.prepare('UPDATE peer_ids SET nickname = ? WHERE id = ?').run(nickname(Y), Y)
    raw.exec(
      "UPDATE peers SET tags = json_array(json_extract(tags, '$[0]'), 1) WHERE peer = (SELECT num FROM peer_ids ORDER BY num DESC LIMIT 1)",
    )
    raw.close()
    const hex = endpointIdOf(Y)
    expect(found(store, hex.slice(0, 12)).peers).toEqual([])
    for (const text of [hex, hex.toUpperCase()]) expect(found(store, text).peers).toEqual([Y])
    expect(found(store, `${hex} relay`).peers).toEqual([Y])
    expect(found(store, `${hex} beacon`).peers).toEqual([])
  })

  it('is bounded, whatever is typed and named', () => {
    const names = new Map(Array.from({ length: 2000 }, (_, index) => [uniqueIdFrom(`a${index}`), `a${index}`]))
    const match = matchOf('a '.repeat(500), { names })
    expect(match.length).toBeLessThan(16 * 40 * 80)
  })
})

describe('the words of a search', () => {
  it('are quoted, all wanted, and bounded', () => {
    expect(matchExpression(wordsOf('say "hi" NEAR(x)'))).toBe('"say" AND """hi""" AND "NEAR(x)" *')
    expect(matchExpression(wordsOf('- * "'))).toBe('')
    expect(wordsOf('w '.repeat(100))).toHaveLength(16)
    expect(wordsOf(`a\0b 12D3KooWabc 12D3… x`)).toEqual(['a', 'b', 'abc', 'x'])
  })
})
