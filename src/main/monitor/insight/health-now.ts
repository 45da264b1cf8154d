/** How it is now, put together from the view, the log and what was found out. */
import type { NetworkRef, NetworkStatus, StoreStatus } from '../../../shared/contract.ts'
import type { HealthNow, LeftCounts } from '../../../shared/health.ts'
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import type { Loss } from '../../../shared/loss.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isHere } from '../../../shared/loss.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { rttOf } from '../../../shared/rtt.ts'
import { isCrawl } from '../../../shared/tags.ts'
import type { PresenceFold, SessionEnd, StoreReader } from '../../store/types.ts'
import { lossUpTo } from '../loss.ts'
import { inTurns } from '../turns.ts'
import type { LogSource } from './logged.ts'
import { stallsIn } from './logged.ts'
import { lossesTold, notKnownTold } from './lost-before.ts'
import { partedAt } from './parted.ts'
import { shownParted } from './shown-parted.ts'
import { worstDelay } from './loop-delay.ts'
import type { Stall } from './stalls.ts'
import { ownClockAt, ownClockOf } from './own-clock.ts'
import { stallBehind, stallFigures } from './stalls.ts'

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
  const left = await leftIn(source, { stalls, purgeAfterMs: source.purgeAfterMs, crawls }, from, now)
  const loopDelay = await inTurns(source.store.delaySteps({ networkKey: source.networkKey, from, to: now }, worstDelay))
  const loss = lossOf(source)
  const here = rows.filter((row) => isHere(row, loss))
  return {
    at: now,
    network,
    state,
    here: here.length,
    islands: islands === null || islands.count === 0 ? null : islands,
    islandsUnknown: !told ? 'untold' : islands === null || islands.count === 0 ? 'none yet' : null,
    left,
    losses: await lossesTold(source, now),
    notKnown: loss === null ? notKnownTold(source, now, rows) : null,
    parted: shownParted(partedAt(source, now, rows), source),
    rtt: loss === null ? rttOf(here) : null,
    stalls: stallFigures(stalls, from, now),
    loopDelay,
    clock: status === null ? ownClockAt(source, now) : ownClockOf(status),
    store: storeStatus === null || storeStatus.state === 'ok' ? null : storeStatus.reason,
  }
}

/** The loss that lasts: as the running node has it, or as the log of a data folder does. */
function lossOf({ store, networkKey, state, status, now }: HealthSource): Loss | null {
  if (state !== 'lost') return null
  return status !== null && 'loss' in status ? status.loss : lossUpTo(store, networkKey, now)
}

async function leftIn(
  { store, networkKey }: HealthSource,
  causes: Causes & { readonly crawls: ReadonlySet<PeerId> },
  from: number,
  to: number,
): Promise<LeftCounts> {
  const counts = { goodbye: 0, silent: 0, ownStall: 0, ownLoss: 0, removed: 0, displaced: 0, crawls: 0 }
  const fold = (): PresenceFold<LeftCounts> => {
    const found = { ...counts }
    return {
      began: () => undefined,
      ended: (at, reason) => {
        const name = leftAs(reason, at, causes)
        if (name !== null) found[name] += 1
      },
      result: () => ({ from, to, ...found }),
    }
  }
  const { crawls } = causes
  if (crawls.size === 0) return await inTurns(store.presenceSteps({ networkKey, from, to }, fold))
  const among = (peerId: PeerId): boolean => !crawls.has(peerId)
  const left = await inTurns(store.presenceSteps({ networkKey, from, to, among }, fold))
  const crawled = await inTurns(
    store.presenceSteps({ networkKey, from, to, among: (peerId) => crawls.has(peerId) }, fold),
  )
  return { ...left, crawls: crawled.goodbye + crawled.silent + crawled.ownStall }
}

/** What of our own may be behind a silence. */
export interface Causes {
  readonly stalls: readonly Stall[]
  /** After which silence peers are purged, milliseconds. */
  readonly purgeAfterMs: number
}

/** How somebody left; null where it was we who stopped looking. */
export function leftAs(
  reason: SessionEnd,
  at: number,
  { stalls, purgeAfterMs }: Causes,
): keyof Omit<LeftCounts, 'from' | 'to' | 'crawls'> | null {
  switch (reason) {
    case 'graceful':
      return 'goodbye'
    case 'lost':
      return 'ownLoss'
    case 'purged':
      return stallBehind(at, stalls, purgeAfterMs) === null ? 'silent' : 'ownStall'
    case 'removed':
    case 'displaced':
      return reason
    case 'unknown':
      return null
  }
}
