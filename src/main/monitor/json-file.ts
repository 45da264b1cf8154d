/** Small files of a host in the data folder: read as far as they can be meant, written whole or not at all. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { z } from 'zod'
import type { Logger } from './open-node.ts'

/** A larger file is none of ours, in bytes. */
const MAX_FILE = 64 * 1024

/** One such file, or nothing but memory where there is no folder. */
export class JsonFile<T> {
  readonly #path: string | null
  readonly #logger: Logger
  #value: T

  /** @param fallback what holds while there is no file, or none that can be meant */
  constructor(path: string | null, schema: z.ZodType<T>, fallback: T, logger: Logger) {
    this.#path = path
    this.#logger = logger
    this.#value = path === null ? fallback : (read(path, schema, logger) ?? fallback)
  }

  get value(): T {
    return this.#value
  }

  /** Takes the value, and writes it. What cannot be written is logged and holds until the end of this run. */
  set(value: T): void {
    this.#value = value
    if (this.#path === null) return
    const waiting = `${this.#path}.new`
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
      rmSync(waiting, { force: true })
      writeFileSync(waiting, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
      renameSync(waiting, this.#path)
    } catch (error) {
      this.#logger.warn({ err: error, path: this.#path }, 'a file could not be written')
    }
  }
}

function read<T>(path: string, schema: z.ZodType<T>, logger: Logger): T | null {
  try {
    const info = statSync(path)
    // A FIFO would wait for its writer, and hold everything up meanwhile.
    if (!info.isFile()) throw new Error('it is not a file')
    if (info.size > MAX_FILE) throw new Error('it is too large')
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      logger.warn({ err: error, path }, 'a file cannot be meant and is not used')
    return null
  }
}
