/** Watching in one key: which rules a peer, a filter or the islands get, and which rules watch what. Pure. */
import type { AlertRule, RuleToSave } from '../../../shared/alerts.ts'
import { formatDuration } from '../../../shared/config.ts'
import type { NetworkRef } from '../../../shared/contract.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isPeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { UiState } from '../stores/ui-store.ts'
import { strings } from '../ui/strings.ts'

/** A peer counts as slow above this, milliseconds, and above so many times what it takes now. */
const SLOW_MS = 300
const SLOW_TIMES = 3
const SLOWEST_MS = 3_600_000
/** How long it has to be slow, and too few have to be there, milliseconds. */
const LASTS_MS = 60_000
/** Longest name of a rule. */
const NAME_MAX = 100

/** What is watched. */
export type WatchTarget =
  | { readonly kind: 'peer'; readonly row: PeerRow; readonly name: string }
  /** `count`: how many of those that are here pass. */
  | { readonly kind: 'filter'; readonly filter: string; readonly count: number }
  | { readonly kind: 'islands' }

/** New rules, and what they are for in one sentence. */
export interface Watching {
  readonly rules: readonly RuleToSave[]
  readonly said: string
}

/** What is meant by what is chosen: the peer that is selected, or the filter, whichever was chosen last; null for neither. */
export function meantToWatch({
  selected,
  filter,
  chosenLast,
}: Pick<UiState, 'selected' | 'filter' | 'chosenLast'>): PeerId | 'filter' | null {
  const filtered = filter.trim() !== ''
  return filtered && (selected === null || chosenLast === 'filter') ? 'filter' : selected
}

/** The filter that is about one peer alone. */
export function filterOfPeer(peerId: PeerId): string {
  return `id:${peerId}`
}

/**
 * What watching makes. A peer: it leaves or is slow. A filter: fewer than now, or one of them departs. The islands: the
 * network splits.
 * @param network the one in which that is watched: in another one the same words mean others
 */
export function watchRules(target: WatchTarget, network: NetworkRef): Watching {
  const text = strings.watch
  const common = { network, enabled: true, cooldownMs: 300_000, quietHours: null, notify: true, webhook: null }
  if (target.kind === 'peer') {
    const { row, name } = target
    const filter = filterOfPeer(row.peerId)
    const ms = slowLimit(row)
    return {
      rules: [
        { ...common, name: named(text.leaves(name)), kind: 'peer-departed', filter, how: 'any' },
        { ...common, name: named(text.slow(name)), kind: 'rtt-above', filter, ms, forMs: LASTS_MS },
      ],
      said: text.watchingPeer(name, formatDuration(ms)),
    }
  }
  if (target.kind === 'islands')
    return { rules: [{ ...common, name: text.parts, kind: 'network-split' }], said: text.watchingIslands }
  const { count } = target
  const filter = target.filter.trim()
  return {
    rules: [
      // Nobody can be fewer than none.
      ...(count === 0
        ? []
        : [
            {
              ...common,
              name: named(text.fewer(filter)),
              kind: 'peer-count',
              filter,
              direction: 'below',
              count,
              forMs: LASTS_MS,
            } as const,
          ]),
      { ...common, name: named(text.oneLeaves(filter)), kind: 'peer-departed', filter, how: 'any' },
    ],
    said: text.watchingFilter(filter, count),
  }
}

/** Rules that watching a peer or a filter made, or that do the same. */
export function rulesOn(rules: readonly AlertRule[], filter: string): readonly AlertRule[] {
  const wanted = filter.trim()
  if (wanted === '') return []
  return rules.filter((rule) => 'filter' in rule && rule.kind !== 'peer-appeared' && rule.filter.trim() === wanted)
}

/** Rules about the islands. */
export function islandRules(rules: readonly AlertRule[]): readonly AlertRule[] {
  return rules.filter(({ kind }) => kind === 'network-split')
}

/** The peer that a filter is about alone, if it is about one. */
export function peerOfFilter(filter: string): PeerId | null {
  const [, id = ''] = /^\s*id:(\w+)\s*$/.exec(filter) ?? []
  return isPeerId(id) ? id : null
}

/** The peers that rules are about, one by one. Rules that are switched off watch nobody. */
export function watchedPeers(rules: readonly AlertRule[]): ReadonlySet<PeerId> {
  return new Set(rules.flatMap((rule) => (rule.enabled && 'filter' in rule ? (peerOfFilter(rule.filter) ?? []) : [])))
}

/** Rounded, so that it reads well. */
function slowLimit({ rtt }: PeerRow): number {
  const wanted = rtt === null ? SLOW_MS : Math.ceil((rtt.srtt * SLOW_TIMES) / 100) * 100
  return Math.min(SLOWEST_MS, Math.max(SLOW_MS, wanted))
}

function named(name: string): string {
  return name.length <= NAME_MAX ? name : `${name.slice(0, NAME_MAX - 1)}…`
}
