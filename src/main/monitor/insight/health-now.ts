/** How it is now, put together from the view, the log and what was found out. */
import type { NetworkRef, NetworkStatus, StoreStatus } from '../../../shared/contract.ts'
import type { HealthNow } from '../../../shared/health.ts'
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import type { Loss } from '../../../shared/loss.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isHere } from '../../../shared/loss.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { rttOf } from '../../../shared/rtt.ts'
import { isCrawl } from '../../../shared/tags.ts'
import type { StoreReader } from '../../store/types.ts'
import { lossUpTo } from '../loss.ts'
import { inTurns } from '../turns.ts'
import { leftFold } from './left.ts'
import type { LogSource } from './logged.ts'
import { stallsIn } from './logged.ts'
import { lossesTold, notKnownTold } from './lost-before.ts'
import { partedAt } from './parted.ts'
import { refusedPeers } from './refused-peers.ts'
import { shownParted, splitEnded } from './shown-parted.ts'
import { worstDelay } from './loop-delay.ts'
import { ownClockAt, ownClockOf } from './own-clock.ts'
import { stallFigures } from './stalls.ts'
import { wrongClocksIn } from './wrong-clock.ts'

/** Where it is read from. */
export interface HealthSource extends LogSource {
  readonly store: StoreReader
  readonly network: NetworkRef
  /** Null where it is read from a data folder. */
  readonly status: NetworkStatus | null
  readonly state: HealthNow['state']
  readonly storeStatus: StoreStatus | null
  readonly rows: () => Iterable<PeerRow>
  readonly islands: IslandsSummary | null
  /** Who is surely in other islands than ours. */
  readonly apart: ReadonlySet<PeerId>
  /** Whether peers of this network tell their links. */
  readonly told: boolean
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
  /** Milliseconds since the epoch; when it was looked last where that is over. */
  readonly now: number
}

/** How it is. In turns. */
export async function healthNow(source: HealthSource): Promise<HealthNow> {
  const { network, status, state, storeStatus, islands, told, now } = source
  const from = now - HEALTH_SPAN_MS
  // A stall from before the span may explain who was purged within it.
  const stalls = await stallsIn(source, from - source.purgeAfterMs, now)
  const rows = [...source.rows()]
  const crawls = new Set(rows.filter(isCrawl).map(({ peerId }) => peerId))
  const clocks = await wrongClocksIn(source, from, now, source.purgeAfterMs)
  const causes = { stalls, clocks, purgeAfterMs: source.purgeAfterMs }
  const marks = (peerId: PeerId): boolean => crawls.has(peerId)
  const span = { networkKey: source.networkKey, from, to: now }
  const left = await inTurns(source.store.presenceSteps({ ...span, marks }, () => leftFold(span, causes)))
  const loopDelay = await inTurns(source.store.delaySteps(span, worstDelay))
  const loss = lossOf(source)
  const here = rows.filter((row) => isHere(row, loss))
  return {
    at: now,
    network,
    state,
    here: here.length,
    islands: islands === null || islands.count === 0 ? null : islands,
    islandsEnded: splitEnded(source),
    islandsUnknown: !told ? 'untold' : islands === null || islands.count === 0 ? 'none yet' : null,
    left,
    losses: await lossesTold(source, now),
    notKnown: loss === null ? notKnownTold(source, now, rows) : null,
    parted: shownParted(partedAt(source, now, rows), source),
    rtt: loss === null ? rttOf(here) : null,
    stalls: stallFigures(stalls, from, now),
    loopDelay,
    clock: status === null ? ownClockAt(source, now) : ownClockOf(status),
    refused: refusedPeers({ ...source, rows: () => rows }).size,
    store: storeStatus === null || storeStatus.state === 'ok' ? null : storeStatus.reason,
  }
}

/** The loss that lasts: as the running node has it, or as the log of a data folder does. */
function lossOf({ store, networkKey, state, status, now }: HealthSource): Loss | null {
  if (state !== 'lost') return null
  return status !== null && 'loss' in status ? status.loss : lossUpTo(store, networkKey, now)
}
