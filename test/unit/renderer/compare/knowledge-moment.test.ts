import { expect, it } from 'vitest'
import { momentOf } from '../../../../src/renderer/src/compare/knowledge-moment.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

it('counts since when peers are here from when they came back, not from when they were seen first', () => {
  const version = { startedAt: 10, updatedAt: 90 }
  const row = (changes: Partial<PeerRow>): PeerRow => ({
    ...peerRow(1),
    self: false,
    state: 'online',
    firstSeen: 20,
    version,
    ...changes,
  })
  const rows = new Map<PeerId, PeerRow>([
    [idOf('ann'), row({})],
    // The same process as before.
    [idOf('ben'), row({ backAt: 50 })],
    [idOf('cat'), row({ version: { startedAt: 60, updatedAt: 90 } })],
    [idOf('dan'), row({ state: 'purged', backAt: 50 })],
    [idOf('me'), row({ self: true })],
  ])
  const moment = momentOf(rows)
  const told = (name: string) => [moment.hereSince(idOf(name)), moment.cameAt(idOf(name)), moment.isSelf(idOf(name))]
  expect(['ann', 'ben', 'cat', 'dan', 'me', 'eve'].map(told)).toEqual([
    [20, 20, false],
    [50, 50, false],
    // It started again, and was not seen to leave.
    [20, 60, false],
    [null, 50, false],
    [20, 20, true],
    [null, 0, false],
  ])
})
