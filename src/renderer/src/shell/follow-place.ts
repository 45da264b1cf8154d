/** Keeps the window's URL true to what is looked at, so that Back works, a reload changes nothing, and a place can be linked to. */
import { networkKeyOf } from '../../../shared/network-kind.ts'
import type { KindAndId } from '../../../shared/network-kind.ts'
import type { MomentSpan } from '../../../shared/contract.ts'
import type { FilesStore } from '../snapshots/files-store.ts'
import { networkOf } from '../../../shared/network-of.ts'
import type { PeerStore } from '../stores/peer-store.ts'
import { isOutside } from '../stores/moments.ts'
import { withoutFiles } from '../compare/compare-link.ts'
import { historyIn, isFile, LINK, LINK_NAMES } from './link-table.ts'
import type { LinkName, LinkParts, Place } from './link-table.ts'
import { partText, placeOf, readPlace, unreadParts } from './place.ts'

/** Pause in typing a filter, or in scrubbing, after which the URL follows, in milliseconds. Browsers limit how often it may. */
const SETTLE_MS = 300
/** What is typed, scrubbed or dragged again within this time is still the same step of Back; milliseconds. */
const RUN_MS = 3000

/** What is followed, and the browser's part. */
export interface FollowParts extends LinkParts {
  readonly files: Pick<FilesStore, 'getState' | 'subscribe' | 'lookAgain' | 'cancelAgain'>
  readonly peers: PeerStore
  readonly page: {
    /** What stands after `#`. */
    read(): string
    /** Whether it was written here: a step of this window, also after a reload, and no link that came from elsewhere. */
    isOwn(): boolean
    /** `push`: as a step that Back undoes. */
    write(text: string, push: boolean): void
    /** Tells that the user went back, forward, or to another link. */
    onMoved(listener: () => void): () => void
  }
  /** Calls back after so many milliseconds, unless the given function is called before. */
  readonly later: (ms: number, act: () => void) => () => void
  /**
   * Opens the history of a stored network at a moment, or at its last one, unless it is not `wanted` once it is there. Never
   * rejects: what fails is told.
   */
  readonly showHistory: (of: KindAndId, at: number | null, wanted: () => boolean) => Promise<void>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Tells that a link is about a moment that is still to come. */
  readonly onFuture: (at: number) => void
  /** Tells that a link is about a moment outside of what is stored of the network that is looked at. */
  readonly onOutside: (at: number, moment: MomentSpan) => void
  /** Tells that a link is about a network that is not the one that is shown. */
  readonly onOther: (network: string) => void
  /** Tells that a step is about a file that the window no longer holds. */
  readonly onFileGone: () => void
  /** Tells that a link could not be read: what was shown stays. */
  readonly onUnread: () => void
  /** Tells that these parts of a link could not be read: all else of it is shown. */
  readonly onPartUnread: (names: readonly LinkName[]) => void
}

/** What a link says of the list of events. */
const LIST_NAMES = LINK_NAMES.filter((name) => LINK[name].lists === true)

/** How the graph looks: one thing, which a link says or leaves. */
const LOOK_NAMES = ['colour', 'layout', 'links'] as const satisfies readonly LinkName[]

/** Parts of a place in words. */
type Texts = Readonly<Record<'view' | LinkName, string>>

const nothing = (): void => undefined

