import { expect, it } from 'vitest'
import type { Edge } from '../../../src/shared/peer.ts'
import { idOf, NETWORK } from '../../support/discovery/entries.ts'
import { keyOf } from '../../support/networks.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'
import { loneNode, rig } from './session-rig.ts'

it('logs a split that was only just seen before it takes a peer of the other island for gone, at the same moment', async () => {
  const { scheduler, store, view, session } = rig()
  session.follow(loneNode())
  const names = ['me', 'ann', 'ben', 'cat'] as const
  for (const [index, name] of names.entries())
    view.putRow({ ...peerRow(index), peerId: idOf(name), self: name === 'me', state: 'online' })
  const edge = (a: string, b: string): Edge => ({
    a: idOf(a),
    b: idOf(b),
    kind: 'neighbor',
    saidBy: idOf(a),
    at: scheduler.now,
  })
  const link = (a: string, b: string): void => [edge(a, b), edge(b, a)].forEach((one) => view.putEdge(one))
  const bridge = [edge('ann', 'ben'), edge('ben', 'ann')]
  link('me', 'ann')
  link('ben', 'cat')
  bridge.forEach((one) => view.putEdge(one))
  await scheduler.run(60_000)
  bridge.forEach((one) => view.removeEdge(one))
  await scheduler.run(10_000)
  const version = { startedAt: 1, updatedAt: 1 }
  const depart = (seq: number, name: string, reason: 'purged' | 'graceful'): unknown =>
    session.take({
      seq,
      at: 69_990,
      kind: 'event',
      event: { kind: 'PeerDeparted', peerId: idOf(name), reason, version },
    })
  const logged = () => {
    session.flush()
    const { events } = store.eventsPage({ networkKey: keyOf(NETWORK), kinds: ['Islands', 'PeerDeparted'], limit: 9 })
    return events.toReversed().map(({ at, event }) => [event.kind, at])
  }
  // A goodbye needs no split to be explained.
  depart(1, 'cat', 'graceful')
  expect(logged().slice(1)).toEqual([['PeerDeparted', 69_990]])
  depart(2, 'ben', 'purged')
  expect(logged().slice(2)).toEqual([
    ['Islands', 69_990],
    ['PeerDeparted', 69_990],
  ])
  session.end()
  store.close()
})
