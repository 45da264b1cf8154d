import '@mantine/core/styles.css'
import '@mantine/spotlight/styles.css'
import './styles.css'
import './ui/pieces.css'
import './ui/charts.css'
import './graph/graph.css'
import './peers/table.css'
import './demo/demo.css'
import './timeline/timeline.css'
import './inspector/inspector.css'
import './snapshots/snapshots.css'
import './alerts/alerts.css'
import './peers/filter.css'
import './peers/peers.css'
import './bootstrap/bootstrap.css'
import './compare/compare.css'
import './health/health.css'
import './health/charts.css'
import { createRoot } from 'react-dom/client'
import { createAlertStore } from './alerts/alert-store.ts'
import { App } from './app.tsx'
import { createCompareStore } from './compare/compare-store.ts'
import { fileWorks, tell, tellCancelled, tellEnded, tellFailure, tellFileFailure } from './controls/verbs.ts'
import { followStory } from './demo/follow-story.ts'
import { GraphController } from './graph/controller.ts'
import { createCrawlStore } from './graph/crawl-store.ts'
import { keepLook } from './graph/keep-look.ts'
import { createWebglRenderer } from './graph/webgl-renderer.ts'
import type { MomentSpan } from '../../shared/contract.ts'
import { eventFields } from '../../shared/filter-events.ts'
import { LostLines } from '../../shared/lost-lines.ts'
import { wordsToName } from './peers/filter-words.ts'
import { createTableStore } from './peers/table-store.ts'
import type { DesktopClient } from './shell/desktop-commands.ts'
import { followPlace, windowPage } from './shell/follow-place.ts'
import { createFilesStore } from './snapshots/files-store.ts'
import { listenEscape } from './shell/escape.ts'
import { watchAnswers } from './stores/answer-watch.ts'
import type { App as AppParts } from './stores/app-context.tsx'
import type { Client } from './stores/client.ts'
import { createEngineStore, followEngine, orUntilRestarted } from './stores/engine-store.ts'
import { createEventStore, listsEndAt } from './stores/event-store.ts'
import { createHealthStore } from './stores/health-store.ts'
import { createIncomingStore } from './stores/incoming-store.ts'
import { followMoment } from './stores/follow-moment.ts'
import { leaveBehind } from './stores/leave-behind.ts'
import { createNameStore } from './stores/name-store.ts'
import { createNoteStore } from './stores/note-store.ts'
import { networkOf } from '../../shared/network-of.ts'
import { createPeerStore } from './stores/peer-store.ts'
import { createPictureStore, momentOf, shownAt } from './stores/picture-store.ts'
import { createPlayedParts } from './stores/played-parts.ts'
import { followHistory, followLeft, showHistory } from './stores/stored-history.ts'
import { keepFiles } from './snapshots/keep-files.ts'
import { createRangeStore } from './stores/range-store.ts'
import { createSettingsStore } from './stores/settings-store.ts'
import { createLinkStore, subscribe, waitFor } from './stores/subscription.ts'
import { createUiStore } from './stores/ui-store.ts'
import { outsideWords } from './timeline/typed-time.ts'
import { formatExact } from './ui/format.ts'
import { keepFocus } from './ui/keep-focus.ts'
import { strings } from './ui/strings.ts'
import { heardHostTime, hostNow } from './ui/host-time.ts'

/** Pause in typing a filter after which the timeline is filtered, in milliseconds. */
const FILTER_MS = 120
/** Time after which the newest events are held against it again, in milliseconds. */
const REFILTER_MS = 5000

