import type { Connection, IdentifyResult, PeerId } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { earlyGossip } from '../../../../src/main/network/libp2p/early-gossip.ts'

const PROTOCOL = '/meshsub/1.2.0'
const peerId = { toString: () => 'a peer' } as PeerId
const connection = { remotePeer: peerId } as Connection

/** What libp2p is told of a connection that opens. `merge` is the peer store's. */
async function opened(merge: (...args: unknown[]) => Promise<void>): Promise<IdentifyResult[]> {
  const target = new EventTarget()
  const events = Object.assign(target, {
    safeDispatchEvent: (type: string, init: { detail: unknown }) => target.dispatchEvent(new CustomEvent(type, init)),
  })
  const told: IdentifyResult[] = []
  events.addEventListener('peer:identify', (event) => void (event instanceof CustomEvent && told.push(event.detail)))
  const logger = { forComponent: () => () => undefined }
  const components = { events, peerStore: { merge }, logger } as unknown as Parameters<
    ReturnType<typeof earlyGossip>
  >[0]
  earlyGossip(PROTOCOL)(components)
  events.safeDispatchEvent('connection:open', { detail: connection })
  await new Promise(setImmediate)
  return told
}

describe('gossip', () => {
  it('hears of a peer as soon as it is connected, once the peer store knows who has to hear of its end', async () => {
    const order: unknown[] = []
    const told = await opened(async (...args) => void order.push(...args))
    expect(order).toEqual([peerId, { protocols: [PROTOCOL] }])
    expect(told).toEqual([{ peerId, protocols: [PROTOCOL], listenAddrs: [], connection }])
  })

  it('does not hear of one that the peer store does not take, and nothing breaks', async () => {
    expect(await opened(() => Promise.reject(new Error('full')))).toEqual([])
  })
})
