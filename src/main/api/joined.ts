import { errorFrom, errorShape, InvalidArgument } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { EntryCodec } from '../discovery/entry/codec.ts'
import { parseSignedEntry, SignedPeerEntry, verifyEntry } from '../discovery/entry.ts'
import type { Discovery as Handle } from '../discovery/handle.ts'
import type { OpenNode } from '../monitor/open-node.ts'
import { targetParserOf } from '../monitor/open-node.ts'
import { createSignatures } from '../network/signatures.ts'
import type { Discovery } from './discovery.ts'
import type { ParseTarget } from './peer-argument.ts'
import { parseAddress, parsePeer, peerIdFrom } from './peer-argument.ts'
import type { DialResult, SignedBytes } from './results.ts'

/** A node that is online, as programs see it. No method needs `this`. */
export function joined(node: OpenNode): Discovery {
  const { discovery: handle, networkId, peerId: self } = node
  const { dialect } = node
  const parseTarget = targetParserOf(node.kind)
  const tagsOf = (words: readonly string[]): string[] => words.map((word) => dialect.tagOf(word))
  const leave = (): Promise<void> => handle.leave()
  return {
    networkId,
    peerId: self,
    ended: handle.ended,

    addresses: () => node.addresses(),
    me: () => handle.me(),
    health: () => handle.health(),
    leave,
    [Symbol.asyncDispose]: leave,

    get: (peerId) => handle.get(peerIdFrom(peerId)),
    catalog: () => handle.catalog(),
    changesSince: (seq) => handle.changesSince(seq),
    neighbors: () => handle.neighbors(),
    neighborsCount: () => handle.neighborsCount(),
    connectedPeers: () => handle.connectedPeers(),
    connections: () => handle.connections(),

    events: () => handle.events(),
    onEvent: (listener) => handle.onEvent(listener),
    onTold: (listener) => handle.onTold(listener),
    onChange: (listener) => handle.onChange(listener),

    dial: (addresses, { signal } = {}) => dial(handle, parseTarget, addresses, signal),
    syncWith: async (peer, { signal } = {}) => {
      const peerId = await reach(handle, parseTarget, peer, signal)
      return { peerId, ...(await handle.syncWith(peerId, signal)) }
    },
    ping: async (peer, { signal } = {}) => {
      const peerId = await reach(handle, parseTarget, peer, signal)
      return { peerId, ...(await handle.ping(peerId, signal)) }
    },
    askNeighbors: async (peer, { signal } = {}) => {
      const peerId = await reach(handle, parseTarget, peer, signal)
      return { peerId, ...(await handle.askNeighbors(peerId, signal)) }
    },

    updateLocalEntry: (change) => handle.updateLocalEntry(change),
    addTags: async (...tags) => await handle.addTags(...tagsOf(tags)),
    removeTags: async (...tags) => await handle.removeTags(...tagsOf(tags)),
    addStreams: (...ids) => handle.addStreams(...ids),
    removeStreams: (...ids) => handle.removeStreams(...ids),
    addGroups: (...ids) => handle.addGroups(...ids),
    removeGroups: (...ids) => handle.removeGroups(...ids),
    addTicket: (ticket) => handle.addTicket(ticket),
    removeTicket: (id) => handle.removeTicket(id),
    removeTicketsOf: (ticketClass) => handle.removeTicketsOf(ticketClass),
    replaceTicket: (ticket) => handle.replaceTicket(ticket),

    feed: async (signed) => await handle.feed(verified(signed, node.dialect)),
    insert: (entry) => handle.insert(entry),
    remove: async (peerId) => await handle.remove(peerIdFrom(peerId)),
    clearUnsigned: () => handle.clearUnsigned(),

    bootstrap: () => handle.bootstrap(),
    learned: (peerId) => handle.learned(peerIdFrom(peerId)),
    slots: () => handle.slots(),
    stats: () => handle.stats(),
  }
}

function verified(signed: SignedBytes, codec: EntryCodec): SignedPeerEntry {
  if (signed instanceof SignedPeerEntry) return signed
  const { bytes, signature } = signed
  // The types don't hold callers in plain JavaScript.
  if (!(bytes instanceof Uint8Array && signature instanceof Uint8Array)) {
    throw new InvalidArgument('feed takes the bytes and the signature of an entry')
  }
  return verifyEntry(parseSignedEntry(codec, bytes, signature), createSignatures())
}

/** One result for each address. What is not an address fails alone too; the others are dialed. */
async function dial(
  handle: Handle,
  parseTarget: ParseTarget,
  addresses: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly DialResult[]> {
  if (!Array.isArray(addresses)) throw new InvalidArgument('dial takes a list of multiaddrs')
  const parsed = addresses.map((address) => {
    try {
      return parseAddress(address, parseTarget)
    } catch (error) {
      return errorShape(error)
    }
  })
  const dialed = await handle.dial(
    parsed.filter((one) => 'addresses' in one),
    signal,
  )
  const results = dialed.values()
  return addresses.map((address, index) => {
    const one = parsed[index]
    if (one !== undefined && 'code' in one) return { address, peerId: null, error: one }
    const { peerId = null, error = null } = results.next().value ?? {}
    if (peerId !== null) return { address, peerId, error: null }
    return { address, peerId: null, error: error ?? errorShape(new Error('the dial has no result')) }
  })
}

/** The peer of a call: as it is named, or the one that answers at an address. */
async function reach(
  handle: Handle,
  parseTarget: ParseTarget,
  given: string,
  signal: AbortSignal | undefined,
): Promise<PeerId> {
  const peer = parsePeer(given, parseTarget)
  if (peer.kind === 'peer') return peer.peerId
  // One that is connected need not wait for a turn to dial.
  const { peerId } = peer.target
  if (peerId !== undefined && handle.connectedPeers().includes(peerId)) return peerId
  const [result] = await handle.dial([peer.target], signal)
  if (result === undefined || result.peerId === null) {
    throw errorFrom(result?.error ?? errorShape(new Error('the dial has no result')))
  }
  return result.peerId
}
