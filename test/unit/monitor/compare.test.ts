import { assert, describe, expect, it } from 'vitest'
import { LinesThen } from '../../../src/main/monitor/journal/lines-of-loss.ts'
import { StoredNetworks } from '../../../src/main/monitor/stored.ts'
import { comparePictures, heldBy } from '../../../src/main/monitor/compare.ts'
import type { CompareSource } from '../../../src/main/monitor/compare.ts'
import type { FileSide } from '../../../src/main/monitor/exports/snapshots.ts'
import type { ComparedPeerRow, CompareMessage, CompareSide } from '../../../src/shared/compare.ts'
import type { NetworkStatus } from '../../../src/shared/contract.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { Edge, PeerRow } from '../../../src/shared/peer.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { fakeStatus, peerRow } from '../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK, NETWORK_ID, START } from '../store/data-folder.ts'

const [ANN, BEN, CAT, ME] = [idOf('ann'), idOf('ben'), idOf('cat'), idOf('me')]
const NOW: CompareSide = { kind: 'moment', at: null }
const FILE: CompareSide = { kind: 'file', file: 'a', at: null }

const row = (peerId: PeerId, changes: Partial<PeerRow> = {}): PeerRow => ({
  ...peerRow(1),
  peerId,
  self: false,
  state: 'online',
  signed: true,
  version: { startedAt: 1, updatedAt: 1 },
  tags: ['a'],
  ...changes,
})

const edge = (a: PeerId, b: PeerId, kind: Edge['kind'], at: number): Edge => ({ a, b, kind, saidBy: a, at })

const came = (peerId: PeerId): DiscoveryEvent => ({
  kind: 'PeerDiscovered',
  peerId,
  source: 'gossip',
  version: { startedAt: 1, updatedAt: 1 },
  tags: ['a'],
  addresses: [],
})

function source(
  data: DataFolder,
  rows: readonly PeerRow[],
  edges: readonly Edge[] = [],
  file?: FileSide,
  status: NetworkStatus = { state: 'none' },
) {
  const store = data.open()
  const past = {
    store,
    networkKey: NETWORK,
    self: row(ME, { self: true }),
    live: () => undefined,
    loss: null,
    now: START + 1000,
  }
  const parts: CompareSource = {
    network: () => ({ kind: 'peerscope', id: NETWORK_ID, name: 'some' }),
    past: () => past,
    clock: { now: () => START + 1000 },
    view: { rows: () => rows.values(), edges: () => edges.values(), status },
    archive: {
      side: async (_file, _at, _signal, onStep) => {
        onStep?.({ step: 'check', done: 1, total: 2 })
        if (file === undefined) throw new Error('there is no file')
        return file
      },
    },
  }
  return { store, parts }
}

const HISTORY = { network: NETWORK_ID, kind: 'peerscope' } as const

async function compare(parts: CompareSource, before: CompareSide, after: CompareSide, history?: StoredNetworks) {
  const messages: CompareMessage[] = []
  const input = { before, after, ...(history === undefined ? {} : { of: HISTORY }) }
  const nothing = async () => await Promise.reject(new Error('no history is looked at'))
  const stored = history ?? { open: nothing, at: nothing }
  for await (const message of comparePictures(parts, input, new AbortController().signal, stored))
    messages.push(message)
  const rows = messages.flatMap((message): readonly ComparedPeerRow[] => (message.kind === 'rows' ? message.rows : []))
  const done = messages.at(-1)
  if (done?.kind !== 'done') throw new Error('it did not end')
  return { messages, rows, done }
}

