import { peerIdOf, publicKeyOf } from '../../../src/shared/ids.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { signedOf } from '../../support/discovery/entries.ts'
import { PlainCatalog } from './sync-pair.ts'

/** Keys one after the other, by the ids that they make: base58 is slow, and large catalogs are made of the same ones. */
const keys = new Map<PeerId, Uint8Array>()

function numbered(count: number): readonly PeerId[] {
  for (let index = keys.size; index < count; index += 1) {
    const key = new Uint8Array(32)
    new DataView(key.buffer).setUint32(0, index)
    keys.set(peerIdOf(key), key)
  }
  return [...keys.keys()].slice(0, count)
}

/** A catalog of so many peers with keys one after the other, all with one entry: nobody verifies it. */
export function largeCatalog(size: number): PlainCatalog {
  const catalog = new PlainCatalog()
  const { kind, entry, bytes: own, signature, cost } = signedOf('ann')
  const at = Buffer.from(own).indexOf(publicKeyOf(entry.peerId))
  for (const peerId of numbered(size)) catalog.index.set(peerId, entry.version)
  catalog.entry = (peerId) => {
    const key = keys.get(peerId)
    if (key === undefined || catalog.withheld.has(peerId)) return null
    const bytes = Uint8Array.from(own)
    bytes.set(key, at)
    return { kind, entry, bytes, signature, cost }
  }
  return catalog
}
