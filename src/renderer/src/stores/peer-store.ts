import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { NetworkStatus, StoreStatus, ViewMessage } from '../../../shared/contract.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isPresent } from '../../../shared/links.ts'
import type { Loss } from '../../../shared/loss.ts'
import { lossIn, rowInLoss } from '../../../shared/loss.ts'
import type { LostLines } from '../../../shared/lost-lines.ts'
import { networkOf } from '../../../shared/network-of.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import type { Edge, PeerRow, PeerState } from '../../../shared/peer.ts'
import { edgeKey } from '../../../shared/peer.ts'
import type { Links } from './link-book.ts'
import { LinkBook } from './link-book.ts'
import { sharedKind, SharedTexts } from './shared-texts.ts'

/** Peers by state, ourselves not counted, so no reader has to subtract us. */
export type PeerCounts = Readonly<Record<PeerState, number>>

/** Peers, and edges by their keys, that came, changed or went. */
export interface TouchedByMessage {
  readonly peers: readonly PeerId[]
  readonly edges: readonly string[]
}

/**
 * The picture of the network. `peers` and `edges` are changed in place: select a row, a count or a revision, never the
 * maps alone. While we have lost the network, peers that were here when that began are in it as they were then, and marked.
 */
export interface PeerStoreState {
  readonly peers: ReadonlyMap<PeerId, PeerRow>
  readonly edges: ReadonlyMap<string, Edge>
  /** Which of the edges are links of the moment that is shown. */
  readonly links: Links
  /** The moment that these are of, milliseconds since the epoch; null for now. */
  readonly linksAt: number | null
  /** A new array only when a peer appears or goes. */
  readonly ids: readonly PeerId[]
  readonly counts: PeerCounts
  /** Grows with every message that touched a peer. */
  readonly rev: number
  /** Grows when peers appear or go, or change their state. */
  readonly structRev: number
  /** Grows when edges change. */
  readonly edgeRev: number
  /** By the newest message; null where that was a snapshot, which touches everything. */
  readonly touched: TouchedByMessage | null
  readonly status: NetworkStatus
  /** Null where the network was not lost: of a past moment the status tells of now, and this of then. */
  readonly loss: Loss | null
  /** The kind of the network that the picture is of. */
  readonly kind: NetworkKind
  readonly store: StoreStatus
  /** Sequence number of the newest message; null before the first snapshot. */
  readonly seq: number | null
}

/** What a picture of another time tells beside its rows. */
export interface PastOf {
  readonly kind: NetworkKind
  /** The moment that its links are of, milliseconds since the epoch; null where it has none. */
  readonly linksAt: number | null
  readonly loss: Loss | null
}

/** The store, with its one way in. */
export interface PeerStore extends StoreApi<PeerStoreState> {
  /**
   * Takes a message of the view stream. False when one is missing before it: then nothing changes, ask for a snapshot.
   * @param past where the picture is of another time, or not of the network that the status names
   */
  apply(message: ViewMessage, past?: PastOf): boolean
}

/**
 * How many peers of a picture are here, or were when we lost the network: the one count of header, strip, table and the banner of
 * a past moment.
 */
export function hereIn({ counts }: Pick<PeerStoreState, 'counts'>): number {
  return counts.online
}

