/** libp2p's parts themselves, under a wall clock that is set back and forth. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { gossipService } from '../../../../src/main/network/libp2p/gossip.ts'
import { keepTime } from '../../../../src/main/network/libp2p/gossip-time.ts'

const HOUR = 3_600_000

/** The members that the cases look at. */
interface Inner {
  runHeartbeat(): void
  heartbeat(): Promise<void>
  heartbeatTicks: number
  doAddBackoff(id: string, topic: string, ms: number): void
  handleReceivedRpc(from: unknown, rpc: unknown): Promise<void>
  readonly backoff: Map<string, Map<string, number>>
  readonly seenCache: { put(key: string): boolean; prune(): void; readonly size: number }
  readonly gossipTracer: { addPromise(from: string, ids: Uint8Array[]): void; getBrokenPromises(): Map<string, number> }
  readonly score: {
    background(): void
    addPeer(id: string): void
    removePeer(id: string): void
    addPenalty(id: string, penalty: number, label: string): void
    score(id: string): number
    readonly peerStats: ReadonlyMap<string, object>
    readonly deliveryRecords: { ensureRecord(id: string): object; gc(): void; readonly records: Map<string, object> }
  }
}

function setup() {
  const log = Object.assign(() => undefined, { error: () => undefined, trace: () => undefined, enabled: false })
  const logger = { forComponent: () => log }
  const pubsub = gossipService(new Set())({ logger } as unknown as Parameters<ReturnType<typeof gossipService>>[0])
  let monotonic = 0
  const keeps = keepTime(pubsub, { now: () => Date.now(), monotonic: () => monotonic })
  return {
    inner: pubsub as unknown as Inner,
    keeps,
    /** Time passes, and the wall clock is set by so much besides. */
    pass: (ms: number, setBy = 0) => {
      monotonic += ms
      vi.setSystemTime(Date.now() + ms + setBy)
    },
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_750_000_000_000 })
})

afterEach(() => {
  vi.useRealTimers()
})

describe('gossipsub', () => {
  it('has the members that hold its times', () => {
    expect(setup().keeps).toBe(true)
  })

  it.each([
    ['back', -2 * HOUR],
    ['ahead', 2 * HOUR],
  ])('keeps its backoffs for as long as before when the clock is set %s', (_what, setBy) => {
    const { inner, pass } = setup()
    /** A heartbeat in which they are cleared. */
    const beat = (): boolean => {
      inner.heartbeatTicks = 14
      inner.runHeartbeat()
      return inner.backoff.get('topic')?.has('ann') ?? false
    }
    inner.doAddBackoff('ann', 'topic', 60_000)
    pass(30_000, setBy)
    expect(beat()).toBe(true)
    pass(20_000)
    expect(beat()).toBe(true)
    pass(20_000)
    expect(beat()).toBe(false)
  })

  it('forgets messages in time, and punishes nobody for what did not come in no time', () => {
    const { inner, pass } = setup()
    inner.seenCache.put('old')
    inner.score.deliveryRecords.ensureRecord('old')
    inner.gossipTracer.addPromise('ann', [Uint8Array.of(1)])
    pass(1000, 2 * HOUR)
    inner.score.background()
    expect(inner.gossipTracer.getBrokenPromises().size).toBe(0)
    inner.seenCache.prune()
    expect([inner.seenCache.size, inner.score.deliveryRecords.records.size]).toEqual([1, 1])
    pass(10_000, -4 * HOUR)
    inner.score.background()
    expect(inner.gossipTracer.getBrokenPromises().size).toBe(1)
    pass(600_000)
    inner.score.background()
    inner.seenCache.prune()
    expect([inner.seenCache.size, inner.score.deliveryRecords.records.size]).toEqual([0, 0])
  })

  it('does not judge by a score of hours ago', async () => {
    const { inner, pass } = setup()
    inner.score.addPeer('ann')
    expect(inner.score.score('ann')).toBe(0)
    inner.score.addPenalty('ann', 20, 'graft_backoff')
    pass(5000, -2 * HOUR)
    await inner.handleReceivedRpc({ toString: () => 'ann' }, {}).catch(() => undefined)
    expect(inner.score.score('ann')).toBeLessThan(0)
  })
})

describe('the score of a peer that is gone', () => {
  it('[BD9] is forgotten after 60 s', () => {
    const { inner, pass } = setup()
    inner.score.addPeer('ann')
    inner.score.addPenalty('ann', 20, 'graft_backoff')
    inner.score.removePeer('ann')
    const known = (): boolean => {
      inner.score.background()
      return inner.score.peerStats.has('ann')
    }
    pass(59_000)
    expect(known()).toBe(true)
    pass(2000)
    expect(known()).toBe(false)
  })
})
