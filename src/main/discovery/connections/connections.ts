/** Which connections are kept (rules AN7 to AN11): enough random ones that no mesh hangs on one peer, and not too many. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Way } from '../bootstrap/attempts.ts'
import { keyOf } from '../bootstrap/attempts.ts'
import type { Context } from '../context.ts'
import type { Dialer } from './dialer.ts'
import type { CatalogPeer } from '../handle.ts'
import type { Origins } from '../bootstrap/provenance.ts'
import type { DialTarget } from '../ports.ts'

/** Rule AN9. */
const AT_LEAST = 4
const TARGET = 6
const AT_MOST = 64
const IDLE_MS = 60_000
/** Rule AN11: pings in a row without an answer. */
const UNANSWERED = 2
/** How often this is looked at, milliseconds. */
const LOOK_MS = 5000
/** Rule AN7: peers dialed when the last neighbor went. */
const REJOIN = 8
/** Rule AN10: places remembered, and how often one is tried, milliseconds. */
const REMEMBERED = 256
const REMIND_MS = 15_000

/** Keeps the connections of a node. All methods run inside commands. */
export class Connections {
  readonly #context: Context
  readonly #dialer: Dialer
  readonly #origins: Origins
  readonly #usedAt = new Map<PeerId, number>()
  readonly #unanswered = new Map<PeerId, number>()
  /** Bootstrap addresses and purged peers (rule AN10), by what names them. */
  readonly #remembered = new Map<string, { readonly target: DialTarget; readonly way: Way }>()
  #remindAt = 0

  constructor(context: Context, dialer: Dialer, origins: Origins) {
    this.#context = context
    this.#dialer = dialer
    this.#origins = origins
  }

  start(): void {
    const look = (): void => {
      this.#balance()
      this.#remind()
      this.#context.later(LOOK_MS * (0.75 + this.#context.ports.random.number() / 2), look)
    }
    look()
  }

  /** The connection to the peer serves something now. */
  used(peerId: PeerId): void {
    this.#usedAt.set(peerId, this.#context.ports.clock.monotonic())
    this.#unanswered.delete(peerId)
  }

  /** The connection serves nothing more: it counts as idle until something uses it. */
  spare(peerId: PeerId): void {
    if (this.#context.connectionOf(peerId) !== null)
      this.#usedAt.set(peerId, this.#context.ports.clock.monotonic() - IDLE_MS)
  }

  closed(peerId: PeerId): void {
    this.#usedAt.delete(peerId)
    this.#unanswered.delete(peerId)
  }

  /** Rule AN11: a ping over the open connection got no answer. A connection whose other end is gone looks like that. */
  unanswered(peerId: PeerId): void {
    if (this.#context.connectionOf(peerId) === null) return
    const count = (this.#unanswered.get(peerId) ?? 0) + 1
    this.#unanswered.set(peerId, count)
    if (count < UNANSWERED) return
    this.#unanswered.delete(peerId)
    this.#context.counters.refuse('Unanswered')
    void this.#context.ports.node.disconnect(peerId)
  }

  /** Rule AN10: a place where the network was once. */
  remember(target: DialTarget, way: Way): void {
    if (target.addresses.length === 0) return
    const key = keyOf(target)
    this.#remembered.delete(key)
    this.#remembered.set(key, { target, way })
    if (this.#remembered.size > REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value ?? key)
  }

  /** It said goodbye: nobody is there. */
  forget(peerId: PeerId): void {
    this.#remembered.delete(peerId)
    this.#usedAt.delete(peerId)
  }

  /** Rule AN7. */
  rejoin(): void {
    for (const peer of this.#sample(REJOIN)) this.#dial(peer)
  }

  #balance(): void {
    const { node, gossip, clock } = this.#context.ports
    const now = clock.monotonic()
    const neighbors = new Set(gossip.neighbors())
    const open = node.connections()
    // Something may have been noted after the connection closed.
    const connected = new Set(open.map(({ peerId }) => peerId))
    for (const peerId of this.#usedAt.keys()) if (!connected.has(peerId)) this.#usedAt.delete(peerId)
    const ours = open.filter(({ peerId }) => this.#context.catalog.has(peerId)).length
    if (ours < AT_LEAST) {
      for (const peer of this.#sample(TARGET - ours)) this.#dial(peer)
    }
    const idle = open
      .map(({ peerId }) => ({ peerId, at: this.#usedAt.get(peerId) ?? this.#firstSeen(peerId, now) }))
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
      others.sort((a, b) => (this.#usedAt.get(a.peerId) ?? 0) - (this.#usedAt.get(b.peerId) ?? 0))
      for (const { peerId } of others.slice(0, rest - AT_MOST)) void node.disconnect(peerId)
    }
  }

  /** A connection that was not used yet counts from when it was first looked at. */
  #firstSeen(peerId: PeerId, now: number): number {
    this.#usedAt.set(peerId, now)
    return now
  }

  /** Rule AN10: tries one remembered place now and then, so that the halves of a healed network find each other. */
  #remind(): void {
    const { clock, node, random } = this.#context.ports
    const now = clock.monotonic()
    if (now < this.#remindAt) return
    this.#remindAt = now + Math.min(REMIND_MS, this.#context.config.purgeAfter / 2)
    const connected = new Set(node.connections().map(({ peerId }) => peerId))
    const unknown = [...this.#remembered.values()].filter(
      ({ target: { peerId } }) => peerId === undefined || !(connected.has(peerId) || this.#context.catalog.has(peerId)),
    )
    const chosen = unknown[Math.floor(random.number() * unknown.length)]
    if (chosen !== undefined) void this.#dialer.dial(chosen.target, chosen.way)
  }

  #dial(peer: CatalogPeer): void {
    void this.#dialer.dial(targetOf(peer), this.#origins.wayOf(peer.entry.peerId))
  }

  /** Peers of the catalog that are not connected and do not rest, in random order. */
  #sample(count: number): CatalogPeer[] {
    const { node, random, clock } = this.#context.ports
    const connected = new Set(node.connections().map(({ peerId }) => peerId))
    const now = clock.now()
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
