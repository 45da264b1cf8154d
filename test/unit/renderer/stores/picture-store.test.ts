import { AsyncIteratorClass } from '@orpc/client'
import { expect, test, vi } from 'vitest'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createPictureStore, shownAt } from '../../../../src/renderer/src/stores/picture-store.ts'
import type { NetworkStatus, PastPart } from '../../../../src/shared/contract.ts'
import { MAX_LINK_AGE_MS } from '../../../../src/shared/links.ts'
import { BEFORE_LOSS_MS } from '../../../../src/shared/lost-lines.ts'
import type { Edge } from '../../../../src/shared/peer.ts'
import { createFakeApi, pictureOf } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, fakeStatus, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const NOW = 1_000_000

/** A window on a past that is answered when the test says so. */
function rig() {
  const live = createPeerStore()
  live.apply(fakeSnapshot(3, NOW))
  const other = createPeerStore()
  const asked: { readonly at: number; readonly answer: (peers: number) => void; readonly fail: () => void }[] = []
  const { client } = createFakeApi(() => fakeSnapshot(3, NOW))
  let step: (() => void) | null = null
  const picture = createPictureStore({
    client: {
      history: {
        ...client.history,
        at: ({ at }) =>
          new Promise<ReturnType<typeof pictureOf>>((resolve, reject) => {
            asked.push({
              at,
              answer: (count) => {
                const peers = Array.from({ length: count }, (_, index) => peerRow(index))
                resolve(pictureOf({ at, seq: at, peers, edges: [], edgesAt: null }))
              },
              fail: () => reject(new Error('the store is closed')),
            })
          }),
      },
    },
    live,
    other,
    now: () => NOW,
    turn: () => Promise.resolve(),
    every: (_ms, run) => {
      step = run
      return () => {
        step = null
      }
    },
  })
  return { live, other, picture, asked, tick: () => step?.(), ticking: () => step !== null }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('of many moments in a row the last one is shown, and one is asked for at a time', async () => {
  const { live, other, picture, asked } = rig()
  for (const at of [500, 600, 700]) picture.goTo(at)
  expect(asked.map(({ at }) => at)).toEqual([500])
  asked[0]?.answer(1)
  await settled()
  expect(asked.map(({ at }) => at)).toEqual([500, 700])
  asked[1]?.answer(2)
  await settled()
  expect(picture.getState().picture).toMatchObject({ kind: 'past', at: 700, here: 2 })
  expect(other.getState().peers.size).toBe(2)
  expect(live.getState().peers.size).toBe(3)
})

test('an answer that comes after the user went back to now is dropped', async () => {
  const { picture, asked } = rig()
  picture.goTo(500)
  picture.leave()
  asked[0]?.answer(1)
  await settled()
  expect(picture.getState()).toMatchObject({ picture: null, wanted: null })
})

test('time runs at the chosen speed, waits for slow pictures, and ends at now', async () => {
  const { picture, asked, tick, ticking } = rig()
  picture.goTo(NOW - 5000)
  asked[0]?.answer(1)
  await settled()
  picture.setSpeed(10)
  picture.play()
  tick()
  tick()
  expect(asked.map(({ at }) => at)).toEqual([NOW - 5000, NOW - 2500])
  asked[1]?.answer(1)
  await settled()
  tick()
  expect(picture.getState()).toMatchObject({ picture: null, wanted: null, playing: false })
  expect(ticking()).toBe(false)
})

test('that somebody goes elsewhere is counted, and that time runs is not', async () => {
  const { picture, asked, tick } = rig()
  const went = (): number => picture.getState().went
  picture.goTo(NOW - 5000)
  asked[0]?.answer(1)
  await settled()
  picture.play()
  tick()
  expect([asked.length, went()]).toEqual([2, 1])
  asked[1]?.answer(1)
  await settled()
  picture.setSpeed(300)
  tick()
  expect([picture.getState().wanted, went()]).toEqual([null, 1])
  const file = { title: 'a', kind: 'peerscope' } as const
  const [moment, at] = [
    { asOf: 7, from: 5, to: 9 },
    async () => pictureOf({ at: 7, seq: 7, peers: [], edges: [], edgesAt: null }),
  ]
  const acts = [
    () => picture.leave(),
    () => picture.showFile(file, null, []),
    () => void picture.playFile({ ...file, file: 'f', moment, at }),
  ]
  for (const act of acts) act()
  expect(went()).toBe(1 + acts.length)
})

test('a past that cannot be read is told, and playing stops', async () => {
  const { picture, asked, ticking } = rig()
  picture.goTo(500)
  picture.play()
  asked[0]?.fail()
  await settled()
  expect(picture.getState().failure?.message).toBe('the store is closed')
  expect(ticking()).toBe(false)
})

test('a file is looked at in place of the network, which goes on', () => {
  const { live, other, picture } = rig()
  picture.showFile({ title: 'a.peerscope', kind: 'mosaik' }, 700, [peerRow(7), peerRow(8)])
  const none = {
    at: null,
    edgesAt: null,
    seq: null,
    loss: null,
    deserted: false,
    alone: false,
    stall: null,
    parted: null,
    nearest: null,
  }
  const file = { kind: 'file', title: 'a.peerscope', here: 2, madeAt: 700, ...none } as const
  expect(picture.getState().picture).toEqual(file)
  // Ages count from when it was made.
  expect(shownAt(picture.getState().picture)).toBe(700)
  expect([other.getState().peers.size, live.getState().peers.size]).toEqual([2, 3])
  expect([other.getState().kind, live.getState().kind]).toEqual(['mosaik', 'peerscope'])
  picture.leave()
  expect(picture.getState().picture).toBeNull()
})

test('who goes away and asks for the same moment again gets it', async () => {
  const { picture, asked } = rig()
  picture.goTo(500)
  picture.leave()
  picture.goTo(500)
  asked[0]?.answer(1)
  await settled()
  asked[1]?.answer(2)
  await settled()
  expect(picture.getState()).toMatchObject({ wanted: 500, picture: { at: 500, here: 2 } })
})

test('an answer that breaks off changes nothing of the moment that is shown, and is told', async () => {
  const live = createPeerStore()
  const other = createPeerStore()
  const { client } = createFakeApi(() => fakeSnapshot(3, NOW))
  const whole = (at: number, count: number) =>
    pictureOf({ at, seq: at, peers: Array.from({ length: count }, (_, n) => peerRow(n)), edges: [], edgesAt: null })
  const picture = createPictureStore({
    client: {
      history: {
        ...client.history,
        at: async ({ at }) => {
          const parts = whole(at, at === 500 ? 2 : 1500)
          if (at === 500) return parts
          const first = await parts.next()
          let given = false
          return new AsyncIteratorClass<PastPart, undefined, void>(
            async () => {
              if (given) throw new Error('the link is gone')
              given = true
              return first
            },
            async () => undefined,
          )
        },
      },
    },
    live,
    other,
    now: () => NOW,
    every: () => () => undefined,
    turn: () => Promise.resolve(),
  })
  picture.goTo(500)
  await settled()
  expect(other.getState().peers.size).toBe(2)
  picture.goTo(600)
  await settled()
  expect(picture.getState()).toMatchObject({ picture: { at: 500 }, failure: { message: 'the link is gone' } })
  expect(other.getState().peers.size).toBe(2)
})

test('a shared moment is played over its span, and nowhere else; live moments go on from before', async () => {
  const { picture, other, asked, tick, ticking } = rig()
  const shown: number[] = []
  const moment = { asOf: 5000, from: 4000, to: 6000 }
  const at = async (when: number) => {
    shown.push(when)
    const peers = [peerRow(1), peerRow(2, { state: 'departed' })]
    return pictureOf({ at: when, seq: 1, peers, edges: [], edgesAt: when })
  }
  await picture.playFile({ file: 'f', title: 'Shared', kind: 'mosaik', moment, at })
  expect(picture.getState()).toMatchObject({ picture: { kind: 'file', at: 5000, here: 1 }, wanted: 5000 })
  expect([other.getState().peers.size, other.getState().kind]).toEqual([2, 'mosaik'])
  picture.goTo(NOW + 5)
  await settled()
  expect(picture.getState()).toMatchObject({ picture: { at: 6000 }, wanted: 6000 })
  picture.goTo(1)
  await settled()
  expect(picture.getState().picture).toMatchObject({ at: 4000, nearest: null })
  // Played to its end it rests there.
  picture.setSpeed(10)
  picture.play()
  tick()
  await settled()
  expect([picture.getState().wanted, ticking()]).toEqual([6000, false])
  expect(asked).toEqual([])
  picture.leave()
  expect(picture.getState()).toMatchObject({ picture: null, wanted: null, played: null })
  picture.goTo(500)
  expect(asked.map(({ at: when }) => when)).toEqual([500])
  expect(shown).toEqual([5000, 6000, 4000, 6000])
})

/** A window on one past picture, while the network is as `status` says. */
function windowOn(
  then: Parameters<typeof pictureOf>[0],
  status: NetworkStatus = fakeSnapshot(3, NOW).status,
  turn = () => Promise.resolve(),
) {
  const live = createPeerStore()
  live.apply({ ...fakeSnapshot(3, NOW), status })
  const other = createPeerStore()
  const { client } = createFakeApi(() => fakeSnapshot(3, NOW))
  const picture = createPictureStore({
    client: { history: { ...client.history, at: async () => pictureOf(then) } },
    live,
    other,
    now: () => NOW,
    every: () => () => undefined,
    turn,
  })
  return { picture, other }
}

test('a picture tells the islands of its own links, by which all that shows it goes', async () => {
  const peers = [0, 1, 2, 3].map((index) => peerRow(index, { self: index === 0 }))
  const edges = [
    [0, 1],
    [2, 3],
  ].flatMap(([a = 0, b = 0]) =>
    [
      [a, b],
      [b, a],
    ].map(
      ([by = 0, other = 0]) =>
        ({ a: peerIdAt(by), b: peerIdAt(other), kind: 'neighbor', saidBy: peerIdAt(by), at: 450 }) as const,
    ),
  )
  const { picture } = windowOn({ at: 500, seq: 1, peers, edges, edgesAt: 500 })
  picture.goTo(500)
  await settled()
  expect(picture.getState()).toMatchObject({ islands: { count: 2, sizes: [2, 2], withSelf: true } })
  // So does a shared moment.
  const at = async (when: number) => pictureOf({ at: when, seq: 1, peers, edges, edgesAt: when })
  const moment = { asOf: 500, from: 400, to: 600 }
  await picture.playFile({ file: 'f', title: 'Shared', kind: 'peerscope', moment, at })
  await settled()
  expect(picture.getState()).toMatchObject({ picture: { kind: 'file' }, islands: { count: 2, sizes: [2, 2] } })
  const none = windowOn({ at: 500, seq: 1, peers, edges: [], edgesAt: 500 })
  none.picture.goTo(500)
  await settled()
  expect(none.picture.getState()).toMatchObject({ islands: null })
  // Where peers do not tell their links, only our own are known.
  const status = fakeStatus(3, NOW)
  const mosaik = { ...status, network: { ...status.network, kind: 'mosaik' } } as const
  const untold = windowOn({ at: 500, seq: 1, peers, edges, edgesAt: 500 }, mosaik)
  untold.picture.goTo(500)
  await settled()
  expect(untold.picture.getState()).toMatchObject({ picture: { here: 3 }, islands: null })
})

test('a moment has the islands of the links that are drawn, also where those were stored long before', async () => {
  const peers = [0, 1, 2].map((index) => peerRow(index, { self: index === 0 }))
  const edgesAt = NOW - MAX_LINK_AGE_MS - 2
  const claim: Edge = { a: peerIdAt(1), b: peerIdAt(2), kind: 'neighbor', saidBy: peerIdAt(1), at: edgesAt }
  const { picture, other } = windowOn({ at: NOW - 1, seq: 1, peers, edges: [claim], edgesAt })
  picture.goTo(NOW - 1)
  await settled()
  const { edges, links, linksAt } = other.getState()
  expect([...edges.values()].filter((edge) => links.isLink(edge))).toEqual([claim])
  expect(linksAt).toBe(edgesAt)
  expect(picture.getState().islands).toMatchObject({ count: 1, sizes: [2] })
})

test('a picture is shown before its islands are found, and does not wait for them', async () => {
  const peers = Array.from({ length: 900 }, (_, index) => peerRow(index, { self: index === 0 }))
  const edges = peers.flatMap((_, a) =>
    [1, 2, 3, 4, 5, 6].map((by) => {
      const b = peerIdAt((a + by) % 900)
      return { a: peerIdAt(a), b, kind: 'neighbor', saidBy: peerIdAt(a), at: 450 } as const
    }),
  )
  const waiting: (() => void)[] = []
  let isHeld = false
  const turn = () => (isHeld ? new Promise<void>((resolve) => waiting.push(resolve)) : Promise.resolve())
  const { picture } = windowOn({ at: 500, seq: 1, peers, edges, edgesAt: 500 }, undefined, turn)
  picture.subscribe((state) => {
    isHeld = state.picture !== null && state.islands === undefined
  })
  picture.goTo(500)
  await vi.waitFor(() => expect(waiting).toHaveLength(1))
  expect(picture.getState()).toMatchObject({ picture: { at: 500, here: 899 } })
  expect(picture.getState().islands).toBeUndefined()
  isHeld = false
  waiting[0]?.()
  await vi.waitFor(() => expect(picture.getState().islands).toMatchObject({ count: 1, sizes: [900] }))
})

test('whether we had lost the network is a matter of the moment, not of now', async () => {
  const version = { startedAt: 1, updatedAt: 450 }
  const peers = [peerRow(0, { self: true }), peerRow(1), peerRow(2, { state: 'purged', version })]
  const moment = { at: 500, seq: 1, peers, edges: [], edgesAt: 500 }
  const loss = { at: 490, judgedAt: 490, heardAt: 485, purgeAfterMs: 45 }
  const lost = windowOn({ ...moment, loss })
  lost.picture.goTo(500)
  await settled()
  // Who went silent with us counts as it was.
  expect(lost.picture.getState().picture).toMatchObject({ here: 2, loss: { at: 490 } })
  expect([lost.other.getState().loss, lost.other.getState().counts.purged]).toEqual([loss, 0])
  // No link grows too old in it.
  expect(lost.other.getState().linksAt).toBe(490 - BEFORE_LOSS_MS)
  const now = windowOn(moment, { ...fakeStatus(3, NOW, 'lost'), loss })
  now.picture.goTo(500)
  await settled()
  expect(now.picture.getState().picture).toMatchObject({ here: 1, loss: null })
  expect(now.other.getState().loss).toBeNull()
})

test('a moment of a file at which nothing was shown says when something was', async () => {
  const { picture } = windowOn({ at: 500, seq: 1, peers: [], edges: [], edgesAt: null })
  const nearest = { before: null, after: 450 }
  const at = async (when: number) => pictureOf({ at: when, seq: 1, peers: [], edges: [], edgesAt: null, nearest })
  const moment = { asOf: 420, from: 400, to: 600 }
  await picture.playFile({ file: 'f', title: 'Shared', kind: 'peerscope', moment, at })
  expect(picture.getState().picture).toMatchObject({ kind: 'file', here: 0, nearest })
})
