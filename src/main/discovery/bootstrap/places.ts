/**
 * Places where the network was, or is said to be (rule AN10): addresses that the user gave, which are never forgotten; those
 * of neighbors; and those of peers that were purged. So a node that lost everybody finds the network again.
 */
import type { PeerId } from '../../../shared/ids.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import { backoffDelay, BACKOFF_LAST } from '../base/jitter.ts'
import type { Dialer } from '../connections/dialer.ts'
import type { Context } from '../context.ts'
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

/** An address that the user gave. */
interface Given {
  readonly target: DialTarget
  /** Who answered there last. */
  peerId: PeerId | null
  failures: number
  /** When it may be tried again, by the monotonic clock; infinite while it is being dialed. */
  nextAt: number
}

/** A place of the network. */
interface Place {
  readonly target: DialTarget
  readonly way: Way
}

/** Keeps and tries them. All methods run inside commands. */
export class Places {
  readonly #context: Context
  readonly #dialer: Dialer
  readonly #given: Given[] = []
  readonly #dialed = new BoundedMap<string, Given>(DIALED)
  readonly #neighbors = new BoundedMap<string, Place>(NEIGHBORS)
  readonly #others = new BoundedMap<string, Place>(OTHERS)
  #remindAt = 0
  #cancelLook: () => void = () => undefined

  constructor(context: Context, dialer: Dialer) {
    this.#context = context
    this.#dialer = dialer
  }

  /** Addresses that the node starts from: dialed now, and for ever when nothing of the network is there. */
  start(targets: readonly DialTarget[]): void {
    for (const target of targets) this.#given.push(this.#try({ target, peerId: null, failures: 0, nextAt: 0 }))
  }

  /** The user dialed it. */
  give(target: DialTarget): void {
    const key = keyOf(target)
    if (target.addresses.length === 0 || this.#given.some((given) => keyOf(given.target) === key)) return
    this.#dialed.set(key, { target, peerId: null, failures: 0, nextAt: this.#now() + REMIND_MS })
  }

  /** A peer answered at an address that was given to `dial`. */
  answered(target: DialTarget, peerId: PeerId): void {
    const given = this.#dialed.get(keyOf(target))
    if (given !== undefined) given.peerId = peerId
  }

  /** A peer that was purged: it may be there again, and the half of the network that it is in. */
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

  /** Tries what is due. Called every few seconds. */
  look(): void {
    const now = this.#now()
    for (const given of this.#allGiven()) {
      if (given.nextAt > now) continue
      if (this.#isNeeded(given)) this.#try(given)
      else given.nextAt = now + REMIND_MS
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
    yield* this.#given
    yield* this.#dialed.values()
  }

  /** Not while we have neighbors and know who is there, or are connected to them. */
  #isNeeded({ target, peerId }: Given): boolean {
    const { catalog, ports, self } = this.#context
    const there = target.peerId ?? peerId
    if (there === self) return false
    if (there !== null && this.#context.connectionOf(there) !== null) return false
    return ports.gossip.neighbors().length === 0 || there === null || !catalog.has(there)
  }

  #try(given: Given): Given {
    given.nextAt = Infinity
    void this.#dialer.dial({ ...given.target, given: true }, { path: 'given' }).then((peerId) =>
      this.#context.queue.submit(() => {
        if (peerId === null) {
          given.failures += 1
          given.nextAt = this.#now() + backoffDelay(given.failures, this.#context.ports.random.number())
        } else {
          given.peerId = peerId
          given.failures = 0
          given.nextAt = this.#now() + REMIND_MS
        }
        this.#lookAgain()
      }),
    )
    return given
  }

  /** A timer for the soonest place that rests: the regular look would come late for the first retries. */
  #lookAgain(): void {
    this.#cancelLook()
    const soonest = Math.min(
      ...[...this.#allGiven()].filter(({ failures }) => failures > 0).map(({ nextAt }) => nextAt),
    )
    const wait = soonest - this.#now()
    if (wait > 0 && wait <= BACKOFF_LAST) this.#cancelLook = this.#context.later(wait, () => this.look())
  }

  /** Tries one remembered place now and then, one of a neighbor and one of others, so that halves of a network meet. */
  #remind(now: number): void {
    if (now < this.#remindAt) return
    const { node, random } = this.#context.ports
    this.#remindAt = now + Math.min(REMIND_MS, this.#context.config.purgeAfter / 2)
    const connected = new Set(node.connections().map(({ peerId }) => peerId))
    const unknown = ({ target: { peerId } }: Place): boolean =>
      peerId === undefined || !(connected.has(peerId) || this.#context.catalog.has(peerId))
    for (const places of [this.#neighbors, this.#others]) {
      const open = [...places.values()].filter(unknown)
      const chosen = open[Math.floor(random.number() * open.length)]
      if (chosen !== undefined) void this.#dialer.dial(chosen.target, chosen.way)
    }
  }

  #now(): number {
    return this.#context.ports.clock.monotonic()
  }
}
