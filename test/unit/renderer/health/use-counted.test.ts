import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { countedIn, countPause } from '../../../../src/renderer/src/health/use-counted.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { fakeSnapshot, peerRow } from '../../../support/renderer/fake-network.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it.each([
  [0, 250],
  [16, 250],
  [10_000, 2000],
])('of %i peers it is counted again %i ms later at the soonest', (peers, ms) => {
  expect(countPause({ peers: { size: peers } as never })).toBe(ms)
})

it('is counted again where peers come, go or change their state: at once, and then once for all of a pause', () => {
  const peers = createPeerStore()
  peers.apply(fakeSnapshot(5, 1000))
  let seq = peers.getState().seq ?? 0
  const put = (row: PeerRow): void => void peers.apply({ type: 'batch', seq: (seq += 1), peers: [row] })
  const counted = countedIn(peers)
  const first = counted.getState().structRev
  const seen: number[] = []
  const stop = counted.subscribe(({ structRev }) => {
    if (structRev - first !== (seen.at(-1) ?? 0)) seen.push(structRev - first)
  })
  const row = peerRow(20)
  put(row)
  expect(seen).toEqual([1])
  put({ ...row, state: 'departed' })
  put({ ...row, state: 'purged' })
  vi.advanceTimersByTime(249)
  expect(seen).toEqual([1])
  vi.advanceTimersByTime(1)
  expect(seen).toEqual([1, 3])
  // What says nothing of who is here is no reason.
  vi.advanceTimersByTime(1000)
  put({ ...row, state: 'purged', tags: ['new'] })
  vi.advanceTimersByTime(1000)
  expect(seen).toEqual([1, 3])
  stop()
})
