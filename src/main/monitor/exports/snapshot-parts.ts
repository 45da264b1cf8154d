/** The compressed bytes of a snapshot, part by part, and the sum of the file behind them. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { FILE_SUM, FILE_SUM_BYTES } from './snapshot.ts'

/** Bytes of a part. */
const PART = 64 * 1024

/**
 * What is compressed, of a file or of bytes; compares the sum of the file at its end.
 * @param fault told when the sum is not that of the file
 * @throws what opening and reading a file throws, and the signal's reason
 */
export async function* packedParts(
  source: string | Uint8Array,
  signal: AbortSignal,
  fault: (what: string) => void,
): AsyncGenerator<Uint8Array> {
  const parts = typeof source === 'string' ? createReadStream(source, { highWaterMark: PART, signal }) : partsOf(source)
  const hash = createHash('sha256')
  let held = Buffer.alloc(0)
  for await (const part of parts as AsyncIterable<Uint8Array>) {
    signal.throwIfAborted()
    held = Buffer.concat([held, part])
    if (held.length <= FILE_SUM_BYTES) continue
    const ready = held.subarray(0, -FILE_SUM_BYTES)
    held = Buffer.from(held.subarray(-FILE_SUM_BYTES))
    hash.update(ready)
    yield ready
  }
  if (held.toString('latin1') === `${FILE_SUM}${hash.digest('hex')}\n`) return
  const cut = !held.toString('latin1').startsWith(FILE_SUM)
  fault(cut ? 'the end of the file is missing' : 'the file was changed: its sum does not hold')
  // Without its sum, a file that was cut off may be content to the end.
  if (cut) yield held
}

/** Whether it has a sum at its end, right or wrong. */
export async function endsAsSnapshot(source: string | Uint8Array): Promise<boolean> {
  if (typeof source !== 'string')
    return Buffer.from(source.slice(-FILE_SUM_BYTES)).toString('latin1').startsWith(FILE_SUM)
  await using file = await open(source)
  const { size } = await file.stat()
  const end = Buffer.alloc(Math.min(size, FILE_SUM_BYTES))
  await file.read(end, 0, end.length, size - end.length)
  return end.toString('latin1').startsWith(FILE_SUM)
}

async function* partsOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PART) yield await Promise.resolve(bytes.subarray(from, from + PART))
}
