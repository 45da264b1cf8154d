import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RuleToSave } from '../../../../src/shared/alerts.ts'
import { ruleToSaveSchema } from '../../../../src/shared/alerts.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { networkKeyOf } from '../../../../src/shared/network-kind.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { previewParts, previewRule, PREVIEW_MS } from '../../../../src/main/monitor/alerts/preview.ts'
import { openStore } from '../../../../src/main/store/store.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const KEY = networkKeyOf({ kind: 'peerscope', id: networkIdFrom('n') })
const MINUTE = 60_000
const NOW = 2 * PREVIEW_MS
const START = NOW - 60 * MINUTE

let store: Store
let rows: PeerRow[]
beforeEach(() => {
  store = openStore({ path: ':memory:', now: () => NOW })
  rows = [
    peerRow(0, { self: true, tags: ['a'] }),
    ...[1, 2, 3, 4].map((index) => peerRow(index, { tags: index < 4 ? ['a'] : ['b'] })),
  ]
})
afterEach(() => store.close())

const preview = (given: object) => {
  const rule: RuleToSave = ruleToSaveSchema.parse({ name: 'r', cooldownMs: 0, ...given })
  const view = {
    rows: () => rows.values(),
    row: (peerId: string) => rows.find((row) => row.peerId === peerId),
    names: new Map(),
  }
  return previewRule(previewParts({ store, view, clock: { now: () => NOW }, networkKey: () => KEY }), rule)
}
const log = (minutes: number, event: DiscoveryEvent): void => void store.append(KEY, START + minutes * MINUTE, event)
const joined = (minutes: number): void =>
  log(minutes, { kind: 'NetworkJoined', networkId: networkIdFrom('n'), peerId: peerIdAt(0), addresses: [] })
const found = (minutes: number, index: number): void =>
  log(minutes, {
    kind: 'PeerDiscovered',
    peerId: peerIdAt(index),
    source: 'gossip',
    version: { startedAt: minutes, updatedAt: START + minutes * MINUTE },
    tags: [],
    addresses: [],
  })
const left = (minutes: number, index: number, reason: 'graceful' | 'purged'): void =>
  log(minutes, {
    kind: 'PeerDeparted',
    peerId: peerIdAt(index),
    reason,
    version: { startedAt: minutes, updatedAt: START + minutes * MINUTE },
  })

describe('a preview', () => {
  it('counts who is here and passes, not ourselves', async () => {
    rows = rows.map((row) => (row.peerId === peerIdAt(3) ? { ...row, state: 'purged' } : row))
    expect(await preview({ kind: 'rtt-above', filter: 'tag:a', ms: 300 })).toEqual({
      matches: 2,
      fired: null,
      since: null,
    })
    expect(await preview({ kind: 'network-lost' })).toEqual({ matches: null, fired: null, since: null })
  })

  it('replays departures by how they went, through the filter', async () => {
    joined(0)
    for (const index of [1, 2, 3, 4]) found(1, index)
    left(10, 1, 'graceful')
    left(11, 2, 'purged')
    left(12, 3, 'purged')
    left(13, 4, 'purged')
    const fired = async (given: object) => (await preview({ kind: 'peer-departed', ...given })).fired
    expect(await fired({})).toBe(4)
    expect(await fired({ how: 'goodbye' })).toBe(1)
    expect(await fired({ how: 'silent' })).toBe(3)
    expect(await fired({ filter: 'tag:a', how: 'silent' })).toBe(2)
    // Held against the peer as it was after it left.
    expect(await fired({ filter: 'state:purged' })).toBe(3)
  })

  it('replays appearances, but not of those that we only met on joining', async () => {
    joined(0)
    found(0.1, 1)
    found(10, 2)
    found(11, 4)
    expect(await preview({ kind: 'peer-appeared', filter: 'tag:a' })).toMatchObject({ fired: 1 })
  })

  it('replays how many were there, for as long as the rule asks', async () => {
    joined(0)
    for (const index of [1, 2, 3]) found(0.1, index)
    left(10, 1, 'purged')
    found(10.5, 1)
    left(20, 2, 'purged')
    found(25, 2)
    found(26, 4)
    const count = { kind: 'peer-count', filter: 'tag:a', direction: 'below', count: 3 }
    expect(await preview({ ...count, forMs: MINUTE })).toMatchObject({ fired: 1 })
    expect(await preview({ ...count, forMs: 0 })).toMatchObject({ fired: 2 })
  })

  it('looks one day back', async () => {
    log(-48 * 60, { kind: 'NetworkJoined', networkId: networkIdFrom('n'), peerId: peerIdAt(0), addresses: [] })
    left(-47 * 60, 1, 'purged')
    left(1, 2, 'purged')
    expect(await preview({ kind: 'peer-departed' })).toEqual({ matches: 4, fired: 1, since: NOW - PREVIEW_MS })
  })
})
