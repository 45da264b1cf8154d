/** Unpacks gzip as far as it goes: what stands before a damage comes out, to the last bytes. */
import { createGunzip } from 'node:zlib'

/** Sizes of the parts, in bytes, in which a damage is looked for once the part that it lies in is known. */
const CLOSER = [2048, 64] as const

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
 * @throws Damaged, and what `parts` throws
 */
export async function* unzipped(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  let at = 0
  let out: Buffer[] = []
  // The callback of a write that fails is never called: the event tells.
  let fail: (error: Error) => void = () => undefined
  gunzip.on('error', (error) => fail(new Damaged(at, error)))
  gunzip.on('data', (chunk: Buffer) => out.push(chunk))
  const step = (run: (done: () => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      fail = reject
      run(resolve)
    })
  try {
    for await (const part of parts) {
      await step((done) => gunzip.write(part, () => done()))
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

/** Where the content cannot be unpacked, more exactly: looked for ever closer, by unpacking it anew. */
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
    for (let from = whole; from < part.length; from += size) yield part.subarray(from, from + size)
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
