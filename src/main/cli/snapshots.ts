/** `peerscope verify|import|diff`: snapshots that others made. */
import type { Command } from 'commander'
import type { SnapshotReport } from '../../shared/contract.ts'
import { isBackwards, LEFT_REASONS } from '../../shared/compare.ts'
import { counted } from '../../shared/counted.ts'
import { BadSignature, Cancelled, InvalidArgument } from '../../shared/errors.ts'
import { formatCount } from '../../shared/format-count.ts'
import { nickname } from '../../shared/nickname.ts'
import { LEFT_WORDS } from '../../shared/state-words.ts'
import { formatLocal } from '../../shared/time.ts'
import { jsonText, visible } from '../../shared/visible-text.ts'
import { comparedRows, comparePicturesSteps } from '../monitor/exports/diff.ts'
import type { ComparedPeer, PeerLeft, Picture } from '../monitor/exports/diff.ts'
import { DEFAULT_KIND, KIND_NAMES } from '../../shared/network-kind.ts'
import { changeText, snapshotSide, storedSide, verifySnapshot } from '../monitor/exports/snapshots.ts'
import { checkDataFolder } from '../monitor/data-folder.ts'
import { createVerifier, importOffline, isFile } from '../monitor/offline.ts'
import { inTurns, turn } from '../monitor/turns.ts'
import { sourceAt, withLastShown } from '../monitor/exports/moment.ts'
import { addDataFlags, MOMENT_HELP, momentOf } from './flags.ts'
import type { DataFlags } from './flags.ts'
import type { Io } from './io.ts'
import { kindWords } from './kind-words.ts'
import { openRecorded } from './open-catalog.ts'
import { teller } from './progress.ts'

interface DiffFlags extends DataFlags {
  readonly asOf?: number
}

/** Lines printed before others have a turn. */
const AT_ONCE = 500

/** Adds the three commands. */
export function addSnapshotCommands(program: Command, io: Io): void {
  program
    .command('verify')
    .summary('check every signature of a snapshot')
    .description(
      'Checks a .peerscope file: every entry’s signature, and that over the whole. Exit code 1 when one fails.',
    )
    .argument('<file>', 'the snapshot')
    .option('--json', 'print one JSON object')
    .action(async (file: string, flags: { readonly json?: boolean }) => {
      const { onStep, end } = teller(io)
      const reading = { signatures: createVerifier(), signal: io.stop, onStep }
      const report = await verifySnapshot(file, reading).finally(end)
      if (flags.json === true) io.out(`${jsonText({ event: 'verified', ...report })}\n`)
      else io.out(describeReport(report))
      if (!report.ok) throw new BadSignature(`${file} does not verify: ${counted(report.faultCount, 'fault')}`)
    })

  const importing = program
    .command('import')
    .summary('take the entries of a snapshot into a data folder')
    .description(
      'Takes entries whose signatures hold and that are newer than what is stored, as peers known from before: the next\n' +
        'start shows and dials them. While Peerscope runs on the folder, import in its window instead.',
    )
    .argument('<file>', 'the snapshot')
  addDataFlags(importing).action(async (file: string, flags: DataFlags) => {
    if (flags.data !== undefined) checkDataFolder(flags.data, 'write')
    const { onStep, end } = teller(io)
    const importing = importOffline(file, { dataDir: flags.data ?? null, env: io.env }, io.stop, onStep)
    const { report, outcomes, notice } = await importing.finally(end)
    if (notice !== null) io.err(`${visible(notice)}\n`)
    if (flags.json === true) io.out(`${jsonText({ event: 'imported', outcomes, faults: report.faults })}\n`)
    else {
      const counts = Object.entries(outcomes).filter(([, count]) => count > 0)
      io.out(`${counts.map(([name, count]) => `${name} ${formatCount(count)}`).join(', ') || 'nothing'}\n`)
      if (!report.ok)
        io.err(`${counted(report.faultCount, 'fault')} in the snapshot; what does not verify was left out\n`)
    }
  })

  const diff = program
    .command('diff')
    .summary('compare two snapshots, or a snapshot with what is stored')
    .description(
      'Tells who came, left (said goodbye, went silent, …) and changed from A to B. Without B, A is compared with what a\n' +
        'data folder holds.',
    )
    .argument('<a>', 'a snapshot')
    .argument('[b]', 'a later snapshot')
    .option('--as-of <time>', `without B: what the folder holds, ${MOMENT_HELP}`, momentOf)
  addDataFlags(diff).action(async (a: string, b: string | undefined, flags: DiffFlags) => {
    if (b !== undefined && flags.asOf !== undefined)
      throw new InvalidArgument('--as-of is about what the folder holds: leave it out, or B')
    const { onStep, end } = teller(io)
    const reading = { signatures: createVerifier(), signal: io.stop, onStep }
    for (const file of [a, b]) {
      if (file !== undefined && !isFile(file)) throw new InvalidArgument(`there is no file ${file}`)
    }
    const side = async (file: string): Promise<Side> => {
      const { report, peers, lost } = await snapshotSide(file, reading).finally(end)
      const at = report.moment?.asOf ?? report.createdAt
      return { report, network: report.network, at, peers, lost, signed: report.moment === null }
    }
    const before = await side(a)
    const after = b === undefined ? await stored(flags, io) : await side(b)
    sameKind(before, after)
    const [first, second] = [before.network, after.network]
    // They may have peers in common; who is in one alone did not leave.
    if (first !== null && second !== null && first.id !== second.id)
      io.err(`these are two networks: ${named(first)} and ${named(second)}\n`)
    for (const [file, { report, lost }] of [[a, before] as const, [b, after] as const]) {
      if (file !== undefined && report?.ok === false)
        io.err(
          `${visible(file)}: ${counted(report.faultCount, 'fault')}; what does not verify was left out of the comparison\n`,
        )
      if (lost)
        io.err(`${visible(file ?? 'the data folder')}: the network was lost then; peers count as when that began\n`)
    }
    if (isBackwards([before, after]))
      io.err('A is later than B: what came between them is told as left, and what left as come\n')
    await printDifference(before, after, flags.json === true, io)
  })
}

