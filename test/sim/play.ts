import { SimNetwork } from './network.ts'
import type { Scenario } from './scenarios/scenario.ts'

/** What a played scenario came to. */
export interface Outcome {
  readonly violations: readonly string[]
  /** Virtual milliseconds from the end of the faults until all knew all; null when they never did. */
  readonly convergedAfterMs: number | null
  readonly nodes: number
  readonly messages: number
  readonly bytes: number
  readonly events: number
  /** A fingerprint of the whole run: the same for the same seed (rule WK10). */
  readonly trace: string
}

/** How a scenario is played. */
export interface PlayOptions {
  readonly nodes: number
  /** Virtual milliseconds of faults. */
  readonly ms: number
  readonly seed: number
  readonly keepEvents?: boolean
}

/** Starts the nodes, lets them find each other, disturbs them, and waits until all know all again. */
export async function play(scenario: Scenario, options: PlayOptions): Promise<Outcome> {
  const network = new SimNetwork({
    seed: options.seed,
    ...(scenario.config === undefined ? {} : { config: scenario.config }),
    ...(scenario.weather === undefined ? {} : { weather: scenario.weather }),
    keepEvents: options.keepEvents ?? true,
  })
  await network.startMany(options.nodes, Math.max(1000, options.nodes * 50))
  await network.run(5000)
  await scenario.disturb(network, options.ms)
  const from = network.world.scheduler.now
  const bound = convergenceBound(network)
  const converged = await network.world.scheduler.until(() => network.converged(), bound, 250)
  network.checkAll()
  if (!converged)
    network.violations.push(
      `seed ${options.seed}: only ${(network.knowing() * 100).toFixed(1)} % know each other after ${bound} ms`,
    )
  const outcome: Outcome = {
    violations: [...network.violations],
    convergedAfterMs: converged ? network.world.scheduler.now - from : null,
    nodes: network.nodes.size,
    messages: network.world.messages,
    bytes: network.world.bytes,
    events: network.world.scheduler.events,
    trace: `${network.world.scheduler.events} ${network.world.messages} ${network.world.bytes}`,
  }
  await network.stop()
  return outcome
}

/**
 * How long it may take, once the faults are over, until all know all: the dead are purged after purgeAfter; a node without
 * neighbors tries a remembered place every 15 s (rule AN10) or purgeAfter / 2; then sync and announcements carry the rest.
 */
export function convergenceBound(network: SimNetwork): number {
  const { purgeAfter, announceInterval, announceJitter } = network.config
  return 2 * purgeAfter + 4 * 15_000 + 3 * announceInterval * (1 + announceJitter) + 10_000
}
