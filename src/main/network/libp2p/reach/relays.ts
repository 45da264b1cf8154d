/** Places at relays (rule AD4): where nobody can dial us, others reach us through a peer that both can dial. */
import type { Connection, PeerId as Libp2pPeerId, Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { errorShape } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import { isPeerId } from '../../../../shared/ids.ts'
import type { ReachabilityStatus, RelayInUse } from '../../../../shared/reachability.ts'
import { backoffDelay } from '../../../discovery/base/jitter.ts'
import type { Clock, DialTarget, Random, Unsubscribe } from '../../../discovery/ports.ts'
import { needsRelay, relayedAddresses } from './own-addresses.ts'

/** Relays that hold a place for us. */
const RELAYS = 2
/** How often it is looked at whether there are enough, milliseconds. */
const LOOK_MS = 1000
/** How long one relay may take, milliseconds. */
const RESERVE_MS = 10_000
/** Relays remembered because they failed. */
const FAILED = 256

/** The parts of libp2p's relay transport that its type leaves out. */
export interface RelayTransport {
  readonly reservationStore: ReservationStore
  /** Somebody wants to reach us through the peer of this connection. */
  onStop(stream: Stream, connection: Connection): Promise<void>
}

interface ReservationStore {
  addRelay(relay: Libp2pPeerId, type: 'configured'): Promise<unknown>
  getReservation(relay: Libp2pPeerId): { readonly addrs: readonly Uint8Array[] } | undefined
  hasReservation(relay: Libp2pPeerId): boolean
  cancelReservations(): void
  addEventListener(
    name: 'relay:created-reservation' | 'relay:removed',
    listener: (event: CustomEvent<{ readonly relay: Libp2pPeerId }>) => void,
  ): void
}

/** What the use of relays works with. */
export interface RelayParts {
  readonly clock: Clock
  readonly random: Random
  /** Our direct addresses. */
  direct(): readonly string[]
  connect(target: DialTarget, signal: AbortSignal): Promise<PeerId>
  isConnected(peerId: string): boolean
  /** The far ends of connections that the peer opened: nobody listens there. */
  farEnds(peerId: string): readonly string[]
  /** The addresses under which we are reached changed. */
  changed(): void
}

interface Held extends RelayInUse {
  readonly addresses: readonly string[]
}

/** Holds up to two places while we need them. */
export class RelayUse {
  readonly #parts: RelayParts
  readonly #store: ReservationStore
  readonly #held = new Map<PeerId, Held>()
  readonly #failed = new Map<PeerId, { readonly failures: number; readonly until: number }>()
  readonly #ended = new AbortController()
  #candidates: () => readonly DialTarget[] = () => []
  #lost: ReachabilityStatus['relay']['lost'] = null
  #asking = false
  #cancelLook: Unsubscribe = () => undefined

  /** @param refused is called when somebody comes through a peer that is no relay of ours */
  constructor(parts: RelayParts, transport: RelayTransport, refused: () => void) {
    this.#parts = parts
    this.#store = transport.reservationStore
    this.#store.addEventListener('relay:created-reservation', ({ detail }) => this.#noted(detail.relay))
    this.#store.addEventListener('relay:removed', ({ detail }) => this.#gone(detail.relay))
    // libp2p would take a place at whoever sends it such a stream.
    const onStop = transport.onStop.bind(transport)
    transport.onStop = async (stream, connection) => {
      if (this.#store.hasReservation(connection.remotePeer)) return await onStop(stream, connection)
      refused()
      stream.abort(new Error('that peer is no relay of ours'))
    }
  }

  /** Whom to ask: peers that call themselves relays. */
  follow(candidates: () => readonly DialTarget[]): void {
    this.#candidates = candidates
  }

  start(): void {
    const look = (): void => {
      this.#look()
      this.#cancelLook = this.#parts.clock.schedule(LOOK_MS, look)
    }
    look()
  }

  stop(): void {
    this.#ended.abort()
    this.#cancelLook()
    this.#held.clear()
  }

  addresses(): readonly string[] {
    return [...this.#held.values()].flatMap(({ addresses }) => addresses)
  }

  status(): Pick<ReachabilityStatus['relay'], 'using' | 'lost'> {
    return {
      using: [...this.#held.values()].map(({ peerId, address, since }) => ({ peerId, address, since })),
      lost: this.#lost,
    }
  }

  #look(): void {
    if (this.#asking) return
    if (!needsRelay(this.#parts.direct())) {
      if (this.#held.size === 0) return
      this.#store.cancelReservations()
      this.#held.clear()
      this.#parts.changed()
    } else if (this.#held.size < RELAYS) void this.#askOne()
  }

  /** Asks one relay at random, a connected one first. Never rejects. */
  async #askOne(): Promise<void> {
    const now = this.#parts.clock.monotonic()
    const free = this.#candidates().filter(
      ({ peerId }) =>
        peerId !== undefined && !this.#held.has(peerId) && (this.#failed.get(peerId)?.until ?? -Infinity) <= now,
    )
    const near = free.filter(({ peerId }) => peerId !== undefined && this.#parts.isConnected(peerId))
    const some = near.length > 0 ? near : free
    const target = some[Math.floor(this.#parts.random.number() * some.length)]
    if (target?.peerId === undefined) return
    this.#asking = true
    try {
      const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(RESERVE_MS)])
      if (!this.#parts.isConnected(target.peerId)) await this.#parts.connect(target, signal)
      await this.#store.addRelay(peerIdFromString(target.peerId), 'configured')
      if (this.#held.has(target.peerId)) this.#failed.delete(target.peerId)
      else this.#refusedBy(target.peerId, 'it does not say where it can be reached')
    } catch (error) {
      this.#refusedBy(target.peerId, errorShape(error).message)
    } finally {
      this.#asking = false
    }
  }

  #noted(relay: Libp2pPeerId): void {
    const peerId = relay.toString()
    if (this.#ended.signal.aborted || !isPeerId(peerId)) return
    const texts = (this.#store.getReservation(relay)?.addrs ?? []).flatMap(readable)
    const far = this.#parts.farEnds(peerId)
    const addresses = relayedAddresses(
      peerId,
      texts.filter((text) => !far.includes(text)),
    )
    const [address] = addresses
    if (address === undefined) return
    this.#held.set(peerId, {
      peerId,
      address,
      since: this.#held.get(peerId)?.since ?? this.#parts.clock.now(),
      addresses,
    })
    this.#parts.changed()
  }

  #gone(relay: Libp2pPeerId): void {
    const peerId = relay.toString()
    if (this.#ended.signal.aborted || !isPeerId(peerId) || !this.#held.delete(peerId)) return
    this.#refusedBy(peerId, 'the connection to it closed, or it did not renew our place')
    this.#parts.changed()
  }

  /** It rests for a while, longer each time. */
  #refusedBy(peerId: PeerId, reason: string): void {
    if (this.#ended.signal.aborted) return
    const { clock, random } = this.#parts
    this.#lost = { peerId, reason, at: clock.now() }
    const failures = (this.#failed.get(peerId)?.failures ?? 0) + 1
    this.#failed.delete(peerId)
    this.#failed.set(peerId, { failures, until: clock.monotonic() + backoffDelay(failures, random.number()) })
    if (this.#failed.size > FAILED) this.#failed.delete(this.#failed.keys().next().value ?? peerId)
  }
}

function readable(bytes: Uint8Array): readonly string[] {
  try {
    return [multiaddr(bytes).toString()]
  } catch {
    return []
  }
}
