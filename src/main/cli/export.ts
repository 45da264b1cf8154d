import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Command } from 'commander'
import { Option } from 'commander'
import { openCatalog } from '../monitor/offline.ts'
import type { Io } from './io.ts'

interface ExportFlags {
  readonly data?: string
  readonly network?: string
  readonly format: 'json'
  readonly out?: string
  readonly json?: boolean
}

/** `peerscope export`: the stored catalog as a file; safe while the app runs. */
export function addExportCommand(program: Command, io: Io): void {
  program
    .command('export')
    .summary('write the stored catalog to a file')
    .description('Writes the catalog that a data folder holds. Safe while Peerscope runs on the same folder.')
    .option('--data <dir>', "data folder (default: the platform's app-data folder)")
    .option('--network <name>', 'network name or id (default: the one joined last)')
    .addOption(new Option('--format <format>', 'format of the file').choices(['json']).makeOptionMandatory())
    .option('--out <file>', 'file to write (default: standard output)')
    .option('--json', 'print one JSON object when done')
    .action(async (flags: ExportFlags) => {
      const catalog = openCatalog({ dataDir: flags.data ?? null, network: flags.network ?? null, env: io.env })
      try {
        let peers = 0
        const file = flags.out === undefined ? null : createWriteStream(flags.out, { mode: 0o600 })
        // Opened first, so that a wrong path fails before anything is read.
        if (file !== null) await once(file, 'open')
        for (const chunk of catalog.json()) {
          peers = chunk.total
          if (file === null) io.out(chunk.text)
          else if (!file.write(chunk.text)) await once(file, 'drain')
        }
        if (file === null) return
        file.end()
        await once(file, 'finish')
        if (flags.json === true)
          io.out(`${JSON.stringify({ event: 'exported', file: flags.out, peers, network: catalog.network })}\n`)
        else io.err(`${peers} peers written to ${flags.out}\n`)
      } finally {
        catalog.close()
      }
    })
}
