/** The log of discovery. */
import { describe, expect, it } from 'vitest'
import { GossipMessage } from '../../../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { Bench, NOW } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'

describe('the log', () => {
  it('says at debug level why a peer is not in the catalog', () => {
    const bench = Bench.online({ verbosity: 'debug' })
    const [future, other] = [NOW + 3_600_000, networkIdFrom('another')]
    bench.feed('ann', { version: { startedAt: future, updatedAt: future } })
    bench.feed('bob', { networkId: other })
    bench.connect(idOf('cyd'), 'inbound')
    const { bytes, signature } = bench.signed('dan')
    const forged = { entry: Uint8Array.from(bytes), signature: Uint8Array.from(signature).fill(1) }
    bench.step({ kind: 'gossip', message: GossipMessage.encode({ entry: forged, repeat: 0 }), from: idOf('cyd') })
    const lines = bench.taken('log').map(({ line }) => line)
    const reasonOf = (peer: PeerId): unknown =>
      lines.find((line) => JSON.stringify(line).includes(peer) && line.message === 'refused an entry')?.fields['reason']
    expect(reasonOf(idOf('ann'))).toBe('FromTheFuture')
    expect(reasonOf(idOf('bob'))).toBe('DifferentNetwork')
    expect(reasonOf(idOf('dan'))).toBe('BadSignature')
    expect(lines.every(({ level }) => level === 'debug')).toBe(true)
  })

  it('costs nothing, and says nothing, where it is off', () => {
    const bench = Bench.online()
    bench.feed('ann', { networkId: networkIdFrom('another') })
    expect(bench.taken('log')).toEqual([])
  })
})
