import type { PeerId } from '../../src/shared/ids.ts'
import type { Gossip, GossipEvent, Unsubscribe, Verdict } from '../../src/main/discovery/ports.ts'
import type { Entry } from './scheduler.ts'
import type { Host } from './world.ts'

/** As gossipsub: the mesh is filled up below the lower bound, pruned above the upper one, aimed at the middle. */
const LOW = 4
const AIM = 6
const HIGH = 12
const HEARTBEAT_MS = 1000

/** By a host's number: it has the message, so that nothing that comes is news. */
const SEEN = -1
/** Hosts that may be made while a message is on its way, before what is known of it moves. */
const ROOM = 64

/**
 * One message on its way: one object for all hosts. What they know of it lies together, which matters where thousands look it
 * up.
 */
class Spread {
  readonly message: Uint8Array
  /** By the hosts' numbers: `SEEN`, or when the first copy that is on its way arrives (virtual milliseconds; 0 where none is). */
  #hosts: Float64Array

  constructor(message: Uint8Array, hosts: number) {
    this.message = message
    this.#hosts = new Float64Array(hosts + ROOM)
  }

  at(host: number): number {
    return this.#hosts[host] ?? 0
  }

  set(host: number, at: number): void {
    if (host >= this.#hosts.length) {
      const before = this.#hosts
      this.#hosts = new Float64Array(host + ROOM)
      this.#hosts.set(before)
    }
    this.#hosts[host] = at
  }
}

/** One copy on its way from one host to another. */
class Copy implements Entry {
  readonly prompt = true
  cancelled = false
  readonly #spread: Spread
  readonly #from: Host
  readonly #to: Host

  constructor(spread: Spread, from: Host, to: Host) {
    this.#spread = spread
    this.#from = from
    this.#to = to
  }

  run(): void {
    this.#to.gossip.arrive(this.#spread, this.#from)
  }
}

/** The Gossip port on a simulated mesh: eager push, one look at each message, forwarding on acceptance. */
export class SimGossip implements Gossip {
  readonly #host: Host
  readonly #listeners = new Set<(event: GossipEvent) => void>()
  /** With the hosts' numbers beside: most copies go to a host that has the message, and to learn that touches no host. */
  readonly #mesh: Host[] = []
  readonly #numbers: number[] = []
  #topic: string | null = null
  #maxBytes = 0
  #validate: (message: Uint8Array, from: PeerId) => Verdict = () => 'ignore'
  #cancel: Unsubscribe = () => undefined
  /** Whether a heartbeat is to come. */
  #tended = false

  constructor(host: Host) {
    this.#host = host
  }

