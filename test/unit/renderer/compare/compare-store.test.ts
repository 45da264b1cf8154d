import { describe, expect, it } from 'vitest'
import { createCompareStore } from '../../../../src/renderer/src/compare/compare-store.ts'
import { momentSide, pictureName } from '../../../../src/renderer/src/compare/moment-side.ts'
import { noReasons } from '../../../../src/shared/compare.ts'
import type { CompareMessage, HeldMessage } from '../../../../src/shared/compare.ts'
import { InvalidArgument } from '../../../../src/shared/errors.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import type { FakeClient } from '../../../support/renderer/fake-api.ts'
import { createFakeApi, partsOf } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt } from '../../../support/renderer/fake-network.ts'

const [ANN, BEN] = [peerIdAt(1), peerIdAt(2)]
const NOW = { kind: 'moment', at: null } as const
const FILE = { kind: 'file', file: 'file-1', name: 'a.peerscope', at: null } as const

function create(compare: Partial<FakeClient['compare']> = {}, played?: Parameters<typeof createCompareStore>[1]) {
  const { client, calls } = createFakeApi(() => fakeSnapshot(9, 0))
  const asked: unknown[] = []
  const pictures: FakeClient['compare']['pictures'] = async (input, options) => {
    asked.push(input)
    return await (compare.pictures ?? client.compare.pictures)(input, options)
  }
  const store = createCompareStore({ ...client, compare: { ...client.compare, ...compare, pictures } }, played)
  return { store, calls, asked }
}

/** Until the store is as it is wanted. */
async function until<S>(
  store: { getState(): S; subscribe(listener: () => void): () => void },
  wanted: (state: S) => boolean,
) {
  if (wanted(store.getState())) return
  await new Promise<void>((resolve) => {
    const end = store.subscribe(() => {
      if (!wanted(store.getState())) return
      end()
      resolve()
    })
  })
}

