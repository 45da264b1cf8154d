/** What one source may bring, and what becomes of it (rules BD3, CT8). */
import { describe, expect, it } from 'vitest'
import type { SignedPeerEntry } from '../../../../src/main/discovery/entry/entry.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { addressHere, tagsHere } from '../../../support/discovery/dialect.ts'
import { Bench, NOW } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const TAGS = tagsHere(...Array.from({ length: 64 }, (_, index) => `${index + 10}${'x'.repeat(60)}`))
const MIB = 1024 * 1024

function large(bench: Bench, name: string): SignedPeerEntry {
  return bench.signed(name, { tags: TAGS })
}

function connect(bench: Bench, name: string, host: string): PeerId {
  const peerId = idOf(name)
  const connection = {
    peerId,
    remoteAddress: addressHere(`/ip4/${host}/tcp/2`),
    direction: 'inbound',
    openedAt: NOW,
  } as const
  bench.step({ kind: 'connected', connection })
  return peerId
}

describe('what one source brings', () => {
  it('[BD3] is bounded in bytes by sync too, whatever identities it has', () => {
    const bench = Bench.online()
    const [ann, bob, cyd] = [
      connect(bench, 'ann', '203.0.113.7'),
      connect(bench, 'bob', '203.0.113.9'),
      connect(bench, 'cyd', '198.51.100.1'),
    ]
    const { presence } = bench.core.parts
    const entry = large(bench, 'ghost')
    const page = Array.from({ length: 256 }, () => entry)
    const fits = Math.floor((64 * MIB) / entry.bytes.length)
    for (let count = 0; count < fits; count += page.length) presence.offerAll(page, ann)
    const refused = (): number => bench.core.env.counters.snapshot(0, 0).refused['SyncBytes'] ?? 0
    const over = refused()
    expect(over).toBeGreaterThan(0)
    expect(over).toBeLessThan(page.length)
    expect(presence.offerAll([large(bench, 'another')], bob)).toBe(0)
    expect(refused()).toBe(over + 1)
    expect(presence.offerAll([large(bench, 'another')], cyd)).toBe(1)
    bench.pass(1000)
    presence.offerAll(page, bob)
    expect(refused()).toBe(
      over + 1 + page.length - Math.floor((((64 * MIB) % entry.bytes.length) + 256 * 1024) / entry.bytes.length),
    )
  })

  it('[CT8] in a flood, by sync and by gossip, displaces its own: others stay, and all is told and counted', () => {
    const bench = Bench.online({ config: { maxCatalogBytes: MIB } })
    const near = connect(bench, 'near', '198.51.100.1')
    const honest = Array.from({ length: 20 }, (_, index) => `honest ${index}`)
    for (const name of honest) bench.announce(bench.signed(name), near)
    const { catalog, counters } = bench.core.env
    for (let round = 0; round < 10; round++) {
      const flooder = connect(bench, `flooder ${round}`, `203.0.113.${round}`)
      const ghosts = Array.from({ length: 16 }, (_, index) => large(bench, `ghost ${round} ${index}`))
      bench.core.parts.presence.offerAll(ghosts.slice(8), flooder)
      for (const ghost of ghosts.slice(0, 8)) bench.announce(ghost, flooder)
      bench.step({ kind: 'disconnected', peerId: flooder })
      bench.pass(100)
      expect(catalog.bytes).toBeLessThanOrEqual(MIB)
    }
    expect(honest.filter((name) => !catalog.has(idOf(name)))).toEqual([])
    const departed = bench.events().filter((event) => event.kind === 'PeerDeparted')
    expect(departed.length).toBeGreaterThan(50)
    expect(departed.every(({ reason }) => reason === 'displaced')).toBe(true)
    expect(counters.snapshot(0, 0).refused['Displaced']).toBe(departed.length)
    expect(bench.core.check()).toEqual([])
  })
})
