/** Rules BS1 to BS3: the way back into a network through the addresses of an earlier run. */
import type { WarmStatus } from '../../../shared/bootstrap.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Dials } from '../connections/dials.ts'
import type { Env } from '../core/env.ts'
import type { DialTarget } from '../ports.ts'

/** Rule BS2: places of one round, how many are dialed at once, and how long the round may begin new dials, milliseconds. */
export const PLACES = 64
const AT_ONCE = 4
const ROUND_MS = 60_000
/** Neighbors with which the network is found. */
const ENOUGH = 4
/** Rule BS3: pauses between rounds, milliseconds; each is twice the one before. */
const PAUSE_MS = 30_000
const PAUSE_MAX_MS = 600_000

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A peer of an earlier run, and what happened with it. */
export interface KnownPlace {
  readonly peerId: PeerId
  /** The one that worked last comes first. */
  readonly addresses: readonly string[]
  /** When it was heard of last, milliseconds since the epoch. */
  readonly seenAt: number
  /** Whether there ever was a connection to it. */
  readonly connected: boolean
  /** Dials in a row that failed. */
  readonly failures: number
  /** How long its last run was seen to last, milliseconds. */
  readonly presentMs: number
  /** It said goodbye when it was heard last. */
  readonly departed: boolean
}

/** Rule BS1: how promising a place is. Only the order means something. */
export function prospect(place: KnownPlace, now: number): number {
  const age = Math.max(0, now - place.seenAt)
  const recent = 2 / (1 + age / DAY)
  const connected = place.connected ? 1 : 0
  const lasting = Math.min(1, Math.log2(1 + Math.max(0, place.presentMs) / HOUR) / Math.log2(25))
  const failing = Math.min(4, Math.max(0, place.failures)) / 2
  return recent + connected + lasting - failing - (place.departed ? 3 : 0)
}

/** Rule BS1: those that can be dialed, best first, a bounded number. */
export function bestPlaces(known: readonly KnownPlace[], now: number, limit = PLACES): KnownPlace[] {
  return known
    .filter(({ addresses }) => addresses.length > 0)
    .map((place) => ({ place, value: prospect(place, now) }))
    .toSorted((a, b) => b.value - a.value || b.place.seenAt - a.place.seenAt)
    .slice(0, limit)
    .map(({ place }) => place)
}

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
