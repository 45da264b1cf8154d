/**
 * The last look before a connection is dialed (rule AD7), whatever wants it: discovery, an exchange or gossip, by what entries,
 * the catalog or members of the mesh say. What came of each address and host is kept over all of them and all peers, so that one
 * address that is named for many peers is not knocked at for each.
 */
import { placeKey } from '../../../shared/dial-address.ts'
import { NotDialed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { DialLedger } from '../../discovery/base/dial-ledger.ts'
import type { Clock, DialTarget } from '../../discovery/ports.ts'
import type { Wire } from './wire.ts'

/** A dial that was called off sooner than this says nothing of the addresses, milliseconds. */
const TOO_SOON_MS = 1000

/** A target with its peer: without one nobody is dialed on iroh. */
export type PeerTarget = DialTarget & { readonly peerId: PeerId }

/** Watches the dials of one node. */
export class DialRests {
  readonly #clock: Pick<Clock, 'monotonic'>
  // Never longer than the core has it rest, which decides what is worth a dial.
  readonly #ledger = new DialLedger(() => 0)
  /** The peer that each place is dialed for now, and how many dials run. */
  readonly #dialing = new Map<string, { readonly peerId: PeerId; count: number }>()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /**
   * Dials at those of the addresses that do not rest and are not being dialed for another peer; what the user gave may always be.
   * @throws NotDialed where none is left, and whatever the dial throws
   */
  async watch(
    { peerId, addresses, given, insisted }: PeerTarget,
    signal: AbortSignal,
    dial: (addresses: readonly string[]) => Promise<Wire>,
  ): Promise<Wire> {
    const began = this.#clock.monotonic()
    if (insisted === true) for (const address of addresses) this.#ledger.pardon(address, peerId)
    const isFree = (address: string): boolean => (this.#dialing.get(placeKey(address))?.peerId ?? peerId) === peerId
    const tried = addresses.filter(
      (address) => given === true || (this.#ledger.allows(address, peerId, began) && isFree(address)),
    )
    if (tried.length === 0) throw new NotDialed(peerId, 'rests')
    const places = tried.filter(isFree).map(placeKey)
    for (const place of places) this.#take(place, peerId)
    try {
      const wire = await dial(tried)
      this.answered(wire)
      return wire
    } catch (error) {
      const now = this.#clock.monotonic()
      if (given !== true && (!signal.aborted || now - began >= TOO_SOON_MS))
        for (const address of tried) this.#ledger.failed(address, peerId, now)
      throw error
    } finally {
      for (const place of places) this.#release(place)
    }
  }

  /** A peer is at the other end of a connection, in either direction: on QUIC both sides use the address that they listen on. */
  answered({ address, remote }: Pick<Wire, 'address' | 'remote'>): void {
    this.#ledger.answered(address, remote)
  }

  #take(place: string, peerId: PeerId): void {
    const known = this.#dialing.get(place)
    if (known === undefined) this.#dialing.set(place, { peerId, count: 1 })
    else known.count += 1
  }

  #release(place: string): void {
    const known = this.#dialing.get(place)
    if (known === undefined) return
    known.count -= 1
    if (known.count === 0) this.#dialing.delete(place)
  }
}
