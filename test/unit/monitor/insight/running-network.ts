/** A network whose run goes on: a journal of what was shown of it, in virtual time. */
import type { OfflineCatalog } from '../../../../src/main/monitor/offline.ts'
import { Journal } from '../../../../src/main/monitor/journal/journal.ts'
import { View } from '../../../../src/main/monitor/view.ts'
import type { Store, StoreReader } from '../../../../src/main/store/types.ts'
import type { Edge, PeerRow } from '../../../../src/shared/peer.ts'
import { stored } from '../../../support/cli-archive.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import type { DataFolder } from '../../store/data-folder.ts'
import { NETWORK, NETWORK_ID, START } from '../../store/data-folder.ts'

export const ME = idOf('me')
export const NAMES = ['ann', 'ben', 'cat', 'dan'] as const

export const rtt = { srtt: 5, rttvar: 1, last: 5, at: START }

export const row = (name: string, changes: Partial<PeerRow> = {}): PeerRow => ({
  ...peerRow(0),
  peerId: idOf(name),
  state: 'online',
  rtt,
  self: name === 'me',
  neighbor: false,
  connected: false,
  ...changes,
})

export const edge = (a: string, b: string, at: number): Edge => ({
  a: idOf(a),
  b: idOf(b),
  kind: 'neighbor',
  saidBy: idOf(a),
  at,
})

export const catalogOf = (store: StoreReader, now = 0): OfflineCatalog => ({
  network: { kind: 'peerscope', id: NETWORK_ID, name: 'tnet' },
  notice: null,
  store,
  source: {
    network: { kind: 'peerscope', id: NETWORK_ID, name: 'tnet' },
    store,
    live: new Map(),
    loss: null,
    links: null,
    now,
  },
  signer: null,
  close: () => undefined,
})

/** A run that goes on, with a journal of what it shows: all are linked. Links were stored when we had one only. @param of a demo, or not */
export async function running(
  data: DataFolder,
  of: { readonly demo?: true } = {},
): Promise<{ store: Store; view: View; now: () => number }> {
  const store = data.open()
  const { clock } = data
  store.append(NETWORK, clock.now(), { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [], ...of })
  for (const name of NAMES) store.putPeer(NETWORK, stored(name, clock.now(), { rtt }))
  store.putTopology(NETWORK, { at: clock.now(), edges: [edge('me', 'ann', clock.now())] })
  const view = new View(clock, store.status())
  const journal = new Journal({ store, networkKey: NETWORK, view, clock })
  await data.scheduler.run(5)
  for (const name of ['me', ...NAMES]) view.putRow(row(name, { neighbor: name === 'ann' }))
  view.putEdge(edge('me', 'ann', clock.now()))
  journal.start()
  await data.scheduler.run(1000)
  for (const name of NAMES.slice(1)) view.putEdge(edge('ann', name, clock.now()))
  await data.scheduler.run(9000)
  store.append(NETWORK, clock.now(), { kind: 'NeighborUp', peerId: idOf('ann') })
  return { store, view, now: () => clock.now() }
}

/** Two of it whose dials are refused since a while, and that are linked with each other alone. */
export async function crashedTogether(data: DataFolder): ReturnType<typeof running> {
  const network = await running(data)
  const { store, view, now } = network
  store.append(NETWORK, now(), { kind: 'Islands', count: 1, sizes: [5] })
  for (const link of view.edges()) if ([idOf('cat'), idOf('dan')].includes(link.b)) view.removeEdge(link)
  for (const [one, other] of [
    ['ben', 'ann'],
    ['cat', 'dan'],
    ['dan', 'cat'],
  ] as const)
    view.putEdge(edge(one, other, now()))
  for (const name of ['cat', 'dan'])
    store.append(NETWORK, now(), { kind: 'DialFailed', target: idOf(name), reason: 'connection refused' })
  await data.scheduler.run(10_000)
  return network
}
