import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { BreakdownBy, HealthNow } from '../../../shared/health.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import { describeFailure } from '../ui/errors.ts'
import { heardHostTime } from '../ui/host-time.ts'
import type { Failure } from '../ui/errors.ts'
import type { Client } from './client.ts'

/** How the network is, as it was asked for last. */
export interface HealthState {
  /** Null before the first answer. */
  readonly now: HealthNow | null
  /** The last question got no answer: what is shown is older. */
  readonly failure: Failure | null
  /** By what the peers of this network were counted last without anybody having chosen it. */
  readonly countedBy: BreakdownBy | null
}

/** The store with its verbs. */
export interface HealthStore extends StoreApi<HealthState> {
  /** Asks; nothing while it is asked already. */
  look(): Promise<void>
  /** What a crawl found: it counts until an answer knows it, too. */
  found(islands: IslandsSummary): void
  /** Another network is shown: what is on its way is of the other one. */
  clear(): void
}

/** Answers for which what a crawl found stands for islands that were not looked for since: twelve seconds of them. */
const HELD = 6

/** A fresh, empty store. */
export function createHealthStore(client: Pick<Client, 'health'>): HealthStore {
  const store = createStore<HealthState>()(() => ({ now: null, failure: null, countedBy: null }))
  let asking: AbortController | null = null
  // Of a large network the engine looks for islands every ten seconds: for some answers those before the crawl are old.
  let held: { readonly islands: IslandsSummary; readonly before: string; left: number } | null = null

  function withHeld(now: HealthNow): HealthNow {
    if (held === null) return now
    held.left -= 1
    if (held.left < 0 || JSON.stringify(now.islands) !== held.before) {
      held = null
      return now
    }
    return withIslands(now, held.islands)
  }

  return {
    ...store,
    look: async () => {
      if (asking !== null) return
      const mine = new AbortController()
      asking = mine
      try {
        const now = await client.health.now(undefined, { signal: mine.signal })
        heardHostTime(now.at)
        if (!mine.signal.aborted) store.setState({ now: withHeld(now), failure: null })
      } catch (thrown) {
        if (!mine.signal.aborted) store.setState({ failure: describeFailure(thrown) })
      } finally {
        if (asking === mine) asking = null
      }
    },
    found: (islands) => {
      const { now } = store.getState()
      if (now === null) return
      held = { islands, before: JSON.stringify(now.islands), left: HELD }
      store.setState({ now: withIslands(now, islands) })
    },
    clear: () => {
      held = null
      asking?.abort()
      asking = null
      store.setState({ now: null, failure: null, countedBy: null })
    },
  }
}

/** As the engine tells islands: none are not known. */
function withIslands(now: HealthNow, found: IslandsSummary): HealthNow {
  const islands = found.count === 0 ? null : found
  return { ...now, islands, islandsUnknown: islands === null ? (now.islandsUnknown ?? 'none yet') : null }
}
