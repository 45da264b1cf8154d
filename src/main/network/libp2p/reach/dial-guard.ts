/**
 * The last look before a TCP connection is opened (rules AD2, AD7), whatever in libp2p wants it: a dial of ours, a relay, a
 * hole to be punched, a peer that is to be dialed back. Here names are resolved, and what came of each address is known.
 */
import type { Connection, Transport } from '@libp2p/interface'
import type { TCPComponents } from '@libp2p/tcp'
import { tcp } from '@libp2p/tcp'
import { NotDialed } from '../../../../shared/errors.ts'
import { DialLedger } from '../../../discovery/base/dial-ledger.ts'
import type { Clock } from '../../../discovery/ports.ts'
import { bareAddress } from '../targets.ts'
import type { DialPolicy } from '../../dial-policy.ts'

/** A dial that was called off sooner than this says nothing of the address, milliseconds. */
const TOO_SOON_MS = 1000

/** Watches the dials of one node. */
export class DialGuard {
  readonly #policy: DialPolicy
  readonly #clock: Pick<Clock, 'monotonic'>
  // Never longer than the core has it rest, which decides what is worth a dial.
  readonly #ledger = new DialLedger(() => 0)

  constructor(policy: DialPolicy, clock: Pick<Clock, 'monotonic'>) {
    this.#policy = policy
    this.#clock = clock
  }

  /** libp2p's TCP, which dials nothing past this guard. */
  tcp(): (components: TCPComponents) => Transport {
    const make = tcp()
    return (components) => {
      const transport = make(components)
      const dial = transport.dial.bind(transport)
      transport.dial = async (address, options) =>
        await this.watch(bareAddress(address), peerOf(address.toString()), options.signal, () => dial(address, options))
      return transport
    }
  }

  /**
   * Dials where that may be done, and notes what came of it.
   * @throws NotDialed where it rests, Error where it may not be dialed
   */
  async watch(
    address: string,
    peerId: string | null,
    signal: AbortSignal | undefined,
    dial: () => Promise<Connection>,
  ): Promise<Connection> {
    if (!this.#policy.allows(address)) throw new Error(`${address} is not an address that we dial`)
    const given = this.#policy.isGiven(address)
    const began = this.#clock.monotonic()
    if (!given && !this.#ledger.allows(address, peerId, began)) throw new NotDialed(address, 'rests')
    try {
      const connection = await dial()
      this.#ledger.answered(address, connection.remotePeer.toString())
      return connection
    } catch (error) {
      const now = this.#clock.monotonic()
      if (!given && (signal?.aborted !== true || now - began >= TOO_SOON_MS)) this.#ledger.failed(address, peerId, now)
      throw error
    }
  }

  /** A peer came to us. */
  heard({ direction, remoteAddr, remotePeer, limits }: Connection): void {
    if (direction === 'inbound' && limits === undefined)
      this.#ledger.heard(bareAddress(remoteAddr), remotePeer.toString())
  }

  /** The user insists on a peer: its addresses do not rest. */
  pardon(addresses: readonly string[], peerId: string | null): void {
    for (const address of addresses) this.#ledger.pardon(address, peerId)
  }
}

function peerOf(address: string): string | null {
  return /\/p2p\/([^/]+)$/.exec(address)?.[1] ?? null
}
