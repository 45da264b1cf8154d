/** What is kept of the syncs that run or are waited for. */
import { errorShape, SyncFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRecord } from '../core/peers.ts'
import type { Work } from '../core/work.ts'

/** A sync that we began. */
export interface Outbound {
  readonly id: number
  readonly peerId: PeerId
  /** Its peer's record when it began: for another incarnation what comes of it means nothing (rule WK3). */
  readonly record: PeerRecord | null
  /** Its turn, where it was due by itself; null for one that a command began. */
  readonly work: Work<'sync'> | null
  readonly beganAt: number
  dial: number | null
  exchange: number | null
  /** Commands that wait for it. */
  readonly commands: Set<number>
}

/**
 * Whether the peer may send us all that it has. Where a sync breaks off the next one would begin with the same entries: after one it
 * compares, and so it gets on.
 */
export function isFirst({ record }: Outbound): boolean {
  return record !== null && record.sync.failures === 0 && record.sync.beganAt === null
}

/** A command that waits for a sync. */
export interface Waiting {
  readonly peerId: PeerId
  tries: number
  /** It waits for one that ran already when it came. */
  joined: boolean
  /** It begins once more by the timer of its id. */
  resting: boolean
}

/** What is not an error of ours failed the sync. */
export function typed(error: Error): Error {
  return errorShape(error).code === 'Internal' ? new SyncFailed(error.message) : error
}
