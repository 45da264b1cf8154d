/** How many are here is told in many places: it is one count, in which we are not. */
import { expect, test } from 'vitest'
import { pastPhrases } from '../../../../src/shared/past-phrases.ts'
import { countRow, noCounts } from '../../../../src/renderer/src/peers/shown.ts'
import { pictureWords } from '../../../../src/renderer/src/shell/picture-words.ts'
import { createPeerStore, hereIn } from '../../../../src/renderer/src/stores/peer-store.ts'
import { createPictureStore } from '../../../../src/renderer/src/stores/picture-store.ts'
import type { Picture } from '../../../../src/renderer/src/stores/picture-store.ts'
import { formatCount } from '../../../../src/renderer/src/ui/format.ts'
import { strings } from '../../../../src/renderer/src/ui/strings.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { createFakeApi, pictureOf } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, fakeStatus, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const NOW = 1_000_000
const ROWS = [
  peerRow(0, { self: true }),
  peerRow(1),
  peerRow(2),
  peerRow(3),
  peerRow(4, { state: 'departed' }),
  peerRow(5, { state: 'purged' }),
]
const LOSS = { at: NOW - 700, judgedAt: NOW - 700, heardAt: null, purgeAfterMs: 60_000 }

/** A picture with these rows, as the network was at a moment. */
async function pastOf(rows: readonly PeerRow[], loss: typeof LOSS | null = null): Promise<Picture> {
  const [live, other] = [createPeerStore(), createPeerStore()]
  live.apply(fakeSnapshot(3, NOW))
  const { client } = createFakeApi(() => fakeSnapshot(3, NOW))
  const at = async () => pictureOf({ at: NOW - 500, seq: 1, peers: [...rows], edges: [], edgesAt: NOW - 500, loss })
  const picture = createPictureStore({
    client: { history: { ...client.history, at } },
    live,
    other,
    now: () => NOW,
    turn: () => Promise.resolve(),
    every: () => () => undefined,
  })
  picture.goTo(NOW - 500)
  for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  const shown = picture.getState().picture
  if (shown === null) throw new Error('nothing is shown')
  return shown
}

test('header, table, the sentence of the past and its banner say the same', async () => {
  const store = createPeerStore()
  const status = fakeStatus(3, NOW)
  store.apply({ ...fakeSnapshot(0, NOW), peers: ROWS, status })
  const table = noCounts()
  for (const row of ROWS) countRow(table, row)
  expect(strings.header.here(formatCount(hereIn(store.getState())))).toBe('3 peers here')
  expect(table.online).toBe(3)

  const past = await pastOf(ROWS)
  expect(past.here).toBe(3)
  expect(pictureWords(past, null, null)).toMatch(/^The past: the network at .*, with 3 peers here\./)
  const facts = { network: status.network, nothing: false, islands: null, rtt: null, peers: [], before: null }
  expect(
    pastPhrases({ ...facts, here: past.here, loss: null, deserted: false, alone: false, stall: null, parted: null })[0]
      ?.text,
  ).toBe('3 here')
})

test('a history and a shared moment count as the past does', async () => {
  const { here, loss } = await pastOf(ROWS)
  const { network } = fakeStatus(3, NOW)
  const then = {
    at: NOW - 500,
    here,
    edgesAt: null,
    loss,
    deserted: false,
    alone: false,
    stall: null,
    parted: null,
    nearest: null,
  }
  const words = (picture: Picture) => pictureWords(picture, null, null)
  expect(words({ kind: 'stored', network, demo: false, ...then })).toContain('with 3 peers here.')
  const file: Picture = {
    kind: 'file',
    title: 'a',
    at: NOW,
    seq: 1,
    edgesAt: null,
    madeAt: null,
    here,
    loss,
    deserted: false,
    alone: false,
    stall: null,
    parted: null,
    nearest: null,
  }
  expect(words(file)).toContain('with 3 peers here.')
  // Whose it is stands with it.
  const origin = { network, by: peerIdAt(1) }
  expect(pictureWords(file, null, { origin })).toContain(
    `It is of ${network.name}, made by ${nickname(peerIdAt(1))}: “we” and “ourselves” mean that peer.`,
  )
  // A snapshot is no moment: all that it holds is counted.
  expect(words({ ...file, at: null, seq: null })).toMatch(/^a: 3 peers\./)
})

test('once we had lost the network nobody is said to be here', async () => {
  const gone = ROWS.map((row, index) => (index === 1 ? { ...row, state: 'purged' as const } : row))
  const past = await pastOf(gone, LOSS)
  // Those that went silent with us count as they were.
  expect(past.here).toBe(4)
  expect(pictureWords(past, null, null)).toMatch(/with 4 peers\. We had lost the network/)
})

test('that our own machine was stalled then stands in the banner of each', async () => {
  const { at, here, loss, edgesAt } = { ...(await pastOf(ROWS)), at: NOW - 500 }
  const then = {
    at,
    here,
    loss,
    edgesAt,
    deserted: false,
    alone: false,
    stall: { from: at - 1000, to: at + 60_000 },
    parted: null,
    nearest: null,
  }
  const { network } = fakeStatus(3, NOW)
  const pictures: readonly Picture[] = [
    { kind: 'past', seq: 1, ...then },
    { kind: 'stored', network, demo: false, ...then },
    { kind: 'file', title: 'a', seq: 1, madeAt: null, ...then },
  ]
  for (const picture of pictures)
    expect(pictureWords(picture, null, null)).toContain('This moment lies in a stall of our own machine (1 min 1 s)')
})

test('a history of which nothing is known at a moment counts nobody', () => {
  const { network } = fakeStatus(3, NOW)
  const nothing = {
    at: NOW,
    here: 0,
    edgesAt: null,
    loss: null,
    deserted: false,
    alone: false,
    stall: null,
    parted: null,
    nearest: { before: null, after: NOW + 1000 },
  }
  expect(pictureWords({ kind: 'stored', network, demo: false, ...nothing }, null, null)).not.toMatch(/peers/)
})
