/** The desktop app's log: a file of bounded size in the data folder. Whatever fails here, the app goes on. */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from '../make-folder.ts'

/** Size at which a new file is begun, in bytes. One older file is kept. */
export const MAX_LOG = 1024 * 1024
/** A longer line is cut, in characters. */
const MAX_LINE = 64 * 1024
/** Pause after a failure before the next attempt, milliseconds. Lines that come meanwhile are lost. */
export const RETRY_MS = 60_000

/** The log of the app with this data folder. */
export function logPath(dataDir: string): string {
  return join(dataDir, 'logs', 'peerscope.log')
}

/** Appends lines to a file that only its user can read. It is opened by the first line. */
export class LogFile {
  readonly path: string
  readonly #now: () => number
  #fd: number | null = null
  #size = 0
  #retryAt = 0

  /** @param now milliseconds */
  constructor(path: string, now: () => number = () => performance.now()) {
    this.path = path
    this.#now = now
  }

  /** Written before this returns, so that a crash does not lose it. Never throws. */
  write(line: string): void {
    if (this.#now() < this.#retryAt) return
    const bytes = Buffer.from(line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}\n` : line)
    try {
      let fd = this.#fd ?? this.#open()
      if (this.#size > 0 && this.#size + bytes.length > MAX_LOG) {
        this.close()
        renameSync(this.path, olderPath(this.path))
        fd = this.#open()
      }
      writeSync(fd, bytes)
      this.#size += bytes.length
    } catch {
      // There is no place left to report it.
      this.#retryAt = this.#now() + RETRY_MS
      this.close()
    }
  }

  /** Idempotent. A later line opens the file again. */
  close(): void {
    const fd = this.#fd
    this.#fd = null
    try {
      if (fd !== null) closeSync(fd)
    } catch {
      // It is closed either way.
    }
  }

  #open(): number {
    makeFolder(dirname(this.path))
    const fd = openSync(this.path, 'a', 0o600)
    this.#fd = fd
    this.#size = fstatSync(fd).size
    return fd
  }
}

/** Where the file goes when a new one is begun. */
export function olderPath(path: string): string {
  return path.replace(/\.log$/, '.old.log')
}
