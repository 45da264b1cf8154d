import type { Command } from 'commander'
import packageJson from '../../../package.json' with { type: 'json' }
import { andList } from '../../shared/and-list.ts'
import { checkDataFolder } from '../monitor/data-folder.ts'
import { Goodbyes } from '../monitor/deserted.ts'
import type { Metrics } from '../monitor/metrics/metrics.ts'
import { learn } from '../monitor/names/name-book.ts'
import type { NodeMemory } from '../monitor/node-memory.ts'
import { openNodeMemory } from '../monitor/node-memory.ts'
import { answerForNode } from '../monitor/node-diagnostics.ts'
import type { Logger, OpenNode } from '../monitor/open-node.ts'
import { DEFAULT_LISTEN, openNode } from '../monitor/open-node.ts'
import { boundYoungHeap } from '../monitor/young-heap.ts'
import type { ObserveFlags } from './flags.ts'
import { watchAlone } from '../monitor/alone.ts'
import { addConfigFlags, addObserveFlags, collect, configFrom, DHT_BOOTSTRAP_HELP } from './flags.ts'
import type { Io } from './io.ts'
import { aborted } from './io.ts'
import { cliLogger } from './log.ts'
import { openMetricsFor } from './metrics.ts'
import type { KindWords } from './kind-words.ts'
import { kindWords } from './kind-words.ts'
import type { RunningNode } from './node-commands.ts'
import { runNodeCommand } from './node-commands.ts'
import { takeEvents } from './node-events.ts'
import { createPrinter, printStoreStatus } from './output.ts'
import type { Printer } from './output.ts'
import { addReachFlags, uselessFlags } from './reach-flags.ts'
import { reachNotes } from './reach-notes.ts'
import type { Where, WhereFlags } from './where.ts'
import { addRequiredWhereFlags, RELAY_HELP, requiredWhere, sayRelays, whereNotes } from './where.ts'

interface NodeFlags extends Readonly<Record<string, unknown>>, ObserveFlags, WhereFlags {
  readonly secret?: string
  readonly data?: string
  readonly listen?: readonly string[]
  readonly tag?: readonly string[]
  readonly dht: boolean
  readonly dhtBootstrap?: readonly string[]
  readonly mdns: boolean
  readonly upnp: boolean
  readonly relays: boolean
  readonly json?: boolean
  readonly verbose?: boolean
}

/** `peerscope node`: a headless peer until it is asked to stop. */
export function addNodeCommand(program: Command, io: Io): void {
  const command = addRequiredWhereFlags(
    program
      .command('node')
      .summary('run a headless peer until it is asked to end')
      .description(
        'Joins a network as a full peer and prints what it hears. Takes commands on standard input, one a line; "help" lists\n' +
          'them. On SIGINT, SIGTERM, SIGQUIT or SIGHUP it says goodbye to the network and ends; started by\n' +
          'nohup it takes no notice of SIGHUP.',
      ),
    "without a value, relay for peers that nobody can dial, and say so by the tag 'relay'; " + RELAY_HELP,
  )
    .option('--secret <text>', 'identity: 64 hex digits, or any text for a stable key (default: a new random key)')
    .option(
      '--data <dir>',
      'keep the identity and the peers that were met in this folder, and start from them the next time; what is seen is recorded by serve, not here',
    )
    .option('--listen <multiaddr>', `listen address, may be repeated (default: ${andList(DEFAULT_LISTEN)})`, collect)
    .option('--tag <tag>', 'tag of our entry, may be repeated', collect)
    .option('--no-dht', 'do not look for peers in the Mainline DHT')
    .option('--dht-bootstrap <host:port>', DHT_BOOTSTRAP_HELP, collect)
  addReachFlags(command)
    .option('--json', 'print one JSON object a line')
    .option('--verbose', 'log what libp2p does, to standard error')
  addConfigFlags(addObserveFlags(command)).action((flags: NodeFlags) => runNode(flags, io))
}

