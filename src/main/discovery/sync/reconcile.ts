/**
 * Rule SY9: range-based set reconciliation over (peer id, version). The index is a trie over the hex digits of the public
 * key, each node with the count and a fingerprint of what is below it, kept as entries come and go: a range is a prefix,
 * and nothing is rebuilt for a sync. Ids are keys, so they spread; ids made to collide only lengthen their own path.
 */
import { compare, toString } from 'uint8arrays'
import type { PeerId } from '../../../shared/ids.ts'
import { publicKeyOf } from '../../../shared/ids.ts'
import type { Version } from '../../../shared/peer.ts'
import { compareVersions } from '../../../shared/peer.ts'
import { blake3 } from '../../blake3.ts'

/** Most items of a leaf, and of a range that is sent item by item. */
export const LEAF_ITEMS = 32
/** Bytes of a fingerprint on the wire. */
export const FINGERPRINT_BYTES = 16
/** Hex digits of a public key: the depth at which nothing can be split any more. */
const MAX_DEPTH = 64
/** 32-bit words of a sum. Sums are modulo 2^256, too wide for finding a second set with the same one. */
const WORDS = 8
const NOTHING = new Uint32Array(WORDS)

/** Most changes that wait: bringing the trie up to date takes a millisecond or two. */
const MOST_LATE = 1024

/** One peer's entry by its version. */
export interface IndexItem {
  readonly peerId: PeerId
  readonly version: Version
}

/** Count and fingerprint of the entries whose key begins with `prefix`, hex digits. */
export interface Digest {
  readonly prefix: string
  readonly count: number
  readonly fingerprint: Uint8Array
}

/** What a range holds: a small one its items, a large one the digests of its sixteen parts (empty parts left out). */
export type Expansion =
  | { readonly kind: 'items'; readonly prefix: string; readonly items: readonly IndexItem[] }
  | { readonly kind: 'digests'; readonly prefix: string; readonly digests: readonly Digest[] }

/** One for each peer: another version changes it, and moves nothing. */
interface Item extends IndexItem {
  readonly key: Uint8Array
  version: Version
  hash: Uint32Array
}

interface Node {
  count: number
  readonly sum: Uint32Array
  /** A leaf's items by peer; null for an inner node. */
  items: Map<PeerId, Item> | null
  children: (Node | undefined)[]
  /** Of count and sum; null where they changed since it was asked for. */
  fingerprint: Uint8Array | null
}

/** All (peer id, version) pairs of a catalog. */
export class ReconcileIndex {
  /** What lies in the trie. */
  readonly #items = new Map<PeerId, Item>()
  readonly #root = newNode()
  /**
   * What came since, in order: peers, and beside them their versions; null for those that went. Far more versions come than
   * are read, and to note one is all that it costs then. The room is used again.
   */
  readonly #latePeers: PeerId[] = []
  readonly #lateVersions: (Version | null)[] = []
  #late = 0

  get size(): number {
    this.#update()
    return this.#items.size
  }

  /** Adds the peer, or replaces its version. */
  set(peerId: PeerId, version: Version): void {
    this.#change(peerId, version)
  }

  /** Fine when the peer is not there. */
  delete(peerId: PeerId): void {
    this.#change(peerId, null)
  }

