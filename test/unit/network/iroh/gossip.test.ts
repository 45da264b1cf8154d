import { describe, expect, it } from 'vitest'
import { mosaik } from '../../../../src/main/discovery/dialects/mosaik/mosaik.ts'
import type { Clock, GossipEvent, Verdict } from '../../../../src/main/discovery/ports.ts'
import { AddressBook } from '../../../../src/main/network/iroh/address-book.ts'
import { writeFrame } from '../../../../src/main/network/iroh/bytes.ts'
import { DialRests } from '../../../../src/main/network/iroh/dial-rests.ts'
import { SUCCESS } from '../../../../src/main/network/iroh/errors.ts'
import { IrohGossip } from '../../../../src/main/network/iroh/gossip.ts'
import type { Message } from '../../../../src/main/network/iroh/gossip/wire.ts'
import { encodeMessage } from '../../../../src/main/network/iroh/gossip/wire.ts'
import { encodePeerData } from '../../../../src/main/network/iroh/gossip/peer-data.ts'
import { Meetings } from '../../../../src/main/network/iroh/meetings.ts'
import type { SendSide } from '../../../../src/main/network/iroh/wire.ts'
import { LimitExceeded } from '../../../../src/shared/errors.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { blake3 } from '@noble/hashes/blake3.js'
import { toString } from 'uint8arrays'
import { idOf } from '../../../support/discovery/entries.ts'
import { SeededRandom } from '../../../sim/random.ts'
import { Scheduler } from '../../../sim/scheduler.ts'
import type { TestWire } from '../../../support/wires.ts'
import { wires } from '../../../support/wires.ts'

const TOPIC = 'ab'.repeat(32)

/** The gossip of one node, and who connects to it. */
class Bench {
  readonly scheduler = new Scheduler()
  readonly meetings = new Meetings()
  readonly book = new AddressBook()
  readonly heard: number[] = []
  readonly asked: PeerId[] = []
  readonly dialed: { readonly peerId: PeerId; readonly addresses: readonly string[] }[] = []
  refused = 0
  readonly gossip: IrohGossip

  constructor(tellsAddresses = true) {
    const clock: Clock = {
      now: () => this.scheduler.now,
      monotonic: () => this.scheduler.now,
      schedule: (ms, run) => this.scheduler.schedule(ms, run),
    }
    const rests = new DialRests(clock)
    this.gossip = new IrohGossip({
      peerId: idOf('me'),
      clock,
      random: new SeededRandom(1),
      meetings: this.meetings,
      book: this.book,
      isRunning: () => true,
      addresses: () => ['/ip4/192.0.2.1/udp/1/quic-v1'],
      connect: (peerId) => {
        const { addresses } = this.book.target(peerId)
        this.asked.push(peerId)
        return rests.watch({ peerId, addresses }, new AbortController().signal, (tried) => {
          this.dialed.push({ peerId, addresses: tried })
          return new Promise((_resolve, reject) =>
            this.scheduler.schedule(6000, () => reject(new Error('nobody is there'))),
          )
        })
      },
      refused: () => void (this.refused += 1),
      tellsAddresses,
    })
  }

  join(verdict: (first: number) => Verdict = () => 'accept'): Promise<void> {
    return this.gossip.join(TOPIC, 100, ([first = 0]) => {
      this.heard.push(first)
      return verdict(first)
    })
  }

  /** Somebody connects, or is connected to. @returns their end */
  meet(name: string, direction: 'inbound' | 'outbound'): TestWire {
    const [near, far] = wires(name, name)
    const [ours, theirs] = direction === 'outbound' ? [near, far] : [far, near]
    this.meetings.add(ours)
    return theirs
  }
}

/** A stream of theirs, with the header of a topic. */
async function speak(wire: TestWire, topic = TOPIC): Promise<(message: Message) => Promise<void>> {
  const stream = await wire.openUni()
  await writeFrame(stream, Buffer.from(topic, 'hex'))
  return (message) => writeFrame(stream, encodeMessage(message))
}

