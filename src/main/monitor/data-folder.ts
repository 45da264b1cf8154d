/** Whether a folder can be a data folder, before anything is opened in it: what is wrong, and what to do. */
import { accessSync, constants, lstatSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { basename, dirname, join, resolve } from 'node:path'
import { StoreFailed } from '../../shared/errors.ts'
import { DATABASE_FILE } from '../store/data-dir.ts'
import { reasonOf } from './file-trouble.ts'

/** What a command does with its data folder. One to be opened may be read-only, and is made where it is missing. */
export type Use = 'read' | 'open' | 'write'

/**
 * Passes for a folder that can be used so. One to be written may be missing: it is made.
 * @throws StoreFailed that names the cause and what to do
 */
export function checkDataFolder(folder: string, use: Use): void {
  if (folder === '') throw new StoreFailed('the data folder has an empty name: name a folder with --data')
  try {
    if (!statSync(folder).isDirectory()) throw notAFolder(folder)
    readdirSync(folder)
  } catch (error) {
    if (error instanceof StoreFailed) throw error
    const missing = codeOf(error) === 'ENOENT'
    if (missing && isLink(folder))
      throw failed(
        folder,
        `is a link to ${readlinkSync(folder)}, which does not exist: name another folder with --data`,
        error,
      )
    if (!missing) throw failed(folder, unreadable(folder, error), error)
    if (use === 'read') throw failed(folder, 'does not exist: name another folder with --data', error)
    checkNew(folder)
    return
  }
  if (use === 'write') checkWritable(folder, folder)
}

/** Whether there is a database in the folder. */
export function isDatabaseIn(folder: string): boolean {
  return statSync(join(folder, DATABASE_FILE), { throwIfNoEntry: false }) !== undefined
}

function notAFolder(path: string): StoreFailed {
  const isOurs = basename(path).startsWith(DATABASE_FILE)
  const what = isOurs ? `name its folder, ${dirname(path)}, with --data` : 'name a folder with --data'
  return failed(path, `is a file, not a folder: ${what}`)
}

function unreadable(folder: string, error: unknown): string {
  const code = codeOf(error)
  if (code === 'ENOTDIR') return `cannot be a folder, since ${fileIn(folder)} is a file: name another one with --data`
  if (code === 'EACCES' || code === 'EPERM')
    return 'cannot be read, since you have no permission: run as its owner, or name another folder with --data'
  return `cannot be read: ${reasonOf(error)}`
}

/** A folder that is not there yet is made in the nearest one that is. */
function checkNew(folder: string): void {
  let parent = dirname(resolve(folder))
  for (;;) {
    try {
      if (!statSync(parent).isDirectory())
        throw failed(folder, `cannot be made, since ${parent} is a file: name another folder with --data`)
      break
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || parent === dirname(parent)) {
        if (error instanceof StoreFailed) throw error
        throw failed(folder, `cannot be made: ${reasonOf(error)}; name another folder with --data`, error)
      }
      if (isLink(parent))
        throw failed(
          folder,
          `cannot be made, since ${parent} is a link that leads nowhere: name another folder with --data`,
          error,
        )
      parent = dirname(parent)
    }
  }
  checkWritable(parent, folder)
}

/** Only writing tells: root may do everything, and a file system may be full. */
function checkWritable(at: string, folder: string): void {
  const made = at === folder ? 'written' : 'made'
  const probe = join(at, `.peerscope-${randomBytes(6).toString('hex')}`)
  try {
    accessSync(at, constants.W_OK | constants.X_OK)
    writeFileSync(probe, 'x', { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw failed(folder, `cannot be ${made}: ${reasonOf(error)}; name another folder with --data`, error)
  } finally {
    rmSync(probe, { force: true })
  }
}

/** The part of a path that is a file. */
function fileIn(path: string): string {
  for (let part = resolve(path); part !== dirname(part); part = dirname(part)) {
    try {
      if (statSync(part).isFile()) return part
    } catch {
      // Further up.
    }
  }
  return path
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function failed(folder: string, what: string, cause?: unknown): StoreFailed {
  return new StoreFailed(`the data folder ${folder} ${what}`, cause === undefined ? undefined : { cause })
}
