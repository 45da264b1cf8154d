/** Files that the window holds are taken up again after a reload: the engine still has them, and the tab remembers which they were. */
import type { StoreApi } from 'zustand/vanilla'
import type { IncomingState } from '../stores/incoming-store.ts'
import type { PictureStore } from '../stores/picture-store.ts'
import type { Again, FilesStore, HeldFile } from './files-store.ts'
import { heldOf } from './files-store.ts'

/** What the tab remembers. */
interface Kept {
  readonly looked: Again | null
  /** In the order in which they came, the one that is looked at too. */
  readonly files: readonly HeldFile[]
}

/** What it works with. */
export interface KeepParts {
  readonly files: Pick<FilesStore, 'getState' | 'setState' | 'subscribe' | 'resume'>
  readonly incoming: Pick<StoreApi<IncomingState>, 'getState' | 'subscribe'>
  readonly picture: Pick<PictureStore, 'getState' | 'subscribe'>
  /** What lasts as long as the tab. It may be turned off. */
  readonly tab: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
}

/** Keeps the files. */
export interface KeptFiles {
  /** Takes up what was held before the reload, once the engine answers. */
  resume(): Promise<void>
  /** Remembers what is held now, whatever comes: the window goes. */
  stop(): void
}

const KEY = 'peerscope.files'
/** Files that are remembered: those that are kept, one that is being opened, and one that waits. */
const MAX_FILES = 5
const WISHES: ReadonlySet<unknown> = new Set<HeldFile['wish']>(['listed', 'opened', 'look', 'import'])

/** Remembers the files from now on. */
export function keepFiles({ files, incoming, picture, tab }: KeepParts): KeptFiles {
  const { looked, files: before } = read(tab)
  files.setState({ again: looked, left: looked === null ? before : firstOf(looked, before) })
  const lookedNow = (): Again | null => {
    const { again, looked: last } = files.getState()
    const { picture: shown, wanted } = picture.getState()
    if (again !== null) return looked?.file === again.file ? looked : { ...again, at: null }
    return last === null || shown?.kind !== 'file' ? null : { ...last, at: wanted }
  }
  const held = (): readonly HeldFile[] => {
    const { opened, work, left } = files.getState()
    const { file: waiting } = incoming.getState()
    const listed = opened.toReversed().map(({ file, name }): HeldFile => {
      return work?.file === file ? work.held : { file, name, wish: 'listed' }
    })
    const comes = work === null || work.file !== null ? [] : [work.held]
    return [...listed, ...comes, ...(waiting === null ? [] : [heldOf(waiting)]), ...left]
  }
  let written = ''
  const write = (): void => {
    const kept: Kept = { looked: lookedNow(), files: held() }
    const text = JSON.stringify(kept)
    if (text === written) return
    written = text
    try {
      if (kept.looked === null && kept.files.length === 0) tab().removeItem(KEY)
      else tab().setItem(KEY, text)
    } catch {
      // Storage is full or turned off: a reload then closes the files.
    }
  }
  const ends = [files, incoming, picture].map((store) => store.subscribe(write))
  return {
    resume: async () => await files.resume(looked),
    stop: () => ends.forEach((end) => end()),
  }
}

/** Files as they are taken up: first the one that is looked at, which may be none of those that are kept. */
function firstOf({ file, name }: Again, files: readonly HeldFile[]): readonly HeldFile[] {
  const known = files.find((one) => one.file === file)
  return [known ?? { file, name, wish: 'listed' }, ...files.filter((one) => one !== known)]
}

const NONE: Kept = { looked: null, files: [] }

function read(tab: KeepParts['tab']): Kept {
  try {
    const { looked, files } = Object(JSON.parse(tab().getItem(KEY) ?? 'null')) as Record<string, unknown>
    return {
      looked: readLooked(looked),
      files: Array.isArray(files) ? files.slice(0, MAX_FILES).flatMap(readHeld) : [],
    }
  } catch {
    return NONE
  }
}

function readLooked(given: unknown): Again | null {
  const { file, name, at } = Object(given) as Record<string, unknown>
  if (typeof file !== 'string' || typeof name !== 'string') return null
  return { file, name, at: typeof at === 'number' && Number.isFinite(at) ? at : null }
}

function readHeld(given: unknown): HeldFile | readonly [] {
  const { file, name, wish } = Object(given) as Record<string, unknown>
  const known = (typeof file === 'string' || file === null) && typeof name === 'string' && WISHES.has(wish)
  return known ? { file, name, wish: wish as HeldFile['wish'] } : []
}
