import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { CrawlProgress, TopologyChange, TopologyRow } from '../../../shared/contract.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import type { Client } from '../stores/client.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'

/** Stored links that are listed. */
const LISTED = 30

/** A crawl, and what is stored of links. */
export interface CrawlState {
  /** Whether the card is shown. */
  readonly open: boolean
  readonly state: 'idle' | 'running' | 'done' | 'cancelled' | 'failed'
  /** How far the crawl is or was; null before the first. */
  readonly progress: CrawlProgress | null
  /** Where the links of the last whole crawl are stored. */
  readonly result: TopologyRow | null
  /** What its links say, as a sentence. */
  readonly verdict: string | null
  /** How many islands these make; null before the first. */
  readonly islands: number | null
  readonly failure: Failure | null
  /** Newest first. */
  readonly stored: readonly TopologyRow[]
  /** What came and went since then, by the id of what was stored. */
  readonly changes: ReadonlyMap<number, TopologyChange>
}

/** The store with its verbs. None of them rejects: what fails is in the state. */
export interface CrawlStore extends StoreApi<CrawlState> {
  show(): void
  hide(): void
  /** Crawls until all were asked; joins the crawl that runs already. */
  start(): Promise<void>
  cancel(): void
  /** Reads again what is stored. */
  load(): Promise<void>
  /** Compares what is stored with the links as they are now. */
  compare(id: number): Promise<void>
  /** Another network, or none: forgets all. */
  clear(): void
}

const NOTHING: Omit<CrawlState, 'open'> = {
  state: 'idle',
  progress: null,
  result: null,
  verdict: null,
  islands: null,
  failure: null,
  stored: [],
  changes: new Map(),
}

/** A fresh store on `client`. @param onIslands is told what a whole crawl found: strip and card say it at once */
export function createCrawlStore(
  client: Pick<Client, 'topology'>,
  onIslands: (found: IslandsSummary) => void = () => undefined,
): CrawlStore {
  const store = createStore<CrawlState>()(() => ({ ...NOTHING, open: false }))
  let stop: AbortController | null = null
  // What was asked for another network is dropped.
  let generation = 0

  async function start(): Promise<void> {
    if (stop !== null) return
    const mine = new AbortController()
    stop = mine
    store.setState({ open: true, state: 'running', progress: null, failure: null })
    try {
      for await (const message of await client.topology.crawl(undefined, { signal: mine.signal })) {
        if (mine.signal.aborted) break
        if (message.kind === 'progress') store.setState({ progress: message.progress })
        else {
          const { progress, topology: result, verdict, islands } = message
          onIslands(islands)
          store.setState({ state: 'done', progress, result, verdict, islands: islands.count })
        }
      }
      if (stop === mine && store.getState().state === 'running') store.setState({ state: 'cancelled' })
    } catch (thrown) {
      if (stop === mine)
        store.setState(
          mine.signal.aborted ? { state: 'cancelled' } : { state: 'failed', failure: describeFailure(thrown) },
        )
    }
    if (stop !== mine) return
    stop = null
    await load()
  }

  async function load(): Promise<void> {
    const mine = generation
    try {
      const { topologies } = await client.topology.list({ limit: LISTED })
      if (mine === generation) store.setState({ stored: topologies, changes: new Map() })
    } catch (thrown) {
      if (mine === generation) store.setState({ failure: describeFailure(thrown) })
    }
  }

  return {
    ...store,
    start,
    load,
    show: () => {
      store.setState({ open: true })
      void load()
    },
    hide: () => store.setState({ open: false }),
    cancel: () => stop?.abort(),
    compare: async (id) => {
      const mine = generation
      try {
        const change = await client.topology.compare({ before: id, after: null })
        if (mine === generation)
          store.setState(({ changes }) => ({ changes: new Map(changes).set(id, change), failure: null }))
      } catch (thrown) {
        if (mine === generation) store.setState({ failure: describeFailure(thrown) })
      }
    },
    clear: () => {
      generation += 1
      stop?.abort()
      stop = null
      store.setState({ ...NOTHING, open: false })
    },
  }
}
