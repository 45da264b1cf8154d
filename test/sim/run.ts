/** `npm run sim -- --nodes 1000 --minutes 60 --scenario churn --seed 7`: plays a scenario and prints how it goes. */
import { parseArgs } from 'node:util'
import { formatDuration, parseDuration, resolveConfig } from '../../src/shared/config.ts'
import { PeerscopeError } from '../../src/shared/errors.ts'
import { printTable } from '../../bench/table.ts'
import { SimNetwork } from './network.ts'
import { convergenceBound } from './play.ts'
import { SCENARIOS } from './scenarios/all.ts'
import type { Scenario } from './scenarios/scenario.ts'

const HELP = `usage: npm run sim -- [--nodes 100] [--minutes 10] [--scenario churn] [--seed 1] [--quick]
                 [--announce-interval DURATION] [--probe-interval DURATION] [--max-peers COUNT]

Plays a scenario with the real discovery code on a simulated network, checks the invariants while it runs, and prints a
table. Ends with exit code 1 when an invariant was broken or the nodes did not converge in time.

  --nodes              how many nodes, 1 to 20000
  --minutes            network time of the scenario, 0.1 to 1440
  --seed               the same seed gives the same run
  --quick              the short intervals of the tests instead of the defaults of docs/protocol.md
  --announce-interval  time between announcements of one node (default: 45s, above 180 nodes so long that each node hears
                       four a second: every announcement reaches all); peers are purged after 20/3 of it, as by default
  --probe-interval     time between round-trip probes of one peer (default: 30s, above 50 nodes so long that a node sends
                       one in an hour: probes, and the versions they make, would be nearly all of the work)
  --max-peers          most peers in a catalog (default: all, above 2000 nodes 32, so that the catalogs fit in memory)

scenarios:
${SCENARIOS.map(({ name, about }) => `  ${name.padEnd(11)} ${about}`).join('\n')}
`

interface Plan {
  readonly nodes: number
  readonly minutes: number
  readonly seed: number
  readonly scenario: Scenario
  readonly quick: boolean
  readonly announceInterval: number
  readonly probeInterval: number
  readonly maxPeers: number
}

/** What is counted between two lines of the table. */
interface Mark {
  readonly at: number
  readonly messages: number
  readonly bytes: number
  readonly cpuMs: number
}

// Streams that end are errors by the million here; their stacks would take longer than all else.
Error.stackTraceLimit = 0

try {
  const plan = planFrom(process.argv.slice(2))
  if (plan === null) console.log(HELP)
  else process.exitCode = await run(plan)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  if (!(error instanceof PeerscopeError) && !(error instanceof TypeError)) throw error
  console.error('--help lists what can be given')
  process.exitCode = 2
}

function planFrom(args: readonly string[]): Plan | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      nodes: { type: 'string', default: '100' },
      minutes: { type: 'string', default: '10' },
      scenario: { type: 'string', default: 'churn' },
      seed: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      'announce-interval': { type: 'string' },
      'probe-interval': { type: 'string' },
      'max-peers': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const scenario = SCENARIOS.find(({ name }) => name === values.scenario)
  if (scenario === undefined)
    throw new TypeError(`no scenario '${values.scenario}'; there are ${SCENARIOS.map(({ name }) => name).join(', ')}`)
  const nodes = numberOf('nodes', values.nodes, 1, 20_000, true)
  const announced = values['announce-interval']
  const probed = values['probe-interval']
  return {
    nodes,
    minutes: numberOf('minutes', values.minutes, 0.1, 1440, false),
    seed: numberOf('seed', values.seed, 0, 2 ** 32 - 1, true),
    scenario,
    quick: values.quick,
    announceInterval: announced === undefined ? announceEvery(nodes) : parseDuration(announced),
    probeInterval: probed === undefined ? probeEvery(nodes) : parseDuration(probed),
    maxPeers: numberOf('max-peers', values['max-peers'] ?? (nodes > 2000 ? '32' : '50000'), 1, 1_000_000, true),
  }
}

/** Milliseconds between announcements of one node, so that all together are four a second at most. */
function announceEvery(nodes: number): number {
  return Math.max(45_000, nodes * 250)
}

/** Milliseconds between probes of one peer that keep a node at one probe in an hour. */
function probeEvery(nodes: number): number {
  return nodes <= 50 ? 30_000 : Math.min(nodes * 3_600_000, 30 * 24 * 3_600_000)
}

