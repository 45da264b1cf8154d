/**
 * The discovery system as one machine: `step` takes what happened and gives what is to be done. It owns all state, reads no
 * clock, waits for nothing and calls nobody. Kept throughout (rules WK):
 * 1. The local entry is in the catalog, and nothing from the network changes it.
 * 2. Every change of another peer's presence in the catalog is told by exactly one event.
 * 3. What is asked for ends: by its completion, by its deadline, or with the network.
 */
import { Cancelled, Internal } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { Announce } from '../announce/announce.ts'
import { Attempts } from '../bootstrap/attempts.ts'
import type { Way } from '../bootstrap/attempts.ts'
import { Bootstrap } from '../bootstrap/bootstrap.ts'
import type { Start } from '../bootstrap/bootstrap.ts'
import { Provenance, wayOf } from '../bootstrap/provenance.ts'
import type { GonePeer } from '../catalog/catalog.ts'
import { Presence } from '../catalog/presence.ts'
import { Purger } from '../catalog/purger.ts'
import { Connections } from '../connections/connections.ts'
import { Dials } from '../connections/dials.ts'
import { targetOf } from '../connections/target.ts'
import { DhtBootstrap } from '../dht/bootstrap.ts'
import { OwnEntry } from '../entry/own-entry.ts'
import { WATCH_MS } from '../liveness/clock-watch.ts'
import type { Pong } from '../liveness/ping-exchange.ts'
import { Prober } from '../liveness/prober.ts'
import { smoothRtt } from '../liveness/rtt.ts'
import type { Connection, DialTarget } from '../ports.ts'
import { InboundSyncs } from '../sync/inbound.ts'
import { Syncs } from '../sync/syncs.ts'
import { Answers } from './answers.ts'
import { CommandDesk } from './commands.ts'
import type { CoreOptions } from './env.ts'
import { Env } from './env.ts'
import { Exchanges } from './exchanges.ts'
import type { Dial, DialOutcome, Fact } from './facts.ts'
import type { Input, Moment, Output } from './io.ts'
import type { PeerRecord } from './peers.ts'
import { Requests } from './requests.ts'
import type { TimerKey } from './timers.ts'

/** Facts that one step may bring about. More can only come of a defect. */
const MOST_FACTS = 1_000_000

/** One node's discovery, from its start to its end. */
export class Core {
  readonly env: Env
  readonly own: OwnEntry
  readonly bootstrap: Bootstrap
  readonly provenance: Provenance
  readonly syncs: Syncs
  readonly dht: DhtBootstrap | null
  readonly #presence: Presence
  readonly #purger: Purger
  readonly #dials: Dials
  readonly #exchanges: Exchanges
  readonly #requests: Requests
  readonly #inbound: InboundSyncs
  readonly #prober: Prober
  readonly #connections: Connections
  readonly #announce: Announce
  readonly #answers: Answers
  readonly #desk: CommandDesk
  #timer: number | null = null
  #hadNeighbors = false
  #wasOnline = false

  /**
   * @param dht whether there is a DHT to look into
   * @throws InvalidSecretKey, LimitExceeded, InvalidArgument
   */
  constructor(options: CoreOptions, start: Start, { dht }: { readonly dht: boolean }) {
    const env = new Env(options)
    const attempts = new Attempts(env.clock)
    this.env = env
    this.own = new OwnEntry(env)
    this.provenance = new Provenance(env.clock, attempts, env.peers)
    this.#presence = new Presence(env, this.provenance)
    this.#purger = new Purger(env, this.#presence)
    this.#dials = new Dials(env, attempts)
    this.#exchanges = new Exchanges(env, this.#presence)
    this.#requests = new Requests(env, this.#dials, this.#exchanges)
    this.#inbound = new InboundSyncs(env, this.#exchanges)
    this.syncs = new Syncs(env, this.#dials, this.#exchanges, this.#inbound)
    this.#prober = new Prober(env, this.#requests)
    this.#connections = new Connections(env, this.#dials, this.syncs)
    this.bootstrap = new Bootstrap(env, { dials: this.#dials, attempts, provenance: this.provenance }, start)
    this.#announce = new Announce(env, this.own, this.#presence)
    this.#answers = new Answers(env, {
      own: this.own,
      limits: this.#announce.limits,
      exchanges: this.#exchanges,
      syncs: this.syncs,
      inbound: this.#inbound,
    })
    this.dht = dht ? new DhtBootstrap(env, this.#requests) : null
    this.#desk = new CommandDesk(env, {
      own: this.own,
      presence: this.#presence,
      dials: this.#dials,
      places: this.bootstrap.places,
      requests: this.#requests,
      syncs: this.syncs,
    })
  }

