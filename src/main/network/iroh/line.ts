/** What gossip sends to one peer: a stream of frames on its newest connection, which is made where there is none. */
import type { PeerId } from '../../../shared/ids.ts'
import type { SendSide, Wire } from './wire.ts'

/** Messages that may wait for one peer, and their bytes. Whoever takes no more than that is too slow for the mesh. */
const WAITING = 256
const WAITING_BYTES = 512 * 1024
/** Messages that are written at once. */
const TOGETHER_BYTES = 8192

/** What lines work with. */
export interface LineParts {
  /** The newest open connection with the peer. */
  current(peerId: PeerId): Wire | null
  /** Makes one. Rejects where none can be had. */
  connect(peerId: PeerId): Promise<Wire>
  /** The first frame of a stream. */
  readonly header: Uint8Array
}

/** How a line ended. */
export type LineEnd = 'unreachable' | 'slow'

/** The outgoing side to one peer. */
export class Line {
  readonly #peerId: PeerId
  readonly #parts: LineParts
  readonly #ended: (how: LineEnd) => void
  readonly #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #pumping: Promise<void> | null = null
  #wire: Wire | null = null
  #stream: SendSide | null = null
  #over = false

  /** @param ended is called once, where the peer cannot be reached or takes nothing */
  constructor(peerId: PeerId, parts: LineParts, ended: (how: LineEnd) => void) {
    this.#peerId = peerId
    this.#parts = parts
    this.#ended = ended
  }

  /** @param frame a whole frame, with its length */
  send(frame: Uint8Array): void {
    if (this.#over) return
    if (this.#waiting.length >= WAITING || this.#waitingBytes + frame.length > WAITING_BYTES) return this.#end('slow')
    this.#waiting.push(frame)
    this.#waitingBytes += frame.length
    this.#pumping ??= this.#pump()
  }

  /** Ends it after what was sent: the other side sees the end of the stream. Resolves when that has arrived, or cannot. */
  async finish(): Promise<void> {
    await this.#pumping
    this.#over = true
    const stream = this.#stream
    this.#stream = null
    if (stream === null) return
    try {
      await stream.finish()
      await stream.stopped()
    } catch {
      // The connection ended first.
    }
  }

  async #pump(): Promise<void> {
    try {
      while (this.#waiting.length > 0 && !this.#over) {
        const bytes = this.#together()
        const first = await this.#open()
        try {
          await first.writeAll(bytes)
        } catch (error) {
          // The other side may have let go of the stream, or a newer connection took the place of this one. Once more, then.
          if (this.#stream === first) this.#stream = null
          if (this.#parts.current(this.#peerId) === null) throw error
          await (await this.#open()).writeAll(bytes)
        }
      }
    } catch {
      this.#end('unreachable')
    } finally {
      // At once: what is sent from now on finds nobody who would write it.
      this.#pumping = null
    }
  }

  #together(): number[] {
    const bytes: number[] = []
    do {
      const frame = this.#waiting.shift()
      if (frame === undefined) break
      this.#waitingBytes -= frame.length
      for (const byte of frame) bytes.push(byte)
    } while (bytes.length < TOGETHER_BYTES)
    return bytes
  }

  /** The stream to write to: on another connection than before where there is a newer one, as iroh-gossip does. */
  async #open(): Promise<SendSide> {
    const wire = this.#parts.current(this.#peerId) ?? (await this.#parts.connect(this.#peerId))
    if (this.#stream !== null && this.#wire === wire) return this.#stream
    void this.#stream?.finish().catch(() => undefined)
    this.#stream = null
    this.#wire = wire
    // Whether the other side refuses it shows at the next write: iroh's `stopped` would hold up all writes until then.
    const stream = await wire.openUni()
    await stream.writeAll(Array.from(this.#parts.header))
    this.#stream = stream
    return stream
  }

  #end(how: LineEnd): void {
    if (this.#over) return
    this.#over = true
    this.#waiting.length = 0
    this.#ended(how)
  }
}
