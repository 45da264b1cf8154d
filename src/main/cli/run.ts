import { Command, CommanderError } from 'commander'
import packageJson from '../../../package.json' with { type: 'json' }
import { errorShape } from '../../shared/errors.ts'
import { jsonText, visible } from '../../shared/visible-text.ts'
import { addCrawlCommand } from './crawl.ts'
import { addDhtCommand } from './dht.ts'
import { addDiagnosticsCommand } from './diagnostics.ts'
import { addExportCommand } from './export.ts'
import { addHistoryCommands } from './history.ts'
import { addInsightCommands } from './insight.ts'
import { addInviteCommand } from './invite.ts'
import { refuseOptionsAsValues } from './flags.ts'
import { guarded } from './guarded-io.ts'
import type { Io } from './io.ts'
import { STOPPED } from './io.ts'
import { addNamesCommand } from './names.ts'
import { addNodeCommand } from './node.ts'
import { addServeCommand } from './serve.ts'
import { addSnapshotCommands } from './snapshots.ts'
import { addSwarmCommand } from './swarm.ts'

/** What a run ends with. */
export const EXIT = {
  ok: 0,
  /** Something failed; the message says what. */
  failed: 1,
  /** Invalid command line. */
  usage: 2,
  /** Stopped before it was done. */
  stopped: STOPPED,
} as const

/** Commands that run until they are stopped: for them that is a good end. */
const UNTIL_STOPPED: ReadonlySet<string | undefined> = new Set(['node', 'serve', 'swarm'])

/**
 * The whole command line.
 * @param argv the arguments, without the program's own
 * @returns the exit code; never throws
 */
export async function run(argv: readonly string[], given: Io): Promise<number> {
  const io = guarded(given)
  const program = createProgram(io)
  const json = argv.includes('--json')
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return EXIT.ok
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    const shape = errorShape(error)
    if (io.stop.aborted && shape.code === 'Cancelled')
      return UNTIL_STOPPED.has(program.args[0]) ? EXIT.ok : EXIT.stopped
    if (json) io.out(`${jsonText({ event: 'error', ...shape })}\n`)
    else io.err(`peerscope: ${visible(shape.message)}\n`)
    return shape.code === 'InvalidArgument' ? EXIT.usage : EXIT.failed
  }
}

function createProgram(io: Io): Command {
  const program = new Command('peerscope')
    .description('See a peer-to-peer network from the inside.')
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(--help lists what can be given)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
  // Sub-commands take over these settings when they are made, so they come last.
  for (const add of [
    addNodeCommand,
    addSwarmCommand,
    addServeCommand,
    addDhtCommand,
    addCrawlCommand,
    addInviteCommand,
    addHistoryCommands,
    addInsightCommands,
    addNamesCommand,
    addExportCommand,
    addSnapshotCommands,
    addDiagnosticsCommand,
  ])
    add(program, io)
  refuseOptionsAsValues(program)
  program.addHelpText(
    'after',
    '\nExamples:\n' +
      '  peerscope node --network my-network --tag role:relay\n' +
      '  peerscope node --network my-network --bootstrap /ip4/192.0.2.7/tcp/4001/p2p/12D3Koo…\n' +
      '  peerscope node --kind mosaik --network my-network --bootstrap <64 hex digits>@192.0.2.7:4433\n' +
      '  peerscope names add role:validator --network my-network --kind mosaik\n' +
      '  peerscope swarm --network my-network --nodes 24 --churn 6\n' +
      '  peerscope serve --network my-network\n' +
      '  peerscope dht --network my-network\n' +
      '  peerscope crawl --network my-network --bootstrap /ip4/192.0.2.7/tcp/4001\n' +
      '  peerscope invite --network my-network\n' +
      '  peerscope health\n' +
      '  peerscope why "amber fox"\n' +
      '  peerscope peers --filter "tag:role:relay rtt>200ms"\n' +
      '  peerscope export --format snapshot --out today.peerscope\n' +
      '  peerscope verify today.peerscope\n' +
      '  peerscope diff yesterday.peerscope today.peerscope\n' +
      '\nExit codes: 0 done, 1 failed, 2 invalid command line, 130 stopped before it was done (143 by SIGTERM), 141 when the\n' +
      'reader of standard output went away.',
  )
  return program
}
