/** Too much of what is allowed. */
import { expect } from 'vitest'
import { PingRequest } from '../../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import { ownBuffer } from '../../../src/main/discovery/base/bytes.ts'
import { announcement, secret, signatures } from './attacker.ts'
import type { Attacker, Wire } from './attacker.ts'
import { until } from './honest-network.ts'
import { USELESS } from './stage.ts'
import type { Attack, Stage } from './stage.ts'

/**
 * Opens streams and asks on each, a few at once, until the victim counted so many refusals. How many it counts of a
 * number of questions depends on the machine: a stream may also be refused because those before it are still open.
 * @returns how many were answered
 */
async function askOften(
  stage: Stage,
  attacker: Attacker,
  protocol: string,
  reason: string,
  enough: number,
): Promise<number> {
  let left = 0
  let answered = 0
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const wire = await attacker.open(protocol)
      if (wire === null) continue
      await wire.say(PingRequest.encode({}))
      if ((await wire.hear()) !== null) answered += 1
      await wire.stream.close().catch(() => undefined)
    }
  }
  await until(`${reason} is counted ${enough} times`, async () => {
    left = enough
    await Promise.all(Array.from({ length: 4 }, worker))
    return (await stage.refused(reason)) >= enough
  })
  return answered
}

export const FLOODS: readonly Attack[] = [
  {
    name: '[PG3, BD1] pings as fast as they go',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const from = performance.now()
      const answered = await askOften(stage, attacker, attacker.ids.ping, 'PingRate', 400)
      const seconds = (performance.now() - from) / 1000
      expect(answered).toBeLessThanOrEqual(10 + 10 * seconds)
      return `${await stage.expectRefused({ PingRate: 400 })}; ${answered} answered`
    },
  },
  {
    name: '[TP1, BD1] questions for neighbors as fast as they go',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const from = performance.now()
      const answered = await askOften(stage, attacker, attacker.ids.neighbors, 'NeighborsRate', 100)
      expect(answered).toBeLessThanOrEqual(1 + (performance.now() - from) / 1000)
      return `${await stage.expectRefused({ NeighborsRate: 100 })}; ${answered} answered`
    },
  },
  {
    name: '[BD6] 1,000 streams opened and left, half of them without a word of what for',
    slow: true,
    run: async (stage) => {
      const attacker = await stage.attacker()
      const mute = await Promise.all(Array.from({ length: 500 }, () => attacker.openMute()))
      const opened = await Promise.all(Array.from({ length: 500 }, () => attacker.open(attacker.ids.ping)))
      const left = opened.filter((wire): wire is Wire => wire !== null).map(({ stream }) => stream)
      const open = (): number => [...mute, ...left].filter(({ status }) => status === 'open').length
      await until('most were reset at once', () => open() <= 64)
      const most = open()
      await until('the rest was ended', () => open() === 0, 8000)
      expect(attacker.connected).toBe(true)
      return `${most} left at once, 0 after 5 s`
    },
  },
  {
    name: '[BD3] valid entries by the ten thousand that are no news',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const raw = attacker.entry({ tags: [USELESS] })
      await attacker.publish([announcement(raw)])
      await until('it is known', () => stage.knows(attacker.peerId))
      const last = stage.network.other()
      const before = (await stage.network.look(last)).signaturesVerified
      const messages = function* (): Generator<Uint8Array> {
        for (let repeat = 1; repeat <= 10_000; repeat += 1) yield announcement(raw, repeat)
      }
      await attacker.publish(messages())
      const verdict = await stage.expectRefused({ Rejected: 5000 })
      // Nothing of it went on to the others.
      expect((await stage.network.look(last)).signaturesVerified - before).toBeLessThan(500)
      await attacker.publish([attacker.goodbye()])
      return `${verdict}; ignored, not passed on`
    },
  },
  {
    name: '[BD3] versions of one peer as fast as they go',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const from = Date.now() - 2000
      const last = stage.network.other()
      const before = (await stage.network.look(last)).signaturesVerified
      const began = performance.now()
      const tags = [USELESS]
      await attacker.publish(
        Array.from({ length: 1500 }, (_, index) => announcement(attacker.entry({ tags, updatedAt: from + index }))),
      )
      const verdict = await stage.expectRefused({ UpdateRate: 1000 })
      const seconds = (performance.now() - began) / 1000
      expect((await stage.network.look(last)).signaturesVerified - before).toBeLessThan(60 + 40 * (seconds + 1) + 100)
      await attacker.publish([attacker.goodbye()])
      return `${verdict}; not passed on`
    },
  },
  {
    name: '[BD4] bad signatures by the thousand',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const { entry } = attacker.entry()
      await attacker.publish(
        Array.from({ length: 2000 }, (_, repeat) => announcement({ entry, signature: new Uint8Array(64) }, repeat)),
      )
      const verdict = await stage.expectRefused({ Shunned: 1, BadSignature: 20 })
      await until('the connection is closed', () => !attacker.connected)
      const again = await stage.attacker(attacker.secret)
      await until('it is closed again', () => !again.connected)
      expect(await stage.refused('BadSignature')).toBeLessThan(2000)
      return `${verdict}; disconnected, and again when it came back`
    },
  },
  {
    name: '[BD3, BD4] a flood of gossip, as fast as it goes',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const raw = attacker.entry({ updatedAt: Date.now() - 60_000 })
      const enough = new AbortController()
      const messages = function* (): Generator<Uint8Array> {
        // The slower the machine, the more it takes to be over the rate.
        for (let repeat = 1; repeat <= 100_000 && !enough.signal.aborted; repeat += 1) yield announcement(raw, repeat)
      }
      const publishing = attacker.publish(messages())
      const verdict = await stage.expectRefused({ GossipRate: 1000 })
      enough.abort()
      await publishing
      return `${verdict}; ${attacker.connected ? 'ignored' : 'disconnected'}`
    },
  },
  {
    name: '[BD3] one message 10,000 times',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const message = announcement(attacker.entry({ updatedAt: Date.now() - 60_000 }))
      await attacker.publish(Array.from({ length: 10_000 }, () => message))
      await stage.expectRefused({ Outdated: 1 })
      expect(await stage.refused('Outdated')).toBe(1)
      return 'Outdated ×1; the mesh drops the rest'
    },
  },
  {
    name: '[CT8, BD3, BD8] 3,000 fresh identities from one host, with entries that are valid',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const tags = [USELESS]
      const messages = function* (): Generator<Uint8Array> {
        for (let made = 0; made < 3000; made += 1) {
          const key = secret()
          const publicKey = ownBuffer(signatures.publicKey(key))
          yield announcement(attacker.entry({ publicKey, tags, addresses: ['/ip4/127.0.0.1/tcp/9'] }, key))
        }
      }
      // All are made before: a slow machine would else make them more slowly than newcomers are let in.
      await attacker.publish([...messages()])
      const verdict = await stage.expectRefused({ NewcomerRate: 1, Displaced: 100 })
      for (const node of stage.network.nodes)
        expect((await stage.network.look(node)).peers.length).toBeLessThanOrEqual(301)
      return `${verdict}; at most maxPeers are held`
    },
  },
  {
    name: '[BD5, BD9] 240 fresh identities that connect and go',
    run: async (stage) => {
      for (let round = 0; round < 12; round += 1) {
        await Promise.all(Array.from({ length: 20 }, () => stage.attacker()))
        await stage.end()
      }
      await until(
        'their connections are gone',
        async () => (await stage.network.look()).connected.length < stage.network.nodes.length,
      )
      return 'nothing is left of them'
    },
  },
]
