import { expect, test } from 'vitest'
import type { Attempt } from '../../../../src/shared/bootstrap.ts'
import { NO_BOOTSTRAP } from '../../../../src/shared/bootstrap.ts'
import type { DhtSlot, DhtSlotState } from '../../../../src/shared/dht.ts'
import { DHT_OFF } from '../../../../src/shared/dht.ts'
import { countStates, madeAt, pathShares, summaryOf } from '../../../../src/renderer/src/bootstrap/bootstrap-facts.ts'

const attempt = (state: Attempt['state']): Attempt => ({
  path: 'given',
  peerId: null,
  address: '/ip4/192.0.2.7/tcp/1',
  slot: null,
  state,
  reason: null,
  at: 0,
  tookMs: null,
  tries: 1,
})
const slot = (index: number, state: DhtSlotState): DhtSlot => ({
  index,
  state,
  holder: null,
  addresses: [],
  ageMs: null,
})

test('attempts are counted by state, those that run first', () => {
  expect(countStates([])).toEqual([])
  expect(countStates([attempt('failed'), attempt('dialing'), attempt('failed'), attempt('connected')])).toEqual([
    ['dialing', 1],
    ['connected', 1],
    ['failed', 2],
  ])
})

test('paths have their share, the most common first, and none that nobody came by', () => {
  expect(pathShares(NO_BOOTSTRAP.learned)).toEqual([])
  expect(pathShares({ ...NO_BOOTSTRAP.learned, sync: 3, given: 1 })).toEqual([
    { path: 'sync', count: 3, share: 0.75 },
    { path: 'given', count: 1, share: 0.25 },
  ])
})

test('slots that name somebody are held, and ours is named', () => {
  expect(summaryOf(DHT_OFF)).toEqual({ held: 0, total: 0, ours: null })
  const slots = [slot(0, 'empty'), slot(1, 'healthy'), slot(2, 'invalid'), slot(3, 'ours'), slot(4, 'unhealthy')]
  expect(summaryOf({ ...DHT_OFF, state: 'ready', slots })).toEqual({ held: 3, total: 5, ours: 3 })
})

test('a record was made before it was told of', () => {
  expect(madeAt(slot(0, 'empty'), 5000)).toBeNull()
  expect(madeAt({ ...slot(0, 'healthy'), ageMs: 2000 }, 5000)).toBe(3000)
})
