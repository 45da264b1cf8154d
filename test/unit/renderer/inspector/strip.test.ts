import { expect, it } from 'vitest'
import { newestFirst, newestStamp } from '../../../../src/renderer/src/inspector/strip.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../../src/shared/events.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const PEER = peerIdAt(1)
const version = { startedAt: 1, updatedAt: 1 }
const refused = (reason: 'Outdated' | 'FromTheFuture', peerId = PEER): DiscoveryEvent => ({
  kind: 'EntryRejected',
  peerId,
  reason,
  source: 'gossip',
  detail: '',
})
const again: DiscoveryEvent = {
  kind: 'PeerUpdated',
  peerId: PEER,
  source: 'gossip',
  version,
  tags: [],
  addresses: [],
  changed: [],
}
const row = (seq: number, event: DiscoveryEvent, times?: number): LoggedEvent => ({
  seq,
  at: seq,
  event,
  ...(times === undefined ? {} : { times, lastAt: seq + times }),
})

it('what is told of a peer is asked for again with each new row of it and each that grows, and with nothing else', () => {
  const [first, second] = [row(4, refused('Outdated'), 2), row(6, refused('FromTheFuture'))]
  const stamp = newestStamp([second, first], PEER)
  const others = [row(9, refused('Outdated', peerIdAt(2)), 3), row(8, again), second, first]
  expect(newestStamp(others, PEER)).toBe(stamp)
  // Also an older row than the newest.
  for (const more of [
    [row(7, refused('Outdated')), second, first],
    [row(6, refused('FromTheFuture'), 2), first],
    [second, row(4, refused('Outdated'), 3)],
  ])
    expect(newestStamp(more, PEER)).not.toBe(stamp)
  expect(newestStamp([], PEER)).not.toBe(stamp)
})

it('a dial that failed tells of the peer that its address names, and stands where it happened last', () => {
  const dial = row(3, { kind: 'DialFailed', target: `/ip4/127.0.0.1/tcp/1/p2p/${PEER}`, reason: 'refused' }, 9)
  expect(newestStamp([dial], PEER)).toBe('3 9')
  expect(newestStamp([dial], peerIdAt(2))).toBe('0 0')
  const rows = [row(5, refused('Outdated')), row(4, refused('Outdated'))]
  expect(newestFirst([...rows, dial]).map(({ seq }) => seq)).toEqual([3, 5, 4])
})
