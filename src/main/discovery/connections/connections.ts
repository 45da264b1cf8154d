/** Which connections are kept (rules AN7, AN9, AN11): enough random ones that no mesh hangs on one peer, and not too many. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Context } from '../context.ts'
import type { Dialer } from './dialer.ts'
import type { PeerRecord } from '../core/peers.ts'
import type { CatalogPeer } from '../handle.ts'
import type { Places } from '../bootstrap/places.ts'
import type { Provenance } from '../bootstrap/provenance.ts'
import type { DialTarget } from '../ports.ts'

/** Rule AN9. */
const AT_LEAST = 4
const TARGET = 6
const AT_MOST = 64
const IDLE_MS = 60_000
/** Rule AN11: pings in a row without an answer. */
const UNANSWERED = 2
/** Rule AN12, milliseconds. */
const CATCH_UP_MS = 10_000
/** How often this is looked at, milliseconds. */
const LOOK_MS = 5000
/** Rule AN7: peers dialed when the last neighbor went. */
const REJOIN = 8

/** Keeps the connections of a node. All methods run inside commands. */
export class Connections {
  readonly #context: Context
  readonly #dialer: Dialer
  readonly #provenance: Provenance
  readonly #places: Places
  readonly #syncAgain: (record: PeerRecord) => void
  #syncAgainAt = 0

  /** @param syncAgain syncs with a peer once more in its turn */
  constructor(
    context: Context,
    dialer: Dialer,
    provenance: Provenance,
    places: Places,
    syncAgain: (record: PeerRecord) => void,
  ) {
    this.#syncAgain = syncAgain
    this.#context = context
    this.#dialer = dialer
    this.#provenance = provenance
    this.#places = places
  }

  start(): void {
    const look = (): void => {
      this.#balance()
      this.#places.look()
      this.#catchUp()
      this.#context.later(LOOK_MS * (0.75 + this.#context.ports.random.number() / 2), look)
    }
    look()
  }

  /** The connection to the peer serves something now. */
  used(peerId: PeerId): void {
    const record = this.#context.peers.get(peerId)
    if (record === null || !record.connected) return
    record.usedAt = this.#context.ports.clock.monotonic()
    record.unanswered = 0
  }

  /** The connection serves nothing more: it counts as idle until something uses it. */
  idle(peerId: PeerId): void {
    const record = this.#context.peers.get(peerId)
    if (record?.connected === true) record.usedAt = this.#context.ports.clock.monotonic() - IDLE_MS
  }

  /** Rule AN11: a ping over the open connection got no answer. A connection whose other end is gone looks like that. */
  unanswered(peerId: PeerId): void {
    const record = this.#context.peers.get(peerId)
    if (record?.connected !== true) return
    record.unanswered += 1
    if (record.unanswered < UNANSWERED) return
    record.unanswered = 0
    this.#context.counters.refuse('Unanswered')
    void this.#context.ports.node.disconnect(peerId)
  }

  /** Rule AN7. */
  rejoin(): void {
    this.#places.hurry()
    for (const peer of this.#sample(REJOIN)) this.#dial(peer)
  }

  /**
   * Rule AN12: who is connected and in no mesh hears nothing. The meshes of the others may be full; what they know comes by
   * sync, and with it peers whose meshes are not.
   */
  #catchUp(): void {
    const { clock, gossip, random } = this.#context.ports
    const now = clock.monotonic()
    if (gossip.neighbors().length > 0) {
      this.#syncAgainAt = now + CATCH_UP_MS
      return
    }
    if (now < this.#syncAgainAt) return
    this.#syncAgainAt = now + CATCH_UP_MS
    const known = [...this.#context.peers.connected()].filter(({ entry }) => entry !== null)
    const chosen = known[Math.floor(random.number() * known.length)]
    if (chosen !== undefined) this.#syncAgain(chosen)
  }

  #balance(): void {
    const { node, gossip, clock } = this.#context.ports
    const now = clock.monotonic()
    const neighbors = new Set(gossip.neighbors())
    const open = node.connections()
    const ours = open.filter(({ peerId }) => this.#context.catalog.has(peerId)).length
    if (ours < AT_LEAST) {
      for (const peer of this.#sample(TARGET - ours)) this.#dial(peer)
    }
    const idle = open
      .map(({ peerId }) => ({ peerId, at: this.#usedAt(peerId, now) }))
      .filter(({ peerId, at }) => !neighbors.has(peerId) && now - at >= IDLE_MS)
      .sort((a, b) => a.at - b.at)
    // The idle ones go down to the target; above the upper bound the rest goes too, neighbors last.
    let spare = open.length - TARGET
    for (const { peerId } of idle) {
      if (spare <= 0) break
      spare -= 1
      void node.disconnect(peerId)
    }
    const rest = open.length - idle.length
    if (rest > AT_MOST) {
      const others = open.filter(({ peerId }) => !neighbors.has(peerId) && !idle.some((one) => one.peerId === peerId))
      others.sort((a, b) => this.#usedAt(a.peerId, now) - this.#usedAt(b.peerId, now))
      for (const { peerId } of others.slice(0, rest - AT_MOST)) void node.disconnect(peerId)
    }
  }

  /** When it was used last. One that was not used yet counts from when it was first looked at. */
  #usedAt(peerId: PeerId, now: number): number {
    const record = this.#context.peers.get(peerId)
    if (record === null) return now
    record.usedAt ??= now
    return record.usedAt
  }

  #dial(peer: CatalogPeer): void {
    void this.#dialer.dial(targetOf(peer), this.#provenance.wayOf(peer.entry.peerId))
  }

  /** Peers of the catalog that are not connected and do not rest, in random order. */
  #sample(count: number): CatalogPeer[] {
    const { node, random } = this.#context.ports
    const connected = new Set(node.connections().map(({ peerId }) => peerId))
    const now = this.#context.judgingNow()
    const chosen: CatalogPeer[] = []
    let seen = 0
    for (const peer of this.#context.catalog.others()) {
      const target = targetOf(peer)
      if (target.addresses.length === 0 || connected.has(peer.entry.peerId) || this.#dialer.rests(target)) continue
      if (!this.#context.catalog.isShown(peer, now)) continue
      // Reservoir sampling: each is as likely, without a list of all.
      seen += 1
      if (chosen.length < count) chosen.push(peer)
      else {
        const at = Math.floor(random.number() * seen)
        if (at < count) chosen[at] = peer
      }
    }
    return chosen
  }
}

/** Where a peer of the catalog can be reached. */
export function targetOf(peer: CatalogPeer): DialTarget {
  return { peerId: peer.entry.peerId, addresses: peer.entry.addresses }
}
