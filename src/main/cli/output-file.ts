/** Where an export goes: a file that is there whole or not at all, or standard output. */
import { createWriteStream } from 'node:fs'
import { realpath, rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Cancelled, PeerscopeError, StoreFailed } from '../../shared/errors.ts'
import type { ExportPart } from '../monitor/exports/export.ts'
import { asItIs } from './guarded-io.ts'
import type { Io } from './io.ts'

/** Milliseconds between two words about how far it is. */
const TELL_EACH = 200

/** How far an export is. */
type Progress = (part: ExportPart) => void

/** Prints the text of an export. @returns how many records were written */
export async function printParts(parts: AsyncIterable<ExportPart>, io: Io): Promise<number> {
  // A program that reads it wants it as it is, a terminal does not.
  const to = io.interactive ? io : asItIs(io)
  let written = 0
  for await (const { data, done, total } of parts) {
    if (io.stop.aborted) throw new Cancelled('the export was stopped')
    written = total ?? done
    to.out(typeof data === 'string' ? data : Buffer.from(data).toString('utf8'))
  }
  return written
}

/**
 * Writes an export beside the file, and puts it in its place when it is whole: one that fails or is stopped leaves what
 * was there before.
 * @throws StoreFailed when the file cannot be written, Cancelled
 * @returns how many records (or bytes) were written
 */
export async function writeParts(parts: AsyncIterable<ExportPart>, out: string, io: Io): Promise<number> {
  const { path, whole } = await placeOf(out)
  const partial = whole ? `${path}.${process.pid}.part` : path
  const tell = teller(io)
  let written = 0
  const data = async function* (): AsyncGenerator<string | Uint8Array> {
    for await (const part of parts) {
      written = part.total ?? part.done
      tell(part)
      yield part.data
    }
  }
  try {
    const file = createWriteStream(partial, { mode: 0o600, flags: whole ? 'wx' : 'w' })
    await pipeline(Readable.from(data()), file, { signal: io.stop })
    if (whole) await rename(partial, path)
    return written
  } catch (error) {
    if (whole) await rm(partial, { force: true })
    if (io.stop.aborted) throw new Cancelled('the export was stopped')
    if (error instanceof PeerscopeError) throw error
    throw new StoreFailed(`${out} cannot be written: ${messageOf(error)}`, { cause: error })
  } finally {
    if (io.interactive) asItIs(io).err('\r\u001B[K')
  }
}

/** Behind links, and whether it is a file, which can be put in place: a device or a pipe is written as it is. */
async function placeOf(out: string): Promise<{ readonly path: string; readonly whole: boolean }> {
  const found = await stat(out).catch(() => null)
  return found === null ? { path: out, whole: true } : { path: await realpath(out), whole: found.isFile() }
}

/** Tells people now and then; programs read the end only. */
function teller(io: Io): Progress {
  let told = 0
  return ({ done, total }) => {
    if (!io.interactive || performance.now() - told < TELL_EACH) return
    told = performance.now()
    asItIs(io).err(`\r\u001B[K${done}${total === null ? '' : ` of ${total}`} written`)
  }
}

function messageOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full'
  return error instanceof Error ? error.message : String(error)
}
