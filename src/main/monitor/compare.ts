/** Comparisons for the window: two moments or files of a network, and what a peer's catalog held. */
import type { ContractInputs, NetworkRef, PastPicture } from '../../shared/contract.ts'
import type {
  ComparedCounts,
  ComparedPeerRow,
  ComparedSide,
  CompareMessage,
  CompareSide,
  HeldMessage,
} from '../../shared/compare.ts'
import { noReasons } from '../../shared/compare.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { LinksInput } from '../../shared/links.ts'
import { linksAmong } from '../../shared/links.ts'
import { lossIn } from '../../shared/loss.ts'
import { compareLinks } from '../../shared/topology.ts'
import type { Clock } from '../discovery/ports.ts'
import type { Archive } from './archive.ts'
import type { ComparedPeer, Comparison, Picture } from './exports/diff.ts'
import { comparedRows, comparePicturesSteps } from './exports/diff.ts'
import { changeText } from './exports/snapshots.ts'
import type { Monitor } from './monitor.ts'
import { nothingAfter, nothingKnown, pastPicture } from './past.ts'
import type { StoredNetworks } from './stored.ts'
import { inTurns, turn } from './turns.ts'
import type { View } from './view.ts'
import type { OnStep } from './work.ts'
import { watched } from './work.ts'

/** What is compared, of a monitor. */
export interface CompareSource extends Pick<Monitor, 'network' | 'past'> {
  readonly archive: Pick<Archive, 'side'>
  readonly clock: Pick<Clock, 'now'>
  readonly view: Pick<View, 'rows' | 'edges' | 'status'>
}

/** Rows of one part: some milliseconds of work, sending them included. */
const ROWS_OF_PART = 500
/** Ids of one part. */
const IDS_OF_PART = 2000

/** A picture to compare. */
interface Side extends ComparedSide, Picture {
  /** Null where none is known. */
  readonly links: LinksInput | null
}

interface Compared {
  readonly result: Comparison
  readonly done: Extract<CompareMessage, { kind: 'done' }>
}

/**
 * Compares, and tells how far reading is, then the peers in parts, then the numbers.
 * @throws InvalidArgument where nothing is known of a moment, or a file is no snapshot; NotJoined, StoreFailed
 */
export async function* comparePictures(
  source: CompareSource,
  { before, after, of }: ContractInputs['compare']['pictures'],
  signal: AbortSignal,
  stored: StoredPictures,
): AsyncGenerator<CompareMessage> {
  const sideAt: SideAt = async (at, stop) =>
    of === undefined ? joinedSide(source, at) : storedSide(stored, of, at, stop)
  const work = watched(signal, (stop, onStep) => compared(source, sideAt, [before, after], stop, onStep))
  for await (const message of work) {
    if (message.kind === 'progress') {
      yield message
      continue
    }
    const { result, done } = message.result
    const { came, left, changed, same } = result
    yield* parts(came, ({ peer, as }) => ({ what: 'came', peerId: peer.peerId, as }))
    yield* parts(left, ({ peer: { peerId }, reason, lastSeen }) => ({ what: 'left', peerId, reason, lastSeen }))
    yield* parts(changed, ({ peerId, restarted, changes }) => ({
      what: 'changed',
      peerId,
      restarted,
      changes: changes.map(changeText),
    }))
    yield* parts(same, (peerId) => ({ what: 'same', peerId }))
    yield done
  }
}

/**
 * What a peer's catalog held when it synced with us last: what we knew at that moment (rule SY1), ourselves among it.
 * @throws NotJoined
 */
export async function* heldBy(
  source: Pick<CompareSource, 'past' | 'view'>,
  peerId: PeerId,
  signal: AbortSignal,
): AsyncGenerator<HeldMessage> {
  // First: it shows what waits to be shown, such as a sync that just went well.
  const past = source.past()
  let at: number | null = null
  for (const edge of source.view.edges())
    if (edge.kind === 'holds' && edge.saidBy === peerId) at = Math.max(at ?? 0, edge.at)
  if (at !== null) {
    const { peers } = await pastPicture(past, at)
    const held = peers.filter((row) => row.state === 'online' && (row.self || row.signed) && row.peerId !== peerId)
    for (let from = 0; from < held.length && !signal.aborted; from += IDS_OF_PART) {
      yield { kind: 'ids', peerIds: held.slice(from, from + IDS_OF_PART).map((row) => row.peerId) }
      await turn()
    }
  }
  yield { kind: 'done', at }
}

