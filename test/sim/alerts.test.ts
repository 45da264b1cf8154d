/** Alerts on a simulated network: each kind fires once for each cause. */
import { describe, expect, it } from 'vitest'
import type { SimNode } from './network.ts'
import type { Given } from './alerts-watch.ts'
import {
  SETTLE_MS,
  VALIDATOR,
  PURGED_MS,
  watch,
  told,
  sorted,
  peersOf,
  open,
  cutOff,
  forSeeds,
} from './alerts-watch.ts'

describe('alerts over several seeds', () => {
  it('tells once of each validator that departs, and of nobody else', async () => {
    await forSeeds((seed) =>
      watch(seed, [{ kind: 'peer-departed', filter: `tag:${VALIDATOR}` }], async (at) => {
        const [first, second] = at.validators
        const [bystander, leaver] = at.others
        if (!first || !second || !bystander || !leaver) throw new Error('too few nodes')
        at.network.crash(first)
        at.network.crash(bystander)
        await at.network.leave(leaver)
        await at.network.run(PURGED_MS)
        expect(peersOf(told(at.alerts)), `seed ${seed}`).toEqual([first.peerId])
        await at.network.leave(second)
        await at.network.run(PURGED_MS)
        const fired = told(at.alerts)
        expect(peersOf(fired), `seed ${seed}`).toEqual(sorted([first.peerId, second.peerId]))
        expect(fired[0]?.what).toContain('went silent')
        expect(fired[0]?.cause).toMatch(/^Its last announcement was 2\d s old\./)
        expect(fired[1]?.cause).toBe('It said goodbye.')
        // Both departures are among the events that stand with them.
        for (const { events, peerId } of fired) expect(events[0]?.event).toMatchObject({ kind: 'PeerDeparted', peerId })
        expect(open(at.alerts)).toEqual([])
      }),
    )
  })

  it('tells once of each relay that appears, and within the cool-down only counts', async () => {
    const filter = 'tag:role:relay'
    await forSeeds((seed) =>
      watch(seed, [{ kind: 'peer-appeared', filter, cooldownMs: 60_000 }], async ({ network, alerts, roots }) => {
        await network.start({ bootstrap: roots, tags: ['role:other'] })
        const relay = await network.start({ bootstrap: roots, tags: ['role:relay'] })
        await network.run(20_000)
        expect(told(alerts), `seed ${seed}`).toMatchObject([{ peerId: relay.peerId, repeats: 0 }])
        const again = async (waitMs: number): Promise<SimNode> => {
          for (const node of network.nodes.values()) if (node.peerId === relay.peerId) await network.leave(node)
          await network.run(waitMs)
          const back = await network.start({ bootstrap: roots, tags: ['role:relay'], secret: relay.host.secret })
          await network.run(20_000)
          return back
        }
        await again(5000)
        expect(told(alerts), `seed ${seed}: back at once`).toMatchObject([{ peerId: relay.peerId, repeats: 1 }])
        await again(45_000)
        expect(peersOf(told(alerts)), `seed ${seed}: back later`).toEqual([relay.peerId, relay.peerId])
      }),
    )
  })

  it('tells once that there are too few peers, after they were too few for long enough', async () => {
    const rules: Given[] = [
      { kind: 'peer-count', direction: 'below', count: 6, forMs: 10_000 },
      { kind: 'peer-count', id: 'never', direction: 'below', count: 2, forMs: 0 },
      { kind: 'peer-count', id: 'many', direction: 'above', count: 8, forMs: 0 },
    ]
    await forSeeds((seed) =>
      watch(seed, rules, async ({ network, alerts, validators, others, roots }) => {
        const [first, second, third] = validators
        if (!first || !second || !third) throw new Error('too few nodes')
        // A dip that is over before it counts.
        await network.leave(first)
        await network.leave(second)
        await network.leave(third)
        await network.run(4000)
        const replaced = [await network.start({ bootstrap: roots }), await network.start({ bootstrap: roots })]
        await network.run(30_000)
        expect(told(alerts), `seed ${seed}: a short dip`).toEqual([])
        for (const node of [...replaced, ...others]) network.crash(node)
        await network.run(PURGED_MS + 12_000)
        expect(told(alerts), `seed ${seed}`).toMatchObject([{ ruleId: 'peer-count', resolvedAt: null, repeats: 0 }])
        expect(alerts.list()[0]?.cause).toMatch(/^\d peers? went silent/)
        await network.run(60_000)
        expect(told(alerts), `seed ${seed}: it goes on`).toHaveLength(1)
        await network.startMany(3)
        await network.run(20_000)
        expect(open(alerts), `seed ${seed}: they are back`).toEqual([])
        expect(told(alerts)).toHaveLength(1)
        await network.startMany(3)
        await network.run(20_000)
        expect(
          told(alerts).map(({ ruleId }) => ruleId),
          `seed ${seed}: many`,
        ).toEqual(['peer-count', 'many'])
      }),
    )
  })

  it('tells once that we lost the network, folds those who go silent into one, and nobody appears when it is back', async () => {
    const rules: Given[] = [
      { kind: 'network-lost', forMs: 5000 },
      { kind: 'peer-departed', filter: '' },
      { kind: 'peer-appeared', filter: '' },
    ]
    await forSeeds((seed) =>
      watch(seed, rules, async (at) => {
        const { network, alerts } = at
        cutOff(at)
        await network.run(60_000)
        const fired = told(alerts)
        expect(
          fired.map(({ kind }) => kind),
          `seed ${seed}`,
        ).toEqual(['network-lost', 'peer-departed'])
        expect(fired[0]?.resolvedAt).toBe(null)
        expect(fired[0]?.cause).toMatch(/neighbors? broke off/)
        // Eight went silent, for one cause.
        expect(fired[1], `seed ${seed}`).toMatchObject({ peerId: null, repeats: 7 })
        expect(fired[1]?.cause).toContain('e had been without a neighbor for')
        network.world.passes = () => true
        expect(await network.world.scheduler.until(() => network.converged(), 120_000, 250), `seed ${seed}`).toBe(true)
        await network.run(SETTLE_MS + 5000)
        expect(open(alerts), `seed ${seed}: found again`).toEqual([])
        expect(told(alerts), `seed ${seed}: nobody appeared`).toHaveLength(2)
      }),
    )
  })
})
