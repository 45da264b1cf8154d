import { beforeEach, describe, expect, it } from 'vitest'
import type { PeerRecord } from '../../../src/main/discovery/core/peers.ts'
import { PeerTable } from '../../../src/main/discovery/core/peers.ts'
import { idOf, signedOf } from '../../support/discovery/entries.ts'

const ANN = idOf('ann')
const CONNECTION = { peerId: ANN, remoteAddress: '/ip4/127.0.0.1/tcp/1', direction: 'inbound', openedAt: 0 } as const

let peers: PeerTable
beforeEach(() => (peers = new PeerTable()))

/** In the catalog, with a sync that waits and a probe that is due. */
function known(): PeerRecord {
  const record = peers.ensure(ANN)
  const signed = signedOf('ann')
  const seen = { firstSeen: 1, lastSeen: 1, rtt: null }
  record.entry = { entry: signed.entry, signed, self: false, source: 'gossip', ...seen }
  record.sync.phase = 'waiting'
  record.sync.dueAt = 5
  peers.syncsDue.push(record, 5)
  record.probeAt = 7
  peers.probesDue.push(record, 7)
  return record
}

describe('the record of a peer', () => {
  it('[WK3] is another one when the peer comes back: what was begun for the first one is recognized by that', () => {
    const first = known()
    expect(peers.isCurrent(first)).toBe(true)
    peers.forget(ANN)
    expect(peers.isCurrent(first)).toBe(false)
    const second = peers.ensure(ANN)
    expect(second.incarnation).not.toBe(first.incarnation)
    expect([peers.isCurrent(first), peers.isCurrent(second)]).toEqual([false, true])
    expect(second.sync).toMatchObject({ phase: 'unseen', dueAt: null })
  })

  it('[WK3] is another one also for a peer that departs and stays connected', () => {
    const first = known()
    peers.connect(first, CONNECTION)
    peers.forget(ANN)
    const second = peers.get(ANN)
    expect(second).toMatchObject({ entry: null, connection: CONNECTION })
    expect(second?.incarnation).not.toBe(first.incarnation)
    expect([...peers.connected()]).toEqual([second])
    expect(peers.check()).toEqual([])
  })

  it('[BD9] goes with its places among the syncs and probes that are due', () => {
    known()
    peers.forget(ANN)
    expect([peers.size, peers.syncsDue.size, peers.probesDue.size]).toEqual([0, 0, 0])
  })

  it('[BD9] of a peer that never showed an entry goes with its connection; of another it stays', () => {
    peers.connect(peers.ensure(ANN), CONNECTION)
    peers.disconnect(ANN)
    expect(peers.get(ANN)).toBeNull()
    peers.connect(known(), CONNECTION)
    peers.disconnect(ANN)
    expect(peers.get(ANN)).toMatchObject({ connection: null, usedAt: null })
    expect(peers.check()).toEqual([])
  })
})
