import { expect, test } from 'vitest'
import type { Attempt } from '../../../../src/shared/bootstrap.ts'
import { NO_BOOTSTRAP } from '../../../../src/shared/bootstrap.ts'
import type { DhtSlot, DhtSlotState } from '../../../../src/shared/dht.ts'
import { DHT_OFF } from '../../../../src/shared/dht.ts'
import {
  countOutcomes,
  madeAt,
  outcomeOf,
  pathShares,
  summaryOf,
} from '../../../../src/renderer/src/bootstrap/bootstrap-facts.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

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
  connection: state === 'connected' ? 'outbound' : null,
})
const slot = (index: number, state: DhtSlotState): DhtSlot => ({
  index,
  state,
  holder: null,
  addresses: [],
  ageMs: null,
})

test('attempts are counted by how they count, those that run first', () => {
  expect(countOutcomes([])).toEqual([])
  expect(countOutcomes(['failed', 'elsewhere', 'dialing', 'failed', 'since', 'connected', 'elsewhere'])).toEqual([
    ['dialing', 1],
    ['connected', 1],
    ['since', 1],
    ['elsewhere', 2],
    ['failed', 2],
  ])
})

test('an address that failed is no trouble while its peer is connected by another one', () => {
  const peerId = peerIdAt(1)
  const failed = { ...attempt('failed'), peerId }
  const other = { ...attempt('connected'), peerId, address: '/ip4/192.0.2.8/tcp/1' }
  const all = [failed, other]
  expect(outcomeOf(failed, all, () => true)).toBe('elsewhere')
  // We dialed it where that is not listed, or it dialed us.
  expect(outcomeOf({ ...failed, connection: 'outbound' }, [failed], () => true)).toBe('elsewhere')
  expect(outcomeOf({ ...failed, connection: 'inbound' }, all, () => true)).toBe('incoming')
  // It was connected, and is no longer.
  expect(outcomeOf(failed, all, () => false)).toBe('failed')
  expect(outcomeOf(other, all, () => true)).toBe('connected')
  // Nor is that it was not dialed.
  const undialed = { ...failed, state: 'notDialed' as const }
  expect([true, false].map((is) => outcomeOf(undialed, all, () => is))).toEqual(['elsewhere', 'notDialed'])
  // Who would have answered is not known.
  expect(outcomeOf(attempt('failed'), all, () => true)).toBe('failed')
})

test('an address that failed and was reached on another path since is not told as another one', () => {
  const [peerId, strange] = [peerIdAt(1), peerIdAt(2)]
  const failed = { ...attempt('failed'), peerId }
  const since = { ...attempt('connected'), path: 'dht' as const, peerId }
  expect(outcomeOf(failed, [since, failed], () => true)).toBe('since')
  expect(outcomeOf(failed, [{ ...since, peerId: strange }, failed], () => true)).toBe('elsewhere')
})

test('a place whose peer is no longer connected is not told as connected', () => {
  const reached = { ...attempt('connected'), peerId: peerIdAt(1) }
  expect(outcomeOf(reached, [reached], () => true)).toBe('connected')
  const over = { ...reached, connection: null }
  expect(outcomeOf(over, [over], () => false)).toBe('over')
  // It came back, and we did not dial it here: it is connected all the same.
  const back = { ...reached, connection: 'inbound' as const }
  expect(outcomeOf(back, [back], () => true)).toBe('connected')
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
