/** Unpacks gzip as far as it goes: what stands before a damage comes out, to the last bytes. */
import { createGunzip } from 'node:zlib'

/** Sizes of the parts, in bytes, in which a damage is looked for after the first. */
const CLOSER = [2048, 64] as const

/** The content, part by part: what the parts before a damaged one hold has come out when this throws. */
export async function* unzipped(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  let out: Buffer[] = []
  // The callback of a write that fails is never called: the event tells.
  let fail: (error: Error) => void = () => undefined
  gunzip.on('error', (error) => fail(error))
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
    }
    await step((done) => {
      gunzip.once('end', done)
      gunzip.end()
    })
    yield* out
  } finally {
    gunzip.destroy()
  }
}

/**
 * Where the content cannot be unpacked, in bytes: looked for ever closer, by reading it anew. Null when all can be, or so
 * much that nobody wants it.
 */
export async function damageIn(open: () => AsyncIterable<Uint8Array>, maxBytes: number): Promise<number | null> {
  let damage = await failingPart(open(), maxBytes)
  for (const size of CLOSER) {
    if (damage === null) return null
    damage = await failingPart(smallFrom(damage, open(), size), maxBytes)
  }
  return damage
}

/** The start of the part that cannot be unpacked. */
async function failingPart(parts: AsyncIterable<Uint8Array>, maxBytes: number): Promise<number | null> {
  let at = 0
  let bytes = 0
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of parts) {
      yield part
      at += part.length
    }
  }
  try {
    for await (const chunk of unzipped(counted())) {
      bytes += chunk.length
      if (bytes > maxBytes) return null
    }
    return null
  } catch {
    return at
  }
}

/** The same bytes, from the damage on in parts of this size: what comes together with a damage is lost. */
export async function* smallFrom(
  damage: number | null,
  parts: AsyncIterable<Uint8Array>,
  size = 1,
): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const part of parts) {
    const whole = damage === null ? part.length : Math.min(Math.max(damage - at, 0), part.length)
    if (whole > 0) yield part.subarray(0, whole)
    for (let from = whole; from < part.length; from += size) yield part.subarray(from, from + size)
    at += part.length
  }
}
