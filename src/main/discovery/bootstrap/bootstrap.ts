/** The way into the network: given addresses, places of earlier runs, and what is told of it all (rules BS). */
import type { BootstrapFacts } from '../../../shared/bootstrap.ts'
import { errorShape } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { Attempts } from './attempts.ts'
import type { PeerTable } from '../core/peers.ts'
import type { Context } from '../context.ts'
import { ANSWER_MS } from '../dht/rules.ts'
import type { Dialer } from '../connections/dialer.ts'
import type { DiscoveryOptions } from '../handle.ts'
import { Provenance } from './provenance.ts'
import type { Places } from './places.ts'
import { WarmStart } from './warm-start.ts'

/** From the first dial on. */
export class Bootstrap {
  readonly attempts: Attempts
  readonly provenance: Provenance
  readonly #options: DiscoveryOptions
  #warm: WarmStart | null = null

  constructor(options: DiscoveryOptions, peers: PeerTable) {
    const { clock } = options.ports
    this.#options = options
    this.attempts = new Attempts(clock)
    this.provenance = new Provenance(clock, this.attempts, peers)
  }

  /** Once the node is online; all at the same time. Inside a command. */
  start(context: Context, dialer: Dialer, places: Places): void {
    const { bootstrap, known = [] } = this.#options
    this.#warm = new WarmStart(context, dialer, known)
    for (const target of this.#warm.places) places.remember(target, { path: 'store' }, false)
    places.start(bootstrap)
    this.#warm.start()
  }

  /** Rule DH3: out of the dialer's turns, since a poll of the DHT waits for it. @throws DialFailed, Cancelled */
  async dialHolder(
    { ports, peers, queue, ended }: Context,
    holder: { readonly peerId: PeerId; readonly addresses: readonly string[]; readonly slot: number },
    signal: AbortSignal,
  ): Promise<void> {
    const { peerId, addresses, slot } = holder
    const trial = this.attempts.begin({ peerId, addresses }, { path: 'dht', slot })
    trial.dialing()
    try {
      await ports.node.connect({ peerId, addresses }, signal)
      trial.connected(peerId)
      queue.submit(() => {
        const record = peers.get(peerId)
        if (record !== null) this.provenance.reached(record, { path: 'dht', slot })
      })
    } catch (error) {
      const { code, message } = errorShape(error)
      const late = code === 'Cancelled' && !ended.aborted
      trial.failed(late ? `no answer within ${ANSWER_MS / 1000} s` : message)
      throw error
    }
  }

  /** What is tried, and by which path the peers of the catalog were learned. */
  facts(): BootstrapFacts {
    return {
      attempts: this.attempts.list(),
      learned: this.provenance.counts(),
      warm: this.#warm?.status() ?? { state: 'none', places: 0, dialed: 0, nextAt: null },
    }
  }
}
