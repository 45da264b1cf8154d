/** One joined network: what discovery tells goes into the view and into the store. */
import type { NetworkRef, NetworkStatus } from '../../shared/contract.ts'
import { NotJoined } from '../../shared/errors.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../shared/events.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { DepartureReason, Edge, PeerRow } from '../../shared/peer.ts'
import type { CrawlMessage, TopologyRow } from '../../shared/topology.ts'
import type { CatalogPeer, Discovery } from '../discovery/handle.ts'
import type { Clock } from '../discovery/ports.ts'
import type { KnownPlace } from '../discovery/bootstrap/known-places.ts'
import type { Store } from '../store/types.ts'
import { addPlaces, Contacts, keepPromising, NOWHERE } from './contacts.ts'
import { storedPages } from './exports/records.ts'
import type { OpenNode } from './open-node.ts'
import { goneRow, rowOf, storedPeer, storedRow } from './rows.ts'
import { Topology } from './topology.ts'
import { inTurns } from './turns.ts'
import type { View } from './view.ts'

/** How often changes of the catalog are taken over, milliseconds. */
const TAKE_OVER_MS = 100
/** How often the status is looked at even when nothing happens, milliseconds. */
const STATUS_MS = 1000
/** Problems that the status lists. */
const MAX_PROBLEMS = 20
/** When the links are stored first, milliseconds after the node is online. */
export const FIRST_LINKS_MS = 10_000
/** How often the links are stored while they change, milliseconds; the more there are, the more rarely. */
const STORE_LINKS_MS = 60_000
const STORE_MANY_LINKS_MS = 600_000
const STORE_EACH_MS = 300

/** What a session works with. */
export interface SessionParts {
  readonly network: NetworkRef
  readonly bootstrap: readonly string[]
  readonly view: View
  readonly store: Store
  readonly clock: Clock
  readonly demo: boolean
}

