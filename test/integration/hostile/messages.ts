/** Messages that are none: malformed, truncated, oversized, deeply nested, endless. */
import { expect } from 'vitest'
import { concat, fromString } from 'uint8arrays'
import { GOSSIP_MESSAGE_BYTES } from '../../../src/main/discovery/dialects/peerscope/protocols.ts'
import { PingRequest } from '../../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import { announcement } from './attacker.ts'
import type { Attacker, Wire } from './attacker.ts'
import {
  field,
  lengthPrefixed,
  meshFrame,
  nestedGroups,
  nestedMessages,
  noiseBytes,
  subscription,
  varint,
} from './bytes.ts'
import { until } from './honest-network.ts'
import type { Attack } from './stage.ts'

/** Opens a stream of each of our protocols and does something with it; all must end without an answer. */
async function onEachProtocol(attacker: Attacker, act: (wire: Wire) => Promise<unknown>): Promise<void> {
  const { ping, sync, neighbors } = attacker.ids
  for (const protocol of [ping, sync, neighbors]) {
    const wire = await attacker.open(protocol)
    if (wire === null) throw new Error(`${protocol} is not served`)
    await act(wire)
    expect(await wire.hear()).toBeNull()
  }
}

export const MESSAGES: readonly Attack[] = [
  {
    name: '[AN4, BD4] random bytes as gossip',
    run: async (stage) => {
      const attacker = await stage.attacker()
      await attacker.publish(Array.from({ length: 15 }, (_, index) => noiseBytes(1 + 50 * index)))
      return `${await stage.expectRefused({ Malformed: 10 })}; rejected, not passed on`
    },
  },
  {
    name: '[AN4] an announcement cut short anywhere',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const whole = announcement(attacker.entry())
      const cuts = Array.from({ length: 15 }, (_, index) =>
        whole.slice(0, Math.floor(((index + 1) * whole.length) / 17)),
      )
      await attacker.publish(cuts)
      await until('all were refused', async () => {
        const counts = await Promise.all(
          ['Malformed', 'BadSignature', 'LimitExceeded'].map((one) => stage.refused(one)),
        )
        return counts.reduce((sum, count) => sum + count, 0) >= cuts.length
      })
      return 'Malformed or BadSignature ×15; rejected'
    },
  },
  {
    name: '[AN4, EN5] gossip over 16 KiB, and up to 3 MiB',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const sizes = [GOSSIP_MESSAGE_BYTES + 1, 100_000, 3_000_000]
      await attacker.publish(sizes.map((size) => noiseBytes(size)))
      return `${await stage.expectRefused({ Message: sizes.length })}; rejected`
    },
  },
  {
    name: '[BD1] a frame of gossip over 4 MiB',
    run: async (stage) => {
      const attacker = await stage.attacker()
      await attacker.frame(noiseBytes(6_000_000))
      // The stream of gossip with that peer ends; what it says on it later is not heard.
      await attacker.publish(Array.from({ length: 5 }, () => noiseBytes(20)))
      return 'the stream of gossip ended'
    },
  },
  {
    name: '[AN4, BD1] deeply nested messages and groups',
    run: async (stage) => {
      const attacker = await stage.attacker()
      await attacker.publish([nestedGroups(16_000), nestedMessages(16_000), field(1, nestedGroups(16_000))])
      await attacker.frame(nestedGroups(1_000_000))
      await onEachProtocol(attacker, (wire) => wire.say(nestedGroups(2000)))
      const wire = await attacker.open(attacker.ids.sync)
      await wire?.say(nestedGroups(1_000_000))
      expect(await wire?.hear()).toBeNull()
      return await stage.expectRefused({
        Malformed: 2,
        BadSignature: 1,
        PingMalformedMessage: 1,
        SyncMalformedMessage: 2,
      })
    },
  },
  {
    name: '[BD1] requests that are no messages',
    run: async (stage) => {
      const attacker = await stage.attacker()
      await onEachProtocol(attacker, (wire) => wire.say(fromString('ffffffffff', 'hex')))
      return `${await stage.expectRefused({
        PingMalformedMessage: 1,
        SyncMalformedMessage: 1,
        NeighborsMalformedMessage: 1,
      })}; streams reset`
    },
  },
  {
    name: '[BD1, SY4] requests that claim up to 256 MiB',
    run: async (stage) => {
      const attacker = await stage.attacker()
      for (const claim of [2 * 1024 * 1024, 2 ** 28 - 1, 2 ** 31])
        await onEachProtocol(attacker, (wire) => wire.send(concat([varint(claim), noiseBytes(1000)])))
      return `${await stage.expectRefused({ PingLimitExceeded: 3, SyncLimitExceeded: 3 })}; streams reset`
    },
  },
  {
    name: '[BD1] a length that has no end',
    run: async (stage) => {
      const attacker = await stage.attacker()
      await onEachProtocol(attacker, (wire) => wire.send(new Uint8Array(100_000).fill(0x80)))
      // And where libp2p itself reads: in a negotiation, in what a peer tells of itself, before any handshake.
      const endless = new Uint8Array(200_000).fill(0x80)
      for (let index = 0; index < 20; index += 1) (await attacker.openMute()).send(endless)
      await (await attacker.open('/ipfs/id/push/1.0.0'))?.send(endless)
      for (let index = 0; index < 10; index += 1) await stage.sendBare(endless)
      return `${await stage.expectRefused({ PingLimitExceeded: 1, Stream: 21, Connection: 10 })}; streams reset`
    },
  },
  {
    name: '[BD6] requests that come a byte at a time and are never complete',
    slow: true,
    run: async (stage) => {
      const attacker = await stage.attacker()
      const trickle = async (protocol: string): Promise<void> => {
        const wire = await attacker.open(protocol)
        await wire?.send(varint(1000))
        while ((await wire?.send(Uint8Array.of(0x0a))) === true)
          await new Promise((resolve) => setTimeout(resolve, 100))
      }
      const { ping, sync, neighbors } = attacker.ids
      await Promise.all([trickle(ping), trickle(neighbors), trickle(sync)])
      return await stage.expectRefused({ PingTimeout: 1, NeighborsTimeout: 1, SyncTimeout: 1 })
    },
  },
  {
    name: '[BD1] one message after another where one is due',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const wire = await attacker.open(attacker.ids.ping)
      let sent = 0
      while (sent < 5000 && (await wire?.send(lengthPrefixed(PingRequest.encode({})))) === true) sent += 1
      expect(await wire?.hear()).not.toBeNull()
      expect(await wire?.hear()).toBeNull()
      return 'one answer, then the stream ended'
    },
  },
  {
    name: '[BD1] topics, orders and messages of other topics by the thousand',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const topics = Array.from({ length: 5000 }, (_, index) => subscription(`/made/up/${index}`))
      await attacker.frame(concat(topics))
      for (let from = 0; from < topics.length; from += 100) await attacker.frame(concat(topics.slice(from, from + 100)))
      const control = (number: number): Uint8Array =>
        field(3, concat(Array.from({ length: 1500 }, () => field(number, field(1, fromString('/made/up'))))))
      for (const number of [1, 3, 4]) await attacker.frame(control(number))
      for (let index = 0; index < 500; index += 1)
        await attacker.frame(meshFrame(`/made/up/${index}`, noiseBytes(15_000)))
      // It is heard still: none of that was a fault of the network's own topic.
      await attacker.publish([noiseBytes(30)])
      return `${await stage.expectRefused({ Malformed: 1 })}; the rest dropped, nothing kept`
    },
  },
]
