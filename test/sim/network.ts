/** Nodes with the real worker on a simulated network, and what must always be true of them. */
import type { DiscoveryConfig } from '../../src/shared/config.ts'
import { resolveConfig } from '../../src/shared/config.ts'
import type { DiscoveryEvent } from '../../src/shared/events.ts'
import type { PeerId } from '../../src/shared/ids.ts'
import { networkIdFrom } from '../../src/shared/ids.ts'
import type { Version } from '../../src/shared/peer.ts'
import { compareVersions } from '../../src/shared/peer.ts'
import type { Dialect } from '../../src/main/discovery/dialect.ts'
import type { Heard } from '../../src/main/discovery/announce/heard.ts'
import { isStale } from '../../src/main/discovery/catalog/purge.ts'
import type { DiscoveryLog } from '../../src/main/discovery/core/log.ts'
import { startDiscovery } from '../../src/main/discovery/discovery.ts'
import type { KnownPlace } from '../../src/main/discovery/bootstrap/known-places.ts'
import type { SignedPeerEntry } from '../../src/main/discovery/entry.ts'
import type { Discovery, Told } from '../../src/main/discovery/handle.ts'
import { dialect } from '../support/discovery/dialect.ts'
import type { SimDht } from './dht.ts'
import { isAnswer, PeerNumbers, ToldPeers } from './told.ts'
import type { Weather } from './weather.ts'
import { EPOCH, World } from './world.ts'
import { FAIR } from './weather.ts'
import type { Host } from './world.ts'

/** One message is one object for all nodes: what one of them decoded the others need not decode again. */
const decoded = new WeakMap<Uint8Array, Heard>()

function sharing(dialect: Dialect): Dialect {
  return {
    ...dialect,
    decodeGossip: (message, networkId) => {
      const known = decoded.get(message)
      if (known !== undefined) return known
      const heard = dialect.decodeGossip(message, networkId)
      decoded.set(message, heard)
      return heard
    },
  }
}

/** One node of a simulation, with what its events told so far. */
export interface SimNode {
  readonly host: Host
  readonly discovery: Discovery
  readonly peerId: PeerId
  readonly events: DiscoveryEvent[]
  /** The catalog that the events tell of: present peers with their versions. */
  readonly told: ToldPeers
  /** Those of them that answers to pings told of, in a version that they do not keep. */
  readonly answered: Set<PeerId>
  /** Last versions of peers that said goodbye. */
  readonly goodbyes: Map<PeerId, Version>
  /** When its clock jumped last, virtual milliseconds. */
  jumpedAt: number | null
  /** How its clock was off when it was looked at last, milliseconds. */
  skew: number
}

/** How a simulation is set up. */
export interface SimOptions {
  readonly seed: number
  /** Default: that of the run. */
  readonly dialect?: Dialect
  readonly config?: Partial<DiscoveryConfig>
  readonly weather?: Weather
  /** Keeps all events of every node; off for large runs. */
  readonly keepEvents?: boolean
}

/** Nodes, and entries in their catalogs, that are looked at in one check; of a larger catalog every second check, or later. */
const CHECKED_AT_ONCE = 40
const ENTRIES_AT_ONCE = 150
/** The upper bound of rule AN9, and what can come and go between two looks at it: 6.25 s of syncs and pings both ways. */
const MOST_CONNECTIONS = 64 + 6.25 * 40

/** A network of simulated nodes. */
export class SimNetwork {
  readonly world: World
  readonly nodes = new Map<PeerId, SimNode>()
  readonly config: DiscoveryConfig
  readonly networkId = networkIdFrom('simulated')
  readonly seed: number
  readonly #keepEvents: boolean
  readonly #dialect: Dialect
  readonly violations: string[] = []
  readonly #numbers = new PeerNumbers()
  /** Called after each check. */
  onStep: (() => void) | null = null
  #checked = 0
  /** Nodes that are to be looked at, and a part of one. */
  #unchecked = 0

  constructor(options: SimOptions) {
    this.seed = options.seed
    this.world = new World(options.seed, options.weather ?? FAIR)
    this.config = resolveConfig(options.config ?? {})
    this.#keepEvents = options.keepEvents ?? true
    this.#dialect = sharing(options.dialect ?? dialect)
  }

