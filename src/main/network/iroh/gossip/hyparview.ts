/**
 * Who is a neighbor: HyParView (Leitão, Pereira, Rodrigues, DSN 2007), as iroh-gossip varies it. A small active view of peers
 * that we are connected to, the same at both ends of each link, and a larger passive view to replace those that go.
 *
 * Two things differ from the paper: a ForwardJoin ends in a request, so that only a peer that answers becomes a neighbor; and
 * a peer that is refused or dropped is told of others, so that it is never left without a way into the mesh.
 */
import { LimitExceeded } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import { Allowances, untouched } from './allowances.ts'
import type { Chance } from './choice.ts'
import type { GossipConfig, MembershipConfig } from './config.ts'
import { BOUNDS, TIMES } from './config.ts'
import type { Counters, Output } from './io.ts'
import type { Neighbor } from './views.ts'
import { boundedData, learn, Views } from './views.ts'
import type { MembershipMessage, PeerInfo, Priority } from './wire.ts'

/** The membership of one topic. Its methods add to `out` what is to be done. */
export class HyParView {
  readonly #views: Views
  readonly #config: MembershipConfig
  readonly #chance: Chance
  readonly #counters: Counters
  readonly #allowed: Allowances
  #data: Uint8Array | null = null
  /** Null before the first input and after the last. */
  #shuffleAt: number | null = null
  #refillAt: number | null = null

  constructor(me: PeerId, config: GossipConfig, chance: Chance, counters: Counters) {
    this.#views = new Views(me, config, chance, counters)
    this.#config = config.membership
    this.#chance = chance
    this.#counters = counters
    this.#allowed = new Allowances(counters)
  }

  /** The active view. */
  get neighbors(): ReadonlyMap<PeerId, unknown> {
    return this.#views.active
  }

  /** The passive view. */
  get spares(): ReadonlyMap<PeerId, unknown> {
    return this.#views.passive
  }

  /** Whether the peer was asked for something and may still answer. */
  isAwaited(peer: PeerId): boolean {
    return this.#views.waiting.has(peer)
  }

  /** @throws LimitExceeded */
  setData(data: Uint8Array | null): void {
    if ((data?.length ?? 0) > BOUNDS.peerData) throw new LimitExceeded('bytes of address data', BOUNDS.peerData)
    this.#data = data
  }

