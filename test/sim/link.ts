import { Cancelled, LimitExceeded, StreamEnded, StreamFailed } from '../../src/shared/errors.ts'
import type { Link, StreamLimits } from '../../src/main/discovery/ports.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import { SyncAnswer } from '../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import type { Host } from './world.ts'

/** A link that the world can break. */
export interface SimLink extends Link {
  readonly reset: (reason: Error) => void
  /** Each is called once, when our side closed or lost it. */
  readonly onEnd: (listener: () => void) => void
}

const SAME = SyncAnswer.encode({ ranges: { digests: [], items: [] } })

interface End {
  readonly inbox: Uint8Array[]
  ended: Error | null
  wake: (() => void) | null
}

/** The end of a sync with a peer whose catalog is the same. It costs neither time nor messages. */
export function agreeing(remote: PeerId): Link {
  return {
    remote,
    read: () => Promise.resolve(SAME),
    write: () => Promise.resolve(),
    close: () => Promise.resolve(),
    abort: () => undefined,
  }
}

/** Both ends of one stream between two hosts. Messages arrive in order, after the world's latency. */
export function linkPair(a: Host, b: Host, limits: StreamLimits): readonly [SimLink, SimLink] {
  const ends: readonly [End, End] = [
    { inbox: [], ended: null, wake: null },
    { inbox: [], ended: null, wake: null },
  ]
  return [createEnd(a, b, ends[0], ends[1], limits), createEnd(b, a, ends[1], ends[0], limits)]
}

function createEnd(own: Host, other: Host, mine: End, theirs: End, limits: StreamLimits): SimLink {
  // A stream keeps its order, whatever the latency of each message.
  let lastArrival = 0
  let closed = false
  let ended: (() => void)[] = []
  const over = (): void => {
    closed = true
    const told = ended
    ended = []
    for (const tell of told) tell()
  }
  const send = (bytes: number, arrive: () => void): void => {
    const { world } = own
    world.messages += 1
    world.bytes += bytes
    const at = Math.max(lastArrival, world.scheduler.now + world.latency() + (bytes * 1000) / world.weather.bandwidth)
    lastArrival = at
    world.scheduler.schedule(at - world.scheduler.now, () => {
      if (world.passes(own.peerId, other.peerId)) other.whenAwake(arrive)
    })
  }
  const finish = (end: End, reason: Error): void => {
    end.ended ??= reason
    end.wake?.()
  }
  return {
    remote: other.peerId,
    read: (signal) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const message = mine.inbox.shift()
          if (message !== undefined) settle(() => resolve(message))
          else if (mine.ended !== null) settle(() => reject(mine.ended ?? new StreamFailed('ended')))
        }
        const onAbort = (): void =>
          settle(() => reject(signal.reason instanceof Error ? signal.reason : new Cancelled('cancelled')))
        const settle = (end: () => void): void => {
          mine.wake = null
          signal.removeEventListener('abort', onAbort)
          end()
        }
        if (signal.aborted) return onAbort()
        signal.addEventListener('abort', onAbort, { once: true })
        mine.wake = look
        look()
        return undefined
      }),
    write: (message, signal) => {
      if (signal.aborted) return Promise.reject(new Cancelled('cancelled'))
      if (message.length > limits.maxMessageBytes) {
        return Promise.reject(new LimitExceeded('bytes a message', limits.maxMessageBytes, message.length))
      }
      if (closed || mine.ended !== null) return Promise.reject(new StreamFailed('the stream is closed'))
      send(message.length, () => {
        if (theirs.ended !== null) return
        theirs.inbox.push(message)
        theirs.wake?.()
      })
      return Promise.resolve()
    },
    close: () => {
      if (!closed) send(8, () => finish(theirs, new StreamEnded('the stream ended')))
      over()
      return Promise.resolve()
    },
    abort: (reason) => {
      over()
      finish(mine, reason)
      send(8, () => finish(theirs, new StreamFailed('the stream was reset')))
    },
    onEnd: (listener) => {
      ended.push(listener)
    },
    reset: (reason) => {
      over()
      finish(mine, reason)
    },
  }
}
