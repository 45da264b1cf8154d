import { blake3 } from '@noble/hashes/blake3.js'
import { fromString, toString } from 'uint8arrays'
import { InvalidArgument } from './errors.ts'
import { networkNameFrom } from './network-name.ts'
import { RecentMap } from './recent-map.ts'

declare const brand: unique symbol

// Strings that only the parsers of this file hand out.

/** An Ed25519 public key, written as libp2p writes it: base58btc, `12D3Koo…`. */
export type PeerId = string & { readonly [brand]: 'PeerId' }

/** 32 bytes as 64 lower-case hex digits. All nodes that share one form a network. */
export type NetworkId = string & { readonly [brand]: 'NetworkId' }

/** 32 bytes as 64 lower-case hex digits: streams, groups, ticket classes and ticket ids. */
export type UniqueId = string & { readonly [brand]: 'UniqueId' }

/** Length in bytes of a public key, a secret key, a network id and a unique id. */
export const KEY_BYTES = 32

const HEX_64 = /^[0-9a-fA-F]{64}$/

/** Identity multihash (0x00) of 36 bytes: a protobuf of key type 1 (Ed25519) and 32 key bytes. */
const PEER_ID_PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)

/** Longest text taken for a peer id; an Ed25519 one has 52 characters. */
const PEER_ID_MAX_CHARS = 64

/** 32 bytes from text: 64 hex digits as they are, anything else through BLAKE3 (rules ID1, ID3). */
export function bytes32From(text: string): Uint8Array {
  return HEX_64.test(text) ? fromString(text.toLowerCase(), 'hex') : blake3(fromString(text, 'utf8'))
}

/**
 * Rule ID1: a network's id from its name, or from the id itself as 64 hex digits.
 * @throws InvalidArgument for a name of nothing but white space
 */
export function networkIdFrom(nameOrId: string): NetworkId {
  return exactNetworkIdFrom(networkNameFrom(nameOrId))
}

/** The same of a name as it is written: what mosaik makes of it, and what earlier versions of Peerscope made. */
export function exactNetworkIdFrom(nameOrId: string): NetworkId {
  if (nameOrId.length === 0) throw new InvalidArgument('a network needs a name or an id of 64 hex digits')
  return toString(bytes32From(nameOrId), 'hex') as NetworkId
}

/** A unique id from 64 hex digits, or from any other text through BLAKE3. */
export function uniqueIdFrom(text: string): UniqueId {
  return toString(bytes32From(text), 'hex') as UniqueId
}

/** Whether the text is 64 lower-case hex digits, as ids of networks, tags, streams, functions and groups are written. */
export function isUniqueId(text: string): text is UniqueId {
  return /^[0-9a-f]{64}$/.test(text)
}

/** A unique id from its 32 bytes. */
export function uniqueIdOf(bytes: Uint8Array): UniqueId {
  return hexOf(expect32(bytes, 'a unique id')) as UniqueId
}

/** A network id from its 32 bytes. */
export function networkIdOf(bytes: Uint8Array): NetworkId {
  return hexOf(expect32(bytes, 'a network id')) as NetworkId
}

/** Ids are the same in many entries: one text for each, made once. */
const idTexts = new RecentMap<number, { readonly id: Uint8Array; readonly text: string }>(4096)

function hexOf(id: Uint8Array): string {
  const place = placeOf(id)
  const known = idTexts.get(place)
  if (known !== undefined && isSame(known.id, id)) return known.text
  const text = toString(id, 'hex')
  idTexts.set(place, { id: Uint8Array.from(id), text })
  return text
}

/** The first bytes of a key or id as a number: these are as good as random, so that hardly any two have the same. */
function placeOf(bytes: Uint8Array): number {
  const at = (index: number): number => bytes[index] ?? 0
  return ((at(0) << 24) | (at(1) << 16) | (at(2) << 8) | at(3)) >>> 0
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let index = 0; index < KEY_BYTES; index += 1) if (a[index] !== b[index]) return false
  return true
}

/** The 32 bytes of a network id or unique id. */
export function idBytes(id: NetworkId | UniqueId): Uint8Array {
  return fromString(id, 'hex')
}

/** Rule ID4: `BLAKE3(id ‖ info)`, 32 bytes. Text is taken as UTF-8. */
export function derive(id: Uint8Array, info: Uint8Array | string): Uint8Array {
  return blake3
    .create()
    .update(id)
    .update(typeof info === 'string' ? fromString(info, 'utf8') : info)
    .digest()
}

/** Rule ID2: the peer id of a 32-byte Ed25519 public key. */
export function peerIdOf(publicKey: Uint8Array): PeerId {
  expect32(publicKey, 'a public key')
  const place = placeOf(publicKey)
  const known = peerIds.get(place)
  if (known !== undefined && isSame(known.key, publicKey)) return known.peerId
  const bytes = new Uint8Array(PEER_ID_PREFIX.length + KEY_BYTES)
  bytes.set(PEER_ID_PREFIX)
  bytes.set(publicKey, PEER_ID_PREFIX.length)
  const peerId = toString(bytes, 'base58btc') as PeerId
  const key = bytes.subarray(PEER_ID_PREFIX.length)
  peerIds.set(place, { key, peerId })
  // Whose entry comes is verified next.
  keys.set(peerId, key)
  return peerId
}

/** How many of each are remembered at least where so many are in use, and for how long, milliseconds. */
const REMEMBERED = [16_384, 300_000] as const
/** Ids and keys that were asked for lately: base58 is slow, and every message asks for the same ones. */
const peerIds = new RecentMap<number, { readonly key: Uint8Array; readonly peerId: PeerId }>(...REMEMBERED)
const keys = new RecentMap<PeerId, Uint8Array>(...REMEMBERED)

/** The 32-byte Ed25519 public key in a peer id. Not to be written to: others get the same one. */
export function publicKeyOf(peerId: PeerId): Uint8Array {
  const known = keys.get(peerId)
  if (known !== undefined) return known
  const key = Uint8Array.from(fromString(peerId, 'base58btc').subarray(PEER_ID_PREFIX.length))
  keys.set(peerId, key)
  return key
}

/**
 * Text to peer id.
 * @throws InvalidArgument when it is not the id of an Ed25519 key
 */
export function parsePeerId(text: string): PeerId {
  if (!isPeerId(text)) throw new InvalidArgument(`'${text.slice(0, 80)}' is not a peer id (12D3Koo…)`)
  return text
}

/** Whether the text is the canonical id of an Ed25519 key. */
export function isPeerId(text: string): text is PeerId {
  if (text.length > PEER_ID_MAX_CHARS) return false
  // Its key is known: it was checked before.
  if (keys.get(text as PeerId) !== undefined) return true
  try {
    const bytes = fromString(text, 'base58btc')
    if (bytes.length !== PEER_ID_PREFIX.length + KEY_BYTES) return false
    return PEER_ID_PREFIX.every((byte, index) => bytes[index] === byte) && toString(bytes, 'base58btc') === text
  } catch {
    return false
  }
}

/** A peer id shortened for people: its start and its last six characters. */
export function shortPeerId(peerId: PeerId): string {
  return `${peerId.slice(0, 6)}…${peerId.slice(-6)}`
}

function expect32(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.length !== KEY_BYTES) throw new InvalidArgument(`${what} has ${KEY_BYTES} bytes, not ${bytes.length}`)
  return bytes
}
