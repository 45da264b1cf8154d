import { expect, it } from 'vitest'
import { follow } from '../../../../src/renderer/src/alerts/follow.ts'
import { createNameStore } from '../../../../src/renderer/src/stores/name-store.ts'
import { createNoteStore } from '../../../../src/renderer/src/stores/note-store.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createPictureStore } from '../../../../src/renderer/src/stores/picture-store.ts'
import { createUiStore } from '../../../../src/renderer/src/stores/ui-store.ts'
import { aimOf, asTheyAre } from '../../../../src/shared/alert-happenings.ts'
import type { Alert } from '../../../../src/shared/alerts.ts'
import type { NetworkStatus, StoredNetwork } from '../../../../src/shared/contract.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { networkKeyOf } from '../../../../src/shared/network-kind.ts'
import { joinedKey, networkOf } from '../../../../src/shared/network-of.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt } from '../../../support/renderer/fake-network.ts'

const NOW = 1_750_000_000_000
const OTHER = { kind: 'peerscope', id: networkIdFrom('other'), name: 'other' } as const
const STORED: StoredNetwork = {
  network: OTHER,
  demo: false,
  moment: { asOf: NOW - 1000, from: NOW - 90_000, to: NOW - 1000 },
  end: { how: 'left' },
  notes: [],
  names: [],
}
const peerId = peerIdAt(1)

function rig(joined: boolean) {
  const snapshot = fakeSnapshot(3, NOW)
  if (!('self' in snapshot.status)) throw new Error('the double is joined')
  const { client: fake } = createFakeApi(() => snapshot)
  const client = { ...fake, stored: { ...fake.stored, open: async () => STORED } }
  const [peers, other, ui] = [createPeerStore(), createPeerStore(), createUiStore()]
  peers.apply(joined ? snapshot : { ...snapshot, status: { state: 'none' }, peers: [], edges: [], events: [] })
  const names = createNameStore(client)
  const notes = createNoteStore(client)
  const turn = (): Promise<void> => Promise.resolve()
  const every = () => () => undefined
  const picture = createPictureStore({ client, live: peers, other, now: () => NOW, turn, every })
  const shown: string[] = []
  const table = { show: (show: string) => void shown.push(show) }
  const parts = { client, picture, peers, ui, names, notes, table, other: { peers: other } }
  return { ...parts, shown, snapshot, here: snapshot.status.network }
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve))
}

it.each([true, false])(
  'an alert leads to its peer in the history of its own network, at its moment; joined to another one: %s',
  async (joined) => {
    const parts = rig(joined)
    follow(parts, { peerId, network: OTHER, at: NOW - 5000, departure: null, split: null })
    // Nobody is selected in what is shown until then.
    expect(parts.ui.getState().selected).toBeNull()
    await settled()
    expect(parts.picture.getState().picture).toMatchObject({ kind: 'stored', network: OTHER, at: NOW - 5000 })
    expect(parts.ui.getState()).toMatchObject({ view: 'network', selected: peerId })
  },
)

it('an alert of the network that is joined leads there, also from the history of another one', async () => {
  const parts = rig(true)
  const { ui, picture, here } = parts
  follow(parts, { peerId, network: here, at: NOW - 5000, departure: null, split: null })
  expect([ui.getState().selected, picture.getState().picture]).toEqual([peerId, null])
  follow(parts, { peerId, network: OTHER, at: NOW - 5000, departure: null, split: null })
  await settled()
  follow(parts, { peerId: peerIdAt(2), network: here, at: NOW - 5000, departure: null, split: null })
  expect(picture.getState()).toMatchObject({ picture: null, played: null })
  expect(ui.getState()).toMatchObject({ view: 'network', selected: peerIdAt(2) })
  // Its own past stays.
  picture.goTo(NOW - 7000)
  await settled()
  follow(parts, { peerId, network: here, at: NOW - 5000, departure: null, split: null })
  expect(picture.getState().picture).toMatchObject({ kind: 'past', at: NOW - 7000 })
})

it('an alert of a departure leads to that, here and in the history of another network', async () => {
  const parts = rig(true)
  const { ui, here } = parts
  const departure = NOW - 6000
  follow(parts, { peerId, network: here, at: NOW - 5000, departure, split: null })
  expect(ui.getState()).toMatchObject({ selected: peerId, departure: { peerId, at: departure } })
  follow(parts, { peerId, network: here, at: NOW - 5000, departure: null, split: null })
  expect(ui.getState()).toMatchObject({ selected: peerId, departure: null })
  follow(parts, { peerId, network: OTHER, at: NOW - 5000, departure, split: null })
  await settled()
  expect(ui.getState()).toMatchObject({ selected: peerId, departure: { peerId, at: departure } })
})

