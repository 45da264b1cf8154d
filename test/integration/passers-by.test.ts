import { yamux } from '@libp2p/yamux'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { identify } from '@libp2p/identify'
import { peerIdFromString } from '@libp2p/peer-id'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../src/main/discovery/ports.ts'
import { gossipService } from '../../src/main/network/libp2p/gossip.ts'
import { sweepLeftovers } from '../../src/main/network/libp2p/leftovers.ts'
import { PeerRecords } from '../../src/main/network/libp2p/peer-records.ts'
import { Attacker } from './hostile/attacker.ts'
import { meshFrame } from './hostile/bytes.ts'

/** The members that the exported type leaves out. */
interface Inside {
  readonly peers: ReadonlyMap<string, unknown>
  readonly streamsInbound: ReadonlyMap<string, unknown>
}

const ends: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

describe('what passers-by leave in libp2p', () => {
  test('BD9: records and routes of those who are gone go, also where libp2p does not tell gossip of their end', async () => {
    const records = new PeerRecords()
    const libp2p = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      datastore: records,
      connectionManager: { inboundConnectionThreshold: 100 },
      services: { identify: identify(), pubsub: gossipService(new Set()) },
    })
    ends.push(() => libp2p.stop())
    let sweep = (): void => expect.fail('no sweep is due')
    const clock: Pick<Clock, 'schedule'> = {
      schedule: (_delayMs, fn) => {
        sweep = fn
        return () => undefined
      },
    }
    ends.push(sweepLeftovers(libp2p, libp2p.services.pubsub, records, clock))
    const own = records.size
    const inside = libp2p.services.pubsub as unknown as Inside
    const address = libp2p.getMultiaddrs()[0]?.toString() ?? ''

    const stays = await Attacker.meet('passers', address)
    ends.push(() => stays.stop())
    for (let count = 0; count < 5; count++) {
      const passer = await Attacker.meet('passers', address)
      await passer.frame(meshFrame('any', new Uint8Array(1)))
      await vi.waitFor(() => expect(inside.peers.has(passer.peerId)).toBe(true))
      // Its record had to make room, so libp2p does not know whom to tell.
      if (count > 0) await libp2p.peerStore.delete(peerIdFromString(passer.peerId))
      await passer.stop()
    }
    await stays.frame(meshFrame('any', new Uint8Array(1)))
    await vi.waitFor(() => expect(libp2p.getConnections()).toHaveLength(1))
    await vi.waitFor(() => expect(inside.peers.size).toBe(5))

    sweep()
    sweep()
    expect([...inside.peers.keys()]).toEqual([stays.peerId])
    expect([...inside.streamsInbound.keys()]).toEqual([stays.peerId])
    expect(records.size).toBe(own + 1)
    expect((await libp2p.peerStore.all()).map(({ id }) => id.toString())).toEqual([stays.peerId])
  })
})
