/** Our losses of the network that are over, for as long as Health tells of them: what is told, and what is needed to say why the last one was. */
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { HealthNow, LossFigures } from '../../../shared/health.ts'
import type { NotKnown } from '../../../shared/loss.ts'
import { notKnownSince } from '../../../shared/loss.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { LossRun } from '../loss.ts'
import { isBackIn, lastLossOver, lossBefore, lossesIn, lossFigures } from '../loss.ts'
import type { LogSource } from './logged.ts'
import { isJoined } from './network-facts.ts'

/** The log, and how the network is. */
type LostSource = LogSource & { readonly state: HealthNow['state'] }

/** Health tells of a loss for so long after we were back. @param at milliseconds since the epoch */
function toldFrom(at: number): number {
  return at - HEALTH_SPAN_MS
}

/** Those after which we were back, as Health tells of them at a moment, milliseconds since the epoch; null for none. In turns. */
export async function lossesTold(source: LogSource, at: number): Promise<LossFigures | null> {
  return lossFigures(await lossesIn(source, toldFrom(at), at), toldFrom(at), at)
}

/** Who is not known since the last one: of that Health tells however long ago it was, and however it ended. @param rows that were shown at the moment */
export function notKnownTold({ store, networkKey }: LogSource, at: number, rows: Iterable<PeerRow>): NotKnown | null {
  return notKnownSince(rows, lossBefore(store, networkKey, at))
}

/**
 * The last one that Health tells of, as of a moment, milliseconds since the epoch, in which these were shown; else null. Null too while we
 * are in no network, or alone in one: that is the trouble of now, and what happened around the loss does not explain it.
 */
export function lostBefore(source: LostSource, at: number, rows: Iterable<PeerRow>): LossRun | null {
  if (!isJoined(source.state)) return null
  const over = lastLossOver(source.store, source.networkKey, at)
  if (over === null) return null
  return isBackIn(over, toldFrom(at), at) || notKnownTold(source, at, rows) !== null ? over : null
}
