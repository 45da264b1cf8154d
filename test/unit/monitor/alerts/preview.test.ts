import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RuleToSave } from '../../../../src/shared/alerts.ts'
import { ruleToSaveSchema } from '../../../../src/shared/alerts.ts'
import type { DiscoveryConfig } from '../../../../src/shared/config.ts'
import { APP_CONFIG } from '../../../../src/shared/config.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { networkKeyOf } from '../../../../src/shared/network-kind.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { previewParts, previewRule } from '../../../../src/main/monitor/alerts/preview.ts'
import { PREVIEW_MS } from '../../../../src/main/monitor/alerts/replay.ts'
import { openStore } from '../../../../src/main/store/store.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import { fakeStatus, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const KEY = networkKeyOf({ kind: 'peerscope', id: networkIdFrom('n') })
const MINUTE = 60_000
const NOW = 2 * PREVIEW_MS
const START = NOW - 60 * MINUTE

let store: Store
let rows: PeerRow[]
let state: 'online' | 'lost'
let islands: number | null
let met: boolean
let config: DiscoveryConfig
beforeEach(() => {
  store = openStore({ path: ':memory:', now: () => NOW })
  state = 'online'
  islands = null
  met = true
  config = APP_CONFIG
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
    status: fakeStatus(3, NOW, state),
  }
  const shown = {
    store,
    view,
    clock: { now: () => NOW },
    networkKey: () => KEY,
    alerts: { met: () => met },
    insight: () => ({ islands: () => (islands === null ? null : { count: islands }) }),
    settings: () => ({ config }),
  }
  return previewRule(previewParts(shown), rule)
}
const log = (minutes: number, event: DiscoveryEvent): void => void store.append(KEY, START + minutes * MINUTE, event)
const joined = (minutes: number, more: { readonly brokeOffAt?: number } = {}): void =>
  log(minutes, { kind: 'NetworkJoined', networkId: networkIdFrom('n'), peerId: peerIdAt(0), addresses: [], ...more })
const found = (minutes: number, index: number): void =>
  log(minutes, {
    kind: 'PeerDiscovered',
    peerId: peerIdAt(index),
    source: 'gossip',
    version: { startedAt: minutes, updatedAt: START + minutes * MINUTE },
    tags: [],
    addresses: [],
  })
const left = (minutes: number, index: number, reason: 'graceful' | 'purged' | 'lost'): void =>
  log(minutes, {
    kind: 'PeerDeparted',
    peerId: peerIdAt(index),
    reason,
    version: { startedAt: minutes, updatedAt: START + minutes * MINUTE },
  })

