import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { PeerId } from '../../../shared/ids.ts'
import type { Client } from '../stores/client.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { isStrings, recall, remember } from '../ui/storage.ts'
import { AT_ONCE, runBulk } from './bulk.ts'
import type { BulkVerb } from './bulk.ts'
import { DEFAULT_COLUMNS, DEFAULT_SORTING, isSorting, knownColumns } from './columns.ts'
import type { ColumnId, Sorting } from './columns.ts'
import { isSavedFilters } from './saved-filters.ts'
import type { SavedFilter } from './saved-filters.ts'
import { NOTHING } from './selection.ts'
import type { Selection } from './selection.ts'

/** Pings or syncs of many peers. */
export interface BulkJob {
  readonly verb: BulkVerb
  readonly state: 'running' | 'done' | 'cancelled'
  readonly total: number
  /** Finished ones, failed ones among them. */
  readonly done: number
  readonly failures: readonly { readonly peerId: PeerId; readonly failure: Failure }[]
  /** Milliseconds, for pings. */
  readonly rtts: readonly number[]
  /** For syncs: entries that came, entries that went, bytes. */
  readonly received: number
  readonly sent: number
  readonly bytes: number
}

/** How the table of peers looks, and what is chosen in it. It outlives the view. */
export interface TableState {
  readonly columns: readonly ColumnId[]
  readonly sorting: Sorting
  readonly saved: readonly SavedFilter[]
  readonly selection: Selection
  /** The one that runs, or the last one until it is put away. */
  readonly job: BulkJob | null
}

/** The store with its verbs. */
export interface TableStore extends StoreApi<TableState> {
  toggleColumn(column: ColumnId): void
  resetColumns(): void
  sort(sorting: Sorting): void
  save(saved: readonly SavedFilter[]): void
  select(selection: Selection): void
  /** Pings or syncs them; nothing while a job runs. */
  runJob(verb: BulkVerb, peerIds: readonly PeerId[]): Promise<void>
  cancelJob(): void
  /** Puts the result away. */
  closeJob(): void
}

/** A fresh store, with what is remembered on this machine. */
export function createTableStore(client: Pick<Client, 'peers'>): TableStore {
  const store = createStore<TableState>()(() => ({
    columns: knownColumns(recall('columns', isStrings)),
    sorting: recall('sorting', isSorting) ?? DEFAULT_SORTING,
    saved: recall('filters', isSavedFilters) ?? [],
    selection: NOTHING,
    job: null,
  }))
  let running: AbortController | null = null

  function setColumns(columns: readonly ColumnId[]): void {
    store.setState({ columns })
    remember('columns', columns)
  }

  function change(changes: (job: BulkJob) => Partial<BulkJob>): void {
    const { job } = store.getState()
    if (job !== null) store.setState({ job: { ...job, ...changes(job) } })
  }

  async function call(
    verb: BulkVerb,
    peerId: PeerId,
    signal: AbortSignal,
  ): Promise<(job: BulkJob) => Partial<BulkJob>> {
    if (verb === 'ping') {
      const { rttMs } = await client.peers.ping({ peerId }, { signal })
      return ({ rtts }) => ({ rtts: [...rtts, rttMs] })
    }
    const { received, sent, bytes } = await client.peers.sync({ peerId }, { signal })
    return (job) => ({ received: job.received + received, sent: job.sent + sent, bytes: job.bytes + bytes })
  }

  async function runJob(verb: BulkVerb, peerIds: readonly PeerId[]): Promise<void> {
    if (running !== null || peerIds.length === 0) return
    const mine = new AbortController()
    running = mine
    const counts = { total: peerIds.length, done: 0, received: 0, sent: 0, bytes: 0 }
    store.setState({ job: { verb, state: 'running', failures: [], rtts: [], ...counts } })
    await runBulk(peerIds, {
      atOnce: AT_ONCE[verb],
      signal: mine.signal,
      call: (peerId, signal) => call(verb, peerId, signal),
      onDone: (_peerId, result) => change((job) => ({ done: job.done + 1, ...result(job) })),
      onFailed: (peerId, thrown) =>
        change((job) => ({
          done: job.done + 1,
          failures: [...job.failures, { peerId, failure: describeFailure(thrown) }],
        })),
    })
    running = null
    change(() => ({ state: mine.signal.aborted ? 'cancelled' : 'done' }))
  }

  return {
    ...store,
    toggleColumn: (column) => {
      const { columns } = store.getState()
      const next = columns.includes(column) ? columns.filter((one) => one !== column) : [...columns, column]
      // A table without a column would be empty, and could not be sorted back.
      if (next.length > 0) setColumns(knownColumns(next))
    },
    resetColumns: () => setColumns(DEFAULT_COLUMNS),
    sort: (sorting) => {
      store.setState({ sorting })
      remember('sorting', sorting)
    },
    save: (saved) => {
      store.setState({ saved })
      remember('filters', saved)
    },
    select: (selection) => store.setState({ selection }),
    runJob,
    cancelJob: () => running?.abort(),
    closeJob: () => {
      if (running === null) store.setState({ job: null })
    },
  }
}
