/** `peerscope diagnostics`: what a bug report needs, from the Peerscope that runs on a data folder, or from the folder. */
import type { Command } from 'commander'
import packageJson from '../../../package.json' with { type: 'json' }
import { jsonText } from '../../shared/visible-text.ts'
import { checkDataFolder, isDatabaseIn } from '../monitor/data-folder.ts'
import { defaultDataDir } from '../monitor/default-data-dir.ts'
import { diagnoseFolder } from '../monitor/diagnostics.ts'
import { outputTarget } from '../monitor/output-target.ts'
import { askRunning } from '../monitor/running/ask.ts'
import { runningOn } from '../monitor/running/holder.ts'
import { outputOptions } from './flags.ts'
import type { Io } from './io.ts'
import { runsHere } from './open-catalog.ts'
import { FORCE_HELP, OUT_HELP, writeText } from './output-file.ts'

interface DiagnosticsFlags {
  readonly data?: string
  readonly out?: string
  readonly force?: boolean
}

/** Adds the command. */
export function addDiagnosticsCommand(program: Command, io: Io): void {
  program
    .command('diagnostics')
    .summary('write what a bug report needs')
    .description(
      'Writes versions, settings, sizes and the newest events of a data folder as JSON, for a bug report: ids shortened,\n' +
        'addresses only as their class, no keys, tags, names of networks or URLs. Look at it before you hand it on.\n' +
        'Where Peerscope runs on the folder (the app, serve, or node), it is asked too: health, counters, broken invariants of\n' +
        'the discovery state, cost, log. Otherwise these are missing.',
    )
    .option('--data <dir>', "data folder (default: the platform's app-data folder)")
    .option('--out <file>', OUT_HELP)
    .option('--force', FORCE_HELP)
    .action(async (flags: DiagnosticsFlags) => {
      const dataDir = flags.data ?? defaultDataDir(io.env)
      // The usual folder may be missing: this machine is told of all the same.
      if (flags.data !== undefined) checkDataFolder(dataDir, 'read')
      // Before the work, so that nobody waits for a refusal.
      if (flags.out !== undefined) outputTarget(flags.out, outputOptions(flags, io))
      const running = await askRunning(dataDir)
      if (running.kind === 'answer') io.err(`from the running Peerscope, process ${running.pid}\n`)
      if (running.kind === 'silent')
        io.err(`${runsHere(running.pid)} and does not answer (${running.reason}); from the data folder alone\n`)
      const unasked = running.kind === 'none' ? runningOn(dataDir) : null
      if (unasked !== null) io.err(`${runsHere(unasked.pid)} and cannot be asked; from the data folder alone\n`)
      const bundle =
        running.kind === 'answer' ? running.bundle : await diagnoseFolder({ dataDir, version: packageJson.version })
      if (running.kind !== 'answer' && !isDatabaseIn(dataDir))
        io.err(
          `there is no database in ${dataDir}: the report covers this machine only; name another folder with --data\n`,
        )
      const text = `${jsonText(bundle, 2)}\n`
      if (flags.out === undefined) return io.out(text)
      await writeText(text, flags.out, outputOptions(flags, io), io)
      io.err(`written to ${flags.out}\n`)
      return undefined
    })
}
