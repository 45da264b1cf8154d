/**
 * Places where the network was, or is said to be (rule AN10): addresses that the user gave, which are never forgotten; those
 * of neighbors; and those of peers that were purged. So a node that lost everybody finds the network again.
 */
import { placeKey } from '../../../shared/dial-address.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import { backoffDelay, BACKOFF_LAST } from '../base/jitter.ts'
import type { Dials } from '../connections/dials.ts'
import type { Env } from '../core/env.ts'
import type { DialOutcome } from '../core/facts.ts'
import type { DialTarget } from '../ports.ts'
import type { Way } from './attempts.ts'
import { keyOf } from './attempts.ts'

/** Places remembered of neighbors, and of others. */
const NEIGHBORS = 64
const OTHERS = 256
/** Addresses given by `dial` that are kept; those given at the start are all kept. */
const DIALED = 64
/** How often a remembered place is tried, milliseconds. */
const REMIND_MS = 15_000
/** Remembered places that are looked at for one whose peer is not known, each time: nearly all are of peers in the catalog. */
const LOOKED_AT = 32

/** An address that the user gave. */
interface Given {
  readonly key: string
  readonly target: DialTarget
  /** Who answered there last. */
  peerId: PeerId | null
  failures: number
  /** How often its connection broke in a row before anybody was our neighbor. */
  broken: number
  /** When it may be tried again, by the monotonic clock; infinite while it is being dialed. */
  nextAt: number
}

/** A place of the network. */
interface Place {
  readonly target: DialTarget
  readonly way: Way
}

/** Keeps and tries them. */
export class Places {
  readonly #env: Env
  readonly #dials: Dials
  readonly #given = new Map<string, Given>()
  readonly #dialed = new BoundedMap<string, Given>(DIALED)
  readonly #neighbors = new BoundedMap<string, Place>(NEIGHBORS)
  readonly #others = new BoundedMap<string, Place>(OTHERS)
  #remindAt = 0

  constructor(env: Env, dials: Dials) {
    this.#env = env
    this.#dials = dials
  }

  /** Addresses that the node starts from: dialed now, and for ever when nothing of the network is there. */
  start(targets: readonly DialTarget[]): void {
    for (const [index, target] of targets.entries()) {
      // By number: several addresses of one peer are all kept.
      const given = { key: `start ${index}`, target, peerId: null, failures: 0, broken: 0, nextAt: 0 }
      this.#given.set(given.key, given)
      this.#try(given)
    }
  }

