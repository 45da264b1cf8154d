/** Rules BS1 to BS3: the way back into a network through the addresses of an earlier run. */
import type { WarmStatus } from '../../../shared/bootstrap.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Context } from '../context.ts'
import type { Dialer } from '../connections/dialer.ts'
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

/** Dials the places of earlier runs, best first, until the network is found. All methods run inside commands. */
export class WarmStart {
  readonly #context: Context
  readonly #dialer: Dialer
  readonly #places: readonly DialTarget[]
  #next = 0
  #running = 0
  #until = 0
  #pause = PAUSE_MS
  #nextAt: number | null = null
  #over = false

  constructor(context: Context, dialer: Dialer, known: readonly KnownPlace[]) {
    this.#context = context
    this.#dialer = dialer
    const others = known.filter(({ peerId }) => peerId !== context.self)
    this.#places = bestPlaces(others, context.ports.clock.now()).map(({ peerId, addresses }) => ({ peerId, addresses }))
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
    this.#until = this.#context.ports.clock.monotonic() + ROUND_MS
    for (let lane = 0; lane < AT_ONCE; lane += 1) this.#lane()
  }

  status(): WarmStatus {
    const state = this.#places.length === 0 ? 'none' : this.#over ? 'done' : 'running'
    const alone = this.#context.ports.gossip.neighbors().length === 0
    return { state, places: this.#places.length, dialed: this.#next, nextAt: alone ? this.#nextAt : null }
  }

  /** One dial after the other. */
  #lane(): void {
    const { clock, node } = this.#context.ports
    const target = this.#places[this.#next]
    if (target === undefined || this.#found() || clock.monotonic() >= this.#until) return this.#laneEnded()
    this.#next += 1
    if (target.peerId !== undefined && node.connection(target.peerId) !== null) return this.#lane()
    this.#running += 1
    void this.#dialer.dial(target, { path: 'store' }).then(() =>
      this.#context.queue.submit(() => {
        this.#running -= 1
        this.#context.changed()
        this.#lane()
      }),
    )
  }

  /** After the last lane: another round later, as long as we are alone. */
  #laneEnded(): void {
    if (this.#running > 0 || this.#over) return
    this.#over = true
    this.#context.changed()
    this.#again()
  }

  #again(): void {
    const { clock, gossip } = this.#context.ports
    this.#nextAt = clock.now() + this.#pause
    this.#context.later(this.#pause, () => {
      this.#nextAt = null
      // Whoever loses the network later has a catalog (rules AN7, AN10).
      if (gossip.neighbors().length === 0) this.start()
    })
    this.#pause = Math.min(2 * this.#pause, PAUSE_MAX_MS)
  }

  #found(): boolean {
    return this.#context.ports.gossip.neighbors().length >= ENOUGH
  }
}
