import { expect, test } from 'vitest'
import { AT_ONCE, median, runBulk } from '../../../../src/renderer/src/peers/bulk.ts'
import {
  COLUMNS,
  DEFAULT_COLUMNS,
  isNumeric,
  isSorting,
  NO_NAMES,
  knownColumns,
  reachOf,
  sortRows,
} from '../../../../src/renderer/src/peers/columns.ts'
import { createTableStore } from '../../../../src/renderer/src/peers/table-store.ts'
import { NotJoined } from '../../../../src/shared/errors.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const ids = Array.from({ length: 20 }, (_, index) => peerIdAt(index))
const { client } = createFakeApi(() => fakeSnapshot(3, 0))

/** A client whose pings wait until they are answered. */
function slowClient() {
  const waiting: { readonly peerId: PeerId; answer: () => void; fail: () => void }[] = []
  const peers = {
    ...client.peers,
    ping: ({ peerId }: { readonly peerId: PeerId }) =>
      new Promise<{ rttMs: number }>((resolve, reject) => {
        waiting.push({
          peerId,
          answer: () => resolve({ rttMs: waiting.length }),
          fail: () => reject(new NotJoined('no such peer')),
        })
      }),
  }
  return { peers, waiting }
}

/** A clock that goes on by a second with each look. */
function everySecond(): () => number {
  let at = 0
  return () => (at += 1000)
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('columns keep their order, the last one stays, and rubbish is left out', () => {
  const table = createTableStore(client)
  expect(table.getState().columns).toEqual(DEFAULT_COLUMNS)
  table.toggleColumn('tickets')
  table.toggleColumn('note')
  const order = COLUMNS.map(({ id }) => id)
  expect(table.getState().columns).toEqual(order.filter((id) => table.getState().columns.includes(id)))
  for (const id of table.getState().columns) table.toggleColumn(id)
  expect(table.getState().columns).toHaveLength(1)
  table.resetColumns()
  expect(table.getState().columns).toEqual(DEFAULT_COLUMNS)
  expect(knownColumns(['rtt', 'nothing', 'id'])).toEqual(['rtt', 'id'])
  expect(knownColumns(['nothing'])).toEqual(DEFAULT_COLUMNS)
  expect([isNumeric('rtt'), isNumeric('id')]).toEqual([true, false])
})

test.each([null, {}, { column: 'x', descending: true }, { column: 'id', descending: 1 }])('%j is no order', (value) => {
  expect(isSorting(value)).toBe(false)
})

test('rows are sorted by the user’s names and notes, and by how far they can be reached', () => {
  const [a, b, c] = [
    peerRow(1, { addresses: ['/ip4/127.0.0.1/tcp/1'] }),
    peerRow(2, { addresses: ['/ip4/10.0.0.1/tcp/1', '/ip4/93.184.216.9/tcp/1'] }),
    peerRow(3, { addresses: [] }),
  ]
  const names = {
    ...NO_NAMES,
    nameOf: (peerId: PeerId) => (peerId === c.peerId ? 'aardvark' : peerId === a.peerId ? 'Zebra' : 'mole'),
    noteOf: (peerId: PeerId) => (peerId === b.peerId ? 'note' : ''),
  }
  const sorted = (column: 'nickname' | 'note' | 'reach') => sortRows([a, b, c], { column, descending: false }, names)
  expect(sorted('nickname')).toEqual([c, b, a])
  expect(sorted('note')[0]).toBe(b)
  expect(sorted('reach')).toEqual([b, a, c])
  expect(reachOf(b)).toEqual(['public', 'private'])
})

test('a few calls run at once, and failures do not stop the others', async () => {
  const slow = slowClient()
  const table = createTableStore(slow, everySecond())
  const job = table.runJob('ping', ids)
  expect(slow.waiting).toHaveLength(AT_ONCE.ping)
  await table.runJob('sync', ids)
  expect(table.getState().job).toMatchObject({ verb: 'ping', state: 'running', total: 20, done: 0 })
  for (let index = 0; index < ids.length; index++) {
    const call = slow.waiting[index]
    if (index % 5 === 0) call?.fail()
    else call?.answer()
    await turn()
    expect(table.getState().job?.done).toBe(index + 1)
    expect(slow.waiting.length - index - 1).toBeLessThanOrEqual(AT_ONCE.ping)
  }
  await job
  expect(table.getState().job).toMatchObject({ state: 'done', done: 20 })
  expect(table.getState().job?.rtts).toHaveLength(16)
  expect(table.getState().job?.failures.map(({ failure }) => failure.code)).toEqual(Array(4).fill('NotJoined'))
  table.closeJob()
  expect(table.getState().job).toBeNull()
})

test('once it is cancelled no call begins, and those under way count as neither', async () => {
  const slow = slowClient()
  const table = createTableStore(slow, everySecond())
  const job = table.runJob('ping', ids)
  slow.waiting[0]?.answer()
  await turn()
  table.cancelJob()
  for (const call of slow.waiting) call.fail()
  await job
  expect(table.getState().job).toMatchObject({ state: 'cancelled', done: 1, failures: [] })
  expect(slow.waiting.length).toBe(AT_ONCE.ping + 1)
  await table.runJob('ping', [])
  expect(table.getState().job?.state).toBe('cancelled')
})

test('quick answers are counted all and drawn now and then', async () => {
  const table = createTableStore(client, () => 0)
  let drawn = 0
  table.subscribe(() => drawn++)
  await table.runJob('ping', ids)
  expect(table.getState().job).toMatchObject({ state: 'done', done: 20 })
  expect(table.getState().job?.rtts).toHaveLength(20)
  expect(drawn).toBe(2)
})

test('syncs add up', async () => {
  const table = createTableStore(client)
  await table.runJob('sync', ids.slice(0, 4))
  expect(table.getState().job).toMatchObject({ state: 'done', received: 48, sent: 12, bytes: 32_800, failures: [] })
})

test('nothing runs for a signal that is aborted already', async () => {
  const stop = new AbortController()
  stop.abort()
  const called: PeerId[] = []
  await runBulk(ids, {
    atOnce: 2,
    signal: stop.signal,
    call: async (peerId) => called.push(peerId),
    onDone: () => undefined,
    onFailed: () => undefined,
  })
  expect(called).toEqual([])
})

test('the median is the middle one', () => {
  expect([median([]), median([3]), median([9, 1, 5]), median([4, 1, 3, 2])]).toEqual([null, 3, 5, 2])
})
