/** Where an export goes: a file that is there whole or not at all, a pipe or device, or standard output. */
import { randomBytes } from 'node:crypto'
import { constants, createWriteStream, openSync } from 'node:fs'
import type { WriteStream } from 'node:fs'
import { chmod, link, open, rename, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { Cancelled, InvalidArgument, PeerscopeError, StoreFailed } from '../../shared/errors.ts'
import type { ExportPart } from '../monitor/exports/export.ts'
import { reasonOf } from '../monitor/file-trouble.ts'
import { outputTarget } from '../monitor/output-target.ts'
import type { OutputTarget, TargetOptions } from '../monitor/output-target.ts'
import { asItIs } from './guarded-io.ts'
import type { Io } from './io.ts'
import { teller } from './progress.ts'

/** Milliseconds between two looks whether somebody reads a pipe. */
const LOOK_EACH = 100
/** Descriptors of standard output and standard error. */
const STDOUT = 1
const STDERR = 2

/** The words of `--out`, for all commands that have it. */
export const OUT_HELP = 'file to write (default: standard output); never one of a data folder'
/** The words of `--force`. */
export const FORCE_HELP = 'replace the file that --out names, where it exists'

/** Prints the text of an export, no faster than it is read. @returns how many records were written */
export async function printParts(parts: AsyncIterable<ExportPart>, io: Io): Promise<number> {
  // A program that reads it wants it as it is, a terminal does not.
  const to = io.interactive ? io : asItIs(io)
  let written = 0
  for await (const { data, done, total } of parts) {
    if (io.stop.aborted) throw new Cancelled('the export was stopped')
    written = total ?? done
    to.out(typeof data === 'string' ? data : Buffer.from(data).toString('utf8'))
    await io.drained?.()
  }
  return written
}

/**
 * Writes an export where `--out` says. A file is written beside its place, and put there when it is whole and on the disk:
 * one that fails or is stopped leaves what was there before.
 * @throws InvalidArgument where nothing may be written, or a file is there without `force`; StoreFailed when it cannot be
 * written; Cancelled
 * @returns how many records (or bytes) were written
 */
export async function writeParts(
  parts: AsyncIterable<ExportPart>,
  out: string,
  options: TargetOptions,
  io: Io,
): Promise<number> {
  const target = outputTarget(out, options)
  if (target.kind === 'descriptor' && target.fd === STDOUT) return await printParts(parts, io)
  const { onStep, end } = teller(io)
  let written = 0
  const data = async function* (): AsyncGenerator<string | Uint8Array> {
    for await (const part of parts) {
      written = part.total ?? part.done
      onStep({ step: 'write', done: part.done, total: part.total ?? 0 })
      yield part.data
    }
  }
  try {
    if (target.kind === 'file') await putInPlace(data(), target, out, io.stop)
    else await pipeline(Readable.from(data()), await openSpecial(target, io.stop), { signal: io.stop })
    return written
  } catch (error) {
    if (io.stop.aborted) throw new Cancelled('the export was stopped')
    if (error instanceof PeerscopeError) throw error
    throw new StoreFailed(`${out} cannot be written: ${reasonOf(error)}`, { cause: error })
  } finally {
    end()
  }
}

/** Writes one text, as `writeParts` does. */
export async function writeText(text: string, out: string, options: TargetOptions, io: Io): Promise<void> {
  const parts = async function* (): AsyncGenerator<ExportPart> {
    yield await Promise.resolve({ data: text, done: 1, total: 1 })
  }
  await writeParts(parts(), out, options, io)
}

async function putInPlace(
  data: AsyncIterable<string | Uint8Array>,
  { path, mode }: Extract<OutputTarget, { kind: 'file' }>,
  out: string,
  signal: AbortSignal,
): Promise<void> {
  // A name of its own: a long one might leave no room for an ending.
  const partial = join(dirname(path), `.peerscope-${randomBytes(6).toString('hex')}.part`)
  try {
    const file = createWriteStream(partial, { mode: 0o600, flags: 'wx', flush: true })
    await pipeline(Readable.from(data), file, { signal })
    if (mode !== null) {
      await chmod(partial, mode)
      await rename(partial, path)
    } else await placeNew(partial, path, out)
    await syncFolder(dirname(path))
  } finally {
    await rm(partial, { force: true }).catch(() => undefined)
  }
}

/** Gives the file its name, unless another file has it by now. */
async function placeNew(partial: string, path: string, out: string): Promise<void> {
  try {
    await link(partial, path)
  } catch (error) {
    const { code }: { readonly code?: unknown } = { ...(error as object) }
    if (code === 'EEXIST')
      throw new InvalidArgument(`${out} was made by somebody else meanwhile: name another file`, { cause: error })
    // Some file systems have no second names.
    await rename(partial, path)
  }
}

/** The new name is on the disk too. Not every system can do that. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // The file itself is on the disk.
  }
}

async function openSpecial(
  target: Exclude<OutputTarget, { kind: 'file' }>,
  signal: AbortSignal,
): Promise<WriteStream | Socket> {
  if (target.kind === 'descriptor') return createWriteStream('', { fd: target.fd, autoClose: target.fd > STDERR })
  if (!target.fifo || process.platform === 'win32') return createWriteStream(target.path, { flags: 'w' })
  // Opening would hold up a thread until there is a reader, and with it the end of this process.
  for (;;) {
    try {
      const fd = openSync(target.path, constants.O_WRONLY | constants.O_NONBLOCK)
      return new Socket({ fd, readable: false, writable: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error
    }
    await pause(LOOK_EACH, undefined, { signal })
  }
}
