/** `peerscope dht`: who stands in a network's slots of the Mainline DHT. */
import type { Command } from 'commander'
import { formatDuration } from '../../shared/config.ts'
import type { DhtSlot } from '../../shared/dht.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { jsonText } from '../../shared/visible-text.ts'
import { checkDataFolder } from '../monitor/data-folder.ts'
import { readDhtSlots } from '../monitor/dht-slots.ts'
import { collect, DHT_BOOTSTRAP_HELP, kindOption } from './flags.ts'
import type { Io } from './io.ts'
import { kindWords } from './kind-words.ts'
import { cliLogger } from './log.ts'
import { formatTable } from './table.ts'

interface DhtFlags {
  readonly network: string
  readonly kind?: NetworkKind
  readonly dhtBootstrap?: readonly string[]
  readonly data?: string
  readonly json?: boolean
  readonly verbose?: boolean
}

/** Adds the command. */
export function addDhtCommand(program: Command, io: Io): void {
  program
    .command('dht')
    .summary("show a network's slots in the Mainline DHT")
    .description(
      'Reads the 16 slots in which peers of a network let themselves be found, and asks each holder whether it is there.\n' +
        'Joins nothing and writes nothing.',
    )
    .requiredOption('--network <name>', 'network name, or its id as 64 hex digits')
    .addOption(kindOption('peerscope, or mosaik, whose holders are not asked (default: peerscope)'))
    .option('--dht-bootstrap <host:port>', DHT_BOOTSTRAP_HELP, collect)
    .option('--data <dir>', 'start from the DHT nodes that are kept in this folder, and keep those that are found')
    .option('--json', 'print one JSON object a line')
    .option('--verbose', 'log more, to standard error')
    .action((flags: DhtFlags) => printSlots(flags, io))
}

async function printSlots(flags: DhtFlags, io: Io): Promise<void> {
  if (flags.data !== undefined) checkDataFolder(flags.data, 'write')
  const kind = flags.kind ?? 'peerscope'
  const words = kindWords(kind)
  const slots = await readDhtSlots(
    {
      network: flags.network,
      kind,
      dhtBootstrap: flags.dhtBootstrap ?? [],
      dataDir: flags.data ?? null,
      logger: cliLogger(io, flags.verbose === true),
    },
    io.stop,
  )
  if (flags.json === true) {
    for (const slot of slots) io.out(`${jsonText({ event: 'slot', ...slot, ...words.fields(slot.holder) })}\n`)
    return
  }
  const rows = slots.map(({ index, state, holder, ageMs, addresses }) => [
    index,
    WORDS[state],
    holder === null ? null : words.id(holder),
    ageMs === null ? null : age(ageMs),
    addresses.length === 0 ? null : addresses.map((address) => words.address(address)).join(' '),
  ])
  io.out(formatTable(['SLOT', 'HEALTH', 'HOLDER', 'AGE', 'ADDRESSES'], rows))
}

const WORDS: Readonly<Record<DhtSlot['state'], string>> = {
  empty: 'empty',
  healthy: 'healthy',
  unhealthy: 'no answer',
  unchecked: 'not asked',
  invalid: 'not readable',
  ours: 'ours',
}

function age(ms: number): string {
  const unit = ms < 60_000 ? 1000 : 60_000
  return formatDuration(Math.round(ms / unit) * unit)
}
