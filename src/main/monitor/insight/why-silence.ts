/** Why nothing is heard of a peer. Pure. */
import { isRefused } from '../../../shared/dialed-peer.ts'
import type { Evidence } from '../../../shared/health.ts'
import { evidence } from '../../../shared/health-words.ts'
import { TOLD_WITHIN_MS } from '../loss.ts'
import { togetherWords } from './fate-words.ts'
import { wasDialed } from './logged.ts'
import { ownLinkCauses } from './own-link.ts'
import type { Run } from './runs.ts'
import { stallsBehind } from './stalls.ts'
import { stallsTold } from './stalls-told.ts'
import { TOGETHER_MS } from './network-facts.ts'
import type { Confidence, CauseKind } from '../../../shared/why.ts'
import type { PeerFacts, Ranked } from './why-parts.ts'
import { before, dialsTell, eventsOf, itself, lifeOf, ranked, seqs, tellingDials } from './why-parts.ts'
import {
  APART,
  brokeWords,
  cameBackWords,
  CRASHED,
  cutOffWords,
  FEW_PEERS,
  gapWords,
  itsClockWords,
  jumpWords,
  laterWords,
  LOOKS_APART,
  LOST_DIAL,
  lostSoonWords,
  lostThenWords,
  ownClockWords,
  RESTARTED,
  unlinkedWords,
  wentWithWords,
  wrongClockWords,
} from './words.ts'

/**
 * So long before we notice that we lost the network its connections may have been dead already, milliseconds: a silent one is asked
 * after 20 s at the latest, and given up 20 s later.
 */
export const NOTICED_MS = 40_000
/**
 * A loss explains a silence only where it could account for so much of it: before that we would have heard the peer. With the usual
 * 5 min until peers are purged it never can.
 */
const LOSS_PART = 0.3
/** A machine that stalls has had too much to do for so long before that, milliseconds. */
const STRAINED_MS = 5000
/** Of an end that is known by a new start: less than what tells how it ended. */
const RESTARTED_RANK = 83
/** Of a split in which it is not known on which side a peer was: less than what tells more of it. */
const UNLINKED_RANK = 86
/** Our clock was wrong: it tells more than the jump that made it so, and less than a dial that was refused. */
const WRONG_CLOCK_RANK = 94
/** Ranks of a loss that began right after a peer went silent, and as long after as may be. */
const SOON_RANKS = { most: 60, least: 35 } as const

/** We did not hear it: our own stall, sleep, or a broken connection. */
export function ownSilence(facts: PeerFacts): readonly Ranked[] {
  const { gone, stalls, purgeAfterMs } = facts
  if (gone === null) return []
  const found: Ranked[] = [...ended(facts), ...cutOff(facts)]
  const behind = stallsBehind(gone.at, stalls, purgeAfterMs)
  const near = stalls.filter(({ at, ms }) => at >= gone.at - purgeAfterMs && at - ms <= gone.at + STRAINED_MS)
  const stalled = stallsTold(behind.length > 0 ? behind : near, ({ at, ms }) =>
    at - ms > gone.at ? laterWords(at - ms - gone.at) : gapWords(gone.at - at),
  )
  if (stalled !== null) {
    const [rank, sure] = behind.length > 0 ? ([95, 'likely'] as const) : ([20, 'possible'] as const)
    found.push(ranked(rank, 'own stall', sure, stalled.words, stalled.events, stalled.evidence))
  }
  const jumps = before(facts, 'ClockJumped', gone.at - purgeAfterMs, gone.at)
  const [jump] = jumps
  if (jump?.event.kind === 'ClockJumped')
    found.push(
      ranked(
        92,
        'clock jumped',
        'likely',
        jumpWords(jump.event.byMs),
        seqs(jumps),
        evidence('timeline', { kinds: ['ClockJumped'], from: gone.at - purgeAfterMs, to: gone.at }),
      ),
    )
  return [...found, ...lostOrCrashed(facts, gone.at)]
}

/** It went silent while we had lost the network, or many did together. */
function lostOrCrashed(facts: PeerFacts, goneAt: number): readonly Ranked[] {
  const { lostThen, together, local, apart, purgeAfterMs, dials, stalls, back } = facts
  const found: Ranked[] = [...ownLink(facts)]
  const during = lostThen !== null && lostThen.from <= goneAt ? lostThen : null
  // On this machine we may have lost the network because they crashed.
  const sure = during !== null && !local
  if (during !== null) {
    const words = lostThenWords(goneAt - during.from)
    found.push(ranked(sure ? 93 : 85, 'lost network', 'likely', words, [], lossEvidence(during)))
  } else if (lostThen !== null && !local) {
    const gap = lostThen.from - goneAt
    const rank = SOON_RANKS.most - ((SOON_RANKS.most - SOON_RANKS.least) * gap) / NOTICED_MS
    if (NOTICED_MS - gap >= purgeAfterMs * LOSS_PART)
      found.push(ranked(rank, 'lost network', 'possible', lostSoonWords(gap), [], lossEvidence(lostThen)))
  }
  // That many went together comes of the split, where there was one.
  if (!sure && apart === null && together.silent.count >= FEW_PEERS && together.silent.count * 2 >= together.here) {
    const [from, to] = [goneAt - TOGETHER_MS, goneAt + TOGETHER_MS]
    // Those that were purged in a loss are counted too, and nothing says of them that they went silent.
    const filter = '(reason:silent OR reason:"not known")'
    const where = evidence('timeline', { kinds: ['PeerDeparted'], filter, from, to })
    const how = lostThen === null ? 'went silent' : 'were purged'
    const tell = dialsTell(dials, stalls)
    const words = togetherWords(how, local, together.silent)
    const kind = local ? (tell === 'refused' ? 'crashed' : 'unknown') : 'lost network'
    // Those that ended or hang here are told by their like alone.
    if (!local || back !== 'same') found.push(ranked(90, kind, 'likely', words, [], where))
  }
  return found
}

