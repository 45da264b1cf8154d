import type { Connection, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { lpStream } from '@libp2p/utils'
import type { Libp2p } from 'libp2p'
import { LimitExceeded, StreamEnded, StreamFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isPeerId } from '../../../shared/ids.ts'
import type { Link, StreamLimits, Streams } from '../../discovery/ports.ts'
import { streamError } from './errors.ts'

/** Bytes of a message's length prefix: enough for 256 MiB, far above every limit. */
const MAX_LENGTH_BYTES = 4
/** How long the end of a stream may take, milliseconds. */
const CLOSE_MS = 2000

/** Streams over a protocol's bound that libp2p lets through, so that we can count them. */
const COUNTED = 8

/**
 * The Streams port on libp2p. The node may be started later.
 * @param refused is called for each stream over its protocol's bound, and for each on which too much came unread
 */
export function createStreams(libp2p: Libp2p, refused: () => void = () => undefined): Streams {
  /** Which registration answers a protocol now: one that ended must not take a later one with it. */
  const answering = new Map<string, symbol>()
  return {
    open: async (peerId, protocol, limits, signal) => {
      try {
        const options = { signal, runOnLimitedConnection: true }
        const open = openConnection(libp2p, peerId)
        const stream = await (open === undefined
          ? libp2p.dialProtocol(peerIdFromString(peerId), protocol, options)
          : open.newStream(protocol, options))
        return createLink(stream, peerId, limits)
      } catch (error) {
        throw streamError(`no stream to ${peerId}`, error, signal)
      }
    },
    handle: (protocol, limits, handler) => {
      let open = true
      const perPeer = new Map<PeerId, number>()
      const answer = async (stream: Stream, connection: Connection): Promise<void> => {
        const remote = connection.remotePeer.toString()
        if (!open || !isPeerId(remote)) {
          stream.abort(new StreamFailed('not served'))
          return
        }
        const running = (perPeer.get(remote) ?? 0) + 1
        if (running > limits.maxInboundPerPeer) {
          refused()
          stream.abort(new LimitExceeded('streams from one peer', limits.maxInboundPerPeer, running))
          return
        }
        perPeer.set(remote, running)
        // More came than is read: libp2p ends it at 4 MiB.
        stream.addEventListener('close', ({ error }) => {
          if (error?.name === 'StreamBufferError') refused()
        })
        try {
          await serve(createLink(stream, remote, limits), handler)
        } finally {
          const left = (perPeer.get(remote) ?? 1) - 1
          if (left > 0) perPeer.set(remote, left)
          else perPeer.delete(remote)
        }
      }
      const registration = Symbol(protocol)
      answering.set(protocol, registration)
      const options = {
        maxInboundStreams: limits.maxInboundPerPeer + COUNTED,
        maxOutboundStreams: 64,
        runOnLimitedConnection: true,
        force: true as const,
      }
      // It answers at once; what may fail is to note the protocol for identify, as on a node that has stopped.
      libp2p.handle(protocol, answer, options).catch(() => undefined)
      return () => {
        open = false
        if (answering.get(protocol) !== registration) return
        answering.delete(protocol)
        libp2p.unhandle(protocol).catch(() => undefined)
      }
    },
  }
}

/** An open connection to the peer, a direct one before one through a relay. */
export function openConnection(libp2p: Libp2p, peerId: PeerId): Connection | undefined {
  const open = libp2p.getConnections(peerIdFromString(peerId)).filter(({ status }) => status === 'open')
  return open.find(({ limits }) => limits === undefined) ?? open[0]
}

/** The same memory, never as a Buffer: that one's `slice` is a view, and it is written as JSON in a way of its own. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return Buffer.isBuffer(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes
}

async function serve(link: Link, handler: (link: Link) => Promise<void>): Promise<void> {
  try {
    await handler(link)
    await link.close()
  } catch (error) {
    link.abort(error instanceof Error ? error : new StreamFailed(String(error)))
  }
}

/**
 * The length that the bytes are, a varint.
 * @throws RangeError while there are too few; LimitExceeded where libp2p would read on for as long as bytes come
 */
export function lengthOf(bytes: { readonly length: number; subarray(): Uint8Array }): number {
  if (bytes.length > MAX_LENGTH_BYTES) throw new LimitExceeded('bytes a length', MAX_LENGTH_BYTES, bytes.length)
  let length = 0
  for (const [index, byte] of bytes.subarray().entries()) {
    length += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return length
  }
  throw new RangeError('the length goes on')
}

function createLink(stream: Stream, remote: PeerId, limits: StreamLimits): Link {
  /** Whether a part of a message came in the read that runs. */
  let begun = false
  const messages = lpStream(stream, {
    maxDataLength: limits.maxMessageBytes,
    maxLengthLength: MAX_LENGTH_BYTES,
    lengthDecoder: (bytes) => {
      begun = true
      return lengthOf(bytes)
    },
  })
  let aborted = false
  /** Whether the other side closed it in order, between two messages; a reset stream gives the same error later. */
  const isEnd = (error: unknown): boolean =>
    error instanceof Error && error.name === 'UnexpectedEOFError' && !begun && !/abort|reset/.test(stream.status)
  const fail = (what: string, error: unknown, signal?: AbortSignal): Error => {
    // Our own abort's reason is told to whoever aborted, not to the reads and writes that it ended.
    if (aborted && signal?.aborted !== true) return new StreamFailed(`${what}: it was aborted`, { cause: error })
    const typed = streamError(what, error, signal)
    // libp2p leaves the stream open after a refused message or a timeout.
    stream.abort(typed)
    return typed instanceof LimitExceeded ? new LimitExceeded('bytes a message', limits.maxMessageBytes) : typed
  }
  return {
    remote,
    read: async (signal) => {
      try {
        signal.throwIfAborted()
        begun = false
        return plainBytes((await messages.read({ signal })).subarray())
      } catch (error) {
        if (isEnd(error)) throw new StreamEnded(`${remote} closed the stream`, { cause: error })
        throw fail(`reading from ${remote}`, error, signal)
      }
    },
    write: async (message, signal) => {
      if (message.length > limits.maxMessageBytes) {
        throw new LimitExceeded('bytes a message', limits.maxMessageBytes, message.length)
      }
      try {
        // libp2p looks at it only where it has to wait.
        signal.throwIfAborted()
        await messages.write(message, { signal })
      } catch (error) {
        throw fail(`writing to ${remote}`, error, signal)
      }
    },
    close: async () => {
      try {
        await stream.close({ signal: AbortSignal.timeout(CLOSE_MS) })
      } catch (error) {
        stream.abort(streamError('closing', error))
      }
    },
    abort: (reason) => {
      aborted = true
      stream.abort(reason)
    },
  }
}
