/** Our last loss of the network, where it is over: what is needed to say why it was. */
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { HealthNow } from '../../../shared/health.ts'
import { notKnownSince } from '../../../shared/loss.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { LossRun } from '../loss.ts'
import { lastLossOver } from '../loss.ts'
import type { LogSource } from './logged.ts'
import { isJoined } from './network-facts.ts'

/** The log, and how the network is. */
type LostSource = LogSource & { readonly state: HealthNow['state'] }

/**
 * As of a moment, milliseconds since the epoch, in which these were shown. Null where Health tells of none: it does for ten minutes
 * after we were back, and for as long as somebody is not known since. Null too while we are in no network, or alone in one: that is the
 * trouble of now, and what happened around the loss does not explain it.
 */
export function lostBefore(
  { store, networkKey, state }: LostSource,
  at: number,
  rows: Iterable<PeerRow>,
): LossRun | null {
  if (!isJoined(state)) return null
  const over = lastLossOver(store, networkKey, at)
  if (over === null) return null
  const { loss, to, back } = over
  const told = (back && to >= at - HEALTH_SPAN_MS) || notKnownSince(rows, loss) !== null
  return told ? over : null
}
