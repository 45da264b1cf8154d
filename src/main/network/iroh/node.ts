import { Cancelled, DialFailed, NotDialed, StreamFailed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type {
  Bounded,
  Clock,
  Connection,
  DialTarget,
  LocalNode,
  NodeEvent,
  Unsubscribe,
} from '../../discovery/ports.ts'
import { sortAddresses } from '../addresses.ts'
import type { DialPolicy } from '../dial-policy.ts'
import { NO_SUCH_NAME, whyNotDialed } from '../dial-policy.ts'
import type { AddressBook } from './address-book.ts'
import type { DialRests } from './dial-rests.ts'
import { dialError, SUCCESS } from './errors.ts'
import type { IrohHost } from './host.ts'
import type { Meetings } from './meetings.ts'
import type { Parking } from './parking.ts'
import { among, isNowhere, placesOf, socketOf, textsOf } from './places.ts'
import type { Wire } from './wire.ts'

/** What the protocol for announcements is called, in all networks of mosaik's. */
export const ANNOUNCE = '/mosaik/discovery/announce/1.0'

/** What the node is made of. */
export interface NodeParts {
  readonly peerId: PeerId
  readonly host: IrohHost
  readonly clock: Clock
  readonly policy: DialPolicy
  /** The relays that may be used, by URL. */
  readonly relays: ReadonlySet<string>
  readonly meetings: Meetings
  readonly parking: Parking
  readonly book: AddressBook
  readonly rests: DialRests
  /** Our addresses changed; the node came to its end. */
  moved(): void
  stopped(): void
}

/** The LocalNode port on iroh. Its connections are those for announcements; exchanges have connections of their own. */
export class IrohNode implements LocalNode {
  readonly peerId: PeerId
  readonly #parts: NodeParts
  readonly #listeners = new Set<(event: NodeEvent) => void>()
  readonly #cleanups: Unsubscribe[] = []
  #state: 'new' | 'running' | 'stopped' = 'new'
  #starting: Promise<void> | null = null
  #stopping: Promise<void> | null = null
  #addresses: readonly string[] = []

  constructor(parts: NodeParts) {
    this.peerId = parts.peerId
    this.#parts = parts
  }

  start(signal: AbortSignal): Promise<void> {
    if (this.#state === 'stopped') return Promise.reject(new Cancelled('the node was stopped'))
    if (signal.aborted && this.#starting === null) return Promise.reject(new Cancelled('the start was cancelled'))
    this.#starting ??= this.#start(signal)
    return this.#starting
  }

  async #start(signal: AbortSignal): Promise<void> {
    const { host, meetings, book, rests } = this.#parts
    // Before the endpoint is there: it says with the first handshake what we answer.
    this.#cleanups.push(
      host.serve(ANNOUNCE, (wire) => {
        if (wire.remote === this.peerId) {
          // Only another node has our key at the other end: iroh does not connect to itself.
          wire.close(SUCCESS)
          this.#tell({ kind: 'TwinMet' })
          return
        }
        book.learn(wire.remote, [wire.address])
        rests.answered(wire)
        meetings.add(wire)
      }),
      meetings.subscribe({
        opened: ({ remote }, first) => first && this.#tell({ kind: 'PeerConnected', peerId: remote }),
        closed: ({ remote }, last) => last && this.#tell({ kind: 'PeerDisconnected', peerId: remote }),
      }),
    )
    await host.start({
      look: () => this.#look(),
      failed: (error) => this.#tell({ kind: 'Failed', error }),
    })
    if (signal.aborted || this.#isStopped()) {
      this.#state = 'stopped'
      await host.stop()
      throw new Cancelled('the start was cancelled')
    }
    this.#state = 'running'
    this.#addresses = sortAddresses(host.addresses())
  }

  #isStopped(): boolean {
    return this.#state === 'stopped'
  }

  stop(): Promise<void> {
    this.#state = 'stopped'
    this.#addresses = []
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0)) cleanup()
    this.#parts.stopped()
    await this.#parts.host.stop()
    // One that was still starting ends when it is up.
    await this.#starting?.catch(() => undefined)
  }

  addresses(): readonly string[] {
    return this.#addresses
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  connections(): readonly Connection[] {
    const { meetings } = this.#parts
    return meetings.peers().flatMap((peerId) => {
      const wire = meetings.of(peerId)
      wire?.look()
      return wire === null ? [] : [describe(wire)]
    })
  }

  connection(peerId: PeerId): Connection | null {
    const wire = this.#parts.meetings.of(peerId)
    return wire === null ? null : describe(wire)
  }

  async connect(target: DialTarget, signal: AbortSignal): Promise<PeerId> {
    const { meetings, parking, book } = this.#parts
    const { peerId, exchange } = target
    const name = target.addresses[0] ?? peerId ?? 'nothing'
    if (this.#state !== 'running') throw new Cancelled('the node does not run')
    if (signal.aborted) throw new Cancelled(`dialing ${name} was cancelled`)
    if (peerId === undefined)
      throw new DialFailed(
        `${name} could not be reached: a peer of a mosaik network is dialed by its id; put it before the address`,
      )
    if (peerId === this.peerId) throw new DialFailed(`${name} is our own address`)
    if (exchange === undefined && meetings.of(peerId) !== null) return peerId
    book.learn(peerId, target.addresses)
    const open = meetings.of(peerId)
    const addresses = [...target.addresses, ...(open === null ? [] : [open.address])]
    const wire = await this.#dial(peerId, { ...target, addresses }, exchange ?? ANNOUNCE, name, signal)
    if (exchange === undefined) meetings.add(wire)
    else parking.park(wire)
    return peerId
  }

  /**
   * A connection for a protocol to a peer whose addresses are known from elsewhere. One for announcements is one of the node's.
   * @throws StreamFailed where none are known, DialFailed, Cancelled, Timeout
   */
  async reach(peerId: PeerId, protocol: string, signal: AbortSignal): Promise<Wire> {
    const { meetings, book } = this.#parts
    const { addresses } = book.target(peerId)
    const open = meetings.of(peerId)
    const all = [...(open === null ? [] : [open.address]), ...addresses]
    if (all.length === 0) throw new StreamFailed(`no address of ${peerId} is known`)
    const wire = await this.#dial(peerId, { peerId, addresses: all }, protocol, peerId, signal)
    if (protocol === ANNOUNCE) meetings.add(wire)
    return wire
  }

  async #dial(peerId: PeerId, target: DialTarget, protocol: string, name: string, signal: AbortSignal): Promise<Wire> {
    const { host, policy, relays, rests } = this.#parts
    const places = await placesOf(target, policy, relays)
    // Where it is connected it may be dialed whatever the policy says of the address, and nowhere else: nobody else is there.
    const way = socketOf(this.#parts.meetings.of(peerId)?.address ?? '')
    if (way === null && isNowhere(places)) {
      const why = whyNotDialed(target.addresses)
      if (why === null) throw new DialFailed(`${name} could not be reached: ${NO_SUCH_NAME}`)
      throw new NotDialed(name, why, why === 'elsewhere' ? ', and relays that we do not use' : '')
    }
    try {
      if (way !== null) return await host.dial(peerId, { ...places, direct: [way] }, protocol, signal)
      return await rests.watch({ ...target, peerId, addresses: textsOf(places) }, signal, (addresses) =>
        host.dial(peerId, among(places, addresses), protocol, signal),
      )
    } catch (error) {
      throw dialError(name, error, signal)
    }
  }

  async disconnect(peerId: PeerId): Promise<void> {
    if (this.#state !== 'running') return
    await this.#parts.host.closeAll(peerId, SUCCESS)
  }

  subscribe(listener: (event: NodeEvent) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Something that came in was over its bounds. */
  refused(what: Bounded): void {
    this.#tell({ kind: 'Refused', what })
  }

  #tell(event: NodeEvent): void {
    if (this.#state !== 'running') return
    for (const listener of this.#listeners) listener(event)
  }

  #look(): void {
    if (this.#state !== 'running') return
    const addresses = sortAddresses(this.#parts.host.addresses())
    if (addresses.join() === this.#addresses.join()) return
    this.#addresses = addresses
    this.#parts.moved()
    this.#tell({ kind: 'AddressesChanged', addresses })
  }
}

function describe(wire: Wire): Connection {
  return {
    peerId: wire.remote,
    remoteAddress: wire.address,
    direction: wire.direction,
    openedAt: wire.openedAt,
  }
}
