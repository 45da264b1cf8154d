import type { DepartureReason } from '../../../shared/peer.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Way } from '../bootstrap/attempts.ts'
import type { GonePeer } from '../catalog/catalog.ts'
import type { Pong } from '../liveness/ping-exchange.ts'
import type { DialTarget } from '../ports.ts'
import type { SyncCounts } from '../sync/parts.ts'
import type { NeighborsAnswer } from '../topology/neighbors.ts'
import type { Answer, StreamKind } from './io.ts'
import type { PeerRecord } from './peers.ts'
import type { Priority, Work } from './work.ts'

/** What a dial is for: what has to do something with what comes of it. */
export type DialPurpose =
  /** It keeps our connections up (rules AN7 to AN10). */
  | { readonly for: 'connections' }
  /** An address of the user (rule AN10), by its key. */
  | { readonly for: 'given'; readonly key: string }
  /** A place of an earlier run (rule BS2). */
  | { readonly for: 'warmStart' }
  /** One target of the user's `dial`. */
  | { readonly for: 'command'; readonly id: number; readonly index: number }
  /** A request that needs a connection. */
  | { readonly for: 'request'; readonly protocol: 'ping' | 'neighbors'; readonly id: number }
  | { readonly for: 'sync'; readonly peerId: PeerId; readonly id: number }

/** What came of a dial. */
export type DialOutcome = { readonly ok: true; readonly peerId: PeerId } | { readonly ok: false; readonly error: Error }

/** One dial. */
export interface Dial {
  readonly id: number
  readonly target: DialTarget
  /** Listed among the attempts where it is given. */
  readonly way: Way | null
  readonly priority: Priority
  readonly purpose: DialPurpose
}

/** What a ping or a question for neighbors is for. */
export type RequestPurpose =
  | { readonly for: 'command'; readonly id: number }
  | { readonly for: 'probe'; readonly record: PeerRecord; readonly work: Work<'probe'> }
  /** The holder of a DHT slot (rule DH3). */
  | { readonly for: 'dht'; readonly peerId: PeerId }
  /** It tells the time of a peer that is in no catalog of ours (rule WK13). */
  | { readonly for: 'clock' }

/** What came of a request. */
export type RequestOutcome =
  | { readonly protocol: 'ping'; readonly pong: Pong }
  | { readonly protocol: 'neighbors'; readonly answer: NeighborsAnswer }
  | { readonly protocol: StreamKind; readonly error: Error }

/** What the machines of exchanges give. */
export interface ExchangeResults {
  readonly ping: Pong
  readonly neighbors: NeighborsAnswer
  readonly sync: SyncCounts
}

/** What came of an exchange that we began. */
export type Asked =
  | { readonly protocol: 'ping'; readonly result: Pong }
  | { readonly protocol: 'neighbors'; readonly result: NeighborsAnswer }
  | { readonly protocol: 'sync'; readonly result: SyncCounts }
  | { readonly protocol: StreamKind; readonly error: Error }

/**
 * What one part of the core found out and others have to act on, still within the same step. So parts need not know each
 * other, and none is called while it is in the middle of something.
 */
export type Fact =
  /** A peer is in the catalog from now on, or (`isNew` false) with a newer version. */
  | { readonly kind: 'present'; readonly record: PeerRecord; readonly isNew: boolean }
  /** It is not any longer; its record is out of the table already. */
  | { readonly kind: 'gone'; readonly peer: GonePeer; readonly reason: DepartureReason }
  | { readonly kind: 'dialEnded'; readonly dial: Dial; readonly outcome: DialOutcome }
  | { readonly kind: 'asked'; readonly id: number; readonly outcome: Asked }
  /** An exchange that a peer began is over. */
  | {
      readonly kind: 'answered'
      readonly id: number
      readonly peerId: PeerId
      readonly protocol: StreamKind
      readonly error: Error | null
    }
  | {
      readonly kind: 'requestEnded'
      readonly purpose: RequestPurpose
      readonly peerId: PeerId
      /** The peer's record when the request began. */
      readonly record: PeerRecord | null
      /** There was a connection before the request. */
      readonly wasConnected: boolean
      /** It ended while its exchange ran, not while the peer was dialed. */
      readonly onConnection: boolean
      readonly outcome: RequestOutcome
    }
  /** A sync that a command waits for is over. */
  | { readonly kind: 'commandEnded'; readonly id: number; readonly answer: Answer }
  /** Our own entry has a newer version to be told to all. */
  | { readonly kind: 'ownEntry' }
