/** That we lost the network, and who was here then: one count for header, strip, table, graph and terminal. Pure. */
import type { PeerRow } from './peer.ts'

/** We lost the network: no neighbor answered. Times are milliseconds since the epoch. */
export interface Loss {
  /** Since when. */
  readonly at: number
  /** By which time staleness was judged then: after a jump of the clock or a sleep the one before it (rule WK11). */
  readonly judgedAt: number
  /** When anybody was heard last before that; null where nobody was. */
  readonly heardAt: number | null
  /** After which silence peers were purged, milliseconds. */
  readonly purgeAfterMs: number
}

/**
 * Whether a peer was purged because we lost the network: it was in the catalog still when that began. The purge says nothing
 * of the peer, so it counts as it was then.
 */
export function wentWithUs({ state, version }: Pick<PeerRow, 'state' | 'version'>, loss: Loss | null): boolean {
  return loss !== null && state === 'purged' && version.updatedAt + loss.purgeAfterMs >= loss.judgedAt
}

/** The row as it counts: that of a peer that went with us as it was when we lost the network. */
export function rowInLoss(row: PeerRow, loss: Loss | null): PeerRow {
  return wentWithUs(row, loss) ? { ...row, state: 'online' } : row
}

/** Whether a peer is here, or was when we lost the network; we ourselves are not counted. */
export function isHere(row: PeerRow, loss: Loss | null): boolean {
  return !row.self && (row.state === 'online' || wentWithUs(row, loss))
}
