/**
 * How a content reaches everybody: Plumtree (Leitão, Pereira, Rodrigues, SRDS 2007). Contents are pushed at once along the links
 * that form a tree (eager), and only announced along all others (lazy). Who gets a content twice cuts a link from the tree;
 * who is told of one that does not come grafts a link onto it.
 */
import { toString } from 'uint8arrays'
import { blake3 } from '../../../blake3.ts'
import type { Bucket } from '../../../discovery/base/rates.ts'
import { spend } from '../../../discovery/base/rates.ts'
import { LimitExceeded } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { BroadcastConfig, GossipConfig } from './config.ts'
import { BOUNDS, RATES } from './config.ts'
import { Contents } from './contents.ts'
import type { Counters, Output, Reach } from './io.ts'
import type { Claim } from './missing.ts'
import { Missing } from './missing.ts'
import type { Announced, BroadcastMessage, MessageId, Scope } from './wire.ts'
import { maxAnnounced, maxContentBytes } from './wire.ts'

/** How often what is too old is looked for, milliseconds. */
const EXPIRE_MS = 1000

/** What is known of a neighbor. */
interface Link {
  /** Contents are pushed to it; else they are announced. */
  eager: boolean
  /** What is to be announced to it. */
  queue: Announced[]
  grafts: Bucket
}

/** A content that was put out and is not yet judged. */
interface Unjudged {
  readonly content: Uint8Array
  readonly from: PeerId
  /** Null where it is for neighbors only. */
  round: number | null
}

/** The broadcasts of one topic. Its methods add to `out` what is to be done. */
export class Plumtree {
  readonly #config: BroadcastConfig
  readonly #maxMessageBytes: number
  readonly #counters: Counters
  readonly #links = new Map<PeerId, Link>()
  readonly #contents: Contents
  readonly #missing: Missing
  readonly #unjudged = new Map<MessageId, Unjudged>()
  #dispatchAt: number | null = null
  #expireAt: number | null = null

  constructor(config: GossipConfig, counters: Counters) {
    this.#config = config.broadcast
    this.#maxMessageBytes = config.maxMessageBytes
    this.#counters = counters
    this.#contents = new Contents(config.broadcast)
    this.#missing = new Missing(config.broadcast)
  }

