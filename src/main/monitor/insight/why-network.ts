/** Why we are alone, why the network is lost or split: causes ranked from what is known. Pure. */
import type { NetworkStatus } from '../../../shared/contract.ts'
import type { HealthNow } from '../../../shared/health.ts'
import { evidence } from '../../../shared/health-words.ts'
import type { EventKind, LoggedEvent } from '../../../shared/events.ts'
import { islandsWords } from '../../../shared/island-words.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import { nickname } from '../../../shared/nickname.ts'
import { stallWords } from '../../../shared/own-troubles.ts'
import { reachedByOthers } from '../../../shared/reachability.ts'
import type { NetworkMatter, NetworkWhy } from '../../../shared/why.ts'
import type { Ranked } from './why-parts.ts'
import { ranked, seqs, told, twinCause } from './why-parts.ts'
import { counted, jumpWords, networkDialsWords, ownClockWords, togetherWords } from './words.ts'

/** What is known. Times are milliseconds since the epoch. */
export interface NetworkFacts {
  readonly now: number
  /** Null where it is read from a data folder. */
  readonly status: NetworkStatus | null
  /** Its state, as far as a data folder tells. */
  readonly state: HealthNow['state']
  readonly islands: IslandsSummary | null
  /** Of the last minutes before the trouble, newest first. */
  readonly events: readonly LoggedEvent[]
  /** When the trouble began; now where that is not known. */
  readonly since: number
}

/** How long before the trouble its cause is looked for, milliseconds. */
export const NETWORK_BACK_MS = 120_000

/** Before that nobody is missed, milliseconds after joining. */
const SOON_MS = 30_000

/** Why it is as it is. */
export function whyNetwork(facts: NetworkFacts): NetworkWhy {
  const matter = matterOf(facts)
  const causes = causesOf(matter, facts)
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ cause }) => cause)
  return { matter, sentence: told(statement(matter, facts), causes), causes, at: facts.now }
}

function matterOf({ state, islands }: NetworkFacts): NetworkMatter {
  if (state === 'failed' || state === 'alone' || state === 'lost') return state
  if (state !== 'online' && state !== 'stored') return 'not joined'
  return islands !== null && islands.count > 1 ? 'split' : 'fine'
}

function statement(matter: NetworkMatter, { islands }: NetworkFacts): string {
  switch (matter) {
    case 'fine':
      return 'nothing is known to be wrong with the network'
    case 'alone':
      return 'we have met nobody yet'
    case 'lost':
      return 'we lost the network (no neighbor is left)'
    case 'split':
      return `the network is split into ${islandsWords(islands?.count ?? 0, islands?.sizes ?? [])}`
    case 'failed':
      return 'the network failed'
    case 'not joined':
      return 'the network is not joined'
  }
}

function causesOf(matter: NetworkMatter, facts: NetworkFacts): readonly Ranked[] {
  switch (matter) {
    case 'fine':
    case 'not joined':
      return []
    case 'failed': {
      const { status } = facts
      const reason = status?.state === 'failed' ? status.reason : 'the reason is not known'
      return [ranked(100, 'unknown', 'certain', reason, seqsOf(facts, 'NetworkFailed'), null)]
    }
    case 'alone':
      return [...dials(facts), ...ownClock(facts), ...twinCause(facts.events), ...addresses(facts), ...nobody(facts)]
    case 'lost':
      return [
        ...stalls(facts),
        ...jumps(facts),
        ...left(facts),
        ...ownClock(facts),
        ...twinCause(facts.events),
        ...dials(facts),
      ]
    case 'split':
      return [...wentBetween(facts), ...silentTogether(facts), ...stalls(facts)]
  }
}

function of({ events }: NetworkFacts, kind: EventKind): readonly LoggedEvent[] {
  return events.filter(({ event }) => event.kind === kind)
}

function seqsOf(facts: NetworkFacts, kind: EventKind): readonly number[] {
  return seqs(of(facts, kind))
}

function dials(facts: NetworkFacts): readonly Ranked[] {
  const failed = of(facts, 'DialFailed')
  const [newest] = failed
  if (newest?.event.kind !== 'DialFailed') return []
  const { target, reason } = newest.event
  const words = networkDialsWords(failed.length, target, reason)
  return [ranked(80, 'dials failed', 'likely', words, seqs(failed), evidence('timeline', { kinds: ['DialFailed'] }))]
}

