import { describe, expect, it } from 'vitest'
import { Counters } from '../../../src/main/discovery/base/counters.ts'
import { GossipLimits } from '../../../src/main/discovery/announce/gossip-limits.ts'
import type { Output } from '../../../src/main/discovery/core/io.ts'
import { PeerTable } from '../../../src/main/discovery/core/peers.ts'
import type { Connection } from '../../../src/main/discovery/ports.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { idOf } from '../../support/discovery/entries.ts'

function setup(addressOf: (peerId: PeerId) => string = () => '/ip4/127.0.0.1/tcp/1') {
  let now = 0
  const counters = new Counters()
  const disconnected: PeerId[] = []
  let looked = 0
  const peers = new PeerTable(() => now)
  const env = {
    peers,
    counters,
    clock: { now: () => now, monotonic: () => now },
    connectionOf: (peerId: PeerId): Connection => {
      looked += 1
      return { peerId, remoteAddress: addressOf(peerId), direction: 'inbound', openedAt: 0 }
    },
    out: (output: Output) => {
      if (output.kind === 'disconnect') disconnected.push(output.peerId)
    },
    debug: () => undefined,
  }
  return {
    guard: new GossipLimits(env),
    peers,
    disconnected,
    looked: () => looked,
    refused: () => counters.snapshot(0, 0).refused,
    pass: (ms: number) => (now += ms),
  }
}

/** How many of so many are allowed. */
function count(times: number, allowed: () => boolean): number {
  let granted = 0
  for (let index = 0; index < times; index += 1) if (allowed()) granted += 1
  return granted
}

const [ann, bob, cyd] = [idOf('ann'), idOf('bob'), idOf('cyd')]

describe('the rates of gossip', () => {
  it('[BD3] look at so many messages of one neighbor, and at those of others beside it', () => {
    const { guard, refused, pass } = setup()
    expect(count(10_000, () => guard.admits(ann, 300))).toBe(6000)
    expect(refused()['GossipRate']).toBe(4000)
    expect(count(10, () => guard.admits(bob, 300))).toBe(10)
    pass(1000)
    expect(count(10_000, () => guard.admits(ann, 300))).toBe(1500)
  })

  it('[BD3, BD1] bound an address group and all neighbors together', () => {
    const peers = Array.from({ length: 40 }, (_, index) => idOf(`peer ${index}`))
    const inGroups = setup((peerId) => `/ip4/203.0.${peers.indexOf(peerId) >> 4}.${peers.indexOf(peerId)}/tcp/1`)
    let admitted = 0
    for (const peer of peers.slice(0, 16)) admitted += count(1000, () => inGroups.guard.admits(peer, 300))
    expect(admitted).toBe(8000)
    expect(inGroups.refused()['GroupRate']).toBe(8000)
    expect(inGroups.looked()).toBe(16)
    inGroups.pass(1000)
    admitted = 0
    for (const peer of peers.slice(0, 16)) admitted += count(200, () => inGroups.guard.admits(peer, 300))
    expect(admitted).toBe(2000)
    const local = setup()
    admitted = 0
    for (const peer of peers) admitted += count(1000, () => local.guard.admits(peer, 300))
    expect(admitted).toBe(12_000)
    expect(local.refused()['GossipTotal']).toBe(28_000)
    local.pass(1000)
    admitted = 0
    for (const peer of peers) admitted += count(200, () => local.guard.admits(peer, 300))
    expect(admitted).toBe(3000)
  })

  it('[BD3] count bytes too: of one neighbor, one group and all', () => {
    const MIB = 1024 * 1024
    const peers = Array.from({ length: 40 }, (_, index) => idOf(`peer ${index}`))
    const large = 16 * 1024
    const alone = setup()
    expect(count(1000, () => alone.guard.admits(ann, large)) * large).toBe(8 * MIB)
    expect(alone.refused()['GossipBytes']).toBe(1000 - 512)
    alone.pass(1000)
    expect(count(1000, () => alone.guard.admits(ann, large)) * large).toBe(MIB)
    const inGroup = setup(() => '/ip4/203.0.113.7/tcp/1')
    let admitted = 0
    for (const peer of peers) admitted += count(100, () => inGroup.guard.admits(peer, large))
    expect(admitted * large).toBe(12 * MIB)
    expect(inGroup.refused()['GroupBytes']).toBe(4000 - 768)
    inGroup.pass(1000)
    expect(count(1000, () => inGroup.guard.admits(bob, large)) * large).toBe(2 * MIB)
    const all = setup()
    admitted = 0
    for (const peer of peers) admitted += count(100, () => all.guard.admits(peer, large))
    expect(admitted * large).toBe(24 * MIB)
    all.pass(1000)
    admitted = 0
    for (const peer of peers) admitted += count(100, () => all.guard.admits(peer, large))
    expect(admitted * large).toBe(4 * MIB)
  })

  it('[BD3] bound the bytes of newcomers by source, whatever identities it has, and of the versions of one peer', () => {
    const KIB = 1024
    const large = 16 * KIB
    const { guard, refused, pass } = setup(() => '/ip4/203.0.113.7/tcp/1')
    expect(count(100, () => guard.admitsNewcomer(ann, large)) * large).toBe(1024 * KIB)
    expect(count(100, () => guard.admitsNewcomer(bob, large))).toBe(0)
    expect(refused()['NewcomerBytes']).toBe(136)
    pass(1000)
    expect(count(100, () => guard.admitsNewcomer(bob, large)) * large).toBe(128 * KIB)
    const local = setup()
    expect(count(100, () => local.guard.admitsNewcomer(ann, large)) * large).toBe(1024 * KIB)
    expect(count(100, () => local.guard.admitsNewcomer(bob, large)) * large).toBe(1024 * KIB)
    expect(count(60, () => guard.admitsVersion(cyd, large)) * large).toBe(512 * KIB)
    expect(refused()['UpdateBytes']).toBe(28)
    pass(1000)
    expect(count(20, () => guard.admitsVersion(cyd, large)) * large).toBe(64 * KIB)
  })

  it('[BD3] are never met by a whole network that one neighbor has first: 50,000 peers each 45 s', () => {
    const { guard, refused, pass } = setup()
    for (let message = 0; message < 50_000; message += 1) {
      guard.admits(ann, 300)
      pass(45_000 / 50_000)
    }
    expect(refused()).toEqual({})
  })

  it('[BD3] bound newcomers by neighbor and versions by the peer that they are of', () => {
    const { guard, refused, pass } = setup()
    expect(count(5000, () => guard.admitsNewcomer(ann, 300))).toBe(500)
    expect(guard.admitsNewcomer(bob, 300)).toBe(true)
    expect(count(100, () => guard.admitsVersion(cyd, 300))).toBe(60)
    expect(guard.admitsVersion(bob, 300)).toBe(true)
    pass(1000)
    expect(count(500, () => guard.admitsNewcomer(ann, 300))).toBe(100)
    expect(count(100, () => guard.admitsVersion(cyd, 300))).toBe(20)
    expect(refused()).toEqual({ NewcomerRate: 4900, UpdateRate: 120 })
  })
})

