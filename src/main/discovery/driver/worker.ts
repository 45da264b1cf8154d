/**
 * Rules WK: the one owner of all state. Inputs are commands of one queue, each runs to its end before the next; what waits
 * (dials, exchanges, timers) comes back as a command. Kept throughout:
 * 1. The local entry is in the catalog, and nothing from the network changes it.
 * 2. Every change of another peer's presence in the catalog is told by exactly one event.
 * 3. After the end nothing runs, and every wait has ended.
 */
import { Cancelled } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerEntry } from '../../../shared/peer.ts'
import { Announce } from '../announce/announce.ts'
import { Answers } from './answers.ts'
import type { Way } from '../bootstrap/attempts.ts'
import { Catalog } from '../catalog/catalog.ts'
import { CommandQueue } from '../base/command-queue.ts'
import { Connections } from '../connections/connections.ts'
import type { Context } from '../context.ts'
import { Counters } from '../base/counters.ts'
import { PeerTable } from '../core/peers.ts'
import { LANES, WorkQueue } from '../core/work.ts'
import type { LaneName } from '../core/work.ts'
import { Dialer } from '../connections/dialer.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import { signEntry } from '../entry/entry.ts'
import { EventBus } from '../base/event-bus.ts'
import type { DiscoveryOptions, Health } from '../handle.ts'
import { firstEntry } from '../entry/local-entry.ts'
import { OwnEntry } from '../entry/own-entry.ts'
import type { DialTarget, NodeEvent, Unsubscribe } from '../ports.ts'
import { Presence } from '../catalog/presence.ts'
import { Prober } from '../liveness/prober.ts'
import { protocolIds } from '../protocols.ts'
import { Purger } from '../catalog/purger.ts'
import { Rejections } from '../catalog/rejections.ts'
import { brokenInvariants } from './invariants.ts'
import { Requests } from './requests.ts'
import { syncCatalogOf } from '../sync/catalog-view.ts'
import { Syncs } from '../sync/syncs.ts'
import { ClockWatch, WATCH_MS } from '../liveness/clock-watch.ts'
import { Bootstrap } from '../bootstrap/bootstrap.ts'
import { Places } from '../bootstrap/places.ts'

/** Runs discovery from its start to its end. */
export class Worker {
  readonly bus: EventBus
  readonly queue: CommandQueue
  readonly peers = new PeerTable()
  readonly work = new WorkQueue<LaneName>(LANES)
  readonly catalog: Catalog
  readonly counters = new Counters()
  readonly context: Context
  readonly syncs: Syncs
  readonly dialer: Dialer
  readonly presence: Presence
  readonly own: OwnEntry
  readonly bootstrap: Bootstrap
  readonly requests: Requests
  readonly #options: DiscoveryOptions
  readonly #ended = new AbortController()
  readonly #announce: Announce
  readonly #answers: Answers
  readonly #connections: Connections
  readonly #prober: Prober
  readonly #purger: Purger
  readonly #places: Places
  readonly #clockWatch: ClockWatch
  readonly #rejections: Rejections
  readonly #listeners = new Set<() => void>()
  readonly #timers = new Set<Unsubscribe>()
  readonly #cleanups: Unsubscribe[] = []
  #state: 'starting' | 'online' | 'stopped' = 'starting'
  #hadNeighbors = false
  #clashAt: number | null = null
  #tellsChange = false
  #leaving: Promise<void> | null = null