  /** The neighbors that contents are pushed to. */
  get eager(): PeerId[] {
    return [...this.#links].filter(([, { eager }]) => eager).map(([peer]) => peer)
  }

  /** How much is remembered, for tests and figures. */
  get sizes(): Readonly<Record<'ids' | 'bytes' | 'missing' | 'unjudged', number>> {
    const { ids, bytes } = this.#contents
    return { ids, bytes, missing: this.#missing.size, unjudged: this.#unjudged.size }
  }

  neighborUp(peer: PeerId): void {
    this.#links.set(peer, { eager: true, queue: [], grafts: 0 })
  }

  neighborDown(peer: PeerId): void {
    this.#links.delete(peer)
    this.#missing.forget(peer)
  }

  /**
   * Sends a content of our own. What went out lately is only announced: who has it is not sent it again.
   * @throws LimitExceeded
   */
  broadcast(content: Uint8Array, reach: Reach, now: number, out: Output[]): void {
    const most = maxContentBytes(this.#maxMessageBytes)
    if (content.length > most) throw new LimitExceeded('bytes of a gossip content', most, content.length)
    const id = idOf(content)
    if (reach === 'Neighbors') {
      const message: BroadcastMessage = { type: 'Gossip', id, content, scope: { kind: 'Neighbors' } }
      for (const peer of this.#links.keys()) out.push({ kind: 'send', peer, message })
      return
    }
    const before = this.#contents.seen(id)
    const again = before !== undefined && !before.nearby
    if (!again) this.#contents.see(id, false, now)
    const seen = this.#contents.seen(id)
    if (seen !== undefined) seen.passOn = true
    this.#unjudged.delete(id)
    this.#missing.found(id)
    this.#contents.keep(id, content, 0, now)
    this.#spread(id, content, 0, null, again, now, out)
  }

  receive(from: PeerId, message: BroadcastMessage, now: number, out: Output[]): void {
    const link = this.#links.get(from)
    if (message.type === 'Gossip') return this.#onGossip(from, link, message, now, out)
    if (link === undefined) {
      this.#counters.strangers += 1
      return
    }
    switch (message.type) {
      case 'Prune':
        link.eager = false
        return
      case 'Graft':
        return this.#onGraft(from, link, message.id, now, out)
      case 'IHave':
        return this.#onIHave(from, message.messages, now)
      default:
        return message satisfies never
    }
  }

  judged(id: MessageId, passOn: boolean, now: number, out: Output[]): void {
    const unjudged = this.#unjudged.get(id)
    if (unjudged === undefined) return
    this.#unjudged.delete(id)
    const seen = this.#contents.seen(id)
    if (seen !== undefined) seen.passOn = passOn
    const { content, from, round } = unjudged
    if (passOn && round !== null) this.#forward(id, content, round, from, now, out)
  }

  tick(now: number, out: Output[]): void {
    if (this.#expireAt !== null && this.#expireAt <= now) {
      this.#contents.expire(now)
      this.#expireAt = this.#contents.isEmpty ? null : now + EXPIRE_MS
    }
    if (this.#dispatchAt !== null && this.#dispatchAt <= now) this.#dispatch(out)
    for (const { id, claim } of this.#missing.due(now)) {
      const link = this.#links.get(claim.peer)
      if (link === undefined) continue
      link.eager = true
      out.push({ kind: 'send', peer: claim.peer, message: { type: 'Graft', id, round: claim.round } })
    }
  }

  /** When `tick` is due. */
  nextAt(): number | null {
    const times = [this.#dispatchAt, this.#missing.nextAt, this.#expireAt].filter((at) => at !== null)
    return times.length === 0 ? null : Math.min(...times)
  }

  quit(): void {
    this.#links.clear()
    this.#contents.clear()
    this.#missing.clear()
    this.#unjudged.clear()
    this.#dispatchAt = null
    this.#expireAt = null
  }

  /** What does not hold, in words. @param neighbors the active view */
  check(neighbors: ReadonlyMap<PeerId, unknown>): string[] {
    const faults = [...this.#contents.faults(), ...this.#missing.faults(neighbors)]
    for (const peer of this.#links.keys())
      if (!neighbors.has(peer)) faults.push(`${peer} has a link and is no neighbor`)
    for (const peer of neighbors.keys()) if (!this.#links.has(peer)) faults.push(`the neighbor ${peer} has no link`)
    for (const { queue } of this.#links.values()) {
      if (queue.length > BOUNDS.announcements) faults.push(`${queue.length} announcements wait`)
      if (queue.length > 0 && this.#dispatchAt === null) faults.push('announcements wait without a timer')
    }
    if (this.#unjudged.size > BOUNDS.unjudged) faults.push(`${this.#unjudged.size} contents wait for a judgement`)
    if (!this.#contents.isEmpty && this.#expireAt === null) faults.push('contents are kept without a timer')
    return faults
  }

  #onGossip(
    from: PeerId,
    link: Link | undefined,
    { id, content, scope }: BroadcastMessage & { type: 'Gossip' },
    now: number,
    out: Output[],
  ): void {
    if (idOf(content) !== id) {
      this.#counters.badIds += 1
      return
    }
    const seen = this.#contents.seen(id)
    const nearby = scope.kind === 'Neighbors'
    if (seen !== undefined && (nearby || !seen.nearby)) {
      this.#counters.duplicates += 1
      // A repeat for neighbors only says nothing of the tree.
      if (!nearby && link !== undefined) this.#prune(from, link, out)
      return
    }
    const round = scope.kind === 'Swarm' ? Math.min(scope.round + 1, BOUNDS.hops) : null
    if (round !== null) this.#improve(from, link, round, this.#missing.found(id), out)
    // A copy: the content may be a view into a whole frame.
    if (seen === undefined) this.#putOut(from, id, Uint8Array.from(content), scope, round, now, out)
    else this.#widen(from, id, Uint8Array.from(content), round, now, out)
  }

  #putOut(
    from: PeerId,
    id: MessageId,
    content: Uint8Array,
    scope: Scope,
    round: number | null,
    now: number,
    out: Output[],
  ): void {
    this.#contents.see(id, round === null, now)
    this.#expireAt ??= now + EXPIRE_MS
    this.#unjudged.set(id, { content, from, round })
    if (this.#unjudged.size > BOUNDS.unjudged) {
      this.#counters.overBounds += 1
      for (const oldest of this.#unjudged.keys()) {
        this.#unjudged.delete(oldest)
        break
      }
    }
    out.push({ kind: 'received', id, content, from, hops: round ?? 1, reach: scope.kind })
  }

  /** A content that had come for neighbors only is for all: it was put out before, so it is not judged again. */
  #widen(from: PeerId, id: MessageId, content: Uint8Array, round: number | null, now: number, out: Output[]): void {
    const seen = this.#contents.seen(id)
    if (seen === undefined || round === null) return
    seen.nearby = false
    const unjudged = this.#unjudged.get(id)
    if (unjudged !== undefined) unjudged.round = round
    else if (seen.passOn === true) this.#forward(id, content, round, from, now, out)
  }

  #onGraft(from: PeerId, link: Link, id: MessageId | null, now: number, out: Output[]): void {
    link.eager = true
    const kept = id === null ? undefined : this.#contents.kept(id)
    if (id === null || kept === undefined) return
    const next = spend(link.grafts, now, RATES.grafts)
    if (next === null) {
      this.#counters.limited += 1
      return
    }
    link.grafts = next
    const { content, round } = kept
    if (!this.#fits(content, round)) return
    out.push({ kind: 'send', peer: from, message: { type: 'Gossip', id, content, scope: { kind: 'Swarm', round } } })
  }

  #onIHave(from: PeerId, messages: readonly Announced[], now: number): void {
    for (const message of messages) {
      const seen = this.#contents.seen(message.id)
      if (seen !== undefined && !seen.nearby) continue
      if (!this.#missing.claim(from, message, now)) this.#counters.overBounds += 1
    }
  }

  /** Makes a much shorter path that a content was announced by a part of the tree, in place of the one it came by. */
  #improve(from: PeerId, link: Link | undefined, round: number, claims: readonly Claim[], out: Output[]): void {
    const best = claims.reduce<Claim | null>(
      (least, claim) => (least === null || claim.round < least.round ? claim : least),
      null,
    )
    if (best === null || link === undefined || round - best.round < this.#config.optimizationHops) return
    const better = this.#links.get(best.peer)
    if (better === undefined || best.peer === from) return
    if (!better.eager) {
      better.eager = true
      out.push({ kind: 'send', peer: best.peer, message: { type: 'Graft', id: null, round: best.round } })
    }
    this.#prune(from, link, out)
  }

  #prune(peer: PeerId, link: Link, out: Output[]): void {
    link.eager = false
    out.push({ kind: 'send', peer, message: { type: 'Prune' } })
  }

  #forward(id: MessageId, content: Uint8Array, round: number, from: PeerId, now: number, out: Output[]): void {
    this.#contents.keep(id, content, round, now)
    this.#spread(id, content, round, from, false, now, out)
  }

  /** Pushes and announces a content to all but the one that it came from. */
  #spread(
    id: MessageId,
    content: Uint8Array,
    round: number,
    from: PeerId | null,
    onlyAnnounce: boolean,
    now: number,
    out: Output[],
  ): void {
    this.#expireAt ??= now + EXPIRE_MS
    if (!this.#fits(content, round)) {
      this.#counters.tooLarge += 1
      return
    }
    const message: BroadcastMessage = { type: 'Gossip', id, content, scope: { kind: 'Swarm', round } }
    for (const [peer, link] of this.#links) {
      if (peer === from) continue
      if (link.eager && !onlyAnnounce) {
        out.push({ kind: 'send', peer, message })
        continue
      }
      if (link.queue.length >= BOUNDS.announcements) {
        this.#counters.overBounds += 1
        continue
      }
      link.queue.push({ id, round })
      this.#dispatchAt ??= now + this.#config.dispatchMs
    }
  }

  #dispatch(out: Output[]): void {
    this.#dispatchAt = null
    const most = maxAnnounced(this.#maxMessageBytes)
    for (const [peer, link] of this.#links) {
      for (let at = 0; at < link.queue.length; at += most)
        out.push({ kind: 'send', peer, message: { type: 'IHave', messages: link.queue.slice(at, at + most) } })
      link.queue = []
    }
  }

  #fits(content: Uint8Array, round: number): boolean {
    return sizeOf(content.length, round) < this.#maxMessageBytes
  }
}

/** The id of a content. */
export function idOf(content: Uint8Array): MessageId {
  return toString(blake3(content), 'hex')
}

/** Bytes of a Gossip for all. */
function sizeOf(contentBytes: number, round: number): number {
  return 2 + 32 + varintBytes(contentBytes) + contentBytes + 1 + varintBytes(round)
}

function varintBytes(value: number): number {
  return value < 0x80 ? 1 : 1 + varintBytes(Math.floor(value / 0x80))
}