describe('a peer that goes too far', () => {
  it('[BD4] by messages that no peer sends is disconnected and shunned for a minute, others are not', () => {
    const { guard, disconnected, refused, pass } = setup()
    for (let message = 0; message < 20; message += 1) guard.offence(ann)
    expect(guard.shuns(ann)).toBe(false)
    guard.offence(ann)
    expect(disconnected).toEqual([ann])
    expect(guard.shuns(ann)).toBe(true)
    expect(guard.shuns(bob)).toBe(false)
    // It came back and is closed again.
    expect(disconnected).toEqual([ann, ann])
    pass(59_000)
    expect(guard.shuns(ann)).toBe(true)
    pass(2000)
    expect(guard.shuns(ann)).toBe(false)
    expect(refused()['Shunned']).toBe(1)
  })

  it('[BD4] may make a mistake a second', () => {
    const { guard, disconnected, pass } = setup()
    for (let message = 0; message < 1000; message += 1) {
      guard.offence(ann)
      pass(1000)
    }
    expect(disconnected).toEqual([])
  })

  it('[BD4] by a flood is disconnected; a relay of all that it may take itself is not', () => {
    const { guard, disconnected, pass } = setup()
    for (let ms = 0; ms < 20_000; ms += 1) {
      count(3, () => guard.admits(bob, 300))
      pass(1)
    }
    expect(disconnected).toEqual([])
    count(25_000, () => guard.admits(ann, 300))
    expect(disconnected).toEqual([ann])
  })

  it('[BD4] by a flood may send 20,000 at once and 5,000 a second', () => {
    const { guard, disconnected, pass } = setup()
    count(20_000, () => guard.admits(ann, 300))
    pass(1000)
    count(5000, () => guard.admits(ann, 300))
    expect(disconnected).toEqual([])
    guard.admits(ann, 300)
    expect(disconnected).toEqual([ann])
  })

  it('[BD4, BD9] is remembered, but not more than 1,024 of them', () => {
    const { guard } = setup()
    const peers = Array.from({ length: 1100 }, (_, index) => `peer ${index}` as PeerId)
    for (const peer of peers) for (let message = 0; message < 21; message += 1) guard.offence(peer)
    expect(peers.filter((peer) => guard.shuns(peer))).toHaveLength(1024)
  })

  it('[BD3] keeps what the versions of a peer have used while it goes and comes back', () => {
    const { guard, peers } = setup()
    const cyd = idOf('cyd')
    // The first comes before the peer has a record.
    expect(count(10, () => guard.admitsVersion(cyd, 300))).toBe(10)
    peers.ensure(cyd)
    expect(count(100, () => guard.admitsVersion(cyd, 300))).toBe(50)
    peers.forget(cyd)
    expect(guard.admitsVersion(cyd, 300)).toBe(false)
    peers.ensure(cyd)
    expect(guard.admitsVersion(cyd, 300)).toBe(false)
  })
})