/** A fresh, empty store. @param lostLines keeps lines while the network is lost; null for pictures that say themselves what was */
export function createPeerStore(lostLines: LostLines | null = null): PeerStore {
  const peers = new Map<PeerId, PeerRow>()
  const book = new LinkBook((peerId) => canLink(peers.get(peerId)))
  const { edges } = book
  let self: PeerId | null = null
  // In the present the view takes away what is too old.
  let now = -Infinity
  /** As they were told, the rows of peers that are shown as they were when we lost the network. */
  const told = new Map<PeerId, PeerRow>()
  const counts = emptyCounts()
  const texts = new SharedTexts()
  const store = createStore<PeerStoreState>()(() => ({
    peers,
    edges,
    links: book,
    linksAt: null,
    ids: [],
    counts: { ...counts },
    rev: 0,
    structRev: 0,
    edgeRev: 0,
    touched: null,
    status: { state: 'none' },
    loss: null,
    kind: 'peerscope',
    store: { state: 'ok', reason: '', path: null },
    seq: null,
  }))

  function count({ self, state }: PeerRow, by: 1 | -1): void {
    if (!self) counts[state] += by
  }

  /** Whether the row changed the list of ids or the counts. */
  function put(given: PeerRow, loss: Loss | null): { readonly joined: boolean; readonly moved: boolean } {
    const old = peers.get(given.peerId)
    const own = texts.row(given, old)
    const row = rowInLoss(own, loss)
    if (row === own) told.delete(row.peerId)
    else told.set(row.peerId, own)
    peers.set(row.peerId, row)
    if (row.self) self = row.peerId
    if (canLink(old) !== canLink(row)) book.touch(row.peerId)
    if (old !== undefined) count(old, -1)
    count(row, 1)
    const moved =
      old?.state !== row.state ||
      old.neighbor !== row.neighbor ||
      old.connected !== row.connected ||
      old.notKnown !== row.notKnown ||
      old.self !== row.self
    return { joined: old === undefined, moved }
  }

  /** The same edge with the texts that the rows and other edges have: each message brings its own, and a peer has many links. */
  function withOurTexts({ a, b, saidBy, kind, at }: Edge): Edge {
    return { a: ourId(a), b: ourId(b), saidBy: ourId(saidBy), kind: sharedKind(kind), at }
  }

  function ourId(peerId: PeerId): PeerId {
    return peers.get(peerId)?.peerId ?? peerId
  }

  function drop(peerId: PeerId): boolean {
    const old = peers.get(peerId)
    if (old === undefined) return false
    count(old, -1)
    told.delete(peerId)
    book.touch(peerId)
    if (self === peerId) self = null
    return peers.delete(peerId)
  }

  /** Rows that count otherwise with another loss, as they were told. */
  function byLoss(): PeerRow[] {
    return [...told.values(), ...[...peers.values()].filter(({ peerId, self }) => !self && !told.has(peerId))]
  }

  function apply(message: ViewMessage, past?: PastOf): boolean {
    const state = store.getState()
    if (message.type === 'snapshot') {
      const before = new Map(lostLines === null ? [] : edges)
      const loss = lossOf(message.status, past)
      peers.clear()
      book.clear()
      self = null
      now = past?.linksAt ?? -Infinity
      told.clear()
      Object.assign(counts, emptyCounts())
      for (const row of message.peers) put(row, loss)
      for (const edge of message.edges) book.set(edgeKey(edge), withOurTexts(edge))
      if (lostLines !== null) keepLost(lostLines, before, state.status, message.status)
      settle()
      store.setState({
        ids: [...peers.keys()],
        counts: { ...counts },
        rev: state.rev + 1,
        structRev: state.structRev + 1,
        edgeRev: state.edgeRev + 1,
        touched: null,
        status: message.status,
        linksAt: past?.linksAt ?? null,
        loss,
        kind: past?.kind ?? kindOf(message.status) ?? state.kind,
        store: message.store,
        seq: message.seq,
      })
      return true
    }
    if (state.seq === null || message.seq !== state.seq + 1) return false
    const { peers: given = [], removed = [], edgesAdded = [], edgesRemoved = [] } = message
    const loss = message.status === undefined ? state.loss : lossOf(message.status, past)
    const rows = sameLoss(loss, state.loss) ? given : [...byLoss(), ...given]
    let listed = false
    let moved = false
    for (const row of rows) {
      const change = put(row, loss)
      listed = listed || change.joined
      moved = moved || change.moved
    }
    for (const peerId of removed) listed = drop(peerId) || listed
    const edgesTouched = new Set<string>()
    const touch = (edge: Edge): string => {
      const key = edgeKey(edge)
      edgesTouched.add(key)
      return key
    }
    for (const edge of edgesRemoved) {
      const key = touch(edge)
      const known = edges.get(key)
      if (book.delete(key) && known !== undefined) lostLines?.went(key, known)
    }
    for (const edge of edgesAdded) {
      const key = touch(edge)
      book.set(key, withOurTexts(edge))
      lostLines?.came(key)
    }
    const status = message.status ?? state.status
    if (networkOf(status) !== networkOf(state.status)) lostLines?.forget()
    for (const key of lostLines?.apply(book, status.state === 'lost') ?? []) edgesTouched.add(key)
    if (past !== undefined) now = past.linksAt ?? -Infinity
    for (const edge of settle()) edgesTouched.add(edgeKey(edge))
    store.setState({
      ...(listed ? { ids: [...peers.keys()] } : {}),
      ...(listed || moved ? { counts: { ...counts }, structRev: state.structRev + 1 } : {}),
      ...(listed || rows.length > 0 ? { rev: state.rev + 1 } : {}),
      ...(edgesTouched.size > 0 ? { edgeRev: state.edgeRev + 1 } : {}),
      touched: { peers: [...rows.map((row) => row.peerId), ...removed], edges: [...edgesTouched] },
      ...(message.status === undefined
        ? {}
        : {
            status: message.status,
            loss: sameLoss(loss, state.loss) ? state.loss : loss,
            kind: past?.kind ?? kindOf(message.status) ?? state.kind,
          }),
      ...(past === undefined ? {} : { linksAt: past.linksAt }),
      ...(message.store === undefined ? {} : { store: message.store }),
      seq: message.seq,
    })
    return true
  }

  /** @returns claims that are links from now on, or no longer */
  function settle(): readonly Edge[] {
    book.move({ now, self })
    return book.settle()
  }

  /** A new picture of a lost network has fewer lines: those of the one before stay. */
  function keepLost(lines: LostLines, before: Map<string, Edge>, was: NetworkStatus, is: NetworkStatus): void {
    if (is.state !== 'lost' || networkOf(is) !== networkOf(was)) return lines.forget()
    for (const [key, edge] of before) if (!edges.has(key)) lines.went(key, edge)
    for (const key of edges.keys()) lines.came(key)
    lines.apply(book, true)
    return undefined
  }

  return { ...store, apply }
}

function canLink(row: PeerRow | undefined): boolean {
  return row !== undefined && isPresent(row)
}

function lossOf(status: NetworkStatus, past: PastOf | undefined): Loss | null {
  return past === undefined ? lossIn(status) : past.loss
}

/** Whether the same peers went with us. */
function sameLoss(one: Loss | null, other: Loss | null): boolean {
  return one?.at === other?.at && one?.judgedAt === other?.judgedAt && one?.purgeAfterMs === other?.purgeAfterMs
}

/** Null where no network is joined. */
function kindOf(status: NetworkStatus): NetworkKind | null {
  return 'network' in status ? status.network.kind : null
}

function emptyCounts(): Record<PeerState, number> {
  return { online: 0, departed: 0, purged: 0, lost: 0, removed: 0, displaced: 0, stored: 0 }
}