describe('two moments', () => {
  it('count who left, by reason, though their rows stay; ourselves not among them', async () => {
    using data = new DataFolder()
    const rows = [
      row(ANN, { state: 'purged' }),
      row(BEN, { tags: ['b'] }),
      row(CAT),
      row(ME, { self: true, tags: ['mine'] }),
    ]
    const { store, parts } = source(data, rows, [edge(BEN, CAT, 'neighbor', 1)])
    store.append(NETWORK, START, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] })
    store.append(NETWORK, START + 10, came(ANN))
    store.append(NETWORK, START + 10, came(BEN))
    const then = await compare(parts, { kind: 'moment', at: START + 20 }, NOW)
    expect(then.done.counts).toMatchObject({ came: 1, left: 1, changed: 1, same: 0, gone: 0 })
    expect(then.done.counts.leftBy).toMatchObject({ purged: 1, departed: 0 })
    expect(then.done.sides.map(({ here, at }) => [here, at])).toEqual([
      [2, START + 20],
      [2, START + 1000],
    ])
    // Of the moment before no links are stored: that they all came since would be a guess.
    expect(then.done.links).toBeNull()
    expect(then.rows).toContainEqual({ what: 'left', peerId: ANN, reason: 'purged', lastSeen: rows[0]?.lastSeen })
    expect(then.rows).toContainEqual({ what: 'came', peerId: CAT, as: 'new' })
    expect(then.rows.find(({ peerId }) => peerId === ME)).toBeUndefined()
  })

  it('may be of a history that is looked at, of which the last moment stands for now; nothing need be joined', async () => {
    using data = new DataFolder()
    const { store, parts } = source(data, [])
    store.networkJoined({ kind: 'peerscope', id: NETWORK_ID, name: 'some', bootstrap: [], tags: [], at: START })
    store.append(NETWORK, START, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] })
    store.append(NETWORK, START + 10, came(ANN))
    store.append(NETWORK, START + 10, came(BEN))
    const version = { startedAt: 1, updatedAt: 1 }
    store.append(NETWORK, START + 500, { kind: 'PeerDeparted', peerId: ANN, reason: 'graceful', version })
    store.append(NETWORK, START + 900, { kind: 'NetworkLeft', networkId: NETWORK_ID })
    const joined = { ...parts, network: () => assert.fail('nothing is joined') }
    const stored = new StoredNetworks(store, new LinesThen(data.scheduler))
    const { done, rows } = await compare(joined, { kind: 'moment', at: START + 20 }, NOW, stored)
    expect(rows.toSorted((a, b) => (a.what < b.what ? -1 : 1))).toEqual([
      // Without a journal only who was here is known.
      { what: 'left', peerId: ANN, reason: 'missing', lastSeen: null },
      { what: 'same', peerId: BEN },
    ])
    expect(done.sides).toMatchObject([
      { at: START + 20, here: 2 },
      { at: START + 899, here: 1 },
    ])
    const at = (moment: number): CompareSide => ({ kind: 'moment', at: moment })
    await expect(compare(joined, at(START - 9), NOW, stored)).rejects.toThrow(/nothing is known of/)
    // It need not have stayed as it was.
    await expect(compare(joined, at(START + 20), at(START + 900), stored)).rejects.toThrow(/the recording ends at/)
  })

  it('of which one is before anything is known are refused', async () => {
    using data = new DataFolder()
    const { parts } = source(data, [row(ANN)])
    await expect(compare(parts, { kind: 'moment', at: 5 }, NOW)).rejects.toThrow(/nothing is known of/)
    // What is still to come is now.
    expect((await compare(parts, { kind: 'moment', at: START + 9999 }, NOW)).done.counts.same).toBe(1)
  })

  it('at one of which we had lost the network: who went silent with us is not told to have left', async () => {
    using data = new DataFolder()
    const loss = { at: 500, judgedAt: 500, heardAt: 490, purgeAfterMs: 100 }
    const silent = { state: 'purged', version: { startedAt: 1, updatedAt: 450 } } as const
    const rows = [row(ANN, silent), row(BEN, { ...silent, version: { startedAt: 1, updatedAt: 1 } })]
    const moment = { asOf: 50, from: 40, to: 60, events: 0 }
    const report = { network: null, createdAt: 77, moment, faultCount: 0 } as unknown as FileSide['report']
    const file = { report, peers: [row(ANN), row(BEN)], links: null, lost: false }
    const status = { ...fakeStatus(2, 1000, 'lost'), loss }
    const lost = await compare(source(data, rows, [], file, status).parts, FILE, NOW)
    // The other one was silent for long before.
    expect(lost.done.counts).toMatchObject({ left: 1, same: 1 })
    expect(lost.done.sides.map(({ here, lost: was }) => [here, was])).toEqual([
      [2, false],
      [1, true],
    ])
  })

  it('come in parts where there are thousands, with the numbers last', async () => {
    using data = new DataFolder()
    const rows = Array.from({ length: 1200 }, (_, index) => row(peerRow(index).peerId))
    const { messages, done } = await compare(source(data, rows).parts, NOW, NOW)
    expect(messages.map(({ kind }) => kind)).toEqual(['rows', 'rows', 'rows', 'done'])
    expect(done.counts.same).toBe(1200)
  })
})