function numberOf(name: string, text: string, min: number, max: number, whole: boolean): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value < min || value > max || (whole && !Number.isInteger(value)))
    throw new TypeError(`--${name} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not '${text}'`)
  return value
}

async function run(plan: Plan): Promise<number> {
  const { scenario, nodes, seed } = plan
  const config = resolveConfig({
    announceInterval: plan.announceInterval,
    purgeAfter: Math.round((plan.announceInterval * 20) / 3),
    ...(plan.quick ? scenario.config : {}),
    rttProbeInterval: plan.probeInterval,
    rttDialInterval: plan.probeInterval,
    maxPeers: plan.maxPeers,
  })
  const network = new SimNetwork({
    seed,
    config,
    keepEvents: false,
    ...(scenario.weather === undefined ? {} : { weather: scenario.weather }),
  })
  const began = performance.now()
  console.log(
    `${nodes} nodes, ${plan.minutes} min of ${scenario.name} (${scenario.about}), seed ${seed}; announced every ` +
      `${formatDuration(config.announceInterval)}, purged after ${formatDuration(config.purgeAfter)}, probed every ` +
      `${formatDuration(config.rttProbeInterval)}, at most ${config.maxPeers} peers a catalog`,
  )
  const rows: (string | number)[][] = []
  let mark = markOf(network)
  const report = (phase: string): void => {
    const now = markOf(network)
    rows.push(rowOf(network, phase, mark, now))
    progress(network, phase, began)
    mark = now
  }
  await network.startKnowing(nodes)
  report('start')
  const minute = Math.max(1, plan.minutes / 10) * 60_000
  let due = network.world.scheduler.now + minute
  network.onStep = () => {
    if (network.world.scheduler.now < due) return
    due += minute
    report('scenario')
  }
  await scenario.disturb(network, plan.minutes * 60_000)
  network.onStep = null
  report('scenario')

  const from = network.world.scheduler.now
  const bound = convergenceBound(network)
  const whole = config.maxPeers >= network.nodes.size
  const converged = await network.world.scheduler.until(() => !whole || network.converged(), bound, 1000)
  const took = network.world.scheduler.now - from
  report('healed')
  network.checkAll()
  printTable(
    ['minute', 'phase', 'nodes', 'known %', 'msg/node/s', 'bytes/node/s', 'connections', 'CPU s', 'heap MB'],
    rows,
    { names: 2 },
  )
  console.log(
    !whole
      ? `catalogs hold at most ${config.maxPeers} of ${network.nodes.size} peers: they cannot become equal`
      : converged
        ? `all knew all ${formatDuration(took)} after the last fault (bound: ${formatDuration(bound)})`
        : `NOT converged within ${formatDuration(bound)}: ${(100 * network.knowing()).toFixed(2)} % known`,
  )
  for (const violation of network.violations) console.log(`VIOLATION: ${violation}`)
  console.log(`${network.violations.length} invariants broken; ${network.world.scheduler.events} events simulated`)
  return converged && network.violations.length === 0 ? 0 : 1
}

function markOf(network: SimNetwork): Mark {
  const { scheduler, messages, bytes } = network.world
  const { user, system } = process.cpuUsage()
  return { at: scheduler.now, messages, bytes, cpuMs: (user + system) / 1000 }
}

function rowOf(network: SimNetwork, phase: string, before: Mark, now: Mark): (string | number)[] {
  const nodes = [...network.nodes.values()]
  const seconds = Math.max(0.001, (now.at - before.at) / 1000)
  const each = Math.max(1, nodes.length) * seconds
  const links = nodes.reduce((sum, node) => sum + node.host.connections().length, 0)
  return [
    (now.at / 60_000).toFixed(1),
    phase,
    nodes.length,
    (100 * network.knowing(50)).toFixed(1),
    ((now.messages - before.messages) / each).toFixed(1),
    Math.round((now.bytes - before.bytes) / each),
    (links / Math.max(1, nodes.length)).toFixed(1),
    ((now.cpuMs - before.cpuMs) / 1000).toFixed(1),
    Math.round(process.memoryUsage().heapUsed / 1e6),
  ]
}

function progress(network: SimNetwork, phase: string, began: number): void {
  const minutes = (network.world.scheduler.now / 60_000).toFixed(1)
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  process.stderr.write(`  ${minutes} min (${phase}), ${network.nodes.size} nodes, ${seconds} s\n`)
}