/** Goes to the place in the URL, and follows from then on. @returns ends it */
export function followPlace(parts: FollowParts): () => void {
  const { ui, picture, events, playedParts, table, range, compare, files, peers, page, later } = parts
  // What belongs to a network waits until one is there.
  let waiting: Place | null = null
  // So does a history, until the engine is there.
  let history: { readonly of: KindAndId; readonly to: Place } | null = null
  let opening = false
  let written = page.read()
  // What changes on the way to a place is no step of its own.
  let going = false
  // All that one task of the page changes is one step; what comes of another network is none.
  let due: Set<LinkName> | null = null
  let arrived = false
  // What the last step is made of, while it goes on.
  let run: ReadonlySet<LinkName> = new Set()
  let [cancel, endRun] = [nothing, nothing]

  const part = (name: LinkName): string => {
    // The range may follow the moment that is opened.
    if (history !== null && (name === 'at' || name === 'history' || name === 'range'))
      return partText(name, history.to[name])
    if (waiting !== null && (name === 'at' || LINK[name].waits === true)) return partText(name, waiting[name])
    return nowText(name, parts)
  }
  const texts = (): Texts =>
    ({ view: ui.getState().view, ...Object.fromEntries(LINK_NAMES.map((name) => [name, part(name)])) }) as Texts
  let shown = texts()

  const write = (push: boolean): void => {
    cancel()
    const text = placeOf(ui.getState().view, part)
    if (text === written) return
    page.write(text, push)
    written = text
  }
  /** The last step goes on with changes of these, for a while. */
  const goOn = (names: Iterable<LinkName>): void => {
    run = new Set(names)
    endRun()
    endRun = later(RUN_MS, () => (run = new Set()))
  }
  const flush = (): void => {
    const names = due ?? []
    write(!arrived)
    due = null
    arrived = false
    goOn(names)
  }
  const step = (names: Iterable<LinkName>): void => {
    if (due === null) queueMicrotask(() => ending.ended || flush())
    due = new Set([...(due ?? []), ...names])
  }
  const changed = (): void => {
    if (going) return
    const before = shown
    shown = texts()
    const differ = LINK_NAMES.filter((name) => shown[name] !== before[name])
    // A range that moved with the moment or with time is not a step: opening a link to the moment moves it too.
    const { range: now, aged } = range.getState()
    const names = differ.includes('at') || now === aged ? differ.filter((name) => name !== 'range') : differ
    const runs = names.filter((name) => LINK[name].run === true)
    // That something comes or goes is a step; that it moves on may be part of one.
    const moves = runs.filter((name) => shown[name] !== '' && before[name] !== '')
    if (shown.view !== before.view || names.length > moves.length) return step(runs)
    if (names.length === 0 || due !== null) return undefined
    cancel()
    cancel = later(SETTLE_MS, () => {
      write(!names.every((name) => run.has(name)))
      goOn(names)
    })
    return undefined
  }
  const show = (to: Place, names: readonly LinkName[] = LINK_NAMES): void => {
    for (const name of names) showPart(name, to, parts)
  }
  /** Changes what is shown, as no step. */
  const goingTo = (act: () => void): void => {
    going = true
    act()
    going = false
    shown = texts()
  }
  /** The nearest end of a history is shown for a moment beyond it. */
  const tellOutside = (at: number | null): void => {
    const { played } = picture.getState()
    if (at !== null && played !== null && isOutside(at, played.moment)) parts.onOutside(at, played.moment)
  }
  const open = async ({ of, to }: NonNullable<typeof history>): Promise<void> => {
    const mine = history
    try {
      await parts.showHistory(of, to.at, () => history === mine)
    } finally {
      if (history === mine) {
        history = null
        const opened = historyIn(picture)
        // All else was shown at once, and may have been changed since.
        if (opened !== null && networkKeyOf(opened) === networkKeyOf(of)) {
          tellOutside(to.at)
          goingTo(() => show(to, LIST_NAMES))
        }
      }
      shown = texts()
      write(false)
    }
  }
  const openFile = async (file: string, to: Place): Promise<void> => {
    const opened = await files.lookAgain(file)
    if (opened === null) parts.onFileGone()
    // All else was shown at once, and may have been changed since.
    else if (opened) goingTo(() => show(to, LIST_NAMES))
    shown = texts()
    write(false)
  }
  /** @returns false where it is still to come: then the present is shown */
  const goToMoment = (at: number): boolean => {
    const came = at <= parts.now()
    if (came) picture.goTo(at)
    else {
      parts.onFuture(at)
      picture.leave()
    }
    return came
  }
  const isThere = (): boolean => 'network' in peers.getState().status || picture.getState().played !== null
  /** Whether it is in another network than the one that is joined. */
  const isOther = (to: Place): to is Place & { readonly network: string } => {
    const { status } = peers.getState()
    return to.network !== null && 'network' in status && status.network.id !== to.network
  }
  const goToWaiting = (): void => {
    if (history !== null && !opening && peers.getState().seq !== null) {
      opening = true
      void open(history).finally(() => {
        opening = false
        goToWaiting()
      })
    }
    if (waiting === null || !isThere()) return
    const to = waiting
    waiting = null
    ui.setState({ linkedView: null })
    if (isOther(to)) parts.onOther(to.network)
    else showWaiting(to)
    write(false)
  }
  const showWaiting = (to: Place): void =>
    goingTo(() => {
      if (to.at !== null) goToMoment(to.at)
      // A link that says nothing of how the graph looks leaves it as it is remembered.
      if (LOOK_NAMES.some((name) => partText(name, to[name]) !== '')) show(to, LOOK_NAMES)
      show(to, ['span', 'compare'])
    })
  const go = (first = false): void => {
    cancel()
    endRun()
    run = new Set()
    written = page.read()
    const isLink = !page.isOwn()
    const read = readPlace(written)
    // A file has moments of its own.
    const to = read === null || read.file === null ? read : { ...read, at: null, history: null }
    if (to === null) {
      if (written !== '') parts.onUnread()
      // The address must not name what is not shown.
      return write(false)
    }
    if (isOther(to)) return parts.onOther(to.network)
    const unread = unreadParts(written)
    if (unread.length > 0) parts.onPartUnread(unread)
    let came = true
    goingTo(() => {
      ui.setState({ view: to.view, linkedView: isThere() ? null : to.view })
      const old = historyIn(picture)
      const same = to.history !== null && old !== null && networkKeyOf(to.history) === networkKeyOf(old)
      const file = isFile(picture)
      const isShown = to.file === LINK.file.now(parts)
      const stays = same || (to.file !== null && isShown)
      const other = to.at === null || old !== null || file || to.history !== null
      if ((picture.getState().wanted !== null || file) && !stays && other) picture.leave()
      if (!isShown && to.file !== null) void openFile(to.file, to)
      else if (!isShown && !first && files.getState().again !== null) files.cancelAgain()
      history = to.history === null || same ? null : { of: to.history, to }
      if (same) {
        tellOutside(to.at)
        picture.goTo(to.at ?? picture.getState().played?.moment.asOf ?? 0)
      }
      const there = isThere()
      waiting = to.history === null ? to : { ...to, at: null }
      if (there) {
        came = waiting.at === null || goToMoment(waiting.at)
        waiting = null
      }
      const leaves = (name: LinkName): boolean =>
        (!there && LINK[name].waits === true) ||
        (isLink && LINK[name].remembered === true && partText(name, to[name]) === '')
      show(
        to,
        LINK_NAMES.filter((name) => !leaves(name)),
      )
    })
    goToWaiting()
    // The address must not name what is not shown.
    if (isLink || !came || unread.length > 0 || part('range') !== partText('range', to.range)) write(false)
    // From now on it is a step of this window.
    if (isLink && !page.isOwn()) page.write(written, false)
    return undefined
  }

  const ending = { ended: false }
  go(true)
  // So that Back leads to where the window began, too.
  write(false)
  const ends = [
    page.onMoved(() => go()),
    ...[ui, events, playedParts.events, table, range, compare].map((store) => store.subscribe(changed)),
    picture.subscribe((state, before) => {
      const moved = state.wanted !== before.wanted || state.played !== before.played
      if (moved && !going && waiting !== null) waiting = { ...waiting, at: null }
      changed()
      if (moved && !going) goToWaiting()
    }),
    // That a file is not shown again after all is no step.
    files.subscribe(({ again }, before) => {
      if (again !== null || before.again === null || part('file') === shown.file) return
      shown = texts()
      write(false)
    }),
    peers.subscribe((state, before) => {
      if (networkOf(state.status) !== networkOf(before.status)) {
        arrived = true
        step([])
      }
      if (state.status !== before.status || (state.seq === null) !== (before.seq === null)) goToWaiting()
    }),
  ]
  return () => {
    ending.ended = true
    cancel()
    endRun()
    for (const end of ends) end()
  }
}

