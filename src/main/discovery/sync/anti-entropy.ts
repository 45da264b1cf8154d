/** Rule SY11: what syncs bring to one node comes to all: a newcomer's catalog is completed, and parts of a network merge. */
import type { Env } from '../core/env.ts'
import type { PeerRecord } from '../core/peers.ts'
import type { Syncs } from './syncs.ts'

/** From one sync to the next, milliseconds: twice as long after each, until it would be longer than the last one. */
const FIRST_MS = 500
const LAST_MS = 32_000

/** Syncs again with one peer at a time, often while there is news, then ever more rarely, then not at all. */
export class AntiEntropy {
  readonly #env: Env
  readonly #syncs: Syncs
  #waitMs = FIRST_MS

  constructor(env: Env, syncs: Syncs) {
    this.#env = env
    this.#syncs = syncs
  }

  /** A sync told of peers that were not known: others may lack them too, and there may be more. */
  hurry(): void {
    const { timers, clock } = this.#env
    this.#waitMs = FIRST_MS
    if ((timers.at('antiEntropy') ?? Infinity) > clock.monotonic() + FIRST_MS) this.#schedule()
  }

  /** The timer is due. */
  sync(): void {
    const chosen = this.#pick()
    if (chosen !== null) this.#syncs.again(chosen)
    this.#waitMs *= 2
    if (this.#waitMs <= LAST_MS) this.#schedule()
  }

  #schedule(): void {
    this.#env.setTimer('antiEntropy', this.#waitMs * (0.75 + this.#env.random.number() / 2))
  }

  /** One of the mesh at random; all of it hears the same gossip, and each has other neighbors. */
  #pick(): PeerRecord | null {
    const { neighbors, peers, random } = this.#env
    const known = [...neighbors]
    const peerId = known[Math.floor(random.number() * known.length)]
    return peerId === undefined ? null : peers.get(peerId)
  }
}
