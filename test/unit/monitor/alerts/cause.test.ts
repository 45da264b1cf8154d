import { expect, it } from 'vitest'
import type { Finding } from '../../../../src/main/monitor/alerts/cause.ts'
import { tell } from '../../../../src/main/monitor/alerts/cause.ts'
import type { LoggedEvent } from '../../../../src/shared/events.ts'
import { idOf } from '../../../support/discovery/entries.ts'

it('a cause counts each failure, and lists the row of those that are one once', () => {
  const dial = (seq: number, at: number): LoggedEvent => ({
    seq,
    at,
    event: { kind: 'DialFailed', target: `${seq}`, reason: `at ${at}` },
  })
  const rests: LoggedEvent = {
    seq: 3,
    at: 2,
    event: { kind: 'DialFailed', target: '3', reason: 'it rests', notDialed: 'rests' },
  }
  const recent = [dial(1, 1), dial(2, 2), rests, dial(1, 3), dial(1, 4), dial(2, 5)]
  const { cause, events } = tell(
    { kind: 'network-lost', reason: '', lostAt: null, forMs: 0 },
    recent,
    { at: 10, heldMs: 0 },
    () => true,
  )
  expect(cause).toBe('5 dials failed.')
  expect(events).toEqual([dial(2, 5), dial(1, 4), rests])
})

it('what went on in a row that began long before explains with what of it was in the minute before', () => {
  const row: LoggedEvent = {
    seq: 1,
    at: 1000,
    lastAt: 295_000,
    times: 12,
    event: { kind: 'Stalled', ms: 3000 },
    earlier: [
      { lastAt: 230_000, times: 10 },
      { lastAt: 290_000, times: 11 },
    ],
  }
  const finding = { kind: 'peer-count', count: 2, direction: 'below', limit: 3, forMs: 0, filter: '' } as const
  const { cause, events } = tell(finding, [row], { at: 300_000, heldMs: 0 }, () => true)
  expect(cause).toBe('Our own machine stalled 2 times, 4 s in all.')
  expect(events).toMatchObject([{ seq: 1, at: 290_000, lastAt: 295_000, times: 2 }])
})

it('a restart explains what is told of its peer, and of no other', () => {
  const restart = (seq: number, name: string): LoggedEvent => ({
    seq,
    at: seq,
    event: { kind: 'PeerRestarted', peerId: idOf(name), startedAt: 1, after: null },
  })
  const recent = [restart(1, 'ann'), restart(2, 'ben')]
  const eventsOf = (finding: Finding): readonly LoggedEvent[] =>
    tell(finding, recent, { at: 10, heldMs: 0 }, () => true).events
  const peerId = idOf('ann')
  const slow = { kind: 'rtt-above', peerId, rtt: 9, limit: 5, forMs: 0, slow: 1, measured: 3 } as const
  expect(eventsOf(slow)).toEqual([restart(1, 'ann')])
  expect(eventsOf({ kind: 'peer-departed', peerId, graceful: false, silentMs: 5 })).toEqual([restart(1, 'ann')])
  expect(eventsOf({ kind: 'network-lost', reason: '', lostAt: null, forMs: 0 })).toEqual([])
})

it('a split has what broke off in the minute before, and no split that healed long ago', () => {
  const islands = (seq: number, at: number, count: number): LoggedEvent => ({
    seq,
    at,
    event: { kind: 'Islands', count, sizes: [4, 3] },
  })
  const down: LoggedEvent = {
    seq: 4,
    at: 990_000,
    event: { kind: 'NeighborDown', peerId: idOf('ann') },
  }
  const recent = [islands(1, 100_000, 2), islands(2, 200_000, 2), down, islands(5, 1_000_000, 2)]
  const why = () => ({ kind: 'bridge' as const, confidence: 'likely' as const, words: 'a link broke', events: [1, 4] })
  const finding: Finding = { kind: 'network-split', count: 2, sizes: [4, 3], why }
  const eventsOf = (found: Finding): readonly number[] =>
    tell(found, recent, { at: 1_000_000, heldMs: 0 }, () => true).events.map(({ seq }) => seq)
  expect(eventsOf(finding)).toEqual([5, 4])
  expect(eventsOf({ ...finding, why: () => ({ ...why(), events: [] }) })).toEqual([5, 4])
  expect(eventsOf({ ...finding, why: () => null })).toEqual([5, 4])
})

it('fewer than one is told as none', () => {
  const finding = { kind: 'peer-count', count: 0, direction: 'below', limit: 1, forMs: 60_000, filter: '' } as const
  const what = (one: Finding): string => tell(one, [], { at: 10, heldMs: 0 }, () => true).what
  expect(what(finding)).toBe('No peer is here, for at least 1 min')
  expect(what({ ...finding, filter: 'tag:x', forMs: 0 })).toBe('No peer that passes “tag:x” is here')
  expect(what({ ...finding, limit: 2 })).toBe('0 peers: below 2, for at least 1 min')
})
