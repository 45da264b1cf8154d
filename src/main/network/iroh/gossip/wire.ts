/**
 * The messages of iroh-gossip, as bytes and as values. A stream carries frames: a length (four bytes, big-endian) and
 * postcard. The first frame of a stream is the topic.
 */
import { fromString, toString } from 'uint8arrays'
import { KEY_BYTES, peerIdOf, publicKeyOf } from '../../../../shared/ids.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import { PostcardReader, PostcardWriter } from '../../../../shared/postcard.ts'

/** The BLAKE3 hash of a content, as 64 hex digits. */
export type MessageId = string

/** A peer that somebody tells of, and what is said of how to reach it (`peer-data.ts`). */
export interface PeerInfo {
  readonly id: PeerId
  readonly data: Uint8Array | null
}

/** A request of high priority is one that may not be refused. */
export type Priority = 'High' | 'Low'

/** `round`: the links that a content has crossed before this one. */
export type Scope = { readonly kind: 'Swarm'; readonly round: number } | { readonly kind: 'Neighbors' }

/** A message that a peer has. `round`: as of the Gossip that would bring it. */
export interface Announced {
  readonly id: MessageId
  readonly round: number
}

/** Messages of HyParView. */
export type MembershipMessage =
  | { readonly type: 'Join'; readonly data: Uint8Array | null }
  | { readonly type: 'ForwardJoin'; readonly peer: PeerInfo; readonly ttl: number }
  | { readonly type: 'Shuffle'; readonly origin: PeerId; readonly nodes: readonly PeerInfo[]; readonly ttl: number }
  | { readonly type: 'ShuffleReply'; readonly nodes: readonly PeerInfo[] }
  | { readonly type: 'Neighbor'; readonly priority: Priority; readonly data: Uint8Array | null }
  /** `alive`: it goes on and may be asked again. `respond` has no meaning today. */
  | { readonly type: 'Disconnect'; readonly alive: boolean; readonly respond: boolean }

/** Messages of Plumtree. */
export type BroadcastMessage =
  | { readonly type: 'Gossip'; readonly id: MessageId; readonly content: Uint8Array; readonly scope: Scope }
  | { readonly type: 'Prune' }
  | { readonly type: 'Graft'; readonly id: MessageId | null; readonly round: number }
  | { readonly type: 'IHave'; readonly messages: readonly Announced[] }

export type Message = MembershipMessage | BroadcastMessage

/** Bytes of a frame's length. */
export const LENGTH_BYTES = 4
/** Most bytes of a message that anybody could set; frames are bounded by `maxMessageBytes` before. */
const MOST = 2 ** 20
/** Items that a list has at most, whatever the frame holds. */
const ITEMS = 1024
const MEMBERSHIP = ['Join', 'ForwardJoin', 'Shuffle', 'ShuffleReply', 'Neighbor', 'Disconnect'] as const
const BROADCAST = ['Gossip', 'Prune', 'Graft', 'IHave'] as const

/**
 * A message from a frame without its length. Bytes after the message are left alone, as iroh-gossip leaves them. Byte
 * fields are views. Whether ids are keys is not looked at: that takes long (`keys.ts`).
 * @throws MalformedMessage, LimitExceeded
 */
export function decodeMessage(bytes: Uint8Array): Message {
  const reader = new PostcardReader(bytes)
  return reader.variant(2, 'layer of gossip') === 0 ? readMembership(reader) : readBroadcast(reader)
}

/** The frame of a message without its length. */
export function encodeMessage(message: Message): Uint8Array {
  const writer = new PostcardWriter()
  writeMessage(writer, message)
  return writer.finish()
}

/** A frame: the bytes after their length. */
export function frameOf(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(LENGTH_BYTES + bytes.length)
  new DataView(frame.buffer).setUint32(0, bytes.length)
  frame.set(bytes, LENGTH_BYTES)
  return frame
}

/** The first frame of a stream: its topic, 32 bytes. */
export function encodeHeader(topic: Uint8Array): Uint8Array {
  return frameOf(new PostcardWriter().fixed(topic.subarray(0, KEY_BYTES)).finish())
}

/**
 * The topic of a stream, from its first frame without the length.
 * @throws MalformedMessage
 */
export function decodeHeader(bytes: Uint8Array): Uint8Array {
  return new PostcardReader(bytes).fixed(KEY_BYTES)
}

/** Bytes that a Gossip has beside its content, at most. */
const AROUND_CONTENT = 2 + KEY_BYTES + 4 + 1 + 3

