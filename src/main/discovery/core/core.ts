/**
 * The discovery system as one machine: `step` takes what happened and gives what is to be done. It owns all state, reads no
 * clock, waits for nothing and calls nobody. Kept throughout (rules WK):
 * 1. The local entry is in the catalog, and nothing from the network changes it.
 * 2. Every change of another peer's presence in the catalog is told by exactly one event.
 * 3. What is asked for ends: by its completion, by its deadline, or with the network.
 */
import { Cancelled, Internal } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Start } from '../bootstrap/bootstrap.ts'
import { WATCH_MS } from '../liveness/clock-watch.ts'
import type { CoreOptions } from './env.ts'
import { Env } from './env.ts'
import type { Asked, Fact } from './facts.ts'
import type { Input, Moment, Output } from './io.ts'
import type { Parts } from './parts.ts'
import { makeParts } from './parts.ts'
import { checkProbes } from './probe-check.ts'
import { Reactions } from './reactions.ts'
import type { TimerKey } from './timers.ts'

/** Neighbors of any mesh: gossipsub keeps 12 at most, and those that it is pruning. */
const MOST_NEIGHBORS = 1000
/** Facts that one step may bring about. More can only come of a defect. */
const MOST_FACTS = 1_000_000

/** One node's discovery, from its start to its end. */
export class Core {
  readonly env: Env
  readonly parts: Parts
  readonly #reactions: Reactions
  /** When the last `timer` is due. */
  #timer: number | null = null
  #wasOnline = false
  #joinedTopic = false

