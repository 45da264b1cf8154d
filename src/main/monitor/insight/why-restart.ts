/** That a peer restarted a short time ago. Pure. */
import { counted } from '../../../shared/counted.ts'
import { eventSince, peerOf } from '../../../shared/events.ts'
import type { DiscoveryEvent } from '../../../shared/events.ts'
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import { evidence } from '../../../shared/health-words.ts'
import { restartWords } from '../../../shared/state-words.ts'
import { formatClock } from '../../../shared/time.ts'
import { agoWords } from '../../../shared/why-words.ts'
import type { PeerFacts, Ranked } from './why-parts.ts'
import { ranked, seqs } from './why-parts.ts'

/** Restarts of a peer in the ten minutes before an answer. */
export interface Restarted {
  /** When it did last, milliseconds since the epoch. */
  readonly at: number
  readonly last: Extract<DiscoveryEvent, { kind: 'PeerRestarted' }>
  readonly times: number
  readonly from: number
  readonly events: readonly number[]
}

/** Null where it did not restart then. */
export function restartedBefore({ events, row, now }: PeerFacts): Restarted | null {
  const found = events.flatMap((logged) =>
    logged.event.kind === 'PeerRestarted' && peerOf(logged.event) === row.peerId
      ? (eventSince(logged, now - HEALTH_SPAN_MS) ?? [])
      : [],
  )
  const [newest] = found
  if (newest?.event.kind !== 'PeerRestarted') return null
  return {
    at: newest.lastAt ?? newest.at,
    last: newest.event,
    times: found.reduce((sum, { times = 1 }) => sum + times, 0),
    from: Math.min(...found.map(({ at }) => at)),
    events: seqs(found),
  }
}

/** When it restarted, as it follows its name. */
export function restartedWords({ at, times }: Restarted, now: number): string {
  const ago = agoWords(Math.max(0, now - at))
  return times === 1 ? `restarted ${ago}` : `restarted ${counted(times, 'time')} in 10 min, last ${ago}`
}

/** How it restarted: of a peer with which nothing else is wrong. */
export function howRestarted(facts: PeerFacts): readonly Ranked[] {
  const found = restartedBefore(facts)
  if (found === null) return []
  const { startedAt, after } = found.last
  const known = restartWords(formatClock(startedAt, facts.now, { seconds: true }), after)
  // Certain is what its entry says; without a goodbye, which may not have reached us, how it ended is concluded from it.
  const [sure, words] =
    after === null ? (['likely', `it crashed or was ended, since ${known}`] as const) : (['certain', known] as const)
  return [ranked(100, 'restarted', sure, words, found.events, where(found))]
}

/** That it restarted, as what may be the cause of something. */
export function sinceRestart(facts: PeerFacts, rank: number): readonly Ranked[] {
  const found = restartedBefore(facts)
  if (found === null) return []
  const words = `it ${restartedWords(found, facts.now)}`
  return [ranked(rank, 'restarted', 'possible', words, found.events, where(found), found.at)]
}

function where({ from, last: { peerId } }: Restarted): ReturnType<typeof evidence> {
  return evidence('timeline', { kinds: ['PeerRestarted'], filter: `id:${peerId}`, peerId, from, to: null })
}
