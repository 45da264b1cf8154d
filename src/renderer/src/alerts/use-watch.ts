import { useMemo } from 'react'
import type { AlertRule } from '../../../shared/alerts.ts'
import { MAX_RULES, watchesIn } from '../../../shared/alert-kinds.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { NetworkKey } from '../../../shared/network-kind.ts'
import { joinedKey } from '../../../shared/network-of.ts'
import { tellFailure, tellNothingDone } from '../controls/verbs.ts'
import { compileFilter, ofPeers } from '../peers/filter.ts'
import type { App } from '../stores/app-context.tsx'
import { useAlerts, usePeers, usePicture } from '../stores/app-context.tsx'
import { isForeign } from '../stores/picture-store.ts'
import { strings } from '../ui/strings.ts'
import { tellUndo } from '../ui/undo.tsx'
import { filterOfPeer, islandRules, meantToWatch, rulesOn, watchedPeers, watchRules } from './watch.ts'
import type { WatchTarget } from './watch.ts'
import { removeAll, saveAll } from './all-rules.ts'
import { hostNow } from '../ui/host-time.ts'

type Rules = readonly AlertRule[]

const NONE: ReadonlySet<string> = new Set()

/** The peers that rules watch one by one. */
export function useWatched(): ReadonlySet<string> {
  const rules = useRulesHere()
  return useMemo(() => (rules.length === 0 ? NONE : watchedPeers(rules)), [rules])
}

/** Whether a rule that is switched on watches the islands. */
export function useIslandsWatched(): boolean {
  const rules = useRulesHere()
  return useMemo(() => islandRules(rules).some(({ enabled }) => enabled), [rules])
}

/** The rules that watch in the network that is joined. */
export function useRulesHere(): Rules {
  const rules = useAlerts((state) => state.rules)
  const network = usePeers(({ status }) => joinedKey(status))
  return useMemo(() => rulesIn(rules, network), [rules, network])
}

function rulesIn(rules: Rules | null, network: NetworkKey | null): Rules {
  return network === null ? [] : (rules ?? []).filter((rule) => watchesIn(rule, network))
}

/** Whether what is shown can be watched: rules are about the network that is joined, not about a file or a history that is looked at. */
export function useWatchable(): boolean {
  const joined = usePeers(({ status }) => joinedKey(status) !== null)
  return usePicture(({ picture }) => !isForeign(picture)) && joined
}

/**
 * Watches the selected peer or the filter, whichever was chosen last, or else on the Health page the islands; where that is
 * watched already, stops it.
 */
export function watchSelected(app: App): void {
  const { ui, table } = app
  const why = whyNotWatched(app)
  if (why !== null) return tellNothingDone(why)
  const { filter, view } = ui.getState()
  const what = meantToWatch(ui.getState())
  const cursor = view === 'peers' && filter === '' ? table.getState().selection.cursor : null
  if (what === 'filter') return watchFilter(app, filter)
  const peerId = what ?? cursor
  if (peerId !== null) return watchPeer(app, peerId)
  return view === 'health' ? watchIslands(app) : tellNothingDone(strings.watch.nothing)
}

/** Rules watch the joined network only. @returns why what is shown cannot be watched; null where it can */
function whyNotWatched({ picture, peers }: Pick<App, 'picture' | 'peers'>): string | null {
  // To close what is shown helps only where there is a network behind it.
  if (joinedKey(peers.getState().status) === null) return strings.watch.notJoined
  return isForeign(picture.getState().picture) ? strings.watch.notHere : null
}

/** Watches the islands, or stops it. */
export function watchIslands(app: App): void {
  return void toggle(app, islandRules, strings.watch.islands, { kind: 'islands' }).catch(tellFailure)
}

/** Watches a peer, or stops it. */
export function watchPeer(app: App, peerId: PeerId): void {
  const { peers, notes } = app
  const row = peers.getState().peers.get(peerId)
  if (row === undefined || row.self) return tellNothingDone(strings.watch.nothing)
  const name = notes.nameOf(peerId)
  const those = (rules: Rules): Rules => rulesOn(rules, filterOfPeer(peerId))
  return void toggle(app, those, name, { kind: 'peer', row, name }).catch(tellFailure)
}

function watchFilter(app: App, filter: string): void {
  const { passes, problem } = compileFilter(filter, app.notes.fields)
  const told = ofPeers(filter, problem, strings.watch.filterOfEvents)
  if (told !== null) return tellNothingDone(told === problem ? strings.watch.noFilter : strings.watch.filterOfEvents)
  const now = hostNow()
  let count = 0
  for (const row of app.peers.getState().peers.values())
    if (row.state === 'online' && !row.self && passes(row, now)) count += 1
  const those = (rules: Rules): Rules => rulesOn(rules, filter)
  return void toggle(app, those, `“${filter.trim()}”`, { kind: 'filter', filter, count }).catch(tellFailure)
}

/** Two presses at once are one. */
let busy = false

/** @param those among all rules the ones that watch it */
async function toggle(app: App, those: (rules: Rules) => Rules, what: string, target: WatchTarget): Promise<void> {
  if (busy) return
  const why = whyNotWatched(app)
  if (why !== null) return tellNothingDone(why)
  busy = true
  try {
    const { alerts, peers } = app
    const { status } = peers.getState()
    const about = `watch ${target.kind === 'peer' ? target.row.peerId : what}`
    const known = alerts.getState().rules ?? []
    const there = those(rulesIn(known, joinedKey(status)))
    if (there.length > 0) {
      await removeAll(alerts, there)
      const undo = (): void => void saveAll(alerts, there).catch(tellFailure)
      return tellUndo(strings.watch.stopped(what), strings.alerts.undo, undo, about)
    }
    if (!('network' in status)) return tellNothingDone(strings.watch.notJoined)
    const { rules, said } = watchRules(target, status.network)
    if (known.length + rules.length > MAX_RULES) return tellNothingDone(strings.watch.tooMany(MAX_RULES))
    const saved = await saveAll(alerts, rules)
    const undo = (): void => void removeAll(alerts, saved).catch(tellFailure)
    return tellUndo(said, strings.alerts.undo, undo, about)
  } finally {
    busy = false
  }
}
