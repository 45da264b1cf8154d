import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import packageJson from '../../../package.json' with { type: 'json' }
import { APP_CONFIG } from '../../shared/config.ts'
import { DEMO_PEERS } from '../../shared/demo-story.ts'
import { errorShape } from '../../shared/errors.ts'
import { checkDataFolder } from '../monitor/data-folder.ts'
import type { OpenMetrics } from '../monitor/metrics/open.ts'
import type { Monitor } from '../monitor/monitor.ts'
import { nodeSwarm } from '../monitor/node-swarm.ts'
import type { Logger } from '../monitor/open-node.ts'
import type { ObserveFlags } from './flags.ts'
import { addConfigFlags, addObserveFlags, collect, configFrom, DHT_BOOTSTRAP_HELP, wholeNumber } from './flags.ts'
import type { Io } from './io.ts'
import { aborted } from './io.ts'
import { cliLogger } from './log.ts'
import { openMetricsFor } from './metrics.ts'
import { createPrinter, printStoreStatus } from './output.ts'
import type { Printer } from './output.ts'
import { addReachFlags, uselessFlags } from './reach-flags.ts'
import { reachNotes } from './reach-notes.ts'
import type { Where, WhereFlags } from './where.ts'
import { addWhereFlags, sayRelays, whereFrom, whereNotes } from './where.ts'

interface ServeFlags extends Readonly<Record<string, unknown>>, ObserveFlags, WhereFlags {
  readonly data?: string
  readonly port: number
  readonly host?: string
  readonly publicUrl?: string
  readonly listen?: readonly string[]
  readonly tag?: readonly string[]
  readonly secret?: string
  readonly demo?: boolean
  readonly dht: boolean
  readonly dhtBootstrap?: readonly string[]
  readonly mdns: boolean
  readonly upnp: boolean
  readonly relays: boolean
  readonly json?: boolean
  readonly verbose?: boolean
}

/** `peerscope serve`: the window in a browser. */
export function addServeCommand(program: Command, io: Io): void {
  const command = addWhereFlags(
    program
      .command('serve')
      .summary('serve the window to a browser on this machine')
      .description(
        'Serves the window on 127.0.0.1 and prints its URL; anyone who has the URL can use it. Ends on SIGINT, SIGTERM, SIGQUIT or SIGHUP.',
      ),
    'join this network at once',
  )
    .option('--data <dir>', "data folder (default: the platform's app-data folder)")
    .option('--port <number>', 'port, 0 for a free one', wholeNumber(0, 65_535), 0)
    .option('--host <address>', 'serve on this address instead of 127.0.0.1; unencrypted, see docs/security.md')
    .option('--public-url <url>', 'where a reverse proxy has the page, such as https://peers.example.org')
    .option('--listen <multiaddr>', 'listen address, may be repeated', collect)
    .option('--tag <tag>', 'tag of our entry, may be repeated', collect)
    .option('--secret <text>', 'identity for this run only')
    .option('--demo', 'start a local swarm that plays a story, and join it')
    .option('--no-dht', 'do not look for peers in the Mainline DHT')
    .option('--dht-bootstrap <host:port>', DHT_BOOTSTRAP_HELP, collect)
  addReachFlags(command)
    .option('--json', 'print one JSON object a line')
    .option('--verbose', 'log what libp2p does, to standard error')
  addConfigFlags(addObserveFlags(command), APP_CONFIG).action((flags: ServeFlags) => serve(flags, io))
}

async function serve(flags: ServeFlags, io: Io): Promise<void> {
  if (flags.data !== undefined) checkDataFolder(flags.data, 'open')
  const printer = createPrinter(io, flags.json === true)
  const logger = cliLogger(io, flags.verbose === true, flags.logLevel)
  const served = await openMetricsFor(flags, logger, printer)
  try {
    await serveWith(flags, io, printer, logger, served)
  } finally {
    await served?.close()
  }
}

