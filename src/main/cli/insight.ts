/** `peerscope health` and `peerscope why`: how a network is, and why, from a data folder; also while an app runs on it. */
import { capital } from '../../shared/capital.ts'
import { counted } from '../../shared/counted.ts'
import type { Command } from 'commander'
import { InvalidArgument } from '../../shared/errors.ts'
import { delayWords, healthPhrases, inOneLine } from '../../shared/health-words.ts'
import type { HealthPhrase } from '../../shared/health-words.ts'
import type { LoggedEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import type { NetworkKind } from '../../shared/network-kind.ts'
import { nickname } from '../../shared/nickname.ts'
import { peerIdForms, peerIdFromAnyForm, shortId, withPeerIds } from '../../shared/peer-form.ts'
import { formatLocal } from '../../shared/time.ts'
import { jsonText, visible } from '../../shared/visible-text.ts'
import { toldLater } from '../../shared/why-words.ts'
import type { Cause, NetworkWhy, PeerWhy } from '../../shared/why.ts'
import type { PlayedFile } from '../monitor/exports/played-file.ts'
import { playedIn, playedNetworkWhy, playedThen } from '../monitor/exports/played-why.ts'
import { healthThen } from '../monitor/insight/health-then.ts'
import type { Stored } from '../monitor/insight/offline.ts'
import { storedHealth, storedNetworkWhy, storedPeerWhy, thenOf } from '../monitor/insight/offline.ts'
import type { OfflineCatalog } from '../monitor/offline.ts'
import { createVerifier, isFile } from '../monitor/offline.ts'
import { whyBefore } from '../monitor/insight/why-before.ts'
import { networkWhyThen, peerWhyThen } from '../monitor/insight/why-then.ts'
import { addDataFlags, MOMENT_HELP, momentOf } from './flags.ts'
import type { DataFlags } from './flags.ts'
import type { Io } from './io.ts'
import { ALONE_ADVICE } from '../monitor/alone.ts'
import { openRecorded } from './open-catalog.ts'
import { teller } from './progress.ts'

interface HealthFlags extends DataFlags {
  readonly asOf?: number
}

interface WhyFlags extends HealthFlags {
  readonly file?: string
}

/** Peers that are named where a name fits several. */
const NAMED = 5
/** Peers that are looked through at once. */
const PAGE = 500

/** Adds the two commands. */
export function addInsightCommands(program: Command, io: Io): void {
  const health = program
    .command('health')
    .summary('how a network is, in a sentence')
    .description(
      'Prints how the network is: who is here, its islands, who left and how, round-trip times, and whether our own machine\n' +
        'stood still or was late. Where Peerscope runs on the folder it is as of now, else as of when it was looked last.',
    )
    .option('--as-of <time>', MOMENT_HELP, momentOf)
  addDataFlags(health).action((flags: HealthFlags) =>
    withCatalog(flags, io, (catalog) => printHealth(catalog, flags, io)),
  )
  const why = program
    .command('why')
    .argument('[peer]', 'id of a peer, or its name as it is shown; without one it is about the network')
    .summary('why a peer is slow, gone, silent, or was never reached')
    .description(
      'Prints why a peer is as it is: one sentence, and its possible causes with the events behind them, the most probable\n' +
        'first. Without a peer: why we are alone, why the network is lost or split, who went together, that our clock is\n' +
        'wrong, or whose entries are refused. A peer whose entries were all refused is told too, by its id or name. Safe while\n' +
        'Peerscope runs on the folder.',
    )
  why
    .option('--as-of <time>', MOMENT_HELP, momentOf)
    .option('--file <file>', 'of a shared moment, by what its file holds')
  addDataFlags(why).action(async (peer: string | undefined, flags: WhyFlags) => {
    const { file } = flags
    if (file !== undefined) return await printFileWhy(file, peer, flags, io)
    return await withCatalog(flags, io, (catalog) => printWhy(catalog, peer, flags, io))
  })
}

async function withCatalog(flags: DataFlags, io: Io, print: (catalog: OfflineCatalog) => Promise<void>): Promise<void> {
  const catalog = openRecorded(flags, io)
  try {
    await print(catalog)
  } finally {
    catalog.close()
  }
}

async function printHealth(catalog: OfflineCatalog, flags: HealthFlags, io: Io): Promise<void> {
  const now = Date.now()
  if (flags.asOf !== undefined) {
    const { phrases, ...then } = await healthThen(catalog, flags.asOf, now, io.stop)
    printSentence(then, phrases, flags, io)
    if (flags.json !== true) printAsOf(then.asOf, io)
    return undefined
  }
  const health = await storedHealth(catalog, now)
  printSentence(health, healthPhrases(health), flags, io)
  if (flags.json === true) return undefined
  if (canAct(health.state, health.asOf)) io.out(`${ALONE_ADVICE}\n`)
  const late = delayWords(health)
  if (late !== null) io.out(`${late}\n`)
  printAsOf(health.asOf, io)
  return undefined
}

/** The sentence, with more of what is wrong; for programs all that is known, and the sentence in its parts. */
function printSentence(known: object, phrases: readonly HealthPhrase[], flags: DataFlags, io: Io): void {
  const sentence = inOneLine(phrases)
  if (flags.json === true) {
    const parts = phrases.map(({ id, text, more, tone }) => ({ id, text, more, tone }))
    return io.out(`${jsonText({ ...known, sentence, phrases: parts })}\n`)
  }
  io.out(`${visible(capital(sentence))}\n`)
  for (const { id, more } of phrases)
    if (more !== '' && (id === 'islands' || id === 'clock' || id === 'store')) io.out(`${visible(more)}\n`)
  return undefined
}

/** Whether there is something to do about having no neighbor: of a moment that is over there is not. */
function canAct(matter: string, asOf: number | null): boolean {
  return asOf === null && (matter === 'alone' || matter === 'lost')
}

/** Of which moment it is, where that is over. */
function printAsOf(asOf: number | null, io: Io): void {
  if (asOf !== null) io.out(`As of ${formatLocal(asOf)}.\n`)
}

async function printWhy(catalog: OfflineCatalog, peer: string | undefined, flags: WhyFlags, io: Io): Promise<void> {
  const now = Date.now()
  const { asOf } = flags
  const { kind } = catalog.network
  const then = thenOf(catalog)
  if (peer === undefined) {
    const why =
      asOf === undefined
        ? await storedNetworkWhy(catalog, now, io.stop)
        : { ...(await networkWhyThen(then, asOf, io.stop)), asOf }
    return printAnswer(why, kind, flags, io)
  }
  const peerId = peerNamed(peer, kind, storedNames(catalog))
  const why =
    asOf === undefined
      ? await storedPeerWhy(catalog, peerId, now, io.stop)
      : { ...(await peerWhyThen(then, peerId, asOf, io.stop)), asOf }
  return printAnswer({ ...why, before: await whyBefore(then, peerId, why.at, io.stop) }, kind, flags, io)
}

/** As of a data folder, by a file; as of the moment that it shares where no other one of its span is given. */
async function printFileWhy(file: string, peer: string | undefined, flags: WhyFlags, io: Io): Promise<void> {
  if (flags.data !== undefined || flags.network !== undefined || flags.kind !== undefined)
    throw new InvalidArgument('--file is in place of a data folder: leave out --data, --network and --kind')
  if (!isFile(file)) throw new InvalidArgument(`there is no file ${file}`)
  const { onStep, end } = teller(io)
  const reading = { signatures: createVerifier(), signal: io.stop, onStep }
  const { played, report } = await playedIn(file, reading).finally(end)
  if (!report.ok)
    io.err(`${visible(file)}: ${counted(report.faultCount, 'fault')}; what does not verify was left out\n`)
  const { asOf: at = played.moment.asOf } = flags
  const { from, to, asOf } = played.moment
  if (at < from || at > to)
    throw new InvalidArgument(
      from === to
        ? `the file holds one moment, ${formatLocal(asOf)}`
        : `the file holds the time from ${formatLocal(from)} to ${formatLocal(to)}`,
    )
  const { kind } = played.network
  if (peer === undefined)
    return printAnswer({ ...(await playedNetworkWhy(played, at, io.stop)), asOf: at }, kind, flags, io)
  const peerId = peerNamed(peer, kind, namesIn(played.content))
  const then = await playedThen(played, io.stop)
  const why = await peerWhyThen(then, peerId, at, io.stop)
  return printAnswer({ ...why, asOf: at, before: await whyBefore(then, peerId, at, io.stop) }, kind, flags, io)
}

/** What is printed. `before`: why a peer that is back had left. */
type Answer = Stored<NetworkWhy> | Stored<PeerWhy & { readonly before: PeerWhy | null }>

function printAnswer(answer: Answer, kind: NetworkKind, flags: WhyFlags, io: Io): void {
  const { asOf } = answer
  const why = asOf === null ? answer : toldLater(answer)
  const before = 'before' in answer && answer.before !== null ? toldLater(answer.before) : null
  if (flags.json === true) return io.out(`${jsonText('before' in why ? { ...why, before } : why)}\n`)
  const said = (text: string): string => visible(withPeerIds(kind, text))
  io.out(`${said(why.sentence)}\n`)
  // The best one alone is in the sentence; without its events there is nothing to add.
  const [best] = why.causes
  if (why.causes.length > 1 || (best?.events.length ?? 0) > 0) {
    io.out('\n')
    for (const cause of why.causes) io.out(`${said(line(cause))}\n`)
  }
  if (before !== null) io.out(`\nIt came back. Before that: ${said(before.sentence)}\n`)
  if (canAct(why.matter, asOf)) io.out(`\n${ALONE_ADVICE}\n`)
  if (why.notKept !== null) io.out(`\n${why.notKept}\n`)
  printAsOf(asOf, io)
  return undefined
}

function line({ confidence, words, events }: Cause): string {
  const behind = events.length === 0 ? '' : `  (${events.length === 1 ? 'event' : 'events'} ${events.join(', ')})`
  return `  ${confidence.padEnd(8)}  ${capital(words)}${behind}`
}

/** A peer that may be meant, and the user's own name for it. */
interface NamedPeer {
  readonly peerId: PeerId
  readonly note: string
}

function* storedNames({ network, store }: OfflineCatalog): Generator<NamedPeer> {
  const networkKey = networkKeyOf(network)
  const notes = store.notes(networkKey)
  for (let after: number | null = null, more = true; more;) {
    const page = store.peersPage(networkKey, after, PAGE)
    for (const { peerId } of page.peers) yield { peerId, note: notes.get(peerId)?.name ?? '' }
    after = page.next
    more = after !== null
  }
  // Of those whose entries are refused the log alone tells.
  for (let before: number | undefined, more = true; more;) {
    const page = store.eventsPage({ networkKey, kinds: ['EntryRejected'], limit: PAGE, ...(before && { before }) })
    yield* refusedIn(page.events)
    before = page.events.at(-1)?.seq
    more = page.more && before !== undefined
  }
}

function* refusedIn(events: Iterable<LoggedEvent>): Generator<NamedPeer> {
  for (const { event } of events)
    if (event.kind === 'EntryRejected' && event.peerId !== null) yield { peerId: event.peerId, note: '' }
}

function* namesIn(content: PlayedFile): Generator<NamedPeer> {
  for (const rows of content.changesOfRows())
    for (const { peerId } of rows) if (peerId !== undefined) yield { peerId, note: '' }
  yield* refusedIn(content.told)
}

/** A peer by its id, the end of it, its nickname, or the user's own name for it. @throws InvalidArgument */
function peerNamed(text: string, kind: NetworkKind, peers: Iterable<NamedPeer>): PeerId {
  const known = peerIdFromAnyForm(text)
  if (known !== null) return known
  const wanted = text.trim().toLowerCase()
  const all = new Set<PeerId>()
  for (const { peerId, note } of wanted === '' ? [] : peers) {
    const names = [nickname(peerId), note, shortId(kind, peerId)]
    if (names.some((name) => name.toLowerCase() === wanted) || endsWith(peerId, wanted)) all.add(peerId)
  }
  const found = [...all]
  const [only] = found
  if (only === undefined)
    throw new InvalidArgument(
      `no peer that is known of this network is called '${text.slice(0, 80)}'; peerscope peers lists them`,
    )
  if (found.length > 1) {
    const some = found.slice(0, NAMED).join(', ')
    throw new InvalidArgument(`'${text.slice(0, 80)}' fits ${counted(found.length, 'peer')}: ${some}; give an id`)
  }
  return only
}

/** Six characters at least: fewer fit by chance. */
function endsWith(peerId: PeerId, wanted: string): boolean {
  return wanted.length >= 6 && peerIdForms(peerId).some((form) => form.toLowerCase().endsWith(wanted))
}