  /** All peers, in the order in which they came: the local one first. */
  peerIds(): readonly PeerId[] {
    this.#update()
    return [...this.#items.keys()]
  }

  /** The digest of a range. `''` is everything. */
  digest(prefix: string): Digest {
    const found = this.#find(prefix)
    if (found === null) return { prefix, count: 0, fingerprint: fingerprintOf(0, new Uint32Array(WORDS)) }
    if (found.exact) return { prefix, ...digestOf(found.node) }
    const items = within(found.node, prefix)
    const sum = new Uint32Array(WORDS)
    for (const item of items) add(sum, item.hash)
    return { prefix, count: items.length, fingerprint: fingerprintOf(items.length, sum) }
  }

  /** What the range holds: its items where they are few. */
  expand(prefix: string): Expansion {
    const found = this.#find(prefix)
    if (found === null) return { kind: 'items', prefix, items: [] }
    if (!found.exact || found.node.items !== null || found.node.count <= LEAF_ITEMS)
      return { kind: 'items', prefix, items: within(found.node, prefix).map(plain) }
    const digests = found.node.children.flatMap((child, digit) =>
      child === undefined || child.count === 0 ? [] : [{ prefix: prefix + digit.toString(16), ...digestOf(child) }],
    )
    return { kind: 'digests', prefix, digests }
  }

  /** Peers in the order of their keys: all, or those behind this one. A change of the index ends it: it must not be read further then. */
  *inOrder(after: PeerId | null = null): Generator<PeerId> {
    this.#update()
    yield* ordered(this.#root, 0, after === null ? null : publicKeyOf(after))
  }

  /** All items of the range. */
  itemsOf(prefix: string): readonly IndexItem[] {
    const found = this.#find(prefix)
    return found === null ? [] : within(found.node, prefix).map(plain)
  }

  /** The node of a prefix, or the leaf that ends above it. */
  #find(prefix: string): { readonly node: Node; readonly exact: boolean } | null {
    this.#update()
    let node = this.#root
    for (let depth = 0; depth < prefix.length; depth += 1) {
      if (node.items !== null) return { node, exact: false }
      const child = node.children[digitOf(prefix, depth)]
      if (child === undefined) return null
      node = child
    }
    return { node, exact: true }
  }

  #change(peerId: PeerId, version: Version | null): void {
    this.#latePeers[this.#late] = peerId
    this.#lateVersions[this.#late] = version
    this.#late += 1
    if (this.#late === MOST_LATE) this.#update()
  }

  /** Brings the trie up to date, before it is read. O(log n) for each peer that changed. */
  #update(): void {
    for (let index = 0; index < this.#late; index += 1) {
      const peerId = this.#latePeers[index]
      const version = this.#lateVersions[index] ?? null
      if (peerId === undefined) continue
      const item = this.#items.get(peerId)
      if (version !== null) this.#lay(peerId, version, item)
      else if (item !== undefined) this.#remove(item)
    }
    this.#late = 0
  }

  #lay(peerId: PeerId, version: Version, before: Item | undefined): void {
    if (before === undefined) {
      const key = publicKeyOf(peerId)
      const item = { peerId, key, version, hash: hashOf(key, version) }
      this.#items.set(peerId, item)
      insert(this.#root, item, 0)
    } else if (compareVersions(before.version, version) !== 0) this.#replace(before, version)
  }

  #replace(item: Item, version: Version): void {
    const hash = hashOf(item.key, version)
    for (let node: Node | undefined = this.#root, depth = 0; node !== undefined; depth += 1) {
      node.fingerprint = null
      exchange(node.sum, item.hash, hash)
      node = node.children[digitAt(item.key, depth)]
    }
    item.version = version
    item.hash = hash
  }

  #remove(item: Item): void {
    this.#items.delete(item.peerId)
    let node = this.#root
    for (let depth = 0; ; depth += 1) {
      node.count -= 1
      node.fingerprint = null
      subtract(node.sum, item.hash)
      if (node.items !== null) {
        node.items.delete(item.peerId)
        return
      }
      // A range that emptied is a leaf again, so that a trie does not keep the shape of its past.
      if (node.count === 0) {
        node.items = new Map()
        node.children = []
        return
      }
      const child = node.children[digitAt(item.key, depth)]
      if (child === undefined) return
      node = child
    }
  }
}

/** Which of the digests differ from our own. */
export function differing(index: ReconcileIndex, digests: readonly Digest[]): readonly Digest[] {
  return digests.filter((theirs) => !sameDigest(index.digest(theirs.prefix), theirs))
}

/** Whether two digests of one range are equal. */
export function sameDigest(a: Digest, b: Digest): boolean {
  return a.count === b.count && a.fingerprint.every((byte, index) => byte === b.fingerprint[index])
}

/** Whether the text is a range: hex digits, lower case, not longer than a key. */
export function isPrefix(text: string): boolean {
  return text.length <= MAX_DEPTH && /^[0-9a-f]*$/.test(text)
}

/** Whether the peer's key is in the range. */
export function isWithin(peerId: PeerId, prefix: string): boolean {
  return toString(publicKeyOf(peerId), 'hex').startsWith(prefix)
}

function newNode(): Node {
  return { count: 0, sum: new Uint32Array(WORDS), items: new Map(), children: [], fingerprint: null }
}

function insert(root: Node, item: Item, from: number): void {
  let node = root
  for (let depth = from; ; depth += 1) {
    node.count += 1
    node.fingerprint = null
    add(node.sum, item.hash)
    if (node.items !== null) {
      node.items.set(item.peerId, item)
      if (node.items.size > LEAF_ITEMS && depth < MAX_DEPTH) split(node, depth)
      return
    }
    const digit = digitAt(item.key, depth)
    node = node.children[digit] ??= newNode()
  }
}

