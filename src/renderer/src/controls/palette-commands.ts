import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { filterOfPeer, meantToWatch, rulesOn } from '../alerts/watch.ts'
import { useIslandsWatched, useRulesHere, watchIslands, watchSelected } from '../alerts/use-watch.ts'
import { clearFilter } from '../peers/clear-filter.ts'
import { isForeign, momentOf } from '../stores/picture-store.ts'
import { momentSide } from '../compare/moment-side.ts'
import { useShownPeers } from '../compare/use-shown-peers.ts'
import { useSaveGraph } from '../graph/save-graph.ts'
import { useAbilities, useApp, useFiles, usePeers, usePicture, useSettings, useUi } from '../stores/app-context.tsx'
import { ARRANGED_BY, COLOURS_BY } from '../graph/look.ts'
import { arrangeName, colourName } from '../graph/look-menus.tsx'
import { VIEWS } from '../stores/ui-store.ts'
import type { DialogName } from '../stores/ui-store.ts'
import { placeNow } from '../shell/follow-place.ts'
import { placeLink, placeText } from '../shell/place.ts'
import { formsOf } from '../../../shared/forms.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import { strings } from '../ui/strings.ts'
import { commandFor, contextOf, hasCommand } from './command-line.ts'
import { enter, viewToJoin } from './enter.ts'
import { SHARED_SPAN_MS, useExport, useShare } from './export.tsx'
import { openRecent, recentName } from './recent-networks.tsx'
import { copyText, useTheme } from './verbs.ts'
import { hostNow } from '../ui/host-time.ts'

/** One line of the palette. */
export interface Item {
  readonly id: string
  readonly label: string
  readonly description?: ReactNode
  readonly end?: ReactNode
  /** The command line that does the same; null where there is none. */
  readonly command?: string | null
  readonly run: () => void
}

/** Recent networks whose histories are offered. */
const HISTORIES = 8

/** Every verb that can be done now. */
export function useCommands(): Item[] {
  return [
    ...useNetworkCommands(),
    ...useWatchCommands(),
    ...useCompareCommands(),
    ...useShareCommand(),
    ...useViewCommands(),
    ...useGraphCommands(),
    ...useEndCommands(),
  ]
}

/** Gives a verb its command line. */
function useCommandLine(): (verb: string) => string | null {
  const { ui, peers } = useApp()
  return (verb) => {
    if (!hasCommand(verb)) return null
    const { selected, filter } = ui.getState()
    const { status, peers: rows } = peers.getState()
    const forms = formsOf(peers.getState().kind)
    const address = selected === null ? undefined : rows.get(selected)?.addresses[0]
    const target = selected === null || address === undefined ? null : forms.target(address, selected)
    return commandFor(verb, contextOf(status, selected === null ? null : forms.id(selected), target, filter))
  }
}

function useDialog(): (name: DialogName, label: string) => Item {
  const { ui } = useApp()
  const command = useCommandLine()
  return (name, label) => ({ id: name, label, command: command(name), run: () => ui.setState({ dialog: name }) })
}

function useNetworkCommands(): Item[] {
  const app = useApp()
  const { ui, crawl, picture, client } = app
  const live = usePeers((state) => 'neighbors' in state.status)
  const { neighbors } = useAbilities()
  const none = usePeers(({ status }) => status.state === 'none' || status.state === 'failed')
  const recent = useSettings((state) => state.recent)
  const exportCatalog = useExport()
  const command = useCommandLine()
  const dialog = useDialog()
  const toJoinPage = (): void => {
    picture.leave()
    ui.setState({ view: viewToJoin(ui.getState()) })
  }
  if (none) {
    return [
      { id: 'join', label: strings.join.title, run: toJoinPage },
      {
        id: 'demo',
        label: strings.join.demo,
        run: () => {
          toJoinPage()
          void enter(app, () => client.network.demo({}))
        },
      },
      ...recent.slice(0, HISTORIES).map((network) => ({
        id: `history-${networkKeyOf(network)}`,
        label: strings.history.openOf(recentName(network)),
        run: () => openRecent(app, network),
      })),
    ]
  }
  if (!live) return []
  return [
    dialog('dial', strings.verbs.dial),
    dialog('sync', strings.verbs.sync),
    dialog('ping', strings.verbs.ping),
    dialog('tags', strings.verbs.tags),
    ...(neighbors
      ? [
          {
            id: 'crawl',
            label: strings.crawl.verb,
            command: command('crawl'),
            run: () => {
              picture.leave()
              ui.setState({ view: 'network' })
              void crawl.start()
            },
          },
        ]
      : []),
    {
      id: 'export',
      label: strings.verbs.export,
      command: command('export'),
      run: () => void exportCatalog({ what: 'catalog', format: 'json', filter: '', from: null, to: null }),
    },
  ]
}

