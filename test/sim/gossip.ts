import type { PeerId } from '../../src/shared/ids.ts'
import type { Gossip, GossipEvent, Unsubscribe, Verdict } from '../../src/main/discovery/ports.ts'
import type { Host } from './world.ts'

/** As gossipsub: the mesh is filled up below the lower bound, pruned above the upper one, aimed at the middle. */
const LOW = 4
const AIM = 6
const HIGH = 12
const HEARTBEAT_MS = 1000

/** How far a message came, by the hosts' numbers; gone with the message. */
interface Spread {
  /** Not 0 where it was seen. */
  seen: Uint8Array
  /** When the first copy that is on its way arrives, virtual milliseconds; 0 where none is. */
  coming: Float64Array
}

/** One message is one object for all: what they know of it lies together, which matters where thousands look it up. */
const spreads = new WeakMap<Uint8Array, Spread>()

function spreadOf(message: Uint8Array, hosts: number): Spread {
  const known = spreads.get(message)
  if (known !== undefined && known.seen.length >= hosts) return known
  const seen = new Uint8Array(hosts + 64)
  const coming = new Float64Array(hosts + 64)
  if (known !== undefined) {
    seen.set(known.seen)
    coming.set(known.coming)
  }
  const spread = { seen, coming }
  spreads.set(message, spread)
  return spread
}

/** The Gossip port on a simulated mesh: eager push, one look at each message, forwarding on acceptance. */
export class SimGossip implements Gossip {
  readonly #host: Host
  readonly #listeners = new Set<(event: GossipEvent) => void>()
  readonly #mesh = new Map<PeerId, Host>()
  #topic: string | null = null
  #maxBytes = 0
  #validate: (message: Uint8Array, from: PeerId) => Verdict = () => 'ignore'
  #cancel: Unsubscribe = () => undefined

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
    this.#heartbeat()
    return Promise.resolve()
  }

  leave(): Promise<void> {
    this.#topic = null
    this.#cancel()
    for (const peerId of this.#mesh.keys()) {
      this.#host.world.hosts.get(peerId)?.gossip.pruned(this.#host.peerId)
      this.pruned(peerId)
    }
    return Promise.resolve()
  }

  publish(message: Uint8Array): Promise<void> {
    const spread = this.#spread(message)
    spread.seen[this.#host.number] = 1
    this.#push(message, spread, null)
    return Promise.resolve()
  }

  neighbors(): readonly PeerId[] {
    return [...this.#mesh.keys()]
  }

  subscribe(listener: (event: GossipEvent) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  connected(other: Host): void {
    if (this.#topic === null || this.#mesh.size >= AIM) return
    this.#host.world.scheduler.schedule(this.#host.world.latency(), () => this.#graft(other))
  }

  disconnected(peerId: PeerId): void {
    this.pruned(peerId)
  }

  #heartbeat(): void {
    const { world } = this.#host
    const heartbeat = (): void => {
      if (this.#topic === null || !this.#host.running) return
      if (!this.#host.frozen) {
        if (this.#mesh.size < LOW) {
          for (const { peerId } of this.#host.connections()) {
            const other = world.hosts.get(peerId)
            if (this.#mesh.size < AIM && other !== undefined) this.#graft(other)
          }
        }
        if (this.#mesh.size > HIGH) {
          for (const peerId of [...this.#mesh.keys()].slice(AIM)) {
            world.hosts.get(peerId)?.gossip.pruned(this.#host.peerId)
            this.pruned(peerId)
          }
        }
      }
      this.#heartbeat()
    }
    this.#cancel = world.scheduler.schedule(HEARTBEAT_MS * (0.9 + world.random.number() / 5), heartbeat, true)
  }

  #graft(other: Host): void {
    const theirs = other.gossip
    const connected = this.#host.connection(other.peerId) !== null
    if (!connected || !other.running || other.frozen || theirs.#topic !== this.#topic || this.#topic === null) return
    if (this.#mesh.has(other.peerId) || theirs.#mesh.size >= HIGH) return
    if (!this.#host.world.passes(this.#host.peerId, other.peerId)) return
    this.#add(other)
    theirs.#add(this.#host)
  }

  #add(other: Host): void {
    const { peerId } = other
    if (this.#mesh.has(peerId)) return
    this.#mesh.set(peerId, other)
    this.#host.world.scheduler.unsettle()
    for (const listener of this.#listeners) listener({ kind: 'NeighborUp', peerId })
  }

  /** The other side took us out of its mesh, or the connection is gone. */
  pruned(peerId: PeerId): void {
    if (!this.#mesh.delete(peerId)) return
    this.#host.world.scheduler.unsettle()
    for (const listener of this.#listeners) listener({ kind: 'NeighborDown', peerId })
  }

  #spread(message: Uint8Array): Spread {
    return spreadOf(message, this.#host.world.made)
  }

  #push(message: Uint8Array, spread: Spread, except: PeerId | null): void {
    const { world } = this.#host
    if (world.settled) return
    for (const [peerId, other] of this.#mesh) {
      if (peerId === except || !other.running || world.lost()) continue
      const delay = world.delay(message.length)
      const at = world.scheduler.now + delay
      // What the other has when it arrives would only be counted and dropped there.
      if (this.#expected(other, spread, at)) world.count(message.length)
      else {
        if (world.passes(this.#host.peerId, peerId) && !other.frozen) spread.coming[other.number] = at
        world.deliver(this.#host, other, { bytes: message.length, delay, prompt: true }, () =>
          other.gossip.#receive(message, this.#host.peerId),
        )
      }
    }
  }

  #expected(other: Host, { seen, coming }: Spread, at: number): boolean {
    if (seen[other.number] === 1) return true
    const first = coming[other.number] ?? 0
    // A copy that should be here by now was lost.
    return first > 0 && first <= at && first >= this.#host.world.scheduler.now
  }

  #receive(message: Uint8Array, from: PeerId): void {
    const { number } = this.#host
    const spread = this.#spread(message)
    spread.coming[number] = 0
    if (this.#topic === null || spread.seen[number] === 1) return
    spread.seen[number] = 1
    const verdict = message.length > this.#maxBytes ? 'reject' : this.#validate(message, from)
    if (verdict === 'accept') this.#push(message, spread, from)
  }
}
