import { setImmediate } from 'node:timers/promises'
import type { Connection as Libp2pConnection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Libp2p } from 'libp2p'
import { Cancelled, DialFailed, NotDialed } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isPeerId, parsePeerId } from '../../../shared/ids.ts'
import { addressClass } from '../../../shared/reachability.ts'
import type {
  Bounded,
  Clock,
  Connection,
  DialTarget,
  LocalNode,
  NodeEvent,
  Unsubscribe,
} from '../../discovery/ports.ts'
import { dialError, listenError } from './errors.ts'
import { endTimers } from './left-timers.ts'
import type { DialGuard } from './reach/dial-guard.ts'
import type { DialPolicy } from '../dial-policy.ts'
import { NO_SUCH_NAME, whyNotDialed } from '../dial-policy.ts'
import type { Reach } from './reach/reach.ts'
import { openConnection } from './streams.ts'
import { bareAddress } from './targets.ts'

/** How often the own addresses are looked at, milliseconds: libp2p does not notice an interface that came or went. */
const ADDRESS_POLL_MS = 3000
/** How long one dial may take, milliseconds. */
const DIAL_MS = 6000
/** How long of that direct addresses are tried where there are relayed ones too, milliseconds. */
const DIRECT_MS = 3000
/** How long the node's end may take, milliseconds. */
const STOP_MS = 3000

/** The LocalNode port on libp2p. */
export class Libp2pNode implements LocalNode {
  readonly peerId: PeerId
  readonly #libp2p: Libp2p
  readonly #clock: Clock
  readonly #policy: DialPolicy
  readonly #guard: DialGuard
  readonly #reach: Reach
  readonly #follow: () => Unsubscribe
  readonly #listeners = new Set<(event: NodeEvent) => void>()
  readonly #cleanups: Unsubscribe[] = []
  #state: 'new' | 'running' | 'stopped' = 'new'
  #starting: Promise<void> | null = null
  #addresses: readonly string[] = []

  /** @param parts `follow` begins what runs for as long as the node does */
  constructor(
    libp2p: Libp2p,
    clock: Clock,
    parts: {
      readonly policy: DialPolicy
      readonly guard: DialGuard
      readonly reach: Reach
      readonly follow: () => Unsubscribe
    },
  ) {
    this.#libp2p = libp2p
    this.#clock = clock
    this.#policy = parts.policy
    this.#guard = parts.guard
    this.#reach = parts.reach
    this.#follow = parts.follow
    this.peerId = parsePeerId(libp2p.peerId.toString())
  }

