import { beforeEach, describe, expect, it } from 'vitest'
import { createNameStore } from '../../../../src/renderer/src/stores/name-store.ts'
import { createNoteStore } from '../../../../src/renderer/src/stores/note-store.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createPictureStore, isForeign, momentOf } from '../../../../src/renderer/src/stores/picture-store.ts'
import { createPlayedParts } from '../../../../src/renderer/src/stores/played-parts.ts'
import { playedRange } from '../../../../src/renderer/src/stores/range-store.ts'
import {
  followHistory,
  followLeft,
  nameOf,
  openHistory,
  showHistory,
} from '../../../../src/renderer/src/stores/stored-history.ts'
import { createUiStore } from '../../../../src/renderer/src/stores/ui-store.ts'
import type { NetworkStatus, StoredNetwork } from '../../../../src/shared/contract.ts'
import type { NetworkId } from '../../../../src/shared/ids.ts'
import { nameOf as wordOf } from '../../../../src/shared/names.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt } from '../../../support/renderer/fake-network.ts'

const NOW = 1_750_000_000_000
const ID = 'cd'.repeat(32) as NetworkId
const STORED: StoredNetwork = {
  network: { kind: 'mosaik', id: ID, name: 'old-net' },
  demo: false,
  moment: { asOf: NOW - 1000, from: NOW - 90_000_000, to: NOW - 1000 },
  end: { how: 'left' },
  notes: [{ peerId: peerIdAt(1), name: 'the seed', note: '' }],
  names: [wordOf('validator')],
}

/** A window that has joined nothing, unless told, and an engine with one stored network. */
function rig(joined = false) {
  const snapshot = fakeSnapshot(3, NOW)
  const asked: string[] = []
  const { client: fake } = createFakeApi(() => snapshot)
  const { stored } = fake
  const client = {
    ...fake,
    stored: {
      ...stored,
      open: async () => STORED,
      at: async (...given: Parameters<typeof stored.at>) => {
        asked.push(`at ${given[0].network} ${given[0].at}`)
        return await stored.at(...given)
      },
      events: async (...given: Parameters<typeof stored.events>) => {
        asked.push(`events ${given[0].network} ${given[0].kind}`)
        return await stored.events(...given)
      },
    },
  }
  const [peers, other, ui] = [createPeerStore(), createPeerStore(), createUiStore()]
  peers.apply(joined ? snapshot : { ...snapshot, status: { state: 'none' }, peers: [], edges: [], events: [] })
  const names = createNameStore(client)
  const notes = createNoteStore(client, () => names.getState().names)
  const turn = (): Promise<void> => Promise.resolve()
  const every = () => () => undefined
  const picture = createPictureStore({ client, live: peers, other, now: () => NOW, turn, every })
  const played = createPlayedParts(client, picture, other, notes)
  const parts = { client, picture, peers, ui, notes, names, table: { show: () => undefined }, other: { peers: other } }
  followHistory(parts)
  followLeft(parts)
  let seq = snapshot.seq
  const status = (next: NetworkStatus): void => {
    seq += 1
    peers.apply({ type: 'batch', seq, status: next })
  }
  return { ...parts, played, asked, status, snapshot }
}

async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve))
}

beforeEach(() => globalThis.localStorage?.clear())

