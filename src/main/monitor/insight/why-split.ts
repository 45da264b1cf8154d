/** Why the network split. Pure. */
import { andList } from '../../../shared/and-list.ts'
import { evidence } from '../../../shared/health-words.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { Near, NetworkFacts } from './network-parts.ts'
import { departed, gapTo, near, NEAR_MS, of, rankAt, SLACK_MS, stalls, TOGETHER_MS } from './network-parts.ts'
import type { Ranked } from './why-parts.ts'
import { isRefused, ranked, seqs } from './why-parts.ts'
import { counted, gapWords, togetherWords } from './words.ts'

/** So many that left just before a split may have been the link together. */
const MANY_BETWEEN = 4

/** The causes, or that none is known. */
export function splitCauses(facts: NetworkFacts): readonly Ranked[] {
  const found = [...wentBetween(facts), ...silentTogether(facts), ...stalls(facts, 80, 'possible')]
  return found.length > 0 ? found : cut(facts)
}

/** A peer that alone held the islands together, and went. */
interface Link {
  readonly peerId: PeerId
  readonly how: 'left' | 'broke off' | 'went silent'
  /** How long before the split, milliseconds. */
  readonly gap: number
  readonly events: readonly LoggedEvent[]
}

/**
 * Who alone held the islands together and went just before they split was the link. Who went silent did so when it was heard
 * of last; one that crashed is known to be gone by its connection long before it counts as silent. Of others nobody is named:
 * a peer that leaves parts nothing by that.
 */
function wentBetween(facts: NetworkFacts): readonly Ranked[] {
  const { since, purgeAfterMs, held, apart } = facts
  const goodbyes = near(departed(facts, 'graceful'), gapTo(since))
  // That nothing is heard of who is apart comes of the split.
  const unheard = departed(facts, 'purged').filter(
    ({ event }) => event.kind === 'PeerDeparted' && !apart.has(event.peerId),
  )
  const silent = near(unheard, ({ at }) => (at <= since ? since - at : since - at + purgeAfterMs))
  const links = new Map<PeerId, Link>()
  const put = (how: Link['how'], found: readonly Near[]): void => {
    for (const { logged, gap } of found) {
      const { event } = logged
      const peerId = 'peerId' in event ? event.peerId : null
      if (peerId === null || !(held ?? []).includes(peerId) || links.has(peerId)) continue
      links.set(peerId, { peerId, how, gap, events: [...refusalsSince(facts, peerId, since - gap), logged] })
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
    const words = `${counted(gone.length, 'peer', 'left')} in the minute before`
    return [ranked(70, 'bridge', 'possible', words, seqs(gone.map(({ logged }) => logged)), where)]
  }
  const events = named.flatMap((link) => link.events)
  const kinds = [...new Set(events.map(({ event }) => event.kind))]
  const where = evidence('timeline', { kinds, from, to: since + TOGETHER_MS })
  return [ranked(rankAt(85, nearest.gap), 'bridge', 'likely', linkWords(named), seqs(events), where)]
}

function linkWords(links: readonly Link[]): string {
  const hows = new Set(links.map(({ how }) => how))
  const verb = hows.size === 1 ? [...hows].join('') : 'went'
  const [only] = links
  if (links.length > 1 || only === undefined)
    return `${andList(links.map(({ peerId, gap }) => `${nickname(peerId)} (${gapWords(gap)})`))} ${verb} and were the link`
  const refused = only.how !== 'left' && only.events.some(({ event }) => event.kind === 'DialFailed')
  const why = refused ? ' (nobody listens at its address: it was ended or crashed)' : ''
  return `${nickname(only.peerId)} ${verb} ${gapWords(only.gap)} and was the link${why}`
}

/** Neighbors that broke off just before the trouble and did not come again, the nearest first. */
function brokeOff(facts: NetworkFacts): readonly Near[] {
  const upAt = new Map<PeerId, number>()
  for (const { event, at, lastAt = at } of of(facts, 'NeighborUp'))
    if (event.kind === 'NeighborUp') upAt.set(event.peerId, Math.max(lastAt, upAt.get(event.peerId) ?? 0))
  return near(of(facts, 'NeighborDown'), gapTo(facts.since)).filter(
    ({ logged: { event, at, lastAt = at } }) =>
      event.kind === 'NeighborDown' && (upAt.get(event.peerId) ?? -Infinity) < lastAt,
  )
}

/** Dials to a peer that were refused for the first time since a moment, or a little before it. */
function refusalsSince(facts: NetworkFacts, peerId: PeerId, from: number): readonly LoggedEvent[] {
  return of(facts, 'DialFailed').filter(
    ({ event, at }) =>
      event.kind === 'DialFailed' && isRefused(event.reason) && event.target.includes(peerId) && at >= from - SLACK_MS,
  )
}

function silentTogether(facts: NetworkFacts): readonly Ranked[] {
  const { since, local, again, apart } = facts
  // That nothing is heard of who is apart comes of the split.
  const silent = departed(facts, 'purged').filter(
    ({ at, event }) =>
      Math.abs(at - since) <= TOGETHER_MS &&
      event.kind === 'PeerDeparted' &&
      !again.has(event.peerId) &&
      !apart.has(event.peerId),
  )
  if (silent.length < MANY_BETWEEN) return []
  const [from, to] = [since - TOGETHER_MS, since + TOGETHER_MS]
  const where = evidence('timeline', { kinds: ['PeerDeparted'], filter: 'reason:silent', from, to })
  return [
    ranked(80, 'lost network', 'possible', togetherWords(silent.length, 'went silent', local), seqs(silent), where),
  ]
}

/** Nothing of what may part a network happened near: then what parted it lies between the islands. */
function cut({ told, parted, since }: NetworkFacts): readonly Ranked[] {
  const is = parted === null ? 'is' : 'was'
  const words = `the way between the islands ${is} cut (nobody who held them together left, and our own machine did not stall for long)`
  const where =
    parted === null
      ? evidence('timeline', { kinds: ['Islands'] })
      : evidence('timeline', { kinds: ['Islands', 'PeerDeparted'], from: since, to: parted.goneAt })
  return [ranked(10, 'unknown', 'possible', words, seqs(told), where)]
}