  /** Takes one input to its end. */
  step(input: Input, moment: Moment): readonly Output[] {
    const { env } = this
    env.begin(moment)
    if (!env.over || input.kind === 'stopped') {
      this.#take(input)
      this.#actOnFacts()
      const at = env.timers.next()
      if (at !== this.#timer) env.out({ kind: 'timer', at })
      this.#timer = at
    } else if (input.kind === 'command') {
      env.out({ kind: 'answer', id: input.id, answer: { error: new Cancelled('the network was left') } })
    } else if (input.kind === 'gossip') env.out({ kind: 'verdict', verdict: 'ignore' })
    return env.end()
  }

  /** After a defect: nothing goes on with this state. */
  abandon(): readonly Output[] {
    this.env.end()
    this.env.takeFacts()
    this.#halt()
    return this.env.end()
  }

  /** Sets the moment by which what follows is read. */
  at(moment: Moment): this {
    this.env.begin(moment)
    return this
  }

  /** Whether we had a neighbor in this run. */
  get hadNeighbors(): boolean {
    return this.#hadNeighbors
  }

  /**
   * What must hold between any two steps: each part by itself, and what they say of each other. Nothing in the state grows
   * with the number of peers that were ever seen: every record is of a peer that is in the catalog or connected, and all else
   * that is kept has a bound of its own.
   */
  check(): string[] {
    const { peers, catalog, work, over, timers } = this.env
    if (over) return []
    const parts = [peers, catalog, work, this.#dials, this.#requests, this.syncs, this.#inbound, this.bootstrap.places]
    const wrong = parts.flatMap((part) => part.check())
    wrong.push(...(this.dht?.check() ?? []))
    const most = catalog.size + peers.connected().size
    if (peers.size > most) wrong.push(`${peers.size} records for ${most} peers`)
    // Names, and a deadline for each exchange, request, dial and resting command.
    if (timers.size > 2000) wrong.push(`${timers.size} timers`)
    return wrong
  }

  #take(input: Input): void {
    const { env } = this
    switch (input.kind) {
      case 'online':
        return this.#online(input.addresses)
      case 'joined':
        return this.#joined()
      case 'addresses':
        env.addresses = input.addresses
        env.changed()
        return void this.own.change({ ...this.own.entry, addresses: input.addresses })
      case 'connected':
        return this.#connected(input.connection)
      case 'disconnected':
        return this.#disconnected(input.peerId)
      case 'refused':
        return env.counters.refuse(input.what)
      case 'neighborUp':
        return this.#neighborUp(input.peerId)
      case 'neighborDown':
        return this.#neighborDown(input.peerId)
      case 'gossip':
        return env.out({ kind: 'verdict', verdict: this.#announce.judge(input.message, input.from) })
      case 'unpublished':
        return this.#announce.unpublished()
      case 'nearby':
        return this.#nearby(input.target)
      case 'dialed':
        return this.#dials.succeeded(input.id, input.peerId)
      case 'dialFailed':
        return this.#dials.failed(input.id, input.error)
      case 'stream':
        return this.#answers.begin(input.id, input.peerId, input.protocol)
      case 'opened':
        return this.#exchanges.opened(input.id)
      case 'sent':
        return this.#exchanges.sent(input.id)
      case 'message':
        return this.#exchanges.step(input.id, { kind: 'message', bytes: input.bytes })
      case 'ended':
      case 'resumed':
        return this.#exchanges.step(input.id, { kind: input.kind })
      case 'verified':
        return this.#exchanges.step(input.id, { kind: 'verified', entries: input.entries })
      case 'broke':
        return this.#exchanges.broke(input.id, input.error)
      case 'dhtStarted':
        return this.dht?.started(input.id)
      case 'dhtRead':
        return this.dht?.read(input.id, input.item)
      case 'dhtWritten':
        return this.dht?.written(input.id, input.taken)
      case 'dhtFailed':
        return this.dht?.failed(input.id, input.error)
      case 'command':
        return this.#desk.take(input.id, input.command)
      case 'cancel':
        return this.#desk.cancel(input.id)
      case 'woke':
        return this.#lookAtClock(null)
      case 'time':
        return this.#timeCame()
      case 'leave':
        return this.#leave()
      case 'fail':
        return this.#halt()
      case 'stopped':
        return this.#stopped(input.cause)
    }
  }

  /** Others act on what parts found out, in the order in which they did. */
  #actOnFacts(): void {
    let acted = 0
    for (let facts = this.env.takeFacts(); facts.length > 0; facts = this.env.takeFacts()) {
      acted += facts.length
      if (acted > MOST_FACTS) throw new Internal('discovery does not come to rest')
      for (const fact of facts) this.#act(fact)
    }
  }

  #act(fact: Fact): void {
    switch (fact.kind) {
      case 'present':
        return this.#present(fact.record, fact.isNew)
      case 'gone':
        return this.#gone(fact.peer, fact.reason === 'purged' || fact.reason === 'displaced')
      case 'dialEnded':
        return this.#dialEnded(fact.dial, fact.outcome)
      case 'asked':
        // One of the two began it.
        if (!this.#requests.asked(fact.id, fact.outcome)) this.syncs.asked(fact.id, fact.outcome)
        return
      case 'answered':
        return this.#answers.ended(fact.id, fact.peerId, fact.protocol, fact.error)
      case 'requestEnded':
        return this.#requestEnded(fact)
      case 'commandEnded':
        return this.#desk.answer(fact.id, fact.answer)
      case 'ownEntry':
        return this.#announce.broadcast()
    }
  }

  /** A timer is due; if it is not quite, the next `timer` says when. */
  #timeCame(): void {
    const { env } = this
    const now = env.clock.monotonic()
    const due = env.timers.take(now)
    this.#timer = null
    if (due !== null) this.#due(due.key, now - due.at)
  }

  #due(key: TimerKey, lateMs: number): void {
    switch (key) {
      case 'announce':
        this.own.refresh()
        return this.#announce.schedule()
      case 'broadcast':
        return this.#announce.send()
      case 'greet':
        return this.#announce.greeted()
      case 'balance':
        this.#connections.look()
        return this.bootstrap.places.look()
      case 'places':
        return this.bootstrap.places.look()
      case 'warmStart':
        return this.bootstrap.warmStart.again()
      case 'watch':
        this.env.setTimer('watch', WATCH_MS)
        return this.#lookAtClock(lateMs)
      case 'purge':
        // It may be the first to run after a sleep.
        this.#lookAtClock(lateMs)
        return this.#purger.purge()
      case 'syncsDue':
        return this.syncs.due()
      case 'syncsPaced':
        return this.syncs.begin()
      case 'probes':
        return this.#prober.probe()
      case 'dhtPoll':
        return this.dht?.poll()
      case 'goodbye':
        return this.#halt()
      default:
        return this.#late(key)
    }
  }