describe('the history of a stored network', () => {
  it('opens at its last moment, with its events, words and names, and closes without a trace', async () => {
    const { picture, other, notes, names, played, asked, ui, ...rest } = rig()
    await openHistory({ picture, other, notes, names, ui, ...rest }, STORED.network)
    await settled()
    const shown = picture.getState().picture
    expect(shown).toMatchObject({ kind: 'stored', network: STORED.network, at: NOW - 1000, edgesAt: NOW - 1000 })
    expect([isForeign(shown), momentOf(shown)?.at]).toEqual([true, NOW - 1000])
    const { peers, kind } = other.peers.getState()
    expect([peers.size, kind, ui.getState().view]).toEqual([3, 'mosaik', 'network'])
    expect(asked.toSorted()).toEqual([`at ${ID} ${NOW - 1000}`, `events ${ID} mosaik`])
    expect(notes.nameOf(peerIdAt(1))).toBe('the seed')
    expect(names.wordOf(wordOf('validator').id)).toBe('validator')
    // A history ends at the moment of its picture; how it was left, the banner says.
    expect(played.events.getState().filter.to).toBe(1_749_999_999_000)
    picture.goTo(NOW - 5000)
    await settled()
    expect(played.events.getState().filter.to).toBe(NOW - 5000)
    picture.goTo(NOW + 5)
    await settled()
    expect(picture.getState().wanted).toBe(NOW - 1000)
    picture.leave()
    expect([notes.getState().notes.size, names.getState().list]).toEqual([0, []])
    expect(picture.getState()).toMatchObject({ picture: null, played: null })
  })

  it('leaves what is shown until the engine has answered, and where there is none', async () => {
    const { ui, client, ...rest } = rig()
    const shown = { view: 'peers', selected: peerIdAt(2), filter: 'tag:a' } as const
    ui.setState(shown)
    const opening = openHistory({ ui, client, ...rest }, STORED.network)
    expect(ui.getState()).toMatchObject(shown)
    await opening
    expect(ui.getState()).toMatchObject({ view: 'network', selected: null, filter: '' })
    ui.setState(shown)
    const refused = async (): Promise<never> => await Promise.reject(new Error('it was forgotten'))
    const gone = { ...client, stored: { ...client.stored, open: refused } }
    await expect(openHistory({ ui, ...rest, client: gone }, STORED.network)).rejects.toThrow('forgotten')
    expect(ui.getState()).toMatchObject(shown)
  })

  it('of the network that is joined is its own past', async () => {
    const joined = rig(true)
    const { status } = joined.snapshot
    if (!('self' in status)) throw new Error('the double is joined')
    await showHistory(joined, status.network, NOW - 7000)
    await settled()
    expect(joined.picture.getState()).toMatchObject({ played: null, picture: { kind: 'past', at: NOW - 7000 } })

    // Another one that was joined before goes on beside it.
    const { picture } = joined
    await showHistory(joined, STORED.network, null)
    joined.status({ ...status, neighbors: 7 })
    expect(picture.getState().played).not.toBeNull()
    joined.status({ ...status, network: STORED.network })
    expect(picture.getState().played).toBeNull()
  })

  it('stays closed where the user went elsewhere, or joined a network, before the engine answered', async () => {
    const { picture, status, snapshot, ...parts } = rig()
    const first = showHistory({ picture, ...parts }, STORED.network, null)
    status(snapshot.status)
    await first
    expect(picture.getState().played).toBeNull()

    const other = rig(true)
    const second = showHistory(other, STORED.network, null)
    other.picture.goTo(NOW - 7000)
    await second
    expect(other.picture.getState().played).toBeNull()

    const third = rig()
    await showHistory(third, STORED.network, null, () => false)
    expect(third.picture.getState().played).toBeNull()
  })

  it('opens also where time ran in another picture before the engine answered', async () => {
    const { picture, ...rest } = rig()
    const opening = showHistory({ ...rest, picture }, STORED.network, null)
    picture.setState({ wanted: NOW - 7000 })
    await opening
    expect(picture.getState().played?.stored).toBe(STORED)
  })

  it('closes where a network is joined', async () => {
    const { picture, status, names, ...parts } = rig()
    await showHistory({ picture, names, ...parts }, STORED.network, null)
    expect(names.getState().list).toHaveLength(1)
    status({ state: 'none' })
    expect(picture.getState().played).not.toBeNull()
    status({ state: 'joining', network: { ...STORED.network, id: 'ef'.repeat(32) as NetworkId }, since: NOW })
    expect(picture.getState().played).toBeNull()
    // Its words are none of that network.
    expect(names.getState().list).toEqual([])
  })

  it('leaves alone the words of a network that is joined', async () => {
    const { notes, ...parts } = rig(true)
    notes.show([{ peerId: peerIdAt(2), name: 'mine', note: '' }])
    await showHistory({ notes, ...parts }, STORED.network, null)
    parts.picture.leave()
    expect(notes.nameOf(peerIdAt(2))).toBe('mine')
  })

  it('is asked why its peers were as they were, and so is a shared moment', async () => {
    const { picture, played, client } = rig()
    const why: string[] = []
    client.stored.whyPeer = async ({ network, at, peerId }) => {
      why.push(`${network} ${at}`)
      return await client.why.peer({ peerId })
    }
    const moment = { asOf: 5, from: 1, to: 9 }
    const at = async (when: number) => await client.snapshots.at({ file: 'f', at: when })
    await picture.playFile({ file: null, title: 'old', kind: 'mosaik', moment, at, stored: STORED })
    await played.client.why.peer({ peerId: peerIdAt(1), at: 5 })
    expect(why).toEqual([`${ID} 5`])
    await picture.playFile({ file: 'f', title: 'Shared', kind: 'peerscope', moment, at })
    client.snapshots.whyNetwork = async ({ file, at: when }) => {
      why.push(`${file} ${when}`)
      return await client.why.network({})
    }
    await played.client.why.network({ at: 6 })
    expect(why).toEqual([`${ID} 5`, 'f 6'])
  })

  it('asks for a file where one is played', async () => {
    const { picture, played, asked, client } = rig()
    const moment = { asOf: 5, from: 1, to: 9 }
    const at = async (when: number) => await client.snapshots.at({ file: 'f', at: when })
    await picture.playFile({ file: 'f', title: 'Shared', kind: 'peerscope', moment, at })
    await settled()
    expect((await played.client.events.page({})).events).toEqual([])
    expect(asked).toEqual([])
    expect(played.events.getState().filter.to).toBe(5)
  })
})