/** Our own link was down when we lost the network, and it with that. */
function ownLink({ lostThen, gone, local, addressesGone, dials }: PeerFacts): readonly Ranked[] {
  if (lostThen === null || gone === null || local || lostThen.from > gone.at) return []
  const since = dials.filter((logged) => wasDialed(logged) && (logged.lastAt ?? logged.at) >= lostThen.from)
  return ownLinkCauses(94, { gone: addressesGone, dials: since }, gone.at)
}

/** We had lost the network whenever it was dialed: then it says nothing that it did not answer. */
export function lostDials(facts: PeerFacts, rank: number): readonly Ranked[] {
  const loss = facts.losses.at(-1)
  if (loss === undefined || facts.dials.length === 0 || tellingDials(facts).length > 0) return []
  return [ranked(rank, 'lost network', 'likely', LOST_DIAL, [], lossEvidence(loss))]
}

/** When it began and ended. */
function lossEvidence({ from, to }: Run): Evidence {
  const until = to === Infinity ? null : to + TOLD_WITHIN_MS
  return evidence('timeline', { kinds: ['NetworkLost', 'NetworkBack'], from, to: until })
}

/**
 * A refused connection tells more than all else: its machine is there, and it isn't. Where it was refused before it announced
 * itself last, and it did not answer in between, its address was never one at which it could be dialed.
 */
export function ended({ dials, refusedBefore, row, clockAheadMs, back }: PeerFacts): readonly Ranked[] {
  if (back === 'same') return []
  const from = row.version.updatedAt - (clockAheadMs ?? 0)
  const refusals = dials.filter(
    ({ event, at, lastAt = at }) => event.kind === 'DialFailed' && isRefused(event.reason) && lastAt >= from,
  )
  const before = [...refusals.map(({ at }) => at), ...(refusedBefore === null ? [] : [refusedBefore])]
  const never = before.some((at) => at < from && (row.rtt === null || row.rtt.at < at))
  if (refusals.length === 0 || never) return []
  const where = evidence('timeline', { kinds: ['DialFailed'], from, to: null })
  return [ranked(97, 'crashed', 'likely', CRASHED, seqs(refusals), where)]
}

/**
 * It is, or was, in an island that the network had split off from ours: then nothing of it comes to us, however well it is. Where the network
 * only looked split, since those on the other side ended, it ended with them.
 */
export function cutOff({ apart, gone, back }: PeerFacts): readonly Ranked[] {
  if (apart === null) return []
  if (apart.ended !== null) {
    if (back === 'same') return []
    const { rank, cause } = apart.ended
    return [{ rank, cause: { ...cause, words: wentWithWords(apart.others, cause.words) } }]
  }
  const where = evidence('timeline', { kinds: ['Islands'], from: apart.since, to: null })
  // Before a split has lasted it is not known what is behind it.
  if (apart.seq === null) return [ranked(70, 'split', 'possible', LOOKS_APART, [], where)]
  if (apart.unlinked) {
    const words = unlinkedWords((gone?.at ?? apart.since) - apart.since)
    return [ranked(UNLINKED_RANK, 'split', 'likely', words, [apart.seq], where)]
  }
  const words = gone === null ? APART : cutOffWords(gone.at - apart.since)
  return [ranked(94, 'split', 'likely', words, [apart.seq], where)]
}

/** A clock that is wrong makes entries too old or from the future. */
export function clocks({ clockAheadMs, ownClock, wrongClock, maxDriftMs, row }: PeerFacts): readonly Ranked[] {
  const found: Ranked[] = []
  if (wrongClock !== null) {
    const { from, to, over, events, peers } = wrongClock
    const span = { from, to: over ? to : null }
    const where = evidence('timeline', { kinds: ['ClockCompared', 'ClockJumped'], ...span })
    const sure = peers === null || peers >= FEW_PEERS ? 'likely' : 'possible'
    found.push(ranked(WRONG_CLOCK_RANK, 'own clock', sure, wrongClockWords(wrongClock, over), events, where))
  } else if (ownClock !== null)
    found.push(
      ranked(
        87,
        'own clock',
        ownClock.peers >= FEW_PEERS ? 'likely' : 'possible',
        ownClockWords(ownClock.byMs, ownClock.peers),
        [],
        evidence('timeline', { kinds: ['ClockCompared'] }),
      ),
    )
  // Ours is told already where it is ours.
  else if (clockAheadMs !== null && clockAheadMs > maxDriftMs / 2)
    found.push(ranked(83, 'its clock', 'likely', itsClockWords(clockAheadMs), [], itself(row)))
  return found
}

/** What is left to say of one that went silent, or broke off. */
export function broke(facts: PeerFacts): readonly Ranked[] {
  const { back, brokeOff } = facts
  // No connection lies between processes of one machine, but in a demo, which plays that there are.
  const local = facts.local && !facts.demo
  const events = brokeOff === null ? eventsOf(facts, 'PeerDeparted') : [brokeOff.seq]
  const rank = (confidence: Confidence, kind: CauseKind, words: string, of = 30): readonly Ranked[] => [
    ranked(of, kind, confidence, words, events, lifeOf(facts)),
  ]
  if (back === 'same') return rank(local ? 'likely' : 'possible', 'unknown', cameBackWords(local))
  if (back === 'restarted') return rank('likely', 'crashed', RESTARTED, RESTARTED_RANK)
  const undialed = facts.dialsSought && !facts.dials.some(wasDialed)
  return rank('possible', 'unknown', brokeWords(local, undialed))
}
