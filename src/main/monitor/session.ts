/** One joined network: what its node tells goes into the view and into the store, as `session-state.ts` says. */
import { DEFAULT_CONFIG } from '../../shared/config.ts'
import type { NetworkRef, NetworkStatus } from '../../shared/contract.ts'
import { NotJoined } from '../../shared/errors.ts'
import type { DiscoveryEvent, LoggedEvent } from '../../shared/events.ts'
import type { Loss } from '../../shared/loss.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import type { Edge } from '../../shared/peer.ts'
import type { TopologyRow } from '../../shared/topology.ts'
import type { Health, Told } from '../discovery/handle.ts'
import type { KnownPlace } from '../discovery/bootstrap/known-places.ts'
import { ClockGauge, machineUptime } from './clock-gauge.ts'
import { addPlaces, Contacts, keepPromising, NOWHERE } from './contacts.ts'
import { storedPages } from './exports/records.ts'
import { Insight } from './insight/insight.ts'
import type { Demo } from './demo.ts'
import type { OpenNode } from './open-node.ts'
import { KnownSince } from './known-since.ts'
import { lossBefore, LossWatch } from './loss.ts'
import { joinedAgain } from './history-end.ts'
import { Journal } from './journal/journal.ts'
import { Restarts } from './restarts.ts'
import { seenSince, storedRow } from './rows.ts'
import { SessionLog } from './session-log.ts'
import type { SessionParts } from './session-parts.ts'
import type { Effect } from './session-state.ts'
import { begin, due, end, firstState, take } from './session-state.ts'
import { onlineStatus, stateOf } from './session-status.ts'
import { Topology } from './topology.ts'
import { inTurns } from './turns.ts'

/** How long what changed waits for more of it, milliseconds. */
const TAKE_OVER_MS = 100
/** Rows that are taken over before others have a turn: each is some writes of the store. */
const ROWS_AT_ONCE = 200
/** How often the status is looked at even when nothing happens, milliseconds. */
const STATUS_MS = 1000
/** When the links are stored first, milliseconds after the node is online. */
export const FIRST_LINKS_MS = 10_000
/** What the log says where the journal failed. */
const NOT_KEPT = 'what the window shows could not be kept for looking back'
/** How often the links are stored while they change, milliseconds: to compare with. The journal has those of every moment. */
const STORE_LINKS_MS = 600_000

