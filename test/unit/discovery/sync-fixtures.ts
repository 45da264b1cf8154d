/** Entries of the tests of syncs. */
import { networkIdFrom, peerIdOf, publicKeyOf } from '../../../src/shared/ids.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { PeerEntry } from '../../../src/shared/peer.ts'
import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { SignedPeerEntry } from '../../../src/main/discovery/entry/entry.ts'
import { signEntry } from '../../../src/main/discovery/entry/entry.ts'
import { simSignatures } from '../../sim/signatures.ts'

export const NETWORK = networkIdFrom('sync')
const maker = simSignatures()
const secrets: Uint8Array[] = []

/** The signed entry of the so-many-th test peer. */
export function signed(index: number, changes: Partial<PeerEntry> = {}): SignedPeerEntry {
  const secret = (secrets[index] ??= new Uint8Array(32).map((_, at) => (index >> (8 * (at % 4))) & 255))
  const entry: PeerEntry = {
    protocolVersion: '1.0.0',
    networkId: NETWORK,
    version: { startedAt: 1000, updatedAt: 2000 },
    peerId: peerIdOf(maker.publicKey(secret)),
    addresses: ['/ip4/10.0.0.1/tcp/4001'],
    tags: ['role:relay'],
    streams: [],
    functions: [],
    groups: [],
    tickets: [],
    ...changes,
  }
  return signEntry(entry, secret, maker, peerscope)
}

export const newer = { version: { startedAt: 1000, updatedAt: 3000 } }
export const many = (from: number, to: number): SignedPeerEntry[] =>
  Array.from({ length: to - from }, (_, index) => signed(from + index))

export const item = (one: SignedPeerEntry) => ({ publicKey: keyOf(one.entry.peerId), ...one.entry.version })
export const keyOf = (peerId: PeerId): Uint8Array<ArrayBuffer> => Uint8Array.from(publicKeyOf(peerId))
export const pageWith = (...entries: readonly SignedPeerEntry[]) => ({
  entries: entries.map((one) => Uint8Array.from(one.bytes)),
  signatures: entries.map((one) => Uint8Array.from(one.signature)),
})
