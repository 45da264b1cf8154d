/** Keeps the window's URL true to what is looked at, so that Back works, a reload changes nothing, and a place can be linked to. */
import type { StoreApi } from 'zustand'
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
  /** Tells that a link is about a network that is not the one that is shown. */
  readonly onOther: (network: string) => void
}

/** Goes to the place in the URL, and follows from then on. @returns ends it */
export function followPlace({ ui, picture, peers, page, later, onOther }: FollowParts): () => void {
  // A moment waits until its network is there.
  let pending: number | null = null
  let written = page.read()
  let cancel: () => void = () => undefined
  // What changes on the way to a place is no step of its own.
  let going = false

  const place = (): Place => {
    const { view, filter, selected } = ui.getState()
    return { view, filter, peer: selected, at: pending ?? picture.getState().wanted, network: null }
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
  const goToPending = (): void => {
    if (pending === null || !('network' in peers.getState().status)) return
    const at = pending
    pending = null
    picture.goTo(at)
  }
  const go = (): void => {
    written = page.read()
    const to = readPlace(written)
    if (to === null) return
    const { status } = peers.getState()
    if (to.network !== null && 'network' in status && status.network.id !== to.network) return onOther(to.network)
    going = true
    ui.setState({ view: to.view, filter: to.filter, selected: to.peer })
    if (to.at === null && picture.getState().wanted !== null) picture.leave()
    pending = to.at
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
      if (state.wanted === before.wanted) return
      pending = null
      // To leave now for the past, and to come back, are steps; to scrub is not.
      if ((state.wanted === null) !== (before.wanted === null)) write(true)
      else soon()
    }),
    peers.subscribe((state, before) => {
      if (state.status !== before.status) goToPending()
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
  return { view, filter, peer: selected, at: picture.getState().wanted, network }
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
