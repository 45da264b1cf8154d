import type { PeerId } from '../../../../shared/ids.ts'
import type { Chance } from './choice.ts'
import type { GossipConfig } from './config.ts'
import { IROH_GOSSIP } from './config.ts'
import { HyParView } from './hyparview.ts'
import type { Counters, Input, Output } from './io.ts'
import { noCounts } from './io.ts'
import { Plumtree } from './plumtree.ts'
import type { BroadcastMessage } from './wire.ts'

/**
 * Gossip in one topic: who is a neighbor (HyParView), and how contents spread (Plumtree). It has no I/O, no clock and no
 * randomness: what happened goes in with the time, and what is to be done comes out, in order.
 */
export class GossipMachine {
  readonly #me: PeerId
  readonly #counters: Counters = noCounts()
  readonly #membership: HyParView
  readonly #broadcast: Plumtree
  #now = 0
  #timerAt: number | null = null
  #left = false

  /** @param chance by what peers are chosen */
  constructor(me: PeerId, chance: Chance, config: GossipConfig = IROH_GOSSIP) {
    this.#me = me
    this.#membership = new HyParView(me, config, chance, this.#counters)
    this.#broadcast = new Plumtree(config, this.#counters)
  }

  /** The peers of the active view. */
  neighbors(): PeerId[] {
    return [...this.#membership.neighbors.keys()]
  }

  /** The peers of the passive view. */
  spares(): PeerId[] {
    return [...this.#membership.spares.keys()]
  }

  /** The neighbors that contents are pushed to; to the others they are announced. */
  eager(): PeerId[] {
    return this.#broadcast.eager
  }

  /** How much is remembered of broadcasts. */
  sizes(): Plumtree['sizes'] {
    return this.#broadcast.sizes
  }

  /** What was refused, ignored or left out so far. */
  counters(): Readonly<Counters> {
    return { ...this.#counters }
  }

  /**
   * Takes in what happened and tells what is to be done, in order.
   * @param nowMs of a monotonic clock; what goes back is taken as standing still
   * @throws LimitExceeded for a content or data of our own that is too large; nothing has changed then
   */
  step(input: Input, nowMs: number): readonly Output[] {
    if (this.#left) return []
    this.#now = Math.max(this.#now, nowMs)
    const out: Output[] = []
    this.#take(input, this.#now, out)
    this.#tell(out)
    return out
  }

  /** What does not hold that always must, in words: empty as long as all is well. */
  check(): string[] {
    const faults = [...this.#membership.check(), ...this.#broadcast.check(this.#membership.neighbors)]
    const next = earlier(this.#membership.nextAt(), this.#broadcast.nextAt())
    if (next !== this.#timerAt) faults.push(`the timer is at ${this.#timerAt} where ${next} is due`)
    return faults
  }

  #take(input: Input, now: number, out: Output[]): void {
    switch (input.kind) {
      case 'join':
        return this.#membership.join(input.peers, now, out)
      case 'message':
        if (input.from === this.#me) return
        if (isBroadcast(input.message)) return this.#onBroadcast(input.from, input.message, now, out)
        this.#membership.receive(input.from, input.message, now, out)
        return this.#follow(out)
      case 'disconnected':
        this.#membership.disconnected(input.peer, input.reached, now, out)
        return this.#follow(out)
      case 'broadcast':
        return this.#broadcast.broadcast(input.content, input.reach, now, out)
      case 'judged':
        return this.#broadcast.judged(input.id, input.passOn, now, out)
      case 'data':
        return this.#membership.setData(input.data)
      case 'time':
        // The timer is used up. Real timers fire up to a millisecond early: what is not due yet needs the next one.
        this.#timerAt = null
        this.#membership.tick(now, out)
        this.#broadcast.tick(now, out)
        return
      case 'quit':
        this.#membership.quit(out)
        this.#broadcast.quit()
        this.#left = true
        return
      default:
        return input satisfies never
    }
  }

  /** A content is taken from anybody; but a peer that takes itself for our neighbor, and is not, is told so. */
  #onBroadcast(from: PeerId, message: BroadcastMessage, now: number, out: Output[]): void {
    this.#broadcast.receive(from, message, now, out)
    const known = this.#membership.neighbors.has(from) || this.#membership.isAwaited(from)
    if (!known) out.push({ kind: 'disconnect', peer: from })
  }

  /** Broadcasts go by the active view. */
  #follow(out: readonly Output[]): void {
    for (const output of out) {
      if (output.kind === 'neighborUp') this.#broadcast.neighborUp(output.peer)
      else if (output.kind === 'neighborDown') this.#broadcast.neighborDown(output.peer)
    }
  }

  #tell(out: Output[]): void {
    const next = earlier(this.#membership.nextAt(), this.#broadcast.nextAt())
    if (next === this.#timerAt) return
    this.#timerAt = next
    out.push({ kind: 'timer', at: next })
  }
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}

function isBroadcast(message: (Input & { kind: 'message' })['message']): message is BroadcastMessage {
  return message.type === 'Gossip' || message.type === 'Prune' || message.type === 'Graft' || message.type === 'IHave'
}