/** Watching the selected peer or the filter; and the islands. */
function useWatchCommands(): Item[] {
  const app = useApp()
  const what = useUi(meantToWatch)
  const filter = useUi((state) => state.filter)
  const joined = usePeers(({ status }) => 'network' in status && status.state !== 'failed')
  const rules = useRulesHere()
  const islands = useIslandsWatched()
  const { neighbors } = useAbilities()
  const foreign = usePicture(({ picture }) => isForeign(picture))
  if (!joined || foreign) return []
  const { watchIslands: watchThem, unwatchIslands: unwatchThem } = strings.watch
  const ofIslands: Item[] = neighbors
    ? [{ id: 'watch-islands', label: islands ? unwatchThem : watchThem, run: () => watchIslands(app) }]
    : []
  if (what === null) return ofIslands
  const watched = rulesOn(rules, what === 'filter' ? filter : filterOfPeer(what)).length > 0
  const { watch, unwatch, watchFilter, unwatchFilter } = strings.watch
  const label = what === 'filter' ? (watched ? unwatchFilter : watchFilter) : watched ? unwatch : watch
  return [{ id: 'watch', label, run: () => watchSelected(app) }, ...ofIslands]
}

/** Comparing, from what is selected or looked at. */
function useCompareCommands(): Item[] {
  const { ui, compare, picture, table } = useApp()
  const shown = useShownPeers()
  const looking = usePicture((state) => state.picture !== null)
  const several = useStore(shown, ({ ids }) => ids.length > 1)
  const files = useFiles((state) => state.opened.length > 0)
  const joined = usePeers(({ status }) => 'network' in status)
  const played = usePicture((state) => state.played !== null)
  const { peersVerb, momentsVerb } = strings.compare
  const peers = (): void => {
    const { ids } = table.getState().selection
    const [a, b] = ids.size === 2 ? [...ids] : []
    compare.openPeers(a ?? ui.getState().selected, b ?? null)
  }
  const moments = (): void => {
    const { wanted, played: of } = picture.getState()
    compare.openPictures(wanted === null ? null : momentSide(of, wanted), momentSide(of, null))
  }
  return [
    ...(several && (joined || looking) ? [{ id: 'compare-peers', label: peersVerb, run: peers }] : []),
    ...(joined || files || played ? [{ id: 'compare-moments', label: momentsVerb, run: moments }] : []),
  ]
}

/** Sharing the moment that is looked at, or now. */
function useShareCommand(): Item[] {
  const share = useShare()
  const looking = usePicture(({ picture }) => picture !== null)
  const moment = usePicture(({ picture }) => momentOf(picture)?.at ?? null)
  const live = usePeers(({ status }) => 'neighbors' in status)
  // A file is somebody else's, who shared it already.
  if (looking ? moment === null : !live) return []
  return [{ id: 'share', label: strings.past.share, run: () => void share(moment ?? hostNow(), SHARED_SPAN_MS) }]
}

