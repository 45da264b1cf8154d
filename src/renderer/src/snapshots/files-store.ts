import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { IncomingFile } from '../stores/incoming-store.ts'
import type { PictureState, PictureStore } from '../stores/picture-store.ts'
import type { UiState } from '../stores/ui-store.ts'
import { strings } from '../ui/strings.ts'
import type { FilesClient, FileStep, OpenedFile, Watch } from './files.ts'
import { openSnapshot, openTaken, resultOf, rowsOf } from './files.ts'

/** Opened files that are kept: the engine keeps these, and one that is being opened. */
const KEPT = 3

/** What is being done with a file. */
export interface FileWork {
  /** The engine's name for the opened file that it is about; null for one that is being opened. */
  readonly file: string | null
  /** In words. */
  readonly what: string
  /** Null before the first step. */
  readonly step: FileStep | null
}

/** Snapshots that others made; there as long as the window is. */
export interface FilesState {
  /** The last one first. */
  readonly opened: readonly OpenedFile[]
  /** One thing at a time; null while nothing is done. */
  readonly work: FileWork | null
  /** What importing a file came to, in words, by the engine's name for it. */
  readonly imported: ReadonlyMap<string, string>
  /** The one that was looked at last; null before. */
  readonly looked: LookedFile | null
  /** The name of one that was looked at before the window was loaded again, until it is shown; null for none. */
  readonly again: string | null
}

/** A file that is looked at, by the engine's name for it and by its own. */
export type LookedFile = Pick<OpenedFile, 'file' | 'name'>

/** The store with its verbs. Each does nothing while another runs; none rejects: what fails or is called off is told. */
export interface FilesStore extends StoreApi<FilesState> {
  /**
   * Hands a file over, and has it checked. A moment that it shares is looked at where that is asked for and all signatures
   * hold; of any other file the user first sees what it is.
   */
  open(given: IncomingFile): Promise<void>
  /** Offers its entries to the catalog. */
  import(opened: OpenedFile): Promise<void>
  /**
   * Shows its peers in place of the network, and the view that shows them best, unless the user goes elsewhere while it is
   * read; a shared moment can be played.
   */
  look(opened: OpenedFile): Promise<void>
  /**
   * Shows a file again that was looked at before the window was loaded again, at the moment that was shown, once other work is
   * done; not where that was called off.
   */
  lookAgain(looked: LookedFile, at: number | null): Promise<void>
  /** Calls off what is being done. */
  cancel(): void
  /** Calls off that a file is shown again, also before that begins. */
  cancelAgain(): void
}

/** What the store works with. */
export interface FilesParts {
  readonly client: FilesClient
  readonly picture: Pick<PictureStore, 'getState' | 'showFile' | 'playFile'>
  readonly ui: StoreApi<UiState>
  readonly tellCancelled: (message: string) => void
  readonly tellFailure: (thrown: unknown) => void
}

/** What is told where work does not come to its end. */
interface Said {
  readonly cancelled: string
  /** In place of what fails. */
  readonly failed?: string
}

/** Where the user is. */
interface Where {
  readonly ui: UiState
  readonly picture: PictureState
}

