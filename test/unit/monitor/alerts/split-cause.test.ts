import { expect, it } from 'vitest'
import type { Finding } from '../../../../src/main/monitor/alerts/cause.ts'
import { tell } from '../../../../src/main/monitor/alerts/cause.ts'
import type { LoggedEvent } from '../../../../src/shared/events.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

it('a split of peers that refuse dials is told as peers that ended together', () => {
  const apart = [1, 2, 3].map((index) => peerIdAt(index))
  const finding: Finding = { kind: 'network-split', count: 2, sizes: [6, 3], apart }
  const dial = (index: number, reason = 'connection refused'): LoggedEvent => ({
    seq: index,
    at: 1000,
    event: { kind: 'DialFailed', target: `/ip4/127.0.0.1/tcp/1/p2p/${peerIdAt(index)}`, reason },
  })
  const told = (...events: LoggedEvent[]) => tell(finding, events, 1000, () => true)
  const { cause, events } = told(dial(1), dial(2), dial(9))
  expect(cause).toBe('3 peers were ended or crashed together (nobody listens at the addresses of 2 of them).')
  expect(events.map(({ seq }) => seq)).toEqual([2, 1])
  // Of one of three it says little, and a dial that waits in vain nothing.
  expect(told(dial(1), dial(2, 'no answer in time'), dial(9)).cause).toBe('')
})
