import { statSync } from 'node:fs'

/** What became of a file that is in use. */
export type FileState =
  | 'same'
  /** Its folder is there and it is not, or the folder is gone. */
  | 'gone'
  /** Another file has its name. */
  | 'replaced'
  /** The files that SQLite keeps beside it are gone or others. */
  | 'log gone'
  /** It is shorter than before, or somebody else wrote it. */
  | 'suspect'
  /** It was written while we changed something: a checkpoint of ours, or somebody else. */
  | 'written'
  /** The disk does not say. */
  | 'unknown'

/** How a file is lost: it is gone, another has its name, or the log beside it is gone. */
export type Loss = 'gone' | 'replaced' | 'log'

interface Seen {
  readonly dev: number
  readonly ino: number
  readonly size: number
  readonly mtimeMs: number
}

/** Looks whether a database's path still leads to the files that were opened. */
export class FileWatch {
  readonly #path: string
  readonly #file: Seen | null
  #size: number
  #mtimeMs: number
  /** Of the files beside it, once they are there. */
  readonly #beside = new Map<string, Seen>()
  #changes = 0

  constructor(path: string) {
    this.#path = path
    this.#file = seen(path)
    this.#size = this.#file?.size ?? 0
    this.#mtimeMs = this.#file?.mtimeMs ?? 0
  }

  /** Whether the database, or a file beside it, is still the one that was opened; null for one that was never there. */
  isOwn(end: '' | '-wal' | '-shm'): boolean | null {
    const before = end === '' ? this.#file : (this.#beside.get(end) ?? null)
    return before === null ? null : isSame(before, seen(this.#path + end))
  }

  /** @param changes a number that grows with each change of our own */
  look(changes: number): FileState {
    try {
      const now = seen(this.#path)
      if (this.#file === null) return 'unknown'
      if (now === null) return 'gone'
      if (!isSame(this.#file, now)) return 'replaced'
      for (const end of ['-wal', '-shm'] as const) {
        const own = this.isOwn(end)
        const found = own === null ? seen(this.#path + end) : null
        if (found !== null) this.#beside.set(end, found)
        if (own === false) return 'log gone'
      }
      const written = now.mtimeMs !== this.#mtimeMs
      const foreign = written && changes === this.#changes
      const shorter = now.size < this.#size
      this.#size = now.size
      this.#mtimeMs = now.mtimeMs
      this.#changes = changes
      return foreign || shorter ? 'suspect' : written ? 'written' : 'same'
    } catch {
      return 'unknown'
    }
  }
}

function seen(path: string): Seen | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return null
    throw error
  }
}

function isSame(a: Seen, b: Seen | null): boolean {
  return b !== null && a.dev === b.dev && a.ino === b.ino
}
