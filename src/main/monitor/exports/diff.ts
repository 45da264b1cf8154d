/** Who came, left and changed between two pictures of one network. */
import type { CameAs, LeftReason } from '../../../shared/compare.ts'
import { LEFT_REASONS } from '../../../shared/compare.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Loss } from '../../../shared/loss.ts'
import { rowInLoss } from '../../../shared/loss.ts'
import { nickname } from '../../../shared/nickname.ts'
import { isSameStart } from '../../../shared/peer.ts'
import type { PeerEntry, PeerRow, Version } from '../../../shared/peer.ts'
import type { SnapshotEntry } from './read-snapshot.ts'

/** A peer as a comparison looks at it. */
export interface ComparedPeer {
  readonly peerId: PeerId
  /** `online`, `departed`, `purged`, … */
  readonly state: string
  /** Milliseconds since the epoch. */
  readonly lastSeen: number
  readonly version: Version
  readonly protocolVersion: string
  readonly addresses: readonly string[]
  readonly tags: readonly string[]
  readonly streams: readonly string[]
  readonly functions: readonly string[]
  readonly groups: readonly string[]
}

/** What a comparison looks at of what was shown: we are left out, and who went with us when we lost the network is as it was then. */
export function comparedRows(rows: readonly PeerRow[], loss: Loss | null): readonly PeerRow[] {
  return rows.flatMap((row) => (row.self ? [] : rowInLoss(row, loss)))
}

/** Fields whose changes are listed, in this order. The state is not among them: it says whether a peer is here. */
const FIELDS = ['protocolVersion', 'addresses', 'tags', 'streams', 'functions', 'groups'] as const

/** One field that differs: for lists, what was added and what was taken away. */
export type FieldChange =
  | { readonly field: string; readonly before: string; readonly after: string }
  | { readonly field: string; readonly added: readonly string[]; readonly removed: readonly string[] }

/** A peer that is here in both pictures, and not the same. */
export interface PeerChange {
  readonly peerId: PeerId
  readonly nickname: string
  /** It was started again in between. */
  readonly restarted: boolean
  readonly changes: readonly FieldChange[]
}

/** A peer that is here in the second picture only. */
export interface PeerCame {
  readonly peer: ComparedPeer
  readonly as: CameAs
}

/** A peer that is here in the first picture only. */
export interface PeerLeft {
  readonly peer: ComparedPeer
  readonly reason: LeftReason
  /** When it was heard of last, milliseconds since the epoch; null where the second picture does not have it. */
  readonly lastSeen: number | null
}

/** The comparison. Peers that only announced themselves again are `same`. */
export interface Comparison {
  readonly came: readonly PeerCame[]
  readonly left: readonly PeerLeft[]
  readonly changed: readonly PeerChange[]
  readonly same: readonly PeerId[]
  /** Peers that both pictures know, and that are here in neither. */
  readonly gone: number
}

/** Peers that are compared in one step. */
const AT_ONCE = 500

/** Compares two pictures, at once. */
export function comparePeers(before: Iterable<ComparedPeer>, after: Iterable<ComparedPeer>): Comparison {
  const steps = comparePeersSteps(before, after)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** A side of a comparison. */
export interface Picture {
  readonly peers: readonly ComparedPeer[]
  /** It tells only of peers that signed what they say. */
  readonly signed: boolean
}

/** Compares two pictures, in steps. Against a file of signed entries those that nobody signed would all have come or left. */
export function comparePicturesSteps(before: Picture, after: Picture): Generator<void, Comparison> {
  const signed = before.signed || after.signed
  const chosen = ({ peers }: Picture): readonly ComparedPeer[] => (signed ? peers.filter(isSigned) : peers)
  return comparePeersSteps(chosen(before), chosen(after))
}

/** Rows of moments say whether the peer signed; entries of files are signed. */
function isSigned(peer: ComparedPeer & { readonly signed?: unknown }): boolean {
  return peer.signed !== false
}

/** Compares peers, in steps of some milliseconds. */
export function* comparePeersSteps(
  before: Iterable<ComparedPeer>,
  after: Iterable<ComparedPeer>,
): Generator<void, Comparison> {
  const old = new Map([...before].map((peer) => [peer.peerId, peer]))
  yield
  const came: PeerCame[] = []
  const left: PeerLeft[] = []
  const changed: PeerChange[] = []
  const same: PeerId[] = []
  let gone = 0
  let looked = 0
  for (const peer of new Map([...after].map((one) => [one.peerId, one])).values()) {
    looked += 1
    if (looked % AT_ONCE === 0) yield
    const was = old.get(peer.peerId)
    old.delete(peer.peerId)
    if (was === undefined || !isOnline(was)) {
      if (isOnline(peer)) came.push({ peer, as: was === undefined ? 'new' : 'back' })
      // One that came and went in between was not gone before.
      else if (was !== undefined) gone += 1
      continue
    }
    if (!isOnline(peer)) {
      // What is known last of a peer that left is what the later picture has.
      left.push(leftIn(peer))
      continue
    }
    const changes = FIELDS.flatMap((field) => fieldChange(field, was[field], peer[field]))
    const restarted = !isSameStart(was.version, peer.version)
    if (changes.length === 0 && !restarted) same.push(peer.peerId)
    else changed.push({ peerId: peer.peerId, nickname: nickname(peer.peerId), restarted, changes })
  }
  for (const peer of old.values()) {
    if (isOnline(peer)) left.push({ peer, reason: 'missing', lastSeen: null })
  }
  const byId = (a: PeerId, b: PeerId): number => (a < b ? -1 : 1)
  came.sort((a, b) => byId(a.peer.peerId, b.peer.peerId))
  left.sort((a, b) => byId(a.peer.peerId, b.peer.peerId))
  yield
  changed.sort((a, b) => byId(a.peerId, b.peerId))
  same.sort(byId)
  yield
  return { came, left, changed, same, gone }
}

/** Whether a peer is in the network in its picture: known peers stay in it after they left, so being listed is not enough. */
function isOnline({ state }: ComparedPeer): boolean {
  return state === 'online'
}

/** How a peer left that the second picture has. A file of another version may tell of a state that is not known here. */
function leftIn(peer: ComparedPeer): PeerLeft {
  const reason = LEFT_REASONS.find((one) => one === peer.state) ?? 'missing'
  return { peer, reason, lastSeen: reason === 'missing' ? null : peer.lastSeen }
}

/** A snapshot's peer, for a comparison; null where nothing signed tells of it. */
export function comparedEntry({ peerId, state, lastSeen, signed }: SnapshotEntry): ComparedPeer | null {
  if (signed === null) return null
  const { version, protocolVersion, addresses, tags, streams, functions, groups }: PeerEntry = signed.entry
  return { peerId, state, lastSeen, version, protocolVersion, addresses, tags, streams, functions, groups }
}

function fieldChange(
  field: string,
  before: string | readonly string[],
  after: string | readonly string[],
): FieldChange | [] {
  if (typeof before === 'string' || typeof after === 'string') {
    return before === after ? [] : { field, before: String(before), after: String(after) }
  }
  const [had, has] = [new Set(before), new Set(after)]
  const added = after.filter((item) => !had.has(item))
  const removed = before.filter((item) => !has.has(item))
  return added.length + removed.length === 0 ? [] : { field, added, removed }
}