describe('a preview', () => {
  it('tells for whom the condition holds now, not who passes the filter; never of ourselves', async () => {
    const rtt = (ms: number) => ({ srtt: ms, rttvar: 1, last: ms, at: NOW })
    rows = rows.map((row, index) => ({
      ...row,
      rtt: index === 4 ? null : rtt(index * 100),
      state: (['online', 'online', 'departed', 'purged', 'online'] as const)[index] ?? 'online',
    }))
    const now = async (given: object) => (await preview(given)).now
    const departed = { kind: 'peer-departed', filter: 'tag:a' }
    expect(await now(departed)).toEqual({ kind: 'peer-departed', holds: 2, of: 3 })
    expect(await now({ ...departed, how: 'goodbye' })).toMatchObject({ holds: 1, of: 3 })
    expect(await now({ ...departed, how: 'silent' })).toMatchObject({ holds: 1, of: 3 })
    expect(await now({ kind: 'peer-appeared', filter: 'tag:a' })).toMatchObject({ holds: 1 })
    // Of those that are here and were measured.
    expect(await now({ kind: 'rtt-above', filter: '', ms: 99 })).toMatchObject({ holds: 1, of: 1 })
    expect(await now({ kind: 'rtt-above', filter: '', ms: 100 })).toMatchObject({ holds: 0, of: 1 })
    const count = { kind: 'peer-count', direction: 'below', filter: '' }
    expect(await now({ ...count, count: 2 })).toEqual({ kind: 'peer-count', holds: false, here: 2, waits: false })
    expect(await now({ ...count, count: 3 })).toEqual({ kind: 'peer-count', holds: true, here: 2, waits: false })
    // Of those who were never here none are missing.
    met = false
    expect(await now({ ...count, count: 3 })).toMatchObject({ holds: false, waits: true })
    expect(await now({ ...count, count: 2 })).toMatchObject({ holds: false, waits: false })
    expect(await now({ ...count, direction: 'above', count: 1 })).toMatchObject({ holds: true, waits: false })
  })

  it('counts as here who was here when we lost the network, and not ourselves', async () => {
    const silentSince = (index: number, updatedAt: number) =>
      peerRow(index, { state: 'purged', version: { startedAt: 1, updatedAt } })
    state = 'lost'
    // Lost now, with peers purged after five minutes.
    rows = [peerRow(0, { self: true }), silentSince(1, NOW - 4 * MINUTE), silentSince(2, NOW - 6 * MINUTE)]
    const now = async (given: object) => (await preview({ filter: '', ...given })).now
    const counted = { kind: 'peer-count', direction: 'below', count: 1 }
    expect(await now(counted)).toEqual({ kind: 'peer-count', holds: false, here: 1, waits: false })
    expect(await now({ kind: 'peer-appeared' })).toMatchObject({ holds: 1, of: 2 })
    expect(await now({ kind: 'peer-departed' })).toMatchObject({ holds: 1, of: 2 })
  })

  it('tells whether the network is lost or split now', async () => {
    const now = async (kind: string) => (await preview({ kind })).now
    expect(await now('network-lost')).toEqual({ kind: 'network-lost', holds: false })
    expect(await now('network-split')).toEqual({ kind: 'network-split', holds: false, islands: null })
    islands = 2
    expect(await now('network-split')).toEqual({ kind: 'network-split', holds: true, islands: 2 })
    state = 'lost'
    expect(await preview({ kind: 'network-lost' })).toEqual({
      now: { kind: 'network-lost', holds: true },
      fired: null,
      since: null,
    })
    // What links are left then tells of nobody.
    expect(await now('network-split')).toEqual({ kind: 'network-split', holds: false, islands: null })
  })

  it('replays round-trip times by the samples that are kept, smoothed as they are when it watches', async () => {
    const slow = (from: number, to: number, ms: number): void => {
      for (let minute = from; minute < to; minute += 0.5)
        store.recordRtt(KEY, peerIdAt(1), { at: START + minute * MINUTE, ms })
    }
    slow(0, 5, 50)
    slow(5, 15, 900)
    slow(15, 30, 50)
    // A few slow answers do not make a slow peer.
    slow(30, 31.5, 900)
    slow(31.5, 35, 50)
    // Away for a while, and slow from the start.
    slow(50, 52, 900)
    const rule = { kind: 'rtt-above', filter: 'tag:a', ms: 300, forMs: MINUTE }
    expect(await preview(rule)).toMatchObject({ fired: 2, since: NOW - PREVIEW_MS })
    expect(await preview({ ...rule, filter: 'tag:b' })).toMatchObject({ fired: 0 })
    expect(await preview({ ...rule, cooldownMs: 60 * MINUTE })).toMatchObject({ fired: 1 })
    rows = Array.from({ length: 102 }, (_, index) => peerRow(index, { self: index === 0, tags: ['a'] }))
    expect(await preview(rule)).toMatchObject({ fired: null, since: null })
  })

  it('takes a peer that was not measured for long for absent, by how often peers are measured', async () => {
    const rule = { kind: 'rtt-above', filter: 'tag:a', ms: 300, forMs: 0 }
    const measured = (everyMinutes: number): void => {
      for (let minute = 0; minute <= 60; minute += everyMinutes)
        store.recordRtt(KEY, peerIdAt(1), { at: START + minute * MINUTE, ms: 900 })
    }
    // Each is its turn but for one answer that was lost.
    measured(12)
    config = { ...APP_CONFIG, rttDialInterval: 300_000 }
    expect(await preview(rule)).toMatchObject({ fired: 1 })
    config = { ...APP_CONFIG, rttProbeInterval: 300_000 }
    expect(await preview(rule)).toMatchObject({ fired: 1 })
    // Where peers are asked twice a minute it came and went.
    config = APP_CONFIG
    expect(await preview(rule)).toMatchObject({ fired: 6 })
    // With so many peers each has its turn that seldom.
    const others = Array.from({ length: 3000 }, (_, index) => peerRow(index + 5, { tags: ['b'] }))
    rows = [...rows, ...others]
    expect(await preview(rule)).toMatchObject({ fired: 1 })
    // Those that are gone have no turn.
    rows = rows.map((row, index) => (index < 5 ? row : { ...row, state: 'purged' }))
    expect(await preview(rule)).toMatchObject({ fired: 6 })
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

  it('tells of what lasted long enough after the last event, as long as we were there', async () => {
    const ends: readonly (readonly [string, (() => void) | null])[] = [
      ['it lasts', null],
      ['left', () => log(12, { kind: 'NetworkLeft', networkId: networkIdFrom('n') })],
      ['failed', () => log(12, { kind: 'NetworkFailed', networkId: networkIdFrom('n'), reason: 'it broke' })],
      ['killed', () => joined(40, { brokeOffAt: START + 12 * MINUTE })],
    ]
    for (const [how, end] of ends) {
      store.close()
      store = openStore({ path: ':memory:', now: () => NOW })
      joined(0)
      for (const index of [1, 2, 3]) found(0.1, index)
      left(10, 1, 'graceful')
      end?.()
      if (how !== 'killed' && end !== null) joined(40)
      if (end !== null) for (const index of [1, 2, 3]) found(40.1, index)
      const fired = async (forMs: number) =>
        (await preview({ kind: 'peer-count', filter: 'tag:a', direction: 'below', count: 3, forMs })).fired
      expect([how, await fired(MINUTE), await fired(5 * MINUTE)]).toEqual([how, 1, end === null ? 1 : 0])
      expect([how, await fired(55 * MINUTE)]).toEqual([how, 0])
    }
  })

  it('tells each alert at its own time, not at the next event: the cool-down begins then', async () => {
    joined(0)
    for (const index of [1, 2, 3]) found(0.1, index)
    left(10, 1, 'graceful')
    found(20, 1)
    left(21, 1, 'graceful')
    found(23, 1)
    const count = { kind: 'peer-count', filter: 'tag:a', direction: 'below', count: 3, forMs: MINUTE }
    expect(await preview({ ...count, cooldownMs: 5 * MINUTE })).toMatchObject({ fired: 2 })
    expect(await preview({ ...count, cooldownMs: 15 * MINUTE })).toMatchObject({ fired: 1 })
  })

  it('tells of too few peers only once there were as many since joining', async () => {
    joined(0)
    for (const index of [1, 2]) found(0.1, index)
    left(10, 1, 'graceful')
    const count = { kind: 'peer-count', filter: 'tag:a', direction: 'below', forMs: MINUTE }
    expect(await preview({ ...count, count: 3 })).toMatchObject({ fired: 0 })
    expect(await preview({ ...count, count: 2 })).toMatchObject({ fired: 1 })
    // In the next run there were never two.
    joined(20, { brokeOffAt: START + 19 * MINUTE })
    found(20.1, 2)
    expect(await preview({ ...count, count: 2 })).toMatchObject({ fired: 1 })
  })

  it('is of the network that is shown, whichever the rule belongs to', async () => {
    joined(0)
    found(1, 1)
    left(10, 1, 'graceful')
    const network = { kind: 'peerscope', id: networkIdFrom('other'), name: null }
    expect(await preview({ kind: 'peer-departed', network })).toMatchObject({ fired: 1 })
  })

  it('tells again of a split that came back within the cool-down and outlasts it', async () => {
    joined(0)
    for (const [minutes, count] of [
      [10, 2],
      [11, 1],
      [12, 2],
    ] as const)
      log(minutes, { kind: 'Islands', count, sizes: count === 2 ? [2, 2] : [4] })
    const split = { kind: 'network-split', cooldownMs: 5 * MINUTE }
    expect(await preview(split)).toMatchObject({ fired: 2 })
    expect(await preview({ ...split, cooldownMs: 55 * MINUTE })).toMatchObject({ fired: 1 })
    log(13, { kind: 'NetworkLeft', networkId: networkIdFrom('n') })
    expect(await preview(split)).toMatchObject({ fired: 1 })
  })

  it('tells of a split again when the cool-down is over: the next one begins then', async () => {
    joined(0)
    for (const minutes of [10, 12, 31]) {
      log(minutes, { kind: 'Islands', count: 2, sizes: [2, 2] })
      log(minutes === 12 ? 30 : minutes + 0.5, { kind: 'Islands', count: 1, sizes: [4] })
    }
    expect(await preview({ kind: 'network-split', cooldownMs: 5 * MINUTE })).toMatchObject({ fired: 3 })
  })

  it('takes a peer for slow from its last measurement until now, while it is here', async () => {
    for (const minutes of [59.2, 59.7]) store.recordRtt(KEY, peerIdAt(1), { at: START + minutes * MINUTE, ms: 900 })
    const rule = { kind: 'rtt-above', filter: 'tag:a', ms: 300, forMs: 40_000 }
    const be = (given: Partial<PeerRow>): void => {
      rows = rows.map((row, index) => (index === 1 ? { ...row, ...given } : row))
    }
    be({ rtt: { srtt: 900, rttvar: 1, last: 900, at: NOW } })
    expect(await preview(rule)).toMatchObject({ fired: 1 })
    expect(await preview({ ...rule, forMs: MINUTE })).toMatchObject({ fired: 0 })
    be({ state: 'departed' })
    expect(await preview(rule)).toMatchObject({ fired: 0 })
  })

  it('looks one day back', async () => {
    log(-48 * 60, { kind: 'NetworkJoined', networkId: networkIdFrom('n'), peerId: peerIdAt(0), addresses: [] })
    left(-47 * 60, 1, 'purged')
    left(1, 2, 'purged')
    expect(await preview({ kind: 'peer-departed' })).toMatchObject({ fired: 1, since: NOW - PREVIEW_MS })
  })

  it('counts what was purged in a loss of our own as those that watch do: once for each loss, and as here until it is over', async () => {
    joined(0)
    for (const index of [1, 2, 3]) found(1, index)
    log(10, { kind: 'NetworkLost', heardAt: null })
    for (const index of [1, 2]) left(12, index, 'lost')
    log(15, { kind: 'Stalled', ms: 1500 })
    log(20, { kind: 'NetworkBack' })
    found(20.2, 1)
    found(20.2, 2)
    left(30, 3, 'purged')
    log(40, { kind: 'Islands', count: 1, sizes: [3] })
    const fired = async (given: object) => (await preview({ filter: 'tag:a', ...given })).fired
    expect(await fired({ kind: 'peer-departed' })).toBe(2)
    expect(await fired({ kind: 'peer-departed', how: 'silent' })).toBe(2)
    expect(await fired({ kind: 'peer-count', direction: 'below', count: 2, forMs: MINUTE })).toBe(0)
    expect(await fired({ kind: 'peer-count', direction: 'below', count: 3, forMs: MINUTE })).toBe(1)
  })
  it.each([true, false])(
    'tells of a count that was wrong for long enough before we were back, if ever: %s',
    async (back) => {
      joined(0)
      for (const index of [1, 2, 3, 4]) found(1, index)
      left(5, 1, 'graceful')
      log(5.1, { kind: 'NetworkLost', heardAt: null })
      if (back) log(12, { kind: 'NetworkBack' })
      found(12.1, 2)
      found(21, 1)
      const count = { kind: 'peer-count', filter: '', direction: 'below', count: 4 }
      expect(await preview({ ...count, forMs: 5 * MINUTE })).toMatchObject({ fired: 1 })
      // What had not lasted long enough by then begins again.
      expect(await preview({ ...count, forMs: 10 * MINUTE })).toMatchObject({ fired: back ? 0 : 1 })
    },
  )

  it('counts as gone who was lost with us, once we are back', async () => {
    rows = [peerRow(0, { self: true }), peerRow(1, { state: 'lost' })]
    const now = async (how: string) => (await preview({ kind: 'peer-departed', how })).now
    expect(await now('silent')).toMatchObject({ holds: 1, of: 1 })
    expect(await now('any')).toMatchObject({ holds: 1, of: 1 })
    expect(await now('goodbye')).toMatchObject({ holds: 0, of: 1 })
  })

  it('takes nobody for appeared that we only meet again after a loss', async () => {
    joined(0)
    for (const index of [1, 2]) found(0.1, index)
    log(10, { kind: 'NetworkLost', heardAt: null })
    left(12, 1, 'lost')
    found(15, 4)
    log(20, { kind: 'NetworkBack' })
    found(20.2, 1)
    found(30, 3)
    log(31, { kind: 'Stalled', ms: 1500 })
    expect(await preview({ kind: 'peer-appeared', filter: '' })).toMatchObject({ fired: 1 })
  })

  it('knows who was here where the day begins in a loss, and tells only what fired in that day', async () => {
    const begin = 60 - PREVIEW_MS / MINUTE
    joined(begin - 100)
    for (const index of [1, 2, 3]) found(begin - 99, index)
    log(begin - 20, { kind: 'NetworkLost', heardAt: null })
    for (const index of [1, 2]) left(begin - 10, index, 'lost')
    log(begin + 5, { kind: 'Stalled', ms: 1500 })
    log(begin + 10, { kind: 'NetworkBack' })
    for (const index of [1, 2]) found(begin + 10.1, index)
    log(begin + 20, { kind: 'Stalled', ms: 1500 })
    const count = { kind: 'peer-count', filter: '', direction: 'below', count: 3, forMs: 0 }
    expect(await preview(count)).toMatchObject({ fired: 0, since: NOW - PREVIEW_MS })
    expect(await preview({ kind: 'peer-departed', filter: '' })).toMatchObject({ fired: 0 })
  })
})
