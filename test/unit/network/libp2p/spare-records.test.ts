import { randomBytes } from 'node:crypto'
import type { Peer, PeerData, PeerId, PeerStore } from '@libp2p/interface'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { getPublicKey } from '@noble/ed25519'
import { describe, expect, it } from 'vitest'
import { spareRecords } from '../../../../src/main/network/libp2p/spare-records.ts'
import { prepareSignatures } from '../../../../src/main/network/signatures.ts'

prepareSignatures()

/** A peer store that lists what it notes. */
class Notes implements Pick<PeerStore, 'merge'> {
  readonly noted: PeerData[] = []

  merge(id: PeerId, data: PeerData): Promise<Peer> {
    this.noted.push(data)
    return Promise.resolve({ id, addresses: [], protocols: ['noted'], metadata: new Map(), tags: new Map() })
  }
}

describe('records of peers', () => {
  const secret = randomBytes(32)
  const id = peerIdFromPrivateKey(privateKeyFromRaw(Buffer.concat([secret, getPublicKey(secret)])))

  it('say nothing of our own protocols, and all else as libp2p wants it', async () => {
    const store = new Notes()
    spareRecords(store, (protocol) => protocol.startsWith('/ours/'))
    await store.merge(id, { protocols: ['/ours/ping/1'] })
    expect(store.noted).toEqual([])
    const others: PeerData[] = [
      { protocols: ['/meshsub/1.2.0'] },
      { protocols: ['/ours/ping/1', '/meshsub/1.2.0'] },
      { protocols: ['/ours/ping/1'], tags: { 'keep-alive': {} } },
      { protocols: [] },
      { multiaddrs: [] },
    ]
    for (const data of others) expect((await store.merge(id, data)).protocols).toEqual(['noted'])
    expect(store.noted).toEqual(others)
  })
})