function nowText(name: LinkName, parts: LinkParts): string {
  return partText(name, LINK[name].now(parts))
}

function showPart(name: LinkName, to: Place, parts: LinkParts): void {
  const show = LINK[name].show as ((parts: LinkParts, value: Place[LinkName]) => void) | null
  if (show !== null && nowText(name, parts) !== partText(name, to[name])) show(parts, to[name])
}

/** The place that is looked at, to be linked to. */
export function placeNow(parts: LinkParts & { readonly peers: PeerStore }): Place {
  const { status } = parts.peers.getState()
  const place = Object.fromEntries(LINK_NAMES.map((name) => [name, LINK[name].now(parts)])) as unknown as Place
  const foreign = place.history !== null || isFile(parts.picture)
  return {
    ...place,
    file: null,
    compare: withoutFiles(place.compare),
    view: parts.ui.getState().view,
    network: 'network' in status && !foreign ? status.network.id : null,
  }
}

/** Marks the steps of this window in the browser's history. */
const OWN = 'own'

/** The browser's URL and its history. */
export const windowPage: FollowParts['page'] = {
  read: () => location.hash.slice(1),
  isOwn: () => history.state === OWN,
  write: (text, push) => {
    if (push) history.pushState(OWN, '', `#${text}`)
    else history.replaceState(OWN, '', `#${text}`)
  },
  onMoved: (listener) => {
    globalThis.addEventListener('popstate', listener)
    return () => globalThis.removeEventListener('popstate', listener)
  },
}
