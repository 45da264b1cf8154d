/**
 * Rules WK: the one owner of all state. Inputs are commands of one queue, each runs to its end before the next; what waits
 * (dials, exchanges, timers) comes back as a command. Kept throughout:
 * 1. The local entry is in the catalog, and nothing from the network changes it.
 * 2. Every change of another peer's presence in the catalog is told by exactly one event.
 * 3. After the end nothing runs, and every wait has ended.
 */
import { Cancelled, UnknownPeer } from '../../shared/errors.ts'
import type { DiscoveryEvent, RejectReason } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { DepartureReason, PeerEntry, Source } from '../../shared/peer.ts'
import { Announce } from './announce.ts'
import { Catalog } from './catalog.ts'
import { CommandQueue } from './command-queue.ts'
import { Connections, targetOf } from './connections.ts'
import type { Context } from './context.ts'
import { Counters } from './counters.ts'
import type { ParsedDeparture } from './departure.ts'
import { Dialer } from './dialer.ts'
import type { SignedPeerEntry } from './entry.ts'
import { signEntry } from './entry.ts'
import { EventBus } from './event-bus.ts'
import type { CatalogPeer, DiscoveryOptions, Health, UpsertOutcome } from './handle.ts'
import { changedFields, firstEntry, normalized } from './local-entry.ts'
import { answerNeighbors } from './neighbors.ts'
import { answerPing, ping } from './ping.ts'
import type { Pong } from './ping.ts'
import type { Connection, DialTarget, Link, Unsubscribe } from './ports.ts'
import { Prober } from './prober.ts'
import { NEIGHBORS_LIMITS, PING_LIMITS, protocolIds, SYNC_LIMITS } from './protocols.ts'
import { purgeDelay } from './purge.ts'
import { addressGroup, RateLimiter, takeToken } from './rates.ts'
import type { Bucket } from './rates.ts'
import { Syncs } from './syncs.ts'
import { nextOwnVersion } from './version.ts'
import { Vigil, WATCH_MS } from './vigil.ts'

/** Rules PG3, TP1, BD1: requests that are answered, a second. */
const PING_RATE = { perSecond: 10, burst: 10 }
const NEIGHBORS_RATE = { perSecond: 1, burst: 1 }
const GROUP_RATE = { perSecond: 200, burst: 400 }
/** EntryRejected events that are told; the rest is counted. */
const REJECT_RATE = { perSecond: 10, burst: 20 }

/** Runs discovery from its start to its end. */
export class Worker {
  readonly bus: EventBus
  readonly queue: CommandQueue
  readonly catalog: Catalog
  readonly counters = new Counters()
  readonly context: Context
  readonly syncs: Syncs
  readonly dialer: Dialer
  readonly #options: DiscoveryOptions
  readonly #ended = new AbortController()
  readonly #announce: Announce
  readonly #connections: Connections
  readonly #prober: Prober
  readonly #vigil: Vigil
  readonly #listeners = new Set<() => void>()
  readonly #timers = new Set<Unsubscribe>()
  readonly #cleanups: Unsubscribe[] = []
  readonly #pings: RateLimiter
  readonly #neighborRequests: RateLimiter
  readonly #groups: RateLimiter
  #rejects: Bucket | undefined
  #state: 'starting' | 'online' | 'stopped' = 'starting'
  #hadNeighbors = false
  #clashAt: number | null = null
  /** Rule WK11: until then (monotonic) nobody is purged, and staleness is judged as of `#trustedNow`. */
  #holdUntil = -Infinity
  #trustedNow = 0
  #cancelPurge: Unsubscribe = () => undefined
  #tellsChange = false
  /** From the goodbye on nothing newer of us may go out: it would count as a restart (rules CT7, AN6). */
  #silent = false
  #leaving: Promise<void> | null = null