  /** Starts a node; a host that stopped needs a new one with its secret. */
  async start(
    options: {
      secret?: Uint8Array
      /** Of a host that stopped; another one where it is not given. */
      address?: string
      bootstrap?: readonly SimNode[]
      tags?: readonly string[]
      skew?: number
      network?: string
      dht?: SimDht
      known?: readonly KnownPlace[]
      /** Before its node starts. */
      prepare?: (host: Host) => void
      /** All that it tells, from the beginning on. */
      onTold?: (told: Told) => void
      log?: DiscoveryLog
      /** What differs from the network's. */
      config?: Partial<DiscoveryConfig>
      /** One that speaks it in another way. */
      dialect?: Dialect
    } = {},
  ): Promise<SimNode> {
    const host = this.world.addHost(options.secret ?? this.world.random.bytes(32), options.address)
    host.skew = options.skew ?? 0
    options.prepare?.(host)
    const discovery = startDiscovery({
      networkId: options.network === undefined ? this.networkId : networkIdFrom(options.network),
      dialect: options.dialect ?? this.#dialect,
      secret: host.secret,
      config: { ...this.config, ...options.config },
      ports: options.dht === undefined ? host.ports : { ...host.ports, dht: options.dht.port(host) },
      bootstrap: (options.bootstrap ?? []).map((node) => ({ peerId: node.peerId, addresses: [node.host.address] })),
      ...(options.known === undefined ? {} : { known: options.known }),
      tags: options.tags ?? [],
      ...(options.log === undefined ? {} : { log: options.log }),
    })
    const node: SimNode = {
      host,
      discovery,
      peerId: host.peerId,
      events: [],
      told: new ToldPeers(this.#numbers),
      answered: new Set(),
      goodbyes: new Map(),
      jumpedAt: null,
      skew: host.skew,
    }
    if (options.onTold !== undefined) discovery.onTold(options.onTold)
    let { seq } = discovery.catalog()
    discovery.onTold((told) => {
      if (told.seq !== seq + 1) this.#violate(node, `what is told goes from ${seq} to ${told.seq}`)
      seq = told.seq
      if (told.kind === 'event') this.#follow(node, told.event)
    })
    discovery.ended.catch((error: unknown) => this.violations.push(`${node.peerId} failed: ${String(error)}`))
    this.nodes.set(node.peerId, node)
    await this.run(0)
    return node
  }

  /** Starts so many, each with up to three earlier ones as bootstrap, spread over `spreadMs`. */
  async startMany(count: number, spreadMs = 1000): Promise<SimNode[]> {
    const started: SimNode[] = []
    for (let index = 0; index < count; index += 1) {
      const known = [...this.nodes.values()]
      const bootstrap = known.length === 0 ? [] : Array.from({ length: 3 }, () => this.world.random.pick(known))
      started.push(await this.start({ bootstrap: [...new Set(bootstrap)] }))
      if (spreadMs > 0) await this.run(spreadMs / count)
    }
    return started
  }

  /**
   * Starts so many that know each other from the beginning, as a network that has run for long: to let a thousand find
   * each other first would take longer than what is to be looked at. Until their first syncs, of each with each, are over,
   * these find nothing that differs and need no connection of their own, and nobody hears announcements. So the mesh forms
   * among a few first: its new neighbors make new versions.
   */
  async startKnowing(count: number): Promise<void> {
    this.world.settled = true
    const started: SimNode[] = []
    for (let index = 0; index < count; index += 1) started.push(await this.start())
    const known = Math.min(count, this.config.maxPeers)
    introduce(started, Math.min(known, 30))
    await this.run(15_000)
    introduce(started, known)
    await this.run(5000 + known * 110)
    this.world.settled = false
    this.check()
  }

  /** A node of another network connects to one of ours for a while. @returns its entry */
  async visit(inside: SimNode): Promise<SignedPeerEntry> {
    const host = this.world.addHost()
    const discovery = startDiscovery({
      networkId: networkIdFrom('another network'),
      dialect: this.#dialect,
      secret: host.secret,
      config: this.config,
      ports: host.ports,
      bootstrap: [{ peerId: inside.peerId, addresses: [inside.host.address] }],
      tags: [],
    })
    await this.run(1000)
    const entry = discovery.me()
    host.crash()
    void discovery.leave()
    return entry
  }

  /** A node leaves gracefully. */
  async leave(node: SimNode): Promise<void> {
    this.nodes.delete(node.peerId)
    const left = node.discovery.leave()
    await this.run(this.config.gracefulDepartureWindow + 10)
    await left
  }

  /** A node is gone without a word. */
  crash(node: SimNode): void {
    this.nodes.delete(node.peerId)
    node.host.crash()
    // Its worker is dead code from here on; ending it frees its timers.
    void node.discovery.leave()
  }

  async run(ms: number): Promise<void> {
    await this.world.scheduler.run(ms)
  }

  /** Whether every live node knows exactly all live ones. */
  converged(nodes: Iterable<SimNode> = this.nodes.values()): boolean {
    const live = [...nodes]
    return live.every((node) => {
      const { peers } = node.discovery.catalog()
      return peers.size === live.length && live.every((other) => peers.has(other.peerId))
    })
  }

  /** How many of all ordered pairs know each other, 0 to 1, as seen by so many nodes. */
  knowing(sample = Infinity): number {
    const live = [...this.nodes.values()]
    const step = Math.max(1, Math.floor(live.length / sample))
    let known = 0
    let asked = 0
    for (let index = 0; index < live.length; index += step) {
      const { peers } = live[index]?.discovery.catalog() ?? { peers: new Map() }
      for (const other of live) if (peers.has(other.peerId)) known += 1
      asked += live.length
    }
    return asked === 0 ? 1 : known / asked
  }

  /**
   * What must hold at every moment; what is broken is added to `violations`. In large networks some nodes in turn, so that
   * each is looked at again and again; what events tell is checked with each event, of all nodes.
   */
  check(): void {
    const live = [...this.nodes.values()]
    this.#unchecked = Math.min(
      live.length,
      CHECKED_AT_ONCE,
      this.#unchecked + ENTRIES_AT_ONCE / Math.max(1, live.length),
    )
    const count = Math.floor(this.#unchecked)
    this.#unchecked -= count
    for (let index = 0; index < count; index += 1) {
      const node = live[(this.#checked + index) % live.length]
      if (node !== undefined) this.#checkNode(node)
    }
    this.#checked += count
    this.#checkWorld(live.length)
    this.onStep?.()
  }

  /** The same, of all nodes. */
  checkAll(): void {
    for (const node of this.nodes.values()) this.#checkNode(node)
    this.#checkWorld(this.nodes.size)
  }

  /** Ends all nodes. @throws where the state of one of them breaks an invariant */
  async stop(): Promise<void> {
    const wrong = [...this.nodes.values()].flatMap((node) => node.discovery.checkInvariants())
    const all = [...this.nodes.values()].map((node) => node.discovery.leave())
    await this.run(this.config.gracefulDepartureWindow + 1000)
    await Promise.all(all)
    this.nodes.clear()
    if (wrong.length > 0) throw new Error(`broken invariants: ${wrong.slice(0, 5).join('; ')}`)
  }

  #violate(node: SimNode | null, what: string): void {
    const where = node === null ? '' : `, ${node.peerId}`
    if (this.violations.length < 20)
      this.violations.push(`seed ${this.seed}, ${Math.round(this.world.scheduler.now)} ms${where}: ${what}`)
  }

  /** Nothing grows without bound: what waits to happen goes with the nodes and what they know. */
  #checkWorld(nodes: number): void {
    const bound = 2000 + nodes * (400 + 4 * Math.min(nodes, this.config.maxPeers))
    const { waiting } = this.world.scheduler
    if (waiting > bound) this.#violate(null, `${waiting} events wait, more than ${bound}`)
  }

  #follow(node: SimNode, event: DiscoveryEvent): void {
    if (this.#keepEvents) node.events.push(event)
    switch (event.kind) {
      case 'PeerDiscovered': {
        if (node.told.set(event.peerId, event.version) !== null)
          this.#violate(node, `${event.peerId} was discovered twice`)
        if (isAnswer(event.source)) node.answered.add(event.peerId)
        const goodbye = node.goodbyes.get(event.peerId)
        if (goodbye !== undefined && compareVersions(event.version, goodbye) <= 0) {
          this.#violate(node, `${event.peerId} came back after its goodbye without a newer version`)
        }
        break
      }
      case 'PeerUpdated': {
        const before = node.told.set(event.peerId, event.version)
        if (before === null) this.#violate(node, `${event.peerId} was updated before it was discovered`)
        // Rule PG4: what an answer to a ping said of a run gives way to what its peer announces in it.
        else if (
          compareVersions(event.version, before) <= 0 &&
          !(node.answered.has(event.peerId) && before.startedAt === event.version.startedAt)
        )
          this.#violate(node, `the version of ${event.peerId} went back`)
        if (isAnswer(event.source)) node.answered.add(event.peerId)
        else node.answered.delete(event.peerId)
        break
      }
      case 'PeerDeparted':
        if (!node.told.delete(event.peerId)) this.#violate(node, `${event.peerId} departed without having been there`)
        node.answered.delete(event.peerId)
        if (event.reason === 'graceful') node.goodbyes.set(event.peerId, event.version)
        break
      case 'ClockJumped':
        node.jumpedAt = this.world.scheduler.now
        break
      default:
    }
  }

  /** A stale peer is hidden at once and told of when it is purged, soon after; rule WK11 may put that off. */
  #mayBeStale(node: SimNode, peerId: PeerId, now: number): boolean {
    const version = node.told.get(peerId)
    return version === null || version.updatedAt + this.config.purgeAfter <= now + 1
  }

