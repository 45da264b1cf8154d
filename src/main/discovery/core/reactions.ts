/** What several parts do together when something happens to a peer, a connection, the mesh or the clock. */
import type { PeerId } from '../../../shared/ids.ts'
import type { Way } from '../bootstrap/attempts.ts'
import { wayOf } from '../bootstrap/provenance.ts'
import type { GonePeer } from '../catalog/catalog.ts'
import { targetOf } from '../connections/target.ts'
import type { Pong } from '../liveness/ping-exchange.ts'
import { smoothRtt } from '../liveness/rtt.ts'
import type { Connection, DialTarget } from '../ports.ts'
import type { Env } from './env.ts'
import type { Dial, DialOutcome, Fact, RequestPurpose } from './facts.ts'
import type { Parts } from './parts.ts'
import type { PeerRecord } from './peers.ts'

/** Rule AN7: how long we wait to be taken into another mesh before we rejoin, milliseconds. */
const LEFT_OUT_MS = 5000

/** Joins the parts of one core. */
export class Reactions {
  readonly #env: Env
  readonly #parts: Parts
  /** Whether we had a neighbor in this run. */
  hadNeighbors = false

  constructor(env: Env, parts: Parts) {
    this.#env = env
    this.#parts = parts
  }

  connected(connection: Connection): void {
    const env = this.#env
    const { peerId } = connection
    if (this.#parts.announce.limits.shuns(peerId)) return
    const record = env.peers.ensure(peerId)
    const isNew = record.connection === null
    if (isNew) env.tell({ kind: 'connected', peerId })
    env.peers.connect(record, connection)
    const { ledger } = this.#parts.dials
    if (connection.direction === 'outbound') ledger.answered(connection.remoteAddress, peerId)
    else ledger.heard(connection.remoteAddress, peerId)
    // Another connection took over: it is elsewhere, and nothing else is new.
    if (!isNew) return this.#parts.announce.limits.closed(peerId)
    env.used(peerId)
    env.catalog.markReached(peerId)
    this.#parts.syncs.connected(record)
    this.#parts.prober.connected(record)
    env.debug('connected', peerId, { direction: connection.direction, address: connection.remoteAddress })
    env.changed()
  }

  disconnected(peerId: PeerId): void {
    const env = this.#env
    this.#parts.announce.limits.closed(peerId)
    const record = env.peers.get(peerId)
    if (record !== null && record.connection !== null) env.tell({ kind: 'disconnected', peerId })
    env.peers.disconnect(peerId)
    if (record !== null && !env.peers.isCurrent(record)) this.#parts.syncs.gone(record)
    else if (record !== null) this.#parts.prober.disconnected(record)
    env.debug('disconnected', peerId)
    env.changed()
    if (env.leftOut) this.rejoin()
    if (env.alone) this.#parts.bootstrap.places.broke(peerId)
  }

  neighborUp(peerId: PeerId): void {
    const env = this.#env
    env.neighbors.add(peerId)
    env.timers.clear('rejoin')
    this.hadNeighbors = true
    const record = env.peers.get(peerId)
    env.used(peerId)
    if (record !== null) {
      record.wasNeighbor = true
      this.#parts.syncs.neighborUp(record)
    }
    env.emit({ kind: 'NeighborUp', peerId })
    this.#parts.announce.greet()
    this.#parts.connections.neighborUp()
    env.changed()
  }

  neighborDown(peerId: PeerId): void {
    const env = this.#env
    env.neighbors.delete(peerId)
    env.emit({ kind: 'NeighborDown', peerId })
    env.changed()
    this.#parts.connections.neighborDown()
    if (!env.alone) return
    if (env.connectionOf(peerId) === null) return this.rejoin()
    // It is there, and its mesh is full: one whose mesh is not may be the next that is dialed.
    env.setTimer('rejoin', LEFT_OUT_MS)
  }

  /** Rule AN7. */
  rejoin(): void {
    const { timers, phase } = this.#env
    timers.clear('rejoin')
    if (phase !== 'online') return
    this.#parts.bootstrap.places.hurry()
    this.#parts.connections.rejoin()
    this.#parts.dht?.hurry()
  }

  /** Rule AD3: what the LAN finds is a bootstrap address, and dialed while its entry is not known. */
  nearby(found: DialTarget): void {
    const way: Way = { path: 'lan' }
    const unknown = found.peerId !== undefined && !this.#env.catalog.has(found.peerId)
    if (unknown) this.#parts.bootstrap.places.remember(found, way, false)
    this.#parts.connections.observe(found, way, unknown)
  }

  present(record: PeerRecord, isNew: boolean): void {
    const { entry } = record
    if (entry === null || !this.#env.peers.isCurrent(record)) return
    this.#parts.purger.expects(entry.entry)
    this.#parts.statedVersion.heard(entry.entry)
    if (isNew) this.#parts.syncs.discovered(record.learned?.from ?? record.peerId)
    this.#parts.syncs.firstSight(record)
    this.#parts.prober.add(record)
    // A part of the network that was not known: what the sync brought is news to others too.
    if (isNew && record.learned?.path === 'sync' && record.learned.from !== null) this.#parts.antiEntropy.hurry()
    if (isNew) this.#parts.connections.observe(targetOf(entry), wayOf(record), false)
    if (isNew) this.#parts.connections.discovered()
  }

  /** Its record is out of the table; what is left of it is its place in the queue. */
  gone(peer: GonePeer, mayBeThere: boolean): void {
    const { record } = peer
    const { places } = this.#parts.bootstrap
    this.#parts.syncs.gone(record)
    if (mayBeThere) places.remember(targetOf(peer), wayOf(record), record.wasNeighbor)
    else places.forget(record.peerId)
  }

  dialEnded({ way, purpose }: Dial, outcome: DialOutcome): void {
    // What it was dialed for may be over with its connection.
    if (outcome.ok) this.#env.catalog.markReached(outcome.peerId)
    if (outcome.ok && way !== null) {
      const record = this.#env.peers.get(outcome.peerId)
      if (record !== null) this.#parts.provenance.reached(record, way)
      if (record !== null && record.entry !== null) this.#parts.attempts.isOurs(record.peerId)
    }
    switch (purpose.for) {
      case 'connections':
        if (!outcome.ok) this.#parts.connections.refill()
        return
      case 'given':
        return this.#parts.bootstrap.places.tried(purpose.key, outcome)
      case 'warmStart':
        return this.#parts.bootstrap.warmStart.dialed()
      case 'command':
        return this.#parts.desk.dialed(purpose.id, purpose.index, outcome)
      case 'request':
        return this.#parts.requests.dialed(purpose.id, outcome)
      case 'sync':
        return this.#parts.syncs.dialed(purpose.peerId, purpose.id, outcome)
    }
  }

  requestEnded(fact: Extract<Fact, { kind: 'requestEnded' }>): void {
    const { peerId, purpose, outcome, onConnection, wasConnected } = fact
    if ('error' in outcome) {
      this.#env.debug('a request failed', peerId, { request: outcome.protocol, reason: outcome.error.message })
      if (outcome.protocol === 'ping' && onConnection && outcome.error.name === 'Timeout' && purpose.for !== 'clock')
        this.#parts.connections.unanswered(peerId)
    } else if (outcome.protocol === 'ping') this.#ponged(fact.record, outcome.pong, purpose.for)
    // A connection that was made to ask is closed soon where nothing else uses it (rules TP1, RT2).
    const asksOnce = outcome.protocol === 'neighbors' || (purpose.for === 'probe' && this.#parts.prober.dialsRarely)
    const isUsed = this.#parts.syncs.busy(peerId) || this.#parts.requests.busy(peerId)
    if (asksOnce && !wasConnected && !isUsed) this.#parts.connections.idle(peerId)
    switch (purpose.for) {
      case 'probe':
        return this.#parts.prober.ended(purpose.record, purpose.work)
      case 'dht':
        return this.#parts.dht?.holderAsked(peerId, !('error' in outcome))
      case 'command':
        return this.#parts.desk.requestEnded(purpose.id, outcome)
      case 'clock':
        return
    }
  }

  /** A peer answered with its own fresh entry. */
  #ponged(record: PeerRecord | null, { signed, rttMs }: Pong, purpose: RequestPurpose['for']): void {
    const env = this.#env
    const { peerId, version } = signed.entry
    // Neither a probe nor a comparison of clocks keeps a connection open (rule AN9).
    if (purpose === 'probe') env.answered(peerId)
    else if (purpose !== 'clock') env.used(peerId)
    env.heard()
    this.#parts.presence.offerAnswer(signed, purpose === 'dht' ? 'dht' : 'ping', peerId)
    env.catalog.markReached(peerId)
    // The answer came in this step: its one signature was verified at once.
    env.clockWatch.heardAnswer(peerId, env.clock.now() - version.updatedAt, rttMs)
    // Of another incarnation it says nothing.
    const peer = env.catalog.get(peerId)
    if (peer === null || (record !== null && !env.peers.isCurrent(record))) return
    env.catalog.setRtt(peerId, smoothRtt(peer.rtt, rttMs, env.clock.now()))
    env.changed()
  }

  /**
   * Rule WK11: after a jump, a sleep or a stall the peers are asked first, and purged only when a whole round brought no word of
   * them. Only a jump is told here: the monitor tells how long we stood still.
   * @param lateMs by how much a timer was late; null where none was
   */
  lookAtClock(lateMs: number | null): void {
    const env = this.#env
    const leap = env.clockWatch.watch(lateMs)
    if (leap === null) return
    const byMs = Math.round(leap.byMs)
    this.#parts.purger.hold(leap.byMs, this.#parts.prober.roundMs())
    env.debug(leap.jumped ? 'the clock jumped' : 'we stood still', null, { byMs })
    if (leap.jumped) env.emit({ kind: 'ClockJumped', byMs })
    if (env.alone) this.rejoin()
    this.#parts.own.refresh()
    this.#parts.clocks.jumped()
    this.#parts.prober.probeAll()
  }
}
