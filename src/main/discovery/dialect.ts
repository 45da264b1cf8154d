/**
 * What differs between the kinds of network that the same discovery rules work in: how entries and messages look, what is
 * signed, how a sync runs, and what peers can do. A dialect has no state and does no I/O. The rules ask for `abilities`, never
 * for `kind`.
 */
import type { NetworkId, PeerId } from '../../shared/ids.ts'
import type { Abilities } from '../../shared/network-kind.ts'
import type { Departure, Heard } from './announce/heard.ts'
import type { DhtRecord, EncodedRecord } from './dht/record.ts'
import type { EntryCodec } from './entry/codec.ts'
import type { SignedPeerEntry, UnverifiedEntry } from './entry/entry.ts'
import type { Exchange } from './exchange/exchange.ts'
import type { Signatures, StreamLimits } from './ports.ts'
import type { SyncCounts, SyncView } from './sync/parts.ts'
import type { NeighborsAnswer } from './topology/neighbors.ts'

/** What a node calls its protocols and its topic in one network. */
export interface ProtocolIds {
  readonly sync: string
  readonly ping: string
  /** Null where peers do not tell their neighbors. */
  readonly neighbors: string | null
  readonly topic: string
}

/** How a request for neighbors looks (rule TP1). */
export interface NeighborsCodec {
  encodeRequest(): Uint8Array
  /** @throws MalformedMessage */
  checkRequest(message: Uint8Array): void
  encodeAnswer(answer: NeighborsAnswer): Uint8Array
  /** @throws MalformedMessage */
  decodeAnswer(message: Uint8Array): NeighborsAnswer
}

/** What stands in the slots of a network's chain (rules DH). */
export interface DhtCodec {
  /** The id of slot 0. */
  root(networkId: NetworkId): Uint8Array
  /** @throws MalformedMessage */
  decodeRecord(publicKey: Uint8Array, value: Uint8Array): DhtRecord
  /** Null where `abilities.claimsDhtSlots` is false. */
  readonly encodeRecord: ((publicKey: Uint8Array, record: DhtRecord) => EncodedRecord) | null
}

/** Bounds of what a dialect sends and takes. */
export interface DialectLimits {
  /** Largest gossip message that is taken, bytes. */
  readonly gossipMessageBytes: number
  /** Largest entry that an announcement gets out with, bytes without its signature. */
  readonly announcedEntryBytes: number
  readonly ping: StreamLimits
  readonly sync: StreamLimits
  readonly neighbors: StreamLimits
}

/** How often the nodes of a large network announce themselves (rule AN14). */
export interface Pace {
  /** Announcements a second that all of them together aim at. */
  readonly perSecond: number
  /** Whether peers that state this version go by the interval that an entry states. */
  readBy(protocolVersion: string): boolean
}

/** One kind of network, as discovery speaks with it. */
export interface Dialect extends EntryCodec {
  readonly abilities: Abilities
  /** An exchange is a connection of its own, which ends with it: what was dialed for one is not connected. */
  readonly connectsEach: boolean
  /** A peer announces itself to its neighbors in a version made just then, so that it tells the time (rule WK13). */
  readonly announcesFresh: boolean
  /** Null where peers judge the silence of others by a constant of their own. */
  readonly pace: Pace | null
  readonly limits: DialectLimits
  /** What our own entries state as `protocolVersion`. */
  readonly protocolVersion: string
  /** Versions of one line read each other's entries and syncs. Null for a version whose entries cannot be written. */
  lineOf(protocolVersion: string): string | null
  /**
   * The same dialect for a node whose entries state another version.
   * @throws InvalidArgument where `lineOf` has none for it
   */
  stating(protocolVersion: string): Dialect
  protocolIds(networkId: NetworkId): ProtocolIds
  /**
   * The tag for a word that somebody typed.
   * @throws LimitExceeded, InvalidArgument
   */
  tagOf(word: string): string

  /** The message that announces an entry. `repeat` tells broadcasts of one version apart, where the message can. */
  encodeAnnouncement(signed: SignedPeerEntry, repeat: number): Uint8Array
  /** The goodbye of the peer whose secret it is (rule AN6). */
  encodeDeparture(departure: Departure, secret: Uint8Array, signatures: Pick<Signatures, 'sign'>): Uint8Array
  /**
   * @param networkId what messages that name no network are of
   * @throws LimitExceeded, MalformedMessage, BadSignature where a signature has not the length of one
   */
  decodeGossip(message: Uint8Array, networkId: NetworkId): Heard

  encodePing(): Uint8Array
  /** @throws MalformedMessage */
  checkPing(message: Uint8Array): void
  encodePong(signed: SignedPeerEntry): Uint8Array
  /** @throws LimitExceeded, MalformedMessage, BadSignature where the signature has not the length of one */
  decodePong(message: Uint8Array): UnverifiedEntry

  /**
   * The side of a sync that begins it.
   * @param peerId with which peer, so that it is sent what it can read
   * @param isFirst whether it may be sent all that the peer has, from the beginning
   */
  askSync(view: SyncView, peerId?: PeerId, isFirst?: boolean): Exchange<SyncCounts>
  /** The side that answers. */
  answerSync(view: SyncView, peerId?: PeerId): Exchange<SyncCounts>

  /** Null where `abilities.neighbors` is false. */
  readonly neighbors: NeighborsCodec | null
  readonly dht: DhtCodec
}