describe('a file', () => {
  const report = { network: null, createdAt: 77, moment: null, faultCount: 3 } as FileSide['report']

  it('of signed entries is compared with those that sign; how far it is read is told', async () => {
    using data = new DataFolder()
    const file: FileSide = { report, peers: [row(ANN)], links: null, lost: false }
    const { parts } = source(data, [row(ANN), row(BEN, { signed: false })], [], file)
    const { messages, done } = await compare(parts, FILE, NOW)
    expect(messages[0]).toEqual({ kind: 'progress', step: { step: 'check', done: 1, total: 2 } })
    expect(done).toMatchObject({ counts: { came: 0, left: 0, same: 1 }, links: null })
    expect(done.sides[0]).toEqual({ network: null, at: 77, here: 1, lost: false, faults: 3 })
  })

  it('of a shared moment knows links, and peers that nobody signed', async () => {
    using data = new DataFolder()
    const moment = { asOf: 50, from: 40, to: 60, events: 0 }
    const edges = [edge(ANN, BEN, 'connection', 1)]
    const links = { now: 55, self: null, here: () => true, edges }
    const file = { report: { ...report, moment }, peers: [row(ANN)], links, lost: false }
    const { parts } = source(data, [row(ANN), row(BEN, { signed: false })], [], file)
    const { done } = await compare(parts, { ...FILE, at: 55 }, NOW)
    expect(done).toMatchObject({ counts: { came: 1, same: 1 }, links: { came: 0, went: 1 } })
    expect(done.sides[0]?.at).toBe(55)
  })
})

it('only links that count come and go: not one that its other end took back', async () => {
  using data = new DataFolder()
  const report = { network: null, createdAt: 77, moment: { asOf: 90_000, events: 0 }, faultCount: 0 }
  const edges = [edge(ANN, BEN, 'connection', 1), edge(BEN, CAT, 'connection', 60_000)]
  const links = { now: 90_000, self: null, here: () => true, edges }
  const file = { report, peers: [row(ANN)], links, lost: false } as unknown as FileSide
  const { done } = await compare(source(data, [row(ANN)], [], file).parts, FILE, NOW)
  expect(done.links).toMatchObject({ came: 0, went: 1 })
})

describe('what a catalog held', () => {
  it('is what was known at the last sync, of those that sign', async () => {
    using data = new DataFolder()
    const edges = [
      edge(BEN, ME, 'holds', START + 20),
      edge(BEN, ANN, 'holds', START + 20),
      edge(BEN, CAT, 'neighbor', 9),
    ]
    const { store, parts } = source(data, [row(ANN), row(BEN), row(CAT)], edges)
    store.append(NETWORK, START, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] })
    store.append(NETWORK, START + 10, came(BEN))
    store.append(NETWORK, START + 30, came(CAT))
    const messages = []
    for await (const message of heldBy(parts, BEN, new AbortController().signal)) messages.push(message)
    expect(messages).toEqual([
      { kind: 'ids', peerIds: [ME] },
      { kind: 'done', at: START + 20 },
    ])
    const never = []
    for await (const message of heldBy(parts, ANN, new AbortController().signal)) never.push(message)
    expect(never).toEqual([{ kind: 'done', at: null }])
  })

  it('is of a sync that only just went well, too', async () => {
    using data = new DataFolder()
    const edges: Edge[] = []
    const { store, parts } = source(data, [row(BEN)], edges)
    store.append(NETWORK, START, { kind: 'NetworkJoined', networkId: NETWORK_ID, peerId: ME, addresses: [] })
    // What waits is shown when somebody asks for the past.
    const past = () => {
      edges.push(edge(BEN, ME, 'holds', START + 20))
      return parts.past()
    }
    const messages = []
    for await (const message of heldBy({ ...parts, past }, BEN, new AbortController().signal)) messages.push(message)
    expect(messages.at(-1)).toEqual({ kind: 'done', at: START + 20 })
  })
})
