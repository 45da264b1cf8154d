/** Rules BS1 to BS3: the way back into a network through the addresses of an earlier run. */
import type { WarmStatus } from '../../../shared/bootstrap.ts'
import type { Dials } from '../connections/dials.ts'
import type { Env } from '../core/env.ts'
import type { DialTarget } from '../ports.ts'
import type { KnownPlace } from './known-places.ts'
import { bestPlaces } from './known-places.ts'

/** Rule BS2: how many are dialed at once, and how long a round may begin new dials, milliseconds. */
const AT_ONCE = 4
const ROUND_MS = 60_000
/** Neighbors with which the network is found. */
const ENOUGH = 4
/** Rule BS3: pauses between rounds, milliseconds; each is twice the one before. */
const PAUSE_MS = 30_000
const PAUSE_MAX_MS = 600_000

/** Dials the places of earlier runs, best first, until the network is found. */
export class WarmStart {
  readonly #env: Env
  readonly #dials: Dials
  readonly #places: readonly DialTarget[]
  #next = 0
  #running = 0
  #until = 0
  #pause = PAUSE_MS
  /** When the next round begins, milliseconds since the epoch; null while one runs. */
  #nextAt: number | null = null
  #over = false

  constructor(env: Env, dials: Dials, known: readonly KnownPlace[]) {
    this.#env = env
    this.#dials = dials
    const others = known.filter(({ peerId }) => peerId !== env.self)
    this.#places = bestPlaces(others, env.clock.now()).map(({ peerId, addresses }) => ({ peerId, addresses }))
  }

  /** What is dialed when the network was lost for good (rule AN10). */
  get places(): readonly DialTarget[] {
    return this.#places
  }

  start(): void {
    if (this.#places.length === 0) return
    this.#nextAt = null
    this.#next = 0
    this.#over = false
    this.#until = this.#env.clock.monotonic() + ROUND_MS
    this.#fill()
  }

  /** The pause is over. The next round begins where we are alone; a network that is lost later has a catalog (rule AN7). */
  again(): void {
    this.#nextAt = null
    if (this.#env.alone) this.start()
  }

  /** One of its dials is over. */
  dialed(): void {
    this.#running -= 1
    this.#env.changed()
    this.#fill()
  }

  status(): WarmStatus {
    const state = this.#places.length === 0 ? 'none' : this.#over ? 'done' : 'running'
    return { state, places: this.#places.length, dialed: this.#next, nextAt: this.#env.alone ? this.#nextAt : null }
  }

  /** Dials on; after the last dial another round comes later, as long as we are alone. */
  #fill(): void {
    while (this.#running < AT_ONCE) {
      const target = this.#places[this.#next]
      if (target === undefined || this.#found() || this.#env.clock.monotonic() >= this.#until) break
      this.#next += 1
      if (target.peerId !== undefined && this.#env.connectionOf(target.peerId) !== null) continue
      this.#running += 1
      this.#dials.dial(target, { way: { path: 'store' }, purpose: { for: 'warmStart' } })
    }
    if (this.#running > 0 || this.#over) return
    this.#over = true
    this.#nextAt = this.#env.clock.now() + this.#pause
    this.#env.setTimer('warmStart', this.#pause)
    this.#pause = Math.min(2 * this.#pause, PAUSE_MAX_MS)
    this.#env.changed()
  }

  #found(): boolean {
    return this.#env.neighbors.size >= ENOUGH
  }
}
