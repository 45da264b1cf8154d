/**
 * gossipsub 17 times all that it does by the wall clock and takes no other. Set back by hours, that makes it refuse and punish
 * peers that come back after a PRUNE for so long, judge by scores of then, and forget no message; set forward, it punishes peers
 * that were asked for a message. So what it noted is moved along with the clock before it is looked at again: as if only the time had
 * passed that passed by the monotonic clock.
 */
import type { GossipSub } from '@libp2p/gossipsub'
import type { Clock } from '../../discovery/ports.ts'

/** Smaller differences between the clocks change nothing, milliseconds. They add up until they are that large. */
const LEAST_MS = 500

type Times = Map<unknown, number>

/** What of gossipsub's members holds times, or looks at them; its types leave them out. */
interface Timed {
  runHeartbeat: () => void
  handleReceivedRpc: (...args: unknown[]) => Promise<void>
  readonly status: { hearbeatStartMs?: number }
  readonly backoff: Map<unknown, Times>
  readonly fanoutLastpub: Times
  readonly acceptFromWhitelist: Map<unknown, { acceptUntil: number }>
  readonly seenCache: Cache
  readonly publishedMessageIds: Cache
  readonly fastMsgIdCache?: Cache
  readonly gossipTracer: { readonly promises: Map<unknown, Times>; readonly requestMsByMsg: Times }
  readonly score: {
    background: () => void
    readonly peerStats: Map<unknown, PeerStats>
    readonly scoreCache: Map<unknown, { cacheUntil: number }>
    readonly deliveryRecords: {
      readonly records: Map<unknown, { firstSeenTsMs: number; validated: number }>
      readonly queue: { readonly toArray: () => { expire: number }[] }
    }
  }
}

interface Cache {
  readonly entries: Map<unknown, { validUntilMs: number }>
}

interface PeerStats {
  expire: number
  readonly topics: Readonly<Record<string, { graftTime: number }>>
}

/**
 * Makes gossipsub go by the monotonic clock. To be called before the node starts.
 * @returns whether it does; where its members are others one day, it goes by the wall clock as before
 */
export function keepTime(pubsub: GossipSub, clock: Pick<Clock, 'now' | 'monotonic'>): boolean {
  const service = pubsub as unknown as Timed
  if (!isTimed(service)) return false
  const ahead = (): number => clock.now() - clock.monotonic()
  let before = ahead()
  const look = (): void => {
    const byMs = ahead() - before
    if (Math.abs(byMs) < LEAST_MS) return
    before += byMs
    move(service, byMs)
  }
  const { runHeartbeat, handleReceivedRpc, score } = service
  const background = score.background.bind(score)
  service.runHeartbeat = () => {
    look()
    runHeartbeat.call(service)
  }
  service.handleReceivedRpc = (...args) => {
    look()
    return handleReceivedRpc.apply(service, args)
  }
  score.background = () => {
    look()
    background()
  }
  return true
}

/** Moves all times by so much, milliseconds. */
function move(service: Timed, byMs: number): void {
  const { status, gossipTracer, score, fastMsgIdCache } = service
  if (status.hearbeatStartMs !== undefined) status.hearbeatStartMs += byMs
  const all = [...service.backoff.values(), ...gossipTracer.promises.values()]
  for (const times of [...all, service.fanoutLastpub, gossipTracer.requestMsByMsg])
    for (const [key, at] of times) times.set(key, at + byMs)
  for (const one of service.acceptFromWhitelist.values()) one.acceptUntil += byMs
  for (const cache of [service.seenCache, service.publishedMessageIds, fastMsgIdCache])
    for (const one of cache?.entries.values() ?? []) one.validUntilMs += byMs
  for (const one of score.scoreCache.values()) one.cacheUntil += byMs
  for (const stats of score.peerStats.values()) {
    stats.expire += byMs
    for (const topic of Object.values(stats.topics)) topic.graftTime += byMs
  }
  const { records, queue } = score.deliveryRecords
  for (const record of records.values()) {
    record.firstSeenTsMs += byMs
    // Zero: not yet.
    if (record.validated > 0) record.validated += byMs
  }
  for (const one of queue.toArray()) one.expire += byMs
}

/** Whether it has all these members. */
function isTimed(service: Partial<Timed>): boolean {
  const { gossipTracer, score, seenCache, publishedMessageIds } = service
  const maps = [
    service.backoff,
    service.fanoutLastpub,
    service.acceptFromWhitelist,
    seenCache?.entries,
    publishedMessageIds?.entries,
    gossipTracer?.promises,
    gossipTracer?.requestMsByMsg,
    score?.peerStats,
    score?.scoreCache,
    score?.deliveryRecords.records,
  ]
  const calls = [
    service.runHeartbeat,
    service.handleReceivedRpc,
    score?.background,
    score?.deliveryRecords.queue.toArray,
  ]
  return (
    service.status !== undefined &&
    maps.every((map) => map instanceof Map) &&
    calls.every((call) => typeof call === 'function')
  )
}
