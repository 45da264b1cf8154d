/**
 * The iroh package passes bytes as arrays of numbers: about 100 ns for each byte, on the event loop. Here they become bytes and
 * back, once, at the edge, in pieces of some milliseconds. And frames: a length of 32 bits, big-endian, then so many bytes.
 */
import { LimitExceeded } from '../../../shared/errors.ts'

/** Bytes that cross at once: about 1.6 ms of work. */
export const PIECE_BYTES = 16_384
/** Bytes of a frame's length. */
export const LENGTH_BYTES = 4

/** What bytes are read from; iroh's RecvStream. Gives nothing (an empty array) at the end. */
export interface Source {
  read(sizeLimit: number): Promise<readonly number[]>
}

/** What bytes are written to; iroh's SendStream. */
export interface Sink {
  writeAll(bytes: number[]): Promise<void>
}

/** The stream ended within a frame. */
export class CutShort extends Error {
  override readonly name = 'CutShort'
}

/** Text as iroh takes it. */
export function textBytes(text: string): number[] {
  return Array.from(Buffer.from(text, 'utf8'))
}

/** Reads frames. One read at a time. */
export class FrameReader {
  readonly #source: Source
  readonly #maxBytes: number
  /** What came and was not taken, and where the rest of it begins. */
  #piece: readonly number[] = []
  #at = 0
  #isWithin = false

  /** @param maxBytes largest frame that is taken */
  constructor(source: Source, maxBytes: number) {
    this.#source = source
    this.#maxBytes = maxBytes
  }

  /** Whether a part of a frame came that is not whole yet. */
  get isWithin(): boolean {
    return this.#isWithin
  }

  /**
   * The next frame; null where the stream ended before it.
   * @throws LimitExceeded before any of a larger frame is kept; CutShort; what the source throws
   */
  async next(): Promise<Uint8Array | null> {
    const head = await this.#take(LENGTH_BYTES)
    if (head === null) return null
    const length = new DataView(head.buffer).getUint32(0)
    if (length > this.#maxBytes) throw new LimitExceeded('bytes a message', this.#maxBytes, length)
    const body = length === 0 ? new Uint8Array(0) : await this.#take(length)
    if (body === null) throw new CutShort('the stream ended after the length of a message')
    this.#isWithin = false
    return body
  }

  /** So many bytes; null where the stream ended before the first one. What is only promised takes no memory. */
  async #take(count: number): Promise<Uint8Array | null> {
    const pieces: Uint8Array[] = []
    let have = 0
    while (have < count) {
      if (this.#at >= this.#piece.length) {
        this.#piece = await this.#source.read(PIECE_BYTES)
        this.#at = 0
        if (this.#piece.length === 0) {
          if (have === 0) return null
          throw new CutShort('the stream ended within a message')
        }
      }
      const taken = Uint8Array.from(this.#piece.slice(this.#at, this.#at + count - have))
      this.#at += taken.length
      have += taken.length
      this.#isWithin = true
      pieces.push(taken)
    }
    const [only] = pieces
    return pieces.length === 1 && only !== undefined ? only : joined(pieces, have)
  }
}

/** Writes a frame. Several at once would mix. */
export async function writeFrame(sink: Sink, message: Uint8Array): Promise<void> {
  const head = new Uint8Array(LENGTH_BYTES)
  new DataView(head.buffer).setUint32(0, message.length)
  const first = message.subarray(0, PIECE_BYTES - LENGTH_BYTES)
  await sink.writeAll([...head, ...first])
  for (let at = first.length; at < message.length; at += PIECE_BYTES)
    await sink.writeAll(Array.from(message.subarray(at, at + PIECE_BYTES)))
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