  #checkNode(node: SimNode): void {
    const { discovery, host } = node
    const health = discovery.health()
    if (health.state === 'starting') return
    // Rule WK11 holds after a stall too, though nothing is told of the clock then.
    if (host.skew !== node.skew || host.frozen) node.jumpedAt = this.world.scheduler.now
    node.skew = host.skew
    const own = discovery.me()
    if (own.entry.peerId !== node.peerId) this.#violate(node, 'the local entry was replaced')
    const now = EPOCH + this.world.scheduler.now + host.skew
    const { peers } = discovery.catalog()
    if (!peers.has(node.peerId)) this.#violate(node, 'the local entry is missing')
    // After a jump of the clock staleness is judged as before it, until all were asked (rule WK11).
    const held = node.jumpedAt !== null && this.world.scheduler.now - node.jumpedAt < 5000 + 200 * node.told.size
    for (const peer of peers.values()) {
      if (peer.self) continue
      const { peerId, version, networkId } = peer.entry
      if (peer.signed === null) this.#violate(node, `${peerId} is unsigned`)
      if (networkId !== this.networkId) this.#violate(node, `${peerId} is of another network`)
      const told = node.told.get(peerId)
      if (told === null || compareVersions(told, version) !== 0)
        this.#violate(node, `the events do not tell of ${peerId}`)
      if (version.updatedAt > now + 2 * this.config.maxTimeDrift) this.#violate(node, `${peerId} is from the future`)
      // Answers to pings are not kept, and prove nevertheless that the peer is there (rule PG4).
      const aliveAt = Math.max(version.updatedAt, peer.lastSeen)
      const alive = { ...peer.entry, version: { ...version, updatedAt: aliveAt } }
      if (!held && isStale(alive, now - 1, this.config)) this.#violate(node, `${peerId} is stale and shown`)
    }
    for (const peerId of node.told.keys())
      if (!held && !peers.has(peerId) && this.config.maxRtt === null && !this.#mayBeStale(node, peerId, now))
        this.#violate(node, `the events tell of ${peerId}, and it is not there`)
    if (peers.size > this.config.maxPeers + 1) this.#violate(node, 'the catalog is over its bound')
    if (host.connections().length > MOST_CONNECTIONS) this.#violate(node, 'too many connections')
    for (const what of discovery.checkInvariants()) this.#violate(node, what)
    if (discovery.stats().syncsRunning > 64) this.#violate(node, 'too many syncs')
    for (const [peerId, open] of host.syncsWith())
      if (open > 1) this.#violate(node, `${open} syncs with ${peerId} at once`)
  }
}

/** Each is fed the newest entries of the next so many, counted in a way that does not make neighbors of neighbors. */
function introduce(nodes: readonly SimNode[], known: number): void {
  for (const [index, node] of nodes.entries()) {
    for (let step = 1; step < known; step += 1) {
      const other = nodes[(index + step * 7919) % nodes.length]
      if (other !== undefined && other !== node) void node.discovery.feed(other.discovery.me())
    }
  }
}
