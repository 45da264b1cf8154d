import { blake3 } from '@noble/hashes/blake3.js'
import * as fc from 'fast-check'
import { fromString } from 'uint8arrays'
import { describe, expect, it } from 'vitest'
import { peerIdOf, publicKeyOf } from '../../../src/shared/ids.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { differing, LEAF_ITEMS, ReconcileIndex, sameDigest } from '../../../src/main/discovery/sync/reconcile.ts'
import type { Version } from '../../../src/shared/peer.ts'
import { SeededRandom } from '../../sim/random.ts'

const random = new SeededRandom(11)
const ids: readonly PeerId[] = Array.from({ length: 400 }, () => peerIdOf(random.bytes(32)))
const at = (updatedAt: number) => ({ startedAt: 1, updatedAt })

/** What an entry adds to the sums, as docs/protocol.md has it. */
function termOf(peerId: PeerId, { startedAt, updatedAt }: Version): bigint {
  const times = Buffer.alloc(16)
  times.writeDoubleBE(startedAt)
  times.writeDoubleBE(updatedAt, 8)
  return BigInt(`0x${Buffer.from(blake3(Buffer.concat([publicKeyOf(peerId), times]))).toString('hex')}`)
}

describe('the reconciliation index', () => {
  it('[SY9] keeps the same fingerprints as one built anew, whatever came and went in between', () => {
    const change = fc.record({ who: fc.nat(150), version: fc.nat(50), gone: fc.boolean() })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 600, size: 'max' }), (changes) => {
        const kept = new ReconcileIndex()
        const truth = new Map<PeerId, number>()
        for (const { who, version, gone } of changes) {
          const peerId = ids[who] ?? peerIdOf(new Uint8Array(32))
          if (gone) {
            kept.delete(peerId)
            truth.delete(peerId)
          } else {
            kept.set(peerId, at(version))
            truth.set(peerId, version)
          }
          // What was asked for before must not be what is told later.
          kept.digest('')
        }
        const rebuilt = new ReconcileIndex()
        for (const [peerId, version] of [...truth].toReversed()) rebuilt.set(peerId, at(version))
        const prefixes = ['', ...'0123456789abcdef'.split(''), '00', 'a3', 'ff', '123']
        return (
          kept.size === truth.size &&
          prefixes.every((prefix) => {
            const [mine, anew] = [kept.digest(prefix), rebuilt.digest(prefix)]
            const same = Buffer.compare(mine.fingerprint, anew.fingerprint) === 0 && mine.count === anew.count
            return same && kept.itemsOf(prefix).length === mine.count
          })
        )
      }),
      { seed: 5, numRuns: 60 },
    )
  })

  it('[SY9] is the same where a peer got a newer version and went before anything was asked', () => {
    const [first, second] = [ids[0], ids[1]]
    if (first === undefined || second === undefined) throw new Error('no ids')
    const index = new ReconcileIndex()
    const other = new ReconcileIndex()
    for (const each of [index, other]) each.set(second, at(5))
    index.set(first, at(1))
    index.set(first, at(2))
    index.delete(first)
    expect(sameDigest(index.digest(''), other.digest(''))).toBe(true)
  })

  it('[SY9] a fingerprint is of the sum modulo 2^256, as all nodes count it', () => {
    const index = new ReconcileIndex()
    for (const [number, peerId] of ids.entries()) index.set(peerId, at(number))
    // Replaced and removed ones are taken out of the sum again.
    for (const [number, peerId] of ids.entries()) index.set(peerId, at(2 * number + 1))
    for (const peerId of ids.slice(50)) index.delete(peerId)
    const left = [...ids.entries()].slice(0, 50)
    const sum = left.reduce((total, [number, peerId]) => total + termOf(peerId, at(2 * number + 1)), 0n) % (1n << 256n)
    const bytes = fromString(sum.toString(16).padStart(64, '0') + (50).toString(16).padStart(8, '0'), 'hex')
    expect(index.digest('').fingerprint).toEqual(blake3(bytes).slice(0, 16))
  })

  it('[SY9] what was read stays as it was, and a change is not lost however many wait', () => {
    const [first] = ids
    if (first === undefined) throw new Error('no ids')
    const index = new ReconcileIndex()
    index.set(first, at(1))
    const before = index.itemsOf('')
    for (let version = 2; version <= 1025; version += 1) index.set(first, at(version))
    expect(before).toEqual([{ peerId: first, version: at(1) }])
    expect(index.itemsOf('')).toEqual([{ peerId: first, version: at(1025) }])
    expect(index.size).toBe(1)
  })

  it('[SY9] the fingerprint tells versions, members and counts apart', () => {
    const digestOf = (...items: readonly (readonly [number, number])[]) => {
      const index = new ReconcileIndex()
      for (const [who, version] of items) index.set(ids[who] ?? peerIdOf(new Uint8Array(32)), at(version))
      return Buffer.from(index.digest('').fingerprint).toString('hex')
    }
    const all = [digestOf(), digestOf([1, 1]), digestOf([1, 2]), digestOf([2, 1]), digestOf([1, 1], [2, 1])]
    expect(new Set(all).size).toBe(all.length)
    expect(digestOf([1, 1], [2, 1])).toBe(digestOf([2, 1], [1, 1]))
    const [first = peerIdOf(new Uint8Array(32))] = ids
    const [before, restarted] = [new ReconcileIndex(), new ReconcileIndex()]
    before.set(first, { startedAt: 1, updatedAt: 5 })
    restarted.set(first, { startedAt: 2, updatedAt: 5 })
    expect(restarted.digest('').fingerprint).not.toEqual(before.digest('').fingerprint)
  })

  it('[SY9] two digests are the same where both their counts and their fingerprints are', () => {
    const digest = (count: number, byte: number) => ({ prefix: '', count, fingerprint: new Uint8Array(16).fill(byte) })
    expect(sameDigest(digest(3, 1), digest(3, 1))).toBe(true)
    expect(sameDigest(digest(3, 1), digest(3, 2))).toBe(false)
    expect(sameDigest(digest(3, 1), digest(4, 1))).toBe(false)
    const index = new ReconcileIndex()
    for (const peerId of ids) index.set(peerId, at(1))
    const own = index.digest('a')
    expect(differing(index, [own, { ...own, count: own.count + 1 }])).toHaveLength(1)
  })

  it('[SY9] a small range gives its items, a large one the digests of its parts, which add up to it', () => {
    const index = new ReconcileIndex()
    for (const peerId of ids) index.set(peerId, at(1))
    const whole = index.expand('')
    if (whole.kind !== 'digests') throw new Error('400 items are many')
    expect(whole.digests.reduce((sum, { count }) => sum + count, 0)).toBe(ids.length)
    for (const { prefix, count } of whole.digests) {
      const part = index.expand(prefix)
      const size = part.kind === 'items' ? part.items.length : part.digests.reduce((sum, one) => sum + one.count, 0)
      expect(size).toBe(count)
      expect(part.kind === 'items').toBe(count <= LEAF_ITEMS)
    }
  })

  it('[SY12] tells peers in the order of their keys, from any key on', () => {
    const index = new ReconcileIndex()
    for (const peerId of ids) index.set(peerId, at(1))
    const hex = (peerId: PeerId): string => Buffer.from(publicKeyOf(peerId)).toString('hex')
    const sorted = ids.toSorted((one, other) => (hex(one) < hex(other) ? -1 : 1))
    expect([...index.inOrder()]).toEqual(sorted)
    for (const [place, peerId] of sorted.entries()) expect([...index.inOrder(peerId)]).toEqual(sorted.slice(place + 1))
    // One that is not there, or not any more.
    for (const peerId of sorted.slice(0, 10)) index.delete(peerId)
    expect([...index.inOrder(sorted[4])]).toEqual(sorted.slice(10))
    expect([...index.inOrder(peerIdOf(new Uint8Array(32).fill(255)))]).toEqual([])
    expect([...index.inOrder(peerIdOf(new Uint8Array(32)))]).toEqual(sorted.slice(10))
  })

  it('[SY9] takes ids made to collide in their first 31 bytes', () => {
    const index = new ReconcileIndex()
    const close = Array.from({ length: 200 }, (_, last) => peerIdOf(new Uint8Array(32).fill(7).fill(last, 31)))
    for (const peerId of close) index.set(peerId, at(1))
    expect(index.itemsOf('07').length).toBe(200)
    for (const peerId of close) index.delete(peerId)
    expect(sameDigest(index.digest(''), new ReconcileIndex().digest(''))).toBe(true)
  })
})
