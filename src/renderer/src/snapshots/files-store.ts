import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { IncomingFile } from '../stores/incoming-store.ts'
import type { PictureStore } from '../stores/picture-store.ts'
import type { UiState } from '../stores/ui-store.ts'
import { describeFailure } from '../ui/errors.ts'
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
  /** As the window takes it up again should it be loaded again meanwhile. */
  readonly held: HeldFile
}

/** A file that the window holds, as far as that is remembered while it is loaded again. */
export interface HeldFile {
  /** The engine's name for it; null until all of it was handed over. */
  readonly file: string | null
  readonly name: string
  /**
   * What the user waits for: that it is `listed`, that it is `opened` (and a moment that it shares looked at), that it is
   * looked at, or that its entries are taken in.
   */
  readonly wish: 'listed' | 'opened' | 'look' | 'import'
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
  /** One that was looked at before and is about to be shown again, until it is or that is called off; null for none. */
  readonly again: LookedFile | null
  /** Files that the window held before it was loaded again, until they are taken up: the next one first. */
  readonly left: readonly HeldFile[]
}

/** A file that is looked at, by the engine's name for it and by its own. */
export type LookedFile = Pick<OpenedFile, 'file' | 'name'>

/** A file that is looked at again. */
export interface Again extends LookedFile {
  /** The moment that is shown, milliseconds since the epoch; null where it cannot be played. */
  readonly at: number | null
}

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
   * Takes up the files that are `left`, once other work is done. The one that was looked at is shown again, unless that was
   * called off. What is gone is told.
   */
  resume(looked: Again | null): Promise<void>
  /**
   * Shows a file again that was looked at before, in the view that is open and where its time was.
   * @returns whether it is shown; null where the window no longer holds it
   */
  lookAgain(file: string): Promise<boolean | null>
  /** Calls off what is being done. */
  cancel(): void
  /** Calls off that a file is shown again, also before that begins; it is still taken up. */
  cancelAgain(): void
}

/** What the store works with. */
export interface FilesParts {
  readonly client: FilesClient
  readonly picture: Pick<PictureStore, 'getState' | 'subscribe' | 'showFile' | 'playFile'>
  readonly ui: StoreApi<UiState>
  readonly tellCancelled: (message: string) => void
  /** What the reload ended, and what to do. */
  readonly tellEnded: (message: string) => void
  readonly tellFailure: (thrown: unknown) => void
  /** Takes back a failure that was told of another file. */
  readonly fileWorks: () => void
}

/** What is told where work does not come to its end. */
interface Said {
  readonly cancelled: string
  /** In place of telling what fails. */
  readonly onFailed?: (thrown: unknown) => void
}

/** Where the user is. */
interface Where {
  readonly ui: UiState
  /** How often the user went to a moment or to another picture before. */
  readonly went: number
}