const content = (first: number, length = 10): Message => {
  const bytes = new Uint8Array(length).fill(first)
  return { type: 'Gossip', id: toString(blake3(bytes), 'hex'), content: bytes, scope: { kind: 'Swarm', round: 0 } }
}

/** How many frames come on their side, without the header. */
async function frames(wire: TestWire, scheduler: Scheduler): Promise<number[][]> {
  const seen: number[][] = []
  void (async () => {
    const stream = await wire.acceptUni()
    for (;;) {
      const bytes = await stream.read(100_000)
      if (bytes.length === 0) return
      seen.push([...bytes])
    }
  })().catch(() => undefined)
  await scheduler.run(50)
  return seen
}

describe('[MO35] gossip on iroh', () => {
  it('dials nobody by joining; it asks whom discovery connected to, and not who came by himself', async () => {
    const bench = new Bench()
    await bench.join()
    const [asked, came] = [bench.meet('asked', 'outbound'), bench.meet('came', 'inbound')]
    expect((await frames(asked, bench.scheduler)).length).toBeGreaterThan(0)
    expect(await frames(came, bench.scheduler)).toEqual([])
    expect(bench.dialed).toEqual([])
  })

  it('asks those that it is connected to already when it joins', async () => {
    const bench = new Bench()
    const there = bench.meet('there', 'inbound')
    await bench.join()
    expect((await frames(there, bench.scheduler)).length).toBeGreaterThan(0)
  })

  it('dials whom the mesh names by addresses that rest where nobody answered', async () => {
    const bench = new Bench()
    await bench.join()
    const say = await speak(bench.meet('neighbor', 'inbound'))
    const data = encodePeerData({ relay: null, addresses: [{ ip: Uint8Array.of(192, 0, 2, 9), port: 9 }] })
    await say({ type: 'Neighbor', priority: 'High', data: null })
    await bench.scheduler.run(10)
    expect(bench.gossip.neighbors()).toEqual([idOf('neighbor')])
    // One machine, said to be many peers.
    const names = Array.from({ length: 60 }, (_, index) => `far ${index}`)
    for (const name of names) {
      await say({ type: 'ForwardJoin', peer: { id: idOf(name), data }, ttl: 0 })
      await bench.scheduler.run(500)
    }
    expect(bench.asked.length).toBeGreaterThan(20)
    expect(bench.dialed[0]).toEqual({ peerId: idOf('far 0'), addresses: ['/ip4/192.0.2.9/udp/9/quic-v1'] })
    // It is dialed for one peer at a time, for 6 s, and rests for 1 s, 2 s, 4 s and so on, whoever it is said to be.
    expect(bench.dialed.length).toBeGreaterThan(1)
    expect(bench.dialed.length).toBeLessThanOrEqual(4)
  })
})

describe('[MO36] a content', () => {
  it('that is rejected or too large goes no further; one that is accepted or ignored does', async () => {
    const bench = new Bench()
    const verdicts: readonly Verdict[] = ['accept', 'ignore', 'reject']
    await bench.join((first) => verdicts[first] ?? 'reject')
    const from = await speak(bench.meet('from', 'inbound'))
    const to = bench.meet('to', 'inbound')
    const other = await speak(to)
    await from({ type: 'Neighbor', priority: 'High', data: null })
    await other({ type: 'Neighbor', priority: 'High', data: null })
    await bench.scheduler.run(10)
    expect(bench.gossip.neighbors()).toHaveLength(2)
    const seen = await frames(to, bench.scheduler)
    for (const message of [content(0), content(1), content(2), content(3, 101)]) await from(message)
    await bench.scheduler.run(1000)
    const bytes = seen.flat()
    const has = (value: number, count: number): boolean =>
      bytes.some((_, at) => bytes.slice(at, at + count).every((byte) => byte === value) && at + count <= bytes.length)
    expect(bench.heard).toEqual([0, 1, 2])
    expect([has(1, 10), has(2, 10), has(3, 10)]).toEqual([true, false, false])
    expect(bench.refused).toBe(1)
  })
})

