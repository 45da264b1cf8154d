/** Who came, left and changed between two pictures of one network. */
import type { PeerId } from '../../../shared/ids.ts'
import { nickname } from '../../../shared/nickname.ts'
import type { PeerEntry, Version } from '../../../shared/peer.ts'
import type { StoredPeer } from '../../store/types.ts'
import type { SnapshotEntry } from './read-snapshot.ts'

/** A peer as a comparison looks at it. */
export interface ComparedPeer {
  readonly peerId: PeerId
  /** `online`, `departed`, `purged`, … */
  readonly state: string
  readonly version: Version
  readonly protocolVersion: string
  readonly addresses: readonly string[]
  readonly tags: readonly string[]
  readonly streams: readonly string[]
  readonly functions: readonly string[]
  readonly groups: readonly string[]
}

/** Fields that a change is told of, in this order. */
const FIELDS = ['state', 'protocolVersion', 'addresses', 'tags', 'streams', 'functions', 'groups'] as const

/** One field that differs: for lists, what was added and what was taken away. */
export type FieldChange =
  | { readonly field: string; readonly before: string; readonly after: string }
  | { readonly field: string; readonly added: readonly string[]; readonly removed: readonly string[] }

/** A peer that both sides have, and that is not the same in both. */
export interface PeerChange {
  readonly peerId: PeerId
  readonly nickname: string
  /** It was started anew in between. */
  readonly restarted: boolean
  readonly changes: readonly FieldChange[]
}

/** The comparison. Peers that only announced themselves again are `same`. */
export interface Comparison {
  readonly came: readonly ComparedPeer[]
  readonly left: readonly ComparedPeer[]
  readonly changed: readonly PeerChange[]
  readonly same: number
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

/** Compares two pictures, in steps of some milliseconds. */
export function* comparePeersSteps(
  before: Iterable<ComparedPeer>,
  after: Iterable<ComparedPeer>,
): Generator<void, Comparison> {
  const old = new Map([...before].map((peer) => [peer.peerId, peer]))
  yield
  const came: ComparedPeer[] = []
  const changed: PeerChange[] = []
  let same = 0
  let looked = 0
  for (const peer of after) {
    looked += 1
    if (looked % AT_ONCE === 0) yield
    const was = old.get(peer.peerId)
    old.delete(peer.peerId)
    if (was === undefined) {
      came.push(peer)
      continue
    }
    const changes = FIELDS.flatMap((field) => fieldChange(field, was[field], peer[field]))
    const restarted = was.version.startedAt !== peer.version.startedAt
    if (changes.length === 0 && !restarted) same += 1
    else changed.push({ peerId: peer.peerId, nickname: nickname(peer.peerId), restarted, changes })
  }
  const byId = <T extends { readonly peerId: PeerId }>(a: T, b: T): number => (a.peerId < b.peerId ? -1 : 1)
  came.sort(byId)
  changed.sort(byId)
  yield
  return { came, left: [...old.values()].sort(byId), changed, same }
}

/** A stored peer, for a comparison. */
export function comparedStored(peer: StoredPeer): ComparedPeer {
  return peer
}

/** A snapshot's peer, for a comparison; null where nothing signed tells of it. */
export function comparedEntry({ peerId, state, signed }: SnapshotEntry): ComparedPeer | null {
  if (signed === null) return null
  const { version, protocolVersion, addresses, tags, streams, functions, groups }: PeerEntry = signed.entry
  return { peerId, state, version, protocolVersion, addresses, tags, streams, functions, groups }
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