/** A fresh store. */
export function createFilesStore(parts: FilesParts): FilesStore {
  const { client, picture, ui, tellCancelled, tellEnded, tellFailure, fileWorks } = parts
  const store = createStore<FilesState>()(() => ({
    opened: [],
    work: null,
    imported: new Map(),
    looked: null,
    again: null,
    left: [],
  }))
  const text = strings.snapshots
  let stop: AbortController | null = null
  /** All verbs that were called so far, with all that they do; one after another of these may be what runs. */
  let others: Promise<unknown> = Promise.resolve()
  let readsAgain = false
  /** Where the time was in moments that were looked at, by their files; milliseconds since the epoch. */
  const leftAt = new Map<string, number>()
  picture.subscribe(({ played }, before) => {
    const { file = null } = before.played ?? {}
    if (played !== before.played && file !== null && before.wanted !== null) leftAt.set(file, before.wanted)
  })

  async function verb<T>(work: Promise<T>): Promise<T> {
    others = Promise.all([others, work]).then(() => undefined)
    return await work
  }

  async function run<T>(
    { cancelled, onFailed = tellFailure, ...about }: Omit<FileWork, 'step'> & Said,
    work: (watch: Watch) => Promise<T>,
  ): Promise<T | null> {
    if (stop !== null) return null
    const mine = new AbortController()
    stop = mine
    let now: FileWork = { ...about, step: null }
    const tell = (more: Partial<FileWork>): void => {
      now = { ...now, ...more }
      store.setState({ work: now })
    }
    tell({})
    try {
      return await work({
        signal: mine.signal,
        onStep: (step) => tell({ step }),
        onHandedOver: (file) => tell({ held: { ...now.held, file } }),
      })
    } catch (thrown) {
      if (mine.signal.aborted) tellCancelled(cancelled)
      else onFailed(thrown)
      return null
    } finally {
      stop = null
      store.setState({ work: null })
    }
  }

  function take(opened: OpenedFile): void {
    fileWorks()
    const kept = [opened, ...store.getState().opened].slice(0, KEPT)
    store.setState({ opened: kept })
    for (const file of leftAt.keys()) if (!kept.some((one) => one.file === file)) leftAt.delete(file)
  }

  /**
   * What was shown before stays until the file was read.
   * @param went how often the user had gone elsewhere when it was asked for
   * @param arrive shows the view of it
   * @returns whether it is shown: not where the user went to another picture meanwhile
   */
  async function show(
    { file, name, report }: OpenedFile,
    at: number | null,
    went: number,
    arrive: () => void = () => undefined,
  ): Promise<boolean> {
    const held = { file, name, wish: 'look' } as const
    const words = { file, what: text.reading(name), cancelled: text.lookCancelled, held }
    const rows = await run(words, (watch) => rowsOf(client.snapshots.look({ file }, watch), watch))
    if (rows === null) return false
    if (picture.getState().went !== went) {
      tellCancelled(text.lookElsewhere(name))
      return false
    }
    const kind = report.network?.kind ?? 'peerscope'
    const { moment } = report
    // One act, and so one step of Back.
    store.setState({ looked: { file, name } })
    arrive()
    if (moment === null) picture.showFile({ title: strings.past.looking(name), kind }, report.createdAt, rows)
    else {
      const then = (when: number) => client.snapshots.at({ file, at: when })
      const origin = { network: report.network, by: report.by }
      const title = strings.past.shared(name)
      await picture.playFile({ file, title, origin, kind, moment, at: then }, at ?? moment.asOf)
    }
    return true
  }

  /** @param from where the user was when that was asked for */
  async function look(opened: OpenedFile, from: Where): Promise<void> {
    const { view, selected, filter } = from.ui
    await show(opened, null, from.went, () => {
      const now = ui.getState()
      if (now.view !== view || now.selected !== selected || now.filter !== filter) return
      ui.setState({ view: opened.report.moment === null ? 'peers' : 'network', selected: null, filter: '' })
    })
  }

  function where(): Where {
    return { ui: ui.getState(), went: picture.getState().went }
  }

  async function open(given: IncomingFile): Promise<void> {
    const from = where()
    const held = heldOf(given)
    const { name } = held
    const words = { file: null, what: text.checking(name), cancelled: text.checkCancelled, held }
    const opened = await run(words, (watch) =>
      given.kind === 'taken' ? openTaken(client, given.file, name, watch) : openSnapshot(client, given.file, watch),
    )
    if (opened === null) return
    take(opened)
    if (given.look) await lookIfShared(opened, from)
  }

  async function lookIfShared(opened: OpenedFile, from: Where): Promise<void> {
    if (opened.report.ok && opened.report.moment !== null) await look(opened, from)
  }

  async function importFrom({ file, name }: OpenedFile): Promise<void> {
    const held = { file, name, wish: 'import' } as const
    const words = { file, what: text.taking(name), cancelled: text.importCancelled, held }
    const came = await run(words, (watch) => resultOf(client.snapshots.import({ file }, watch), watch))
    if (came === null) return
    const note = text.imported(Object.entries(came.outcomes))
    store.setState(({ imported }) => ({ imported: new Map(imported).set(file, note) }))
  }

  async function idle(): Promise<void> {
    // One more may have begun meanwhile.
    for (let known: unknown = null; known !== others;) {
      known = others
      await known
    }
  }

  /** @returns whether it was still there */
  async function takeUp(held: HeldFile, from: Where, again: Again | null): Promise<boolean> {
    const { file, name, wish } = held
    if (file === null) return false
    let isGone = false
    const onFailed = (thrown: unknown): void => {
      isGone = describeFailure(thrown).code === 'UnknownFile'
      if (!isGone) tellFailure(thrown)
    }
    const words = { file: null, what: text.checking(name), cancelled: text.checkCancelled, held, onFailed }
    const opened = await run(words, (watch) => openTaken(client, file, name, watch))
    if (opened === null) return !isGone
    take(opened)
    if (wish === 'import') tellEnded(text.importEnded(name))
    if (again !== null) await showAgain(opened, again.at, from.went)
    else if (wish === 'look') await look(opened, from)
    else if (wish === 'opened') await lookIfShared(opened, from)
    return true
  }

  /** @returns whether it is shown */
  async function showAgain(opened: OpenedFile, at: number | null, went: number): Promise<boolean> {
    if (store.getState().again === null) return false
    readsAgain = true
    try {
      return await show(opened, at, went)
    } finally {
      readsAgain = false
    }
  }

  async function lookAgain(file: string): Promise<boolean | null> {
    if (readsAgain) stop?.abort()
    const opened = store.getState().opened.find((one) => one.file === file)
    if (opened === undefined) return null
    const again: LookedFile = { file, name: opened.name }
    store.setState({ again })
    const { went } = picture.getState()
    await idle()
    const isWanted = (): boolean => store.getState().again === again
    const shown = isWanted() && (await verb(showAgain(opened, leftAt.get(file) ?? null, went)))
    if (isWanted()) store.setState({ again: null })
    return shown
  }

  async function resume(looked: Again | null): Promise<void> {
    const gone: string[] = []
    const before = where()
    for (let [next] = store.getState().left; next !== undefined; [next] = store.getState().left) {
      const held = next
      await idle()
      // Something else was quicker.
      if (stop !== null) continue
      const again = looked !== null && held.file === looked.file ? looked : null
      const taking = takeUp(held, again === null ? where() : before, again)
      store.setState(({ left }) => ({ left: left.slice(1) }))
      if (!(await verb(taking))) gone.push(held.name)
      if (again !== null) store.setState({ again: null })
    }
    if (gone.length > 0) tellEnded(text.gone(gone))
  }

  return {
    ...store,
    open: (given) => verb(open(given)),
    import: (opened) => verb(importFrom(opened)),
    look: (opened) => verb(look(opened, where())),
    resume,
    lookAgain,
    cancel: () => stop?.abort(),
    cancelAgain: () => {
      store.setState({ again: null })
      if (readsAgain) stop?.abort()
      else tellCancelled(text.lookCancelled)
    },
  }
}

/** A file that came and is not opened yet. */
export function heldOf(given: IncomingFile): HeldFile {
  const wish = given.look ? 'opened' : 'listed'
  return given.kind === 'taken'
    ? { file: given.file, name: given.name, wish }
    : { file: null, name: given.file.name, wish }
}
