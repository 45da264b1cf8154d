import type { Command } from 'commander'
import { Option } from 'commander'
import { counted } from '../../shared/counted.ts'
import { InvalidArgument } from '../../shared/errors.ts'
import type { ExportFormat, ExportWhat } from '../../shared/exports.ts'
import { EXPORT_FORMATS, EXPORT_WHATS, FORMATS } from '../../shared/exports.ts'
import { jsonText, visible } from '../../shared/visible-text.ts'
import { databaseParts } from '../monitor/exports/database.ts'
import type { ExportPart } from '../monitor/exports/export.ts'
import { exportParts } from '../monitor/exports/export.ts'
import { playedAround, sourceAt, withLastShown } from '../monitor/exports/moment.ts'
import type { OfflineCatalog } from '../monitor/offline.ts'
import type { DataFlags } from './flags.ts'
import {
  addDataFlags,
  addSelectionFlags,
  durationOf,
  MOMENT_HELP,
  momentOf,
  outputOptions,
  selectionFrom,
} from './flags.ts'
import { tellFilterHints, tellUnwatched } from './filter-hints.ts'
import type { SelectionFlags } from './flags.ts'
import type { Io } from './io.ts'
import { openFor, openRecorded } from './open-catalog.ts'
import { FORCE_HELP, OUT_HELP, printParts, writeParts } from './output-file.ts'

interface ExportFlags extends DataFlags, SelectionFlags {
  readonly what: ExportWhat
  readonly format: ExportFormat | 'sqlite'
  readonly out?: string
  readonly force?: boolean
  readonly at?: number
  readonly span?: number
}

/** Formats that no terminal can show. */
const BINARY: ReadonlySet<string> = new Set(['snapshot', 'parquet', 'sqlite'])

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
    .option('--at <time>', MOMENT_HELP, momentOf)
    .option(
      '--span <duration>',
      'with --at and --format snapshot: what happened up to so long before and after, to be played, such as 1h',
      durationOf,
    )
    .option('--out <file>', OUT_HELP)
    .option('--force', FORCE_HELP)
  addSelectionFlags(addDataFlags(command)).action(async (flags: ExportFlags) => {
    const catalog = flags.format === 'sqlite' ? openFor(flags, io) : openRecorded(flags, io)
    try {
      const parts = partsOf(catalog, flags, io)
      if (flags.out === undefined) {
        await printParts(parts, io)
        return
      }
      const done = await writeParts(parts, flags.out, outputOptions(flags, io), io)
      if (flags.json === true) {
        const { network } = catalog
        io.out(`${jsonText({ event: 'exported', file: flags.out, records: done, network })}\n`)
      } else {
        const unit = flags.format === 'sqlite' ? 'bytes' : flags.what === 'catalog' ? 'peers' : flags.what
        io.err(`${counted(done, unit.slice(0, -1), unit)} written to ${visible(flags.out)}\n`)
      }
    } finally {
      catalog.close()
    }
  })
}

function partsOf(catalog: OfflineCatalog, flags: ExportFlags, io: Io): AsyncIterable<ExportPart> {
  if (flags.span !== undefined && (flags.at === undefined || flags.format !== 'snapshot'))
    throw new InvalidArgument('--span goes with --at and --format snapshot: it is what can be played in that file')
  if (flags.out === undefined && BINARY.has(flags.format))
    throw new InvalidArgument(`${flags.format} is not text: name a file with --out`)
  if (flags.format === 'sqlite') {
    if (flags.at !== undefined) throw new InvalidArgument('sqlite copies the whole database: leave --at out')
    if (flags.what !== 'catalog' || flags.filter !== undefined || flags.from !== undefined || flags.to !== undefined)
      throw new InvalidArgument('sqlite copies the whole database: leave --what, --filter, --from and --to out')
    return databaseParts(catalog.store, io.stop)
  }
  return recordParts(catalog, { ...flags, format: flags.format }, io)
}

/** What is known now, or what was shown at a past moment. */
async function* recordParts(
  catalog: OfflineCatalog,
  flags: ExportFlags & { readonly format: ExportFormat },
  io: Io,
): AsyncGenerator<ExportPart> {
  const { what, format, at, span } = flags
  tellFilterHints(flags.filter ?? '', what === 'events' ? 'events' : 'peers', io)
  const source = at === undefined ? await withLastShown(catalog.source) : await sourceAt(catalog.source, at)
  await tellUnwatched(flags.filter ?? '', source, '--at', io)
  const played = at === undefined || span === undefined ? undefined : playedAround(at, span, source.now)
  yield* exportParts(source, { what, format, played, ...selectionFrom(flags) }, catalog.signer, io.stop)
}
