/** A copy of the database as a file to pass on: without the identity and without the URLs of webhooks, which are nobody else's. */
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Cancelled } from '../../../shared/errors.ts'
import { aside } from '../../store/aside.ts'
import type { StoreReader } from '../../store/types.ts'
import type { ExportPart } from './export.ts'

/** Bytes of one part. */
const PART = 256 * 1024

/**
 * The copy, in parts; `done` and `total` count bytes.
 * @throws StoreFailed, Cancelled
 */
export async function* databaseParts(store: StoreReader, signal: AbortSignal): AsyncGenerator<ExportPart> {
  const folder = await mkdtemp(join(tmpdir(), 'peerscope-copy-'))
  try {
    const path = join(folder, 'peerscope.db')
    await store.backup(path, () => undefined, signal)
    // It writes the whole file again, which takes seconds.
    await aside('forgetSecrets', [path])
    if (signal.aborted) throw new Cancelled('the export was cancelled')
    const { size } = await stat(path)
    let done = 0
    for await (const data of createReadStream(path, { highWaterMark: PART, signal }) as AsyncIterable<Buffer>) {
      done += data.length
      yield { done, total: size, data }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
