/** Keys that lead somewhere from anywhere: `/` to the filter, `G` and then a letter to a view. */
import type { View } from '../stores/ui-store.ts'
import { isKeyTaken } from '../ui/own-keys.ts'

/** The letter of each view. */
export const GO_KEYS: Readonly<Record<View, string>> = {
  health: 'h',
  network: 'n',
  peers: 'p',
  timeline: 't',
  bootstrap: 'b',
  alerts: 'a',
  snapshots: 's',
  settings: ',',
}

/** How long the letter may take after `G`, in milliseconds. */
const LETTER_MS = 1500

/** What the keys do. */
export interface GoParts {
  readonly target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
  /** Milliseconds that only go forward. */
  readonly now: () => number
  readonly go: (view: View) => void
  /** Goes to the filter's field. @returns whether there is one */
  readonly filter: () => boolean
}

/** Listens for the keys. @returns ends it */
export function listenGoKeys({ target, now, go, filter }: GoParts): () => void {
  let pressedAt = -Infinity
  const onKeyDown = (event: Event): void => {
    if (!(event instanceof KeyboardEvent) || event.defaultPrevented) return
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (isKeyTaken(event.target)) return
    const key = event.key.toLowerCase()
    const waited = now() - pressedAt
    pressedAt = -Infinity
    if (waited <= LETTER_MS) {
      const view = Object.entries(GO_KEYS).find(([, letter]) => letter === key)?.[0] as View | undefined
      if (view === undefined) return
      // A key of the graph or the table may be the same letter.
      event.preventDefault()
      event.stopImmediatePropagation()
      go(view)
    } else if (key === 'g') pressedAt = now()
    else if (key === '/' && filter()) event.preventDefault()
  }
  // Before the view that has the focus.
  target.addEventListener('keydown', onKeyDown, { capture: true })
  return () => target.removeEventListener('keydown', onKeyDown, { capture: true })
}
