/** Where an output may go: never over a database, an identity or anything else in a data folder. */
import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import type { Stats } from 'node:fs'
import { basename, dirname, join, parse, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { InvalidArgument, StoreFailed } from '../../shared/errors.ts'
import { IDENTITY_HEAD } from '../store/identity-file.ts'
import { APPLICATION_ID } from '../store/migrate.ts'
import { reasonOf } from './file-trouble.ts'

/** Where an output goes. */
export type OutputTarget =
  /** A file; `mode` is that of the one which is replaced, null where there is none. */
  | { readonly kind: 'file'; readonly path: string; readonly mode: number | null }
  /** A pipe or device, written as it is. */
  | { readonly kind: 'special'; readonly path: string; readonly fifo: boolean }
  /** A descriptor that this process was started with, such as /dev/stdout. */
  | { readonly kind: 'descriptor'; readonly fd: number }

/** What a target is chosen by. */
export interface TargetOptions {
  /** Whether a file that is there may be replaced. */
  readonly force: boolean
  /** Data folders that are known, beside those that are recognized by what is in them. */
  readonly dataDirs: readonly string[]
  /** Files that the command reads. */
  readonly inputs?: readonly string[]
}

/** Any of these makes a folder one of ours. */
const MARKS = ['peerscope.db', 'peerscope.db.lock', 'identity.sealed', 'running.json', 'dht-nodes.json']
/** Names that Peerscope uses in a data folder, whether or not such a file is there now. */
const OURS =
  /^(?:peerscope\.db|identity\.sealed|running\.json|diagnostics\.sock|dht-nodes\.json|desktop\.json|window\.json|logs$)/
/** Links that are followed, as the system does. */
const MOST_LINKS = 40
/** How much of a file is looked at, in bytes: the first page of a database. */
const HEAD_BYTES = 4096
/** Offsets in the head of a database. */
const WRITE_AHEAD_AT = 18
const APPLICATION_AT = 68
/** How the log of a database (its -wal) begins; the last bit tells the byte order. */
const LOG_MAGIC = 0x377f0682

/**
 * Looks at what an output would replace, following links.
 * @throws InvalidArgument where it must not go, or `force` is missing; StoreFailed where it cannot go
 */
export function outputTarget(out: string, { force, dataDirs, inputs = [] }: TargetOptions): OutputTarget {
  if (out === '') throw new InvalidArgument('the name of the output file is empty')
  const place = follow(out)
  if (place.kind === 'descriptor') {
    const found = statOf(`/dev/fd/${place.fd}`, out)
    if (found?.isFile() === true) refuseOurs(out, realPath(`/dev/fd/${place.fd}`, out), found, dataDirs)
    return place
  }
  const { path } = place
  const found = statOf(path, out)
  if (found?.isDirectory() === true) throw new InvalidArgument(`${out} is a folder: name a file in it`)
  if (/[/\\]$/.test(out)) throw new InvalidArgument(`${out} names a folder: name a file in it`)
  if (found?.isBlockDevice() === true) throw new InvalidArgument(`${out} is a disk: name a file`)
  if (found !== null && !found.isFile()) return { kind: 'special', path, fifo: found.isFIFO() }
  refuseOurs(out, path, found, dataDirs)
  if (found === null) return { kind: 'file', path, mode: null }
  for (const input of inputs) {
    if (isSameFile(found, look(input))) throw new InvalidArgument(`${out} is what is read: name another file`)
  }
  if (!force) throw new InvalidArgument(`${out} exists already: name another file, or add --force to replace it`)
  return { kind: 'file', path, mode: found.mode & 0o777 }
}

/** Whether a folder is a data folder, by what is in it. */
export function isDataFolder(folder: string): boolean {
  return MARKS.some((name) => existsSync(join(folder, name)))
}

/** Behind all links. A link that leads nowhere names the file to be made. */
function follow(
  out: string,
): { readonly kind: 'path'; readonly path: string } | Extract<OutputTarget, { kind: 'descriptor' }> {
  let path = resolve(out)
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const folder = realPath(dirname(path), out)
    const own = /^(?:\/proc\/(\d+)\/(?:task\/\d+\/)?fd|\/dev\/fd)$/.exec(folder)
    const fd = Number(basename(path))
    if (own !== null && Number.isInteger(fd) && (own[1] === undefined || Number(own[1]) === process.pid))
      return { kind: 'descriptor', fd }
    path = join(folder, basename(path))
    if (path === parse(path).root) return { kind: 'path', path }
    const found = linkOf(path, out)
    if (found?.isSymbolicLink() !== true)
      return { kind: 'path', path: found === undefined ? path : realPath(path, out) }
    path = own === null ? resolve(folder, readlinkSync(path)) : openElsewhere(path)
    if (own !== null) return { kind: 'path', path }
  }
  throw new StoreFailed(`${out} cannot be written: its links lead in a circle`)
}

