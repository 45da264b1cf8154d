/**
 * Peer ids as people write them. The same Ed25519 key has two forms: libp2p's base58 (`12D3Koo…`), which Peerscope uses
 * inside, and the 64 hex digits that iroh and mosaik show. Each kind of network shows its own, and both are understood.
 */
import { isPeerId, KEY_BYTES, peerIdOf, publicKeyOf, shortPeerId } from './ids.ts'
import type { PeerId } from './ids.ts'
import type { NetworkKind } from './network-kind.ts'

/** Hex digits of a short id: as many as iroh's own logs show. */
const SHORT_HEX = 10

const HEX_ID = /^[0-9a-fA-F]{64}$/
/** A base58 id within a longer text. Nothing that could belong to it stands before or after. */
const BASE58_IDS = /(?<![1-9A-HJ-NP-Za-km-z])12D3Koo[1-9A-HJ-NP-Za-km-z]{45}(?![1-9A-HJ-NP-Za-km-z])/g

/** The id as 64 lower-case hex digits: iroh calls it the endpoint id. */
export function endpointIdOf(peerId: PeerId): string {
  let text = ''
  for (const byte of publicKeyOf(peerId)) text += (byte < 16 ? '0' : '') + byte.toString(16)
  return text
}

/** Which form the people of each kind of network know. */
const KNOWN_AS: Readonly<Record<NetworkKind, 'base58' | 'hex'>> = { peerscope: 'base58', mosaik: 'hex' }

/** The id as the people of such a network know it. */
export function peerIdText(kind: NetworkKind, peerId: PeerId): string {
  return KNOWN_AS[kind] === 'hex' ? endpointIdOf(peerId) : peerId
}

/** The same, shortened: `12D3Ko…abcdef`, or `0a1b2c3d4e…`. */
export function shortId(kind: NetworkKind, peerId: PeerId): string {
  return KNOWN_AS[kind] === 'hex' ? `${endpointIdOf(peerId).slice(0, SHORT_HEX)}…` : shortPeerId(peerId)
}

/** The peer that a text names in either form; null where it is neither. Blanks around it do not matter. */
export function peerIdFromAnyForm(text: string): PeerId | null {
  const id = text.trim()
  if (isPeerId(id)) return id
  if (!HEX_ID.test(id)) return null
  return peerIdOf(
    Uint8Array.from({ length: KEY_BYTES }, (_, index) => Number.parseInt(id.slice(index * 2, index * 2 + 2), 16)),
  )
}

/** All forms of an id, whole and shortened: what it can be found by. */
export function peerIdForms(peerId: PeerId): readonly string[] {
  const hex = endpointIdOf(peerId)
  return [peerId, shortPeerId(peerId), hex, `${hex.slice(0, SHORT_HEX)}…`]
}

/** A sentence in which each peer id has the form of such a network. */
export function withPeerIds(kind: NetworkKind, sentence: string): string {
  if (KNOWN_AS[kind] === 'base58') return sentence
  return sentence.replaceAll(BASE58_IDS, (id) => (isPeerId(id) ? endpointIdOf(id) : id))
}