async function runNode(flags: NodeFlags, io: Io): Promise<void> {
  if (flags.data !== undefined) checkDataFolder(flags.data, 'write')
  const printer = createPrinter(io, flags.json === true)
  const logger = cliLogger(io, flags.verbose === true, flags.logLevel)
  const served = await openMetricsFor(flags, logger, printer)
  try {
    const where = requiredWhere(flags)
    const memory = openNodeMemory({
      ...where,
      secret: flags.secret ?? null,
      dataDir: flags.data ?? null,
      logger,
      onStore: (status) => printStoreStatus(printer, status),
    })
    try {
      await runNodeWith(flags, where, { io, printer, logger, metrics: served?.metrics ?? null, memory })
    } finally {
      memory.close()
    }
  } finally {
    await served?.close()
  }
}

/** What a run works with. */
interface NodeParts {
  readonly io: Io
  readonly printer: Printer
  readonly logger: Logger
  readonly metrics: Metrics | null
  readonly memory: NodeMemory
}

async function runNodeWith(flags: NodeFlags, where: Where, parts: NodeParts): Promise<void> {
  boundYoungHeap()
  const { io, printer, logger, metrics, memory } = parts
  for (const note of uselessFlags(flags, where.kind)) io.err(`Note: ${note}\n`)
  sayRelays(where, printer)
  const words = kindWords(where.kind, () => memory.names.names)
  const goodbyes = new Goodbyes()
  const node = await openNode(
    {
      network: where.network,
      kind: where.kind,
      relay: where.relay,
      entryVersion: where.entryVersion,
      secret: memory.secret,
      known: memory.known,
      listen: flags.listen ?? DEFAULT_LISTEN,
      bootstrap: where.bootstrap,
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
      onTold: takeEvents({ printer, metrics, memory, goodbyes, words }),
    },
    io.stop,
  )
  memory.follow(node)
  metrics?.follow({
    discovery: () => node.discovery,
    state: () => goodbyes.stateOf(node.discovery.health(), node.discovery.catalog().peers.values()),
    peers: () => [...node.discovery.catalog().peers.values()].flatMap(({ self }) => (self ? [] : ['online' as const])),
    storePath: null,
    alerts: () => [],
  })
  const answers = answerForNode({ node, memory, logger, version: packageJson.version, dataDir: flags.data ?? null })
  if (!node.dialect.abilities.tagNames) learn(memory.names, flags.tag ?? [])
  announceOnline(node, where.network, words, printer)
  const notes = [
    ...whereNotes(where, memory.networks),
    ...reachNotes(node.addresses(), flags.listen ?? DEFAULT_LISTEN, node.reachability()),
  ]
  for (const message of notes) printer.event('warning', { message }, `Note: ${message}`)
  const endWatch = watchAlone(
    () => node.discovery.health().state,
    (message) => printer.event('warning', { message }, `Note: ${message}`),
  )
  const commands = takeCommands({ node, network: where.network, names: memory.names, words }, io, printer)
  // Standard input that breaks off says nothing about the network.
  commands.catch(() => undefined)
  try {
    await Promise.race([aborted(io.stop), node.discovery.ended])
  } finally {
    endWatch()
    memory.end()
    await Promise.all([node.stop(), answers.close()])
    io.endInput()
  }
}

function announceOnline(node: OpenNode, network: string, words: KindWords, printer: Printer): void {
  const addresses = node.addresses()
  const { kind, networkId, peerId } = node
  printer.event('online', { peerId, ...words.fields(peerId), kind, networkId, addresses }, [
    `online as ${words.id(peerId)} in ${network}`,
    ...addresses.map((address) => `  ${address}`),
  ])
}

async function takeCommands(running: RunningNode, io: Io, printer: Printer): Promise<void> {
  const lines = io.lines()
  if (lines === null) return
  for await (const line of lines) {
    if (io.stop.aborted) return
    await runNodeCommand(running, line, printer)
  }
}
