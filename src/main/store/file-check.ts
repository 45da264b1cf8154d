import { aside } from './aside.ts'
import type { Schedule, StoreOptions } from './types.ts'
import { Unsaved } from './unsaved.ts'
import type { Write } from './writes.ts'

/** What a check works with. */
export interface FileCheckParts {
  readonly path: string
  /** See `faultOfFile`. */
  readonly mark: number | null
  /** When it begins, milliseconds from now. */
  readonly delayMs: number
  readonly schedule: Schedule
  readonly logger: StoreOptions['logger']
  /** It begins to read the file. */
  onBegin(): void
  /** The file is damaged. Not called after `end`. */
  onFault(fault: string): void
  /** It is not, or that could not be found out. @param tookMs how long the check took, milliseconds */
  onEnd(tookMs: number): void
}

/**
 * Checks a database file in a thread while it is used. What is committed into it before the result is known is kept, so
 * that a damaged file takes nothing along.
 */
export class FileCheck {
  readonly #parts: FileCheckParts
  readonly #committed = new Unsaved()
  #cancel: () => void
  #waiting: (() => void)[] = []
  #running: boolean
  #over = false

  constructor(parts: FileCheckParts) {
    this.#parts = parts
    this.#running = parts.delayMs === 0
    this.#cancel = parts.schedule(parts.delayMs, () => void this.#run())
  }

  /** Begins now, unless it has. */
  hurry(): void {
    if (this.#running || this.#over) return
    this.#running = true
    this.#cancel()
    this.#cancel = this.#parts.schedule(0, () => void this.#run())
  }

  /** These records were committed into the file. */
  committed(writes: Iterable<Write>): void {
    if (this.#running && !this.#over) for (const write of writes) this.#committed.add(write)
  }

  /** Calls `fn` once the check no longer reads the file, which may be at once. */
  afterwards(fn: () => void): void {
    if (this.#over || !this.#running) fn()
    else this.#waiting.push(fn)
  }

  /** The result no longer matters. @returns what was committed before it was known */
  end(): Write[] {
    const writes = [...this.#committed.writes()]
    this.#over = true
    this.#waiting = []
    this.#committed.clear()
    this.#cancel()
    return writes
  }

  async #run(): Promise<void> {
    const { path, mark, logger } = this.#parts
    this.#running = true
    this.#parts.onBegin()
    const from = performance.now()
    let fault: string | null = null
    try {
      fault = await aside('faultOfFile', [path, mark])
    } catch (error) {
      if (!this.#over) logger?.warn({ err: error }, 'the database could not be checked')
    }
    if (this.#over) return
    if (fault !== null) return this.#parts.onFault(fault)
    const waiting = this.#waiting
    this.end()
    for (const fn of waiting) fn()
    this.#parts.onEnd(performance.now() - from)
  }
}