describe('[MO38] a neighbor that ends its stream of the topic', () => {
  const befriend = async (bench: Bench, name = 'quiet'): Promise<{ wire: TestWire; stream: SendSide }> => {
    const wire = bench.meet(name, 'inbound')
    const stream = await wire.openUni()
    await writeFrame(stream, Buffer.from(TOPIC, 'hex'))
    await writeFrame(stream, encodeMessage({ type: 'Neighbor', priority: 'High', data: null }))
    await bench.scheduler.run(10)
    expect(bench.gossip.neighbors()).toEqual([idOf(name)])
    return { wire, stream }
  }

  it('and begins no other within 5 s is a neighbor no longer, and let go', async () => {
    const bench = new Bench()
    await bench.join()
    const told: GossipEvent[] = []
    const { wire, stream } = await befriend(bench)
    const say = await speak(bench.meet('other', 'inbound'))
    await say({ type: 'Neighbor', priority: 'High', data: null })
    await bench.scheduler.run(10)
    bench.gossip.subscribe((event) => told.push(event))
    await stream.finish()
    await bench.scheduler.run(4990)
    expect(told).toEqual([])
    await bench.scheduler.run(20)
    expect(told).toEqual([{ kind: 'NeighborDown', peerId: idOf('quiet') }])
    await bench.scheduler.run(1500)
    expect([wire.isOpen, wire.far?.said]).toEqual([false, SUCCESS])
    expect(bench.gossip.neighbors()).toEqual([idOf('other')])
  })

  it('stays one where it begins another within 5 s', async () => {
    const bench = new Bench()
    await bench.join()
    const { wire, stream } = await befriend(bench)
    await stream.finish()
    await bench.scheduler.run(4000)
    await speak(wire)
    await bench.scheduler.run(60_000)
    expect(bench.gossip.neighbors()).toEqual([idOf('quiet')])
  })

  it('stays one where it has another connection: its next message may come over that', async () => {
    const bench = new Bench()
    await bench.join()
    const { stream } = await befriend(bench)
    bench.meet('quiet', 'inbound')
    await stream.finish()
    await bench.scheduler.run(60_000)
    expect(bench.gossip.neighbors()).toEqual([idOf('quiet')])
  })

  it('is one no longer where that connection goes without a word, nor where it spoke over the one that goes', async () => {
    for (const ends of ['first', 'second'] as const) {
      const bench = new Bench()
      await bench.join()
      const other = ends === 'first' ? null : bench.meet('quiet', 'inbound')
      const { wire, stream } = await befriend(bench)
      const silent = other ?? bench.meet('quiet', 'inbound')
      if (ends === 'first') await stream.finish()
      await bench.scheduler.run(20_000)
      expect(bench.gossip.neighbors()).toEqual([idOf('quiet')])
      const gone = ends === 'first' ? silent : wire
      gone.close(SUCCESS)
      await bench.scheduler.run(4990)
      expect(bench.gossip.neighbors()).toEqual([idOf('quiet')])
      await bench.scheduler.run(20)
      expect(bench.gossip.neighbors()).toEqual([])
    }
  })
})

describe('[MO39] a content of our own', () => {
  it('that iroh-gossip does not carry is refused to who gave it, also while another one is judged', async () => {
    const bench = new Bench()
    const given: Promise<unknown>[] = []
    await bench.join(() => {
      given.push(bench.gossip.publish(new Uint8Array(4054)).catch((error: unknown) => error))
      return 'accept'
    })
    const say = await speak(bench.meet('neighbor', 'inbound'))
    await say({ type: 'Neighbor', priority: 'High', data: null })
    await bench.scheduler.run(10)
    await say(content(1))
    await bench.scheduler.run(10)
    expect(bench.heard).toEqual([1])
    expect(await Promise.all(given)).toEqual([expect.any(LimitExceeded)])
  })

  it('that iroh-gossip does not carry is refused, and harms nobody', async () => {
    const bench = new Bench()
    await bench.join()
    const wire = bench.meet('neighbor', 'inbound')
    const say = await speak(wire)
    await say({ type: 'Neighbor', priority: 'High', data: null })
    await bench.scheduler.run(10)
    // An announcement is its kind, an entry and a signature.
    expect(mosaik.limits.announcedEntryBytes + 1 + 64).toBe(4053)
    await expect(bench.gossip.publish(new Uint8Array(4054))).rejects.toThrow(LimitExceeded)
    await bench.gossip.publish(new Uint8Array(4053))
    const seen = await frames(wire, bench.scheduler)
    expect(seen.flat().length).toBeGreaterThan(4053)
    expect([wire.isOpen, bench.gossip.neighbors()]).toEqual([true, [idOf('neighbor')]])
  })
})