  join(
    topic: string,
    maxMessageBytes: number,
    validate: (message: Uint8Array, from: PeerId) => Verdict,
  ): Promise<void> {
    if (this.#topic !== null) return Promise.resolve()
    this.#topic = topic
    this.#maxBytes = maxMessageBytes
    this.#validate = validate
    this.#tend()
    return Promise.resolve()
  }

  leave(): Promise<void> {
    this.#topic = null
    this.#cancel()
    this.#tended = false
    this.#prune(0)
    return Promise.resolve()
  }

  publish(message: Uint8Array): Promise<void> {
    const spread = new Spread(message, this.#host.world.made)
    spread.set(this.#host.number, SEEN)
    this.#push(spread, this.#host.number)
    return Promise.resolve()
  }

  neighbors(): readonly PeerId[] {
    return this.#mesh.map(({ peerId }) => peerId)
  }

  subscribe(listener: (event: GossipEvent) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  connected(other: Host): void {
    if (this.#topic === null || this.#mesh.length >= AIM) return
    this.#host.world.scheduler.schedule(this.#host.world.latency(), () => this.#graft(other))
  }

  disconnected(peerId: PeerId): void {
    this.pruned(peerId)
  }

  /**
   * A mesh that is too small or too large is put right with the next heartbeat. One that is neither has none: a thousand hosts
   * would have sixty thousand a minute that change nothing.
   */
  #tend(delayMs = HEARTBEAT_MS * this.#host.world.random.number()): void {
    if (this.#tended || this.#topic === null || (this.#mesh.length >= LOW && this.#mesh.length <= HIGH)) return
    this.#tended = true
    this.#cancel = this.#host.world.scheduler.schedule(delayMs, () => this.#heartbeat(), true)
  }

  #heartbeat(): void {
    const { world } = this.#host
    this.#tended = false
    if (this.#topic === null || !this.#host.running) return
    if (!this.#host.frozen) {
      if (this.#mesh.length < LOW) {
        for (const { peerId } of this.#host.connections()) {
          const other = world.hosts.get(peerId)
          if (this.#mesh.length < AIM && other !== undefined) this.#graft(other)
        }
      }
      if (this.#mesh.length > HIGH) this.#prune(AIM)
    }
    this.#tend(HEARTBEAT_MS * (0.9 + world.random.number() / 5))
  }

  #graft(other: Host): void {
    const theirs = other.gossip
    const connected = this.#host.connection(other.peerId) !== null
    if (!connected || !other.running || other.frozen || theirs.#topic !== this.#topic || this.#topic === null) return
    if (this.#placeOf(other.peerId) >= 0 || theirs.#mesh.length >= HIGH) return
    if (!this.#host.world.passes(this.#host.peerId, other.peerId)) return
    this.#add(other)
    theirs.#add(this.#host)
  }

  #add(other: Host): void {
    const { number, peerId } = other
    if (this.#placeOf(peerId) >= 0) return
    this.#mesh.push(other)
    this.#numbers.push(number)
    this.#host.world.scheduler.unsettle()
    for (const listener of this.#listeners) listener({ kind: 'NeighborUp', peerId })
    this.#tend()
  }

  /** By its id: a peer that came back before its crash was noticed has a new host. */
  #placeOf(peerId: PeerId): number {
    return this.#mesh.findIndex((known) => known.peerId === peerId)
  }

  /** Takes all out of the mesh but the first so many. */
  #prune(left: number): void {
    for (const { peerId } of this.#mesh.slice(left)) {
      this.#host.world.hosts.get(peerId)?.gossip.pruned(this.#host.peerId)
      this.pruned(peerId)
    }
  }

  /** The other side took us out of its mesh, or the connection is gone. */
  pruned(peerId: PeerId): void {
    const at = this.#placeOf(peerId)
    if (at < 0) return
    this.#mesh.splice(at, 1)
    this.#numbers.splice(at, 1)
    this.#host.world.scheduler.unsettle()
    for (const listener of this.#listeners) listener({ kind: 'NeighborDown', peerId })
    this.#tend()
  }

  #push(spread: Spread, except: number): void {
    const { world } = this.#host
    if (world.settled) return
    const { length } = spread.message
    const { now } = world.scheduler
    for (let index = 0; index < this.#numbers.length; index += 1) {
      const number = this.#numbers[index] ?? 0
      if (number === except) continue
      const known = spread.at(number)
      // What the other has already would only be counted and dropped there.
      if (known === SEEN) {
        world.count(length)
        continue
      }
      const other = this.#mesh[index]
      if (other === undefined || !other.running || world.lost()) continue
      world.count(length)
      const delay = world.delay(length)
      const at = now + delay
      // A copy that should be here by now was lost.
      if (known > 0 && known <= at && known >= now) continue
      if (world.passes(this.#host.peerId, other.peerId) && !other.frozen) spread.set(number, at)
      world.scheduler.postEntry(delay, new Copy(spread, this.#host, other))
    }
  }

  /** A copy is here. */
  arrive(spread: Spread, from: Host): void {
    const to = this.#host
    // Half of all copies come second, and look no further than this.
    if (spread.at(to.number) === SEEN || !to.running || !from.world.passes(from.peerId, to.peerId)) return
    if (to.frozen) to.whenAwake(() => this.#receive(spread, from))
    else this.#receive(spread, from)
  }

  #receive(spread: Spread, from: Host): void {
    const { number } = this.#host
    const { message } = spread
    if (spread.at(number) === SEEN) return
    spread.set(number, this.#topic === null ? 0 : SEEN)
    if (this.#topic === null) return
    const verdict = message.length > this.#maxBytes ? 'reject' : this.#validate(message, from.peerId)
    if (verdict === 'accept') this.#push(spread, from.number)
  }
}
