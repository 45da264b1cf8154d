import { spawnSync } from 'node:child_process'
import type { MosaikVersion } from '../test/interop/build.ts'
import { builtBinary, MOSAIK_VERSIONS } from '../test/interop/build.ts'
import { isolation } from '../test/interop/namespace.ts'
import type { Dialable } from '../test/interop/support/mosaik.ts'
import { MosaikHost } from '../test/interop/support/mosaik.ts'
import { OurNode } from '../test/interop/support/ours.ts'
import { BINARIES_VARIABLE } from '../test/interop/support/versions.ts'
import type { CliProcess, JsonLine } from '../test/support/cli-process.ts'
import type { Cell, Rounds } from './figures/figures.ts'
import type { Cost } from './mosaik/measure.ts'
import { costOf } from './mosaik/measure.ts'
import { printTable } from './table.ts'

const NETWORK = 'bench-mosaik'
const LIMIT = 300_000
/** How long a node is watched after it has joined: both then dial the peers that they heard of. Milliseconds. */
const AFTER_MS = 20_000

/**
 * What it costs to join a mosaik network of 5,000 entries: our node, and a mosaik node that does the same in the same run. Both
 * print every peer they discover. Arguments, all optional: `peers=5000`, `rounds=3`, `mosaik=0.4.2`. It needs the node
 * that `npm run interop -- --build` builds, and Linux: a mosaik node must not reach public servers.
 */
export async function mosaik(args: readonly string[]): Promise<void> {
  const given = new Map(args.map((arg) => arg.split('=', 2) as [string, string | undefined]))
  const version = MOSAIK_VERSIONS.find((one) => one.version === (given.get('mosaik') ?? MOSAIK_VERSIONS[0]?.version))
  if (version === undefined)
    throw new Error(`mosaik ${given.get('mosaik')} is not among those that npm run interop builds`)
  if (process.env[BINARIES_VARIABLE] === undefined) return inNamespace(version, args)

  const [peers, rounds] = [Number(given.get('peers') ?? 5000), Number(given.get('rounds') ?? 3)]
  await using host = await MosaikHost.start(version.version)
  const full = await host.spawn('full', { network: NETWORK, quiet: true, rttProbeIntervalMs: 3_600_000 })
  const ours: Join[] = []
  const theirs: Join[] = []
  for (let round = 0; round < rounds; round += 1) {
    // Made-up peers announce nothing, so they are made young again.
    await host.ask('feed', { node: 'full', count: peers }, LIMIT)
    ours.push(await joinOurs(full.bootstrap, peers))
    await host.ask('feed', { node: 'full', count: peers }, LIMIT)
    theirs.push(await joinTheirs(version.version, full, peers))
  }
  printTable(
    [
      `join of ${peers} entries, median of ${rounds}`,
      'online s',
      'joined s',
      'CPU s',
      `CPU s, ${AFTER_MS / 1000} s later`,
      'MB',
      'peak MB',
    ],
    [row('our node', ours), row(`mosaik ${version.version}, with a relay`, theirs)],
  )
}

/** Runs this bench where no network but loopback can be reached. */
function inNamespace(version: MosaikVersion, args: readonly string[]): void {
  const binary = builtBinary(version)
  const isolated = isolation()
  const missing = [
    ...(binary === null ? [`a node on mosaik ${version.version}: build it with npm run interop -- --build`] : []),
    ...('missing' in isolated ? [isolated.missing] : []),
  ]
  if (binary === null || 'missing' in isolated) {
    console.error(
      [
        'This bench needs a real mosaik network, and cannot run here. Missing:',
        ...missing.map((one) => `  ${one}`),
      ].join('\n'),
    )
    process.exitCode = 2
    return
  }
  const [program = '', ...rest] = isolated.wrap([process.execPath, ...process.argv.slice(1, 2), 'mosaik', ...args])
  const env = { ...process.env, [BINARIES_VARIABLE]: JSON.stringify({ [version.version]: binary }) }
  process.exitCode = spawnSync(program, rest, { env, stdio: 'inherit' }).status ?? 1
}

/** One join. Times are since the process was started; costs of the whole process. */
interface Join {
  readonly onlineMs: number
  readonly joinedMs: number
  readonly joined: Cost
  readonly later: Cost
}

async function joinOurs(bootstrap: string, peers: number): Promise<Join> {
  await using node = await OurNode.start({ network: NETWORK, bootstrap: [bootstrap] })
  return await joined(node.process, node.startedAt, node.onlineAt, peers)
}

async function joinTheirs(version: string, full: Dialable, peers: number): Promise<Join> {
  const startedAt = Date.now()
  await using host = await MosaikHost.start(version)
  const { onlineAt } = await host.spawn('joins', { network: NETWORK, bootstrap: [full], threads: 2 })
  return await joined(host.process, startedAt, onlineAt, peers)
}

async function joined(process: CliProcess, startedAt: number, onlineAt: number, peers: number): Promise<Join> {
  let known = 0
  await process.waitFor((line: JsonLine) => {
    known += line.event === 'PeerDiscovered' ? 1 : 0
    return known > peers
  }, LIMIT)
  const [at, cost] = [Date.now(), costOf(process.pid)]
  await new Promise((resolve) => setTimeout(resolve, AFTER_MS))
  return { onlineMs: onlineAt - startedAt, joinedMs: at - startedAt, joined: cost, later: costOf(process.pid) }
}

function row(name: string, joins: readonly Join[]): Cell[] {
  const seconds = (pick: (join: Join) => number): Rounds => ({ values: joins.map((join) => pick(join) / 1000) })
  const megabytes = (pick: (join: Join) => number): Rounds => ({
    values: joins.map((join) => Math.round(pick(join) / 1e6)),
  })
  return [
    name,
    seconds(({ onlineMs }) => onlineMs),
    seconds(({ joinedMs }) => joinedMs),
    seconds(({ joined }) => joined.cpuMs),
    seconds(({ later }) => later.cpuMs),
    megabytes(({ joined }) => joined.rssBytes),
    megabytes(({ later }) => later.peakRssBytes),
  ]
}
