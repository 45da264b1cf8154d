/** `peerscope peers|events|sessions|stats`: what a data folder holds, for people and for programs. */
import type { Command } from 'commander'
import { counted } from '../../shared/counted.ts'
import { Cancelled } from '../../shared/errors.ts'
import { peerOf } from '../../shared/events.ts'
import { parseFilter } from '../../shared/filter.ts'
import { goesOnSince } from '../../shared/growing.ts'
import { nickname } from '../../shared/nickname.ts'
import { roughDuration } from '../../shared/own-troubles.ts'
import { SESSION_END_WORDS } from '../../shared/state-words.ts'
import { formatLocal } from '../../shared/time.ts'
import { jsonText, visible } from '../../shared/visible-text.ts'
import { eventFieldsOf } from '../monitor/exports/fields.ts'
import { sourceAt, withLastShown } from '../monitor/exports/moment.ts'
import type { ExportSource } from '../monitor/exports/records.ts'
import { knownTo, selectPeers, selectSessions } from '../monitor/exports/records.ts'
import { eventJson, peerJson, sessionJson } from '../monitor/exports/text.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import { storedNames } from '../monitor/names/name-book.ts'
import type { OfflineCatalog } from '../monitor/offline.ts'
import { SpanRows } from '../monitor/span-rows.ts'
import { turn } from '../monitor/turns.ts'
import { tellFilterHints, tellUnwatched } from './filter-hints.ts'
import { addDataFlags, addSelectionFlags, MOMENT_HELP, momentOf, selectionFrom, wholeNumber } from './flags.ts'
import type { DataFlags, SelectionFlags } from './flags.ts'
import type { Io } from './io.ts'
import type { KindWords } from './kind-words.ts'
import { kindWords } from './kind-words.ts'
import { openFor, openRecorded } from './open-catalog.ts'
import { describeEvent } from './output.ts'
import { formatTable } from './table.ts'

interface ListFlags extends DataFlags, SelectionFlags {
  readonly limit: number
  /** Words that are looked for, of peers and events. */
  readonly search?: string
  readonly asOf?: number
}

/** Of a command that searches too. */
const SEARCH = 'only what has all these words: in ids, names, tags, addresses, notes and details'

/** Events read at once when older ones are looked through. */
const PAGE = 1000
/** Most peers that a search finds; those that were stored last come first. */
const MOST_FOUND = 1000

/** Adds the four commands. */
export function addHistoryCommands(program: Command, io: Io): void {
  const add = (
    name: string,
    about: string,
    limit: number,
    print: (catalog: OfflineCatalog, flags: ListFlags) => Promise<void>,
  ): void => {
    const command = program
      .command(name)
      .summary(about)
      .description(`Prints ${about}. Safe while Peerscope runs on the same folder.`)
      .option('--limit <count>', 'at most so many', wholeNumber(1, 1_000_000), limit)
    if (name !== 'sessions') command.option('--search <words>', SEARCH)
    if (name !== 'events') command.option('--as-of <time>', MOMENT_HELP, momentOf)
    addSelectionFlags(addDataFlags(command)).action(async (flags: ListFlags) => {
      tellFilterHints(flags.filter ?? '', name === 'events' ? 'events' : 'peers', io)
      const catalog = openRecorded(flags, io)
      try {
        await print(catalog, flags)
      } finally {
        catalog.close()
      }
    })
  }
  add('peers', 'the peers that are stored', 1_000_000, (catalog, flags) => printPeers(catalog, flags, io))
  add('events', 'the newest events that are stored, oldest first', 100, (catalog, flags) =>
    printEvents(catalog, flags, io),
  )
  add('sessions', 'when peers came and left, those that came last first', 100, (catalog, flags) =>
    printSessions(catalog, flags, io),
  )
  const stats = program
    .command('stats')
    .summary('how much is stored')
    .description('Prints how much a data folder holds.')
  addDataFlags(stats).action((flags: DataFlags) => {
    const catalog = openFor(flags, io)
    try {
      printStats(catalog, flags, io)
    } finally {
      catalog.close()
    }
  })
}

async function printPeers(catalog: OfflineCatalog, flags: ListFlags, io: Io): Promise<void> {
  const { network, store } = catalog
  const source = await sourceOf(catalog, flags, io)
  const words = wordsOf(catalog)
  const { search } = flags
  const key = networkKeyOf(network)
  const names = storedNames(store, key)
  const peerIds = search === undefined ? undefined : store.search(key, search, { limit: MOST_FOUND, names }).peers
  if (peerIds?.length === MOST_FOUND)
    io.err(`these are the ${MOST_FOUND} peers that were stored last and match; search for more words to see others\n`)
  const peers = (await selectPeers(source, { ...selectionFrom(flags), peerIds }, io.stop)).slice(0, flags.limit)
  if (flags.json === true) return await lines(io, peers, peerJson)
  const rows = peers.map(({ row, word, nickname: name }) => [
    word,
    name,
    words.id(row.peerId),
    row.rtt === null ? null : Math.round(row.rtt.srtt),
    formatLocal(row.lastSeen),
    words.tags(row.tags),
  ])
  io.out(formatTable(['STATE', 'NAME', 'PEER', 'RTT ms', 'LAST SEEN', 'TAGS'], rows))
  return undefined
}

