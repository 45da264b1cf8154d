/** `peerscope names`: the words behind the ids of a network, by which filters, lists and exports name them. */
import { readFile, stat } from 'node:fs/promises'
import type { Command } from 'commander'
import { counted } from '../../shared/counted.ts'
import { InvalidArgument, LimitExceeded, StoreFailed } from '../../shared/errors.ts'
import { formatCount } from '../../shared/format-count.ts'
import type { NamesAdded } from '../../shared/names.ts'
import { MAX_NAMES_BYTES, nameLines, namesText } from '../../shared/names.ts'
import { jsonText, visible } from '../../shared/visible-text.ts'
import { checkDataFolder } from '../monitor/data-folder.ts'
import type { NameBook } from '../monitor/names/name-book.ts'
import { storedNames } from '../monitor/names/name-book.ts'
import { withNameBook } from '../monitor/names/offline-names.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import { addDataFlags, offlineFrom } from './flags.ts'
import type { DataFlags } from './flags.ts'
import type { Io } from './io.ts'
import { openFor } from './open-catalog.ts'
import { formatTable } from './table.ts'

/** Adds the command and its four verbs. */
export function addNamesCommand(program: Command, io: Io): void {
  const names = program
    .command('names')
    .summary('name the tags, streams, functions and groups of a network')
    .description(
      'Keeps words of a network. Where entries hold ids, which are hashes of words, filters, lists and exports then show and\n' +
        'find the word. Words that are typed in filters and tags are kept by themselves. They are told to nobody.',
    )
  const verb = (name: string, about: string): Command =>
    addDataFlags(
      names
        .command(name)
        .summary(about)
        .description(`${about[0]?.toUpperCase() ?? ''}${about.slice(1)}.`),
    )
  verb('list', 'list the words that are known, and their ids').action((flags: DataFlags) => list(flags, io))
  verb('add', 'add words')
    .argument('<words...>', 'each as it is hashed; quote those with spaces')
    .action((words: readonly string[], flags: DataFlags) => change(flags, io, (book) => added(book.add(words))))
  verb('remove', 'remove words')
    .argument('<words...>', 'as they are listed')
    .action((words: readonly string[], flags: DataFlags) =>
      change(flags, io, (book) => {
        const removed = book.remove(words)
        return { fields: { event: 'removed', removed }, sentence: `${formatCount(removed.length)} removed` }
      }),
    )
  verb('import', 'add the words of a text file, one a line; lines that begin with # are remarks')
    .argument('<file>', 'the file')
    .action(async (file: string, flags: DataFlags) => {
      const lines = nameLines(await textOf(file))
      change(flags, io, (book) => added(book.add(lines)))
    })
}

function list(flags: DataFlags, io: Io): void {
  const catalog = openFor(flags, io)
  try {
    const names = [...storedNames(catalog.store, networkKeyOf(catalog.network))].map(([id, word]) => ({ id, word }))
    names.sort((a, b) => (a.word < b.word ? -1 : 1))
    if (flags.json === true) io.out(names.map((name) => `${jsonText({ event: 'name', ...name })}\n`).join(''))
    else
      io.out(
        formatTable(
          ['WORD', 'ID'],
          names.map(({ id, word }) => [word, id]),
        ),
      )
  } finally {
    catalog.close()
  }
}

interface Changed {
  readonly fields: Readonly<Record<string, unknown>>
  readonly sentence: string
}

function change(flags: DataFlags, io: Io, what: (book: NameBook) => Changed): void {
  if (flags.data !== undefined) checkDataFolder(flags.data, 'write')
  const { result, notice } = withNameBook(offlineFrom(flags, io), what)
  if (notice !== null) io.err(`Note: ${visible(notice)}\n`)
  io.out(flags.json === true ? `${jsonText(result.fields)}\n` : `${result.sentence}\n`)
}

function added({ added: fresh, known }: NamesAdded): Changed {
  const others = known === 0 ? '' : `, ${counted(known, 'was', 'were')} known`
  return { fields: { event: 'added', added: fresh, known }, sentence: `${formatCount(fresh.length)} added${others}` }
}

/** @throws InvalidArgument for what is not a text file, LimitExceeded, StoreFailed where it cannot be read */
async function textOf(file: string): Promise<string> {
  const info = await stat(file).catch(() => null)
  if (info === null || !info.isFile()) throw new InvalidArgument(`${file} is not a file`)
  // Remarks and words that are known already count for nothing.
  if (info.size > 16 * MAX_NAMES_BYTES) throw new LimitExceeded('bytes a file with names', 16 * MAX_NAMES_BYTES)
  return namesText(
    await readFile(file).catch((error: unknown) => {
      throw new StoreFailed(`${file} cannot be read`, { cause: error })
    }),
    file,
  )
}
