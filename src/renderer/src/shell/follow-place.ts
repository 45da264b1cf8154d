/** Keeps the window's URL true to what is looked at, so that Back works, a reload changes nothing, and a place can be linked to. */
import type { StoreApi } from 'zustand'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import type { KindAndId } from '../../../shared/network-kind.ts'
import type { PeerStore } from '../stores/peer-store.ts'
import type { PictureStore } from '../stores/picture-store.ts'
import type { UiState } from '../stores/ui-store.ts'
import type { Place } from './place.ts'
import { placeText, readPlace } from './place.ts'

/** Pause in typing a filter, or in scrubbing, after which the URL follows, in milliseconds. Browsers limit how often it may. */
const SETTLE_MS = 300

/** What is followed, and the browser's part. */
export interface FollowParts {
  readonly ui: StoreApi<UiState>
  readonly picture: PictureStore
  readonly peers: PeerStore
  readonly page: {
    /** What stands after `#`. */
    read(): string
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
  /** Tells that a link is about a network that is not the one that is shown. */
  readonly onOther: (network: string) => void
}

/** Goes to the place in the URL, and follows from then on. @returns ends it */
export function followPlace({
  ui,
  picture,
  peers,
  page,
  later,
  now,
  showHistory,
  onFuture,
  onOther,
}: FollowParts): () => void {
  // A moment waits until its network is there.
  let pending: number | null = null
  // So does a history, until the engine is there.
  let history: { readonly of: KindAndId; readonly at: number | null } | null = null
  let written = page.read()
  let cancel: () => void = () => undefined
  // What changes on the way to a place is no step of its own.
  let going = false
  let opening = false

  const place = (): Place => {
    const { view, filter, selected } = ui.getState()
    const shown = { view, filter, peer: selected, network: null }
    return history === null
      ? { ...shown, at: pending ?? momentIn(picture), history: historyIn(picture) }
      : { ...shown, at: history.at, history: history.of }
  }
  const write = (push: boolean): void => {
    cancel()
    if (going) return
    const text = placeText(place())
    if (text === written) return
    page.write(text, push)
    written = text
  }
  const soon = (): void => {
    cancel()
    if (going) return
    cancel = later(SETTLE_MS, () => write(false))
  }
  const open = async ({ of, at }: NonNullable<typeof history>): Promise<void> => {
    const mine = history
    try {
      await showHistory(of, at, () => history === mine)
    } finally {
      if (history === mine) history = null
      write(false)
    }
  }
  const goToPending = (): void => {
    if (history !== null && !opening && peers.getState().seq !== null) {
      opening = true
      void open(history).finally(() => {
        opening = false
        goToPending()
      })
    }
    if (pending === null || !('network' in peers.getState().status)) return
    const at = pending
    pending = null
    if (at <= now()) return picture.goTo(at)
    onFuture(at)
    picture.leave()
    going = false
    return write(false)
  }
  const go = (): void => {
    written = page.read()
    const to = readPlace(written)
    if (to === null) return
    const { status } = peers.getState()
    if (to.network !== null && 'network' in status && status.network.id !== to.network) return onOther(to.network)
    going = true
    ui.setState({ view: to.view, filter: to.filter, selected: to.peer })
    const shown = historyIn(picture)
    const same = to.history !== null && shown !== null && networkKeyOf(to.history) === networkKeyOf(shown)
    const file = isFile(picture)
    // No link leads to a file: what is gone to is another view of it.
    const stays = same || (file && to.at === null && to.history === null)
    const other = to.at === null || shown !== null || file || to.history !== null
    if (picture.getState().wanted !== null && !stays && other) picture.leave()
    history = to.history === null || same ? null : { of: to.history, at: to.at }
    if (same) picture.goTo(to.at ?? picture.getState().played?.moment.asOf ?? 0)
    pending = to.history === null ? to.at : null
    goToPending()
    going = false
  }

  go()
  // So that Back leads to where the window began, too.
  write(false)
  const ends = [
    page.onMoved(go),
    ui.subscribe((state, before) => {
      if (state.view !== before.view || state.selected !== before.selected) write(true)
      else if (state.filter !== before.filter) soon()
    }),
    picture.subscribe((state, before) => {
      if (state.wanted === before.wanted && state.played === before.played) return
      pending = null
      // To leave now for the past, and to come back, are steps; to scrub is not.
      if ((state.wanted === null) !== (before.wanted === null) || state.played !== before.played) write(true)
      else soon()
    }),
    peers.subscribe((state, before) => {
      if (state.status !== before.status || (state.seq === null) !== (before.seq === null)) goToPending()
    }),
  ]
  return () => {
    cancel()
    for (const end of ends) end()
  }
}

/** The place that is looked at, to be linked to. */
export function placeNow({ ui, picture, peers }: Pick<FollowParts, 'ui' | 'picture' | 'peers'>): Place {
  const { view, filter, selected } = ui.getState()
  const { status } = peers.getState()
  const network = 'network' in status ? status.network.id : null
  const history = historyIn(picture)
  const foreign = history !== null || isFile(picture)
  return { view, filter, peer: selected, at: momentIn(picture), network: foreign ? null : network, history }
}

/** The stored network that is looked at; null where it is another picture, or none. */
function historyIn(picture: PictureStore): KindAndId | null {
  const { kind, id } = picture.getState().played?.stored?.network ?? {}
  return kind === undefined || id === undefined ? null : { kind, id }
}

/** Whether a file is looked at, which only this window has. */
function isFile(picture: PictureStore): boolean {
  const { picture: shown, played } = picture.getState()
  return shown?.kind === 'file' || (played !== null && played.stored === undefined)
}

/** The moment of the network that is looked at. The last one of a stored network needs no words. */
function momentIn(picture: PictureStore): number | null {
  const { wanted, played } = picture.getState()
  if (isFile(picture)) return null
  return played?.stored !== undefined && wanted === played.moment.asOf ? null : wanted
}

/** The browser's URL and its history. */
export const windowPage: FollowParts['page'] = {
  read: () => location.hash.slice(1),
  write: (text, push) => {
    if (push) history.pushState(null, '', `#${text}`)
    else history.replaceState(null, '', `#${text}`)
  },
  onMoved: (listener) => {
    globalThis.addEventListener('popstate', listener)
    return () => globalThis.removeEventListener('popstate', listener)
  },
}