async function serveWith(
  flags: ServeFlags,
  io: Io,
  printer: Printer,
  logger: Logger,
  served: OpenMetrics | null,
): Promise<void> {
  const where = whereFrom(flags)
  if (where !== null) for (const note of uselessFlags(flags, where.kind)) io.err(`Note: ${note}\n`)
  // Loaded here: commands that neither sign nor serve would pay for both.
  const [{ openMonitor }, { serveWeb }] = await Promise.all([import('../monitor/host.ts'), import('../web/serve.ts')])
  const { monitor, router } = openMonitor({
    dataDir: flags.data ?? null,
    logger,
    host: 'web',
    version: packageJson.version,
    network: where?.network ?? null,
    ...(where === null ? {} : { kind: where.kind }),
    startSwarm: nodeSwarm(swarmEntry()),
    ...(served === null ? {} : { metrics: served.metrics }),
    overrides: {
      ...(flags.listen === undefined ? {} : { listen: flags.listen }),
      config: configFrom(flags),
      ...(flags.dht ? {} : { dht: false }),
      ...(flags.dhtBootstrap === undefined ? {} : { dhtBootstrap: flags.dhtBootstrap }),
      ...(flags.mdns ? {} : { mdns: false }),
      ...(flags.upnp ? {} : { upnp: false }),
      ...(flags.relays ? {} : { relays: false }),
    },
  })
  monitor.view.onStore((status) => printStoreStatus(printer, status))
  try {
    const host = await serveWeb({
      router,
      rendererDir: rendererDir(),
      logger,
      port: flags.port,
      ...(flags.host === undefined ? {} : { host: flags.host }),
      ...(flags.publicUrl === undefined ? {} : { publicUrl: flags.publicUrl }),
    })
    try {
      printer.event('serving', { url: host.url, port: host.port }, `Peerscope is at ${host.url}`)
      if (host.warning !== null) printer.event('warning', { message: host.warning }, `Warning: ${host.warning}`)
      const begun = begin(monitor, flags, where, printer).catch((error: unknown) => {
        const shape = errorShape(error)
        if (shape.code !== 'Cancelled') printer.event('error', { ...shape }, `cannot join: ${shape.message}`)
      })
      await aborted(io.stop)
      // The pages first: they keep the picture that they have, and are not shown how the network is left.
      await Promise.all([host.close(), monitor.close(), begun])
    } finally {
      await host.close()
    }
  } finally {
    await monitor.close()
  }
}

/** Joins what the flags name; the window shows how it goes. */
async function begin(monitor: Monitor, flags: ServeFlags, where: Where | null, printer: Printer): Promise<void> {
  if (flags.demo === true) await monitor.demo(DEMO_PEERS)
  else if (where !== null) {
    for (const message of whereNotes(where, monitor.store.recentNetworks()))
      printer.event('warning', { message }, `Note: ${message}`)
    sayRelays(where, printer)
    const status = await monitor.join({
      network: where.network,
      kind: where.kind,
      relay: where.relay,
      entryVersion: where.entryVersion,
      bootstrap: [...where.bootstrap],
      tags: [...(flags.tag ?? [])],
      ...(flags.secret === undefined ? {} : { secret: flags.secret }),
    })
    if (!('addresses' in status)) return
    const listen = flags.listen ?? monitor.settings().listen
    for (const message of reachNotes(status.addresses, listen, monitor.bootstrap().reachability))
      printer.event('warning', { message }, `Note: ${message}`)
  }
}

/** The program of the demo swarm: this source tree's, or the bundle beside the one that we are part of (scripts/programs.ts). */
function swarmEntry(): string {
  const source = join(import.meta.dirname, '..', 'swarm-process.ts')
  return existsSync(source) ? source : join(import.meta.dirname, 'swarm-process.cjs')
}

/** The built renderer: from sources in `out/` of the checkout, in the bundle beside it. */
function rendererDir(): string {
  const bundled = join(import.meta.dirname, '..', 'renderer')
  return existsSync(join(bundled, 'index.html'))
    ? bundled
    : join(import.meta.dirname, '..', '..', '..', 'out', 'renderer')
}
