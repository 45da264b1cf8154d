/** Files that a page hands over in parts, kept in the system's temp folder until they are used or forgotten. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { appendFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LimitExceeded, UnknownFile } from '../../../shared/errors.ts'
import type { Clock } from '../../discovery/ports.ts'

/** Largest file in bytes. */
const MAX_BYTES = 512 * 1024 * 1024
/** Files at once; the oldest goes first. */
const MAX_FILES = 4
/** How long a file is kept without being touched, milliseconds. */
const KEEP_MS = 30 * 60 * 1000

interface Upload {
  readonly path: string
  bytes: number
  end: () => void
  /** Parts are written one after the other. */
  writing: Promise<void>
}

/** Takes files in parts. */
export class Uploads {
  readonly #clock: Clock
  readonly #files = new Map<string, Upload>()
  #folder: string | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Begins a file. @returns its name */
  begin(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'peerscope-files-'))
    for (const oldest of this.#files.keys()) {
      if (this.#files.size < MAX_FILES) break
      this.drop(oldest)
    }
    const name = randomUUID()
    const path = join(this.#folder, name)
    const upload: Upload = { path, bytes: 0, end: () => undefined, writing: writeFile(path, '', { mode: 0o600 }) }
    this.#files.set(name, upload)
    this.#touch(name, upload)
    return name
  }

  /** Adds a part. @throws LimitExceeded, UnknownFile */
  async put(name: string, part: Uint8Array): Promise<void> {
    const upload = this.#find(name)
    if (upload.bytes + part.length > MAX_BYTES) {
      this.drop(name)
      throw new LimitExceeded('bytes a file', MAX_BYTES)
    }
    upload.bytes += part.length
    upload.writing = upload.writing.then(() => appendFile(upload.path, part))
    this.#touch(name, upload)
    await upload.writing
  }

  /** Where the file is. @throws UnknownFile */
  async path(name: string): Promise<string> {
    const upload = this.#find(name)
    await upload.writing
    this.#touch(name, upload)
    return upload.path
  }

  /** It is still used: it is kept for as long again. */
  keep(name: string): void {
    const upload = this.#files.get(name)
    if (upload !== undefined) this.#touch(name, upload)
  }

  drop(name: string): void {
    const upload = this.#files.get(name)
    if (upload === undefined) return
    upload.end()
    this.#files.delete(name)
    void upload.writing.catch(() => undefined).then(() => rm(upload.path, { force: true }))
  }

  /** Forgets all. */
  async close(): Promise<void> {
    for (const { end, writing } of this.#files.values()) {
      end()
      await writing.catch(() => undefined)
    }
    this.#files.clear()
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true })
    this.#folder = null
  }

  #find(name: string): Upload {
    const upload = this.#files.get(name)
    if (upload === undefined) throw new UnknownFile('the engine no longer has the file: choose it again')
    return upload
  }

  #touch(name: string, upload: Upload): void {
    upload.end()
    upload.end = this.#clock.schedule(KEEP_MS, () => this.drop(name))
  }
}
