/** Unpacks gzip as far as it goes: what stands before a damage comes out, to the last bytes. */
import { createGunzip } from 'node:zlib'
import { InvalidArgument } from '../../../shared/errors.ts'

/** Bytes that are unpacked together: at most 8 MiB come of them, some milliseconds of work. */
const AT_ONCE = 8 * 1024
/**
 * How much may come of a file: this many times what was read of it, and some more. The ids, keys and signatures of a
 * snapshot can't be compressed: one in which every entry is as repetitive as its limits allow comes to 100 times its size.
 */
const MAX_RATIO = 200
const RATIO_FREE = 4 * 1024 * 1024

/** Sizes of the parts, in bytes, in which a damage is looked for once the part that it lies in is known. */
const CLOSER = [2048, 64] as const
/** Bytes from the damage on that are read in such parts; after a file that changed meanwhile, there may be no damage. */
const CLOSELY = 64 * 1024

/** The content cannot be unpacked. */
export class Damaged extends Error {
  /** Where the part begins that could not be unpacked, in bytes from the first. */
  readonly at: number

  constructor(at: number, cause: Error) {
    super(cause.message, { cause })
    this.at = at
  }
}

/**
 * The content, part by part: what the parts before a damaged one hold has come out when this throws.
 * @throws Damaged; InvalidArgument where a small file holds far more than a snapshot can; and what `parts` throws
 */
export async function* unzipped(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  let at = 0
  let unpacked = 0
  let out: Buffer[] = []
  // The callback of a write that fails is never called: the event tells.
  let fail: (error: Error) => void = () => undefined
  gunzip.on('error', (error) => fail(new Damaged(at, error)))
  gunzip.on('data', (chunk: Buffer) => {
    unpacked += chunk.length
    out.push(chunk)
  })
  const step = (run: (done: () => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      fail = reject
      run(resolve)
    })
  try {
    for await (const part of inSmall(parts)) {
      await step((done) => gunzip.write(part, () => done()))
      if (unpacked > RATIO_FREE + MAX_RATIO * (at + part.length))
        throw new InvalidArgument(`the file unpacks to more than ${MAX_RATIO} times its size, as no snapshot does`)
      const ready = out
      out = []
      yield* ready
      at += part.length
    }
    await step((done) => {
      // Zeros behind the content end it before.
      if (gunzip.readableEnded) return done()
      gunzip.once('end', done)
      return gunzip.end()
    })
    yield* out
  } finally {
    gunzip.destroy()
  }
}

async function* inSmall(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of parts)
    for (let from = 0; from < part.length; from += AT_ONCE) yield part.subarray(from, from + AT_ONCE)
}

/** Where unpacking fails in `work`; null when it does not. @throws what else `work` throws */
export async function damageMet(work: () => Promise<void>): Promise<number | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof Damaged) return error.at
    throw error
  }
}

/** Where the content cannot be unpacked, more exactly: looked for ever closer, by unpacking it once more each time. */
export async function closerTo(damage: number, open: () => AsyncIterable<Uint8Array>): Promise<number> {
  let at = damage
  for (const size of CLOSER) {
    const from = at
    const unpack = async (): Promise<void> => {
      for await (const _chunk of unzipped(smallFrom(from, open(), size)));
    }
    at = (await damageMet(unpack)) ?? at
  }
  return at
}

/** The same bytes, from the damage on in parts of this size: what comes together with a damage is lost. */
export async function* smallFrom(
  damage: number,
  parts: AsyncIterable<Uint8Array>,
  size = 1,
): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const part of parts) {
    const whole = Math.min(Math.max(damage - at, 0), part.length)
    if (whole > 0) yield part.subarray(0, whole)
    const close = Math.min(Math.max(damage + CLOSELY - at, whole), part.length)
    for (let from = whole; from < close; from += size) yield part.subarray(from, Math.min(from + size, close))
    if (close < part.length) yield part.subarray(close)
    at += part.length
  }
}

/** What follows the first `bytes`. */
export async function* behind(bytes: number, parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = bytes
  for await (const part of parts) {
    const rest = part.subarray(left)
    left -= part.length - rest.length
    if (rest.length > 0) yield rest
  }
}
