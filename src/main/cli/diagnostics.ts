/** `peerscope diagnostics`: what a bug report needs, from a data folder. */
import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import packageJson from '../../../package.json' with { type: 'json' }
import { StoreFailed } from '../../shared/errors.ts'
import { diagnoseFolder } from '../monitor/diagnostics.ts'
import type { Io } from './io.ts'

/** Adds the command. */
export function addDiagnosticsCommand(program: Command, io: Io): void {
  program
    .command('diagnostics')
    .summary('write what a bug report needs')
    .description(
      'Writes versions, settings, sizes and the newest events of a data folder as JSON, for a bug report: ids shortened,\n' +
        'addresses only as their class, no keys, tags, names of networks or URLs. Look at it before you hand it on.\n' +
        'Safe while Peerscope runs on the same folder.',
    )
    .option('--data <dir>', "data folder (default: the platform's app-data folder)")
    .option('--out <file>', 'file to write (default: standard output)')
    .action(async (flags: { readonly data?: string; readonly out?: string }) => {
      const bundle = await diagnoseFolder({ dataDir: flags.data ?? null, env: io.env, version: packageJson.version })
      const text = `${JSON.stringify(bundle, null, 2)}\n`
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
