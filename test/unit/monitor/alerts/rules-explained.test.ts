import { expect, it } from 'vitest'
import { Rules } from '../../../../src/main/monitor/alerts/rules.ts'
import { alertRuleSchema } from '../../../../src/shared/alerts.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const EPOCH = 1_000_000
const version = { startedAt: 1, updatedAt: EPOCH }

it('a number of peers is explained by those that pass alone, and carries their events', () => {
  const engine = new Rules(1, 0)
  const rows = new Map<PeerId, PeerRow>()
  let now = 0
  let seq = 0
  const sight = () => ({
    at: EPOCH + now,
    monotonic: now,
    state: 'online' as const,
    loss: null,
    row: (peerId: PeerId) => rows.get(peerId),
    rows: () => rows.values(),
    whySplit: () => null,
  })
  const few = { kind: 'peer-count', filter: 'tag:a', direction: 'below', count: 1, forMs: 2000, cooldownMs: 0 }
  engine.set(
    [few, { ...few, direction: 'above' }].map((rule, index) =>
      alertRuleSchema.parse({ name: 'r', id: `r${index}`, ...rule }),
    ),
  )
  engine.restart(sight(), null)
  const put = (index: number, tag: string, state: PeerRow['state'] = 'online'): void => {
    const row = peerRow(index, { tags: [tag], state })
    rows.set(row.peerId, row)
  }
  const event = (index: number, given: { reason: 'graceful' | 'purged' } | null): void => {
    const peerId = peerIdAt(index)
    const found = { kind: 'PeerDiscovered', peerId, source: 'gossip', version, tags: [], addresses: [] } as const
    const told: DiscoveryEvent = given === null ? found : { kind: 'PeerDeparted', peerId, version, ...given }
    engine.event({ seq: (seq += 1), at: EPOCH + now, event: told }, sight())
  }
  /** What is told in five seconds, with a look in each. */
  const told = () =>
    Array.from({ length: 5 }, () => {
      now += 1000
      return engine.look(sight()).flatMap((outcome) => (outcome.type === 'fire' ? [outcome.told] : []))
    }).flat()

  put(1, 'a')
  expect(told()).toEqual([])
  // Two others leave as the last one that passes does so no longer: nothing that is logged explains it.
  put(1, 'b')
  put(2, 'b', 'purged')
  put(3, 'b', 'departed')
  event(2, { reason: 'purged' })
  event(3, { reason: 'graceful' })
  expect(told()).toMatchObject([{ cause: '', events: [] }])
  for (const [index, tag] of [
    [4, 'a'],
    [5, 'b'],
    [6, 'a'],
  ] as const) {
    put(index, tag)
    event(index, null)
  }
  expect(told()).toMatchObject([{ cause: '2 peers came.', events: [{ seq: 5 }, { seq: 3 }] }])
  for (const index of [4, 5, 6]) {
    put(index, index === 5 ? 'b' : 'a', 'departed')
    event(index, { reason: 'graceful' })
  }
  expect(told()).toMatchObject([{ cause: '2 peers said goodbye.', events: [{ seq: 8 }, { seq: 6 }] }])
})
