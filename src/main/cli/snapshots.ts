/** `peerscope verify|import|diff`: snapshots that others made. */
import type { Command } from 'commander'
import type { SnapshotReport } from '../../shared/contract.ts'
import { BadSignature, InvalidArgument } from '../../shared/errors.ts'
import { shortPeerId } from '../../shared/ids.ts'
import { nickname } from '../../shared/nickname.ts'
import { comparePeers } from '../monitor/exports/diff.ts'
import type { ComparedPeer } from '../monitor/exports/diff.ts'
import { changeText, snapshotSide, storedSide, verifySnapshot } from '../monitor/exports/snapshots.ts'
import { checkDataFolder } from '../monitor/data-folder.ts'
import { createVerifier, importOffline, isFile, openCatalog } from '../monitor/offline.ts'
import { addDataFlags, offlineFrom } from './flags.ts'
import type { DataFlags } from './flags.ts'
import type { Io } from './io.ts'
import { printable } from './table.ts'

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
      const report = await verifySnapshot(file, { signatures: createVerifier(), signal: io.stop })
      if (flags.json === true) io.out(`${JSON.stringify({ event: 'verified', ...report })}\n`)
      else io.out(describeReport(report))
      if (!report.ok) throw new BadSignature(`${file} does not verify: ${report.faultCount} faults`)
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
    const { report, outcomes, notice } = await importOffline(
      file,
      { dataDir: flags.data ?? null, env: io.env },
      io.stop,
    )
    if (notice !== null) io.err(`${notice}\n`)
    if (flags.json === true) io.out(`${JSON.stringify({ event: 'imported', outcomes, faults: report.faults })}\n`)
    else {
      const counts = Object.entries(outcomes).filter(([, count]) => count > 0)
      io.out(`${counts.map(([name, count]) => `${name} ${count}`).join(', ') || 'nothing'}\n`)
      if (!report.ok) io.err(`${report.faultCount} faults in the snapshot; what does not verify was left out\n`)
    }
  })

  const diff = program
    .command('diff')
    .summary('compare two snapshots, or a snapshot with what is stored')
    .description(
      'Tells who came, left and changed from A to B. Without B, A is compared with what a data folder holds.',
    )
    .argument('<a>', 'a snapshot')
    .argument('[b]', 'a later snapshot')
  addDataFlags(diff).action(async (a: string, b: string | undefined, flags: DataFlags) => {
    const reading = { signatures: createVerifier(), signal: io.stop }
    for (const file of [a, b]) {
      if (file !== undefined && !isFile(file)) throw new InvalidArgument(`there is no file ${file}`)
    }
    const before = await snapshotSide(a, reading)
    const after = b === undefined ? await stored(flags, io) : await snapshotSide(b, reading)
    for (const [file, { report }] of [[a, before] as const, [b, after] as const]) {
      if (report?.ok === false)
        io.err(`${file}: ${report.faultCount} faults; what does not verify was left out of the comparison\n`)
    }
    printDifference(before.peers, after.peers, flags.json === true, io)
  })
}

async function stored(
  flags: DataFlags,
  io: Io,
): Promise<{ readonly report: null; readonly peers: readonly ComparedPeer[] }> {
  const catalog = openCatalog(offlineFrom(flags, io))
  try {
    return { report: null, peers: await storedSide(catalog.store, catalog.network.id, io.stop) }
  } finally {
    catalog.close()
  }
}

function printDifference(before: readonly ComparedPeer[], after: readonly ComparedPeer[], json: boolean, io: Io): void {
  const { came, left, changed, same } = comparePeers(before, after)
  if (json) {
    for (const { peerId } of came) io.out(`${JSON.stringify({ event: 'came', peerId })}\n`)
    for (const { peerId } of left) io.out(`${JSON.stringify({ event: 'left', peerId })}\n`)
    for (const change of changed) io.out(`${JSON.stringify({ event: 'changed', ...change })}\n`)
    io.out(
      `${JSON.stringify({ event: 'compared', came: came.length, left: left.length, changed: changed.length, same })}\n`,
    )
    return
  }
  for (const { peerId, tags } of came)
    io.out(
      printable(`+ ${name(peerId)}  ${tags.join(' ')}`)
        .trimEnd()
        .concat('\n'),
    )
  for (const { peerId } of left) io.out(`- ${name(peerId)}\n`)
  for (const { peerId, restarted, changes } of changed) {
    const what = [...(restarted ? ['restarted'] : []), ...changes.map(changeText)]
    io.out(`${printable(`~ ${name(peerId)}  ${what.join('; ')}`)}\n`)
  }
  io.out(`${came.length} came, ${left.length} left, ${changed.length} changed, ${same} the same\n`)
}

function describeReport(report: SnapshotReport): string {
  const network = report.network === null ? 'an unknown network' : (report.network.name ?? report.network.id)
  const made = report.createdAt === null ? 'at an unknown time' : new Date(report.createdAt).toISOString()
  const lines = [
    `${report.ok ? 'verified' : 'NOT VERIFIED'}: ${report.peers} peers of ${printable(network)}`,
    `made by ${report.by ?? 'nobody known'}, ${made}`,
    ...(report.filter === '' ? [] : [`chosen by the filter ${printable(report.filter)}`]),
    ...(report.unsigned === 0 ? [] : [`${report.unsigned} entries were typed in and are signed by nobody`]),
    ...report.faults.map(
      ({ line, peerId, what }) =>
        `  ${line === null ? 'file' : `line ${line}`}${peerId === null ? '' : ` ${peerId}`}: ${printable(what)}`,
    ),
    ...(report.faultCount > report.faults.length ? [`  … and ${report.faultCount - report.faults.length} more`] : []),
  ]
  return `${lines.join('\n')}\n`
}

function name(peerId: ComparedPeer['peerId']): string {
  return `${nickname(peerId)}  ${shortPeerId(peerId)}`
}
