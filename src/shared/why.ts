/** Why a peer or the network is as it is: a sentence, and what may cause it. Plain data, fit for IPC. */
import type { Evidence } from './health.ts'
import type { PeerId } from './ids.ts'

/** What is to be explained of a peer. */
export type PeerMatter =
  /** Ourselves. */
  | 'ourselves'
  /** It is here, and nothing is wrong with it. */
  | 'fine'
  | 'slow'
  /** It counts as here, and was dialed in vain since it answered last. */
  | 'not answering'
  /** It counts as here, and is on a different island from us, or on what looks like one: nothing of it comes to us. */
  | 'apart'
  /** It said goodbye. */
  | 'left'
  /** It went silent and was purged. */
  | 'silent'
  /** It was purged while we had lost the network: what became of it is not known. */
  | 'not known'
  /** Removed by the user, or it made room for another. */
  | 'removed'
  | 'displaced'
  /** Known from others or from before, and never met in this run. */
  | 'never reached'
  /** It is here, and no link of it is known. */
  | 'lonely'

/** What is to be explained of a network. */
export type NetworkMatter =
  | 'fine'
  | 'alone'
  | 'lost'
  /** We had lost it, and that is over. */
  | 'had lost'
  /** Nobody is left, the last ones said goodbye, and no connection was lost. */
  | 'deserted'
  | 'split'
  /** It was split, and the other island was taken for gone before they grew together. */
  | 'parted'
  /** Peers ended together, and not all of them are back. */
  | 'went together'
  /** Our clock is not that of most others. */
  | 'own clock'
  /** It was not, and peers were taken for gone by that; it is right again. */
  | 'clock was wrong'
  /** The clock of some is not ours, so that we refuse their entries. */
  | 'refused'
  | 'failed'
  | 'not joined'

/** What may be the cause. */
export type CauseKind =
  | 'goodbye'
  | 'user'
  | 'catalog full'
  | 'own stall'
  | 'clock jumped'
  | 'own clock'
  | 'its clock'
  | 'own link'
  | 'lost network'
  | 'everybody slow'
  | 'relayed'
  | 'far'
  | 'unsteady'
  | 'dials failed'
  | 'private addresses'
  | 'no addresses'
  | 'refused entries'
  | 'twin'
  | 'untold'
  | 'bridge'
  | 'split'
  | 'left one by one'
  | 'crashed'
  | 'restarted'
  | 'nobody dialed'
  | 'unknown'

/** How sure we are. `certain`: it says so itself, or we saw it; `likely`: what was measured fits; `possible`: nothing speaks against it. */
export type Confidence = 'certain' | 'likely' | 'possible'

/** One possible cause. */
export interface Cause {
  readonly kind: CauseKind
  readonly confidence: Confidence
  /** A clause without a full stop, beginning in lower case, fit to follow "because": "our own machine stalled for 4 s". */
  readonly words: string
  /** Numbers of the events behind it, newest first, at most ten. */
  readonly events: readonly number[]
  readonly evidence: Evidence | null
  /** From when the age in the words counts, milliseconds since the epoch; null where they have none. */
  readonly since: number | null
}

/** Why a peer is as it is. */
export interface PeerWhy {
  readonly peerId: PeerId
  readonly matter: PeerMatter
  /** For people, with the best cause: "amber fox went silent 3 min ago, probably because our own machine stalled for 4 s." */
  readonly sentence: string
  /** The most probable first. */
  readonly causes: readonly Cause[]
  /** Milliseconds since the epoch. */
  readonly at: number
  /** From when the age in the statement of the sentence counts, milliseconds since the epoch; null where it has none. */
  readonly since: number | null
  /** What would be needed for the answer and is not kept of a past moment, or was not found in time, in sentences; null where nothing is missing. */
  readonly notKept: string | null
}

/** Why the network is as it is. */
export interface NetworkWhy {
  readonly matter: NetworkMatter
  /** For people, with the best cause. */
  readonly sentence: string
  readonly causes: readonly Cause[]
  readonly at: number
  /** As of `PeerWhy`. */
  readonly since: number | null
  readonly notKept: string | null
}
