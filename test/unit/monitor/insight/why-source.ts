import type { WhySource } from '../../../../src/main/monitor/insight/why-facts.ts'
import type { Store } from '../../../../src/main/store/types.ts'
import { linksAmong } from '../../../../src/shared/links.ts'
import { NETWORK, START } from '../../store/data-folder.ts'

/** What `why` of a lost network asks: the log of a test and nobody's rows, at the beginning unless told. */
export function whySource(store: Store, changes: Partial<WhySource>): WhySource {
  return {
    store,
    networkKey: NETWORK,
    told: true,
    rows: () => [],
    links: () => linksAmong([], [], 0, null),
    connectedAt: () => null,
    naming: (query) => store.eventsNamingAside(query, new AbortController().signal),
    status: null,
    state: 'lost',
    islands: null,
    apart: new Set(),
    purgeAfterMs: 20_000,
    maxDriftMs: 60_000,
    now: START,
    logFrom: -Infinity,
    ...changes,
  }
}