  /**
   * @param dht whether there is a DHT to look into
   * @throws InvalidSecretKey, LimitExceeded, InvalidArgument
   */
  constructor(options: CoreOptions, start: Start, { dht }: { readonly dht: boolean }) {
    this.env = new Env(options)
    this.parts = makeParts(this.env, start, dht)
    this.#reactions = new Reactions(this.env, this.parts)
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

  /** After a step that threw, a defect: nothing goes on with this state. What was told and answered until then stays. */
  abandon(): readonly Output[] {
    const { env } = this
    const told = env.end().filter(({ kind }) => kind === 'tell' || kind === 'answer' || kind === 'log')
    env.takeFacts()
    if (env.phase === 'stopped') return told
    try {
      this.#halt()
    } catch {
      // The state is broken: the driver ends what is open.
      env.out({ kind: 'stop' })
    }
    return [...told, ...env.end()]
  }

  /** Sets the moment by which what follows is read. */
  at(moment: Moment): this {
    this.env.begin(moment)
    return this
  }

  /** Whether we had a neighbor in this run. */
  get hadNeighbors(): boolean {
    return this.#reactions.hadNeighbors
  }

  /**
   * What must hold between any two steps: each part by itself, and what they say of each other. Nothing in the state grows
   * with the number of peers that were ever seen: every record is of a peer that is in the catalog or connected, and all else
   * that is kept has a bound of its own.
   */
  check(): string[] {
    const { peers, catalog, work, over, timers, neighbors } = this.env
    if (over) return []
    const parts = [
      peers,
      catalog,
      work,
      this.parts.dials,
      this.parts.requests,
      this.parts.syncs,
      this.parts.inbound,
      this.parts.bootstrap.places,
    ]
    const wrong = parts.flatMap((part) => part.check())
    wrong.push(...(this.parts.dht?.check() ?? []))
    wrong.push(...checkProbes(this.env, (record) => this.parts.requests.probes(record)))
    const most = catalog.size + peers.connected().size
    if (peers.size > most) wrong.push(`${peers.size} records for ${most} peers`)
    if (this.#joinedTopic)
      for (const name of ['announce', 'balance', 'watch', 'purge'] as const)
        if (!timers.isSet(name)) wrong.push(`the timer '${name}' is not set`)
    if (neighbors.size > MOST_NEIGHBORS) wrong.push(`${neighbors.size} neighbors`)
    const { exchanges, requests, dials, syncs, dht } = this.parts
    for (const id of timers.ids())
      if (![exchanges, requests, dials, syncs, dht].some((part) => part?.owns(id)))
        wrong.push(`timer ${id} is of nothing`)
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
        return this.parts.own.reachedAt(input.addresses)
      case 'connected':
        return this.#reactions.connected(input.connection)
      case 'disconnected':
        return this.#reactions.disconnected(input.peerId)
      case 'refused':
        return env.counters.refuse(input.what)
      case 'twinMet':
        return this.parts.own.metTwin()
      case 'neighborUp':
        return this.#reactions.neighborUp(input.peerId)
      case 'neighborDown':
        return this.#reactions.neighborDown(input.peerId)
      case 'gossip':
        return env.out({ kind: 'verdict', verdict: this.parts.announce.judge(input.message, input.from) })
      case 'unpublished':
        return this.parts.announce.unpublished()
      case 'nearby':
        return this.#reactions.nearby(input.target)
      case 'dialed':
        return this.parts.dials.succeeded(input.id, input.peerId)
      case 'dialFailed':
        return this.parts.dials.failed(input.id, input.error)
      case 'stream':
        return this.parts.answers.begin(input.id, input.peerId, input.protocol)
      case 'opened':
        return this.parts.exchanges.opened(input.id)
      case 'sent':
        return this.parts.exchanges.sent(input.id)
      case 'message':
        return this.parts.exchanges.step(input.id, { kind: 'message', bytes: input.bytes })
      case 'ended':
      case 'resumed':
        return this.parts.exchanges.step(input.id, { kind: input.kind })
      case 'verified':
        return this.parts.exchanges.step(input.id, { kind: 'verified', entries: input.entries })
      case 'broke':
        return this.parts.exchanges.broke(input.id, input.error)
      case 'dhtStarted':
        return this.parts.dht?.started(input.id)
      case 'dhtRead':
        return this.parts.dht?.read(input.id, input.item)
      case 'dhtWritten':
        return this.parts.dht?.written(input.id, input.taken)
      case 'dhtFailed':
        return this.parts.dht?.failed(input.id, input.error)
      case 'command':
        return this.parts.desk.take(input.id, input.command)
      case 'cancel':
        return this.parts.desk.cancel(input.id)
      case 'woke':
        return this.#reactions.lookAtClock(this.#watchLateMs())
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

  #synced(peerId: PeerId | null, outcome: Asked): void {
    if (peerId !== null && outcome.protocol === 'sync' && 'result' in outcome)
      this.parts.antiEntropy.synced(peerId, outcome.result)
  }

  #act(fact: Fact): void {
    switch (fact.kind) {
      case 'present':
        return this.#reactions.present(fact.record, fact.isNew)
      case 'gone':
        return this.#reactions.gone(fact.peer, fact.reason === 'purged' || fact.reason === 'displaced')
      case 'dialEnded':
        return this.#reactions.dialEnded(fact.dial, fact.outcome)
      case 'asked':
        // One of the two began it.
        if (this.parts.requests.asked(fact.id, fact.outcome)) return
        return this.#synced(this.parts.syncs.asked(fact.id, fact.outcome), fact.outcome)
      case 'answered':
        return this.parts.answers.ended(fact.id, fact.peerId, fact.protocol, fact.error)
      case 'requestEnded':
        return this.#reactions.requestEnded(fact)
      case 'commandEnded':
        return this.parts.desk.answer(fact.id, fact.answer)
      case 'ownEntry':
        return this.parts.announce.broadcast()
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

  /** By how much the next look at the clocks is late already; null where it is not. A clock that counts in sleep tells of it so. */
  #watchLateMs(): number | null {
    const dueAt = this.env.timers.at('watch')
    const late = dueAt === null ? 0 : this.env.clock.monotonic() - dueAt
    return late > 0 ? late : null
  }

  #due(key: TimerKey, lateMs: number): void {
    switch (key) {
      case 'announce':
        return this.parts.announce.again()
      case 'broadcast':
        return this.parts.announce.send()
      case 'twin':
        return this.parts.own.refresh()
      case 'version':
        return this.parts.statedVersion.look()
      case 'greet':
        return this.parts.announce.greeted()
      case 'balance':
        this.parts.connections.look()
        return this.parts.bootstrap.places.look()
      case 'rejoin':
        return this.#reactions.rejoin()
      case 'places':
        return this.parts.bootstrap.places.look()
      case 'warmStart':
        return this.parts.bootstrap.warmStart.again()
      case 'watch':
        this.env.setTimer('watch', WATCH_MS)
        this.#reactions.lookAtClock(lateMs)
        return this.parts.clocks.look()
      case 'purge':
        // It may be the first to run after a sleep.
        this.#reactions.lookAtClock(lateMs)
        return this.parts.purger.purge()
      case 'syncsDue':
        return this.parts.syncs.due()
      case 'syncsPaced':
        return this.parts.syncs.begin()
      case 'antiEntropy':
        return this.parts.antiEntropy.sync()
      case 'probes':
        return this.parts.prober.probe()
      case 'dhtPoll':
        return this.parts.dht?.poll()
      case 'goodbye':
        return this.#halt()
      default:
        return this.#late(key)
    }
  }

  /** The deadline of what has this id. */
  #late(id: number): void {
    this.parts.exchanges.late(id)
    this.parts.requests.late(id)
    this.parts.dials.late(id)
    this.parts.dht?.late(id)
    this.parts.syncs.wake(id)
  }

  /** Rule WK1. */
  #online(addresses: readonly string[]): void {
    const { env } = this
    env.phase = 'online'
    this.#wasOnline = true
    env.addresses = addresses
    this.parts.own.reachedAt(addresses)
    env.emit({ kind: 'NetworkJoined', peerId: env.self, networkId: env.networkId, addresses })
  }

  #joined(): void {
    this.#joinedTopic = true
    this.parts.announce.schedule()
    this.parts.connections.look()
    this.parts.bootstrap.places.look()
    this.env.setTimer('watch', WATCH_MS)
    this.parts.purger.schedule()
    this.parts.bootstrap.start()
    this.parts.dht?.poll()
  }

  /** Rules AN6, WK8. */
  #leave(): void {
    const { env } = this
    const wasOnline = env.phase === 'online'
    if (env.phase === 'leaving') return
    env.phase = 'leaving'
    if (wasOnline && this.parts.announce.sayGoodbye()) env.setTimer('goodbye', env.config.gracefulDepartureWindow)
    else this.#halt()
  }

  /** All that runs ends, then the ports. */
  #halt(): void {
    const { env } = this
    const error = new Cancelled('the network was left')
    env.phase = 'ending'
    this.parts.desk.stop(error)
    this.parts.exchanges.stop(error)
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
