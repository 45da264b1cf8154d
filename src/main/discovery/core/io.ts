/**
 * What goes into the core and what comes out of it. An input is something that happened; an output is something to be done or
 * told. What is asked for carries an id, and its completion brings the id back: one that comes for an id that the core has let
 * go of is dropped. Ids are never used twice.
 */
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerEntry } from '../../../shared/peer.ts'
import type { SignedPeerEntry, UnverifiedEntry } from '../entry/entry.ts'
import type { DialResult, SyncResult, Told, UpsertOutcome } from '../handle.ts'
import type { Pong } from '../liveness/ping-exchange.ts'
import type { Bounded, Connection, DhtItem, DialTarget, Verdict } from '../ports.ts'
import type { NeighborsAnswer } from '../topology/neighbors.ts'
import type { LogLine } from './log.ts'

/** When something happened. Milliseconds. */
export interface Moment {
  /** Since the epoch. */
  readonly now: number
  /** By the monotonic clock. */
  readonly monotonic: number
}

/** The protocols of discovery. */
export type StreamKind = 'ping' | 'neighbors' | 'sync'

/** What can be asked of discovery, and what comes of it. */
export interface Commands {
  readonly dial: { readonly with: { readonly targets: readonly DialTarget[] }; readonly result: readonly DialResult[] }
  readonly sync: { readonly with: { readonly peerId: PeerId }; readonly result: SyncResult }
  readonly ping: { readonly with: { readonly peerId: PeerId }; readonly result: Pong }
  readonly neighbors: { readonly with: { readonly peerId: PeerId }; readonly result: NeighborsAnswer }
  readonly feed: { readonly with: { readonly signed: SignedPeerEntry }; readonly result: UpsertOutcome }
  readonly insert: { readonly with: { readonly entry: PeerEntry }; readonly result: boolean }
  readonly remove: { readonly with: { readonly peerId: PeerId }; readonly result: boolean }
  /** Takes back an address that was given to `dial` (rule AN10). */
  readonly takeBack: { readonly with: { readonly target: DialTarget }; readonly result: boolean }
  readonly clearUnsigned: { readonly with: object; readonly result: number }
  /** The whole local entry, as it is to be (rule HD2). */
  readonly change: { readonly with: { readonly entry: PeerEntry }; readonly result: boolean }
}

/** One command. */
export type Command = { [K in keyof Commands]: { readonly kind: K } & Commands[K]['with'] }[keyof Commands]

/** What came of a command. */
export type Answer = { readonly result: Commands[keyof Commands]['result'] } | { readonly error: Error }

/** Something happened. */
export type Input =
  /** The node listens, at these addresses. */
  | { readonly kind: 'online'; readonly addresses: readonly string[] }
  /** The gossip topic was joined. */
  | { readonly kind: 'joined' }
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'connected'; readonly connection: Connection }
  | { readonly kind: 'disconnected'; readonly peerId: PeerId }
  /** A port refused something before we saw it. */
  | { readonly kind: 'refused'; readonly what: Bounded | 'LanFailed' }
  /** Another node that has our key was met (rule ID5). */
  | { readonly kind: 'twinMet' }
  | { readonly kind: 'neighborUp'; readonly peerId: PeerId }
  | { readonly kind: 'neighborDown'; readonly peerId: PeerId }
  /** A gossip message came: one of the outputs is the verdict. */
  | { readonly kind: 'gossip'; readonly message: Uint8Array; readonly from: PeerId }
  /** What we published did not go out. */
  | { readonly kind: 'unpublished' }
  /** Somebody on the local network says that a peer is there. */
  | { readonly kind: 'nearby'; readonly target: DialTarget }
  | { readonly kind: 'dialed'; readonly id: number; readonly peerId: PeerId }
  | { readonly kind: 'dialFailed'; readonly id: number; readonly error: Error }
  /** A peer opened a stream to us. */
  | { readonly kind: 'stream'; readonly id: number; readonly peerId: PeerId; readonly protocol: StreamKind }
  /** The stream that we asked for is open. */
  | { readonly kind: 'opened'; readonly id: number }
  /** The message of a `send` was handed to the transport. */
  | { readonly kind: 'sent'; readonly id: number }
  | { readonly kind: 'message'; readonly id: number; readonly bytes: Uint8Array }
  /** The other side closed the stream after its last message. */
  | { readonly kind: 'ended'; readonly id: number }
  /** The stream could not be opened, or broke. */
  | { readonly kind: 'broke'; readonly id: number; readonly error: Error }
  /** The verdicts on a `verify`, in its order; null where a signature does not hold. */
  | { readonly kind: 'verified'; readonly id: number; readonly entries: readonly (SignedPeerEntry | null)[] }
  /** Others had their turn after a `yield`. */
  | { readonly kind: 'resumed'; readonly id: number }
  | { readonly kind: 'dhtStarted'; readonly id: number }
  | { readonly kind: 'dhtRead'; readonly id: number; readonly item: DhtItem | null }
  /** `taken` is false where the slot had changed. */
  | { readonly kind: 'dhtWritten'; readonly id: number; readonly taken: boolean }
  | { readonly kind: 'dhtFailed'; readonly id: number; readonly error: Error }
  | { readonly kind: 'command'; readonly id: number; readonly command: Command }
  /** The caller of a command stopped waiting for it. */
  | { readonly kind: 'cancel'; readonly id: number }
  /** The machine may have slept (rule WK11). */
  | { readonly kind: 'woke' }
  /** The time of the last `timer` has come. */
  | { readonly kind: 'time' }
  /** The user leaves the network. */
  | { readonly kind: 'leave' }
  /** The node cannot go on (rule WK9). */
  | { readonly kind: 'fail' }
  /** All ports have stopped: after an error, or since we left. */
  | { readonly kind: 'stopped'; readonly cause: Error | null }

