/** That we lost the network, and who was here then: one count for header, strip, table, graph and terminal. Pure. */
import type { NetworkStatus } from './contract-network.ts'
import type { PeerRow } from './peer.ts'

/** The loss that a status tells of; null while we are in the network, and where none is joined. */
export function lossIn(status: NetworkStatus): Loss | null {
  return 'loss' in status ? status.loss : null
}

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
 * of the peer, so it counts as it was then. Earlier versions did not tell such a purge from others.
 */
export function wentWithUs({ state, version }: Pick<PeerRow, 'state' | 'version'>, loss: Loss | null): boolean {
  return loss !== null && (state === 'lost' || state === 'purged') && version.updatedAt >= heardSince(loss)
}

/** Who was in the catalog when we lost the network announced itself then or later, milliseconds since the epoch. */
function heardSince({ judgedAt, purgeAfterMs }: Loss): number {
  return judgedAt - purgeAfterMs
}

/** Peers that went with us when we lost the network, and that were not heard of since we are back. */
export interface NotKnown {
  readonly count: number
  /** When we lost it, milliseconds since the epoch. */
  readonly lostAt: number
  /** Their newest entries are from then or later, milliseconds since the epoch: others were lost earlier. */
  readonly heardSince: number
}

/** Those that a loss took along which is over; null for none. */
export function notKnownSince(rows: Iterable<Pick<PeerRow, 'state' | 'version'>>, loss: Loss | null): NotKnown | null {
  if (loss === null) return null
  let count = 0
  for (const row of rows) if (row.state === 'lost' && wentWithUs(row, loss)) count += 1
  return count === 0 ? null : { count, lostAt: loss.at, heardSince: heardSince(loss) }
}

/** The row as it counts: those that were here when we lost the network as they were then, and marked. */
export function rowInLoss(row: PeerRow, loss: Loss | null): PeerRow {
  return loss !== null && isHere(row, loss) ? { ...row, state: 'online', notKnown: true } : row
}

/** Whether a peer is here, or was when we lost the network; we ourselves are not counted. */
export function isHere(row: Pick<PeerRow, 'self' | 'state' | 'version'>, loss: Loss | null): boolean {
  return !row.self && (row.state === 'online' || wentWithUs(row, loss))
}