async function* parts<T>(items: readonly T[], row: (item: T) => ComparedPeerRow): AsyncGenerator<CompareMessage> {
  for (let from = 0; from < items.length; from += ROWS_OF_PART) {
    yield { kind: 'rows', rows: items.slice(from, from + ROWS_OF_PART).map(row) }
    await turn()
  }
}

/** Where moments of networks that are not joined are read from. */
type StoredPictures = Pick<StoredNetworks, 'open' | 'at'>

/** The picture of a moment; null is now. */
type SideAt = (at: number | null, signal: AbortSignal) => Promise<Side>

async function compared(
  source: CompareSource,
  sideAt: SideAt,
  [one, other]: readonly [CompareSide, CompareSide],
  signal: AbortSignal,
  onStep: OnStep,
): Promise<Compared> {
  const sideOf = async (side: CompareSide): Promise<Side> =>
    side.kind === 'file' ? await fileSide(source, side, signal, onStep) : await sideAt(side.at, signal)
  const before = await sideOf(one)
  const after = await sideOf(other)
  const result = await inTurns(comparePicturesSteps(before, after), signal)
  const links =
    before.links === null || after.links === null
      ? null
      : await inTurns(compareLinks(before.links, after.links), signal)
  return {
    result,
    done: {
      kind: 'done',
      counts: countsOf(result),
      sides: [told(before), told(after)],
      links: links && {
        came: links.cameCount,
        went: links.wentCount,
        same: links.same,
        firstCame: links.came,
        firstWent: links.went,
      },
    },
  }
}

async function fileSide(
  { archive }: CompareSource,
  { file, at: wanted }: Extract<CompareSide, { kind: 'file' }>,
  signal: AbortSignal,
  onStep: OnStep,
): Promise<Side> {
  const { report, peers, links, lost } = await archive.side(file, wanted, signal, onStep)
  const at = report.moment === null ? report.createdAt : (wanted ?? report.moment.asOf)
  return {
    network: report.network,
    at,
    here: hereIn(peers),
    lost,
    faults: report.faultCount,
    peers,
    links,
    signed: report.moment === null,
  }
}

async function joinedSide(source: CompareSource, wanted: number | null): Promise<Side> {
  const network = source.network()
  const now = source.clock.now()
  if (wanted === null || wanted >= now) return shownSide(network, now, pictureNow(source))
  const shown = await pastPicture(source.past(), wanted)
  if (shown.peers.length === 0) throw nothingKnown(wanted, shown.nearest)
  return shownSide(network, wanted, shown)
}

async function storedSide(
  stored: StoredPictures,
  of: ContractInputs['stored']['open'],
  wanted: number | null,
  signal: AbortSignal,
): Promise<Side> {
  const { network, moment } = await stored.open(of)
  const at = wanted ?? moment.asOf
  // After its end it is not known to have stayed as it was.
  if (at > moment.asOf) throw nothingAfter(at, moment.asOf)
  const shown = await stored.at({ ...of, at }, signal)
  if (shown.peers.length === 0) throw nothingKnown(at, shown.nearest)
  return shownSide(network, at, shown)
}

function shownSide(network: NetworkRef, at: number, shown: Shown): Side {
  const peers = comparedRows(shown.peers, shown.loss)
  // Of a moment whose links were not stored none is known: they did not all come later.
  const links = shown.edgesAt === null ? null : linksAmong(shown.peers, shown.edges, shown.edgesAt, shown.loss)
  return { network, at, here: hereIn(peers), lost: shown.loss !== null, faults: 0, peers, links, signed: false }
}

/** What a comparison needs of a picture. */
type Shown = Pick<PastPicture, 'peers' | 'edges' | 'edgesAt' | 'loss' | 'nearest'>

function pictureNow({ view, clock }: Pick<CompareSource, 'view' | 'clock'>): Shown {
  const loss = lossIn(view.status)
  return { peers: [...view.rows()], edges: [...view.edges()], edgesAt: clock.now(), loss, nearest: null }
}

function told({ network, at, here, lost, faults }: Side): ComparedSide {
  return { network, at, here, lost, faults }
}

function hereIn(peers: readonly ComparedPeer[]): number {
  return peers.filter(({ state }) => state === 'online').length
}

function countsOf({ came, left, changed, same, gone }: Comparison): ComparedCounts {
  const leftBy = noReasons()
  for (const { reason } of left) leftBy[reason] += 1
  return { came: came.length, left: left.length, leftBy, changed: changed.length, same: same.length, gone }
}
