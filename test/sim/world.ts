/** A simulated network: hosts with clocks of their own, connections, streams and a gossip mesh, all on virtual time. */
import { Cancelled, DialFailed, LimitExceeded, ListenFailed, NotDialed, StreamFailed } from '../../src/shared/errors.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import { peerIdOf } from '../../src/shared/ids.ts'
import type {
  Clock,
  Connection,
  DialTarget,
  Link,
  LocalNode,
  NodeEvent,
  Ports,
  StreamLimits,
  Streams,
  Unsubscribe,
} from '../../src/main/discovery/ports.ts'
import { SimGossip } from './gossip.ts'
import { agreeing, linkPair } from './link.ts'
import type { SimLink } from './link.ts'
import { addressHere } from '../support/discovery/dialect.ts'
import { SeededRandom } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { simSignatures } from './signatures.ts'
import type { Weather } from './weather.ts'
import { FAIR } from './weather.ts'

/** When every simulation begins: milliseconds since the epoch. */
export const EPOCH = 1_750_000_000_000

/** What a frozen host holds back at most; the rest is lost, as with full buffers. */
const HELD = 10_000

/** Connections of a host in a settled world. */
const ENOUGH = 12

/** One simulation. */
export class World {
  readonly scheduler = new Scheduler()
  readonly random: SeededRandom
  readonly hosts = new Map<PeerId, Host>()
  readonly #byAddress = new Map<string, Host>()
  weather: Weather
  /** Whether what `from` sends reaches `to`; partitions may be asymmetric. */
  passes: (from: PeerId, to: PeerId) => boolean = () => true
  /** While it is set all is as after a long time: catalogs are equal, whoever is asked for is connected, nobody announces. */
  settled = false
  messages = 0
  bytes = 0
  /** Hosts made so far: their numbers are below it. */
  made = 0
  #port = 1000

  constructor(seed: number, weather: Weather = FAIR) {
    this.random = new SeededRandom(seed)
    this.weather = weather
  }

  /** A machine with a node that can be started. */
  addHost(secret: Uint8Array = this.random.bytes(32), address = this.#nextAddress()): Host {
    const host = new Host(this, secret, address)
    this.#byAddress.set(host.address, host)
    return host
  }

  #nextAddress(): string {
    this.#port += 1
    return addressHere(`/ip4/10.${this.#port >> 16}.${(this.#port >> 8) & 255}.${this.#port & 255}/tcp/4001`)
  }

  up(host: Host): void {
    this.hosts.set(host.peerId, host)
  }

  /** It does not come back: a peer that does has a new host, so nothing is kept of this one. */
  down(host: Host): void {
    if (this.hosts.get(host.peerId) === host) this.hosts.delete(host.peerId)
    if (this.#byAddress.get(host.address) === host) this.#byAddress.delete(host.address)
  }

  at(address: string): Host | null {
    const host = this.#byAddress.get(address)
    return host !== undefined && this.hosts.get(host.peerId) === host ? host : null
  }

  latency(): number {
    const [low, high] = this.weather.latency
    return low + this.random.number() * (high - low)
  }

  lost(): boolean {
    return this.weather.loss > 0 && this.random.number() < this.weather.loss
  }

  /** Milliseconds that so many bytes take. */
  delay(bytes: number): number {
    return this.latency() + (bytes * 1000) / this.weather.bandwidth
  }

  /** Delivers something from one host to another, if it gets through. */
  deliver(from: Host, to: Host, bytes: number, run: () => void): void {
    this.count(bytes)
    this.scheduler.post(this.delay(bytes), () => {
      if (to.running && this.passes(from.peerId, to.peerId)) to.whenAwake(run)
    })
  }

  /** Something was sent. */
  count(bytes: number): void {
    this.messages += 1
    this.bytes += bytes
  }
}

/** A protocol that a host answers. */
interface Served {
  readonly limits: StreamLimits
  readonly handler: Parameters<Streams['handle']>[2]
  /** Streams that run, by peer. */
  readonly open: Map<PeerId, number>
}

/** One machine: its clock, its node, its connections. */
export class Host implements LocalNode, Streams {
  readonly peerId: PeerId
  readonly secret: Uint8Array
  readonly address: string
  readonly world: World
  /** Counted from 0 in the order in which the world's hosts were made. */
  readonly number: number
  readonly gossip: SimGossip
  readonly ports: Ports
  /** Its clock's error, milliseconds. */
  skew = 0
  #frozen = false
  /** What a frozen host does once it is awake: its timers are late, and its sockets hold what came. */
  #later: (() => void)[] = []
  readonly #connections = new Map<PeerId, Connection>()
  readonly #listeners = new Set<(event: NodeEvent) => void>()
  readonly #handlers = new Map<string, Served>()
  readonly #syncs = new Map<PeerId, number>()
  readonly #links = new Map<PeerId, Set<(reason: Error) => void>>()
  #state: 'new' | 'running' | 'stopped' = 'new'

