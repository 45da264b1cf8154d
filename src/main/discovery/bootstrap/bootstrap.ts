/** The way into the network: given addresses, places of earlier runs, and what is told of it all (rules BS). */
import type { BootstrapFacts } from '../../../shared/bootstrap.ts'
import type { Dials } from '../connections/dials.ts'
import type { Env } from '../core/env.ts'
import type { DialTarget } from '../ports.ts'
import type { Attempts } from './attempts.ts'
import { Places } from './places.ts'
import type { Provenance } from './provenance.ts'
import type { KnownPlace } from './known-places.ts'
import { WarmStart } from './warm-start.ts'

/** What a node starts from. */
export interface Start {
  /** Addresses that the user gave. */
  readonly given: readonly DialTarget[]
  /** Peers of earlier runs, in any order. */
  readonly known: readonly KnownPlace[]
}

/** From the first dial on. */
export class Bootstrap {
  readonly places: Places
  readonly warmStart: WarmStart
  readonly #env: Env
  readonly #attempts: Attempts
  readonly #provenance: Provenance
  readonly #given: readonly DialTarget[]

  constructor(
    env: Env,
    { dials, attempts, provenance }: { dials: Dials; attempts: Attempts; provenance: Provenance },
    start: Start,
  ) {
    this.#env = env
    this.#attempts = attempts
    this.#provenance = provenance
    this.#given = start.given
    this.places = new Places(env, dials)
    this.warmStart = new WarmStart(env, dials, start.known)
  }

  /** Once the node is online; all at the same time. */
  start(): void {
    for (const target of this.warmStart.places) this.places.remember(target, { path: 'store' }, false)
    this.places.start(this.#given)
    this.warmStart.start()
  }

  /** What is tried, and by which path the peers of the catalog were learned. */
  facts(): BootstrapFacts {
    return {
      attempts: this.#attempts.list().map((attempt) => ({
        ...attempt,
        connection: attempt.peerId === null ? null : (this.#env.connectionOf(attempt.peerId)?.direction ?? null),
      })),
      dialed: this.places.dialed(),
      learned: this.#provenance.counts(),
      warm: this.warmStart.status(),
    }
  }
}