  start(signal: AbortSignal): Promise<void> {
    if (this.#ended()) return Promise.reject(new Cancelled('the node was stopped'))
    this.#starting ??= this.#start(signal)
    return this.#starting
  }

  async #start(signal: AbortSignal): Promise<void> {
    const calledOff = (): boolean => this.#ended() || signal.aborted
    if (calledOff()) throw new Cancelled('the start was cancelled')
    // Starting libp2p is work of some milliseconds by itself: others have a turn before and after it.
    await setImmediate()
    if (calledOff()) throw new Cancelled('the start was cancelled')
    try {
      await this.#libp2p.start()
    } catch (error) {
      endTimers(this.#libp2p)
      await this.#libp2p.stop()
      throw listenError(error)
    }
    await setImmediate()
    // Stopped, or called off, while it was starting.
    if (calledOff()) {
      await this.stop()
      throw new Cancelled('the start was cancelled')
    }
    this.#state = 'running'
    this.#addresses = this.#reach.addresses()
    const onConnect = (event: CustomEvent<{ toString(): string }>): void =>
      this.#tellPeer('PeerConnected', event.detail)
    const onDisconnect = (event: CustomEvent<{ toString(): string }>): void =>
      this.#tellPeer('PeerDisconnected', event.detail)
    const onOpen = ({ detail }: CustomEvent<Libp2pConnection>): void => this.#guard.heard(detail)
    const onSelf = (): void => this.look()
    this.#libp2p.addEventListener('peer:connect', onConnect)
    this.#libp2p.addEventListener('peer:disconnect', onDisconnect)
    this.#libp2p.addEventListener('connection:open', onOpen)
    this.#libp2p.addEventListener('self:peer:update', onSelf)
    let cancelPoll = this.#clock.schedule(ADDRESS_POLL_MS, () => poll())
    const poll = (): void => {
      this.look()
      cancelPoll = this.#clock.schedule(ADDRESS_POLL_MS, poll)
    }
    this.#cleanups.push(this.#reach.begin(), this.#follow(), () => {
      cancelPoll()
      this.#libp2p.removeEventListener('peer:connect', onConnect)
      this.#libp2p.removeEventListener('peer:disconnect', onDisconnect)
      this.#libp2p.removeEventListener('connection:open', onOpen)
      this.#libp2p.removeEventListener('self:peer:update', onSelf)
    })
  }

  #ended(): boolean {
    return this.#state === 'stopped'
  }

  async stop(): Promise<void> {
    const was = this.#state
    this.#state = 'stopped'
    this.#addresses = []
    for (const cleanup of this.#cleanups.splice(0)) cleanup()
    if (was !== 'running' && this.#starting === null) return
    endTimers(this.#libp2p)
    // A connection that does not close must not hold us up. This timer keeps the process alive, so that the end comes to those
    // who wait for it where nothing else does.
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_MS)
    })
    await Promise.race([Promise.resolve(this.#libp2p.stop()), limit]).finally(() => clearTimeout(timer))
  }

  addresses(): readonly string[] {
    return this.#addresses
  }

  connections(): readonly Connection[] {
    const seen = new Map<PeerId, Connection>()
    for (const connection of this.#libp2p.getConnections()) {
      const peerId = connection.remotePeer.toString()
      if (connection.status !== 'open' || !isPeerId(peerId)) continue
      // A direct one before one through a relay.
      if (!seen.has(peerId) || connection.limits === undefined) seen.set(peerId, describe(peerId, connection))
    }
    return [...seen.values()]
  }

  connection(peerId: PeerId): Connection | null {
    const open = openConnection(this.#libp2p, peerId)
    return open === undefined ? null : describe(peerId, open)
  }

  async connect(target: DialTarget, signal: AbortSignal): Promise<PeerId> {
    const name = target.addresses[0] ?? target.peerId ?? 'nothing'
    if (this.#state !== 'running') throw new Cancelled('the node does not run')
    if (signal.aborted) throw new Cancelled(`dialing ${name} was cancelled`)
    const { peerId } = target
    if (peerId === this.peerId) throw new DialFailed(`${name} is our own address`)
    // What the user wants dialed may replace the way through a relay by a direct one.
    const open = peerId === undefined ? undefined : openConnection(this.#libp2p, peerId)
    if (peerId !== undefined && open !== undefined && (open.limits === undefined || target.given !== true))
      return peerId
    const chosen = await this.#policy.choose(target)
    if (chosen.length === 0) {
      const why = whyNotDialed(target.addresses)
      throw why === null ? new DialFailed(`${name} could not be reached: ${NO_SUCH_NAME}`) : new NotDialed(name, why)
    }
    const addresses = chosen.flatMap((address) => dialable(address, peerId))
    if (addresses.length === 0) throw new DialFailed(`${name} could not be reached: no address that can be dialed`)
    if (target.insisted === true) this.#guard.pardon(chosen, peerId ?? null)
    const ends = AbortSignal.any([signal, AbortSignal.timeout(DIAL_MS)])
    try {
      const connection = await this.#dial(addresses, ends)
      const remote = parsePeerId(connection.remotePeer.toString())
      if (peerId !== undefined && remote !== peerId)
        throw new DialFailed(`${remote} answered at ${name}, not ${peerId}`)
      return remote
    } catch (error) {
      throw dialError(name, error, signal)
    }
  }

  /** Directly first; a dead address must not take the time that the way through a relay needs. */
  async #dial(addresses: readonly Multiaddr[], signal: AbortSignal): Promise<Libp2pConnection> {
    const relayed = addresses.filter((address) => addressClass(address.toString()) === 'relayed')
    const direct = addresses.filter((address) => !relayed.includes(address))
    if (relayed.length > 0 && direct.length > 0) {
      try {
        return await this.#libp2p.dial(direct, { signal: AbortSignal.any([signal, AbortSignal.timeout(DIRECT_MS)]) })
      } catch (error) {
        if (signal.aborted) throw error
      }
    }
    return await this.#libp2p.dial(relayed.length > 0 ? relayed : direct, { signal })
  }

  async disconnect(peerId: PeerId): Promise<void> {
    if (this.#state !== 'running') return
    await this.#libp2p.hangUp(peerIdFromString(peerId), { signal: AbortSignal.timeout(STOP_MS) }).catch(() => undefined)
  }

  subscribe(listener: (event: NodeEvent) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Something that came in was over its bounds. */
  refused(what: Bounded): void {
    this.#tell({ kind: 'Refused', what })
  }

  /** Another node with our key connected to us, or was dialed. */
  metTwin(): void {
    this.#tell({ kind: 'TwinMet' })
  }

  #tell(event: NodeEvent): void {
    if (this.#state !== 'running') return
    for (const listener of this.#listeners) listener(event)
  }

  #tellPeer(kind: 'PeerConnected' | 'PeerDisconnected', peer: { toString(): string }): void {
    const peerId = peer.toString()
    if (isPeerId(peerId)) this.#tell({ kind, peerId })
  }

  /** Looks at whether our addresses changed. */
  look(): void {
    if (this.#state !== 'running') return
    const addresses = this.#reach.addresses()
    if (addresses.join() === this.#addresses.join()) return
    this.#addresses = addresses
    // identify tells connected peers what stands in the peer store.
    const multiaddrs = addresses.map((address) => multiaddr(address))
    void this.#libp2p.peerStore.patch(this.#libp2p.peerId, { multiaddrs }).catch(() => undefined)
    this.#tell({ kind: 'AddressesChanged', addresses })
  }
}

/** The address with the peer that must answer; nothing where we do not know its kind: others of the peer may be good. */
function dialable(address: string, peerId: PeerId | undefined): Multiaddr[] {
  try {
    const bare = bareAddress(multiaddr(address))
    return [multiaddr(peerId === undefined ? bare : `${bare}/p2p/${peerId}`)]
  } catch {
    return []
  }
}

function describe(peerId: PeerId, connection: Libp2pConnection): Connection {
  return {
    peerId,
    remoteAddress: bareAddress(connection.remoteAddr),
    direction: connection.direction,
    openedAt: connection.timeline.open,
  }
}
