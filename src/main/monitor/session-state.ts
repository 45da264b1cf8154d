/**
 * What a session knows, and what it does with each item that its node tells (rule CT11). No I/O, no clock of its own: the
 * same items make the same effects.
 *
 * What an event says is logged at once, and so is a departure shown, after all that was known of the peer before. All else
 * that changes rows only marks them: `due` gives each as it is by then, once, however often it changed. So a row may come
 * later than the event that tells of it, and never shows anything older than a departure.
 */
import type { DiscoveryEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { DepartureReason, PeerRow, PeerState, Source, Version } from '../../shared/peer.ts'
import type { CatalogPeer, Told } from '../discovery/handle.ts'
import type { StoredPeer } from '../store/types.ts'
import { goneRow, rowOf, storedPeer } from './rows.ts'

/** Problems that are remembered. */
const MAX_PROBLEMS = 20

/** A dial that failed. */
export interface Problem {
  readonly target: string
  readonly reason: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** What is to be done. Times are milliseconds since the epoch. */
export type Effect =
  | { readonly do: 'log'; readonly at: number; readonly event: DiscoveryEvent }
  /** In the view: a row appears or changes, or goes (rule RT3). */
  | { readonly do: 'show'; readonly row: PeerRow }
  | { readonly do: 'hide'; readonly peerId: PeerId }
  /** In the view: our connection to a peer that is not in the catalog, where a row of it is shown. */
  | { readonly do: 'show connection'; readonly peerId: PeerId; readonly connected: boolean }
  /** In the store: a peer as it is now, and what was observed of it. */
  | { readonly do: 'keep'; readonly peer: StoredPeer }
  | { readonly do: 'keep rtt'; readonly peerId: PeerId; readonly at: number; readonly ms: number }
  | VersionEffect
  | (Omit<VersionEffect, 'do'> & { readonly do: 'open session' })
  /** The wall clock may have been set: presences that go on keep their lengths. */
  | { readonly do: 'move sessions' }
  | { readonly do: 'close session'; readonly peerId: PeerId; readonly at: number; readonly reason: DepartureReason }
  | { readonly do: 'mark gone'; readonly peerId: PeerId; readonly state: PeerState; readonly reason: DepartureReason }
  /** Of the topology: our own links as they are; a peer's catalog holds what ours holds; a peer has no links any longer. */
  | { readonly do: 'own links'; readonly neighbors: readonly PeerId[]; readonly connected: readonly PeerId[] }
  | { readonly do: 'holds'; readonly peerId: PeerId }
  | { readonly do: 'forget links'; readonly peerId: PeerId }
  | { readonly do: 'status' }

interface VersionEffect {
  readonly do: 'keep version'
  readonly peerId: PeerId
  readonly version: Version
  readonly at: number
  readonly source: Source
}

/** What a node shows of itself at one moment; all that it tells later follows on it. */
export interface Picture {
  readonly peers: Iterable<CatalogPeer>
  readonly neighbors: Iterable<PeerId>
  readonly connected: Iterable<PeerId>
}

/** Changed by `begin`, `take`, `due` and `end` only. */
export interface SessionState {
  /** The catalog, as it was told. */
  readonly peers: Map<PeerId, CatalogPeer>
  readonly neighbors: Set<PeerId>
  readonly connected: Set<PeerId>
  /** By target, the newest last. */
  readonly problems: Map<string, Problem>
  /** The node with our key that was told of last. */
  clash: { readonly at: number; readonly startedAt: number | null } | null
  /** Why the swarm of a demo ended by itself; null where it did not. */
  swarmLost: Error | null
  /** Why we leave: the user asked for it, or Peerscope is closed. Null where neither is so. */
  leaves: 'left' | 'closed' | null
  /** Rows that wait: for a change of the entry, which is kept too, or of our links to the peer, which are not. */
  readonly waiting: Map<PeerId, 'entry' | 'links'>
  /** Peers that a sync went well with, and whose catalogs were not looked at since. */
  readonly synced: Set<PeerId>
  /** Whether `due` has anything to give. */
  news: boolean
  ended: boolean
}

/** Before anything was told. */
export function firstState(): SessionState {
  return {
    peers: new Map(),
    neighbors: new Set(),
    connected: new Set(),
    problems: new Map(),
    clash: null,
    swarmLost: null,
    leaves: null,
    waiting: new Map(),
    synced: new Set(),
    news: false,
    ended: false,
  }
}

/** Goes on from a picture, whatever was told before it. */
export function begin(state: SessionState, { peers, neighbors, connected }: Picture): readonly Effect[] {
  const before = new Set(state.peers.keys())
  const effects: Effect[] = []
  for (const peer of peers) {
    before.delete(peer.entry.peerId)
    effects.push(...put(state, peer))
  }
  for (const peerId of before) hide(state, peerId)
  replace(state.neighbors, neighbors)
  replace(state.connected, connected)
  for (const peerId of state.connected)
    if (!state.peers.has(peerId)) effects.push({ do: 'show connection', peerId, connected: true })
  state.news = true
  return effects
}

/** The next item. What it does to rows comes with `due`. */
export function take(state: SessionState, told: Told): readonly Effect[] {
  if (told.kind === 'event') return hear(state, endedAs(told.event, state), told.at)
  // The last picture stays.
  if (state.ended) return []
  switch (told.kind) {
    case 'put':
      return put(state, told.peer)
    case 'remove':
      // One that left keeps its row: the event that comes next says why it left.
      if (told.hidden) hide(state, told.peerId)
      return []
    case 'connected':
    case 'disconnected':
      return connection(state, told.peerId, told.kind === 'connected')
  }
}

/** We did not leave a network that ended by itself, though its node is stopped as where we do. A node does not know why it is. */
function endedAs(
  event: DiscoveryEvent,
  { swarmLost, leaves }: Pick<SessionState, 'swarmLost' | 'leaves'>,
): DiscoveryEvent {
  if (event.kind !== 'NetworkLeft') return event
  if (swarmLost !== null) return { kind: 'NetworkFailed', networkId: event.networkId, reason: swarmLost.message }
  return leaves === null ? event : { ...event, how: leaves }
}

/** Rows that wait, so many at most; after the last of them what goes by all rows. `news` says whether there is more. */
export function due(state: SessionState, most: number): readonly Effect[] {
  if (!state.news || state.ended) return []
  const effects: Effect[] = []
  let left = most
  for (const [peerId, why] of state.waiting) {
    if (left === 0) return effects
    left -= 1
    state.waiting.delete(peerId)
    effects.push(...rowEffects(state, peerId, why))
  }
  for (const peerId of state.synced) effects.push({ do: 'holds', peerId })
  state.synced.clear()
  effects.push({ do: 'own links', neighbors: [...state.neighbors], connected: [...state.connected] }, { do: 'status' })
  state.news = false
  return effects
}

/** The network is being left, or failed. Events are logged until the node is gone; all else stays as it is now. */
export function end(state: SessionState, leaves: SessionState['leaves']): readonly Effect[] {
  state.leaves = leaves
  const effects = due(state, Infinity).filter((effect) => effect.do !== 'status')
  state.ended = true
  return effects
}

function put(state: SessionState, peer: CatalogPeer): Effect[] {
  const { peerId } = peer.entry
  const before = state.peers.get(peerId)
  state.peers.set(peerId, peer)
  state.waiting.set(peerId, 'entry')
  state.news = true
  // Each sample counts, also where the row changes again before it is due.
  const { rtt } = peer
  return rtt === null || rtt.at === before?.rtt?.at ? [] : [{ do: 'keep rtt', peerId, at: rtt.at, ms: rtt.last }]
}

function hide(state: SessionState, peerId: PeerId): void {
  state.peers.delete(peerId)
  state.waiting.set(peerId, 'entry')
  state.news = true
}

function link(state: SessionState, links: Set<PeerId>, peerId: PeerId, there: boolean): Effect[] {
  if (there) links.add(peerId)
  else links.delete(peerId)
  state.news = true
  if (state.peers.has(peerId) && !state.waiting.has(peerId)) state.waiting.set(peerId, 'links')
  return []
}

function connection(state: SessionState, peerId: PeerId, connected: boolean): Effect[] {
  const effects = link(state, state.connected, peerId, connected)
  return state.peers.has(peerId) ? effects : [...effects, { do: 'show connection', peerId, connected }]
}

function hear(state: SessionState, event: DiscoveryEvent, at: number): readonly Effect[] {
  const log: Effect = { do: 'log', at, event }
  switch (event.kind) {
    case 'PeerDiscovered':
    case 'PeerUpdated': {
      const { peerId, version, source } = event
      const record = { peerId, version, at, source }
      const kept: Effect = { do: 'keep version', ...record }
      return event.kind === 'PeerUpdated' ? [log, kept] : [log, kept, { do: 'open session', ...record }]
    }
    case 'PeerDeparted': {
      const { peerId, reason } = event
      return [log, { do: 'close session', peerId, at, reason }, ...depart(state, peerId, reason)]
    }
    case 'NeighborUp':
    case 'NeighborDown':
      return [log, ...link(state, state.neighbors, event.peerId, event.kind === 'NeighborUp')]
    case 'SyncCompleted':
      state.synced.add(event.peerId)
      state.news = true
      return [log]
    case 'DialFailed':
      // That it was not dialed since it rests says less than the dial that failed before.
      if (event.notDialed === 'rests' && state.problems.has(event.target)) return [log]
      note(state.problems, { target: event.target, reason: event.reason, at })
      state.news = true
      return [log]
    case 'IdentityClash':
      state.clash = { at, startedAt: event.startedAt }
      state.news = true
      return [log]
    case 'ClockJumped':
      return [log, { do: 'move sessions' }]
    case 'ClockCompared':
      state.news = true
      return [log]
    default:
      return [log]
  }
}

function depart(state: SessionState, peerId: PeerId, reason: DepartureReason): Effect[] {
  const peer = state.peers.get(peerId)
  const before = state.waiting.get(peerId)
  state.peers.delete(peerId)
  state.waiting.delete(peerId)
  state.synced.delete(peerId)
  state.news = true
  const gone = { do: 'mark gone', peerId, state: reason === 'graceful' ? 'departed' : reason, reason } as const
  if (state.ended) return [gone]
  const effects: Effect[] = [{ do: 'forget links', peerId }]
  // Without an entry it is hidden (rule RT3), or about to be.
  if (peer === undefined) return [...effects, ...(before === undefined ? [] : [{ do: 'hide', peerId } as const]), gone]
  const row = rowOf(peer, false, false)
  if (before === 'entry') effects.push({ do: 'keep', peer: storedPeer(row, peer) })
  return [...effects, { do: 'show', row: goneRow(row, reason, state.connected.has(peerId)) }, gone]
}

function rowEffects(state: SessionState, peerId: PeerId, why: 'entry' | 'links'): Effect[] {
  const peer = state.peers.get(peerId)
  if (peer === undefined) return [{ do: 'hide', peerId }]
  const row = rowOf(peer, state.neighbors.has(peerId), state.connected.has(peerId))
  const show: Effect = { do: 'show', row }
  return row.self || why === 'links' ? [show] : [show, { do: 'keep', peer: storedPeer(row, peer) }]
}

/** The newest problem of each target. */
function note(problems: Map<string, Problem>, problem: Problem): void {
  problems.delete(problem.target)
  problems.set(problem.target, problem)
  const oldest = problems.keys().next()
  if (problems.size > MAX_PROBLEMS && !oldest.done) problems.delete(oldest.value)
}

function replace(set: Set<PeerId>, members: Iterable<PeerId>): void {
  set.clear()
  for (const member of members) set.add(member)
}
