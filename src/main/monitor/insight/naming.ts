/** How an app that has other things to do looks for events that name something. */
import type { Store } from '../../store/types.ts'
import type { WhySource } from './why-facts.ts'

/** How long dials to a peer are looked for in the history, milliseconds. Without them there may be fewer causes, and the answer says so. */
const NAMING_LIMIT_MS = 5000

/** Ends a look for dials that takes too long. */
export function namingLimit(): AbortSignal {
  return AbortSignal.timeout(NAMING_LIMIT_MS)
}

/**
 * They are looked for in a thread, and not for ever.
 * @param signal rejects with what it was fired with @param limit ends it with null, and without it failing
 */
export function namingWithin(
  store: Pick<Store, 'eventsNamingAside'>,
  signal: AbortSignal,
  limit: AbortSignal,
): WhySource['naming'] {
  return async (query) => {
    try {
      return await store.eventsNamingAside(query, AbortSignal.any([signal, limit]))
    } catch (error) {
      signal.throwIfAborted()
      if (limit.aborted) return null
      throw error
    }
  }
}