  constructor(options: DiscoveryOptions) {
    const { networkId, ports, config, secret } = options
    this.#options = options
    const onDefect = (error: unknown): void => void this.fail(error)
    const { clock } = ports
    this.bus = new EventBus({ backlog: config.eventsBacklog, clock, onDefect, holds: () => this.queue.running })
    this.queue = new CommandQueue(onDefect, () => this.bus.flush())
    const now = clock.now()
    const first = firstEntry(networkId, ports.node.peerId, options.tags, now)
    this.catalog = new Catalog(signEntry(first, secret, ports.signatures), config, now, this.bus, this.peers)
    this.#clockWatch = new ClockWatch(clock, this.peers)
    this.#rejections = new Rejections(this.counters, clock, (event) => this.queue.submit(() => this.bus.emit(event)))
    this.context = this.#makeContext()
    this.bootstrap = new Bootstrap(options, this.peers)
    const { attempts, provenance } = this.bootstrap
    this.dialer = new Dialer(this.context, attempts, (peerId, way) => this.#connected(peerId, way))
    this.#places = new Places(this.context, this.dialer)
    this.#connections = new Connections(this.context, this.dialer, provenance, this.#places, (record) =>
      this.syncs.again(record),
    )
    this.requests = new Requests(this.context, {
      dialer: this.dialer,
      places: this.#places,
      connections: this.#connections,
      clockWatch: this.#clockWatch,
      prober: () => this.#prober,
      presence: () => this.presence,
    })
    this.#prober = new Prober(this.context, (peerId, signal) =>
      this.requests.ping(peerId, signal, { priority: 'automatic' }),
    )
    const syncCatalog = syncCatalogOf(this.context, () => this.presence, this.#clockWatch)
    this.syncs = new Syncs(this.context, syncCatalog, (peerId, signal, priority) =>
      this.requests.reach(peerId, signal, priority),
    )
    this.#purger = new Purger(
      this.context,
      (late) => this.#lookAtClock(late),
      (peer) => this.presence.gone(peer, 'purged'),
    )
    this.presence = new Presence(this.context, {
      places: this.#places,
      provenance,
      prober: this.#prober,
      syncs: this.syncs,
      expiryChanged: () => this.#purger.schedule(),
    })
    this.#announce = new Announce(this.context, {
      refresh: () => this.own.refresh(),
      entry: (signed, from) => this.#heardEntry(signed, from),
      departure: (departure) => this.presence.depart(departure),
      clash: ({ entry }) => this.#clash(entry),
      neighborUp: (peerId) => this.#neighborUp(peerId),
      neighborDown: (peerId) => this.#neighborDown(peerId),
    })
    this.own = new OwnEntry(this.context, () => this.#announce.broadcast())
    this.#answers = new Answers(this.context, this.own, this.syncs, this.#announce.limits)
  }

  /** Rule WK1. @throws ListenFailed, Cancelled */
  async start(): Promise<void> {
    const { ports, networkId } = this.#options
    await ports.node.start(this.#ended.signal)
    if (this.#ended.signal.aborted) throw new Cancelled('the network was left')
    this.#cleanups.push(
      ports.node.subscribe((event) => this.queue.submit(() => this.#heardNode(event))),
      () => this.#answers.stop(),
    )
    this.#answers.start()
    await this.queue.call(() => {
      this.#state = 'online'
      this.own.change({ ...this.own.entry, addresses: ports.node.addresses() })
      this.bus.emit({ kind: 'NetworkJoined', peerId: ports.node.peerId, networkId, addresses: ports.node.addresses() })
    })
    await this.#announce.start()
    if (ports.lan !== null) {
      this.#cleanups.push(ports.lan.subscribe((found) => this.queue.submit(() => this.#foundNearby(found))))
      // Without multicast there is no LAN discovery; all else goes on.
      void ports.lan.start(this.#ended.signal).catch(() => this.counters.refuse('LanFailed'))
    }
    this.queue.submit(() => {
      this.#connections.start()
      this.#watch()
      this.#purger.schedule()
      this.bootstrap.start(this.context, this.dialer, this.#places)
    })
  }

  /** Rules EN3, EN7, HD2. */
  updateLocal(change: (entry: PeerEntry) => PeerEntry): Promise<boolean> {
    return this.queue.call(() => this.own.change(change(this.own.entry)))
  }

  /** What is wrong with the state; after the end nothing is. */
  checkInvariants(): string[] {
    return this.#state === 'stopped'
      ? []
      : brokenInvariants({ ...this.context, syncs: this.syncs, places: this.#places })
  }

  /** Rule WK13. */
  health(): Health {
    const { node, gossip } = this.#options.ports
    const neighbors = this.#state === 'online' ? gossip.neighbors().length : 0
    const lost = this.#hadNeighbors ? 'lost' : 'alone'
    return {
      state: this.#state === 'online' ? (neighbors > 0 ? 'online' : lost) : this.#state,
      listening: this.#state === 'online' && node.addresses().length > 0,
      addresses: node.addresses(),
      neighbors,
      connections: this.#state === 'online' ? node.connections().length : 0,
      lastHeardAt: this.#clockWatch.lastHeardAt,
      loopDelayMs: this.#clockWatch.loopDelayMs,
      suspectedClockSkewMs: this.#clockWatch.suspectedClockSkewMs,
    }
  }

  /** The time by which staleness is judged (rule WK11). */
  judgingNow(): number {
    return this.#purger.judgingNow(this.#clockWatch.steadyNow())
  }

  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  clockMayHaveJumped(): void {
    this.queue.submit(() => this.#lookAtClock(null))
  }

  /** Rules AN6, WK8. */
  leave(): Promise<void> {
    return this.#end(null)
  }

  /** Rule WK9. Rejects with the error once all has ended. */
  fail(error: unknown): Promise<void> {
    return this.#end(error instanceof Error ? error : new Error(String(error)))
  }

  get ended(): boolean {
    return this.#state === 'stopped'
  }

  #end(cause: Error | null): Promise<void> {
    if (this.#leaving !== null) return this.#leaving
    // Kept before anything ends: whoever notices the end asks for it again at once.
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#leaving = promise
    promise.catch(() => undefined)
    void this.#leave(cause).then(resolve, reject)
    return promise
  }

  async #leave(cause: Error | null): Promise<void> {
    const { config, networkId, ports } = this.#options
    const wasOnline = this.#state === 'online'
    this.own.silence()
    if (wasOnline && cause === null && (await this.#announce.sayGoodbye().catch(() => false))) {
      await new Promise<void>((resolve) => ports.clock.schedule(config.gracefulDepartureWindow, resolve))
    }
    this.#ended.abort(new Cancelled('the network was left'))
    for (const cancel of this.#timers) cancel()
    for (const cleanup of this.#cleanups.splice(0)) cleanup()
    await this.#announce.stop().catch(() => undefined)
    await ports.lan?.stop().catch(() => undefined)
    await ports.dht?.stop().catch(() => undefined)
    await ports.node.stop().catch(() => undefined)
    this.#state = 'stopped'
    if (cause !== null) this.bus.emit({ kind: 'NetworkFailed', networkId, reason: cause.message })
    else if (wasOnline) this.bus.emit({ kind: 'NetworkLeft', networkId })
    this.queue.close()
    this.bus.close()
    if (cause !== null) throw cause
  }

  #heardNode(event: NodeEvent): void {
    if (event.kind === 'AddressesChanged') this.own.change({ ...this.own.entry, addresses: event.addresses })
    else if (event.kind === 'PeerConnected') this.#connected(event.peerId, null)
    else if (event.kind === 'PeerDisconnected') this.#disconnected(event.peerId)
    else if (event.kind === 'Refused') this.counters.refuse(event.what)
    else void this.fail(event.error)
    this.#changed()
  }

  #heardEntry(signed: SignedPeerEntry, from: PeerId): void {
    this.#clockWatch.heardEntry(signed.entry, from)
    this.presence.offer(signed, 'gossip', from)
  }

  /** Rule ID5: told once for each other run. */
  #clash(entry: PeerEntry): void {
    if (this.#clashAt === entry.version.startedAt) return
    this.#clashAt = entry.version.startedAt
    this.bus.emit({ kind: 'IdentityClash', peerId: entry.peerId, startedAt: entry.version.startedAt })
  }

  #connected(peerId: PeerId, way: Way | null): void {
    if (this.#announce.limits.shuns(peerId)) return
    // The connection may be gone by now.
    if (this.context.connectionOf(peerId) === null) return
    const record = this.peers.ensure(peerId)
    if (!record.connected) this.bus.tell({ kind: 'connected', peerId })
    this.peers.connect(record)
    if (way !== null) this.bootstrap.provenance.reached(record, way)
    this.#connections.used(peerId)
    this.catalog.markReached(peerId)
    this.syncs.firstSight(record)
    this.#changed()
  }

  #disconnected(peerId: PeerId): void {
    this.#announce.limits.closed(peerId)
    const record = this.peers.get(peerId)
    if (record?.connected === true) this.bus.tell({ kind: 'disconnected', peerId })
    this.peers.disconnect(peerId)
    if (record !== null && !this.peers.isCurrent(record)) this.syncs.gone(record)
  }

  #neighborUp(peerId: PeerId): void {
    this.#hadNeighbors = true
    const record = this.peers.get(peerId)
    if (record !== null) record.wasNeighbor = true
    this.#connections.used(peerId)
    this.bus.emit({ kind: 'NeighborUp', peerId })
    this.#changed()
  }

  #neighborDown(peerId: PeerId): void {
    this.bus.emit({ kind: 'NeighborDown', peerId })
    if (this.#options.ports.gossip.neighbors().length === 0) this.#connections.rejoin()
    this.#changed()
  }

  /** Rule AD3: what the LAN finds is a bootstrap address, and dialed while its entry is not known. */
  #foundNearby(found: DialTarget): void {
    const way: Way = { path: 'lan' }
    if (found.peerId === undefined || this.catalog.has(found.peerId)) return this.#observe(found, way, false)
    this.#places.remember(found, way, false)
    this.#observe(found, way, true)
  }

  /** Rule AN8. */
  #observe(target: DialTarget, way: Way, unknown: boolean): void {
    const { peerId } = target
    const alone = this.#options.ports.gossip.neighbors().length === 0
    const known = peerId !== undefined && this.context.connectionOf(peerId) !== null
    if ((!alone && !unknown) || known || target.peerId === this.context.self || this.dialer.rests(target)) return
    if (target.addresses.length > 0) void this.dialer.dial(target, way)
  }

  #watch(): void {
    const { clock } = this.#options.ports
    const due = clock.monotonic() + WATCH_MS
    this.context.later(WATCH_MS, () => {
      this.#lookAtClock(clock.monotonic() - due)
      this.#watch()
    })
  }

  /** Rule WK11: after a jump the peers are asked first, and purged only when a whole round brought no word of them. */
  #lookAtClock(late: number | null): void {
    const byMs = this.#clockWatch.watch(late)
    if (byMs === null) return
    this.#purger.hold(byMs, this.#prober.roundMs())
    this.bus.emit({ kind: 'ClockJumped', byMs: Math.round(byMs) })
    if (this.#options.ports.gossip.neighbors().length === 0) this.#connections.rejoin()
    this.own.refresh()
    this.#prober.probeAll()
  }

  #changed(): void {
    if (this.#tellsChange || this.#listeners.size === 0) return
    this.#tellsChange = true
    this.context.later(0, () => {
      this.#tellsChange = false
      for (const listener of this.#listeners) listener()
    })
  }

  #makeContext(): Context {
    const { ports, networkId, secret, config } = this.#options
    return {
      self: ports.node.peerId,
      networkId,
      secret,
      config,
      ports,
      ids: protocolIds(networkId),
      peers: this.peers,
      work: this.work,
      catalog: this.catalog,
      queue: this.queue,
      counters: this.counters,
      ended: this.#ended.signal,
      emit: (event) => this.bus.emit(event),
      changed: () => this.#changed(),
      reject: (...refused) => this.#rejections.add(...refused),
      observe: (target, way) => this.#observe(target, way, false),
      later: (delayMs, fn) => this.#later(delayMs, fn),
      judgingNow: () => this.judgingNow(),
      connectionOf: (peerId) => ports.node.connection(peerId),
      used: (peerId) => this.#connections.used(peerId),
      idle: (peerId) => this.#connections.idle(peerId),
      heard: () => {
        this.#clockWatch.lastHeardAt = ports.clock.now()
      },
    }
  }

  #later(delayMs: number, fn: () => void): Unsubscribe {
    if (this.#ended.signal.aborted) return () => undefined
    const cancel = this.#options.ports.clock.schedule(delayMs, () => {
      this.#timers.delete(cancel)
      this.queue.submit(fn)
    })
    this.#timers.add(cancel)
    return () => {
      this.#timers.delete(cancel)
      cancel()
    }
  }
}