/** Draws the window on `client`. Gives its parts, so that the transport can tell how the link is. */
export function startApp(client: Client, root: HTMLElement, desktop: DesktopClient | null = null): AppParts {
  const peers = createPeerStore(new LostLines(() => performance.now()))
  const ui = createUiStore()
  const names = createNameStore(client)
  const notes = createNoteStore(client, () => names.getState().names)
  const other = createPeerStore()
  const picture = createPictureStore({ client, live: peers, other, now: hostNow, every, turn })
  // Before all that follows the moment: what comes with it is one change for them.
  const range = createRangeStore()
  followMoment(picture, range, hostNow, later)
  const then = (): number | null => momentOf(picture.getState().picture)?.at ?? null
  const events = createEventStore(
    client,
    eventFields((peerId) => (then() === null ? peers : other).getState().peers.get(peerId), notes.fields),
    then,
  )
  const health = createHealthStore(client)
  const drawn = { ui, create: createWebglRenderer, notes, names }
  const parts: AppParts = {
    client,
    peers,
    ui,
    table: createTableStore(client),
    events,
    picture,
    range,
    notes,
    names,
    playedParts: createPlayedParts(client, picture, other, notes),
    other: { peers: other, graph: new GraphController({ ...drawn, peers: other }) },
    settings: createSettingsStore(client),
    health,
    alerts: createAlertStore(client),
    crawl: createCrawlStore(client, (found) => health.found(found)),
    compare: createCompareStore(client, () => picture.getState().played),
    incoming: createIncomingStore(),
    files: createFilesStore({ client, picture, ui, tellCancelled, tellEnded, tellFailure: tellFileFailure, fileWorks }),
    link: createLinkStore(hostNow()),
    engine: createEngineStore(),
    graph: new GraphController({ ...drawn, peers }),
    desktop,
  }
  listsEndAt(picture, events)
  leaveBehind(peers, parts)
  followStory(peers, health)
  picture.subscribe((state, before) => {
    if (state.picture !== before.picture) parts.other.graph.turns.setMoment(shownAt(state.picture))
  })
  filterEvents(ui, events)
  filterEvents(ui, parts.playedParts.events)
  nameWhatIsFiltered(ui, peers, names)
  // Names are words to filter by.
  names.subscribe(() => notes.touch())
  // Another network has another past, and other notes.
  peers.subscribe((state, before) => {
    const network = networkOf(state.status)
    if (network === networkOf(before.status)) return
    if (picture.getState().wanted !== null && picture.getState().played === null) picture.leave()
    notes.clear()
    parts.crawl.clear()
    parts.compare.clear()
    parts.health.clear()
    if (network !== null) notes.load().catch(tellFailure)
  })
  const { files, incoming } = parts
  const kept = keepFiles({ files, incoming, picture, tab: () => globalThis.sessionStorage })
  followHistory(parts)
  followLeft(parts)
  keepLook(ui, peers)
  const unfollow = followPlace({
    ...parts,
    page: windowPage,
    later,
    now: hostNow,
    onFuture: tellFuture,
    onOutside: tellOutside,
    showHistory: (of, at, wanted) => showHistory(parts, of, at, wanted).catch(tellFailure),
    onOther: tellOther,
    onFileGone: () => tellEnded(strings.snapshots.notHeld),
    onUnread: () => tellEnded(strings.unreadLink),
    onPartUnread: (names) => tellEnded(strings.unreadParts(names)),
  })
  listenEscape(() => ui.setState({ selected: null }))
  createRoot(root).render(<App parts={parts} />)
  const forget = keepFocus(document)
  const ending = new AbortController()
  globalThis.addEventListener('pagehide', () => {
    ending.abort()
    unwatch()
    forget()
    unfollow()
    kept.stop()
  })
  const unwatch = watchAnswers({
    link: parts.link,
    ask: (signal) => client.app.info(undefined, { signal }),
    monotonic: () => performance.now(),
    now: hostNow,
    hidden: () => document.hidden,
    every,
  })
  if (desktop !== null) void followEngine(desktop, parts.engine, waitFor, ending.signal)
  void subscribe(
    {
      client,
      link: parts.link,
      wait: orUntilRestarted(parts.engine, waitFor),
      now: hostNow,
      onMessage: (message) => {
        if (message.sentAt !== undefined) heardHostTime(message.sentAt)
        const taken = peers.apply(message)
        if (taken) {
          parts.events.apply(message)
          parts.alerts.apply(message)
          names.apply(message)
        }
        return taken
      },
    },
    ending.signal,
  )
  // Loaded once the engine answers, and again after it came back: it may be another one.
  let first = true
  parts.link.subscribe((state, before) => {
    if (state.state !== 'live' || before.state === 'live') return
    if (first) void kept.resume()
    first = false
    parts.settings.load().catch(tellFailure)
    if (networkOf(peers.getState().status) !== null) notes.load().catch(tellFailure)
  })
  return parts
}

/** The one filter holds for the timeline too. Older events are not asked for with each key. */
function filterEvents(ui: AppParts['ui'], events: AppParts['events']): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  ui.subscribe((state, before) => {
    if (state.filter === before.filter) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      const { filter } = events.getState()
      if (filter.text !== state.filter) events.setFilter({ ...filter, text: state.filter })
    }, FILTER_MS)
  })
  setInterval(() => {
    if (!document.hidden) events.refilter()
  }, REFILTER_MS)
}

/** A word that is looked for may be the name of an id that was seen: it is known from then on. */
function nameWhatIsFiltered(ui: AppParts['ui'], peers: AppParts['peers'], names: AppParts['names']): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  ui.subscribe((state, before) => {
    if (state.filter === before.filter) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      const words = wordsToName(ui.getState().filter, peers.getState().peers.values(), names.getState().names)
      if (words.length > 0) names.addSeen(words).catch(tellFailure)
    }, FILTER_MS)
  })
}

function tellOther(network: string): void {
  tellFailure({ code: 'NotJoined', message: strings.otherNetwork(network) })
}

function tellFuture(at: number): void {
  tell(strings.past.future(formatExact(at)))
}

function tellOutside(at: number, moment: MomentSpan): void {
  tell(strings.past.outsideLink(formatExact(at), outsideWords(at, moment) ?? ''))
}

function later(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

function every(ms: number, step: () => void): () => void {
  const timer = setInterval(step, ms)
  return () => clearInterval(timer)
}
