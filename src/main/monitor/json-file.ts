/** Small files of a host in the data folder: read as far as they can be meant, written whole or not at all. */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../make-folder.ts'
import type { z } from 'zod'
import { formatUtc } from '../../shared/time.ts'
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
    const found = path === null ? null : read(path, schema, logger)
    this.#value = found === null ? fallback : found.value
    // Written again at once, so that it is set aside and told of once.
    if (found?.mended === true) this.set(found.value)
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
      makeFolder(dirname(this.#path))
      rmSync(waiting, { force: true })
      writeFileSync(waiting, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
      renameSync(waiting, this.#path)
    } catch (error) {
      this.#logger.warn({ err: error, path: this.#path }, 'a file could not be written')
    }
  }
}

interface Found<T> {
  readonly value: T
  /** Whether parts of it could not be used, and have their defaults. */
  readonly mended: boolean
}

function read<T>(path: string, schema: z.ZodType<T>, logger: Logger): Found<T> | null {
  try {
    const info = statSync(path)
    // A FIFO would wait for its writer, and hold everything up meanwhile.
    if (!info.isFile()) throw new Error('it is not a file')
    if (info.size > MAX_FILE) throw new Error('it is too large')
    const stored: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const value = schema.parse(stored)
    const unusable = unusableIn(stored, value)
    if (unusable.length > 0) setAside(path, logger, { unusable })
    return { value, mended: unusable.length > 0 }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')))
      setAside(path, logger, { err: error })
    return null
  }
}

/** Nothing is deleted: somebody may want to mend it, and a newer version may have written it. */
function setAside(path: string, logger: Logger, why: object): void {
  const to = `${path}.damaged-${formatUtc(Date.now()).replaceAll(/[:.]/g, '-')}`
  let kept: string | null = to
  try {
    renameSync(path, to)
  } catch {
    kept = null
  }
  logger.warn({ ...why, path, kept }, 'a file holds what cannot be used: its defaults are taken')
}

/** The names of what the schema has replaced by a default. Numbers may be rounded. */
function unusableIn(stored: unknown, value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return stored === value ? [] : ['all of it']
  const given: Readonly<Record<string, unknown>> = { ...(stored as object) }
  return Object.entries(value).flatMap(([name, used]) => {
    const before = given[name]
    const same = typeof before === 'number' && typeof used === 'number' ? Math.abs(before - used) <= 1 : before === used
    return before === undefined || same || (typeof used === 'object' && typeof before === 'object') ? [] : [name]
  })
}
