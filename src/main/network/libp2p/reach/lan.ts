/** The Lan port on multicast DNS (rule AD3). */
import type { PeerDiscovery, PeerInfo } from '@libp2p/interface'
import type { MulticastDNSComponents } from '@libp2p/mdns'
import { toString } from 'uint8arrays'
import { Cancelled } from '../../../../shared/errors.ts'
import type { NetworkId, PeerId } from '../../../../shared/ids.ts'
import { derive, idBytes, isPeerId } from '../../../../shared/ids.ts'
import type { LanPeer, ReachabilityStatus } from '../../../../shared/reachability.ts'
import type { Clock, DialTarget, Lan, Unsubscribe } from '../../../discovery/ports.ts'
import { RateLimiter } from '../../../discovery/base/rates.ts'
import { bareAddress } from '../targets.ts'

/** How often libp2p asks who is there, and how often we do, to see whether that works, milliseconds. */
const ASK_MS = 60_000
const CHECK_MS = 45_000
/** Answers a second that are looked at, whoever sends them. */
const ANSWERS = { perSecond: 20, burst: 200 }
/** Peers that the status lists, for how long after their last answer, and addresses of each. */
const FOUND = 256
const FOUND_MS = 5 * 60_000
const ADDRESSES = 8

/** What a node's LAN discovery needs to know. */
export interface LanOptions {
  readonly networkId: NetworkId
  /** Another place than mDNS's own, 224.0.0.251 and 5353. */
  readonly ip?: string
  readonly port?: number
}

/** The part of the class that its type leaves out. */
interface WithSocket {
  readonly mdns?: {
    on(name: 'error', listener: (error: Error) => void): void
    query(query: { questions: { name: string; type: 'PTR' }[] }, sent: (error: Error | null) => void): void
  }
}

/** Its own name for each network, so that only peers of ours answer: a label of 15 characters, as DNS-SD allows. */
export function serviceName(networkId: NetworkId): string {
  const name = toString(derive(idBytes(networkId), 'peerscope/mdns'), 'hex').slice(0, 12)
  return `_ps-${name}._udp.local`
}

/** Looks for peers on the local network, and answers those that look for us. It dials nobody. */
export class MdnsLan implements Lan {
  readonly #options: LanOptions
  readonly #clock: Clock
  readonly #components: () => MulticastDNSComponents
  readonly #self: string
  readonly #listeners = new Set<(found: DialTarget) => void>()
  readonly #answers = new RateLimiter(ANSWERS)
  readonly #found = new Map<PeerId, LanPeer>()
  #state: ReachabilityStatus['lan']['state'] = 'off'
  #reason: string | null = null
  #service: (PeerDiscovery & WithSocket & Service) | null = null
  #cancelCheck: Unsubscribe = () => undefined
  #starting = false
  #stopped = false

  /** @param components those of a node that runs when this starts */
  constructor(options: LanOptions, clock: Clock, self: string, components: () => MulticastDNSComponents) {
    this.#options = options
    this.#clock = clock
    this.#self = self
    this.#components = components
  }

  async start(signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#stopped) throw new Cancelled('the local network is no longer searched')
    if (this.#starting) return
    this.#starting = true
    const { networkId, ip, port } = this.#options
    const { mdns } = await import('@libp2p/mdns')
    if (this.#isStopped() || signal.aborted) throw new Cancelled('the local network is no longer searched')
    const service = mdns({
      serviceTag: serviceName(networkId),
      interval: ASK_MS,
      ...(ip === undefined ? {} : { ip }),
      ...(port === undefined ? {} : { port }),
    })(this.#components()) as PeerDiscovery & WithSocket & Service
    this.#service = service
    try {
      service.addEventListener('peer', ({ detail }) => this.#answered(detail))
      await service.start()
      this.#state = 'on'
      service.mdns?.on('error', (error) => this.#failed(error))
      this.#check()
    } catch (error) {
      this.#failed(error)
      throw error
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const service = this.#service
    this.#service = null
    this.#cancelCheck()
    if (this.#state === 'on') this.#state = 'off'
    await service?.stop()
  }

  subscribe(listener: (found: DialTarget) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** What the status shows of it. */
  status(): ReachabilityStatus['lan'] {
    const since = this.#clock.now() - FOUND_MS
    for (const { peerId, at } of this.#found.values()) if (at < since) this.#found.delete(peerId)
    const reason = this.#reason === null ? {} : { reason: this.#reason }
    return { state: this.#state, ...reason, found: [...this.#found.values()] }
  }

  #isStopped(): boolean {
    return this.#stopped
  }

  /** Asks, and notes whether it could: where no route leads to the multicast group libp2p says nothing. */
  #check(): void {
    const questions = [{ name: serviceName(this.#options.networkId), type: 'PTR' as const }]
    this.#service?.mdns?.query({ questions }, (error) => {
      if (this.#stopped) return
      if (error !== null) return this.#failed(error)
      this.#state = 'on'
      this.#reason = null
    })
    this.#cancelCheck = this.#clock.schedule(CHECK_MS, () => this.#check())
  }

  #answered({ id, multiaddrs }: PeerInfo): void {
    const peerId = id.toString()
    if (this.#stopped || !isPeerId(peerId) || peerId === this.#self) return
    if (!this.#answers.take('', this.#clock.monotonic())) return
    const addresses = [...new Set(multiaddrs.map(bareAddress))].slice(0, ADDRESSES)
    this.#found.delete(peerId)
    this.#found.set(peerId, { peerId, addresses, at: this.#clock.now() })
    if (this.#found.size > FOUND) this.#found.delete(this.#found.keys().next().value ?? peerId)
    for (const listener of this.#listeners) listener({ peerId, addresses })
  }

  #failed(error: unknown): void {
    this.#state = 'failed'
    this.#reason = error instanceof Error ? error.message : String(error)
  }
}

interface Service {
  start(): Promise<void>
  stop(): Promise<void>
}
