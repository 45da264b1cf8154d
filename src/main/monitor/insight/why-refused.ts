/** That entries of a peer are refused, and that it runs all the same. Pure. */
import { eventSince } from '../../../shared/events.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import { evidence } from '../../../shared/health-words.ts'
import { byLast } from './logged.ts'
import { stallBehind } from './stalls.ts'
import type { PeerFacts, Ranked } from './why-parts.ts'
import { lifeOf, ranked, seqs } from './why-parts.ts'
import { areRefusedWords, earlierStartWords, refusedWords, RUNS, runsRefusedWords } from './words.ts'

/**
 * So long a connection may be open to a process that does not run, milliseconds: a silent one is asked after 20 s at the latest, and given
 * up 20 s later.
 */
const HUNG_MS = 40_000

/**
 * Its entries are refused. Before it was heard of last, or once it was gone, that was of no consequence: a peer counts as silent
 * so long after the last one that was taken.
 */
export function refused(facts: PeerFacts): readonly Ranked[] {
  const { row, gone, now, purgeAfterMs, maxDriftMs } = facts
  const until = gone?.at ?? now
  // Of one that was never heard of in this run all count.
  const from = row.state === 'stored' ? -Infinity : until - purgeAfterMs - maxDriftMs
  const rejected = facts.events.filter(
    (logged) =>
      logged.event.kind === 'EntryRejected' &&
      !HARMLESS.has(logged.event.reason) &&
      (logged.lastAt ?? logged.at) >= from &&
      logged.at <= until &&
      !grewOld(logged, facts),
  )
  const [newest] = rejected
  if (newest?.event.kind !== 'EntryRejected') return []
  const { reason } = newest.event
  const times = rejected.reduce((sum, logged) => sum + (logged.times ?? 1), 0)
  const filter = `id:${facts.row.peerId}`
  const where = evidence('timeline', { kinds: ['EntryRejected'], filter, peerId: facts.row.peerId })
  return [ranked(85, 'refused entries', 'likely', refusedWords(reason, times), seqs(rejected), where)]
}

/** Whether an entry was too old only since it waited for us, or since its peer was silent: that says nothing of a clock. */
function grewOld({ event, at }: LoggedEvent, { gone, stalls, purgeAfterMs }: PeerFacts): boolean {
  if (event.kind !== 'EntryRejected' || event.reason !== 'Outdated') return false
  return (gone !== null && at >= gone.at) || stallBehind(at, stalls, purgeAfterMs) !== null
}

/** Gossip brings older and known entries all the time; that of an earlier start is told by itself. */
const HARMLESS: ReadonlySet<string> = new Set(['Rejected', 'Departed', 'EarlierStart'])

/**
 * It is not in our catalog, and runs: our connection to it is open, and entries of it came since, or it would have been given up by now. It
 * neither crashed nor hangs then. Null where that is not so.
 */
export function runsOn(facts: PeerFacts): Ranked | null {
  const { row, gone, now, events, began, ownClock } = facts
  const from = row.state === 'stored' ? began : (gone?.at ?? Infinity)
  if (!row.connected) return null
  const since = events.filter((logged) => isOwnEntry(logged) && (logged.lastAt ?? logged.at) > from)
  const [newest] = since
  if (newest?.event.kind === 'EntryRejected') {
    const { reason, aheadMs } = newest.event
    const filter = `id:${row.peerId}`
    const where = evidence('timeline', { kinds: ['EntryRejected'], filter, peerId: row.peerId })
    // Where it is ours that is wrong, theirs differ by as much.
    const words = runsRefusedWords(reason, ownClock === null ? (aheadMs ?? null) : null)
    return ranked(100, 'refused entries', 'certain', words, seqs(since), where)
  }
  // One of an earlier run may have connected just now.
  if (row.state === 'stored' || now - from < HUNG_MS) return null
  return ranked(100, 'unknown', 'certain', RUNS, [], lifeOf(facts))
}

/**
 * It is here, and all entries of it that came since the last one that was taken were refused by its time: once that is too old it is purged.
 * Null where that is not so.
 */
export function refusedNow(facts: PeerFacts): Ranked | null {
  const { row, events, clockAheadMs, ownClock } = facts
  if (row.state !== 'online' || row.self) return null
  // An entry tells the time of its peer.
  const takenAt = row.version.updatedAt - (clockAheadMs ?? 0)
  const since = events.flatMap((logged) =>
    isOwnEntry(logged) && isOfTime(logged) && !grewOld(logged, facts) ? (eventSince(logged, takenAt + 1) ?? []) : [],
  )
  const newest = since.toSorted(byLast)[0]
  if (newest?.event.kind !== 'EntryRejected') return null
  const { reason, aheadMs } = newest.event
  const where = evidence('timeline', {
    kinds: ['EntryRejected'],
    filter: `id:${row.peerId}`,
    peerId: row.peerId,
  })
  const words = areRefusedWords(reason, ownClock === null ? (aheadMs ?? null) : null)
  return ranked(102, 'refused entries', 'certain', words, seqs(since), where)
}

/** Whether an entry was refused for the time that it states. */
export function isOfTime({ event }: LoggedEvent): boolean {
  return event.kind === 'EntryRejected' && (event.reason === 'Outdated' || event.reason === 'FromTheFuture')
}

/** Whether a refused entry came from the peer, rather than from one that still had it. */
export function isOwnEntry({ event }: LoggedEvent): boolean {
  return event.kind === 'EntryRejected' && !HARMLESS.has(event.reason) && event.source !== 'sync'
}

/**
 * It runs and states an earlier start than the run that we know of, whose entries all others are older than: until that is purged, it
 * cannot come with another one. Of what it stated before we heard of that run last nothing is said.
 */
export function earlierStart({ row, gone, now, events, purgeAfterMs }: PeerFacts): readonly Ranked[] {
  const until = gone?.at ?? now
  const found = events.filter(
    ({ event, at, lastAt = at }) =>
      event.kind === 'EntryRejected' &&
      event.reason === 'EarlierStart' &&
      at <= until &&
      lastAt >= Math.max(until - purgeAfterMs, row.firstSeen),
  )
  const [newest] = found
  if (newest?.event.kind !== 'EntryRejected') return []
  const filter = `id:${row.peerId}`
  const where = evidence('timeline', { kinds: ['EntryRejected'], filter, peerId: row.peerId })
  return [ranked(101, 'twin', 'certain', earlierStartWords(newest.event.aheadMs ?? null), seqs(found), where)]
}