function useViewCommands(): Item[] {
  const app = useApp()
  const { ui, picture, desktop } = app
  // In a browser the page has its own URL; the desktop app opens links of its scheme.
  const link = (): string => {
    const place = placeNow(app)
    return desktop === null ? `${location.origin}${location.pathname}#${placeText(place)}` : placeLink(place)
  }
  const looking = usePicture((state) => state.picture !== null)
  const stored = usePicture(({ picture: shown }) => shown?.kind === 'stored')
  const filter = useUi((state) => state.filter)
  const command = useCommandLine()
  return [
    ...(looking
      ? [{ id: 'now', label: stored ? strings.history.closeOf : strings.past.back, run: () => picture.leave() }]
      : []),
    { id: 'link', label: strings.verbs.copyLink, run: () => void copyText(link()) },
    ...(filter === '' ? [] : [{ id: 'clear', label: strings.peers.clear, run: () => clearFilter({ ui }) }]),
    ...VIEWS.map((view) => ({
      id: view,
      label: strings.verbs.goto(strings.nav[view]),
      command: command(view),
      run: () => ui.setState({ view }),
    })),
  ]
}

/** What is done with the graph that is on the screen. */
function useGraphCommands(): Item[] {
  const app = useApp()
  const { ui } = app
  const looking = usePicture((state) => state.picture !== null)
  const file = usePicture(({ picture }) => picture?.kind === 'file')
  const graph = looking ? app.other.graph : app.graph
  const drawn = useStore(graph.view, (state) => state.drawnPeers > 0)
  const frozen = useStore(graph.view, (state) => state.frozen)
  const pinned = useStore(graph.view, (state) => state.pinned)
  const shown = useUi((state) => state.view === 'network')
  const alone = usePeers(({ status }) => status.state === 'alone' && status.peers === 0)
  const selected = useUi((state) => state.selected !== null)
  const holds = useUi((state) => state.showHolds)
  const all = useUi((state) => state.allLinks)
  const save = useSaveGraph()
  if (!shown || !drawn || (alone && !looking)) return []
  const texts = strings.graph
  const of = (id: string, label: string, run: () => void): Item => ({
    id: `graph-${id}`,
    label: texts.verb(label),
    run,
  })
  return [
    of('fit', texts.fit, () => graph.fit()),
    of('freeze', frozen ? texts.unfreeze : texts.freeze, () => graph.toggleFreeze()),
    ...(selected ? [of('pin', pinned ? texts.unpin : texts.pin, () => graph.pins.toggle())] : []),
    ...COLOURS_BY.map((by) => of(by, texts.colours(colourName(by).toLowerCase()), () => ui.setState({ colourBy: by }))),
    ...ARRANGED_BY.map((by) =>
      of(`arrange-${by}`, texts.arranges(arrangeName(by).toLowerCase()), () => ui.setState({ arrangeBy: by })),
    ),
    of('links', all ? texts.backboneOn : texts.backboneOff, () => ui.setState({ allLinks: !all })),
    of('holds', holds ? texts.holdsOff : texts.holds, () => ui.setState({ showHolds: !holds })),
    of('png', texts.exportPng, () => save('png')),
    of('svg', texts.exportSvg, () => save('svg')),
    ...(file ? [] : [of('gexf', texts.exportGexf, () => save('gexf'))]),
  ]
}

function useEndCommands(): Item[] {
  const { ui, peers } = useApp()
  const joined = usePeers((state) => 'network' in state.status && state.status.state !== 'failed')
  const { toggle } = useTheme()
  const dialog = useDialog()
  const copy = (): void => {
    const { status } = peers.getState()
    if ('network' in status) void copyText(status.network.id)
  }
  return [
    { id: 'theme', label: strings.verbs.theme, run: toggle },
    { id: 'keys', label: strings.keys.title, run: () => ui.setState({ dialog: 'keys' }) },
    ...(joined ? [{ id: 'copy-network', label: strings.verbs.copyNetwork, run: copy }] : []),
    ...(joined ? [dialog('leave', strings.verbs.leave)] : []),
  ]
}
