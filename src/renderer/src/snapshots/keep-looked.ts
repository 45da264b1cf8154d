/** A file that is looked at is shown again after a reload: the engine still has it, and the tab remembers which it was. */
import type { PictureStore } from '../stores/picture-store.ts'
import type { FilesStore, LookedFile } from './files-store.ts'

/** What the tab remembers. */
interface Kept extends LookedFile {
  /** The moment that was shown, milliseconds since the epoch; null where it cannot be played. */
  readonly at: number | null
}

/** What it works with. */
export interface KeepParts {
  readonly files: Pick<FilesStore, 'getState' | 'setState' | 'lookAgain'>
  readonly picture: Pick<PictureStore, 'getState' | 'subscribe'>
  /** What lasts as long as the tab. It may be turned off. */
  readonly tab: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
}

const KEY = 'peerscope.looked'

/** Remembers the file from now on. @returns shows the one that was looked at before the reload, if any */
export function keepLooked({ files, picture, tab }: KeepParts): () => Promise<void> {
  const before = read(tab)
  if (before !== null) files.setState({ again: before.name })
  picture.subscribe((state, last) => {
    if (state.picture === last.picture && state.wanted === last.wanted) return
    const { looked } = files.getState()
    const kept = looked === null || state.picture?.kind !== 'file' ? null : { ...looked, at: state.wanted }
    write(tab, kept)
  })
  return async () => {
    if (before === null) return
    // Unless that was called off before the engine answered.
    if (files.getState().again !== null) await files.lookAgain(before, before.at)
    files.setState({ again: null })
    // One that is gone is told once.
    if (picture.getState().picture?.kind !== 'file') write(tab, null)
  }
}

function read(tab: KeepParts['tab']): Kept | null {
  try {
    const { file, name, at } = Object(JSON.parse(tab().getItem(KEY) ?? 'null')) as Record<string, unknown>
    if (typeof file !== 'string' || typeof name !== 'string') return null
    return { file, name, at: typeof at === 'number' && Number.isFinite(at) ? at : null }
  } catch {
    return null
  }
}

function write(tab: KeepParts['tab'], kept: Kept | null): void {
  try {
    if (kept === null) tab().removeItem(KEY)
    else tab().setItem(KEY, JSON.stringify(kept))
  } catch {
    // Storage is full or turned off: a reload then closes the file.
  }
}
