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
import type { Shown } from './shown.ts'
import { isUsed } from './used-filters.ts'

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

/** A job while it is counted. */
interface Tally extends Omit<BulkJob, 'state' | 'failures' | 'rtts'> {
  done: number
  received: number
  sent: number
  bytes: number
  readonly failures: { readonly peerId: PeerId; readonly failure: Failure }[]
  readonly rtts: number[]
}

/** Least time between two pictures of a job, in milliseconds. */
const SHOW_MS = 80

/** How the table of peers looks, and what is chosen in it. It outlives the view. */
export interface TableState {
  readonly columns: readonly ColumnId[]
  readonly sorting: Sorting
  readonly saved: readonly SavedFilter[]
  /** Filters that were used, the newest first. */
  readonly used: readonly string[]
  /** Which peers are listed. */
  readonly show: Shown
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
  use(used: readonly string[]): void
  show(show: Shown): void
  select(selection: Selection): void
  /** Pings or syncs them; nothing while a job runs. */
  runJob(verb: BulkVerb, peerIds: readonly PeerId[]): Promise<void>
  cancelJob(): void
  /** Puts the result away. */
  closeJob(): void
}

/** A fresh store, with what is remembered on this machine. */
export function createTableStore(
  client: Pick<Client, 'peers'>,
  now: () => number = () => performance.now(),
): TableStore {
  const store = createStore<TableState>()(() => ({
    columns: knownColumns(recall('columns', isStrings)),
    sorting: recall('sorting', isSorting) ?? DEFAULT_SORTING,
    saved: recall('filters', isSavedFilters) ?? [],
    used: recall('used-filters', isUsed) ?? [],
    show: 'online',
    selection: NOTHING,
    job: null,
  }))
  let running: AbortController | null = null

  function setColumns(columns: readonly ColumnId[]): void {
    store.setState({ columns })
    remember('columns', columns)
  }

  async function call(job: Tally, peerId: PeerId, signal: AbortSignal): Promise<void> {
    if (job.verb === 'ping') {
      const { rttMs } = await client.peers.ping({ peerId }, { signal })
      if (!signal.aborted) job.rtts.push(rttMs)
      return
    }
    const { received, sent, bytes } = await client.peers.sync({ peerId }, { signal })
    if (signal.aborted) return
    job.received += received
    job.sent += sent
    job.bytes += bytes
  }

  async function runJob(verb: BulkVerb, peerIds: readonly PeerId[]): Promise<void> {
    if (running !== null || peerIds.length === 0) return
    const mine = new AbortController()
    running = mine
    const job: Tally = { verb, total: peerIds.length, done: 0, failures: [], rtts: [], received: 0, sent: 0, bytes: 0 }
    let shownAt = -Infinity
    const show = (state: BulkJob['state']): void => {
      // Thousands of quick answers are not drawn one by one.
      if (state === 'running' && now() - shownAt < SHOW_MS) return
      shownAt = now()
      store.setState({ job: { ...job, state, failures: [...job.failures], rtts: [...job.rtts] } })
    }
    show('running')
    const finished = (): void => {
      job.done += 1
      show('running')
    }
    await runBulk(peerIds, {
      atOnce: AT_ONCE[verb],
      signal: mine.signal,
      call: (peerId, signal) => call(job, peerId, signal),
      onDone: finished,
      onFailed: (peerId, thrown) => {
        job.failures.push({ peerId, failure: describeFailure(thrown) })
        finished()
      },
    })
    running = null
    show(mine.signal.aborted ? 'cancelled' : 'done')
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
    use: (used) => {
      if (used === store.getState().used) return
      store.setState({ used })
      remember('used-filters', used)
    },
    show: (show) => store.setState({ show }),
    select: (selection) => store.setState({ selection }),
    runJob,
    cancelJob: () => running?.abort(),
    closeJob: () => {
      if (running === null) store.setState({ job: null })
    },
  }
}