  constructor(options: DiscoveryOptions) {
    const { networkId, ports, config, secret } = options
    this.#options = options
    const onDefect = (error: unknown): void => void this.fail(error)
    this.bus = new EventBus(config.eventsBacklog, onDefect)
    this.queue = new CommandQueue(onDefect)
    const now = ports.clock.now()
    const first = firstEntry(networkId, ports.node.peerId, options.tags, now)
    this.catalog = new Catalog(signEntry(first, secret, ports.signatures), config, now)
    this.#vigil = new Vigil(ports.clock)
    this.#pings = new RateLimiter(PING_RATE)
    this.#neighborRequests = new RateLimiter(NEIGHBORS_RATE)
    this.#groups = new RateLimiter(GROUP_RATE)
    this.context = this.#makeContext()
    this.dialer = new Dialer(this.context, (peerId) => this.#connected(peerId))
    this.#connections = new Connections(this.context, this.dialer)
    this.#prober = new Prober(this.context, (peerId, signal) => this.ping(peerId, signal))
    this.syncs = new Syncs(this.context, this.#syncCatalog(), (peerId, signal) => this.reach(peerId, signal))
    this.#announce = new Announce(this.context, {
      refresh: () => void this.#setLocal(this.#own().entry, true),
      entry: (signed, from) => this.#heardEntry(signed, from),
      departure: (departure) => this.#departed(departure),
      clash: ({ entry }) => this.#clash(entry),
      neighborUp: (peerId) => this.#neighborUp(peerId),
      neighborDown: (peerId) => this.#neighborDown(peerId),
    })
  }

