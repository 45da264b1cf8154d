/** The Streams port on iroh: each exchange is a connection of its own (rule MO30). */
import { StreamFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { withDeadline } from '../../discovery/base/deadline.ts'
import type { Clock, Link, StreamLimits, Streams } from '../../discovery/ports.ts'
import { CANCELLED, GRACEFUL_SHUTDOWN, streamError, SUCCESS, UNEXPECTED_CLOSE } from './errors.ts'
import type { IrohHost } from './host.ts'
import { DIAL_MS } from './host.ts'
import { IrohLink } from './link.ts'
import type { Parking } from './parking.ts'
import type { Wire } from './wire.ts'

/** How long a peer that connected for an exchange may take to begin it, milliseconds. */
const BEGIN_MS = 5000

/** What streams are made of. */
export interface StreamParts {
  readonly host: Pick<IrohHost, 'serve'>
  readonly clock: Clock
  readonly parking: Parking
  /** A new connection to a peer for a protocol. @throws PeerscopeError where none can be had */
  connect(peerId: PeerId, protocol: string, signal: AbortSignal): Promise<Wire>
  /** A connection over the bound of its protocol, or one that was not used. */
  refused(): void
  /** How long others may take to begin, milliseconds. */
  readonly beginMs?: number
}

/** The Streams port of one node. The node may be started later. */
export function createStreams(parts: StreamParts): Streams {
  const { host, clock, parking, beginMs = BEGIN_MS } = parts
  const refused = (): void => parts.refused()
  return {
    open: async (peerId, protocol, limits, signal) => {
      const what = `no stream to ${peerId}`
      let wire: Wire | null = null
      try {
        signal.throwIfAborted()
        wire = parking.take(peerId, protocol) ?? (await parts.connect(peerId, protocol, signal))
        const opened = wire
        const stream = await withDeadline(clock, DIAL_MS, signal, what, () => opened.openBi())
        return new IrohLink(opened, stream, limits, clock)
      } catch (error) {
        wire?.close(SUCCESS)
        throw streamError(what, error, signal)
      }
    },
    handle: (protocol, limits, handler) => {
      let isServed = true
      const perPeer = new Map<PeerId, number>()
      const answer = async (wire: Wire): Promise<void> => {
        const { remote } = wire
        const running = (perPeer.get(remote) ?? 0) + 1
        if (running > limits.maxInboundPerPeer) {
          refused()
          return wire.close(CANCELLED)
        }
        perPeer.set(remote, running)
        try {
          await serve(wire, limits, handler)
        } finally {
          const left = (perPeer.get(remote) ?? 1) - 1
          if (left > 0) perPeer.set(remote, left)
          else perPeer.delete(remote)
        }
      }
      const end = host.serve(protocol, (wire) => {
        if (isServed) void answer(wire)
        else wire.close(GRACEFUL_SHUTDOWN)
      })
      return () => {
        isServed = false
        end()
      }
    },
  }

  async function serve(wire: Wire, limits: StreamLimits, handler: (link: Link) => Promise<void>): Promise<void> {
    let link: IrohLink
    try {
      // Nothing is held open for a peer that connects and says nothing.
      const signal = new AbortController().signal
      const stream = await withDeadline(clock, beginMs, signal, 'beginning an exchange', () => wire.acceptBi())
      link = new IrohLink(wire, stream, limits, clock)
    } catch {
      if (wire.isOpen) refused()
      return wire.close(UNEXPECTED_CLOSE)
    }
    try {
      await handler(link)
      await link.close()
    } catch (error) {
      link.abort(error instanceof Error ? error : new StreamFailed(String(error)))
    }
  }
}