/** The largest content that fits into a message, bytes, however far it comes. */
export function maxContentBytes(maxMessageBytes: number): number {
  return maxMessageBytes - 1 - AROUND_CONTENT
}

/** The most announcements that fit into one IHave. */
export function maxAnnounced(maxMessageBytes: number): number {
  return Math.min(ITEMS, Math.floor((maxMessageBytes - 1 - 4) / (KEY_BYTES + 3)))
}

function readMembership(reader: PostcardReader): MembershipMessage {
  const type = MEMBERSHIP[reader.variant(MEMBERSHIP.length, 'message of HyParView')] ?? 'Join'
  switch (type) {
    case 'Join':
      return { type, data: readData(reader) }
    case 'ForwardJoin':
      return { type, peer: readPeer(reader), ttl: reader.u16() }
    case 'Shuffle':
      return { type, origin: readId(reader), nodes: reader.list(ITEMS, 'peers', readPeer), ttl: reader.u16() }
    case 'ShuffleReply':
      return { type, nodes: reader.list(ITEMS, 'peers', readPeer) }
    case 'Neighbor':
      return { type, priority: reader.variant(2, 'priority') === 0 ? 'High' : 'Low', data: readData(reader) }
    case 'Disconnect':
      return { type, alive: reader.bool(), respond: reader.bool() }
    default:
      return type satisfies never
  }
}

function readBroadcast(reader: PostcardReader): BroadcastMessage {
  const type = BROADCAST[reader.variant(BROADCAST.length, 'message of Plumtree')] ?? 'Prune'
  switch (type) {
    case 'Gossip':
      return { type, id: readMessageId(reader), content: reader.bytes(MOST, 'bytes'), scope: readScope(reader) }
    case 'Prune':
      return { type }
    case 'Graft':
      return { type, id: reader.option(readMessageId), round: reader.u16() }
    case 'IHave':
      return {
        type,
        messages: reader.list(ITEMS, 'messages', (item) => ({ id: readMessageId(item), round: item.u16() })),
      }
    default:
      return type satisfies never
  }
}

function readScope(reader: PostcardReader): Scope {
  return reader.variant(2, 'scope') === 0 ? { kind: 'Swarm', round: reader.u16() } : { kind: 'Neighbors' }
}

function readPeer(reader: PostcardReader): PeerInfo {
  return { id: readId(reader), data: readData(reader) }
}

function readId(reader: PostcardReader): PeerId {
  return peerIdOf(reader.fixed(KEY_BYTES))
}

function readMessageId(reader: PostcardReader): MessageId {
  return toString(reader.fixed(KEY_BYTES), 'hex')
}

function readData(reader: PostcardReader): Uint8Array | null {
  return reader.option((data) => data.bytes(MOST, 'bytes of address data'))
}

function writeMessage(writer: PostcardWriter, message: Message): void {
  const membership = MEMBERSHIP.findIndex((type) => type === message.type)
  const index = membership >= 0 ? membership : BROADCAST.findIndex((type) => type === message.type)
  writer.variant(membership >= 0 ? 0 : 1).variant(index)
  switch (message.type) {
    case 'Join':
      writeData(writer, message.data)
      return
    case 'ForwardJoin':
      writePeer(writer, message.peer)
      writer.u16(message.ttl)
      return
    case 'Shuffle':
      writer.fixed(publicKeyOf(message.origin)).list(message.nodes, writePeer).u16(message.ttl)
      return
    case 'ShuffleReply':
      writer.list(message.nodes, writePeer)
      return
    case 'Neighbor':
      writer.variant(message.priority === 'High' ? 0 : 1)
      writeData(writer, message.data)
      return
    case 'Disconnect':
      writer.bool(message.alive).bool(message.respond)
      return
    case 'Gossip':
      writer.fixed(fromString(message.id, 'hex')).bytes(message.content)
      if (message.scope.kind === 'Swarm') writer.variant(0).u16(message.scope.round)
      else writer.variant(1)
      return
    case 'Prune':
      return
    case 'Graft':
      writer.option(message.id, (item, id) => item.fixed(fromString(id, 'hex'))).u16(message.round)
      return
    case 'IHave':
      writer.list(message.messages, (item, { id, round }) => item.fixed(fromString(id, 'hex')).u16(round))
      return
    default:
      message satisfies never
  }
}

function writePeer(writer: PostcardWriter, { id, data }: PeerInfo): void {
  writer.fixed(publicKeyOf(id))
  writeData(writer, data)
}

function writeData(writer: PostcardWriter, data: Uint8Array | null): void {
  writer.option(data, (item, bytes) => item.bytes(bytes))
}