/** Something is to be done or told. */
export type Output =
  /** Ends with `dialed` or `dialFailed`. */
  | { readonly kind: 'dial'; readonly id: number; readonly target: DialTarget }
  /** Ends with `opened` or `broke`. */
  | { readonly kind: 'open'; readonly id: number; readonly peerId: PeerId; readonly protocol: StreamKind }
  /** Send this, say so, and wait for the next message. */
  | { readonly kind: 'send'; readonly id: number; readonly message: Uint8Array }
  /** Send this, and say nothing of it. */
  | { readonly kind: 'sendAhead'; readonly id: number; readonly message: Uint8Array }
  /** Wait for the next message. */
  | { readonly kind: 'read'; readonly id: number }
  /** Verify these off the event loop, and report the oldest verdicts of the exchange that are pending. */
  | { readonly kind: 'verify'; readonly id: number; readonly entries: readonly UnverifiedEntry[] }
  /** Begin to verify these, and let others have a turn. */
  | { readonly kind: 'verifyAhead'; readonly id: number; readonly entries: readonly UnverifiedEntry[] }
  /** Report the oldest verdicts that are pending. */
  | { readonly kind: 'awaitVerdicts'; readonly id: number }
  /** Many will have to be verified soon. */
  | { readonly kind: 'expectMany'; readonly id: number }
  /** Let others have a turn. */
  | { readonly kind: 'yield'; readonly id: number }
  /** Close the stream; what came is still worked on. */
  | { readonly kind: 'close'; readonly id: number }
  /** Send `last`, where there is one, and close the stream. */
  | { readonly kind: 'finish'; readonly id: number; readonly last: Uint8Array | null }
  /** Reset the stream, whether it is open yet or not. */
  | { readonly kind: 'reset'; readonly id: number; readonly error: Error }
  /** Nobody waits for a dial or a request to the DHT any longer. What comes of it is dropped. */
  | { readonly kind: 'callOff'; readonly id: number; readonly error: Error }
  | { readonly kind: 'disconnect'; readonly peerId: PeerId }
  | { readonly kind: 'publish'; readonly message: Uint8Array }
  /** What becomes of the gossip message of this step. */
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'dhtStart'; readonly id: number }
  | { readonly kind: 'dhtRead'; readonly id: number; readonly publicKey: Uint8Array }
  | {
      readonly kind: 'dhtWrite'
      readonly id: number
      readonly secret: Uint8Array
      readonly item: DhtItem
      readonly cas: bigint | null
    }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  /** The next item of the stream (rule CT11). */
  | { readonly kind: 'tell'; readonly told: Told }
  /** Something that views look at has changed. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'log'; readonly line: LogLine }
  /** When `time` is to come, by the monotonic clock: replaces the one before. Null: never. */
  | { readonly kind: 'timer'; readonly at: number | null }
  /** Nothing goes on any longer: stop all ports. */
  | { readonly kind: 'stop' }
