/** `peerscope diagnostics`: what a bug report needs, from the Peerscope that runs on a data folder, or from the folder. */
import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import packageJson from '../../../package.json' with { type: 'json' }
import { StoreFailed } from '../../shared/errors.ts'
import { jsonText } from '../../shared/visible-text.ts'
import { defaultDataDir } from '../monitor/default-data-dir.ts'
import { diagnoseFolder } from '../monitor/diagnostics.ts'
import { askRunning } from '../monitor/running/ask.ts'
import type { Io } from './io.ts'

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
    .option('--out <file>', 'file to write (default: standard output)')
    .action(async (flags: { readonly data?: string; readonly out?: string }) => {
      const dataDir = flags.data ?? defaultDataDir(io.env)
      const running = await askRunning(dataDir)
      if (running.kind === 'answer') io.err(`from the running Peerscope, process ${running.pid}\n`)
      if (running.kind === 'silent')
        io.err(`process ${running.pid} does not answer (${running.reason}); from the data folder alone\n`)
      const bundle =
        running.kind === 'answer' ? running.bundle : await diagnoseFolder({ dataDir, version: packageJson.version })
      const text = `${jsonText(bundle, 2)}\n`
      if (flags.out === undefined) return io.out(text)
      try {
        await writeFile(flags.out, text, { mode: 0o600 })
      } catch (error) {
        throw new StoreFailed(`${flags.out} could not be written`, { cause: error })
      }
      io.err(`written to ${flags.out}\n`)
      return undefined
    })
}