  /** The deadline of what has this id. */
  #late(id: number): void {
    this.#exchanges.late(id)
    this.#requests.late(id)
    this.#dials.late(id)
    this.dht?.late(id)
    this.syncs.wake(id)
  }

  /** Rule WK1. */
  #online(addresses: readonly string[]): void {
    const { env } = this
    env.phase = 'online'
    this.#wasOnline = true
    env.addresses = addresses
    this.own.change({ ...this.own.entry, addresses })
    env.emit({ kind: 'NetworkJoined', peerId: env.self, networkId: env.networkId, addresses })
  }

  #joined(): void {
    this.#announce.schedule()
    this.#connections.look()
    this.bootstrap.places.look()
    this.env.setTimer('watch', WATCH_MS)
    this.#purger.schedule()
    this.bootstrap.start()
    this.dht?.poll()
  }

  #connected(connection: Connection): void {
    const { env } = this
    const { peerId } = connection
    if (this.#announce.limits.shuns(peerId)) return
    const record = env.peers.ensure(peerId)
    env.peers.connect(record, connection)
    env.used(peerId)
    env.catalog.markReached(peerId)
    this.syncs.firstSight(record)
    env.debug('connected', peerId, { direction: connection.direction, address: connection.remoteAddress })
    env.changed()
  }

  #disconnected(peerId: PeerId): void {
    const { env } = this
    this.#announce.limits.closed(peerId)
    const record = env.peers.get(peerId)
    env.peers.disconnect(peerId)
    if (record !== null && !env.peers.isCurrent(record)) this.syncs.gone(record)
    env.debug('disconnected', peerId)
    env.changed()
  }

  #neighborUp(peerId: PeerId): void {
    const { env } = this
    env.neighbors.add(peerId)
    this.#hadNeighbors = true
    const record = env.peers.get(peerId)
    if (record !== null) record.wasNeighbor = true
    env.used(peerId)
    env.emit({ kind: 'NeighborUp', peerId })
    this.#announce.greet()
    env.changed()
  }

  #neighborDown(peerId: PeerId): void {
    const { env } = this
    env.neighbors.delete(peerId)
    env.emit({ kind: 'NeighborDown', peerId })
    env.changed()
    if (!env.alone) return
    this.#rejoin()
    this.dht?.hurry()
  }

  /** Rule AN7. */
  #rejoin(): void {
    if (this.env.phase !== 'online') return
    this.bootstrap.places.hurry()
    this.#connections.rejoin()
  }

  /** Rule AD3: what the LAN finds is a bootstrap address, and dialed while its entry is not known. */
  #nearby(found: DialTarget): void {
    const way: Way = { path: 'lan' }
    const unknown = found.peerId !== undefined && !this.env.catalog.has(found.peerId)
    if (unknown) this.bootstrap.places.remember(found, way, false)
    this.#connections.observe(found, way, unknown)
  }

  #present(record: PeerRecord, isNew: boolean): void {
    const { entry } = record
    this.#purger.schedule()
    if (entry === null || !this.env.peers.isCurrent(record)) return
    this.syncs.firstSight(record)
    this.#prober.add(record)
    if (isNew) this.#connections.observe(targetOf(entry), wayOf(record), false)
  }

  /** Its record is out of the table; what is left of it is its place in the queue. */
  #gone(peer: GonePeer, mayBeThere: boolean): void {
    const { record } = peer
    const { places } = this.bootstrap
    this.syncs.gone(record)
    if (mayBeThere) places.remember(targetOf(peer), wayOf(record), record.wasNeighbor)
    else places.forget(record.peerId)
  }

  #dialEnded({ id, way, purpose }: Dial, outcome: DialOutcome): void {
    if (outcome.ok && way !== null) {
      const record = this.env.peers.get(outcome.peerId)
      if (record !== null) this.provenance.reached(record, way)
    }
    switch (purpose.for) {
      case 'connections':
        return
      case 'given':
        return this.bootstrap.places.tried(purpose.key, outcome)
      case 'warmStart':
        return this.bootstrap.warmStart.dialed()
      case 'command':
        return this.#desk.dialed(purpose.id, purpose.index, outcome)
      case 'request':
        return this.#requests.dialed(purpose.id, outcome)
      case 'sync':
        return this.syncs.dialed(purpose.peerId, purpose.id, outcome)
    }
  }

  #requestEnded(fact: Extract<Fact, { kind: 'requestEnded' }>): void {
    const { peerId, purpose, outcome, onConnection, wasConnected } = fact
    if ('error' in outcome) {
      this.env.debug(`a request failed`, peerId, { request: outcome.protocol, reason: outcome.error.message })
      if (outcome.protocol === 'ping' && onConnection && outcome.error.name === 'Timeout')
        this.#connections.unanswered(peerId)
    } else if (outcome.protocol === 'ping') this.#ponged(fact.record, outcome.pong, purpose.for === 'dht')
    // A connection that was made to ask is closed soon where nothing else uses it (rule TP1).
    if (outcome.protocol === 'neighbors' && !wasConnected && !this.syncs.busy(peerId)) this.#connections.idle(peerId)
    switch (purpose.for) {
      case 'probe':
        return this.#prober.ended(purpose.record, purpose.work)
      case 'dht':
        return this.dht?.holderAsked(peerId, !('error' in outcome))
      case 'command':
        return this.#desk.requestEnded(purpose.id, outcome)
    }
  }

  /** A peer answered with its own fresh entry. */
  #ponged(record: PeerRecord | null, { signed, rttMs }: Pong, ofHolder: boolean): void {
    const { env } = this
    const { peerId, version } = signed.entry
    env.used(peerId)
    env.heard()
    this.#presence.offer(signed, ofHolder ? 'dht' : 'ping', peerId)
    env.catalog.markReached(peerId)
    env.clockWatch.noteClock(peerId, env.clock.now() - version.updatedAt)
    // Of another incarnation it says nothing.
    const peer = env.catalog.get(peerId)
    if (peer === null || (record !== null && !env.peers.isCurrent(record))) return
    env.catalog.setRtt(peerId, smoothRtt(peer.rtt, rttMs, env.clock.now()))
    env.changed()
  }

  /**
   * Rule WK11: after a jump the peers are asked first, and purged only when a whole round brought no word of them.
   * @param lateMs by how much a timer was late; null where none was
   */
  #lookAtClock(lateMs: number | null): void {
    const { env } = this
    const byMs = env.clockWatch.watch(lateMs)
    if (byMs === null) return
    this.#purger.hold(byMs, this.#prober.roundMs())
    env.debug('the clock jumped', null, { byMs: Math.round(byMs) })
    env.emit({ kind: 'ClockJumped', byMs: Math.round(byMs) })
    if (env.alone) this.#rejoin()
    this.own.refresh()
    this.#prober.probeAll()
  }

  /** Rules AN6, WK8. */
  #leave(): void {
    const { env } = this
    const wasOnline = env.phase === 'online'
    if (env.phase === 'leaving') return
    env.phase = 'leaving'
    if (wasOnline && this.#announce.sayGoodbye()) env.setTimer('goodbye', env.config.gracefulDepartureWindow)
    else this.#halt()
  }

  /** All that runs ends, then the ports. */
  #halt(): void {
    const { env } = this
    const error = new Cancelled('the network was left')
    env.phase = 'ending'
    this.#desk.stop(error)
    this.#exchanges.stop(error)
    env.timers.clearAll()
    env.out({ kind: 'stop' })
  }

  /** Rules WK8, WK9. */
  #stopped(cause: Error | null): void {
    const { env } = this
    if (env.phase === 'stopped') return
    env.phase = 'stopped'
    env.neighbors.clear()
    const { networkId } = env
    if (cause !== null) env.emit({ kind: 'NetworkFailed', networkId, reason: cause.message })
    else if (this.#wasOnline) env.emit({ kind: 'NetworkLeft', networkId })
  }
}
