import type { Command } from 'commander'
import { counted } from '../../shared/counted.ts'
import { startSwarm } from '../monitor/swarm.ts'
import { addConfigFlags, collect, configFrom, wholeNumber } from './flags.ts'
import type { Io } from './io.ts'
import { aborted } from './io.ts'
import { cliLogger } from './log.ts'
import { createPrinter } from './output.ts'

interface SwarmFlags extends Readonly<Record<string, unknown>> {
  readonly network: string
  readonly nodes: number
  readonly churn: number
  readonly bootstrap?: readonly string[]
  readonly seed?: number
  readonly json?: boolean
  readonly verbose?: boolean
}

/** `peerscope swarm`: real peers on this machine, for a first look and for tests. */
export function addSwarmCommand(program: Command, io: Io): void {
  const command = program
    .command('swarm')
    .summary('run many real peers on this machine')
    .description(
      'Runs N real peers on 127.0.0.1 with varied tags, prints their addresses, and keeps them until it is stopped.',
    )
    .requiredOption('--network <name>', 'network name, or its id as 64 hex digits')
    .option('--nodes <count>', 'how many peers', wholeNumber(1, 500), 24)
    .option('--churn <per-minute>', 'joins and leaves a minute', wholeNumber(0, 6000), 0)
    .option('--bootstrap <multiaddr>', 'address of a peer outside the swarm, may be repeated', collect)
    .option('--seed <number>', 'seed of tags and churn', wholeNumber(0, 2 ** 32 - 1))
    .option('--json', 'print one JSON object a line')
    .option('--verbose', 'log what libp2p does, to standard error')
  addConfigFlags(command).action(async (flags: SwarmFlags) => {
    const printer = createPrinter(io, flags.json === true)
    const swarm = await startSwarm({
      network: flags.network,
      nodes: flags.nodes,
      churnPerMinute: flags.churn,
      bootstrap: flags.bootstrap ?? [],
      config: configFrom(flags),
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      logger: cliLogger(io, flags.verbose === true),
      onEvent: (change) =>
        printer.event(
          change.kind,
          { peerId: change.peerId, address: change.address },
          `${change.kind}  ${change.address ?? change.peerId}`,
        ),
      signal: io.stop,
    })
    printer.event('swarm', { network: flags.network, addresses: swarm.addresses() }, [
      `${counted(flags.nodes, 'peer')} in ${flags.network}`,
      ...swarm.addresses().map((address) => `  ${address}`),
    ])
    await aborted(io.stop)
    await swarm.stop()
  })
}
