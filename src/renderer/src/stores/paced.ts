import type { StoreApi } from 'zustand'

/** What components read of a store. */
export type ReadStore<State> = Pick<StoreApi<State>, 'getState' | 'getInitialState' | 'subscribe'>

/**
 * A store as it is drawn: at once where it was at rest, and at most once in so many milliseconds while it goes on changing. What
 * the user does must not wait.
 * @param ms for so long what follows waits, by the state that is shown
 * @param mayWait whether a change may wait
 */
export function paced<State>(
  source: ReadStore<State>,
  ms: (state: State) => number,
  mayWait: (state: State, before: State) => boolean,
): ReadStore<State> {
  const listeners = new Set<(state: State, before: State) => void>()
  let shown = source.getState()
  let timer: ReturnType<typeof setTimeout> | null = null
  let stop = (): void => undefined

  const rest = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  const show = (): void => {
    const before = shown
    shown = source.getState()
    // Whatever comes within that time waits for its end.
    timer = setTimeout(() => {
      timer = null
      if (source.getState() !== shown) show()
    }, ms(shown))
    for (const listener of listeners) listener(shown, before)
  }
  return {
    getInitialState: source.getInitialState,
    getState: () => (listeners.size === 0 ? source.getState() : shown),
    subscribe: (listener) => {
      if (listeners.size === 0) {
        shown = source.getState()
        stop = source.subscribe((state) => {
          if (timer !== null && mayWait(state, shown)) return
          rest()
          show()
        })
      }
      listeners.add(listener)
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return
        stop()
        rest()
      }
    },
  }
}
