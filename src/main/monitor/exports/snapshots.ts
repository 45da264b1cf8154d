/** What can be done with a snapshot file: check, import, compare, look at. */
import type { ImportReport, SnapshotReport } from '../../../shared/contract.ts'
import { Cancelled } from '../../../shared/errors.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import type { Discovery } from '../../discovery/handle.ts'
import type { Signatures } from '../../discovery/ports.ts'
import { comparedEntry, comparedRows } from './diff.ts'
import type { ComparedPeer, FieldChange } from './diff.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import { lastTurn } from '../history-end.ts'
import { lastKnownRow } from './fields.ts'
import { nothingKnown } from '../past.ts'
import { turn } from '../turns.ts'
import type { OnStep } from '../work.ts'
import type { MomentLine } from './moment-lines.ts'
import { PlayedFile } from './played-file.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { LinksInput } from '../../../shared/links.ts'
import { linksAmong } from '../../../shared/links.ts'
import { storedPages } from './records.ts'
import type { ExportSource } from './records.ts'
import type { SnapshotEntry } from './read-snapshot.ts'

/** Entries that are offered before others get a turn. */
const BATCH = 20

/** Where a snapshot is read. */
export interface Reading {
  readonly signatures: Signatures
  readonly signal: AbortSignal
  readonly onStep?: OnStep
  readonly onMoment?: (line: MomentLine) => void
}

/** Checks every signature. @throws InvalidArgument for what is no snapshot, StoreFailed, Cancelled */
export async function verifySnapshot(path: string, reading: Reading): Promise<SnapshotReport> {
  return await readSnapshot(path, reading)
}

/** Its peers whose signatures hold, and what is wrong with it. */
export async function snapshotPeers(
  path: string,
  reading: Reading,
): Promise<{ readonly report: SnapshotReport; readonly peers: readonly SnapshotEntry[] }> {
  const peers: SnapshotEntry[] = []
  const report = await readSnapshot(path, { ...reading, onPeer: (peer) => peers.push(peer) })
  return { report, peers }
}

/**
 * Offers the entries to the catalog of a network of this kind, through all its rules.
 * @throws Cancelled; what was offered before stays
 */
export async function importSnapshot(
  path: string,
  kind: NetworkKind,
  discovery: Pick<Discovery, 'feed'>,
  reading: Reading,
): Promise<ImportReport> {
  const { signal, onStep } = reading
  const { peers } = await snapshotPeers(path, reading)
  const outcomes: Record<string, number> = {}
  const count = (outcome: string): void => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
  for (const [index, { signed }] of peers.entries()) {
    if (signal.aborted) throw new Cancelled('taking in the snapshot was cancelled')
    if (signed === null) count('Unsigned')
    // No catalog of another kind could read it.
    else if (signed.kind !== kind) count('DifferentNetwork')
    else count(await discovery.feed(signed))
    if (index % BATCH !== BATCH - 1) continue
    onStep?.({ step: 'offer', done: index + 1, total: peers.length })
    await turn()
  }
  return { outcomes }
}

/** What a file says of a network, for a comparison. */
export interface FileSide {
  readonly report: SnapshotReport
  /** What signed entries tell; of a shared moment what was shown. */
  readonly peers: readonly ComparedPeer[]
  /** Links that were shown; null where the file knows none. */
  readonly links: LinksInput | null
  /** Whether we had lost the network at the shared moment: peers are as they were when that began. */
  readonly lost: boolean
}

/**
 * A snapshot's side of a comparison; `at` chooses another time of a shared moment's span.
 * @throws InvalidArgument for a time at which nothing was shown
 */
export async function snapshotSide(path: string, reading: Reading, at: number | null = null): Promise<FileSide> {
  const peers: ComparedPeer[] = []
  // The signed bytes are let go at once.
  const onPeer = (peer: SnapshotEntry): void => {
    const compared = comparedEntry(peer)
    if (compared !== null) peers.push(compared)
  }
  const played = new PlayedFile()
  const report = await readSnapshot(path, { ...reading, onPeer, onMoment: (line) => played.take(line) })
  const { moment } = report
  if (moment === null) return { report, peers, links: null, lost: false }
  played.end(moment)
  const shown = await played.at(Math.min(Math.max(at ?? moment.asOf, moment.from), moment.to), moment)
  if (shown.nearest !== null) throw nothingKnown(shown.at, shown.nearest)
  const links = linksAmong(shown.peers, shown.edges, shown.at, shown.loss)
  return { report, peers: comparedRows(shown.peers, shown.loss), links, lost: shown.loss !== null }
}

/**
 * The side of a data folder, as it was shown last: while an app watches the network what its window compares, else what is stored.
 * Where the network was never joined all that is known was brought by imports: they count as here, as their snapshot has them.
 */
export async function storedSide(
  { store, network, live, loss }: ExportSource,
  signal: AbortSignal,
): Promise<readonly ComparedPeer[]> {
  if (live.size > 0) return comparedRows([...live.values()], loss)
  const peers: ComparedPeer[] = []
  const networkKey = networkKeyOf(network)
  const joined = lastTurn(store, networkKey) !== undefined
  for await (const page of storedPages(store, networkKey)) {
    if (signal.aborted) throw new Cancelled('comparing was cancelled')
    for (const row of page.map(lastKnownRow))
      peers.push(!joined && row.state === 'stored' ? { ...row, state: 'online' } : row)
  }
  return peers
}

/** A change in words: `tags: +a −b`. */
export function changeText(change: FieldChange): string {
  if ('before' in change) return `${change.field}: ${change.before} → ${change.after}`
  const parts = [...change.added.map((item) => `+${item}`), ...change.removed.map((item) => `−${item}`)]
  return `${change.field}: ${parts.join(' ')}`
}