/** The file that another process has open; a pipe has no other name. */
function openElsewhere(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}

/** @param out how the user named the output */
function realPath(path: string, out: string): string {
  try {
    return realpathSync.native(path)
  } catch (error) {
    const { code }: { readonly code?: unknown } = { ...(error as object) }
    const why = code === 'ENOENT' ? `there is no folder ${path}` : code === 'ENOTDIR' ? `${path} is no folder` : null
    throw new StoreFailed(`${out} cannot be written: ${why ?? reasonOf(error)}`, { cause: error })
  }
}

/** What the name itself stands for: a link, a file, or nothing. */
function linkOf(path: string, out: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw new StoreFailed(`${out} cannot be written: ${reasonOf(error)}`, { cause: error })
  }
}

function statOf(path: string, out: string): Stats | null {
  try {
    return statSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new StoreFailed(`${out} cannot be written: ${reasonOf(error)}`, { cause: error })
  }
}

function refuseOurs(out: string, path: string, found: Stats | null, dataDirs: readonly string[]): void {
  const known = dataDirs.map(look)
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const itself = look(folder)
    if (isDataFolder(folder) || known.some((one) => isSameFile(itself, one))) {
      if (found !== null)
        throw new InvalidArgument(
          `${out} is in the data folder ${folder}: name a file outside of it, or one that does not exist`,
        )
      if (dirname(path) === folder && OURS.test(basename(path).normalize('NFKC').toLowerCase()))
        throw new InvalidArgument(
          `${out} is a name that Peerscope keeps for itself in its data folder ${folder}: name another file`,
        )
    }
    if (folder === dirname(folder)) break
  }
  if (found === null) return
  const other = dataDirs.find((folder) => filesOf(folder).some((file) => isSameFile(found, look(file))))
  const what = other === undefined ? contentOf(path) : `another name of a file in the data folder ${other}`
  if (what !== null) throw new InvalidArgument(`${out} is ${what}: name another file`)
}

/** Files of a data folder, for those that have a second name (a hard link) elsewhere. */
function filesOf(folder: string): readonly string[] {
  return ['', 'logs'].flatMap((part) => {
    try {
      return readdirSync(join(folder, part)).map((name) => join(folder, part, name))
    } catch {
      return []
    }
  })
}

/** What a file is by its first bytes, where it must not be replaced; null for all others. */
function contentOf(path: string): string | null {
  let head: Buffer
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(HEAD_BYTES)
      head = bytes.subarray(0, readSync(file, bytes))
    } finally {
      closeSync(file)
    }
  } catch {
    // Whoever may not read it cannot be told what it is.
    return null
  }
  const text = head.toString('latin1')
  if (text.startsWith(IDENTITY_HEAD)) return 'an identity'
  if (head.length >= 4 && (head.readUInt32BE(0) & ~1) === LOG_MAGIC) return 'the log of a database'
  if (!text.startsWith('SQLite format 3\0') || head.length < HEAD_BYTES) return null
  if (text.includes('CREATE TABLE holder')) return 'the lock of a data folder'
  if (head.readUInt32BE(APPLICATION_AT) !== APPLICATION_ID) return null
  // One that is worked with writes ahead. A copy that `export` made does not and has no identity: a newer one may replace it.
  return head[WRITE_AHEAD_AT] === 2 || hasIdentity(path) ? 'a database of Peerscope' : null
}

/** Whether a database holds an identity, as a copy made by other programs does; also where it cannot be told. */
function hasIdentity(path: string): boolean {
  let db: Database.Database | null = null
  try {
    db = new Database(path, { readonly: true, fileMustExist: true })
    return db.prepare('SELECT 1 FROM identity').get() !== undefined
  } catch {
    return true
  } finally {
    db?.close()
  }
}

/** Undefined where there is nothing, or nothing that we may see. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function isSameFile(a: Stats | undefined, b: Stats | undefined): boolean {
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev && a.ino !== 0
}
