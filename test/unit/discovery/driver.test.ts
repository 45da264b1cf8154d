/** The driver: how it runs the core on the ports. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Host } from '../../sim/world.ts'
import { SimNetwork } from '../../sim/network.ts'

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
})
