/** Syncs that peers begin with us: how many, how often, and which makes room (rules SY6, BD7). */
import { RateLimited, SyncFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { RateLimiter } from '../base/rates.ts'
import type { Env } from '../core/env.ts'
import type { Exchanges } from '../core/exchanges.ts'
import type { PeerRecord } from '../core/peers.ts'
import { SYNC_TIMES } from './bounds.ts'
import type { SyncViewFor } from './parts.ts'

/** Syncs that peers begin with us, each and in all. */
const RATE = { perSecond: 1, burst: 10 }
const MAX = 32
/** A sync that waited this long for its peer makes room for another peer's at the bound, milliseconds. */
const PATIENCE_MS = 2000

/** How a sync began that a peer began. */
export interface Began {
  /** The peer's record then. */
  readonly record: PeerRecord | null
  /** By the monotonic clock. */
  readonly beganAt: number
}

interface Inbound extends Began {
  readonly peerId: PeerId
}

/** Those that run. */
export class InboundSyncs {
  readonly #env: Env
  readonly #exchanges: Exchanges
  readonly #viewFor: SyncViewFor
  /** By the id of their stream. */
  readonly #running = new Map<number, Inbound>()
  readonly #rates = new RateLimiter(RATE)

  constructor(env: Env, viewFor: SyncViewFor, exchanges: Exchanges) {
    this.#env = env
    this.#exchanges = exchanges
    this.#viewFor = viewFor
  }

  /** Whether one of the peer's runs. */
  has(peerId: PeerId): boolean {
    for (const running of this.#running.values()) if (running.peerId === peerId) return true
    return false
  }

  /**
   * A peer begins one.
   * @param prevails whether ours with that peer goes on (rule SY6)
   * @returns why it is refused; null where it is answered
   */
  begin(id: number, peerId: PeerId, prevails: boolean): Error | null {
    if (!this.#rates.take(peerId, this.#env.clock.monotonic()) || !this.#makeRoom(peerId)) {
      this.#env.counters.refuse('SyncRate')
      return new RateLimited('too many syncs')
    }
    if (prevails) return new SyncFailed('a sync with this peer runs already')
    this.#running.set(id, { peerId, record: this.#env.peers.get(peerId), beganAt: this.#env.clock.monotonic() })
    this.#exchanges.answer(id, 'sync', peerId, this.#env.dialect.answerSync(this.#viewFor(peerId), peerId), SYNC_TIMES)
    return null
  }

  /** It is over. */
  ended(id: number): Began {
    const began = this.#running.get(id) ?? { record: null, beganAt: 0 }
    this.#running.delete(id)
    return began
  }

  /** What is wrong with it. */
  check(): string[] {
    return this.#running.size > MAX ? [`${this.#running.size} inbound syncs`] : []
  }

  /** Whether one more may run; at the bound the one of another peer that is silent for longest makes room (rule BD7). */
  #makeRoom(peerId: PeerId): boolean {
    if (this.#running.size < MAX) return true
    let before = this.#env.clock.monotonic() - PATIENCE_MS
    let silent: number | null = null
    for (const [id, one] of this.#running) {
      const heardAt = this.#exchanges.heardAt(id)
      if (one.peerId === peerId || heardAt === null || heardAt > before) continue
      before = heardAt
      silent = id
    }
    if (silent === null) return false
    this.#running.delete(silent)
    this.#env.counters.refuse('SyncDisplaced')
    this.#exchanges.callOff(silent, new SyncFailed('it made room for another sync'))
    return true
  }
}
