/** What was: the network at a past moment, and how much happened when. */
import type { HistorySpan, Nearest, PastPart, PastPicture, StorageFigures } from '../../shared/contract.ts'
import { InvalidArgument } from '../../shared/errors.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { Loss } from '../../shared/loss.ts'
import type { PeerRow } from '../../shared/peer.ts'
import { formatLocal } from '../../shared/time.ts'
import type { PastPeer, Store, StoredPeer, StoreReader } from '../store/types.ts'
import { aloneAt, desertedAt } from './deserted.ts'
import { shownNear } from './journal/beginning.ts'
import type { LinesThen } from './journal/lines-of-loss.ts'
import type { Shown } from './journal/shown.ts'
import { shownAt } from './journal/shown.ts'
import { stallAt, stallSpan } from './insight/logged.ts'
import { partedAt } from './insight/parted.ts'
import type { PartedSource } from './insight/shown-parted.ts'
import { lookedSplit, shownParted } from './insight/shown-parted.ts'
import { storeThen } from './insight/store-then.ts'
import { lossAt } from './loss.ts'
import { purgeAfterOf } from './purge-after.ts'
import { inTurns, turn } from './turns.ts'

/** Peers that are looked up before others get a turn. */
const ROWS_AT_ONCE = 100
/** Most peers, and links, of one part of a picture. */
const ROWS_OF_PART = 1000

/** What the past is read from. */
export interface PastParts {
  readonly store: StoreReader
  readonly networkKey: NetworkKey
  /** Our own row, as it is now; undefined where it is not known. */
  readonly self: PeerRow | undefined
}

/**
 * The network as it was shown at the moment; as far as it was logged, where what was shown was not kept. In turns.
 * @throws what the signal was fired with, between two turns
 */
export async function pastPicture(parts: PastParts, at: number, signal?: AbortSignal): Promise<PastPicture> {
  const { store, networkKey } = parts
  const shown = await shownAt(store, networkKey, at, signal)
  const rows = shown === null ? await loggedRows(parts, at, signal) : rowsOf(shown, at)
  // Where nothing was shown we may have been killed while we were lost: it is not known how we were.
  const loss = rows.peers.length > 0 ? lossAt(store, networkKey, at) : null
  return {
    at,
    seq: store.lastSeqAt(networkKey, at),
    loss,
    deserted: desertedAt(store, networkKey, at, loss, rows.peers),
    // The log alone does not tell who was a neighbor.
    alone: shown !== null && aloneAt(store, networkKey, at, loss, rows.peers),
    stall: rows.peers.length > 0 ? stallSpan(stallAt(parts, at), at) : null,
    parted: partedThen(parts, at, rows.peers),
    ...((await looksSplit(parts, at, rows, loss, signal)) ? { islandsEnded: true } : {}),
    nearest: rows.peers.length > 0 ? null : await shownNear(store, networkKey, at, shown),
    ...rows,
  }
}

/** The split whose other island was taken for gone, as of a moment in which these peers were shown; null where there was none. */
function partedThen(parts: PastParts, at: number, peers: readonly PeerRow[]): PastPicture['parted'] {
  if (peers.length === 0) return null
  const { networkKey } = parts
  const found = partedAt({ store: storeThen(parts.store, at), networkKey }, at, peers)
  return found === null ? null : shownParted(found, sourceThen(parts, at, peers))
}

/** What is asked why the network was so at a moment. */
function sourceThen({ store, networkKey }: PastParts, at: number, peers: readonly PeerRow[]): PartedSource {
  const then = storeThen(store, at)
  const purgeAfterMs = purgeAfterOf(then, networkKey)
  return { store: then, networkKey, rows: () => peers, status: null, purgeAfterMs, now: at }
}

/** Whether there were islands that rather looked so, since peers ended, as why of the network at that moment has it. */
async function looksSplit(
  parts: PastParts,
  at: number,
  { peers, edges, edgesAt }: Rows,
  loss: Loss | null,
  signal?: AbortSignal,
): Promise<boolean> {
  // Without what was shown then it is not known who had broken off.
  if (edgesAt !== at || loss !== null) return false
  return await lookedSplit({ at, peers, edges }, () => sourceThen(parts, at, peers), signal)
}

