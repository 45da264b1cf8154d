/** How many lines the strips at the end of the window have at once. */
import { useSyncExternalStore } from 'react'

/** In a low window each line is one that the view lacks. The same height as in the style sheets. */
const LOW = '(max-height: 700px)'

/** Messages or notices that have a line of their own at once; how many more there are is told beside them. */
export function useStripLines(): number {
  return useSyncExternalStore(subscribe, () => (globalThis.matchMedia(LOW).matches ? 1 : 2))
}

function subscribe(changed: () => void): () => void {
  const query = globalThis.matchMedia(LOW)
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}
