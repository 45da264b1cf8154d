/** Alerts on a simulated network, with the real discovery, session and view: each kind fires once for each cause. */
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { Alert, AlertRule } from '../../src/shared/alerts.ts'
import { alertRuleSchema } from '../../src/shared/alerts.ts'
import type { LoggedEvent } from '../../src/shared/events.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import { Alerts } from '../../src/main/monitor/alerts/alerts.ts'
import { Session } from '../../src/main/monitor/session.ts'
import { View } from '../../src/main/monitor/view.ts'
import { openStore } from '../../src/main/store/store.ts'
import type { SimNode } from './network.ts'
import { SimNetwork } from './network.ts'
import { QUICK } from './scenarios/scenario.ts'
import type { Weather } from './world.ts'
import { EPOCH, FAIR } from './world.ts'

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)
const SETTLE_MS = 30_000
const VALIDATOR = 'role:validator'
/** Longer than purgeAfter, and the time between two looks for the stale. */
const PURGED_MS = 30_000

/** A network with an observer that has rules. */
interface Watch {
  readonly network: SimNetwork
  readonly observer: SimNode
  readonly alerts: Alerts
  readonly events: LoggedEvent[]
  /** Three of them, from which newcomers start; they stay. */
  readonly roots: readonly SimNode[]
  readonly validators: readonly SimNode[]
  readonly others: readonly SimNode[]
}

type Given = Partial<AlertRule> & Pick<AlertRule, 'kind'> & Readonly<Record<string, unknown>>

function rule(given: Given): AlertRule {
  return alertRuleSchema.parse({ id: given.kind, name: given.kind, cooldownMs: 0, ...given })
}

/** Three roots, three validators, two others and the observer, settled; then `play`; then everything is closed. */
async function watch(
  seed: number,
  rules: readonly Given[],
  play: (watch: Watch) => Promise<void>,
  weather: Weather = FAIR,
): Promise<void> {
  const network = new SimNetwork({ seed, config: QUICK, weather })
  const roots: SimNode[] = []
  for (let index = 0; index < 3; index += 1) roots.push(await network.start({ bootstrap: roots }))
  const observer = await network.start({ bootstrap: roots })
  const { clock } = observer.host.ports
  const store = openStore({ path: ':memory:', now: () => clock.now() })
  const view = new View(clock, store.status())
  const alerts = new Alerts({
    store,
    view,
    clock,
    logger: pino({ enabled: false }),
    settleMs: SETTLE_MS,
    localMinutes: () => 12 * 60,
  })
  const save = (): void => rules.forEach((given) => void alerts.saveRule(rule(given)))
  // Where messages are lost, all may be known only after the time to settle.
  if (weather.loss === 0) save()
  const ref = { id: network.networkId, name: 'simulated' }
  const session = new Session({ network: ref, bootstrap: [], view, store, clock, demo: false })
  const events: LoggedEvent[] = []
  observer.discovery.onEvent((event) => {
    const logged = session.record(event, clock.now())
    events.push(logged)
    alerts.event(logged)
  })
  session.follow(
    {
      discovery: observer.discovery,
      networkId: network.networkId,
      peerId: observer.peerId,
      addresses: () => [],
      stop: () => observer.discovery.leave(),
    },
    [],
  )
  alerts.begin(ref)
  const started = async (count: number, tags: readonly string[]): Promise<SimNode[]> => {
    const nodes: SimNode[] = []
    for (let index = 0; index < count; index += 1) nodes.push(await network.start({ bootstrap: roots, tags }))
    return nodes
  }
  const validators = await started(3, [VALIDATOR])
  const others = await started(2, [])
  expect(await network.world.scheduler.until(() => network.converged(), 60_000, 250), `seed ${seed}`).toBe(true)
  await network.run(SETTLE_MS + 5000)
  expect(told(alerts), `seed ${seed}: before anything happened`).toEqual([])
  if (weather.loss > 0) save()
  await play({ network, observer, alerts, events, roots, validators, others })
  session.end()
  alerts.end()
  await alerts.close()
  await network.stop()
  store.close()
}

/** What fired, oldest first. */
function told(alerts: Alerts): readonly Alert[] {
  return alerts.list().toReversed()
}

const sorted = (ids: readonly (PeerId | null)[]): (PeerId | null)[] =>
  ids.toSorted((a, b) => String(a).localeCompare(String(b)))
const peersOf = (alerts: readonly Alert[]): (PeerId | null)[] => sorted(alerts.map(({ peerId }) => peerId))
const open = (alerts: Alerts): readonly Alert[] => alerts.list().filter(({ resolvedAt }) => resolvedAt === null)

/** Nobody but the observer is cut off. */
function cutOff({ network, observer }: Watch): void {
  network.world.passes = (from, to) => from !== observer.peerId && to !== observer.peerId
  for (const { peerId } of observer.host.connections()) void observer.host.disconnect(peerId)
}

async function forSeeds(run: (seed: number) => Promise<void>): Promise<void> {
  for (const seed of SEEDS) await run(seed)
}

describe('alerts over 20 seeds', () => {
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
        expect(fired[0]?.cause).toMatch(/^Nothing was heard of it for 2\d s\./)
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

  it('tells once that a peer is slow, when it was slow for long enough', async () => {
    await forSeeds((seed) =>
      watch(seed, [], async ({ network, alerts, observer, validators }) => {
        const [slow, other] = validators
        if (!slow || !other) throw new Error('too few nodes')
        alerts.saveRule(rule({ kind: 'rtt-above', filter: `id:${slow.peerId}`, ms: 300, forMs: 15_000 }))
        alerts.saveRule(rule({ kind: 'rtt-above', id: 'higher', filter: '', ms: 5000, forMs: 0 }))
        await network.run(30_000)
        expect(told(alerts), `seed ${seed}: fair weather`).toEqual([])
        network.world.weather = { ...FAIR, latency: [250, 300] }
        await network.run(120_000)
        expect(observer.discovery.catalog().peers.get(other.peerId)?.rtt?.srtt).toBeGreaterThan(300)
        expect(told(alerts), `seed ${seed}`).toMatchObject([{ peerId: slow.peerId, resolvedAt: null, repeats: 0 }])
        expect(alerts.list()[0]?.cause).toMatch(/^\d of 8 measured peers are above it/)
        network.world.weather = FAIR
        await network.run(180_000)
        expect(told(alerts), `seed ${seed}: fair again`).toHaveLength(1)
        expect(open(alerts), `seed ${seed}`).toEqual([])
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
        expect(fired[1]?.cause).toContain('e have no neighbor since')
        network.world.passes = () => true
        expect(await network.world.scheduler.until(() => network.converged(), 120_000, 250), `seed ${seed}`).toBe(true)
        await network.run(SETTLE_MS + 5000)
        expect(open(alerts), `seed ${seed}: found again`).toEqual([])
        expect(told(alerts), `seed ${seed}: nobody appeared`).toHaveLength(2)
      }),
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
        ),
      )
    }
  })
})