async function printEvents(catalog: OfflineCatalog, flags: ListFlags, io: Io): Promise<void> {
  const { network, store } = catalog
  const source = await withLastShown(catalog.source)
  const words = wordsOf(catalog)
  const { filter, from, to } = selectionFrom(flags)
  await tellUnwatched(filter, source, null, io)
  const passes = parseFilter(filter, eventFieldsOf(knownTo(source)))
  const key = networkKeyOf(network)
  const names = storedNames(store, key)
  const found = []
  const rows = new SpanRows({ store, networkKey: key }, from, to)
  let before: number | undefined
  // From the newest back, until there are enough.
  for (let more = true; more && found.length < flags.limit;) {
    const page =
      flags.search === undefined
        ? store.eventsPage({ networkKey: key, limit: PAGE, before })
        : store.search(key, flags.search, { limit: PAGE, before, names })
    for (const event of page.events) {
      const inside = rows.happened(event) !== null
      if (inside && passes(event, source.now) && found.length < flags.limit) found.push(event)
    }
    const oldest = page.events.at(-1)
    more = page.more && oldest !== undefined && !rows.isBefore(oldest, { grown: true })
    before = oldest?.seq
    await othersTurn(io)
  }
  const events = found.toReversed()
  if (flags.json === true)
    return await lines(io, events, (event) => ({ ...eventJson(event), ...words.fields(peerOf(event.event)) }))
  for (const logged of events) {
    const { seq, at, event, times = 1, lastAt = at } = logged
    const peerId = peerOf(event)
    const name = peerId === null ? '' : `  (${nickname(peerId)})`
    const since = goesOnSince(logged)
    const often = [
      ...(times === 1 ? [] : [`${counted(times, 'time')}, last ${formatLocal(lastAt)}`]),
      ...(since === at ? [] : [`failing since ${formatLocal(since)}`]),
    ]
    const again = often.length === 0 ? '' : `  (${often.join('; ')})`
    io.out(
      `${String(seq).padStart(8)}  ${formatLocal(at)}  ${visible(describeEvent(event, at, words))}${name}${again}\n`,
    )
  }
  return undefined
}

async function printSessions(catalog: OfflineCatalog, flags: ListFlags, io: Io): Promise<void> {
  const source = await sourceOf(catalog, flags, io)
  const words = wordsOf(catalog)
  const sessions = []
  for (const page of selectSessions(source, selectionFrom(flags))) {
    sessions.push(...page)
    if (sessions.length >= flags.limit) break
    await othersTurn(io)
  }
  const shown = sessions.slice(0, flags.limit)
  if (flags.json === true)
    return await lines(io, shown, (session) => ({ ...sessionJson(session), ...words.fields(session.peerId) }))
  const rows = shown.map(({ peerId, from, to, reason }) => [
    formatLocal(from),
    to === null ? null : formatLocal(to),
    to === null ? null : roughDuration(to - from),
    to === null ? null : SESSION_END_WORDS[reason ?? 'unknown'],
    nickname(peerId),
    words.short(peerId),
  ])
  io.out(formatTable(['FROM', 'TO', 'FOR', 'ENDED', 'NAME', 'PEER'], rows))
  return undefined
}

/** What is read: what is known now, or what was shown at a past moment. @throws InvalidArgument where that is not known */
async function sourceOf({ source }: OfflineCatalog, { asOf, filter = '' }: ListFlags, io: Io): Promise<ExportSource> {
  if (asOf !== undefined) return await sourceAt(source, asOf)
  const shown = await withLastShown(source)
  await tellUnwatched(filter, shown, '--as-of', io)
  return shown
}

function printStats({ network, store }: OfflineCatalog, flags: DataFlags, io: Io): void {
  const stats = store.stats(flags.network === undefined ? null : networkKeyOf(network))
  if (flags.json === true) return io.out(`${jsonText(stats)}\n`)
  const oldest = stats.oldestEvent === null ? 'none' : formatLocal(stats.oldestEvent)
  const total = Object.entries(stats.rows).map(([name, count]) => [name, count])
  io.out(formatTable(['ROWS', 'COUNT'], total))
  io.out(`\nfile ${size(stats.fileBytes)} (${size(stats.freeBytes)} of it free), log ${size(stats.walBytes)}\n`)
  io.out(`oldest event: ${oldest}\n\n`)
  const networks = stats.networks.map(({ kind, name, id, rows: { peers, events, sessions } }) => {
    return [name ?? id, kind, peers, events, sessions]
  })
  io.out(formatTable(['NETWORK', 'KIND', 'PEERS', 'EVENTS', 'SESSIONS'], networks))
  return undefined
}

function wordsOf({ network, store }: OfflineCatalog): KindWords {
  const names = storedNames(store, networkKeyOf(network))
  return kindWords(network.kind, () => names)
}

/** Items printed before others have a turn. */
const AT_ONCE = 500

/** Prints records, no faster than they are read. */
async function lines<T>(io: Io, items: readonly T[], json: (item: T) => object): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const some = items.slice(from, from + AT_ONCE)
    io.out(some.map((item) => `${jsonText(json(item))}\n`).join(''))
    await io.drained?.()
    await othersTurn(io)
  }
}

/** What is stored may be much: somebody may want it no longer. @throws Cancelled */
async function othersTurn(io: Io): Promise<void> {
  await turn()
  if (io.stop.aborted) throw new Cancelled('stopped before the end')
}

function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