  /** Rule WK1. @throws ListenFailed, Cancelled */
  async start(): Promise<void> {
    const { ports, networkId, bootstrap } = this.#options
    await ports.node.start(this.#ended.signal)
    if (this.#ended.signal.aborted) throw new Cancelled('the network was left')
    this.#cleanups.push(
      ports.node.subscribe((event) => {
        this.queue.submit(() => {
          if (event.kind === 'AddressesChanged')
            void this.#setLocal({ ...this.#own().entry, addresses: event.addresses }, false)
          else if (event.kind === 'PeerConnected') this.#connected(event.peerId)
          else if (event.kind === 'PeerDisconnected') this.#connections.closed(event.peerId)
          else void this.fail(event.error)
          this.#changed()
        })
      }),
    )
    this.#answer()
    await this.queue.call(() => {
      this.#state = 'online'
      this.#setLocal({ ...this.#own().entry, addresses: ports.node.addresses() }, false)
      this.emit({ kind: 'NetworkJoined', peerId: ports.node.peerId, networkId, addresses: ports.node.addresses() })
    })
    await this.#announce.start()
    if (ports.lan !== null) {
      this.#cleanups.push(ports.lan.subscribe((found) => this.queue.submit(() => this.#observe(found, true))))
      // Without multicast there is no LAN discovery; all else goes on.
      void ports.lan.start(this.#ended.signal).catch(() => this.counters.refuse('LanFailed'))
    }
    this.queue.submit(() => {
      this.#connections.start()
      this.#watch()
      this.#schedulePurge()
      for (const target of bootstrap) {
        this.#connections.remember(target)
        void this.dialer.dial(target)
      }
    })
  }

  /** Rule WK4. */
  async dial(targets: readonly DialTarget[]): Promise<void> {
    await this.queue.call(() => undefined)
    await Promise.all(
      targets.map((target) => {
        this.#connections.remember(target)
        return this.dialer.dial(target)
      }),
    )
  }

  /** Makes sure that there is a connection to a peer of the catalog. @throws UnknownPeer, DialFailed */
  async reach(peerId: PeerId, signal: AbortSignal): Promise<void> {
    if (this.context.connectionOf(peerId) !== null) return
    const peer = this.catalog.get(peerId)
    if (peer === null) throw new UnknownPeer(`${peerId} is not in the catalog, and there is no connection to it`)
    await this.dialer.connect(targetOf(peer), signal)
  }

  /** Rule PG2. The answer goes through the catalog's rules. */
  async ping(peerId: PeerId, signal: AbortSignal): Promise<Pong> {
    await this.reach(peerId, signal)
    const pong = await ping(this.context, peerId, signal)
    await this.queue.call(() => {
      this.context.used(peerId)
      this.context.heard()
      this.#vigil.noteClock(peerId, this.#options.ports.clock.now() - pong.signed.entry.version.updatedAt)
      this.#offer(pong.signed, 'ping')
      this.catalog.markReached(peerId)
      this.#prober.measured(peerId, pong.signed, pong.rttMs)
    })
    return pong
  }

  /** Rules EN3, EN7, HD2. */
  updateLocal(change: (entry: PeerEntry) => PeerEntry): Promise<boolean> {
    return this.queue.call(() => this.#setLocal(normalized(this.#own().entry, change(this.#own().entry)), false))
  }

  feed(signed: SignedPeerEntry): Promise<UpsertOutcome> {
    return this.queue.call(() => this.#offer(signed, 'manual'))
  }

  insert(entry: PeerEntry): Promise<boolean> {
    return this.queue.call(() => {
      const isNew = !this.catalog.has(entry.peerId)
      if (!this.catalog.insertUnsigned(entry, this.#options.ports.clock.now())) return false
      if (isNew) this.#present(entry, 'manual')
      this.#changed()
      return true
    })
  }

  remove(peerId: PeerId): Promise<boolean> {
    return this.queue.call(() => {
      const peer = this.catalog.remove(peerId)
      if (peer !== null) this.#gone(peer, 'removed')
      return peer !== null
    })
  }

  clearUnsigned(): Promise<number> {
    return this.queue.call(() => {
      const removed = this.catalog.clearUnsigned()
      for (const peer of removed) this.#gone(peer, 'removed')
      return removed.length
    })
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
      lastHeardAt: this.#vigil.lastHeardAt,
      loopDelayMs: this.#vigil.loopDelayMs,
      suspectedClockSkewMs: this.#vigil.suspectedClockSkewMs,
    }
  }

  /** The time by which staleness is judged (rule WK11). */
  judgingNow(): number {
    const { clock } = this.#options.ports
    return clock.monotonic() < this.#holdUntil ? this.#trustedNow : clock.now()
  }

  onChange(listener: () => void): Unsubscribe {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  clockMayHaveJumped(): void {
    this.queue.submit(() => this.#lookAtClock(null))
  }

  emit(event: DiscoveryEvent): void {
    this.bus.emit(event)
  }

  /** Rules AN6, WK8. */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave(null)
    return this.#leaving
  }

  /** Rule WK9. */
  fail(error: unknown): Promise<void> {
    this.#leaving ??= this.#leave(error instanceof Error ? error : new Error(String(error)))
    return this.#leaving
  }

  get ended(): boolean {
    return this.#state === 'stopped'
  }

  async #leave(cause: Error | null): Promise<void> {
    const { config, networkId, ports } = this.#options
    const wasOnline = this.#state === 'online'
    this.#silent = true
    if (wasOnline && cause === null && (await this.#announce.sayGoodbye().catch(() => false))) {
      await new Promise<void>((resolve) => ports.clock.schedule(config.gracefulDepartureWindow, resolve))
    }
    this.#ended.abort(new Cancelled('the network was left'))
    for (const cancel of this.#timers) cancel()
    for (const cleanup of this.#cleanups.splice(0)) cleanup()
    await this.#announce.stop().catch(() => undefined)
    await ports.lan?.stop().catch(() => undefined)
    await ports.node.stop().catch(() => undefined)
    this.#state = 'stopped'
    if (cause !== null) this.emit({ kind: 'NetworkFailed', networkId, reason: cause.message })
    else if (wasOnline) this.emit({ kind: 'NetworkLeft', networkId })
    this.queue.close()
    this.bus.close()
    if (cause !== null) throw cause
  }

  #own(): CatalogPeer & { readonly signed: SignedPeerEntry } {
    const own = this.catalog.get(this.context.self)
    if (own === null || own.signed === null) throw new Error('the local entry is missing')
    return { ...own, signed: own.signed }
  }

  /** Signs and stores what changed, and broadcasts it. `refresh` makes a new version in any case (rules EN3, WK5). */
  #setLocal(entry: PeerEntry, refresh: boolean): boolean {
    const before = this.#own().entry
    const after = normalized(before, entry)
    if (this.#silent) return false
    if (!refresh && changedFields(before, after).length === 0) return false
    this.#sign(after)
    if (!refresh)
      this.emit({
        kind: 'LocalEntryUpdated',
        version: this.#own().entry.version,
        tags: after.tags,
        addresses: after.addresses,
      })
    this.#announce.broadcast()
    this.#changed()
    return true
  }

  #sign(entry: PeerEntry): SignedPeerEntry {
    const { ports, config, secret } = this.#options
    const now = ports.clock.now()
    const version = nextOwnVersion(this.#own().entry.version, now, config.maxTimeDrift)
    const signed = signEntry({ ...entry, version }, secret, ports.signatures)
    this.catalog.setLocal(signed, now)
    return signed
  }

  #offer(signed: SignedPeerEntry, source: Source): UpsertOutcome {
    const { peerId, version, tags, addresses } = signed.entry
    const now = this.#options.ports.clock.now()
    const { outcome, before, displaced } = this.catalog.upsertSigned(signed, source, now)
    if (displaced !== null) {
      this.counters.refuse('Displaced')
      this.#gone(displaced, 'removed')
    }
    if (outcome === 'New' && before === null) this.#present(signed.entry, source)
    else if (outcome === 'New' || outcome === 'Updated') {
      const changed = before === null ? [] : changedFields(before.entry, signed.entry)
      this.emit({ kind: 'PeerUpdated', peerId, source, version, tags, addresses, changed })
      this.syncs.firstSight(peerId)
      this.#prober.add(peerId)
    } else if (outcome !== 'Rejected') {
      this.context.reject(peerId, outcome, source, `version ${version.startedAt}.${version.updatedAt}`)
    }
    if (outcome === 'New' || outcome === 'Updated') {
      this.#schedulePurge()
      this.#changed()
    }
    return outcome
  }

  /** A peer is in the catalog from now on. */
  #present(entry: PeerEntry, source: Source): void {
    const { peerId, version, tags, addresses } = entry
    this.emit({ kind: 'PeerDiscovered', peerId, source, version, tags, addresses })
    if (this.context.connectionOf(peerId) !== null) this.catalog.markReached(peerId)
    this.syncs.firstSight(peerId)
    this.#prober.add(peerId)
    this.#observe({ peerId, addresses }, false)
  }

  /** A peer is not in the catalog any more (rules RT4, WK3). */
  #gone(peer: CatalogPeer, reason: DepartureReason): void {
    const { peerId, version } = peer.entry
    this.syncs.forget(peerId)
    this.#prober.remove(peerId)
    this.#vigil.forget(peerId)
    if (reason === 'purged') this.#connections.remember(targetOf(peer))
    else this.#connections.forget(peerId)
    this.emit({ kind: 'PeerDeparted', peerId, reason, version })
    this.#changed()
  }

  #heardEntry(signed: SignedPeerEntry, from: PeerId): void {
    const { peerId, version } = signed.entry
    if (from === peerId) this.#vigil.noteClock(peerId, this.#options.ports.clock.now() - version.updatedAt)
    this.#offer(signed, 'gossip')
  }

  /** Rule WK7. */
  #departed(departure: ParsedDeparture): void {
    const peer = this.catalog.depart(departure.peerId, departure.lastVersion, this.#options.ports.clock.now())
    if (peer !== null) this.#gone(peer, 'graceful')
  }

  /** Rule ID5: told once for each other run. */
  #clash(entry: PeerEntry): void {
    if (this.#clashAt === entry.version.startedAt) return
    this.#clashAt = entry.version.startedAt
    this.emit({ kind: 'IdentityClash', peerId: entry.peerId, startedAt: entry.version.startedAt })
  }

  #connected(peerId: PeerId): void {
    this.#connections.used(peerId)
    this.catalog.markReached(peerId)
    this.syncs.firstSight(peerId)
    this.#changed()
  }

  #neighborUp(peerId: PeerId): void {
    this.#hadNeighbors = true
    this.#connections.used(peerId)
    this.emit({ kind: 'NeighborUp', peerId })
    this.#changed()
  }

  #neighborDown(peerId: PeerId): void {
    this.emit({ kind: 'NeighborDown', peerId })
    if (this.#options.ports.gossip.neighbors().length === 0) this.#connections.rejoin()
    this.#changed()
  }

  /** Rule AN8. What the LAN finds is dialed in any case: it is near, and its entry is not known yet. */
  #observe(target: DialTarget, unknown: boolean): void {
    const alone = this.#options.ports.gossip.neighbors().length === 0
    const known = target.peerId !== undefined && this.context.connectionOf(target.peerId) !== null
    if ((!alone && !unknown) || known || target.peerId === this.context.self || this.dialer.rests(target)) return
    if (target.addresses.length > 0) void this.dialer.dial(target)
  }

