import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Command } from 'commander'
import { Option } from 'commander'
import { Cancelled, InvalidArgument } from '../../shared/errors.ts'
import type { ExportFormat, ExportWhat } from '../../shared/exports.ts'
import { EXPORT_FORMATS, EXPORT_WHATS, FORMATS } from '../../shared/exports.ts'
import { databaseParts } from '../monitor/exports/database.ts'
import type { ExportPart } from '../monitor/exports/export.ts'
import { exportParts } from '../monitor/exports/export.ts'
import type { OfflineCatalog } from '../monitor/offline.ts'
import { openCatalog } from '../monitor/offline.ts'
import type { DataFlags } from './flags.ts'
import { addDataFlags, addSelectionFlags, offlineFrom, selectionFrom } from './flags.ts'
import type { SelectionFlags } from './flags.ts'
import type { Io } from './io.ts'

interface ExportFlags extends DataFlags, SelectionFlags {
  readonly what: ExportWhat
  readonly format: ExportFormat | 'sqlite'
  readonly out?: string
}

/** `peerscope export`: what is stored as a file; safe while the app runs. */
export function addExportCommand(program: Command, io: Io): void {
  const formats = EXPORT_FORMATS.map((format) => `${format} (${FORMATS[format].about})`).join(', ')
  const command = program
    .command('export')
    .summary('write the stored catalog, events or sessions to a file')
    .description(
      'Writes what a data folder holds of a network. Safe while Peerscope runs on the same folder.\n' +
        `Formats: ${formats}, sqlite (a copy of the whole database, without the identity).`,
    )
    .addOption(new Option('--what <what>', 'what to write').choices([...EXPORT_WHATS]).default('catalog'))
    .addOption(
      new Option('--format <format>', 'format of the file')
        .choices([...EXPORT_FORMATS, 'sqlite'])
        .makeOptionMandatory(),
    )
    .option('--out <file>', 'file to write (default: standard output)')
  addSelectionFlags(addDataFlags(command)).action(async (flags: ExportFlags) => {
    const catalog = openCatalog(offlineFrom(flags, io))
    try {
      const done = await write(partsOf(catalog, flags, io), flags.out, io)
      if (flags.out === undefined) return
      if (flags.json === true) {
        const { network } = catalog
        io.out(`${JSON.stringify({ event: 'exported', file: flags.out, records: done, network })}\n`)
      } else {
        const unit = flags.format === 'sqlite' ? 'bytes' : flags.what === 'catalog' ? 'peers' : flags.what
        io.err(`${done} ${unit} written to ${flags.out}\n`)
      }
    } finally {
      catalog.close()
    }
  })
}

function partsOf(catalog: OfflineCatalog, flags: ExportFlags, io: Io): AsyncIterable<ExportPart> {
  if (flags.format === 'sqlite') return databaseParts(catalog.store, io.stop)
  const binary = flags.format === 'snapshot' && flags.out === undefined
  if (binary) throw new InvalidArgument('a snapshot is not text: name a file with --out')
  const { what, format } = flags
  return exportParts(catalog.source, { what, format, ...selectionFrom(flags) }, catalog.signer)
}

/** @returns how many records (or bytes) were written */
async function write(parts: AsyncIterable<ExportPart>, out: string | undefined, io: Io): Promise<number> {
  let written = 0
  const file = out === undefined ? null : createWriteStream(out, { mode: 0o600 })
  // Opened first, so that a wrong path fails before anything is read.
  if (file !== null) await once(file, 'open')
  for await (const { data, done, total } of parts) {
    if (io.stop.aborted) throw new Cancelled('the export was stopped')
    written = total ?? done
    if (file === null) io.out(typeof data === 'string' ? data : Buffer.from(data).toString('latin1'))
    else if (!file.write(data)) await once(file, 'drain')
  }
  if (file !== null) {
    file.end()
    await once(file, 'finish')
  }
  return written
}
