import type { Command } from 'commander'
import { networkIdFrom } from '../../shared/ids.ts'
import type { Metrics } from '../monitor/metrics/metrics.ts'
import type { Logger, OpenNode } from '../monitor/open-node.ts'
import { nodeSecret, openNode } from '../monitor/open-node.ts'
import type { ObserveFlags } from './flags.ts'
import { addConfigFlags, addObserveFlags, collect, configFrom, DHT_BOOTSTRAP_HELP } from './flags.ts'
import type { Io } from './io.ts'
import { aborted } from './io.ts'
import { cliLogger } from './log.ts'
import { openMetricsFor } from './metrics.ts'
import { runNodeCommand } from './node-commands.ts'
import { createPrinter, printDiscoveryEvent } from './output.ts'
import type { Printer } from './output.ts'

interface NodeFlags extends Readonly<Record<string, unknown>>, ObserveFlags {
  readonly network: string
  readonly secret?: string
  readonly data?: string
  readonly listen?: readonly string[]
  readonly bootstrap?: readonly string[]
  readonly tag?: readonly string[]
  readonly dht: boolean
  readonly dhtBootstrap?: readonly string[]
  readonly mdns: boolean
  readonly upnp: boolean
  readonly relays: boolean
  readonly relay?: boolean
  readonly json?: boolean
  readonly verbose?: boolean
}

/** `peerscope node`: a headless peer until it is asked to stop. */
export function addNodeCommand(program: Command, io: Io): void {
  const command = program
    .command('node')
    .summary('run a headless peer until SIGINT or SIGTERM')
    .description(
      'Joins a network as a full peer and prints what it hears. Takes commands on standard input, one a line; "help" lists\n' +
        'them. On SIGINT or SIGTERM it says goodbye to the network and ends.',
    )
    .requiredOption('--network <name>', 'network name, or its id as 64 hex digits')
    .option('--secret <text>', 'identity: 64 hex digits, or any text for a stable key (default: a new random key)')
    .option('--data <dir>', 'keep the identity in this folder, and take it from there the next time')
    .option('--listen <multiaddr>', 'listen address, may be repeated (default: /ip4/0.0.0.0/tcp/0)', collect)
    .option('--bootstrap <multiaddr>', 'address of a peer to start from, may be repeated', collect)
    .option('--tag <tag>', 'tag of our entry, may be repeated', collect)
    .option('--no-dht', 'do not look for peers in the Mainline DHT')
    .option('--dht-bootstrap <host:port>', DHT_BOOTSTRAP_HELP, collect)
    .option('--no-mdns', 'do not look for peers on the local network')
    .option('--no-upnp', 'do not ask the router to open a port')
    .option('--no-relays', 'neither be reached through relays nor reach others through them')
    .option('--relay', "relay for peers that nobody can dial, and say so by the tag 'relay'")
    .option('--json', 'print one JSON object a line')
    .option('--verbose', 'log what libp2p does, to standard error')
  addConfigFlags(addObserveFlags(command)).action((flags: NodeFlags) => runNode(flags, io))
}

async function runNode(flags: NodeFlags, io: Io): Promise<void> {
  const printer = createPrinter(io, flags.json === true)
  const logger = cliLogger(io, flags.verbose === true, flags.logLevel)
  const served = await openMetricsFor(flags, logger, printer)
  try {
    await runNodeWith(flags, io, printer, logger, served?.metrics ?? null)
  } finally {
    await served?.close()
  }
}

async function runNodeWith(
  flags: NodeFlags,
  io: Io,
  printer: Printer,
  logger: Logger,
  metrics: Metrics | null,
): Promise<void> {
  const node = await openNode(
    {
      network: flags.network,
      secret: nodeSecret({ secret: flags.secret ?? null, dataDir: flags.data ?? null }),
      listen: flags.listen ?? ['/ip4/0.0.0.0/tcp/0'],
      bootstrap: flags.bootstrap ?? [],
      tags: flags.tag ?? [],
      config: configFrom(flags),
      dht: flags.dht,
      dhtBootstrap: flags.dhtBootstrap ?? [],
      dataDir: flags.data ?? null,
      mdns: flags.mdns,
      upnp: flags.upnp,
      relays: flags.relays,
      serveRelay: flags.relay === true,
      logger,
      ...(metrics === null ? {} : { metrics: metrics.forNode() }),
      onEvent: (event, at) => {
        metrics?.event(event)
        // The line `online` comes first; what is told before it is part of it.
        if (event.kind !== 'NetworkJoined' && event.kind !== 'LocalEntryUpdated') {
          printDiscoveryEvent(printer, event, at)
        }
      },
    },
    io.stop,
  )
  metrics?.follow({
    discovery: () => node.discovery,
    peers: () => [...node.discovery.catalog().peers.values()].flatMap(({ self }) => (self ? [] : ['online' as const])),
    storePath: null,
    alerts: () => [],
  })
  announceOnline(node, flags.network, printer)
  const commands = takeCommands(node, io, printer)
  // Standard input that breaks off says nothing about the network.
  commands.catch(() => undefined)
  try {
    await Promise.race([aborted(io.stop), node.discovery.ended])
  } finally {
    await node.stop()
    io.endInput()
  }
}

function announceOnline(node: OpenNode, network: string, printer: Printer): void {
  const addresses = node.addresses()
  printer.event(
    'online',
    { peerId: node.peerId, networkId: networkIdFrom(network), addresses },
    [`online as ${node.peerId} in ${network}`, ...addresses.map((address) => `  ${address}`)].join('\n'),
  )
}

async function takeCommands(node: OpenNode, io: Io, printer: Printer): Promise<void> {
  const lines = io.lines()
  if (lines === null) return
  for await (const line of lines) {
    if (io.stop.aborted) return
    await runNodeCommand(node, line, printer)
  }
}