/** A fresh store. */
export function createFilesStore({ client, picture, ui, tellCancelled, tellFailure }: FilesParts): FilesStore {
  const store = createStore<FilesState>()(() => ({
    opened: [],
    work: null,
    imported: new Map(),
    looked: null,
    again: null,
  }))
  const text = strings.snapshots
  let stop: AbortController | null = null
  /** All verbs that were called so far, with all that they do; one after another of these may be what runs. */
  let others: Promise<unknown> = Promise.resolve()
  let readsAgain = false

  async function verb(work: Promise<void>): Promise<void> {
    others = Promise.all([others, work]).then(() => undefined)
    await work
  }

  async function run<T>(
    { file, what, cancelled, failed }: Omit<FileWork, 'step'> & Said,
    work: (watch: Watch) => Promise<T>,
  ): Promise<T | null> {
    if (stop !== null) return null
    const mine = new AbortController()
    stop = mine
    store.setState({ work: { file, what, step: null } })
    try {
      return await work({ signal: mine.signal, onStep: (step) => store.setState({ work: { file, what, step } }) })
    } catch (thrown) {
      if (mine.signal.aborted) tellCancelled(cancelled)
      else if (failed !== undefined) tellCancelled(failed)
      else tellFailure(thrown)
      return null
    } finally {
      stop = null
      store.setState({ work: null })
    }
  }

  function take(opened: OpenedFile): void {
    store.setState((state) => ({ opened: [opened, ...state.opened].slice(0, KEPT) }))
  }

  /**
   * @param before what was shown when the user asked for it
   * @returns whether it is shown: not where the user went to another picture meanwhile
   */
  async function show({ file, name, report }: OpenedFile, at: number | null, before: PictureState): Promise<boolean> {
    const words = { file, what: text.reading(name), cancelled: text.lookCancelled }
    const rows = await run(words, (watch) => rowsOf(client.snapshots.look({ file }, watch), watch))
    if (rows === null) return false
    const now = picture.getState()
    if (now.wanted !== before.wanted || now.played !== before.played || now.picture !== before.picture) {
      tellCancelled(text.lookElsewhere(name))
      return false
    }
    const kind = report.network?.kind ?? 'peerscope'
    const { moment } = report
    store.setState({ looked: { file, name } })
    if (moment === null) picture.showFile({ title: strings.past.looking(name), kind }, report.createdAt, rows)
    else {
      const then = (when: number) => client.snapshots.at({ file, at: when })
      await picture.playFile({ file, title: strings.past.shared(name), kind, moment, at: then }, at ?? moment.asOf)
    }
    return true
  }

  /** @param from where the user was when that was asked for */
  async function look(opened: OpenedFile, from: Where): Promise<void> {
    const { view, selected, filter } = from.ui
    if (!(await show(opened, null, from.picture))) return
    const now = ui.getState()
    if (now.view !== view || now.selected !== selected || now.filter !== filter) return
    ui.setState({ view: opened.report.moment === null ? 'peers' : 'network', selected: null, filter: '' })
  }

  function where(): Where {
    return { ui: ui.getState(), picture: picture.getState() }
  }

  async function open(given: IncomingFile): Promise<void> {
    const from = where()
    const name = given.kind === 'taken' ? given.name : given.file.name
    const opened = await run({ file: null, what: text.checking(name), cancelled: text.checkCancelled }, (watch) =>
      given.kind === 'taken' ? openTaken(client, given.file, name, watch) : openSnapshot(client, given.file, watch),
    )
    if (opened === null) return
    take(opened)
    const looks = given.kind === 'taken' || given.look
    if (looks && opened.report.ok && opened.report.moment !== null) await look(opened, from)
  }

  async function importFrom({ file, name }: OpenedFile): Promise<void> {
    const words = { file, what: text.taking(name), cancelled: text.importCancelled }
    const came = await run(words, (watch) => resultOf(client.snapshots.import({ file }, watch), watch))
    if (came === null) return
    const note = text.imported(Object.entries(came.outcomes))
    store.setState(({ imported }) => ({ imported: new Map(imported).set(file, note) }))
  }

  async function lookAgain({ file, name }: LookedFile, at: number | null): Promise<void> {
    const before = picture.getState()
    // One more may have begun meanwhile.
    for (let known: unknown = null; known !== others;) {
      known = others
      await known
    }
    if (store.getState().again === null) return
    readsAgain = true
    const words = { file: null, what: text.reading(name), cancelled: text.lookCancelled, failed: text.lookLost(name) }
    try {
      const opened = await run(words, (watch) => openTaken(client, file, name, watch))
      if (opened === null) return
      take(opened)
      await show(opened, at, before)
    } finally {
      readsAgain = false
    }
  }

  return {
    ...store,
    open: (given) => verb(open(given)),
    import: (opened) => verb(importFrom(opened)),
    look: (opened) => verb(look(opened, where())),
    lookAgain,
    cancel: () => stop?.abort(),
    cancelAgain: () => {
      store.setState({ again: null })
      if (readsAgain) stop?.abort()
      else tellCancelled(text.lookCancelled)
    },
  }
}