  join(peers: readonly PeerId[], now: number, out: Output[]): void {
    this.#start(now)
    for (const peer of peers.slice(0, BOUNDS.joins)) {
      if (peer === this.#views.me || this.#views.active.has(peer)) continue
      if (!this.#views.await(peer, { answerBy: null, settleBy: now + TIMES.settleMs })) return
      out.push({ kind: 'send', peer, message: { type: 'Join', data: this.#data } })
    }
  }

  receive(from: PeerId, message: MembershipMessage, now: number, out: Output[]): void {
    this.#start(now)
    switch (message.type) {
      case 'Join':
        return this.#onJoin(from, boundedData(message.data), now, out)
      case 'ForwardJoin':
        return this.#onForwardJoin(from, message.peer, message.ttl, now, out)
      case 'Shuffle':
        return this.#onShuffle(from, message, now, out)
      case 'ShuffleReply':
        return this.#onShuffleReply(from, message.nodes, now, out)
      case 'Neighbor':
        return this.#onNeighbor(from, message.priority, boundedData(message.data), now, out)
      case 'Disconnect':
        return this.#onDisconnect(from, message.alive, now, out)
      default:
        return message satisfies never
    }
  }

  /** The connection ended, or there was none. */
  disconnected(peer: PeerId, reached: boolean, now: number, out: Output[]): void {
    const asked = this.#views.waiting.delete(peer)
    if (!reached) this.#views.passive.delete(peer)
    else if (asked) this.#rest(peer, now)
    if (this.#views.active.has(peer)) this.#remove(peer, reached, now, out)
    else if (!asked) return
    this.#refill(now, out)
  }

  tick(now: number, out: Output[]): void {
    for (const [peer, wait] of this.#views.waiting) {
      if (wait.answerBy !== null && wait.answerBy <= now) {
        wait.answerBy = null
        this.#missed(peer, now)
        this.#refillAt = now
      }
      if (wait.settleBy > now) continue
      this.#views.waiting.delete(peer)
      out.push({ kind: 'disconnect', peer })
    }
    if (this.#shuffleAt !== null && this.#shuffleAt <= now) {
      this.#shuffleAt = now + this.#config.shuffleIntervalMs
      this.#refillAt = now
      this.#shuffle(out)
    }
    if (this.#refillAt !== null && this.#refillAt <= now) this.#refill(now, out)
  }

  /** When `tick` is due. */
  nextAt(): number | null {
    const times = [this.#shuffleAt, this.#refillAt]
    for (const { answerBy, settleBy } of this.#views.waiting.values()) times.push(answerBy, settleBy)
    return times.reduce((least, at) => (at !== null && (least === null || at < least) ? at : least), null)
  }

  quit(out: Output[]): void {
    for (const peer of this.#views.active.keys()) {
      out.push({ kind: 'neighborDown', peer })
      this.#farewell(peer, false, out)
    }
    for (const peer of this.#views.waiting.keys()) out.push({ kind: 'disconnect', peer })
    for (const peers of [this.#views.active, this.#views.passive, this.#views.waiting]) peers.clear()
    this.#shuffleAt = null
    this.#refillAt = null
  }

  check(): string[] {
    return this.#views.faults()
  }

  /** Nodes that start together do not shuffle together. */
  #start(now: number): void {
    this.#shuffleAt ??= now + this.#config.shuffleIntervalMs * (0.5 + this.#chance.number() / 2)
  }

  #onJoin(from: PeerId, data: Uint8Array | null, now: number, out: Output[]): void {
    const neighbor = this.#views.active.get(from)
    if (neighbor === undefined) {
      if (!this.#allowed.take('admissions', now)) return this.#turnAway(from, now, out)
      this.#admit(from, data, now, out)
    } else {
      this.#learn(from, neighbor, data, true, out)
      if (!this.#allowed.takeOf(neighbor.rates, 'renewals', now)) return
    }
    this.#greet(from, 'High', now, out)
    const message: MembershipMessage = { type: 'ForwardJoin', peer: { id: from, data }, ttl: this.#config.activeWalk }
    for (const peer of this.#views.active.keys()) if (peer !== from) out.push({ kind: 'send', peer, message })
  }

  #onForwardJoin(from: PeerId, peer: PeerInfo, said: number, now: number, out: Output[]): void {
    const { id } = peer
    const views = this.#views
    const sender = this.#sender(from, out)
    if (sender === null || id === views.me || !this.#allowed.takeOf(sender.rates, 'forwards', now)) return
    if (!views.isSomebody(id)) return
    const data = boundedData(peer.data)
    const ttl = Math.min(said, this.#config.activeWalk)
    const neighbor = views.active.get(id)
    if (neighbor !== undefined) {
      // It joins once more: perhaps it does not know that we are its neighbor.
      this.#learn(id, neighbor, data, from === id, out)
      const may = neighbor.greetedUntil <= now && this.#allowed.takeOf(neighbor.rates, 'renewals', now)
      if (may) this.#greet(id, 'High', now, out)
      return
    }
    if (ttl === 0 || views.active.size <= 1) {
      // With a full view it will cost a neighbor its place.
      if (views.isFull && !this.#allowed.take('admissions', now)) views.addSpare(id, data, false)
      else this.#request(id, 'High', data, now, out)
      return
    }
    if (ttl === this.#config.passiveWalk) views.addSpare(id, data, false)
    const next = views.isPending(id) ? undefined : views.anyNeighbor(from)
    if (next === undefined) return
    out.push({ kind: 'send', peer: next, message: { type: 'ForwardJoin', peer: { id, data }, ttl: ttl - 1 } })
  }

  #onShuffle(from: PeerId, message: MembershipMessage & { type: 'Shuffle' }, now: number, out: Output[]): void {
    const { origin } = message
    const views = this.#views
    const sender = this.#sender(from, out)
    if (sender === null || origin === views.me || !this.#allowed.takeOf(sender.rates, 'shuffles', now)) return
    if (!views.isSomebody(origin)) return
    const nodes = views.sound(message.nodes)
    const ttl = Math.min(message.ttl, this.#config.shuffleWalk)
    const next = ttl === 0 ? undefined : views.anyNeighbor(from, origin)
    if (next !== undefined) {
      const on: MembershipMessage = { type: 'Shuffle', origin, nodes: views.fitting(nodes), ttl: ttl - 1 }
      out.push({ kind: 'send', peer: next, message: on })
      return
    }
    const reply: MembershipMessage = { type: 'ShuffleReply', nodes: views.namesFor(origin, nodes.length) }
    for (const { id, data } of nodes) views.addSpare(id, data, id === from)
    const data = nodes.find(({ id }) => id === origin)?.data ?? null
    const stays = views.active.has(origin) || views.waiting.has(origin)
    if (data !== null && !views.active.has(origin)) out.push({ kind: 'peerData', peer: origin, data })
    out.push({ kind: 'send', peer: origin, message: reply })
    if (!stays) out.push({ kind: 'disconnect', peer: origin })
  }

  #onShuffleReply(from: PeerId, nodes: readonly PeerInfo[], now: number, out: Output[]): void {
    const sender = this.#views.active.get(from)
    const may =
      sender === undefined ? this.#allowed.take('strangers', now) : this.#allowed.takeOf(sender.rates, 'shuffles', now)
    if (may) {
      for (const { id, data } of this.#views.sound(nodes)) this.#views.addSpare(id, data, id === from)
      this.#refill(now, out)
    }
    if (sender === undefined && !this.#views.waiting.has(from)) out.push({ kind: 'disconnect', peer: from })
  }

  #onNeighbor(from: PeerId, priority: Priority, data: Uint8Array | null, now: number, out: Output[]): void {
    const neighbor = this.#views.active.get(from)
    if (neighbor !== undefined) {
      this.#learn(from, neighbor, data, true, out)
      const isAnswer = neighbor.greetedUntil > now
      neighbor.greetedUntil = 0
      if (!isAnswer && this.#allowed.takeOf(neighbor.rates, 'renewals', now)) this.#greet(from, priority, now, out)
      return
    }
    const asked = this.#views.waiting.has(from)
    const isAnswer = this.#views.isPending(from)
    const room = priority === 'High' || !this.#views.isFull
    if (!room || (!asked && !this.#allowed.take('admissions', now))) return this.#turnAway(from, now, out)
    this.#admit(from, data, now, out)
    if (!isAnswer) this.#greet(from, priority, now, out)
  }

  #onDisconnect(from: PeerId, alive: boolean, now: number, out: Output[]): void {
    const asked = this.#views.waiting.delete(from)
    if (!alive) this.#views.passive.delete(from)
    out.push({ kind: 'disconnect', peer: from })
    if (this.#views.active.has(from)) {
      this.#remove(from, alive, now, out)
      this.#refill(now, out)
    } else if (asked) {
      this.#rest(from, now)
      if (this.#views.active.size < 2) this.#refill(now, out)
      else this.#refillAt ??= now + TIMES.refillMs
    }
  }

  /** Takes the peer into the active view, where need be in place of another. */
  #admit(peer: PeerId, data: Uint8Array | null, now: number, out: Output[]): void {
    const { active, passive, waiting } = this.#views
    const before = passive.get(peer)
    passive.delete(peer)
    waiting.delete(peer)
    const dropped = this.#views.isFull ? this.#views.anyNeighbor() : undefined
    if (dropped !== undefined) {
      this.#remove(dropped, true, now, out)
      this.#farewell(dropped, true, out)
    }
    const known = { data: before?.data ?? null, firstHand: before?.firstHand ?? false }
    const neighbor: Neighbor = { ...known, greetedUntil: 0, rates: untouched() }
    active.set(peer, neighbor)
    out.push({ kind: 'neighborUp', peer })
    this.#learn(peer, neighbor, data, true, out)
  }

  /** Takes the peer out of the active view. */
  #remove(peer: PeerId, keep: boolean, now: number, out: Output[]): void {
    const neighbor = this.#views.active.get(peer)
    if (neighbor === undefined) return
    this.#views.active.delete(peer)
    out.push({ kind: 'neighborDown', peer })
    if (keep) this.#views.addSpare(peer, neighbor.data, neighbor.firstHand, now + TIMES.restMs)
  }

  /** Tells a peer that we are its neighbor. */
  #greet(peer: PeerId, priority: Priority, now: number, out: Output[]): void {
    const neighbor = this.#views.active.get(peer)
    if (neighbor !== undefined) neighbor.greetedUntil = now + TIMES.greetingMs
    out.push({ kind: 'send', peer, message: { type: 'Neighbor', priority, data: this.#data } })
  }

  /** Asks a peer to be our neighbor. */
  #request(peer: PeerId, priority: Priority, data: Uint8Array | null, now: number, out: Output[]): void {
    if (this.#views.isPending(peer)) return
    const wait = { answerBy: now + this.#config.neighborTimeoutMs, settleBy: now + TIMES.settleMs }
    if (!this.#views.await(peer, wait)) return
    const known = this.#views.passive.get(peer)?.data ?? data
    if (known !== null) out.push({ kind: 'peerData', peer, data: known })
    out.push({ kind: 'send', peer, message: { type: 'Neighbor', priority, data: this.#data } })
  }

  /** Asks spares to take the places that are free. */
  #refill(now: number, out: Output[]): void {
    this.#refillAt = null
    const { active, waiting } = this.#views
    const pending = [...waiting.keys()].filter((peer) => this.#views.isPending(peer)).length
    for (let free = this.#config.activeView - active.size - pending; free > 0; free -= 1) {
      const alone = active.size === 0 && free === this.#config.activeView
      const next = this.#views.anySpare(now, alone)
      if (next === undefined) return
      this.#request(next, active.size === 0 ? 'High' : 'Low', null, now, out)
    }
  }

  #shuffle(out: Output[]): void {
    const peer = this.#views.anyNeighbor()
    if (peer === undefined) return
    const nodes = this.#views.shuffleFor(peer, this.#data)
    const ttl = this.#config.shuffleWalk
    out.push({ kind: 'send', peer, message: { type: 'Shuffle', origin: this.#views.me, nodes, ttl } })
  }

  /** Refuses a peer, or drops it, and tells it of others. */
  #farewell(peer: PeerId, alive: boolean, out: Output[]): void {
    const nodes = this.#views.namesFor(peer, this.#config.shuffleActive + this.#config.shufflePassive)
    out.push({ kind: 'send', peer, message: { type: 'ShuffleReply', nodes } })
    out.push({ kind: 'send', peer, message: { type: 'Disconnect', alive, respond: false } })
    out.push({ kind: 'disconnect', peer })
  }

  #turnAway(peer: PeerId, now: number, out: Output[]): void {
    this.#counters.refused += 1
    this.#views.waiting.delete(peer)
    if (this.#allowed.take('turnedAway', now)) this.#farewell(peer, true, out)
    else out.push({ kind: 'disconnect', peer })
  }

  /** A spare that refused is not asked again at once. */
  #rest(peer: PeerId, now: number): void {
    const spare = this.#views.passive.get(peer)
    if (spare !== undefined) spare.restUntil = now + TIMES.restMs
  }

  /** A spare that let a request pass: once it may have been slow, twice it is gone. */
  #missed(peer: PeerId, now: number): void {
    const spare = this.#views.passive.get(peer)
    if (spare === undefined) return
    spare.missed += 1
    this.#rest(peer, now)
    if (spare.missed > 1) this.#views.passive.delete(peer)
  }

  #learn(peer: PeerId, known: Neighbor, data: Uint8Array | null, firstHand: boolean, out: Output[]): void {
    if (learn(known, data, firstHand) && data !== null) out.push({ kind: 'peerData', peer, data })
  }

  /** The neighbor that sent what only neighbors may send; null for others, whose connection ends. */
  #sender(from: PeerId, out: Output[]): Neighbor | null {
    const neighbor = this.#views.active.get(from)
    if (neighbor !== undefined) return neighbor
    this.#counters.strangers += 1
    if (!this.#views.waiting.has(from)) out.push({ kind: 'disconnect', peer: from })
    return null
  }
}