describe('two pictures', () => {
  it('are compared once both are there, again where one changes, and the other way round', async () => {
    const { store, asked } = create()
    store.openPictures(FILE, null)
    expect([store.getState().opened, store.getState().work]).toEqual([true, { state: 'none' }])
    store.setPicture(1, NOW)
    await until(store, ({ work }) => work.state === 'done')
    store.swap()
    expect(store.getState().pictures).toEqual([NOW, FILE])
    await until(store, ({ work }) => work.state === 'done')
    // The file's name is for people.
    const sent = { kind: 'file', file: 'file-1', at: null }
    expect(asked).toEqual([
      { before: sent, after: NOW },
      { before: NOW, after: sent },
    ])
    expect(store.getState().work).toMatchObject({ state: 'done', result: { counts: { came: 1, left: 2 } } })
  })

  it('are not compared while something is wrong of one, whatever becomes of the other; the side itself stays', async () => {
    const { store, asked } = create()
    const wrong = { text: '21:99', problem: 'no such time' }
    const state = () => {
      const { work, wrong: all, pictures } = store.getState()
      return [work.state, all.pictures, pictures]
    }
    store.openPictures(FILE, NOW)
    await until(store, ({ work }) => work.state === 'done')
    store.setWrong('pictures', 0, wrong)
    expect(state()).toEqual(['none', [wrong, null], [FILE, NOW]])
    store.setPicture(1, { kind: 'moment', at: 5 })
    expect(state()).toEqual(['none', [wrong, null], [FILE, { kind: 'moment', at: 5 }]])
    // It is still there after a look at peers, and goes with its side.
    store.setWhat('peers')
    store.setWhat('pictures')
    store.swap()
    expect(state()).toEqual(['none', [null, wrong], [{ kind: 'moment', at: 5 }, FILE]])
    expect(asked).toHaveLength(1)
    // Taken back, the side counts again; so does another one.
    store.setWrong('pictures', 1, null)
    await until(store, ({ work }) => work.state === 'done')
    store.setWrong('pictures', 1, wrong)
    store.setPicture(1, NOW)
    expect(state().slice(1)).toEqual([
      [null, null],
      [{ kind: 'moment', at: 5 }, NOW],
    ])
    await until(store, ({ work }) => work.state === 'done')
    expect(asked).toHaveLength(3)
    // What is opened or closed begins without.
    store.setWrong('pictures', 0, wrong)
    store.setWrong('peers', 0, wrong)
    store.close()
    expect(store.getState().wrong).toEqual({ peers: [null, null], pictures: [null, null] })
  })

  it('of peers are wrong apart from those', () => {
    const { store, asked } = create()
    const wrong = { text: 'x', problem: 'nobody' }
    store.openPeers(ANN, BEN)
    store.setWrong('peers', 1, wrong)
    expect(store.getState().wrong).toEqual({ peers: [null, wrong], pictures: [null, null] })
    store.swap()
    expect(store.getState().wrong.peers).toEqual([wrong, null])
    store.setPeer(0, ANN)
    expect(store.getState().wrong.peers).toEqual([null, null])
    expect(asked).toEqual([])
  })

  it('are those of the history that is looked at', async () => {
    const network = { id: networkIdFrom('a'), kind: 'peerscope', name: 'a' } as const
    const moment = { asOf: 9, from: 1, to: 9 }
    const stored = { network, demo: false, moment, end: { how: 'left' }, notes: [], names: [] } as const
    const of = { network: network.id, kind: network.kind }
    const { store, asked } = create({}, () => ({ file: null, title: 'a', moment, stored }))
    store.openPictures({ kind: 'moment', at: 5 }, NOW)
    await until(store, ({ work }) => work.state === 'done')
    expect(asked).toEqual([{ before: { kind: 'moment', at: 5 }, after: NOW, of }])
  })

  it('are those of the shared moment that is looked at, whose last one stands for now', async () => {
    const played = { file: 'file-1', title: 'a.peerscope', moment: { asOf: 5, from: 1, to: 9 } }
    expect([momentSide(played, 3.5), momentSide(played, null)]).toEqual([
      { ...FILE, at: 3 },
      { ...FILE, at: 9 },
    ])
    const last = momentSide(played, null)
    expect([pictureName(last, played), pictureName(NOW, null), pictureName(last, null)]).toEqual([
      'now',
      'now',
      expect.stringMatching(/^a\.peerscope, 1970-/),
    ])
    expect(pictureName(momentSide(played, 3), played)).toMatch(/^1970-/)
    const { store, asked } = create({}, () => played)
    store.openPeers(ANN)
    store.setWhat('pictures')
    expect(store.getState().pictures).toEqual([null, { ...FILE, at: 9 }])
    store.setPicture(0, momentSide(played, 3))
    await until(store, ({ work }) => work.state === 'done')
    const sent = { kind: 'file', file: 'file-1' }
    expect(asked).toEqual([{ before: { ...sent, at: 3 }, after: { ...sent, at: 9 } }])
  })

  it('are not compared again for another of their lists; another pair begins with its first list', async () => {
    const { store, asked } = create()
    store.show({ what: 'pictures', sides: [FILE, NOW], list: 'left', scope: 'all' })
    await until(store, ({ work }) => work.state === 'done')
    expect(store.getState().list).toBe('left')
    store.look({ list: 'came' })
    expect(store.link()).toMatchObject({ list: 'came' })
    store.show({ what: 'pictures', sides: [FILE, NOW], list: null, scope: 'all' })
    expect([asked.length, store.getState().work.state, store.getState().list]).toEqual([1, 'done', null])
    store.look({ list: 'left' })
    store.swap()
    expect([asked.length, store.getState().list]).toEqual([2, null])
    store.look({ list: 'left' })
    store.setPicture(0, FILE)
    expect([asked.length, store.getState().list]).toEqual([3, null])
    store.close()
  })

  it('that cannot be compared say why', async () => {
    const { store } = create({ pictures: () => Promise.reject(new InvalidArgument('nothing is known of then')) })
    store.openPictures({ kind: 'moment', at: 5 }, NOW)
    await until(store, ({ work }) => work.state === 'failed')
    expect(store.getState().work).toMatchObject({ failure: { message: 'nothing is known of then' } })
  })

  it('whose answer breaks off are told as failed', async () => {
    const { store } = create({ pictures: async () => partsOf<CompareMessage>([{ kind: 'rows', rows: [] }]) })
    store.openPictures(FILE, NOW)
    await until(store, ({ work }) => work.state !== 'running')
    expect(store.getState().work).toMatchObject({
      state: 'failed',
      failure: { message: expect.stringContaining('broke off') as string },
    })
  })

  it('an answer that comes after another side was chosen, or after it was closed, is dropped', async () => {
    const waiting: ((parts: CompareMessage[]) => void)[] = []
    const { store } = create({
      pictures: async () => partsOf(await new Promise<CompareMessage[]>((resolve) => waiting.push(resolve))),
    })
    store.openPictures(FILE, NOW)
    store.close()
    const none = { came: 0, left: 0, leftBy: noReasons(), changed: 0, same: 0, gone: 0 }
    const side = { network: null, at: 1, here: 0, lost: false, faults: 0 }
    waiting[0]?.([{ kind: 'done', counts: none, sides: [side, side], links: null }])
    await new Promise((resolve) => setImmediate(resolve))
    expect(store.getState()).toMatchObject({ opened: false, work: { state: 'none' } })
  })
})

