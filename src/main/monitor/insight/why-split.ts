/** Why the network split. Pure. */
import { andList } from '../../../shared/and-list.ts'
import { evidence } from '../../../shared/health-words.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { nickname } from '../../../shared/nickname.ts'
import { toldBy } from '../../../shared/parted.ts'
import type { DialsTo, Near, NetworkFacts } from './network-facts.ts'
import {
  brokeOff,
  departed,
  dialsTo,
  gapTo,
  linkedAfterStall,
  nearEnough,
  NEAR_MS,
  ofKind,
  rankAt,
  refusalsSince,
  stallCauses,
  TOGETHER_MS,
} from './network-facts.ts'
import { apartBrokeWords, fateWords, togetherWords } from './fate-words.ts'
import { stallOf } from './logged.ts'
import type { Ranked } from './why-parts.ts'
import { dialsTell, fatesOf, ranked, seqs } from './why-parts.ts'
import { didWords, FEW_PEERS, gapWords } from './words.ts'

/** So many that left just before a split may have been the link together. */
const MANY_BETWEEN = 4
/** Of peers of other islands that ended: of most of them, and of some. */
const ENDED_RANKS = { most: 95, some: 84 } as const
/** Of a peer that was the link, at most. */
const LINK_RANK = 85
/** Of what may lie on our side, at most: less than of others that ended, however few. */
const OWN_RANK = 80
/** Of a cut that a demo plays: more than of a peer that was the link, less than of most that ended. */
const PLAYED_RANK = 90
/** Of what is left where nothing else explains it. */
const CUT_RANK = 10
/** Of a stall after which all were linked again: it is told last. */
const STALL_BEFORE_RANK = 5

/** The causes, or that none is known. */
export function splitCauses(facts: NetworkFacts): readonly Ranked[] {
  const ended = endedApart(facts)
  const linked = linkedAfterStall(facts)
  const stalls = stallCauses(facts, OWN_RANK, 'possible', facts.untoldMs > 0)
  const found = [...wentBetween(facts), ...silentTogether(facts), ...(linked ? [] : stalls)]
  const crashed = ended.some(({ rank }) => rank > CUT_RANK)
  // It parts one half from the other: of one or two that are apart nothing says that it did, nor do links that are not known yet.
  const seen = facts.told.length > 0 || ended.length > 0
  const played = facts.demo && !crashed && seen && facts.apart.size >= FEW_PEERS
  const explained = found.length > 0 || crashed
  const less = linked ? stalls.map((stall) => ({ ...stall, rank: STALL_BEFORE_RANK })) : []
  return [...ended, ...found, ...(explained && !played ? [] : cut(facts, stalls.length > 0, played)), ...less]
}

/** Why peers went together that ended: it is known that they did, and our own stall may be why it seems so of some. */
export function togetherCauses(facts: NetworkFacts): readonly Ranked[] {
  return [...endedApart(facts), ...stallCauses(facts, OWN_RANK, 'possible')]
}

/**
 * The best cause, where peers of other islands ended rather than being cut off: then the network only looks split. By the ranks, only a
 * peer that was the link may explain it better, so nothing else is looked for: Health asks it all the time.
 */
export function endedRather(facts: NetworkFacts): Ranked | null {
  const [ended] = endedApart(facts)
  // Below that a cut explains it better.
  if (ended === undefined || ended.rank < CUT_RANK) return null
  return wentBetween(facts).some(({ rank }) => rank > ended.rank) ? null : ended
}

/**
 * What looks like another island may be peers that ended together: what they told of their links is remembered for longer than they
 * last. A refused dial shows it; and where all are on this machine, no way between them and us can be cut, but by a demo.
 */
