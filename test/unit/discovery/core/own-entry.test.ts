/** What our own entry states (rules EN1, EN5). */
import { describe, expect, it } from 'vitest'
import { normalized } from '../../../../src/main/discovery/entry/local-entry.ts'
import { sortedSet } from '../../../../src/main/discovery/entry/sets.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { Bench } from '../../../support/discovery/bench.ts'
import { addressHere, dialect, tagsHere } from '../../../support/discovery/dialect.ts'
import { entryOf } from '../../../support/discovery/entries.ts'

describe('our own entry', () => {
  it('[EN1] has what an update gives sorted and without duplicates, in each of its sets', () => {
    const [first = uniqueIdFrom(''), second = first] = sortedSet([uniqueIdFrom('a'), uniqueIdFrom('b')])
    const tickets = [2, 1, 2].map((byte) => ({ class: first, data: Uint8Array.of(byte) }))
    const addresses = sortedSet(['/ip4/127.0.0.1/tcp/2', '/ip4/127.0.0.1/tcp/1'].map(addressHere))
    const tags = tagsHere('b', 'a')
    const twice = <T>(set: readonly T[]): readonly T[] => [...set.toReversed(), ...set]
    const sets = { streams: [second, first, second], groups: [second, first, second] }
    const given = entryOf('alice', { addresses: twice(addresses), tags: twice(tags), tickets, ...sets })
    const entry = normalized(entryOf('alice'), given)
    expect(entry).toMatchObject({ addresses, tags, streams: [first, second], groups: [first, second] })
    expect(entry.tickets.map(({ data }) => data[0])).toEqual([1, 2])
    expect(dialect.decodeEntry(dialect.encodeEntry(entry))).toMatchObject({ addresses, tags })
  })

  it('[EN5] states as many of our addresses as it has room for, best first', () => {
    const bench = new Bench()
    const best = Array.from({ length: 200 }, (_, at) => addressHere(`/ip4/192.0.2.7/tcp/${at + 1}`))
    bench.step({ kind: 'online', addresses: best.slice(0, 100) })
    expect(bench.core.parts.own.entry.addresses.length).toBeGreaterThan(30)
    // What has no place in an entry keeps nothing else out of it.
    bench.step({ kind: 'addresses', addresses: ['x'.repeat(300), ...best] })
    const { addresses } = bench.core.parts.own.entry
    expect(addresses.length).toBeGreaterThan(30)
    expect(new Set(addresses)).toEqual(new Set(best.slice(0, addresses.length)))
    expect(bench.core.env.phase).toBe('online')
  })
})