/** The same as a window draws it: in a loss with the links as they were known when we lost the network. In turns. */
export async function drawnPicture(
  parts: PastParts,
  lines: LinesThen,
  at: number,
  signal?: AbortSignal,
): Promise<PastPicture> {
  const picture = await pastPicture(parts, at, signal)
  const { loss } = picture
  if (loss === null) return picture
  const kept = await lines.at(parts, { ...picture, loss }, signal)
  return { ...picture, edges: [...picture.edges, ...kept] }
}

/** Says why nothing is known of a moment, as far as the moments tell that are nearest to it. */
export function nothingKnown(at: number, nearest: Nearest | null): InvalidArgument {
  const { before = null, after = null } = nearest ?? {}
  const why =
    before === null && after !== null
      ? `the recording begins at ${formatLocal(after)}`
      : 'the network was not joined then, or that is forgotten'
  return new InvalidArgument(`nothing is known of ${formatLocal(at)}: ${why}`)
}

/** Says why nothing is known of a moment after the end of a recording. */
export function nothingAfter(at: number, end: number): InvalidArgument {
  return new InvalidArgument(`nothing is known of ${formatLocal(at)}: the recording ends at ${formatLocal(end)}`)
}

type Rows = Pick<PastPicture, 'peers' | 'edges' | 'edgesAt'>

function rowsOf({ replay }: Shown, at: number): Rows {
  if (replay === null) return { peers: [], edges: [], edgesAt: null }
  return { peers: [...replay.rows()], edges: [...replay.edges()], edgesAt: at }
}

/**
 * What the event log tells of a moment of which there is no journal, as of history that an earlier version wrote: who was in
 * the catalog, and the links that were stored last before.
 */
async function loggedRows({ store, networkKey, self }: PastParts, at: number, signal?: AbortSignal): Promise<Rows> {
  const peers: PeerRow[] = []
  for (const peer of await inTurns(store.catalogAt(networkKey, at), signal)) {
    peers.push(pastRow(peer, store.peer(networkKey, peer.peerId), at))
    if (peers.length % ROWS_AT_ONCE === 0) await turn()
    signal?.throwIfAborted()
  }
  if (self !== undefined && peers.length > 0) peers.push({ ...self, neighbor: false, connected: false })
  const there = new Set<PeerId>(peers.map(({ peerId }) => peerId))
  const last = store.topologies(networkKey).findLast((topology) => topology.at <= at)
  const stored = last === undefined ? null : await inTurns(store.topologySteps(networkKey, last.id), signal)
  return {
    peers,
    edges: stored?.edges.filter(({ a, b }) => there.has(a) && there.has(b)) ?? [],
    edgesAt: stored?.at ?? null,
  }
}

/** A picture in parts. */
export async function* pastParts({ peers, edges, ...moment }: PastPicture): AsyncGenerator<PastPart> {
  for (let from = 0; from < Math.max(peers.length, edges.length); from += ROWS_OF_PART) {
    const to = from + ROWS_OF_PART
    yield { kind: 'rows', peers: peers.slice(from, to), edges: edges.slice(from, to) }
    await turn()
  }
  yield { kind: 'done', ...moment }
}

/** How much is stored, of all networks. */
export async function storageFigures(store: Store): Promise<StorageFigures> {
  const { fileBytes, freeBytes, rows, oldestEvent } = await inTurns(store.statsSteps(null))
  return { fileBytes, freeBytes, events: rows.events, peers: rows.peers, sessions: rows.sessions, oldestEvent }
}

/** How far the event log goes back, and where it ends. */
export function historySpan(store: Store, networkKey: NetworkKey): HistorySpan {
  return { from: store.firstEventAt(networkKey), to: store.lastEventAt(networkKey) }
}

/** What the event log does not tell is taken from what is known of the peer now. */
function pastRow(peer: PastPeer, known: StoredPeer | null, at: number): PeerRow {
  return {
    peerId: peer.peerId,
    self: false,
    state: 'online',
    signed: known === null || known.signed !== null,
    protocolVersion: known?.protocolVersion ?? '',
    version: peer.version,
    addresses: peer.addresses,
    tags: peer.tags,
    streams: known?.streams ?? [],
    functions: known?.functions ?? [],
    groups: known?.groups ?? [],
    ticketCount: known?.ticketCount ?? 0,
    neighbor: false,
    connected: false,
    source: peer.source,
    firstSeen: Math.min(known?.firstSeen ?? at, at),
    lastSeen: Math.min(peer.version.updatedAt, at),
    rtt: null,
  }
}