function endedApart(facts: NetworkFacts): readonly Ranked[] {
  const { since, untoldMs, apart } = facts
  const uncut = (): boolean => facts.local && !facts.demo
  const from = since - NEAR_MS
  const refusedBy = refusalsSince(facts, apart, () => from)
  const refusals = [...refusedBy.values()].filter(({ length }) => length > 0)
  const broke = brokeOff(facts)
    .map(({ logged }) => logged)
    .filter(({ event }) => event.kind === 'NeighborDown' && apart.has(event.peerId))
  const stalls = ofKind(facts, 'Stalled').flatMap(stallOf)
  const dials = dialsTo(facts, apart, () => since - untoldMs)
  // Refusals count from a minute before the split on, other dials only from the split on: that nothing listens there says more.
  const all = new Map([...dials].map(([peerId, of]) => [peerId, [...(refusedBy.get(peerId) ?? []), ...of]] as const))
  const fates = fatesOf(all.values(), stalls)
  const unanswered = [...all.values()].filter((of) => dialsTell(of, stalls) === 'no answer')
  // One of two may have been stopped while the other one ended.
  const isMost = (count: number): boolean => count * 2 > apart.size
  const most = isMost(refusals.length) || (isMost(refusals.length + unanswered.length) && uncut())
  if (refusals.length > 0 && (most || uncut())) {
    const where = evidence('timeline', { kinds: ['DialFailed', 'NeighborDown'], from })
    // Whether all are on this machine is said only of those that do not answer.
    const local = unanswered.length > 0 && uncut()
    const words = fateWords({ ...fates, refused: refusals.length }, local, facts.together === null ? 'peer' : '')
    const events = seqs([...refusals.flat(), ...unanswered.flat(), ...broke])
    const rank = most ? ENDED_RANKS.most : ENDED_RANKS.some
    return [ranked(rank, 'crashed', most ? 'likely' : 'possible', words, events, where)]
  }
  if (broke.length === 0) return []
  const gone = new Set(broke.flatMap(({ event }) => (event.kind === 'NeighborDown' ? event.peerId : [])))
  const where = evidence('timeline', { kinds: ['NeighborDown', 'DialFailed'], from })
  const local = uncut()
  const words = apartBrokeWords(gone.size, local, { ...fates, refused: 0 })
  // Elsewhere a way that is cut explains it as well.
  return [ranked(local ? ENDED_RANKS.some : CUT_RANK - 1, 'crashed', 'possible', words, seqs(broke), where)]
}

/** A peer that alone held the islands together, and went. */
interface Link {
  readonly peerId: PeerId
  readonly how: 'left' | 'broke off' | 'went silent'
  /** How long before the split, milliseconds. */
  readonly gap: number
  readonly logged: LoggedEvent
}

/**
 * Who alone held the islands together and went just before they split was the link. Who went silent did so when it was heard
 * of last; one that crashed is known to be gone by its connection long before it counts as silent. Of others nobody is named:
 * a peer that leaves parts nothing by that.
 */
function wentBetween(facts: NetworkFacts): readonly Ranked[] {
  const { since, purgeAfterMs, held, apart } = facts
  const goodbyes = nearEnough(departed(facts, 'graceful'), gapTo(since))
  const silent = nearEnough(silentHere(facts), ({ at }) => (at <= since ? since - at : since - at + purgeAfterMs))
  const links = new Map<PeerId, Link>()
  const put = (how: Link['how'], found: readonly Near[]): void => {
    for (const { logged, gap } of found) {
      const { event } = logged
      const peerId = 'peerId' in event ? event.peerId : null
      // Who is on the other side holds nothing together.
      if (peerId === null || !(held ?? []).includes(peerId) || apart.has(peerId) || links.has(peerId)) continue
      links.set(peerId, { peerId, how, gap, logged })
    }
  }
  put('left', goodbyes)
  put('broke off', brokeOff(facts))
  put('went silent', silent)
  const named = [...links.values()].toSorted((a, b) => a.gap - b.gap)
  const [nearest] = named
  const from = since - NEAR_MS
  if (nearest === undefined) {
    const gone = [...goodbyes, ...silent].toSorted((a, b) => a.gap - b.gap)
    if (gone.length < (held === null ? 1 : MANY_BETWEEN)) return []
    const where = evidence('timeline', { kinds: ['PeerDeparted'], from, to: since + TOGETHER_MS })
    const words = `${didWords(gone.length, 'peer', 'left')} in the minute before`
    return [ranked(70, 'bridge', 'possible', words, seqs(gone.map(({ logged }) => logged)), where)]
  }
  const refusals = refusalsSince(facts, links.keys(), (peerId) => since - (links.get(peerId)?.gap ?? 0))
  const events = named.flatMap(({ peerId, logged }) => [...(refusals.get(peerId) ?? []), logged])
  const kinds = [...new Set(events.map(({ event }) => event.kind))]
  const where = evidence('timeline', { kinds, from, to: since + TOGETHER_MS })
  return [ranked(rankAt(LINK_RANK, nearest.gap), 'bridge', 'likely', linkWords(named, refusals), seqs(events), where)]
}

