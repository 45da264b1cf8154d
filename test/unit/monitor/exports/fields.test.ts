import { expect, it, vi } from 'vitest'
import type { KnownPeers } from '../../../../src/main/monitor/exports/fields.ts'
import { peersPassing } from '../../../../src/main/monitor/exports/fields.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'
import { DataFolder, NETWORK } from '../../store/data-folder.ts'

it('a filter looks each peer up once, those that nobody knows too', () => {
  using data = new DataFolder()
  const live = vi.fn<KnownPeers['live']>((peerId) => (peerId === idOf('ann') ? { ...peerRow(1), peerId } : undefined))
  const known = { store: data.open(), networkKey: NETWORK, live, loss: null }
  const passes = peersPassing(known, `id:${idOf('ann')}`, 0)
  const asked = ['ann', 'ben', 'ann', 'ben'].map((name) => passes?.(idOf(name)))
  expect(asked).toEqual([true, false, true, false])
  expect(live).toHaveBeenCalledTimes(2)
  expect(peersPassing(known, ' ', 0)).toBeNull()
})
