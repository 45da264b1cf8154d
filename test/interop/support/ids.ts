/** Ids in the forms of both programs. */
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { blake3 } from '@noble/hashes/blake3.js'

/** The libp2p form of a peer that mosaik names by 64 hex digits. */
export function peerIdOf(endpointId: string): string {
  return peerIdFromPublicKey(publicKeyFromRaw(Buffer.from(endpointId, 'hex'))).toString()
}

/** A word as it travels in a mosaik network. */
export function tagId(word: string): string {
  return Buffer.from(blake3(new TextEncoder().encode(word))).toString('hex')
}
