import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { HealthNow } from '../../../shared/health.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import type { Client } from './client.ts'

/** How the network is, as it was asked for last. */
export interface HealthState {
  /** Null before the first answer. */
  readonly now: HealthNow | null
  /** The last question got no answer: what is shown is older. */
  readonly failure: Failure | null
}

/** The store with its verbs. */
export interface HealthStore extends StoreApi<HealthState> {
  /** Asks; nothing while it is asked already. */
  look(): Promise<void>
  /** Another network is shown: what is on its way is of the other one. */
  clear(): void
}

/** A fresh, empty store. */
export function createHealthStore(client: Pick<Client, 'health'>): HealthStore {
  const store = createStore<HealthState>()(() => ({ now: null, failure: null }))
  let asking: AbortController | null = null
  return {
    ...store,
    look: async () => {
      if (asking !== null) return
      const mine = new AbortController()
      asking = mine
      try {
        const now = await client.health.now(undefined, { signal: mine.signal })
        if (!mine.signal.aborted) store.setState({ now, failure: null })
      } catch (thrown) {
        if (!mine.signal.aborted) store.setState({ failure: describeFailure(thrown) })
      } finally {
        if (asking === mine) asking = null
      }
    },
    clear: () => {
      asking?.abort()
      asking = null
      store.setState({ now: null, failure: null })
    },
  }
}