async function stored(flags: DiffFlags, io: Io): Promise<Side> {
  const catalog = openRecorded(flags, io)
  try {
    const { network } = catalog
    if (flags.asOf !== undefined) {
      const { moment } = await sourceAt(catalog.source, flags.asOf)
      const { rows = [], loss = null } = moment ?? {}
      const peers = comparedRows(rows, loss)
      return { report: null, network, at: flags.asOf, peers, lost: loss !== null, signed: false }
    }
    const source = await withLastShown(catalog.source)
    const peers = await storedSide(source, io.stop)
    // No file is of a later moment than now.
    return { report: null, network, at: null, peers, lost: source.live.size > 0 && source.loss !== null, signed: false }
  } finally {
    catalog.close()
  }
}

/** @throws InvalidArgument for pictures of two networks of different kinds, which have nothing to do with each other */
function sameKind({ network: a }: Side, { network: b }: Side): void {
  if (a !== null && b !== null && a.kind !== b.kind)
    throw new InvalidArgument(
      `the first is of a ${KIND_NAMES[a.kind]} network, the second of a ${KIND_NAMES[b.kind]} network: they cannot be compared`,
    )
}

function named({ name, id }: NonNullable<Side['network']>): string {
  return name === null ? id : visible(name)
}

/** One side of a comparison. */
interface Side extends Picture {
  /** When it was so, milliseconds since the epoch; null where a file does not say. */
  readonly at: number | null
  /** Null for what is stored. */
  readonly report: SnapshotReport | null
  readonly network: SnapshotReport['network']
  /** Whether we had lost the network at its moment. */
  readonly lost: boolean
}