describe('two peers', () => {
  it('bring what their catalogs held at their last sync', async () => {
    const { store } = create({
      held: async ({ peerId }) =>
        partsOf<HeldMessage>(
          peerId === ANN
            ? [
                { kind: 'ids', peerIds: [BEN] },
                { kind: 'done', at: 7 },
              ]
            : [{ kind: 'done', at: null }],
        ),
    })
    store.openPeers(ANN)
    store.setPeer(1, BEN)
    await until(store, ({ catalogs }) => catalogs.get(BEN)?.state === 'never' && catalogs.get(ANN)?.state === 'seen')
    expect(store.getState().catalogs.get(ANN)).toEqual({ state: 'seen', at: 7, peerIds: [BEN] })
    store.swap()
    expect(store.getState().peers).toEqual([BEN, ANN])
  })

  it('have the newer of two answers, only their own catalogs, and no guess where the question failed', async () => {
    const waiting: ((parts: HeldMessage[] | null) => void)[] = []
    const { store } = create({
      held: async () => {
        const parts = await new Promise<HeldMessage[] | null>((resolve) => waiting.push(resolve))
        if (parts === null) throw new InvalidArgument('not now')
        return partsOf(parts)
      },
    })
    const answered = async (index: number, parts: HeldMessage[] | null): Promise<void> => {
      waiting[index]?.(parts)
      for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve))
    }
    store.openPeers(ANN)
    store.openPeers(ANN)
    await answered(1, [{ kind: 'done', at: 9 }])
    await answered(0, [{ kind: 'done', at: 7 }])
    expect(store.getState().catalogs.get(ANN)).toEqual({ state: 'seen', at: 9, peerIds: [] })
    store.openPeers(BEN)
    await answered(2, [{ kind: 'done', at: 8 }])
    expect([...store.getState().catalogs.keys()]).toEqual([BEN])
    store.openPeers(ANN)
    await answered(3, null)
    expect(store.getState().catalogs.has(ANN)).toBe(false)
  })

  it('end a comparison of two pictures that is under way', () => {
    const { store, asked } = create({ pictures: () => new Promise(() => undefined) })
    store.openPictures(FILE, NOW)
    store.openPeers(ANN)
    store.setWhat('pictures')
    expect([asked.length, store.getState().work]).toEqual([2, { state: 'running', step: null }])
  })

  it('are asked for their neighbors, and synced with, in words', async () => {
    const { store, calls } = create()
    store.openPeers(ANN, BEN)
    await Promise.all([store.ask(ANN), store.ask(ANN), store.sync(BEN)])
    expect(calls).toEqual([`ask ${ANN}`, `sync ${BEN}`])
    expect(store.getState().questions.get(`ask ${ANN}`)).toEqual({
      state: 'answered',
      words: 'It named 3 neighbors and 4 connections.',
    })
    expect(store.getState().questions.get(`sync ${BEN}`)).toMatchObject({
      words: expect.stringContaining('it knew 12 entries that we lacked or had older, and lacked 3 of ours') as string,
    })
  })

  it('are not one peer twice, and are forgotten with their network', async () => {
    const { store } = create()
    store.openPeers(ANN, ANN)
    expect(store.getState().peers).toEqual([ANN, null])
    const asking = store.ask(ANN)
    store.clear()
    await asking
    expect(store.getState()).toMatchObject({ opened: false, peers: [null, null], questions: new Map() })
  })
})