function linkWords(links: readonly Link[], refusals: DialsTo): string {
  const hows = new Set(links.map(({ how }) => how))
  const verb = hows.size === 1 ? [...hows].join('') : 'went'
  const [only] = links
  if (links.length > 1 || only === undefined)
    return `${andList(links.map(({ peerId, gap }) => `${nickname(peerId)} (${gapWords(gap)})`))} ${verb} and were the link`
  const refused = only.how !== 'left' && (refusals.get(only.peerId) ?? []).length > 0
  const why = refused ? ' (nobody listens at its address: it was ended or crashed)' : ''
  return `${nickname(only.peerId)} ${verb} ${gapWords(only.gap)} and was the link${why}`
}

/** Who went silent on our side: that nothing is heard of who is apart comes of the split. */
function silentHere(facts: NetworkFacts): readonly LoggedEvent[] {
  return departed(facts, 'purged').filter(
    ({ event }) => event.kind === 'PeerDeparted' && !facts.apart.has(event.peerId),
  )
}

function silentTogether(facts: NetworkFacts): readonly Ranked[] {
  const { since } = facts
  const near = silentHere(facts).filter(({ at }) => Math.abs(at - since) <= TOGETHER_MS)
  if (near.length < MANY_BETWEEN) return []
  const { local, again } = facts
  const silent = near.filter(({ event }) => event.kind === 'PeerDeparted' && !again.has(event.peerId))
  if (silent.length < MANY_BETWEEN) return []
  const [from, to] = [since - TOGETHER_MS, since + TOGETHER_MS]
  const where = evidence('timeline', { kinds: ['PeerDeparted'], filter: 'reason:silent', from, to })
  const who = silent.flatMap(({ event }) => (event.kind === 'PeerDeparted' ? event.peerId : []))
  const dials = dialsTo(facts, new Set(who), () => since)
  const words = togetherWords('went silent', local, fatesOf(dials.values(), ofKind(facts, 'Stalled').flatMap(stallOf)))
  return [ranked(OWN_RANK, 'lost network', 'possible', words, seqs(silent), where)]
}

/** Nothing of what may part a network happened near: then what parted it lies between the islands. @param played by a demo */
function cut(
  { told, parted, since, began, logFrom, untoldMs }: NetworkFacts,
  stalled: boolean,
  played: boolean,
): readonly Ranked[] {
  // Who is apart is dialed in the seconds that follow: before the split has lasted it is not known what that tells.
  if (!played && parted === null && told.length === 0) {
    const words = 'the way between the islands is cut, or peers ended together (that is still being looked at)'
    return [ranked(CUT_RANK, 'unknown', 'possible', words, [], evidence('timeline', { kinds: ['Islands'] }))]
  }
  const is = parted === null ? 'is' : 'was'
  // What happened before there are events is not known.
  const known = Math.max(began, since - NEAR_MS - untoldMs) >= logFrom
  const noStall = stalled ? '' : ', and our own machine did not stall for long'
  const because = known ? ` (nobody who held them together left${noStall})` : ''
  const words = `the way between the islands ${is} cut${played ? ', as the demo plays it' : because}`
  const where =
    parted === null
      ? evidence('timeline', { kinds: ['Islands'] })
      : evidence('timeline', { kinds: ['Islands', 'PeerDeparted'], from: since, to: toldBy(parted) })
  if (played) return [ranked(PLAYED_RANK, 'split', 'likely', words, seqs(told), where)]
  return [ranked(CUT_RANK, 'unknown', 'possible', words, seqs(told), where)]
}