function ownClock({ status }: NetworkFacts): readonly Ranked[] {
  if (status === null || !('suspectedClockSkewMs' in status) || status.suspectedClockSkewMs === null) return []
  const words = ownClockWords(status.suspectedClockSkewMs, status.clocksCompared)
  return [ranked(85, 'own clock', 'likely', words, [], evidence('timeline', { kinds: ['ClockCompared'] }))]
}

function addresses({ status, now }: NetworkFacts): readonly Ranked[] {
  if (status === null || !('addresses' in status) || reachedByOthers(status.addresses)) return []
  // Right after joining nobody had the time to come, whatever our addresses are.
  if (now - status.joinedAt < SOON_MS) return []
  const words =
    status.addresses.length === 0
      ? 'we have no address at which others could come to us'
      : 'our own addresses lead to this machine only, so that others cannot come to us'
  return [ranked(60, 'private addresses', 'likely', words, [], null)]
}

function nobody({ status }: NetworkFacts): readonly Ranked[] {
  const trying = status !== null && 'trying' in status ? status.trying.join(', ') : ''
  const words = `nobody else is there yet${trying === '' ? '' : ` (${trying})`}`
  return [ranked(40, 'nobody dialed', 'possible', words, [], null)]
}

function stalls(facts: NetworkFacts): readonly Ranked[] {
  const found = of(facts, 'Stalled')
  const worst = found.reduce((most, { event }) => (event.kind === 'Stalled' ? Math.max(most, event.ms) : most), 0)
  const where = evidence('timeline', { kinds: ['Stalled'], from: facts.since - NETWORK_BACK_MS, to: facts.since })
  return worst === 0 ? [] : [ranked(90, 'own stall', 'likely', stallWords(worst), seqs(found), where)]
}

function jumps(facts: NetworkFacts): readonly Ranked[] {
  const found = of(facts, 'ClockJumped')
  const [newest] = found
  if (newest?.event.kind !== 'ClockJumped') return []
  const where = evidence('timeline', { kinds: ['ClockJumped'], from: facts.since - NETWORK_BACK_MS, to: facts.since })
  return [ranked(88, 'clock jumped', 'likely', jumpWords(newest.event.byMs), seqs(found), where)]
}

/** The neighbors said goodbye one after the other, or broke off together. */
function left(facts: NetworkFacts): readonly Ranked[] {
  const down = of(facts, 'NeighborDown')
  const goodbyes = departed(facts, 'graceful')
  const where = evidence('timeline', {
    kinds: ['NeighborDown', 'PeerDeparted'],
    from: facts.since - NETWORK_BACK_MS,
    to: facts.since,
  })
  if (goodbyes.length > 0 && goodbyes.length >= down.length)
    return [
      ranked(86, 'left one by one', 'certain', counted(goodbyes.length, 'peer', 'said goodbye'), seqs(goodbyes), where),
    ]
  if (down.length === 0) return []
  const words = `our own connection is down, since ${counted(down.length, 'neighbor', 'broke off')} without a goodbye`
  return [ranked(82, 'lost network', 'likely', words, seqs(down), where)]
}

/** Who went just before the split may have been the link. */
function wentBetween(facts: NetworkFacts): readonly Ranked[] {
  const gone = [...departed(facts, 'graceful'), ...departed(facts, 'purged')]
  if (gone.length === 0 || gone.length > 3) return []
  const names = gone.flatMap(({ event }) => ('peerId' in event && event.peerId !== null ? nickname(event.peerId) : []))
  const words = `${names.join(' and ')} left just before and ${names.length === 1 ? 'was' : 'were'} the link`
  const where = evidence('timeline', {
    kinds: ['PeerDeparted'],
    from: facts.since - NETWORK_BACK_MS,
    to: facts.since,
  })
  return [ranked(85, 'bridge', 'possible', words, seqs(gone), where)]
}

function silentTogether(facts: NetworkFacts): readonly Ranked[] {
  const silent = departed(facts, 'purged')
  if (silent.length <= 3) return []
  const where = evidence('timeline', { kinds: ['PeerDeparted'], filter: 'reason:silent' })
  return [ranked(80, 'lost network', 'possible', togetherWords(silent.length), seqs(silent), where)]
}

function departed(facts: NetworkFacts, reason: 'graceful' | 'purged'): readonly LoggedEvent[] {
  return of(facts, 'PeerDeparted').filter(({ event }) => event.kind === 'PeerDeparted' && event.reason === reason)
}
