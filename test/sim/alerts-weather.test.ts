/** Alerts on a simulated network, as its weather changes. */
import { describe, expect, it } from 'vitest'
import { EPOCH } from './world.ts'
import { FAIR } from './weather.ts'
import type { Given } from './alerts-watch.ts'
import { rule, watch, told, open, forSeeds } from './alerts-watch.ts'

/** Often enough that a change of the weather is measured soon. */
const PROBED_MS = 10_000

describe('alerts over several seeds, fast and slow, calm and lossy', () => {
  it('tells once that a peer is slow, when it was slow for long enough', async () => {
    await forSeeds((seed) =>
      watch(
        seed,
        [],
        async ({ network, alerts, observer, validators }) => {
          const [slow, other] = validators
          if (!slow || !other) throw new Error('too few nodes')
          alerts.saveRule(rule({ kind: 'rtt-above', filter: `id:${slow.peerId}`, ms: 300, forMs: 15_000 }))
          alerts.saveRule(rule({ kind: 'rtt-above', id: 'higher', filter: '', ms: 5000, forMs: 0 }))
          await network.run(30_000)
          expect(told(alerts), `seed ${seed}: fair weather`).toEqual([])
          network.world.weather = { ...FAIR, latency: [250, 300] }
          await network.run(100_000)
          expect(observer.discovery.catalog().peers.get(other.peerId)?.rtt?.srtt).toBeGreaterThan(300)
          expect(told(alerts), `seed ${seed}`).toMatchObject([{ peerId: slow.peerId, resolvedAt: null, repeats: 0 }])
          expect(alerts.list()[0]?.cause).toMatch(/^\d of 8 measured peers (?:is|are) above it/)
          network.world.weather = FAIR
          await network.run(120_000)
          expect(told(alerts), `seed ${seed}: fair again`).toHaveLength(1)
          expect(open(alerts), `seed ${seed}`).toEqual([])
        },
        FAIR,
        PROBED_MS,
      ),
    )
  })

  it('tells of nothing in calm and in lossy weather but of what the events tell', async () => {
    const rules: Given[] = [
      { kind: 'peer-departed', filter: '' },
      { kind: 'peer-appeared', filter: '' },
      { kind: 'peer-count', direction: 'below', count: 4, forMs: 0 },
      { kind: 'rtt-above', filter: '', ms: 2000, forMs: 0 },
      { kind: 'network-lost', forMs: 0 },
    ]
    for (const weather of [FAIR, { ...FAIR, loss: 0.2 }]) {
      await forSeeds((seed) =>
        watch(
          seed,
          rules,
          async ({ network, alerts, events }) => {
            const from = EPOCH + network.world.scheduler.now
            await network.run(60_000)
            const happened = events.filter(({ at }) => at >= from)
            const count = (kind: string): number => happened.filter(({ event }) => event.kind === kind).length
            const kinds = told(alerts).map(({ kind }) => kind)
            expect(kinds.filter((kind) => kind === 'peer-departed')).toHaveLength(count('PeerDeparted'))
            expect(kinds.filter((kind) => kind === 'peer-appeared')).toHaveLength(count('PeerDiscovered'))
            const rest = kinds.filter((kind) => kind !== 'peer-departed' && kind !== 'peer-appeared')
            expect(rest, `seed ${seed}, loss ${weather.loss}`).toEqual([])
          },
          weather,
          PROBED_MS,
        ),
      )
    }
  })
})
