import { describe, expect, it } from 'vitest'
import { behind, FIGURES, markOf, seen } from '../../../bench/load/figures.ts'
import { hostOf, Identity, indexOf } from '../../../bench/load/identities.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import type { Generated } from '../../../bench/load/protocol.ts'

const did: Generated = {
  announced: 0,
  skipped: 0,
  departed: [
    ['a', 100],
    ['b', 200],
  ],
  pinged: 0,
  pings: 0,
  failedPings: 0,
  lagP99Ms: 5,
  lagMaxMs: 9,
  cpuShare: 0,
}

describe('the figures of bench load', () => {
  it('tell how long a departure took that both sides told of', () => {
    const gone = [
      ['b', 207],
      ['stranger', 1],
    ] as const
    expect(seen({ gone, did })).toEqual([7])
  })

  it('have the marks of the sizes that have any', () => {
    const names = FIGURES.map(([name]) => name)
    expect(names.filter((name) => markOf(name, 10_000) !== '')).toHaveLength(3)
    expect(names.filter((name) => markOf(name, 50_000) !== '')).toHaveLength(2)
    expect(names.filter((name) => markOf(name, 1000) !== '')).toEqual([])
  })

  it('say when the generator was the bottleneck', () => {
    expect(behind({ did })).toBeNull()
    expect(behind({ did: { ...did, lagP99Ms: 251 } })).toContain('251 ms late')
    expect(behind({ did: { ...did, skipped: 7 } })).toContain('7 announcements were left out')
  })
})

const place = { count: 900, port: 4001 }

describe('a peer of the load', () => {
  it('has an address of its own, and back', () => {
    for (const index of [0, 255, 256, 65_535, 65_536, 99_999]) expect(indexOf(hostOf(index))).toBe(index)
    expect(indexOf('127.0.0.1')).toBeNull()
    expect(indexOf('::1')).toBeNull()
  })

  it('signs entries and goodbyes that hold', () => {
    const peer = new Identity(3, 1, 1000, place)
    const signed = peer.entry(2000)
    const decoded = peerscope.decodeGossip(peerscope.encodeAnnouncement(signed, 1), signed.entry.networkId)
    if (decoded.kind !== 'entry') throw new Error('not an entry')
    expect(decoded.entry.entry).toMatchObject({ peerId: peer.peerId, addresses: ['/ip4/127.1.0.3/tcp/4001'] })
    expect(createSignatures().publicKey(peer.secret)).toEqual(peer.publicKey)
    const goodbye = peerscope.decodeGossip(peer.goodbye(3000), signed.entry.networkId)
    expect(goodbye).toMatchObject({ kind: 'departure', departure: { peerId: peer.peerId, timestamp: 3000 } })
  })

  it('[AN14] states its interval in a large network, as the rule says', () => {
    const stated = (count: number) => new Identity(3, 1, 1000, { count, port: 4001 }).entry(2000).entry.announcedEvery
    expect([900, 10_000, 50_000].map(stated)).toEqual([undefined, 500_000, 2_500_000])
  })

  it('is another one in the next generation', () => {
    expect(new Identity(3, 1, 1000, place).peerId).not.toBe(new Identity(3, 2, 1000, place).peerId)
  })
})