function split(node: Node, depth: number): void {
  const items = node.items ?? new Map<PeerId, Item>()
  node.items = null
  for (const item of items.values()) insert((node.children[digitAt(item.key, depth)] ??= newNode()), item, depth + 1)
}

function within(node: Node, prefix: string): readonly Item[] {
  return collect(node, []).filter(({ key }) => begins(key, prefix))
}

/** As it is now, for those who keep it. */
function plain({ peerId, version }: Item): IndexItem {
  return { peerId, version }
}

function collect(node: Node, into: Item[]): Item[] {
  if (node.items !== null) into.push(...node.items.values())
  else for (const child of node.children) if (child !== undefined) collect(child, into)
  return into
}

/** Peers below a node in the order of their keys, those behind one that begins as the node's do. */
function* ordered(node: Node, depth: number, after: Uint8Array | null): Generator<PeerId> {
  if (node.items !== null) {
    const items = [...node.items.values()].filter(({ key }) => after === null || compare(key, after) > 0)
    for (const { peerId } of items.toSorted((one, other) => compare(one.key, other.key))) yield peerId
    return
  }
  const from = after === null ? 0 : digitAt(after, depth)
  for (let digit = from; digit < node.children.length; digit += 1) {
    const child = node.children[digit]
    if (child !== undefined) yield* ordered(child, depth + 1, digit === from ? after : null)
  }
}

function begins(key: Uint8Array, prefix: string): boolean {
  for (let depth = 0; depth < prefix.length; depth += 1)
    if (digitAt(key, depth) !== digitOf(prefix, depth)) return false
  return true
}

/** A hex digit of a key. */
function digitAt(key: Uint8Array, depth: number): number {
  const byte = key[depth >> 1] ?? 0
  return depth % 2 === 0 ? byte >> 4 : byte & 15
}

/** A digit of a range. */
function digitOf(prefix: string, depth: number): number {
  const code = prefix.charCodeAt(depth)
  return code < 58 ? code - 48 : code - 87
}

/** By the version object, which all catalogs of a process share that took in one decoded entry. */
const hashes = new WeakMap<Version, { readonly key: Uint8Array; readonly hash: Uint32Array }>()

/** What one entry adds to the sums above it: a hash of its key and version. */
function hashOf(key: Uint8Array, version: Version): Uint32Array {
  const known = hashes.get(version)
  if (known?.key === key) return known.hash
  const bytes = new Uint8Array(key.length + 16)
  bytes.set(key)
  const view = new DataView(bytes.buffer)
  view.setFloat64(key.length, version.startedAt)
  view.setFloat64(key.length + 8, version.updatedAt)
  const hash = wordsOf(blake3(bytes))
  hashes.set(version, { key, hash })
  return hash
}

/** Not to be written to: it is kept for the next that asks. */
function digestOf(node: Node): Omit<Digest, 'prefix'> {
  node.fingerprint ??= fingerprintOf(node.count, node.sum)
  return { count: node.count, fingerprint: node.fingerprint }
}

function fingerprintOf(count: number, sum: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * WORDS + 4)
  const view = new DataView(bytes.buffer)
  sum.forEach((word, index) => view.setUint32(4 * index, word))
  view.setUint32(4 * WORDS, count)
  return blake3(bytes).slice(0, FINGERPRINT_BYTES)
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint32Array.from({ length: WORDS }, (_, index) => view.getUint32(4 * index))
}

/** Adds modulo 2^256; the last word is the lowest. */
function add(sum: Uint32Array, term: Uint32Array): void {
  exchange(sum, NOTHING, term)
}

/** Subtracts modulo 2^256. */
function subtract(sum: Uint32Array, term: Uint32Array): void {
  exchange(sum, term, NOTHING)
}

/** Subtracts one and adds another modulo 2^256. */
function exchange(sum: Uint32Array, out: Uint32Array, term: Uint32Array): void {
  let carry = 0
  for (let index = WORDS - 1; index >= 0; index -= 1) {
    const word = (sum[index] ?? 0) - (out[index] ?? 0) + (term[index] ?? 0) + carry
    sum[index] = word >>> 0
    carry = word > 0xffffffff ? 1 : word < 0 ? -1 : 0
  }
}
