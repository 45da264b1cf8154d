import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { holdersIn, namelessTargets } from '../../../../src/renderer/src/timeline/holders.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import { holdersOf } from '../../../../src/shared/address-holders.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../../../src/shared/events.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { fakeSnapshot, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const PLACE = '/ip4/192.0.2.1/tcp/7'
const dialed = (target: string): DiscoveryEvent => ({ kind: 'DialFailed', target, reason: 'refused' })
const listed = (...events: readonly DiscoveryEvent[]): LoggedEvent[] =>
  events.map((event, index) => ({ seq: events.length - index, at: 1, event }))

function rig(targets: string) {
  const peers = createPeerStore()
  peers.apply(fakeSnapshot(3, 1000))
  let [seq, looks] = [peers.getState().seq ?? 0, 0]
  const put = (row: PeerRow): void => void peers.apply({ type: 'batch', seq: (seq += 1), peers: [row] })
  const holders = holdersIn(peers, targets, (asked, rows) => {
    looks += 1
    return holdersOf(asked, rows)
  })
  return { put, holders, looks: () => looks }
}

it('who has a dialed address is looked for at once, and once in five seconds where peers come and go all the time', () => {
  const { put, holders, looks } = rig(PLACE)
  expect([holders.getState().size, holders.getState().size, looks()]).toEqual([0, 0, 1])
  let drawn = 0
  const stop = holders.subscribe(() => (drawn += 1))
  put(peerRow(20, { state: 'online', self: false, addresses: [PLACE] }))
  expect([holders.getState().get(PLACE), looks(), drawn]).toEqual([[peerIdAt(20)], 2, 1])
  // A hundred come in ten seconds.
  for (let n = 0; n < 100; n += 1) {
    put(peerRow(21 + n, { state: 'online', self: false, addresses: n === 99 ? [PLACE] : [] }))
    holders.getState()
    vi.advanceTimersByTime(100)
  }
  expect(looks()).toBeLessThanOrEqual(4)
  vi.advanceTimersByTime(5000)
  expect([holders.getState().get(PLACE), looks()]).toEqual([[peerIdAt(20), peerIdAt(120)], 4])
  // What says nothing of who is here, and nothing at all, is no reason.
  vi.advanceTimersByTime(60_000)
  expect(looks()).toBe(4)
  stop()
})

it('where no address was dialed without its peer, nobody is looked for', () => {
  const { put, holders, looks } = rig(namelessTargets(listed(dialed(`${PLACE}/p2p/${peerIdAt(1)}`))))
  const stop = holders.subscribe(() => undefined)
  put(peerRow(20))
  expect([holders.getState().size, looks()]).toEqual([0, 0])
  stop()
})

it('a list that grows by other events, or by the same address, asks for nothing else', () => {
  const targets = namelessTargets(listed(dialed(PLACE)))
  const up: DiscoveryEvent = { kind: 'NeighborUp', peerId: peerIdAt(1) }
  expect(targets).toBe(PLACE)
  expect(namelessTargets(listed(up, dialed(PLACE), up, dialed(PLACE)))).toBe(targets)
  expect(namelessTargets(listed(dialed('/ip4/192.0.2.2/tcp/7'), dialed(PLACE)))).not.toBe(targets)
})
