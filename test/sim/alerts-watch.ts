/** A simulated network with an observer that has alert rules: the real discovery, session and view. */
import { pino } from 'pino'
import { expect } from 'vitest'
import type { Alert, AlertRule } from '../../src/shared/alerts.ts'
import { alertRuleSchema } from '../../src/shared/alerts.ts'
import type { LoggedEvent } from '../../src/shared/events.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import { REACHABILITY_OFF } from '../../src/shared/reachability.ts'
import { Alerts } from '../../src/main/monitor/alerts/alerts.ts'
import { Session } from '../../src/main/monitor/session.ts'
import { View } from '../../src/main/monitor/view.ts'
import { openStore } from '../../src/main/store/store.ts'
import type { SimNode } from './network.ts'
import { SimNetwork } from './network.ts'
import { QUICK } from './scenarios/scenario.ts'
import { seedsOf } from './seeds.ts'
import type { Weather } from './weather.ts'
import { FAIR } from './weather.ts'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'

const SEEDS = seedsOf(20)
export const SETTLE_MS = 30_000
export const VALIDATOR = 'role:validator'
/** Longer than purgeAfter, and the time between two looks for the stale. */
export const PURGED_MS = 30_000

/** Only the observer's measurements matter to alerts: if every node probed often, that would be most of the work. */
const SELDOM_PROBED_MS = 60_000

/** A network with an observer that has rules. */
export interface Watch {
  readonly network: SimNetwork
  readonly observer: SimNode
  readonly alerts: Alerts
  readonly events: LoggedEvent[]
  /** Three of them, from which newcomers start; they stay. */
  readonly roots: readonly SimNode[]
  readonly validators: readonly SimNode[]
  readonly others: readonly SimNode[]
}

export type Given = Partial<AlertRule> & Pick<AlertRule, 'kind'> & Readonly<Record<string, unknown>>

export function rule(given: Given): AlertRule {
  return alertRuleSchema.parse({ id: given.kind, name: given.kind, cooldownMs: 0, ...given })
}

/**
 * Three roots, three validators, two others and the observer, settled; then `play`; then everything is closed.
 * @param probedMs how often the observer measures everyone, milliseconds
 */
export async function watch(
  seed: number,
  rules: readonly Given[],
  play: (watch: Watch) => Promise<void>,
  weather: Weather = FAIR,
  probedMs = SELDOM_PROBED_MS,
): Promise<void> {
  const network = new SimNetwork({
    seed,
    config: { ...QUICK, rttProbeInterval: SELDOM_PROBED_MS, rttDialInterval: SELDOM_PROBED_MS },
    weather,
  })
  const roots: SimNode[] = []
  for (let index = 0; index < 3; index += 1) roots.push(await network.start({ bootstrap: roots }))
  const observer = await network.start({
    bootstrap: roots,
    config: { rttProbeInterval: probedMs, rttDialInterval: probedMs },
  })
  const { clock } = observer.host.ports
  const store = openStore({ path: ':memory:', now: () => clock.now() })
  const view = new View(clock, store.status())
  const alerts = new Alerts({
    store,
    view,
    clock,
    logger: pino({ enabled: false }),
    why: () => ({ causes: [] }),
    settleMs: SETTLE_MS,
    localMinutes: () => 12 * 60,
  })
  const save = (): void => rules.forEach((given) => void alerts.saveRule(rule(given)))
  // Where messages are lost, all may be known only after the time to settle.
  if (weather.loss === 0) save()
  const ref = { kind: 'peerscope', id: network.networkId, name: 'simulated' } as const
  const session = new Session({ network: ref, bootstrap: [], view, store, clock, demo: false })
  const events: LoggedEvent[] = []
  observer.discovery.onTold((told) => {
    const logged = session.take(told)
    if (logged === null) return
    events.push(logged)
    alerts.event(logged)
  })
  session.follow({
    discovery: observer.discovery,
    networkId: network.networkId,
    kind: 'peerscope',
    dialect: peerscope,
    peerId: observer.peerId,
    addresses: () => [],
    reachability: () => REACHABILITY_OFF,
    stop: () => observer.discovery.leave(),
  })
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
export function told(alerts: Alerts): readonly Alert[] {
  return alerts.list().toReversed()
}

export const sorted = (ids: readonly (PeerId | null)[]): (PeerId | null)[] =>
  ids.toSorted((a, b) => String(a).localeCompare(String(b)))
export const peersOf = (alerts: readonly Alert[]): (PeerId | null)[] => sorted(alerts.map(({ peerId }) => peerId))
export const open = (alerts: Alerts): readonly Alert[] => alerts.list().filter(({ resolvedAt }) => resolvedAt === null)

/** Nobody but the observer is cut off. */
export function cutOff({ network, observer }: Watch): void {
  network.world.passes = (from, to) => from !== observer.peerId && to !== observer.peerId
  for (const { peerId } of observer.host.connections()) void observer.host.disconnect(peerId)
}

export async function forSeeds(run: (seed: number) => Promise<void>): Promise<void> {
  for (const seed of SEEDS) await run(seed)
}