describe('the network that was left', () => {
  it('is remembered until another is joined, also where it failed', () => {
    const { ui, status, snapshot } = rig(true)
    expect(ui.getState().left).toBeNull()
    if (!('self' in snapshot.status)) throw new Error('the double is joined')
    const { network } = snapshot.status
    status({ ...snapshot.status, neighbors: 2 })
    status({ state: 'leaving', network })
    expect(ui.getState().left).toBeNull()
    status({ state: 'none' })
    expect(ui.getState().left).toEqual(network)
    status(snapshot.status)
    expect(ui.getState().left).toBeNull()
    status({ state: 'failed', network, code: 'X', reason: 'x', at: NOW })
    expect(ui.getState().left).toEqual(network)
  })

  it('was none where joining was called off', () => {
    const { ui, status } = rig()
    status({ state: 'joining', network: STORED.network, since: NOW })
    status({ state: 'none' })
    expect(ui.getState().left).toBeNull()
  })
})

it('a demo is called by its time, another network by its name or the beginning of its id', () => {
  expect(nameOf({ id: ID, name: 'demo-1' }, true, NOW)).toMatch(/^Demo, 2025-06-15 /)
  expect(nameOf({ id: ID, name: 'old-net' }, false, NOW)).toBe('old-net')
  expect(nameOf({ id: ID, name: null }, false, NOW)).toBe(`${ID.slice(0, 16)}…`)
})

describe('the range', () => {
  const { moment } = STORED
  it('of a stored network ends with its history, as if that were now', () => {
    const played = { moment, stored: STORED }
    expect(playedRange('hour', played)).toEqual({ from: moment.to - 3_600_000, to: moment.to })
    expect(playedRange('recent', played)).toEqual({ from: moment.to - 600_000, to: moment.to })
    expect(playedRange('all', played)).toEqual({ from: moment.from, to: moment.to })
    const short = { ...moment, from: moment.to - 5000 }
    expect(playedRange('day', { moment: short, stored: STORED })).toEqual({ from: short.from, to: short.to })
    const inside = { from: moment.from + 5, to: moment.to - 5 }
    expect(playedRange(inside, played)).toEqual(inside)
    expect(playedRange({ from: moment.to + 5, to: moment.to + 9 }, played)).toEqual({
      from: moment.from,
      to: moment.to,
    })
  })

  it('of a file is all of it', () => {
    expect(playedRange('hour', { moment })).toEqual({ from: moment.from, to: moment.to })
  })
})
