/**
 * The muxer: each of its streams is watched (`watch.ts`), the other side is told seldom of what came, and a stream that opens on a
 * broken connection ends nothing else.
 */
import { RELAY_V2_HOP_CODEC, RELAY_V2_STOP_CODEC } from '@libp2p/circuit-relay-v2'
import { yamux } from '@libp2p/yamux'
import { StreamFailed } from '../../../shared/errors.ts'
import type { SilenceWatch } from './silence-watch.ts'
import { LengthWatch, watchIncoming } from './watch.ts'

/** Whether it was agreed that the stream is for a relayed connection. */
function carries(stream: { readonly protocol?: string }): boolean {
  return stream.protocol === RELAY_V2_HOP_CODEC || stream.protocol === RELAY_V2_STOP_CODEC
}

/** What of a stream of yamux is used here; its types leave it out. */
interface YamuxStream {
  sendWindowUpdate(): void
  abort(error: Error): void
}

/** What its types call private. */
interface Windows {
  readonly state: number
  /** How many bytes the other side may send until it is told of more, and how many after it was told. */
  readonly recvWindowCapacity: number
  readonly recvWindow: number
}

/** The state of a stream in which nothing has to be said but what was read. */
const ESTABLISHED = 3

/**
 * Yamux tells the other side of each frame that it came, which is a packet for a packet. Now it does so once half of what may be sent
 * came, as other implementations do: what was not told is less than half, so the other side can always send.
 */
function tellSeldom(stream: YamuxStream): void {
  const send = stream.sendWindowUpdate.bind(stream)
  const windows = stream as unknown as Windows
  stream.sendWindowUpdate = () => {
    const { state, recvWindowCapacity, recvWindow } = windows
    // Of another version of yamux each is told, as it would be by itself.
    if (state === ESTABLISHED && 2 * recvWindowCapacity > recvWindow) return
    send()
  }
}

/**
 * Yamux opens a stream in a microtask of its own. Where the connection broke just before, sending throws there, and nobody
 * could catch it: the process would end. The stream ends instead.
 */
function guardOpening(stream: YamuxStream): void {
  const send = stream.sendWindowUpdate.bind(stream)
  stream.sendWindowUpdate = () => {
    stream.sendWindowUpdate = send
    try {
      send()
    } catch (error) {
      stream.abort(error instanceof Error ? error : new StreamFailed(String(error)))
    }
  }
}

/** Yamux pings once for the round-trip time, by which it sizes its windows. `SilenceWatch` asks those that are silent. */
const KEEP_ALIVE_MS = 24 * 3_600_000

/** Yamux, with each of its streams watched: all that we speak are messages after their lengths. */
export function watchedYamux(
  maxInboundStreams: number,
  refused: () => void,
  silence: Pick<SilenceWatch, 'add'>,
): ReturnType<typeof yamux> {
  const make = yamux({ maxInboundStreams, keepAliveInterval: KEEP_ALIVE_MS })
  return () => {
    const factory = make()
    const create = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection) => {
      const muxer = create(connection) as ReturnType<typeof create> & {
        onRemoteStream(stream: YamuxStream & { readonly protocol?: string }): void
        onCreateStream(): YamuxStream
        ping(): Promise<number>
      }
      // One that broke meanwhile tells nothing of its end.
      if (connection.status === 'open') {
        const watching = silence.add({ ask: () => muxer.ping(), end: (error) => connection.abort(error) })
        connection.addEventListener('message', () => watching.heard())
        connection.addEventListener('close', () => watching.over(), { once: true })
      }
      const onCreateStream = muxer.onCreateStream.bind(muxer)
      muxer.onCreateStream = () => {
        const stream = onCreateStream()
        tellSeldom(stream)
        guardOpening(stream)
        return stream
      }
      const onRemoteStream = muxer.onRemoteStream.bind(muxer)
      muxer.onRemoteStream = (stream) => {
        tellSeldom(stream)
        watchIncoming(stream, new LengthWatch(() => carries(stream)), refused)
        onRemoteStream(stream)
      }
      const createStream = muxer.createStream.bind(muxer)
      muxer.createStream = async (options) => {
        const stream = await createStream(options)
        watchIncoming(stream, new LengthWatch(() => carries(stream)), refused)
        return stream
      }
      return muxer
    }
    return factory
  }
}