  /** Rule WK6. */
  #schedulePurge(): void {
    this.#cancelPurge()
    const delay = purgeDelay(this.catalog.soonestExpiry(), this.judgingNow(), this.#options.config.purgeAfter)
    this.#cancelPurge = this.context.later(Math.max(delay, 50), () => this.#purge())
  }

  #purge(): void {
    if (this.#options.ports.clock.monotonic() >= this.#holdUntil) {
      for (const peer of this.catalog.purgeStale(this.#options.ports.clock.now())) this.#gone(peer, 'purged')
    }
    this.#schedulePurge()
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
    const byMs = this.#vigil.watch(late)
    if (byMs === null) return
    const { clock, gossip } = this.#options.ports
    if (clock.monotonic() >= this.#holdUntil) this.#trustedNow = clock.now() - Math.max(0, byMs)
    this.#holdUntil = clock.monotonic() + this.#prober.roundMs()
    this.emit({ kind: 'ClockJumped', byMs: Math.round(byMs) })
    if (gossip.neighbors().length === 0) this.#connections.rejoin()
    this.#setLocal(this.#own().entry, true)
    this.#prober.probeAll()
    this.#schedulePurge()
  }

  #answer(): void {
    const { streams } = this.#options.ports
    const { ids } = this.context
    const handle = (protocol: string, limits: typeof PING_LIMITS, answer: (link: Link) => Promise<void>): void => {
      this.#cleanups.push(
        streams.handle(protocol, limits, async (link) => {
          if (this.#silent) throw new Cancelled('the network was left')
          this.counters.streamsIn += 1
          await answer(link)
        }),
      )
    }
    handle(ids.ping, PING_LIMITS, (link) =>
      answerPing(this.context, link, this.#allows(this.#pings, link.remote), () => this.#sign(this.#own().entry)),
    )
    if (this.#options.config.answerNeighbors) {
      handle(ids.neighbors, NEIGHBORS_LIMITS, (link) =>
        answerNeighbors(this.context, link, this.#allows(this.#neighborRequests, link.remote)),
      )
    }
    handle(ids.sync, SYNC_LIMITS, async (link) => {
      if (!this.#allows(null, link.remote)) throw new Cancelled('too many requests from there')
      await this.syncs.answer(link)
    })
  }

  /** Rule BD1: the rate of the peer, and that of its address group. */
  #allows(rate: RateLimiter | null, peerId: PeerId): boolean {
    const now = this.#options.ports.clock.monotonic()
    const connection = this.context.connectionOf(peerId)
    const group = connection === null ? null : addressGroup(connection.remoteAddress)
    if (group !== null && !this.#groups.take(group, now)) {
      this.counters.refuse('GroupRate')
      return false
    }
    return rate === null || rate.take(peerId, now)
  }

  #syncCatalog(): ConstructorParameters<typeof Syncs>[1] {
    const { clock } = this.#options.ports
    return {
      index: this.catalog.index,
      entry: (peerId) => {
        const peer = this.catalog.get(peerId)
        return peer !== null && this.catalog.isFresh(peer, clock.now()) ? peer.signed : null
      },
      isNews: (peerId, version) => this.catalog.isNews(peerId, version, clock.now()),
      accept: (entries, from) =>
        this.queue.call(() => {
          this.counters.signaturesVerified += entries.length
          const news = entries.filter((signed) => {
            if (signed.entry.peerId === from) this.#vigil.noteClock(from, clock.now() - signed.entry.version.updatedAt)
            const outcome = this.#offer(signed, 'sync')
            return outcome === 'New' || outcome === 'Updated'
          })
          return news.length
        }),
    }
  }

  #changed(): void {
    if (this.#tellsChange || this.#listeners.size === 0) return
    this.#tellsChange = true
    this.context.later(0, () => {
      this.#tellsChange = false
      for (const listener of this.#listeners) listener()
    })
  }

  #reject(peerId: PeerId | null, reason: RejectReason, source: Source, detail: string): void {
    this.counters.refuse(reason)
    const { bucket, allowed } = takeToken(this.#rejects, this.#options.ports.clock.monotonic(), REJECT_RATE)
    this.#rejects = bucket
    if (allowed)
      this.queue.submit(() =>
        this.emit({ kind: 'EntryRejected', peerId, reason, source, detail: detail.slice(0, 200) }),
      )
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
      catalog: this.catalog,
      queue: this.queue,
      counters: this.counters,
      ended: this.#ended.signal,
      emit: (event) => this.emit(event),
      changed: () => this.#changed(),
      reject: (peerId, reason, source, detail) => this.#reject(peerId, reason, source, detail),
      offer: (signed, source) => this.#offer(signed, source),
      observe: (target) => this.#observe(target, false),
      later: (delayMs, fn) => this.#later(delayMs, fn),
      connectionOf: (peerId) => connectionOf(ports.node.connections(), peerId),
      used: (peerId) => this.#connections.used(peerId),
      heard: () => {
        this.#vigil.lastHeardAt = ports.clock.now()
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

function connectionOf(connections: readonly Connection[], peerId: PeerId): Connection | null {
  return connections.find((connection) => connection.peerId === peerId) ?? null
}
