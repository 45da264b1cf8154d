/** What goes into the machine of a topic and what comes out. Times are milliseconds of a monotonic clock. */
import type { PeerId } from '../../../../shared/ids.ts'
import type { Message, MessageId } from './wire.ts'

/** How far a content is to go: to all members, or to our neighbors only. */
export type Reach = 'Swarm' | 'Neighbors'

export type Input =
  /** Members that we know of, to get into the mesh by. */
  | { readonly kind: 'join'; readonly peers: readonly PeerId[] }
  /** A message of a peer, which the transport has made sure it is from. */
  | { readonly kind: 'message'; readonly from: PeerId; readonly message: Message }
  /**
   * The connection to a peer ended, by whoever's wish, or could not be opened (`reached` is false). To be told only where
   * no other connection to the peer is left.
   */
  | { readonly kind: 'disconnected'; readonly peer: PeerId; readonly reached: boolean }
  | { readonly kind: 'broadcast'; readonly content: Uint8Array; readonly reach: Reach }
  /** What the caller thinks of a content that was `received`: whether others may have it from us. */
  | { readonly kind: 'judged'; readonly id: MessageId; readonly passOn: boolean }
  /** How we are reached (`peer-data.ts`), null where that is not to be told. */
  | { readonly kind: 'data'; readonly data: Uint8Array | null }
  /** The time has come that a `timer` named. */
  | { readonly kind: 'time' }
  /** We leave the mesh. Nothing comes of any input after it. */
  | { readonly kind: 'quit' }

export type Output =
  /** To be sent in order. Where there is no connection to the peer, one is opened. */
  | { readonly kind: 'send'; readonly peer: PeerId; readonly message: Message }
  /** The connection serves this topic no longer: our stream is finished, then it may be closed. What is sent later opens another. */
  | { readonly kind: 'disconnect'; readonly peer: PeerId }
  | { readonly kind: 'neighborUp'; readonly peer: PeerId }
  | { readonly kind: 'neighborDown'; readonly peer: PeerId }
  /** How a peer says, or others say of it, that it is reached. Told before something is sent to it. Nobody vouches for it. */
  | { readonly kind: 'peerData'; readonly peer: PeerId; readonly data: Uint8Array }
  /**
   * A content, once. It goes no further until it is `judged`. `hops`: how many links it came over, as it says itself;
   * `reach`: how far it was to go.
   */
  | {
      readonly kind: 'received'
      readonly id: MessageId
      readonly content: Uint8Array
      readonly from: PeerId
      readonly hops: number
      readonly reach: Reach
    }
  /** When `time` is due, in place of what was told before; null for never. */
  | { readonly kind: 'timer'; readonly at: number | null }

/** What was refused, ignored or left out, since the beginning. */
export interface Counters {
  /** Contents whose id is not their hash. */
  badIds: number
  /** Peers of messages that are nobody's key. */
  badKeys: number
  /** Messages of peers that are no neighbors, where only neighbors may send them. */
  strangers: number
  /** Messages over a rate (`RATES`). */
  limited: number
  /** Joins and requests that were refused. */
  refused: number
  /** Contents that somebody sent again. */
  duplicates: number
  /** Items over a bound (`BOUNDS`). */
  overBounds: number
  /** Contents that grew too large to be passed on. */
  tooLarge: number
}

/** All at nothing. */
export function noCounts(): Counters {
  return { badIds: 0, badKeys: 0, strangers: 0, limited: 0, refused: 0, duplicates: 0, overBounds: 0, tooLarge: 0 }
}