describe('connections for announcements', () => {
  it('[MO34] are four of one peer at most, also where several come at once', () => {
    const bench = new Bench()
    const ends = Array.from({ length: 8 }, () => bench.meet('many', 'inbound'))
    expect(ends.map(({ isOpen }) => isOpen)).toEqual([false, false, false, false, true, true, true, true])
  })
})

describe('[MO37] a connection of gossip', () => {
  it('on which comes what is no message, or too large a one, is closed with 400', async () => {
    for (const bytes of [
      [0, 0, 0, 2, 9, 9],
      [0, 0, 255, 255],
    ]) {
      const bench = new Bench()
      await bench.join()
      const wire = bench.meet('odd', 'inbound')
      const stream = await wire.openUni()
      await writeFrame(stream, Buffer.from(TOPIC, 'hex'))
      await stream.writeAll(bytes)
      await bench.scheduler.run(10)
      expect([wire.isOpen, wire.far?.said?.code, bench.refused]).toEqual([false, 400, 1])
    }
  })

  it('may have streams of topics that are not ours: those are refused, and the connection stays', async () => {
    const bench = new Bench()
    await bench.join()
    const wire = bench.meet('other', 'inbound')
    const say = await speak(wire, 'cd'.repeat(32))
    await bench.scheduler.run(10)
    await expect(say(content(0))).rejects.toThrow('Stopped')
    expect([wire.isOpen, bench.heard]).toEqual([true, []])
  })

  it('ends where a stream comes before we join or after we left: iroh-gossip would say nothing over it later', async () => {
    const bench = new Bench()
    const [early, quiet] = [bench.meet('early', 'inbound'), bench.meet('quiet', 'inbound')]
    await speak(early)
    await bench.scheduler.run(10)
    expect([early.isOpen, early.far?.said?.code, quiet.isOpen]).toEqual([false, 200, true])
    await bench.join()
    await bench.gossip.leave()
    const late = bench.meet('late', 'inbound')
    await speak(late)
    await bench.scheduler.run(10)
    expect([late.isOpen, late.far?.said?.code]).toEqual([false, 200])
  })

  it('has four streams at once, each of which says its topic within five seconds', async () => {
    const bench = new Bench()
    await bench.join()
    const wire = bench.meet('many', 'inbound')
    const streams = await Promise.all(Array.from({ length: 5 }, () => wire.openUni()))
    for (const stream of streams) await stream.writeAll([0])
    await bench.scheduler.run(4999)
    expect(bench.refused).toBe(1)
    await bench.scheduler.run(1)
    expect(bench.refused).toBe(5)
    await bench.scheduler.run(10)
    for (const stream of streams) await expect(stream.writeAll([0])).rejects.toThrow('Stopped')
  })

  it('carries 1,000 frames at once and 200 a second: the rest waits, and nothing is lost', async () => {
    const bench = new Bench()
    await bench.join()
    const say = await speak(bench.meet('fast', 'inbound'))
    await say({ type: 'Neighbor', priority: 'High', data: null })
    await bench.scheduler.run(10)
    for (let count = 0; count < 1300; count += 1) await say(content(count % 256, 1 + Math.floor(count / 256)))
    await bench.scheduler.run(100)
    expect(bench.heard.length).toBeGreaterThan(900)
    expect(bench.heard.length).toBeLessThan(1100)
    await bench.scheduler.run(3000)
    expect(bench.heard).toHaveLength(1300)
  })
})
