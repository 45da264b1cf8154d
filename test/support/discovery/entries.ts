import { peerscope } from '../../../src/main/discovery/dialects/peerscope/peerscope.ts'
import { signEntry } from '../../../src/main/discovery/entry/entry.ts'
import type { SignedPeerEntry } from '../../../src/main/discovery/entry/entry.ts'
import { bytes32From, networkIdFrom, peerIdOf } from '../../../src/shared/ids.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { PeerEntry } from '../../../src/shared/peer.ts'
import { TestSignatures } from './signatures.ts'

export const signatures = new TestSignatures()
export const NETWORK = networkIdFrom('test-network')

/** The secret of a named test peer. */
export function secretOf(name: string): Uint8Array {
  return bytes32From(name)
}

/** The id of a named test peer. */
export function idOf(name: string): PeerId {
  return peerIdOf(signatures.publicKey(secretOf(name)))
}

/** A named test peer's entry, started and updated at 1000 unless told. */
export function entryOf(name: string, changes: Partial<PeerEntry> = {}): PeerEntry {
  return {
    protocolVersion: '1.0.0',
    networkId: NETWORK,
    version: { startedAt: 1000, updatedAt: 1000 },
    peerId: idOf(name),
    addresses: ['/ip4/127.0.0.1/tcp/4001'],
    tags: [],
    streams: [],
    functions: [],
    groups: [],
    tickets: [],
    ...changes,
  }
}

/** A named test peer's signed entry. */
export function signedOf(name: string, changes: Partial<PeerEntry> = {}): SignedPeerEntry {
  return signEntry(entryOf(name, changes), secretOf(name), signatures, peerscope)
}