/** From joining to leaving. */
export class Session {
  readonly network: NetworkRef
  readonly #key: NetworkKey
  readonly #parts: SessionParts
  readonly #state = firstState()
  readonly #joinedAt: number
  readonly #contacts: Contacts
  readonly #gauge: ClockGauge
  #node: OpenNode | null = null
  #topology: Topology | null = null
  #insight: Insight | null = null
  readonly #loss: LossWatch
  /** Keeps what the view shows, while the node is online. */
  readonly #journal: Journal
  /** What is shown of a peer next is dated from when it became known. */
  readonly #known = new KnownSince()
  #cancelStatus: () => void = () => undefined
  /** Null while nothing waits to be looked at. */
  #cancelLook: (() => void) | null = null
  readonly #restarts = new Restarts()
  readonly #log: SessionLog
  #linksDueAt = 0
  /** The view's count of links that came and went, when they were stored last. */
  #linksStored = 0
  #storing: Promise<unknown> = Promise.resolve()

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.network = parts.network
    this.#key = networkKeyOf(parts.network)
    this.#joinedAt = parts.clock.now()
    this.#gauge = new ClockGauge(parts.clock, parts.uptimeMs ?? machineUptime)
    const { store, view, clock } = parts
    const purgeAfterMs = this.#purgeAfterMs
    this.#loss = new LossWatch({ clock, purgeAfterMs, tell: (event) => this.#found(event), rows: () => view.rows() })
    this.#log = new SessionLog({ networkKey: this.#key, store, view, clock })
    this.#journal = new Journal({
      store,
      networkKey: this.#key,
      view,
      clock,
      failed: (err) => parts.logger?.error({ err }, NOT_KEPT),
    })
    void parts.swarm?.lost.then((error) => void (this.#state.swarmLost = error))
    // Nobody comes back to the network of a demo.
    this.#contacts = new Contacts(parts.demo ? NOWHERE : parts.store, this.#key, parts.clock)
  }

  /** Whether it is the network of a demo. */
  get demo(): boolean {
    return this.#parts.demo
  }

  /** Of a demo; null where it is none. */
  get swarm(): Demo | null {
    return this.#parts.swarm ?? null
  }

  get #purgeAfterMs(): number {
    return this.#parts.purgeAfterMs ?? DEFAULT_CONFIG.purgeAfter
  }

  get node(): OpenNode | null {
    return this.#node
  }

  /** What is found out beside; null until the node is online. */
  get insight(): Insight | null {
    return this.#insight
  }

  /** Settles when no links, and nothing of what was shown, are being stored; never rejects. */
  get stored(): Promise<unknown> {
    return Promise.all([this.#storing, this.#journal.settled])
  }

  /** What is known now is shown, but for what is too much for one turn, and what was shown is with the store. */
  flush(): void {
    if (this.#node !== null && !this.#state.ended) this.#look()
    this.#log.flush()
    this.#journal.flush()
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
    await inTurns(store.closeSessions(this.#key), signal)
    const places = new Map(this.#contacts.places().map((place) => [place.peerId, place]))
    const contacts = new Set(places.keys())
    for await (const page of storedPages(store, this.#key)) {
      signal.throwIfAborted()
      addPlaces(places, page)
      keepPromising(places, contacts, clock.now())
      view.addRows(page.map(storedRow))
    }
    signal.throwIfAborted()
    return demo ? [] : [...places.values()]
  }

  /** Takes all that the node tells, from before it is online on. @returns an event, when it happened and its place in the log, else null */
  take(told: Told): LoggedEvent | null {
    // A stall, or a split, is logged before what it explains.
    this.#insight?.look(told)
    if (!this.#state.ended) this.#known.take(told)
    const item = this.#loss.take(told)
    const logged = this.#apply(take(this.#state, item))
    if (this.#state.news) this.#soon(TAKE_OVER_MS)
    if (logged !== null) this.#parts.onLogged?.(logged)
    const restarted = item.kind === 'event' ? this.#restarts.take(item.event) : null
    if (restarted !== null) this.#tell(restarted, item.at)
    return logged
  }

  /** Logs what was found out about us, or the network. */
  #found(event: DiscoveryEvent, at = this.#parts.clock.now()): void {
    if (this.#state.ended) return
    // A data folder tells islands by the links that are stored.
    if (event.kind === 'Islands') this.#linksDueAt = 0
    this.#tell(event, at)
  }

  #tell(event: DiscoveryEvent, at: number): void {
    const logged = this.#keep(event, at)
    this.#parts.onLogged?.(logged)
  }

  /** The node is online: follows it, from how it is now. */
  follow(node: OpenNode): void {
    this.#node = node
    this.#contacts.follow(node.discovery)
    const { discovery } = node
    const { view, clock, store } = this.#parts
    this.#topology = new Topology({
      discovery,
      self: node.peerId,
      told: node.dialect.abilities.neighbors,
      view,
      clock,
      purgeAfterMs: this.#purgeAfterMs,
      store: () => this.#putLinks(this.#linksNow()),
    })
    const peers = discovery.catalog().peers.values()
    this.#apply(begin(this.#state, { peers, neighbors: discovery.neighbors(), connected: discovery.connectedPeers() }))
    this.#look()
    this.#journal.start()
    this.#topology.start()
    this.#insight = new Insight({
      self: node.peerId,
      told: node.dialect.abilities.neighbors,
      view,
      clock,
      purgeAfterMs: this.#purgeAfterMs,
      connections: () => discovery.connections(),
      lost: () => this.#loss.lost,
      tell: (event, at) => this.#found(event, at),
      keepDelay: (delay) => store.recordLoopDelay(this.#key, delay),
      delays: this.#parts.delays,
    })
    this.#insight.start()
    // The first time soon: a short run has a past too.
    this.#linksDueAt = this.#parts.clock.monotonic() + FIRST_LINKS_MS
    const tick = (): void => {
      this.#showStatus(node)
      this.#parts.swarm?.look(view, this.#insight)
      this.#storeLinks(false)
      this.#cancelStatus = this.#parts.clock.schedule(STATUS_MS, tick)
    }
    tick()
  }

  /**
   * The last picture stays; what the node tells until it is gone is only logged. `stored` tells when its links are kept.
   * @param leaves why we leave; null where the network failed
   */
  end(leaves: 'left' | 'closed' | null = null): void {
    // It tells what waits to be told, which is of this run.
    this.#insight?.stop()
    if (!this.#state.ended) {
      this.#apply(end(this.#state, leaves))
      if (this.#node !== null) {
        this.#storeLinks(true)
        this.#journal.end()
      }
      this.#log.flush()
    }
    this.#contacts.end()
    this.#topology?.stop()
    this.#cancelStatus()
    this.#cancelLook?.()
  }

  /** Keeps the links as they are now, to be compared with. */
  #storeLinks(now: boolean): void {
    if (!now && this.#parts.clock.monotonic() < this.#linksDueAt) return
    if (this.#parts.view.links === this.#linksStored) return
    const edges = this.#linksNow()
    // The first ones are kept as soon as there are any.
    if (edges.length === 0) this.#linksDueAt = 0
    // It fails only once the store is closed, and then there is nothing left to do.
    else this.#putLinks(edges).catch(() => undefined)
  }

  /** The links as they are now, to be stored. */
  #linksNow(): readonly Edge[] {
    const { view, clock } = this.#parts
    const edges = [...view.edges()]
    this.#linksDueAt = clock.monotonic() + STORE_LINKS_MS
    return edges
  }

  /** In turns where there are many. @throws StoreFailed once the store is closed */
  async #putLinks(edges: readonly Edge[]): Promise<TopologyRow> {
    const { store, clock, view } = this.#parts
    this.#linksStored = view.links
    const at = Math.floor(clock.now())
    const storing = inTurns(store.putTopologySteps(this.#key, { at, edges }))
    this.#storing = Promise.allSettled([this.#storing, storing])
    return { id: await storing, at, edgeCount: edges.length }
  }

  /** Who asks peers for their neighbors. @throws NotJoined before the node is online, and once the network was left */
  topology(): Topology {
    if (this.#topology === null || this.#state.ended) throw new NotJoined('the network is not joined yet')
    return this.#topology
  }

  /** What waits is looked at once in that time, however much comes until then. */
  #soon(delayMs: number): void {
    if (this.#state.ended) return
    this.#cancelLook ??= this.#parts.clock.schedule(delayMs, () => this.#look())
  }

  /** Some of the rows that wait; the others have a turn of their own. */
  #look(): void {
    this.#cancelLook?.()
    this.#cancelLook = null
    this.#apply(due(this.#state, ROWS_AT_ONCE))
    if (this.#state.news) this.#soon(0)
    else this.#known.clear()
  }

  #apply(effects: readonly Effect[]): LoggedEvent | null {
    let logged: LoggedEvent | null = null
    for (const effect of effects) {
      if (effect.do === 'log') logged = this.#keep(effect.event, effect.at)
      else this.#do(effect)
    }
    this.#journal.known(null)
    return logged
  }

  #keep(told: DiscoveryEvent, at: number): LoggedEvent {
    const { store, demo } = this.#parts
    const event =
      told.kind === 'NetworkJoined'
        ? { ...joinedAgain(store, this.#key, told), purgeAfterMs: this.#purgeAfterMs, ...(demo ? { demo } : {}) }
        : told
    this.#contacts.record(event)
    const logged = this.#log.take(event, at)
    if (this.#state.ended) this.#log.flush()
    return logged
  }

  #do(effect: Exclude<Effect, { do: 'log' }>): void {
    const { store, view } = this.#parts
    const id = this.#key
    switch (effect.do) {
      case 'show':
        this.#journal.known(this.#known.shown(effect.row.peerId))
        return view.putRow(seenSince(effect.row, view.row(effect.row.peerId)))
      case 'hide':
        this.#journal.known(this.#known.shown(effect.peerId))
        return view.removeRow(effect.peerId)
      case 'show connection': {
        const row = view.row(effect.peerId)
        // That of one that is here comes with its row.
        if (row === undefined || row.state === 'online' || row.connected === effect.connected) return
        this.#journal.known(this.#known.shown(effect.peerId))
        return view.putRow({ ...row, connected: effect.connected })
      }
      case 'keep':
        return store.putPeer(id, effect.peer)
      case 'keep rtt':
        return store.recordRtt(id, effect.peerId, { at: Math.floor(effect.at), ms: effect.ms })
      case 'keep version': {
        const { version, source } = effect
        return store.recordVersion(id, effect.peerId, { version, at: Math.floor(effect.at), source })
      }
      case 'open session':
        return store.sessionStarted(id, effect.peerId, Math.floor(effect.at), effect.version, effect.source)
      case 'close session':
        return store.sessionEnded(id, effect.peerId, Math.floor(effect.at), effect.reason)
      case 'move sessions': {
        const byMs = this.#gauge.setBy()
        return byMs === 0 ? undefined : store.sessionsMoved(id, byMs)
      }
      case 'mark gone':
        this.#known.shown(effect.peerId)
        return store.peerGone(id, effect.peerId, effect.state, effect.reason)
      case 'own links':
        this.#journal.known(this.#known.last)
        return this.#topology?.own(effect.neighbors, effect.connected)
      case 'holds':
        return this.#topology?.synced(effect.peerId)
      case 'forget links':
        this.#journal.known(this.#known.last)
        return this.#topology?.forget(effect.peerId)
      case 'status':
        // Until the node is online its host says how joining goes.
        if (this.#node !== null) this.#showStatus(this.#node)
    }
  }

  #showStatus(node: OpenNode): void {
    const health = node.discovery.health()
    this.#loss.look(stateOf(health), health)
    this.#parts.view.setStatus(this.#online(node, health))
  }

  /** The status that views show while the node is online. */
  status(): NetworkStatus {
    const node = this.#node
    if (node === null) return { state: 'joining', network: this.network, since: this.#joinedAt }
    return this.#online(node, node.discovery.health())
  }

  #online(node: OpenNode, health: Health): NetworkStatus {
    const [network, joinedAt, losses] = [this.network, this.#joinedAt, this.#loss]
    const lastLoss = (): Loss | null => lossBefore(this.#parts.store, this.#key, this.#parts.clock.now())
    return onlineStatus({ ...this.#parts, network, node, health, state: this.#state, joinedAt, losses, lastLoss })
  }
}
