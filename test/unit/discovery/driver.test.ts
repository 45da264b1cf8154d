/** The driver: how it runs the core on the ports. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Host } from '../../sim/world.ts'
import { SimNetwork } from '../../sim/network.ts'
import { PING_LIMITS } from '../../../src/main/discovery/dialects/peerscope/protocols.ts'
import { PingRequest } from '../../../src/main/discovery/dialects/peerscope/wire/generated/discovery.js'
import type { Lan } from '../../../src/main/discovery/ports.ts'
import { lean } from '../../support/discovery/dialect.ts'
import { Stranger } from './worker/stranger.ts'

let network: SimNetwork
afterEach(async () => await network.stop())

describe('the driver', () => {
  it('works all timers through that are due, however late the loop is', async () => {
    network = new SimNetwork({ seed: 1 })
    let next = 0
    let late: (() => void) | null = null
    const one = await network.start({
      prepare: (host: Host) => {
        const { clock } = host.ports
        const schedule = clock.schedule.bind(clock)
        Object.assign(clock, {
          schedule: (ms: number, run: () => void) => {
            next = ms
            // The loop is busy: nothing that is due in the next seconds comes in time.
            return schedule(ms, () => {
              if (network.world.scheduler.now < 5000 || network.world.scheduler.now > 20_000) run()
              else late = run
            })
          },
        })
      },
    })
    await network.run(20_000)
    const run: unknown = late
    if (typeof run !== 'function') throw new Error('no timer')
    run()
    expect(one.discovery.health().loopDelayMs).toBeGreaterThan(1000)
    // The clock was looked at, and connections were balanced: nothing waits that is due.
    expect(next).toBeGreaterThan(0)
  })

  it('believes the port, not the events that it missed', async () => {
    network = new SimNetwork({ seed: 2 })
    const [one, two] = await network.startMany(2)
    if (one === undefined || two === undefined) throw new Error('no node')
    await network.run(5000)
    expect(one.discovery.health().connections).toBe(1)
    const open = one.host.connections()
    one.host.connections = () => []
    await network.run(20_000)
    expect(one.discovery.health().connections).toBe(0)
    one.host.connections = () => open
    await network.run(20_000)
    expect(one.discovery.health().connections).toBe(1)
  })

  it('goes on where a line of the log cannot be written', async () => {
    network = new SimNetwork({ seed: 3 })
    let lines = 0
    const write = (): void => {
      lines += 1
      throw new Error('EPIPE')
    }
    const [one, two] = [await network.start({ log: { verbosity: 'debug', write } }), await network.start()]
    void one.discovery.dial([{ peerId: two.peerId, addresses: [two.host.address] }])
    await network.run(120_000)
    expect(lines).toBeGreaterThan(0)
    expect([one.discovery.health().state, two.discovery.catalog().peers.size]).toEqual(['online', 2])
    await network.leave(one)
  })

  it('[WK9, CT11, HD3] ends the network after a step that throws: what was told stays, and what was asked is answered', async () => {
    network = new SimNetwork({ seed: 4 })
    const one = await network.start()
    const stranger = await Stranger.meet(network)
    network.nodes.delete(one.peerId)
    const ended = one.discovery.ended.catch((error: unknown) => error)
    const told: string[] = []
    one.discovery.onTold((item) => told.push(`${item.seq} ${item.kind === 'event' ? item.event.kind : item.kind}`))
    const defect = new Error('a defect')
    // The next thing that needs chance: the first probe of a new peer.
    Object.assign(one.host.ports.random, {
      number: () => {
        throw defect
      },
    })
    const fed = one.discovery.feed(stranger.entry())
    await network.run(1000)
    expect(await fed).toBe('New')
    expect(await ended).toBe(defect)
    const numbers = told.map((item) => Number.parseInt(item, 10))
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
    expect(told.some((item) => item.includes('PeerDiscovered'))).toBe(true)
    expect(told.at(-1)).toContain('NetworkFailed')
    expect(network.violations.splice(0)).toHaveLength(1)
  })

  it('[BD6] does not wait for a reader that does not take the last message of an answer', async () => {
    network = new SimNetwork({ seed: 5 })
    let settled = 0
    const one = await network.start({
      prepare: (host) => {
        const handle = host.handle.bind(host)
        host.handle = (protocol, limits, handler) =>
          handle(protocol, limits, async (link) => {
            await handler({ ...link, write: () => new Promise<never>(() => undefined) }).finally(() => {
              settled += 1
            })
          })
      },
    })
    const stranger = await Stranger.meet(network, one)
    settled = 0
    const link = await stranger.host.open(one.peerId, stranger.ids.ping, PING_LIMITS, new AbortController().signal)
    await link.write(PingRequest.encode({}), new AbortController().signal)
    await network.run(4000)
    expect(settled).toBe(0)
    await network.run(2000)
    expect(settled).toBe(1)
  })

  it.each([
    ['asks the local network and answers all three protocols', undefined, 1, 3],
    ['asks no local network and answers no neighbors where the network has neither', lean, 0, 2],
  ])('[AD3, TP1] %s', async (_what, spoken, asked, served) => {
    network = new SimNetwork({ seed: 6, ...(spoken === undefined ? {} : { dialect: spoken }) })
    let started = 0
    const protocols: string[] = []
    const lan: Lan = {
      start: () => Promise.resolve(void (started += 1)),
      stop: () => Promise.resolve(),
      subscribe: () => () => undefined,
    }
    await network.start({
      prepare: (host) => {
        Object.assign(host.ports, { lan })
        const handle = host.handle.bind(host)
        host.handle = (protocol, ...rest) => {
          protocols.push(protocol)
          return handle(protocol, ...rest)
        }
      },
    })
    await network.run(1000)
    expect(started).toBe(asked)
    expect(new Set(protocols).size).toBe(served)
  })
})
