import { expect, it } from 'vitest'
import { followStory } from '../../../../src/renderer/src/demo/follow-story.ts'
import { createPeerStore } from '../../../../src/renderer/src/stores/peer-store.ts'
import type { DemoStory } from '../../../../src/shared/demo-story.ts'
import { fakeSnapshot, fakeStatus, peerRow } from '../../../support/renderer/fake-network.ts'

it('each moment of the story has the window look how the network is, once', () => {
  const peers = createPeerStore()
  let looks = 0
  followStory(peers, { look: async () => void (looks += 1) })
  let seq = 1
  const tell = (story: DemoStory | null): number => {
    const status = { ...fakeStatus(3, seq), demo: true, story } as const
    if (seq === 1) peers.apply({ ...fakeSnapshot(3, 0), status, seq })
    else peers.apply({ type: 'batch', seq, status })
    seq += 1
    return looks
  }
  const parted: DemoStory = { chapter: 5, beat: 'parted', peers: [], missing: null, missedAt: null }
  expect([tell(null), tell(parted), tell({ ...parted })]).toEqual([0, 1, 1])
  expect([tell({ ...parted, beat: 'healed' }), tell(null)]).toEqual([2, 2])
})

it('the story is not read where only peers change', () => {
  const peers = createPeerStore()
  followStory(peers, { look: async () => undefined })
  let reads = 0
  const status = Object.defineProperty({ ...fakeStatus(3, 1), demo: true }, 'story', {
    get: () => {
      reads += 1
      return null
    },
  }) as ReturnType<typeof fakeStatus>
  peers.apply({ ...fakeSnapshot(3, 0), status, seq: 1 })
  const before = reads
  peers.apply({ type: 'batch', seq: 2, peers: [peerRow(1)] })
  expect([before > 0, reads]).toEqual([true, before])
})
