import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PeerId } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createLibp2p } from 'libp2p'
import type { Libp2p } from 'libp2p'
import { beforeEach, describe, expect, test } from 'vitest'
import { PeerRecords, recordName } from '../../../../src/main/network/libp2p/peer-records.ts'

async function somebody(): Promise<PeerId> {
  return peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
}

describe("libp2p's records of peers (rule BD9)", () => {
  let records: PeerRecords
  let libp2p: Libp2p
  let needed: Set<string>
  /** What libp2p holds of itself. */
  let own: number

  beforeEach(async () => {
    records = new PeerRecords({ records: 10, bytes: 20_000 })
    libp2p = await createLibp2p({ start: false, datastore: records })
    needed = new Set([recordName(libp2p.peerId)])
    records.follow((name) => needed.has(name))
    await libp2p.peerStore.patch(libp2p.peerId, { protocols: ['/own/1'] })
    own = records.size
  })

  async function shakesHands(peer: PeerId, bytes = 10): Promise<void> {
    await libp2p.peerStore.merge(peer, { metadata: { of: new Uint8Array(bytes).fill(7) } })
  }

  test('BD9: a record goes with its peer, at the second sweep after the connection', async () => {
    const [passer, neighbor] = [await somebody(), await somebody()]
    await shakesHands(passer)
    await shakesHands(neighbor)
    needed.add(recordName(neighbor))
    records.sweep()
    // What libp2p does at the end of a connection still finds it.
    expect(await libp2p.peerStore.has(passer)).toBe(true)
    records.sweep()
    expect(await libp2p.peerStore.has(passer)).toBe(false)
    expect(await libp2p.peerStore.has(neighbor)).toBe(true)
    expect((await libp2p.peerStore.get(libp2p.peerId)).protocols).toContain('/own/1')
    needed.delete(recordName(neighbor))
    records.sweep()
    needed.add(recordName(neighbor))
    records.sweep()
    needed.delete(recordName(neighbor))
    records.sweep()
    expect(await libp2p.peerStore.has(neighbor), 'it was back in between').toBe(true)
    records.sweep()
    expect(records.size).toBe(own)
  })

  test('BD9: between two sweeps records stay within their number, the ones written longest ago go first', async () => {
    const peers = await Promise.all(Array.from({ length: 20 }, somebody))
    const [neighbor] = peers
    needed.add(recordName(neighbor ?? libp2p.peerId))
    for (const peer of peers) await shakesHands(peer)
    expect(records.size).toBe(10)
    const known = await Promise.all(peers.map((peer) => libp2p.peerStore.has(peer)))
    expect(known[0], 'connected').toBe(true)
    expect(known[1]).toBe(false)
    expect(known.at(-1)).toBe(true)
    expect(await libp2p.peerStore.has(libp2p.peerId)).toBe(true)
  })

  test('BD9: between two sweeps records stay within their size', async () => {
    for (let count = 0; count < 8; count++) await shakesHands(await somebody(), 6000)
    expect(records.bytes).toBeLessThanOrEqual(20_000)
    expect(records.size).toBe(own + 3)
    expect(await libp2p.peerStore.all()).toHaveLength(3)
  })

  test('BD9: a record keeps no more memory than its own bytes', async () => {
    const passer = await somebody()
    const key = { toString: () => recordName(passer) } as unknown as Parameters<PeerRecords['get']>[0]
    records.put(key, new Uint8Array(8192).subarray(0, 100))
    expect(records.get(key).buffer.byteLength).toBe(100)
    expect(records.bytes).toBeGreaterThanOrEqual(100)
    const before = records.bytes
    records.put(key, new Uint8Array(50))
    expect(records.bytes).toBe(before - 50)
    records.delete(key)
    records.delete(key)
    expect(records.bytes).toBe(before - 100)
    expect(() => records.get(key)).toThrowError(expect.objectContaining({ name: 'NotFoundError' }) as Error)
  })
})