/** From joining to leaving. */
export class Session {
  readonly network: NetworkRef
  readonly #parts: SessionParts
  readonly #problems = new Map<string, { target: string; reason: string; at: number }>()
  readonly #joinedAt: number
  readonly #contacts: Contacts
  #node: OpenNode | null = null
  #topology: Topology | null = null
  #seq = -1
  #neighbors: ReadonlySet<PeerId> = new Set()
  #connected: ReadonlySet<PeerId> = new Set()
  #ended = false
  #cancelStatus: () => void = () => undefined
  #takingOver = false
  #linksDueAt = 0
  /** The view's count of links that came and went, when they were stored last. */
  #linksStored = 0
  #storing: Promise<unknown> = Promise.resolve()

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.network = parts.network
    this.#joinedAt = parts.clock.now()
    // Nobody comes back to the network of a demo.
    this.#contacts = new Contacts(parts.demo ? NOWHERE : parts.store, parts.network.id, parts.clock)
  }

  /** Whether it is the network of a demo. */
  get demo(): boolean {
    return this.#parts.demo
  }

  get node(): OpenNode | null {
    return this.#node
  }

  /** Settles when no links are being stored; never rejects. */
  get stored(): Promise<unknown> {
    return this.#storing
  }

  /** Bootstrap addresses that were given. */
  get given(): readonly string[] {
    return this.#parts.bootstrap
  }

  /**
   * Shows what is stored of the network, in turns. @returns whom the node can start from
   * @throws what the signal was fired with
   */
  async load(signal: AbortSignal): Promise<readonly KnownPlace[]> {
    const { store, view, demo, clock } = this.#parts
    await inTurns(store.closeSessions(this.network.id), signal)
    const places = new Map(this.#contacts.places().map((place) => [place.peerId, place]))
    const contacts = new Set(places.keys())
    for await (const page of storedPages(store, this.network.id)) {
      signal.throwIfAborted()
      addPlaces(places, page)
      keepPromising(places, contacts, clock.now())
      view.addRows(page.map(storedRow))
    }
    signal.throwIfAborted()
    return demo ? [] : [...places.values()]
  }

  /** Takes every event, from before the node is online on. @returns it with its place in the log */
  record(event: DiscoveryEvent, at: number): LoggedEvent {
    const { store, view } = this.#parts
    // The store counts in whole milliseconds.
    const logged = store.append(this.network.id, Math.floor(at), event)
    view.addEvent(logged)
    this.#contacts.record(event)
    if (event.kind === 'DialFailed') this.#note(event.target, event.reason, at)
    if (event.kind === 'PeerDiscovered' || event.kind === 'PeerUpdated') {
      store.recordVersion(this.network.id, event.peerId, {
        version: event.version,
        at: Math.floor(at),
        source: event.source,
      })
    }
    if (event.kind === 'PeerDiscovered') {
      store.sessionStarted(this.network.id, event.peerId, Math.floor(at), event.version, event.source)
    }
    if (event.kind === 'PeerDeparted') {
      store.sessionEnded(this.network.id, event.peerId, Math.floor(at), event.reason)
      this.#depart(event.peerId, event.reason)
    }
    if (event.kind === 'SyncCompleted' && this.#node !== null) {
      this.#takeOverCatalog(this.#node.discovery)
      this.#topology?.synced(event.peerId)
    }
    return logged
  }

  /** The node is online: follows it. */
  follow(node: OpenNode): void {
    this.#node = node
    this.#contacts.follow(node.discovery)
    const { view, clock } = this.#parts
    this.#topology = new Topology({
      discovery: node.discovery,
      self: node.peerId,
      view,
      clock,
      store: () => this.#putLinks(this.#linksNow()),
    })
    node.discovery.onChange(() => this.#soon())
    this.#takeOver()
    this.#topology.start()
    // The first time soon: a short run has a past too.
    this.#linksDueAt = this.#parts.clock.monotonic() + FIRST_LINKS_MS
    const tick = (): void => {
      this.#takeOver()
      this.#storeLinks(false)
      this.#cancelStatus = this.#parts.clock.schedule(STATUS_MS, tick)
    }
    tick()
  }

  /** Follows nothing from now on. The last picture stays; `stored` tells when its links are kept. */
  end(): void {
    if (!this.#ended && this.#node !== null) this.#storeLinks(true)
    this.#ended = true
    this.#contacts.end()
    this.#topology?.stop()
    this.#cancelStatus()
  }

  /** Keeps the links as they are now, so that a past moment can show those of its time. */
  #storeLinks(now: boolean): void {
    if (!now && this.#parts.clock.monotonic() < this.#linksDueAt) return
    const edges = this.#linksNow()
    if (edges.length === 0 || this.#parts.view.links === this.#linksStored) return
    // It fails only once the store is closed, and then there is nothing left to do.
    this.#putLinks(edges).catch(() => undefined)
  }

  /** The links as they are now, to be stored; the more there are, the later they are looked at again. */
  #linksNow(): readonly Edge[] {
    const { view, clock } = this.#parts
    const edges = [...view.edges()]
    this.#linksDueAt = clock.monotonic() + storeAgainMs(edges.length)
    return edges
  }

  /** In turns where there are many. @throws StoreFailed once the store is closed */
  async #putLinks(edges: readonly Edge[]): Promise<TopologyRow> {
    const { store, clock, view } = this.#parts
    this.#linksStored = view.links
    const at = Math.floor(clock.now())
    const storing = inTurns(store.putTopologySteps(this.network.id, { at, edges }))
    this.#storing = Promise.allSettled([this.#storing, storing])
    return { id: await storing, at, edgeCount: edges.length }
  }

  /** Crawls the network. @throws NotJoined before the node is online; Cancelled when the network was left */
  crawl(signal: AbortSignal): AsyncGenerator<CrawlMessage> {
    if (this.#topology === null || this.#ended) throw new NotJoined('the network is not joined yet')
    return this.#topology.crawl(signal)
  }

  #soon(): void {
    if (this.#takingOver || this.#ended) return
    this.#takingOver = true
    this.#parts.clock.schedule(TAKE_OVER_MS, () => {
      this.#takingOver = false
      this.#takeOver()
    })
  }

  #takeOver(): void {
    if (this.#node === null || this.#ended) return
    const { discovery } = this.#node
    const neighbors = discovery.neighbors()
    const connected = discovery.connectedPeers()
    const moved = changedMembers(this.#neighbors, neighbors, this.#connected, connected)
    this.#neighbors = new Set(neighbors)
    this.#connected = new Set(connected)
    this.#takeOverCatalog(discovery)
    const { peers } = discovery.catalog()
    for (const peerId of moved) {
      const peer = peers.get(peerId)
      if (peer !== undefined) this.#put(peer)
    }
    this.#topology?.own(neighbors, connected)
    this.#parts.view.setStatus(this.status())
  }

  #takeOverCatalog(discovery: Discovery): void {
    const changes = discovery.changesSince(this.#seq)
    if (changes.kind === 'changes') {
      this.#seq = changes.seq
      for (const change of changes.changes) {
        if (change.kind === 'put') this.#put(change.peer)
        // Slower than maxRtt: hidden from all views (rule RT3). One that left has its row as it was last.
        else if (discovery.learned(change.peerId) !== null) this.#parts.view.removeRow(change.peerId)
      }
    } else {
      const snapshot = discovery.catalog()
      this.#seq = snapshot.seq
      for (const peer of snapshot.peers.values()) this.#put(peer)
    }
  }

  #put(peer: CatalogPeer): void {
    const { peerId } = peer.entry
    const row = rowOf(peer, this.#neighbors.has(peerId), this.#connected.has(peerId))
    const before = this.#parts.view.row(peerId)
    this.#parts.view.putRow(row)
    if (row.self) return
    this.#parts.store.putPeer(this.network.id, storedPeer(row, peer))
    if (row.rtt !== null && row.rtt.at !== before?.rtt?.at) {
      this.#parts.store.recordRtt(this.network.id, peerId, { at: Math.floor(row.rtt.at), ms: row.rtt.last })
    }
  }

  #depart(peerId: PeerId, reason: DepartureReason): void {
    this.#topology?.forget(peerId)
    // What was known of it until now comes first: taken over later, it would show the peer as online again.
    if (this.#node !== null) this.#takeOverCatalog(this.#node.discovery)
    const row = this.#parts.view.row(peerId)
    if (row === undefined || row.self) return
    const gone = goneRow(row, reason)
    this.#parts.view.putRow(gone)
    this.#parts.store.peerGone(this.network.id, peerId, gone.state, reason)
  }

  #note(target: string, reason: string, at: number): void {
    this.#problems.delete(target)
    this.#problems.set(target, { target, reason, at })
    const oldest = this.#problems.keys().next()
    if (this.#problems.size > MAX_PROBLEMS && !oldest.done) this.#problems.delete(oldest.value)
    // Looking through all peers at each of many problems would hold up everything else.
    if (this.#node !== null) this.#soon()
  }

  /** The status that views show while the node is online. */
  status(): NetworkStatus {
    const node = this.#node
    if (node === null) return { state: 'joining', network: this.network, since: this.#joinedAt }
    const health = node.discovery.health()
    const online = [...this.#parts.view.rows()].filter((row) => row.state === 'online' && !row.self)
    return {
      state: health.state === 'online' || health.state === 'lost' ? health.state : 'alone',
      network: this.network,
      self: node.peerId,
      addresses: node.addresses(),
      neighbors: health.neighbors,
      connections: health.connections,
      peers: online.length,
      medianRtt: medianRtt(online),
      lastHeardAt: health.lastHeardAt,
      suspectedClockSkewMs: health.suspectedClockSkewMs,
      loopDelayMs: health.loopDelayMs,
      joinedAt: this.#joinedAt,
      trying: health.neighbors > 0 ? [] : this.#trying(),
      problems: [...this.#problems.values()].toReversed(),
      demo: this.#parts.demo,
    }
  }

  #trying(): string[] {
    const trying: string[] = []
    const { bootstrap } = this.#parts
    if (bootstrap.length > 0)
      trying.push(`dialing ${bootstrap.length === 1 ? bootstrap[0] : `${bootstrap.length} bootstrap addresses`}`)
    const warm = this.#node?.discovery.bootstrap().warm
    if (warm?.state === 'running') trying.push(`dialing ${warm.places} peers known from before`)
    if (trying.length === 0) trying.push('waiting for others to connect to us')
    return trying
  }
}

/** When so many links are stored again, milliseconds from now. */
function storeAgainMs(links: number): number {
  return Math.min(STORE_MANY_LINKS_MS, Math.max(STORE_LINKS_MS, links * STORE_EACH_MS))
}

function changedMembers(
  neighbors: ReadonlySet<PeerId>,
  nowNeighbors: readonly PeerId[],
  connected: ReadonlySet<PeerId>,
  nowConnected: readonly PeerId[],
): Set<PeerId> {
  return new Set(
    [...neighbors]
      .filter((id) => !nowNeighbors.includes(id))
      .concat(nowNeighbors.filter((id) => !neighbors.has(id)))
      .concat([...connected].filter((id) => !nowConnected.includes(id)))
      .concat(nowConnected.filter((id) => !connected.has(id))),
  )
}

function medianRtt(rows: readonly PeerRow[]): number | null {
  const values = rows.flatMap((row) => row.rtt?.srtt ?? []).sort((a, b) => a - b)
  return values[values.length >> 1] ?? null
}
