import { describe, expect, it } from 'vitest'
import {
  DROPPED_AT_ONCE,
  MAX_UNSAVED,
  MAX_UNSAVED_BYTES,
  MAX_UNSAVED_PEERS,
  Unsaved,
} from '../../../src/main/store/unsaved.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { joinedOf, NETWORK, OTHER, peerOf, slotOf, START } from './data-folder.ts'

describe('what is unsaved', () => {
  it('is bounded: the oldest history goes first; identity, settings and networks stay', () => {
    const unsaved = new Unsaved()
    unsaved.add({ kind: 'secret', secret: new Uint8Array(32) })
    unsaved.add({ kind: 'setting', key: 'a', json: '1' })
    unsaved.add({ kind: 'network', network: joinedOf() })
    for (let seq = 1; seq <= MAX_UNSAVED; seq++)
      unsaved.add({ kind: 'event', networkKey: NETWORK, event: { seq, at: START, event: slotOf(seq) } })
    expect(unsaved.size).toBeLessThanOrEqual(MAX_UNSAVED)
    expect(unsaved.dropped).toBe(DROPPED_AT_ONCE)
    const writes = [...unsaved.writes()]
    expect(writes.slice(0, 3).map(({ kind }) => kind)).toEqual(['secret', 'setting', 'network'])
    expect(writes[3]).toMatchObject({ event: { seq: DROPPED_AT_ONCE + 1 } })
    expect(writes.at(-1)).toMatchObject({ event: { seq: MAX_UNSAVED } })
  })

  it('holds so many peers', () => {
    const unsaved = new Unsaved()
    const peer = peerOf('x')
    for (let n = 0; n <= MAX_UNSAVED_PEERS; n++)
      unsaved.add({ kind: 'peer', networkKey: NETWORK, peer: { ...peer, peerId: `${n}` as typeof peer.peerId } })
    expect(unsaved.size).toBe(MAX_UNSAVED_PEERS + 1 - DROPPED_AT_ONCE)
    expect(unsaved.first(1)).toMatchObject([{ peer: { peerId: String(DROPPED_AT_ONCE) } }])
  })

  it('is bounded in bytes too: the oldest peers and history go, settings stay', () => {
    const unsaved = new Unsaved()
    const peer = peerOf('x', { signed: { entry: new Uint8Array(16_000), signature: new Uint8Array(64) } })
    const tags = Array.from({ length: 64 }, () => 'x'.repeat(64))
    unsaved.add({ kind: 'setting', key: 'a', json: '1' })
    const count = 6000
    for (let seq = 1; seq <= count; seq++) {
      const peerId = `${seq}` as typeof peer.peerId
      const { version } = peer
      unsaved.add({ kind: 'peer', networkKey: NETWORK, peer: { ...peer, peerId } })
      // The same peer again takes no more room.
      unsaved.add({ kind: 'peer', networkKey: NETWORK, peer: { ...peer, peerId, lastSeen: START + seq } })
      const event = { kind: 'PeerDiscovered', peerId, source: 'gossip', version, tags, addresses: [] } as const
      unsaved.add({ kind: 'event', networkKey: NETWORK, event: { seq, at: START, event } })
    }
    const writes = [...unsaved.writes()]
    const bytes = writes.length * 11_000
    expect(bytes).toBeLessThan(MAX_UNSAVED_BYTES * 1.2)
    expect(bytes).toBeGreaterThan(MAX_UNSAVED_BYTES / 2)
    expect(unsaved.dropped).toBe(2 * count + 1 - writes.length)
    expect(writes.at(-1)).toMatchObject({ event: { seq: count } })
    expect(writes.some(({ kind }) => kind === 'setting')).toBe(true)
    unsaved.clear()
    unsaved.add({ kind: 'setting', key: 'b', json: '1' })
    expect(unsaved.size).toBe(1)
  })

  it('is written in an order in which a network can be forgotten and joined again', () => {
    const unsaved = new Unsaved()
    unsaved.add({ kind: 'peer', networkKey: NETWORK, peer: peerOf('old') })
    unsaved.add({ kind: 'rtt', networkKey: NETWORK, peerId: idOf('old'), sample: { at: 1, ms: 1 } })
    unsaved.add({ kind: 'forget', networkKey: NETWORK })
    unsaved.add({ kind: 'network', network: joinedOf() })
    unsaved.add({ kind: 'peer', networkKey: NETWORK, peer: peerOf('new') })
    unsaved.add({ kind: 'peer', networkKey: OTHER, peer: peerOf('new') })
    expect([...unsaved.writes()].map(({ kind }) => kind)).toEqual(['forget', 'peer', 'peer', 'network'])
  })

  it('has one state of each peer: the newest, with the earliest first sight', () => {
    const unsaved = new Unsaved()
    const networkKey = NETWORK
    const gone = { kind: 'peer-gone', networkKey, peerId: idOf('x'), state: 'purged', reason: 'purged' } as const
    unsaved.add(gone)
    expect(unsaved.first(9)).toEqual([gone])
    unsaved.add({ kind: 'peer', networkKey, peer: peerOf('x', { firstSeen: 5 }) })
    unsaved.add({ kind: 'peer', networkKey, peer: peerOf('x', { firstSeen: 9 }) })
    expect(unsaved.first(9)).toEqual([{ kind: 'peer', networkKey, peer: peerOf('x', { firstSeen: 5 }) }])
    unsaved.add(gone)
    const peer = peerOf('x', { firstSeen: 5, state: 'purged', departureReason: 'purged' })
    expect(unsaved.first(9)).toEqual([{ kind: 'peer', networkKey, peer }])
  })

  it('keeps what came after a part was taken', () => {
    const unsaved = new Unsaved()
    unsaved.add({ kind: 'peer', networkKey: NETWORK, peer: peerOf('x') })
    unsaved.add({ kind: 'setting', key: 'a', json: '1' })
    unsaved.add({ kind: 'setting', key: 'b', json: '1' })
    const part = unsaved.first(2)
    unsaved.add({ kind: 'peer', networkKey: NETWORK, peer: peerOf('x', { ticketCount: 9 }) })
    unsaved.remove(part)
    expect([...unsaved.writes()]).toMatchObject([{ peer: { ticketCount: 9 } }, { key: 'b' }])
  })
})
