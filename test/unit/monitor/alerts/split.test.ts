import { describe, expect, it } from 'vitest'
import { MOST_MISSING, Split } from '../../../../src/main/monitor/alerts/split.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const islands = (...sizes: number[]) => ({ kind: 'Islands', count: sizes.length, sizes }) as const

/** Events of one split, and who is online. */
function rig() {
  const split = new Split()
  const online = new Set<PeerId>()
  let looked = 0
  const row = (peerId: PeerId) => {
    looked += 1
    return online.has(peerId) ? ({ state: 'online' } as const) : undefined
  }
  return {
    online,
    take: (event: Parameters<Split['take']>[0]) => split.take(event, row),
    gone: () => split.gone(row),
    /** How many rows it looks up to say who is gone. */
    followed: () => {
      looked = 0
      split.gone(row)
      return looked
    },
  }
}

describe('a split that lasts for days', () => {
  it('follows a bounded number of those that are gone, and counts the rest', () => {
    const at = rig()
    at.take(islands(8, ...Array.from({ length: 99 }, () => 20)))
    let gone = 0
    for (let left = 98; left > 1; left -= 1) {
      const missing = Array.from({ length: 20 }, () => peerIdAt((gone += 1)))
      at.take({ ...islands(8, ...Array.from({ length: left - 1 }, () => 20)), gone: 20, missing })
      expect(at.followed()).toBeLessThanOrEqual(MOST_MISSING)
    }
    expect(gone).toBeGreaterThan(MOST_MISSING)
    expect(at.gone()).toContain(`${gone.toLocaleString('en')} peers of the other island were taken for gone`)
  })

  it('counts an island that goes and comes back once, whoever of it is named', () => {
    const at = rig()
    const named = [peerIdAt(1), peerIdAt(2)]
    at.take(islands(8, 300, 4))
    for (let times = 0; times < 500; times += 1) {
      at.take({ ...islands(8, 4), gone: 300, missing: named })
      expect(at.gone()).toContain('300 peers of the other island')
      for (const peerId of named) at.online.add(peerId)
      at.take(islands(8, 300, 4))
      expect(at.gone()).toBe('')
      at.online.clear()
      // Who came back and left by itself since is not missing by the split.
      expect(at.gone()).toBe('')
    }
  })

  it('forgets those without a name once some are back', () => {
    const at = rig()
    at.take(islands(8, 300, 4))
    at.take({ ...islands(8, 4), gone: 300, missing: [peerIdAt(1)] })
    at.take({ ...islands(308, 4), back: 299 })
    expect(at.gone()).toContain('1 peer of the other island was taken for gone')
  })
})
