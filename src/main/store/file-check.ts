import { aside } from './aside.ts'
import type { Schedule, StoreOptions } from './types.ts'
import { Unsaved } from './unsaved.ts'
import type { Write } from './writes.ts'

/** What a check works with. */
export interface FileCheckParts {
  readonly path: string
  readonly schedule: Schedule
  readonly logger: StoreOptions['logger']
  /** The file is damaged. Not called after `end`. */
  onFault(fault: string): void
}

/**
 * Checks a database file in a thread while it is used. What is committed into it before the result is known is kept, so
 * that a damaged file takes nothing along.
 */
export class FileCheck {
  readonly #parts: FileCheckParts
  readonly #committed = new Unsaved()
  readonly #cancel: () => void
  #waiting: (() => void)[] = []
  #over = false

  constructor(parts: FileCheckParts) {
    this.#parts = parts
    this.#cancel = parts.schedule(0, () => void this.#run())
  }

  /** These records were committed into the file. */
  committed(writes: Iterable<Write>): void {
    if (!this.#over) for (const write of writes) this.#committed.add(write)
  }

  /** Calls `fn` once the check no longer reads the file, which may be at once. */
  afterwards(fn: () => void): void {
    if (this.#over) fn()
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
    const { path, logger } = this.#parts
    let fault: string | null = null
    try {
      fault = await aside('faultOfFile', [path])
    } catch (error) {
      if (!this.#over) logger?.warn({ err: error }, 'the database could not be checked')
    }
    if (this.#over) return
    if (fault !== null) return this.#parts.onFault(fault)
    const waiting = this.#waiting
    this.end()
    for (const fn of waiting) fn()
  }
}
