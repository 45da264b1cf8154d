/** What gossipsub remembers of peers that left the topic. */
import type { GossipSub } from '@libp2p/gossipsub'
import { peerIdFromString } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import { gossipService } from '../../../../src/main/network/libp2p/gossip.ts'
import { forgetLeavers } from '../../../../src/main/network/libp2p/gossip-leavers.ts'
import { idOf } from '../../../support/discovery/entries.ts'

const ANN = idOf('ann')
const T = 'topic'

/** A gossipsub that has one peer in its topic. */
function setup() {
  const service = {
    backoff: new Map<string, Map<string, number>>(),
    topics: new Map([[T, new Set<string>([ANN])]]),
    peers: new Map<string, unknown>([[ANN, {}]]),
    handlePrune: async (id: string, prune: readonly { topicID?: string }[]) => {
      for (const { topicID = '' } of prune) service.backoff.set(topicID, new Map([[id, 60_000]]))
      await Promise.resolve()
    },
    removePeer: (peerId: { toString(): string }) => {
      service.peers.delete(peerId.toString())
      for (const peers of service.topics.values()) peers.delete(peerId.toString())
    },
  }
  expect(forgetLeavers(service as unknown as GossipSub)).toBe(true)
  const disconnect = (): void => service.removePeer(peerIdFromString(ANN))
  const kept = (): boolean => service.backoff.get(T)?.has(ANN) === true
  const leave = (): void => void service.topics.get(T)?.delete(ANN)
  const prune = (): Promise<void> => service.handlePrune(ANN, [{ topicID: T }, {}])
  return { service, disconnect, kept, leave, prune }
}

describe('the backoff of a peer', () => {
  it('that left the topic ends with its connection, and not before', async () => {
    const { disconnect, kept, leave, prune } = setup()
    leave()
    await prune()
    expect(kept()).toBe(true)
    disconnect()
    expect(kept()).toBe(false)
  })

  it('that left ends too where its last words come after the end of its connection', async () => {
    const { disconnect, kept, prune } = setup()
    disconnect()
    await prune()
    expect(kept()).toBe(false)
  })

  it('that we keep out ourselves outlives its connection, though it leaves the topic', async () => {
    const { service, disconnect, kept, leave, prune } = setup()
    service.backoff.set(T, new Map([[ANN, 60_000]]))
    leave()
    await prune()
    disconnect()
    expect(kept()).toBe(true)
  })

  it('that is in the topic, or is in it again, outlives its connection', async () => {
    const { service, disconnect, kept, leave, prune } = setup()
    await prune()
    disconnect()
    expect(kept()).toBe(true)
    service.peers.set(ANN, {})
    leave()
    await prune()
    service.topics.get(T)?.add(ANN)
    disconnect()
    expect(kept()).toBe(true)
  })
})

it('a gossipsub of other members is left alone', () => {
  expect(forgetLeavers({ handlePrune: () => undefined } as unknown as GossipSub)).toBe(false)
})

it('the real one has these members, and asks the peers that it leaves to keep it out for a second only', async () => {
  const log = Object.assign(() => undefined, { error: () => undefined, trace: () => undefined, enabled: false })
  const logger = { forComponent: () => log }
  const pubsub = gossipService(new Set())({ logger } as unknown as Parameters<ReturnType<typeof gossipService>>[0])
  expect(forgetLeavers(pubsub)).toBe(true)
  const inner = pubsub as unknown as {
    readonly streamsOutbound: Map<string, { readonly protocol: string }>
    makePrune(id: string, topic: string, doPX: boolean, onUnsubscribe: boolean): Promise<{ readonly backoff?: number }>
  }
  inner.streamsOutbound.set(ANN, { protocol: '/meshsub/1.2.0' })
  expect((await inner.makePrune(ANN, T, false, true)).backoff).toBe(1)
})