  constructor(world: World, secret: Uint8Array, address: string) {
    this.world = world
    this.secret = secret
    this.address = address
    this.number = world.made
    world.made += 1
    const signatures = simSignatures()
    this.peerId = peerIdOf(signatures.publicKey(secret))
    this.gossip = new SimGossip(this)
    const random = world.random.fork()
    this.ports = {
      clock: this.#clock(),
      random,
      signatures,
      node: this,
      streams: this,
      gossip: this.gossip,
      dht: null,
      lan: null,
    }
  }

  get running(): boolean {
    return this.#state === 'running'
  }

  /** A frozen host keeps its connections and does nothing, as a stopped process or a sleeping machine. */
  get frozen(): boolean {
    return this.#frozen
  }

  set frozen(frozen: boolean) {
    this.#frozen = frozen
    if (frozen) return
    const later = this.#later
    this.#later = []
    for (const run of later) this.world.scheduler.schedule(0, run)
  }

  /** Runs it now, or when the host is not frozen any more. */
  whenAwake(run: () => void): void {
    if (!this.#frozen) run()
    else if (this.#later.length < HELD) this.#later.push(run)
  }

  start(signal: AbortSignal): Promise<void> {
    if (this.#state === 'running') return Promise.resolve()
    if (this.#state === 'stopped' || signal.aborted) return Promise.reject(new Cancelled('the start was cancelled'))
    if (this.world.at(this.address) !== null || this.world.hosts.has(this.peerId)) {
      return Promise.reject(new ListenFailed(`${this.address} is taken`))
    }
    this.#state = 'running'
    this.world.up(this)
    return Promise.resolve()
  }

  stop(): Promise<void> {
    if (this.#state === 'running') this.crash()
    this.#state = 'stopped'
    return Promise.resolve()
  }

  /** Gone without a word. Others notice it by their broken connections. */
  crash(): void {
    if (this.#state !== 'running') return
    this.#state = 'stopped'
    this.world.down(this)
    for (const peerId of this.#connections.keys()) {
      const other = this.world.hosts.get(peerId)
      this.#dropped(peerId, false)
      if (other !== undefined)
        this.world.scheduler.schedule(this.world.latency(), () => other.#dropped(this.peerId, true))
    }
  }

  addresses(): readonly string[] {
    return this.running ? [this.address] : []
  }

  connections(): readonly Connection[] {
    return [...this.#connections.values()]
  }

  connection(peerId: PeerId): Connection | null {
    return this.#connections.get(peerId) ?? null
  }

  connect(target: DialTarget, signal: AbortSignal): Promise<PeerId> {
    if (!this.running || signal.aborted) return Promise.reject(new Cancelled('not running'))
    const { peerId } = target
    if (peerId !== undefined && (this.#connections.has(peerId) || this.#isMet(peerId))) return Promise.resolve(peerId)
    if (target.addresses.length === 0) return Promise.reject(new NotDialed(peerId ?? 'nothing', 'noAddress'))
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(new Cancelled('the dial was cancelled'))
      signal.addEventListener('abort', onAbort, { once: true })
      const roundTrip = this.world.latency() + this.world.latency()
      const answered = (): void => {
        signal.removeEventListener('abort', onAbort)
        const other = this.#answering(target)
        if (other === null || !this.running || signal.aborted)
          return reject(new DialFailed(`${target.addresses[0] ?? '?'} could not be reached: ${this.#whyNot(target)}`))
        if (target.peerId !== undefined && other.peerId !== target.peerId)
          return reject(new DialFailed('another peer answered'))
        this.#connected(other, 'outbound')
        other.#connected(this, 'inbound')
        return resolve(other.peerId)
      }
      this.world.scheduler.schedule(roundTrip, () => this.whenAwake(answered))
    })
  }

  /** Once settled, connections beyond what a mesh needs are none, and cost nothing. */
  #isMet(peerId: PeerId): boolean {
    const other = this.world.settled ? this.world.hosts.get(peerId) : undefined
    return other !== undefined && Math.max(this.#connections.size, other.#connections.size) >= ENOUGH
  }

  /** As the real ones tell it: where nobody listens a machine refuses. */
  #whyNot({ addresses }: DialTarget): string {
    return addresses.some((address) => this.world.at(address) === null) ? 'connection refused' : 'no answer in time'
  }

  #answering(target: DialTarget): Host | null {
    for (const address of target.addresses) {
      const other = this.world.at(address)
      if (other === null || other === this || other.frozen || this.world.lost()) continue
      if (this.world.passes(this.peerId, other.peerId) && this.world.passes(other.peerId, this.peerId)) return other
    }
    return null
  }

  disconnect(peerId: PeerId): Promise<void> {
    const other = this.world.hosts.get(peerId)
    this.#dropped(peerId, true)
    if (other !== undefined)
      this.world.scheduler.schedule(this.world.latency(), () => other.#dropped(this.peerId, true))
    return Promise.resolve()
  }

  subscribe(listener: (event: NodeEvent) => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  tell(event: NodeEvent): void {
    this.whenAwake(() => {
      for (const listener of this.#listeners) listener(event)
    })
  }

  async open(peerId: PeerId, protocol: string, limits: StreamLimits, signal: AbortSignal): Promise<Link> {
    const other = this.world.hosts.get(peerId)
    if (this.world.settled && isSync(protocol) && other !== undefined) return agreeing(peerId)
    if (other === undefined || !this.#connections.has(peerId)) throw new StreamFailed(`no connection to ${peerId}`)
    if (signal.aborted) throw new Cancelled('cancelled')
    const [near, far] = linkPair(this, other, limits)
    if (isSync(protocol)) this.#countSync(peerId, near)
    this.#keep(peerId, near)
    other.#keep(this.peerId, far)
    this.world.deliver(this, other, 64, () => other.#serve(protocol, far))
    return Promise.resolve(near)
  }

  /** Syncs that it began and that go on, by peer: at most one each (rule SY6). */
  syncsWith(): ReadonlyMap<PeerId, number> {
    return this.#syncs
  }

  handle(protocol: string, limits: StreamLimits, handler: Parameters<Streams['handle']>[2]): Unsubscribe {
    this.#handlers.set(protocol, { limits, handler, open: new Map() })
    return () => void this.#handlers.delete(protocol)
  }

  #countSync(peerId: PeerId, link: SimLink): void {
    this.#syncs.set(peerId, (this.#syncs.get(peerId) ?? 0) + 1)
    link.onEnd(() => {
      const left = (this.#syncs.get(peerId) ?? 1) - 1
      if (left > 0) this.#syncs.set(peerId, left)
      else this.#syncs.delete(peerId)
    })
  }

  #serve(protocol: string, link: ReturnType<typeof linkPair>[1]): void {
    const served = this.#handlers.get(protocol)
    if (served === undefined || !this.running) return link.abort(new StreamFailed('not served'))
    const open = served.open.get(link.remote) ?? 0
    if (open >= served.limits.maxInboundPerPeer)
      return link.abort(new LimitExceeded('streams from one peer', served.limits.maxInboundPerPeer, open + 1))
    served.open.set(link.remote, open + 1)
    void served
      .handler(link)
      .then(
        () => link.close(),
        (error: unknown) => link.abort(error instanceof Error ? error : new StreamFailed(String(error))),
      )
      .finally(() => {
        const left = (served.open.get(link.remote) ?? 1) - 1
        if (left > 0) served.open.set(link.remote, left)
        else served.open.delete(link.remote)
      })
    return undefined
  }

  #keep(peerId: PeerId, link: SimLink): void {
    const links = this.#links.get(peerId) ?? new Set()
    this.#links.set(peerId, links.add(link.reset))
    link.onEnd(() => links.delete(link.reset))
  }

  #connected(other: Host, direction: Connection['direction']): void {
    if (this.#connections.has(other.peerId)) return
    const openedAt = this.ports.clock.now()
    this.#connections.set(other.peerId, { peerId: other.peerId, remoteAddress: other.address, direction, openedAt })
    this.tell({ kind: 'PeerConnected', peerId: other.peerId })
    this.gossip.connected(other)
  }

  #dropped(peerId: PeerId, tell: boolean): void {
    if (!this.#connections.delete(peerId)) return
    for (const reset of this.#links.get(peerId) ?? []) reset(new StreamFailed('the connection broke'))
    this.#links.delete(peerId)
    this.gossip.disconnected(peerId)
    if (tell) this.tell({ kind: 'PeerDisconnected', peerId })
  }

  #clock(): Clock {
    const { scheduler } = this.world
    return {
      now: () => EPOCH + scheduler.now + this.skew,
      monotonic: () => scheduler.now,
      schedule: (delayMs, fn) => {
        let cancelled = false
        const cancel = scheduler.schedule(delayMs, () => {
          this.whenAwake(() => {
            if (!cancelled) fn()
          })
        })
        return () => {
          cancelled = true
          cancel()
        }
      },
    }
  }
}

/** Whether it is the protocol of catalog syncs. */
export function isSync(protocol: string): boolean {
  return /\/sync\/\d+$/.test(protocol)
}
