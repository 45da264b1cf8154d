/** Why a peer that came back had left: `why` explains peers as they are now, and says nothing of that. */
import { InvalidArgument, UnknownPeer } from '../../../shared/errors.ts'
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import { isSameStart } from '../../../shared/peer.ts'
import type { PeerMatter, PeerWhy } from '../../../shared/why.ts'
import type { PeerSession } from '../../store/types.ts'
import { storeThen } from './store-then.ts'
import type { PeerFacts } from './why-parts.ts'
import type { ThenParts } from './why-then.ts'
import { peerWhyThen } from './why-then.ts'

/** A peer that comes back is shown some milliseconds before its presence is recorded: so long before that it still was gone, as a rule. */
const SHOWN_MS = 1000
/** What is said of one that is gone. */
const GONE: ReadonlySet<PeerMatter> = new Set(['left', 'silent', 'not known', 'removed', 'displaced'])

/**
 * Why it left last, by all that was known until it came back, where that was in the ten minutes before and it came back since; else null.
 * @param at as of when it is here @throws what the signal was fired with
 */
export async function whyBefore(
  parts: ThenParts,
  peerId: PeerId,
  at: number,
  signal?: AbortSignal,
): Promise<PeerWhy | null> {
  const networkKey = networkKeyOf(parts.network)
  const [now, before] = storeThen(parts.store, at).sessionsPage({ networkKey, peerId, limit: 2 }).sessions
  if (now?.to !== null || before === undefined || before.to === null || before.reason === 'unknown') return null
  if (at - before.to > HEALTH_SPAN_MS) return null
  try {
    for (const moment of [Math.max(before.to, now.from - SHOWN_MS), before.to]) {
      const why = await peerWhyThen(parts, peerId, moment, signal, backAs(before, now))
      if (GONE.has(why.matter)) return why
    }
    return null
  } catch (error) {
    // Of then too little is kept.
    if (error instanceof InvalidArgument || error instanceof UnknownPeer) return null
    throw error
  }
}

/** A process that starts again announces another start: one that did not neither crashed nor was ended. Null where it did so only later. */
function backAs({ lastVersion: before }: PeerSession, { firstVersion, lastVersion }: PeerSession): PeerFacts['back'] {
  if (!isSameStart(firstVersion, before)) return 'restarted'
  return isSameStart(lastVersion, before) ? 'same' : null
}