async function printDifference(before: Side, after: Side, json: boolean, io: Io): Promise<void> {
  const { came, left, changed, same, gone } = await inTurns(comparePicturesSteps(before, after), io.stop)
  const words = kindWords(before.network?.kind ?? 'peerscope')
  const name = (peerId: ComparedPeer['peerId']): string => `${nickname(peerId)}  ${words.short(peerId)}`
  const print = async <T>(items: readonly T[], line: (item: T) => string): Promise<void> => {
    for (let from = 0; from < items.length; from += AT_ONCE) {
      const some = items.slice(from, from + AT_ONCE)
      io.out(some.map((item) => `${line(item).trimEnd()}\n`).join(''))
      await io.drained?.()
      await turn()
      if (io.stop.aborted) throw new Cancelled('stopped before the end')
    }
  }
  if (json) {
    await print(came, ({ peer, as }) => {
      const { peerId } = peer
      return jsonText({ event: 'came', peerId, as, ...words.fields(peerId) })
    })
    await print(left, ({ peer, reason, lastSeen }) => {
      const { peerId } = peer
      return jsonText({ event: 'left', peerId, reason, lastSeen, ...words.fields(peerId) })
    })
    await print(changed, (change) => jsonText({ event: 'changed', ...change, ...words.fields(change.peerId) }))
    const counts = { came: came.length, left: left.length, changed: changed.length, same: same.length, gone }
    return io.out(`${jsonText({ event: 'compared', ...counts })}\n`)
  }
  await print(came, ({ peer, as }) =>
    visible(`+ ${name(peer.peerId)}  ${as === 'back' ? 'is back  ' : ''}${words.tags(peer.tags)}`),
  )
  await print(left, ({ peer, reason, lastSeen }) => {
    const seen = lastSeen === null ? '' : `; last seen ${formatLocal(lastSeen)}`
    return `- ${name(peer.peerId)}  ${LEFT_WORDS[reason]}${seen}`
  })
  await print(changed, ({ peerId, restarted, changes }) => {
    const what = [...(restarted ? ['restarted'] : []), ...changes.map(changeText)]
    return visible(`~ ${name(peerId)}  ${what.join('; ')}`)
  })
  const goneWords = gone === 0 ? '' : `, ${formatCount(gone)} gone in both`
  return io.out(
    `${formatCount(came.length)} came, ${formatCount(left.length)} left${reasonWords(left)}, ${formatCount(changed.length)} changed, ${formatCount(same.length)} the same${goneWords}\n`,
  )
}

/** How many left in which way: ` (2 said goodbye, 1 went silent)`. */
function reasonWords(left: readonly PeerLeft[]): string {
  const by = LEFT_REASONS.flatMap((reason) => {
    const count = left.filter((one) => one.reason === reason).length
    return count === 0 ? [] : [`${formatCount(count)} ${LEFT_WORDS[reason]}`]
  })
  return by.length === 0 ? '' : ` (${by.join(', ')})`
}

function momentWords({ asOf, from, to, events }: NonNullable<SnapshotReport['moment']>): string[] {
  const span =
    from === to
      ? ''
      : `, to be played from ${formatLocal(from)} to ${formatLocal(to)}, with ${counted(events, 'event')}`
  return [`as of ${formatLocal(asOf)}${span}`]
}

function describeReport(report: SnapshotReport): string {
  const { kind = 'peerscope', id, name = null } = report.network ?? {}
  const network = id === undefined ? 'an unknown network' : (name ?? id)
  const words = kindWords(kind)
  const made = report.createdAt === null ? 'at an unknown time' : formatLocal(report.createdAt)
  const lines = [
    `${report.ok ? 'verified' : 'NOT VERIFIED'}: ${counted(report.peers, 'peer')} of ${kind === DEFAULT_KIND ? '' : `the ${KIND_NAMES[kind]} network `}${visible(network)}`,
    `made by ${report.by === null ? 'nobody known' : words.id(report.by)}, ${made}`,
    ...(report.moment === null ? [] : momentWords(report.moment)),
    ...(report.filter === '' ? [] : [`chosen by the filter ${visible(report.filter)}`]),
    ...(report.unsigned === 0
      ? []
      : [`${counted(report.unsigned, 'entry was', 'entries were')} typed in and signed by nobody`]),
    ...report.faults.map(
      ({ line, peerId, what }) =>
        `  ${line === null ? 'file' : `line ${line}`}${peerId === null ? '' : ` ${words.id(peerId)}`}: ${visible(what)}`,
    ),
    ...(report.faultCount > report.faults.length ? [`  … and ${report.faultCount - report.faults.length} more`] : []),
  ]
  return `${lines.join('\n')}\n`
}
