import { afterEach, beforeEach, expect, it } from 'vitest'
import { recentNetworks } from '../../../src/main/monitor/demos.ts'
import { historyEnd, joinedAgain } from '../../../src/main/monitor/history-end.ts'
import { end, firstState, take } from '../../../src/main/monitor/session-state.ts'
import type { Store } from '../../../src/main/store/types.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import type { NetworkKey } from '../../../src/shared/network-kind.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'

const networkId = NETWORK_ID
const joined = { kind: 'NetworkJoined', networkId, peerId: idOf('us'), addresses: [] } as const

let folder: DataFolder
let store: Store
beforeEach(() => {
  folder = new DataFolder()
  store = folder.open()
  store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'a', bootstrap: [], tags: [], at: START })
})
afterEach(() => folder[Symbol.dispose]())

const log = (at: number, event: DiscoveryEvent): void => void store.append(NETWORK, START + at, event)

it.each<[string, readonly DiscoveryEvent[], unknown]>([
  ['nothing is known', [], null],
  ['the user left', [joined, { kind: 'NetworkLeft', networkId, how: 'left' }], { how: 'left' }],
  ['Peerscope was closed', [joined, { kind: 'NetworkLeft', networkId, how: 'closed' }], { how: 'closed' }],
  ['an earlier version did not say which', [joined, { kind: 'NetworkLeft', networkId }], { how: 'left or closed' }],
  ['it was killed', [joined, { kind: 'NeighborUp', peerId: idOf('x') }], { how: 'killed' }],
  ['it failed', [joined, { kind: 'NetworkFailed', networkId, reason: 'no' }], { how: 'failed', reason: 'no' }],
])('a history tells how it ended, as the list of recent networks does: %s', async (_name, events, ended) => {
  for (const [at, event] of events.entries()) log(at, event)
  expect(historyEnd(store, NETWORK)).toEqual(ended)
  expect((await recentNetworks(store, null)).map((one) => one.end)).toEqual([ended])
  // The one that is joined did not end.
  expect((await recentNetworks(store, NETWORK)).map((one) => one.end)).toEqual([null])
})

it.each<[string, readonly DiscoveryEvent[], boolean]>([
  ['was left in a loss', [{ kind: 'NetworkLeft', networkId, how: 'left' }], true],
  ['was killed in a loss', [], true],
  ['was back by then', [{ kind: 'NetworkBack' }, { kind: 'NetworkLeft', networkId, how: 'closed' }], false],
])('the list of recent networks tells that a run %s', async (_name, events, lost) => {
  const all = [joined, { kind: 'NetworkLost', heardAt: null } as const, ...events]
  for (const [index, event] of all.entries()) log(index * 60_000, event)
  const ended = async (key: NetworkKey | null) => (await recentNetworks(store, key)).map(({ endedLost }) => endedLost)
  expect([await ended(null), await ended(NETWORK)]).toEqual([[lost], [false]])
})

it('a session says whether the user left or Peerscope was closed; a network that failed tells why', () => {
  const left = { kind: 'NetworkLeft', networkId } as const
  const failed = { kind: 'NetworkFailed', networkId, reason: 'no' } as const
  const logged = (leaves: 'left' | 'closed' | null, event: DiscoveryEvent = left): unknown => {
    const state = firstState()
    end(state, leaves)
    return take(state, { kind: 'event', seq: 1, at: START, event })
  }
  const effect = (event: DiscoveryEvent) => [{ do: 'log', at: START, event }]
  expect(logged('left')).toEqual(effect({ ...left, how: 'left' }))
  expect(logged('closed')).toEqual(effect({ ...left, how: 'closed' }))
  expect(logged(null, failed)).toEqual(effect(failed))
})

it('joining says when the run before broke off, where that did not end', () => {
  expect(joinedAgain(store, NETWORK, joined)).toEqual(joined)
  log(0, joined)
  log(10, { kind: 'NeighborUp', peerId: idOf('x') })
  expect(joinedAgain(store, NETWORK, joined)).toEqual({ ...joined, brokeOffAt: START + 10 })
  // What the run that joins now told just before is not of the one before.
  log(90, { kind: 'LocalEntryUpdated', version: { startedAt: 1, updatedAt: 1 }, tags: [], addresses: [] })
  expect(joinedAgain(store, NETWORK, joined)).toEqual({ ...joined, brokeOffAt: START + 10 })
  const up = { kind: 'NeighborUp', peerId: idOf('x') } as const
  store.appendAgain(NETWORK, { seq: 2, at: START + 10, event: up, times: 2, lastAt: START + 25 })
  expect(joinedAgain(store, NETWORK, joined)).toEqual({ ...joined, brokeOffAt: START + 25 })
  log(30, { kind: 'NetworkLeft', networkId, how: 'closed' })
  expect(joinedAgain(store, NETWORK, joined)).toEqual(joined)
})
