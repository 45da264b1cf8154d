/** Our last loss of the network, where it is over: what is needed to say why it was. */
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import { notKnownSince } from '../../../shared/loss.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { lastLossOver } from '../loss.ts'
import type { LogSource } from './logged.ts'
import type { Run } from './runs.ts'

/** A loss that is over. `back`: we were back, rather than leaving or being killed in it. */
export interface LostBefore extends Run {
  readonly back: boolean
}

/**
 * As of a moment, milliseconds since the epoch, in which these were shown. Null where Health tells of none: it does for ten minutes
 * after we were back, and for as long as somebody is not known since.
 */
export function lostBefore({ store, networkKey }: LogSource, at: number, rows: Iterable<PeerRow>): LostBefore | null {
  const over = lastLossOver(store, networkKey, at)
  if (over === null) return null
  const { loss, to, back } = over
  const told = (back && to >= at - HEALTH_SPAN_MS) || notKnownSince(rows, loss) !== null
  return told ? { from: loss.at, to, back } : null
}
