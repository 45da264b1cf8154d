/** What comes for gossip on one connection: streams of frames, each of which says its topic first. */
import type { Bucket, Rate } from '../../discovery/base/rates.ts'
import { spend } from '../../discovery/base/rates.ts'
import type { Clock } from '../../discovery/ports.ts'
import { FrameReader } from './bytes.ts'
import { PROTOCOL_VIOLATION } from './errors.ts'
import type { ReceiveSide, Wire } from './wire.ts'

/** Streams that are read at once on one connection: iroh-gossip has one a topic, and a second one after a reconnect. */
const STREAMS = 4
/** Frames of one connection. What is over that is read later: nothing of an honest peer is lost. */
const FRAMES: Rate = { perSecond: 200, burst: 1000 }
/** How much later, milliseconds. */
const LATER_MS = 100
/** How long a stream may take to say its topic, milliseconds. */
const HEADER_MS = 5000

/** What reads frames. */
export interface InletParts {
  readonly clock: Pick<Clock, 'monotonic' | 'schedule'>
  readonly maxFrameBytes: number
  /** Whether a stream with this first frame is for us. */
  isOurs(header: Uint8Array): boolean
  /** Throws where the frame means nothing; the connection is ended then. */
  frame(bytes: Uint8Array, from: Wire): void
  /** Something was over its bounds. */
  refused(): void
  /** So many streams for us are open on the connection: one more than before, or one less. */
  ours(from: Wire, count: number): void
}

/** Reads all streams of a connection until it ends. */
export async function readStreams(wire: Wire, parts: InletParts): Promise<void> {
  let open = 0
  let ours = 0
  const allowance = new Allowance(parts.clock)
  const read = async (stream: ReceiveSide): Promise<void> => {
    let isOurs = false
    const began = (): void => {
      isOurs = true
      parts.ours(wire, (ours += 1))
    }
    await readStream(stream, wire, parts, began, allowance)
    open -= 1
    if (isOurs) parts.ours(wire, (ours -= 1))
  }
  try {
    for (;;) {
      const stream = await wire.acceptUni()
      if (open >= STREAMS) {
        parts.refused()
        stop(stream)
        continue
      }
      open += 1
      void read(stream)
    }
  } catch {
    // The connection ended.
  }
}

/** Reads one stream to its end; never throws. @param began it is for us */
async function readStream(
  stream: ReceiveSide,
  wire: Wire,
  parts: InletParts,
  began: () => void,
  allowance: Allowance,
): Promise<void> {
  const reader = new FrameReader(stream, parts.maxFrameBytes)
  const cancel = parts.clock.schedule(HEADER_MS, () => {
    parts.refused()
    stop(stream)
  })
  try {
    const header = await reader.next()
    cancel()
    if (header === null) return
    if (!parts.isOurs(header)) return stop(stream)
    began()
    for (;;) {
      const frame = await reader.next()
      if (frame === null) return
      parts.frame(frame, wire)
      await allowance.take()
    }
  } catch (error) {
    cancel()
    stop(stream)
    if (!wire.isOpen || !(error instanceof Error) || !('code' in error) || error.code === 'GenericFailure') return
    // What is no message, or too large a one: nothing after it on this stream could be understood.
    parts.refused()
    wire.close(PROTOCOL_VIOLATION)
  }
}

function stop(stream: ReceiveSide): void {
  stream.stop(0n).catch(() => undefined)
}

/** How fast frames are taken. */
class Allowance {
  readonly #clock: Pick<Clock, 'monotonic' | 'schedule'>
  #bucket: Bucket = 0

  constructor(clock: Pick<Clock, 'monotonic' | 'schedule'>) {
    this.#clock = clock
  }

  async take(): Promise<void> {
    for (;;) {
      const now = this.#clock.monotonic()
      const next = spend(Math.max(this.#bucket, now), now, FRAMES)
      if (next !== null) {
        this.#bucket = next
        return
      }
      await new Promise<void>((resolve) => this.#clock.schedule(LATER_MS, resolve))
    }
  }
}
