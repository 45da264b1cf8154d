import { afterEach, expect, it } from 'vitest'
import { createAlertStore } from '../../../../src/renderer/src/alerts/alert-store.ts'
import { watchIslands, watchPeer, watchSelected } from '../../../../src/renderer/src/alerts/use-watch.ts'
import type { App } from '../../../../src/renderer/src/stores/app-context.tsx'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { saidStore } from '../../../../src/renderer/src/stores/said-store.ts'
import { ruleToSaveSchema } from '../../../../src/shared/alerts.ts'
import { PEER_FIELDS } from '../../../../src/shared/filter-peers.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { strings } from '../../../../src/renderer/src/ui/strings.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt } from '../../../support/renderer/fake-network.ts'

// Other files share what is said.
afterEach(() => saidStore.setState({ said: [] }))

it('of watching something and stopping it only the newest is said, each thing for itself', async () => {
  const snapshot = fakeSnapshot(3, 1000)
  const { client } = createFakeApi(() => snapshot)
  const [alerts, peers] = [createAlertStore(client), createPeerStore()]
  alerts.apply(snapshot)
  peers.apply(snapshot)
  // Two peers that the user calls alike are two.
  const picture = { getState: () => ({ picture: null as object | null }) }
  const app = { alerts, peers, picture, notes: { nameOf: () => 'same' } } as unknown as App
  const rules = (): number => alerts.getState().rules?.length ?? 0
  /** @param left rules that are there after it */
  const act = async (watch: () => void, left: number): Promise<number> => {
    watch()
    for (let turns = 0; turns < 50 && rules() !== left; turns += 1) await new Promise(setImmediate)
    await new Promise(setImmediate)
    return rules()
  }
  saidStore.setState({ said: [] })
  expect(await act(() => watchIslands(app), 1)).toBe(1)
  expect(await act(() => watchPeer(app, peerIdAt(1)), 3)).toBe(3)
  expect(await act(() => watchPeer(app, peerIdAt(2)), 5)).toBe(5)
  expect(saidStore.getState().said).toHaveLength(3)
  expect(await act(() => watchPeer(app, peerIdAt(1)), 3)).toBe(3)
  expect(await act(() => watchIslands(app), 2)).toBe(2)
  const { said } = saidStore.getState()
  expect(said.map(({ key, times }) => [key, times])).toEqual([
    ['watch the islands', 1],
    [`watch ${peerIdAt(1)}`, 1],
    [`watch ${peerIdAt(2)}`, 1],
  ])
  // Of a file or a history that is looked at nothing is watched: rules are about the network that is joined.
  picture.getState = () => ({ picture: { kind: 'file' } })
  expect(await act(() => watchPeer(app, peerIdAt(1)), 2)).toBe(2)
  expect(await act(() => watchIslands(app), 2)).toBe(2)
  expect(saidStore.getState().said[0]?.message).toBe(strings.watch.notHere)
})

it('what is watched in another network is not watched here, and where none is joined nothing is', async () => {
  const snapshot = fakeSnapshot(3, 1000)
  const { client } = createFakeApi(() => snapshot)
  const [alerts, peers] = [createAlertStore(client), createPeerStore()]
  alerts.apply(snapshot)
  peers.apply(snapshot)
  const picture = { getState: () => ({ picture: null }) }
  const app = { alerts, peers, picture, notes: { nameOf: () => 'a' } } as unknown as App
  const network = { kind: 'peerscope', id: networkIdFrom('other'), name: 'other' } as const
  await alerts.save(ruleToSaveSchema.parse({ name: 'x', kind: 'network-split', network }))
  const press = async () => {
    watchIslands(app)
    for (let turns = 0; turns < 50; turns += 1) await new Promise(setImmediate)
    return alerts.getState().rules?.map(({ network: of }) => of?.name)
  }
  expect(await press()).toEqual(['other', 'mosaic-main'])
  expect(await press(), 'only what watches here is stopped').toEqual(['other'])
  peers.apply({ ...snapshot, seq: 2, status: { state: 'none' } })
  saidStore.setState({ said: [] })
  expect(await press()).toEqual(['other'])
  expect(saidStore.getState().said).toMatchObject([{ message: strings.watch.notJoined }])
  // To close a file that is looked at would lead to no network either.
  saidStore.setState({ said: [] })
  Object.assign(picture, { getState: () => ({ picture: { kind: 'file' } }) })
  expect(await press()).toEqual(['other'])
  expect(saidStore.getState().said).toMatchObject([{ message: strings.watch.notJoined }])
})

it('a filter that is asked of events is not called mistaken: what to remove is said', () => {
  const snapshot = fakeSnapshot(3, 1000)
  const peers = createPeerStore()
  peers.apply(snapshot)
  const press = (filter: string) => {
    const ui = { getState: () => ({ view: 'peers', filter, chosenLast: 'filter', selected: null }) }
    const picture = { getState: () => ({ picture: null }) }
    saidStore.setState({ said: [] })
    watchSelected({ peers, picture, ui, table: {}, notes: { fields: PEER_FIELDS } } as unknown as App)
    return saidStore.getState().said[0]?.message
  }
  expect(press('(reason:left OR reason:silent) tag:role:validator')).toBe(strings.watch.filterOfEvents)
  expect(press('tag:a (')).toBe(strings.watch.noFilter)
})
