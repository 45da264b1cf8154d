import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { EngineFailure, EngineState } from '../../../shared/desktop-binding.ts'
import type { DesktopClient } from '../shell/desktop-commands.ts'

/** What the window knows of the desktop app's engine. In a browser it stays as it is. */
export interface EngineStoreState {
  /** Why the engine does not run; null while it runs, and before anything was heard. */
  readonly failure: EngineFailure | null
  /** Whether it is being started after that. */
  readonly starting: boolean
}

/** The store of it. */
export type EngineStore = StoreApi<EngineStoreState>

/** Pause before the states are asked for again where their stream broke, milliseconds. */
const AGAIN_MS = 1000

/** Fresh: nothing is wrong. */
export function createEngineStore(): EngineStore {
  return createStore<EngineStoreState>()(() => ({ failure: null, starting: false }))
}

/** Takes over how the engine is. */
export function applyEngine(store: EngineStore, state: EngineState): void {
  if (state.state === 'failed') store.setState({ failure: state, starting: false })
  else if (state.state === 'starting') store.setState({ starting: true })
  else if (state.state === 'running') store.setState({ failure: null, starting: false })
}

/**
 * Keeps the store up to date until the signal fires.
 * @param wait resolves after so many milliseconds, or when the signal fires
 */
export async function followEngine(
  desktop: Pick<DesktopClient, 'engine'>,
  store: EngineStore,
  wait: (ms: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const state of await desktop.engine(undefined, { signal })) applyEngine(store, state)
    } catch {
      // The port is gone; the link store says so already.
    }
    await wait(AGAIN_MS, signal)
  }
}

/** `wait`, but no longer than until an engine that had failed runs again: its first picture comes at once. */
export function orUntilRestarted(
  store: EngineStore,
  wait: (ms: number, signal: AbortSignal) => Promise<void>,
): (ms: number, signal: AbortSignal) => Promise<void> {
  return async (ms, signal) => {
    const early = new AbortController()
    const end = (): void => early.abort()
    const forget = store.subscribe((state, before) => {
      if (before.failure !== null && state.failure === null) end()
    })
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
    await wait(ms, early.signal)
    signal.removeEventListener('abort', end)
    forget()
  }
}