it('an alert of a network that failed leads to its history, where its card stands', async () => {
  const parts = rig(true)
  const { ui, picture, peers } = parts
  const status: NetworkStatus = { state: 'failed', network: OTHER, code: 'X', reason: 'x', at: NOW }
  peers.apply({ type: 'batch', seq: (peers.getState().seq ?? 0) + 1, status })
  expect([networkOf(status), joinedKey(status)]).toEqual([networkKeyOf(OTHER), null])
  follow(parts, { peerId, network: OTHER, at: NOW - 5000, departure: null, split: null })
  await settled()
  expect(picture.getState().picture).toMatchObject({ kind: 'stored', network: OTHER, at: NOW - 5000 })
  expect(ui.getState()).toMatchObject({ view: 'network', selected: peerId })
  // One that is being joined or left is shown.
  peers.apply({ type: 'batch', seq: (peers.getState().seq ?? 0) + 1, status: { state: 'leaving', network: OTHER } })
  picture.leave()
  follow(parts, { peerId: peerIdAt(2), network: OTHER, at: NOW - 5000, departure: null, split: null })
  expect([picture.getState().played, ui.getState().selected]).toEqual([null, peerIdAt(2)])
})

it('alerts about several peers, or none, lead to the list', () => {
  const parts = rig(true)
  follow(parts, { peerId: null, network: OTHER, at: NOW, departure: null, split: null })
  expect(parts.ui.getState()).toMatchObject({ view: 'alerts', selected: null })
})

it('an alert of a split leads to the islands: as they are while it lasts, else as they were then', async () => {
  const parts = rig(true)
  const { ui, picture, here } = parts
  const at = NOW - 5000
  follow(parts, { peerId: null, network: here, at, departure: null, split: 'lasts' })
  expect(ui.getState()).toMatchObject({ view: 'network', colourBy: 'island' })
  expect(picture.getState().picture).toBeNull()
  follow(parts, { peerId: null, network: here, at, departure: null, split: 'over' })
  await settled()
  expect(picture.getState().picture).toMatchObject({ kind: 'past', at })
  follow(parts, { peerId: null, network: here, at, departure: null, split: 'lasts' })
  expect(picture.getState().picture).toBeNull()
  ui.setState({ view: 'alerts', colourBy: 'state' })
  follow(parts, { peerId: null, network: OTHER, at, departure: null, split: 'over' })
  await settled()
  expect(picture.getState().picture).toMatchObject({ kind: 'stored', network: OTHER, at })
  expect(ui.getState()).toMatchObject({ view: 'network', colourBy: 'island' })
})

it('a notice of a split leads to the islands, one of a peer to the peer, and others to the list', async () => {
  const parts = rig(true)
  const { ui, picture, here } = parts
  const told = { kind: 'network-split', peerId: null, network: here, firedAt: NOW - 5000, resolvedAt: null } as const
  const split = { ...told, test: false, events: [] as Alert['events'] } as Alert
  follow(parts, aimOf([split]))
  expect(ui.getState()).toMatchObject({ view: 'network', colourBy: 'island' })
  expect(picture.getState().picture).toBeNull()
  // It is over: as it was then.
  follow(parts, aimOf(asTheyAre([split], [{ ...split, resolvedAt: NOW }])))
  await settled()
  expect(picture.getState().picture).toMatchObject({ kind: 'past', at: NOW - 5000 })
  follow(parts, aimOf([{ ...split, kind: 'peer-departed', peerId }]))
  expect(ui.getState()).toMatchObject({ view: 'network', selected: peerId })
  for (const other of [{ kind: 'peer-count' }, { test: true }] as const) {
    ui.setState({ view: 'health' })
    follow(parts, aimOf([{ ...split, ...other }]))
    expect(ui.getState().view).toBe('alerts')
  }
})

it('a peer that the graph does not draw is shown in the list of those that left like it', async () => {
  const parts = rig(true)
  const { ui, picture, peers, here, shown, snapshot } = parts
  const [row] = snapshot.peers.filter((one) => one.peerId === peerId)
  if (row === undefined) throw new Error('no such peer')
  const gone: PeerRow = { ...row, state: 'departed' }
  peers.apply({ type: 'batch', seq: snapshot.seq + 1, peers: [gone] })
  const aim = { peerId, network: here, at: NOW - 5000, departure: NOW - 6000, split: null } as const
  follow(parts, aim)
  expect(ui.getState()).toMatchObject({ view: 'peers', selected: peerId, departure: { at: NOW - 6000 } })
  expect(shown).toEqual(['departed'])
  // The user had those drawn that left.
  ui.setState({ hiddenGroups: ['purged'] })
  follow(parts, aim)
  expect(ui.getState().view).toBe('network')
  // In the past that is looked at it was here.
  ui.setState({ hiddenGroups: ['departed'] })
  picture.goTo(NOW - 7000)
  await settled()
  expect(parts.other.peers.getState().peers.get(peerId)?.state).toBe('online')
  follow(parts, aim)
  expect([ui.getState().view, shown]).toEqual(['network', ['departed']])
})