  /** The user dialed it. */
  give(target: DialTarget): void {
    const key = givenKey(target)
    const known = [...this.#given.values()].some((given) => givenKey(given.target) === key)
    if (target.addresses.length === 0 || known) return
    this.#dialed.set(key, { key, target, peerId: null, failures: 0, broken: 0, nextAt: this.#now() + REMIND_MS })
  }

  /** A peer answered at an address that was given to `dial`. */
  answered(target: DialTarget, peerId: PeerId): void {
    const given = this.#dialed.get(givenKey(target))
    if (given !== undefined) given.peerId = peerId
  }

  /** The user takes back what was given to `dial`. @returns whether it was kept */
  takeBack(target: DialTarget): boolean {
    const had = this.#dialed.delete(givenKey(target))
    this.#lookAgain()
    return had
  }

  /** Addresses given to `dial` that are kept. */
  dialed(): readonly string[] {
    return [...this.#dialed.values()].flatMap(({ target }) => target.addresses.slice(0, 1))
  }

  /** A peer that was purged: it may be there again, and the island that it is in. */
  remember(target: DialTarget, way: Way, neighbor: boolean): void {
    if (target.addresses.length === 0) return
    const places = neighbor ? this.#neighbors : this.#others
    places.set(keyOf(target), { target, way })
  }

  /** It said goodbye: nobody is there. What the user gave stays, for it may be back at any time. */
  forget(peerId: PeerId): void {
    this.#neighbors.delete(peerId)
    this.#others.delete(peerId)
  }

  /** The last neighbor went: what the user gave is tried at once where it does not rest. */
  hurry(): void {
    const now = this.#now()
    for (const given of this.#allGiven())
      if (given.failures === 0 && given.nextAt !== Infinity) given.nextAt = Math.min(given.nextAt, now)
    this.look()
  }

  /** The connection with the peer broke while nobody is our neighbor: it may be back in a moment, as one is that did not answer. */
  broke(peerId: PeerId): void {
    const now = this.#now()
    for (const given of this.#allGiven()) {
      if (given.peerId !== peerId || given.nextAt === Infinity) continue
      given.broken += 1
      given.nextAt = Math.min(given.nextAt, now + backoffDelay(given.broken, this.#env.random.number()))
    }
    this.#lookAgain()
  }

  /** What came of dialing a given address that was due. */
  tried(key: string, outcome: DialOutcome): void {
    const given = this.#given.get(key) ?? this.#dialed.get(key)
    if (given === undefined) return
    if (outcome.ok) {
      given.peerId = outcome.peerId
      given.failures = 0
      given.nextAt = this.#now() + REMIND_MS
    } else {
      given.failures += 1
      given.nextAt = this.#now() + backoffDelay(given.failures, this.#env.random.number())
    }
    this.#lookAgain()
  }

  /** Tries what is due. Called every few seconds, and when one that rests is due. */
  look(): void {
    const now = this.#now()
    for (const given of this.#allGiven()) {
      if (given.nextAt > now) continue
      if (this.#isNeeded(given)) this.#try(given)
      else {
        given.nextAt = now + REMIND_MS
        given.broken = 0
      }
    }
    this.#remind(now)
    this.#lookAgain()
  }

  /** What is wrong with it. */
  check(): string[] {
    const sizes = [this.#dialed.size - DIALED, this.#neighbors.size - NEIGHBORS, this.#others.size - OTHERS]
    return sizes.some((over) => over > 0) ? ['more places are remembered than should be'] : []
  }

  *#allGiven(): Generator<Given> {
    yield* this.#given.values()
    yield* this.#dialed.values()
  }

  /** Not while we have neighbors and know who is there, or are connected to them. */
  #isNeeded({ target, peerId }: Given): boolean {
    const { catalog, self } = this.#env
    const there = target.peerId ?? peerId
    if (there === self) return false
    if (there !== null && this.#env.connectionOf(there) !== null) return false
    return this.#env.alone || there === null || !catalog.has(there)
  }

  #try(given: Given): void {
    const { target, key } = given
    given.nextAt = Infinity
    // The user's: ghosts in the catalog must not stand before it.
    this.#dials.dial(
      { ...target, given: true },
      { way: { path: 'given' }, priority: 'user', purpose: { for: 'given', key } },
    )
  }

  /** A timer for the soonest place that rests: the regular look would come late for the first retries. */
  #lookAgain(): void {
    const resting = [...this.#allGiven()]
      .filter(({ failures, broken }) => failures > 0 || broken > 0)
      .map(({ nextAt }) => nextAt)
    const soonest = Math.min(...resting)
    if (soonest <= this.#now() + BACKOFF_LAST) this.#env.timers.set('places', Math.max(soonest, this.#now()))
    else this.#env.timers.clear('places')
  }

  /** Tries one remembered place now and then, one of a neighbor and one of others, so that the islands of a network meet. */
  #remind(now: number): void {
    if (now < this.#remindAt) return
    const { random, catalog, config } = this.#env
    this.#remindAt = now + Math.min(REMIND_MS, config.purgeAfter / 2)
    const unknown = ({ target: { peerId } }: Place): boolean =>
      peerId === undefined || !(this.#env.connectionOf(peerId) !== null || catalog.has(peerId))
    for (const places of [this.#neighbors, this.#others]) {
      const all = [...places.values()]
      const from = Math.floor(random.number() * all.length)
      const chosen = [...all.slice(from), ...all.slice(0, from)].slice(0, LOOKED_AT).find(unknown)
      if (chosen !== undefined)
        this.#dials.dial(chosen.target, { way: chosen.way, rare: true, purpose: { for: 'connections' } })
    }
  }

  #now(): number {
    return this.#env.clock.monotonic()
  }
}

/** One address is one place, however it is written and whether the peer is named. */
function givenKey(target: DialTarget): string {
  return target.addresses.map(placeKey).join()
}
