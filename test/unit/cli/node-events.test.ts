/** What `node` does with the events of its network. */
import { expect, it } from 'vitest'
import { PLAIN_WORDS } from '../../../src/main/cli/kind-words.ts'
import { takeEvents } from '../../../src/main/cli/node-events.ts'
import type { DiscoveryEvent } from '../../../src/shared/events.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import { idOf } from '../../support/discovery/entries.ts'

it('prints and counts each event, and the restart that it tells', () => {
  const printed: string[] = []
  const counted: string[] = []
  const recorded: string[] = []
  const take = takeEvents({
    printer: { event: (name) => void printed.push(name) },
    metrics: { event: ({ kind }) => void counted.push(kind) },
    memory: { record: ({ kind }) => void recorded.push(kind) },
    goodbyes: { take: () => undefined },
    words: PLAIN_WORDS,
  })
  const peerId = idOf('ann')
  const seen = (startedAt: number): DiscoveryEvent => ({
    kind: 'PeerUpdated',
    peerId,
    source: 'gossip',
    version: { startedAt, updatedAt: startedAt },
    tags: [],
    addresses: [],
    changed: [],
  })
  const joined = { kind: 'NetworkJoined', networkId: networkIdFrom('n'), peerId: idOf('me'), addresses: [] } as const
  const events = [joined, seen(1000), seen(60_000)]
  for (const [index, event] of events.entries()) take({ kind: 'event', seq: index + 1, at: 0, event })
  expect(counted).toEqual(['NetworkJoined', 'PeerUpdated', 'PeerUpdated', 'PeerRestarted'])
  // The line of the join is printed by itself.
  expect(printed).toEqual(counted.slice(1))
  expect(recorded).toEqual(events.map(({ kind }) => kind))
})
