/**
 * Runs the core on the ports: what happens goes in as inputs, one at a time, and what the core wants done is done in the order
 * in which it said so. What comes of that goes in again. All that waits in discovery waits here.
 */
import { Cancelled } from '../../../shared/errors.ts'
import { EventBus } from '../base/event-bus.ts'
import { Listeners } from '../base/listeners.ts'
import { Core } from '../core/core.ts'
import type { Answer, Command, Commands, Input, Moment, Output } from '../core/io.ts'
import type { DiscoveryOptions, Health } from '../handle.ts'
import type { NodeEvent, Ports, Unsubscribe, Verdict } from '../ports.ts'
import { Calls } from './calls.ts'
import { errorOf } from './errors.ts'
import { Links } from './links.ts'

/** How often the connections that the core knows of are compared with those that there are, milliseconds. */
const COMPARE_MS = 15_000

/** How long timers that are due are worked through before others have a turn, milliseconds. */
const TIMERS_MS = 10

/** A command that is not answered yet. */
interface Pending {
  resolve(result: Commands[keyof Commands]['result']): void
  reject(error: Error): void
  readonly release: () => void
}

/** Runs discovery from its start to its end. */
export class Driver {
  readonly bus: EventBus
  readonly core: Core
  readonly #options: DiscoveryOptions
  readonly #ports: Ports
  readonly #links: Links
  readonly #calls: Calls
  readonly #pending = new Map<number, Pending>()
  readonly #outputs: Output[] = []
  readonly #listeners: Listeners<[]>
  readonly #cleanups: Unsubscribe[] = []
  /** Fires when the start is called off. */
  readonly #ended = new AbortController()
  readonly #left = Promise.withResolvers<void>()
  #draining = false
  #tellsChange = false
  #cancelTimer: Unsubscribe = () => undefined
  /** When the timer that is set fires (monotonic); infinite where none is. */
  #timerAt = Infinity
  #comparedAt = 0
  #cause: Error | null = null
  #leaving = false
  #stopping = false

  constructor(options: DiscoveryOptions) {
    const { ports, networkId, dialect, secret, config, tags, bootstrap, known = [], log } = options
    this.#options = options
    this.#ports = ports
    this.bus = new EventBus(config.eventsBacklog, options.onListenerError)
    this.#listeners = new Listeners(options.onListenerError)
    this.core = new Core(
      {
        self: ports.node.peerId,
        networkId,
        secret,
        config,
        tags,
        random: ports.random,
        signatures: ports.signatures,
        dialect,
        ...(options.protocolVersion === undefined ? {} : { protocolVersion: options.protocolVersion }),
        verbosity: log?.verbosity ?? 'none',
        moment: this.#moment(),
      },
      { given: bootstrap, known },
      { dht: ports.dht !== null },
    )
    const feed = (input: Input): void => this.feed(input)
    const nextId = (): number => this.core.env.nextId()
    this.#links = new Links({ ports, ids: dialect.protocolIds(networkId), limits: dialect.limits, nextId, feed })
    this.#calls = new Calls({ node: ports.node, dht: ports.dht, feed })
    // Nobody has to look at it.
    this.#left.promise.catch(() => undefined)
  }

  /** Resolves when the network was left; rejects with the cause after an unrecoverable error. */
  get left(): Promise<void> {
    return this.#left.promise
  }

  /** Rule WK1. @throws ListenFailed, Cancelled */
  async start(): Promise<void> {
    const { node, gossip, lan } = this.#ports
    const { dialect, networkId, config } = this.#options
    const { topic } = dialect.protocolIds(networkId)
    await node.start(this.#ended.signal)
    this.#throwIfEnded()
    this.#cleanups.push(
      node.subscribe((event) => this.#heardNode(event)),
      gossip.subscribe(({ kind, peerId }) =>
        this.feed({ kind: kind === 'NeighborUp' ? 'neighborUp' : 'neighborDown', peerId }),
      ),
      this.#links.serve('ping'),
      this.#links.serve('sync'),
    )
    if (config.answerNeighbors) this.#cleanups.push(this.#links.serve('neighbors'))
    this.feed({ kind: 'online', addresses: node.addresses() })
    for (const connection of node.connections()) this.feed({ kind: 'connected', connection })
    await gossip.join(topic, dialect.limits.gossipMessageBytes, (message, from) => this.#judge(message, from))
    this.#throwIfEnded()
    if (lan !== null && dialect.abilities.lan) {
      this.#cleanups.push(lan.subscribe((target) => this.feed({ kind: 'nearby', target })))
      // Without multicast LAN discovery stays off; the rest goes on.
      void lan.start(this.#ended.signal).catch(() => this.feed({ kind: 'refused', what: 'LanFailed' }))
    }
    this.feed({ kind: 'joined' })
  }

  /** Something happened. */
  feed(input: Input): void {
    for (const output of this.#step(input)) this.#outputs.push(output)
    this.#drain()
  }

  /** Gives a command. @throws what came of it, Cancelled where the signal fires or the network was left */
  command<K extends keyof Commands>(
    kind: K,
    what: Commands[K]['with'],
    signal?: AbortSignal,
  ): Promise<Commands[K]['result']> {
    const { promise, resolve, reject } = Promise.withResolvers<Commands[K]['result']>()
    if (signal?.aborted === true) {
      reject(new Cancelled('the work was cancelled'))
      return promise
    }
    const id = this.core.env.nextId()
    const onAbort = (): void => this.feed({ kind: 'cancel', id })
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#pending.set(id, {
      resolve: resolve as Pending['resolve'],
      reject,
      release: () => signal?.removeEventListener('abort', onAbort),
    })
    this.feed({ kind: 'command', id, command: { kind, ...what } as unknown as Command })
    return promise
  }

  /** Rule WK13. */
  health(): Health {
    const { node } = this.#ports
    const { env, parts, hadNeighbors } = this.now
    const online = env.phase !== 'starting' && env.phase !== 'stopped'
    const neighbors = online ? env.neighbors.size : 0
    const alone = hadNeighbors ? 'lost' : 'alone'
    const state = online ? (env.inTouch ? 'online' : alone) : env.phase === 'starting' ? 'starting' : 'stopped'
    return {
      state,
      listening: online && node.addresses().length > 0,
      addresses: node.addresses(),
      neighbors,
      connections: online ? env.peers.connected().size : 0,
      lastHeardAt: env.lastHeardAt,
      judgedAt: env.judgingNow(),
      loopDelayMs: env.clockWatch.loopDelayMs,
      suspectedClockSkewMs: parts.clocks.told.byMs,
      clocksCompared: parts.clocks.told.peers,
    }
  }

  /** The core, to be read as of now. */
  get now(): Core {
    return this.core.at(this.#moment())
  }

  onChange(listener: () => unknown): Unsubscribe {
    return this.#listeners.add(listener)
  }

  /** Rules AN6, WK8. */
  leave(): Promise<void> {
    this.#leaving = true
    this.feed({ kind: 'leave' })
    return this.left
  }

  /** Rule WK9. */
  fail(error: unknown): void {
    if (this.#leaving || this.#cause !== null) return
    this.#cause = errorOf(error)
    this.feed({ kind: 'fail' })
  }

  /** What is wrong with the state. */
  check(): string[] {
    return this.now.check()
  }

  get ended(): boolean {
    return this.core.env.phase === 'stopped'
  }

  #moment(): Moment {
    const { clock } = this.#ports
    return { now: clock.now(), monotonic: clock.monotonic() }
  }

  #throwIfEnded(): void {
    const { phase, over } = this.core.env
    if (over || phase === 'leaving') throw this.#cause ?? new Cancelled('the network was left')
  }

  #step(input: Input): readonly Output[] {
    try {
      return this.core.step(input, this.#moment())
    } catch (error) {
      // A defect: the state may be broken, so nothing goes on with it.
      this.#cause ??= errorOf(error)
      return this.core.abandon()
    }
  }

  /** A verdict is asked for at once; what else came of the message has its turn after what was before it. */
  #judge(message: Uint8Array, from: Parameters<Parameters<Ports['gossip']['join']>[2]>[1]): Verdict {
    let verdict: Verdict = 'ignore'
    for (const output of this.#step({ kind: 'gossip', message, from })) {
      if (output.kind === 'verdict') ({ verdict } = output)
      else this.#outputs.push(output)
    }
    this.#drain()
    return verdict
  }

  /** Does what is to be done, in order, also where doing it makes more happen. */
  #drain(): void {
    if (this.#draining) return
    this.#draining = true
    // It grows meanwhile.
    for (const output of this.#outputs) {
      try {
        this.#do(output)
      } catch (error) {
        // A line that could not be written says nothing of the rest. A port that throws is a defect.
        if (output.kind !== 'log') this.fail(error)
      }
    }
    this.#outputs.length = 0
    this.#draining = false
  }

  #do(output: Output): void {
    switch (output.kind) {
      case 'dial':
      case 'dhtStart':
      case 'dhtRead':
      case 'dhtWrite':
        return this.#calls.begin(output)
      case 'callOff':
        return this.#calls.callOff(output.id, output.error)
      case 'open':
      case 'send':
      case 'sendAhead':
      case 'read':
      case 'verify':
      case 'verifyAhead':
      case 'awaitVerdicts':
      case 'yield':
      case 'close':
      case 'finish':
      case 'reset':
        return this.#links.do(output)
      case 'expectMany':
        return this.#ports.signatures.expectMany()
      case 'disconnect':
        return void this.#ports.node.disconnect(output.peerId).catch(() => undefined)
      case 'publish':
        return void this.#ports.gossip.publish(output.message).catch(() => this.feed({ kind: 'unpublished' }))
      case 'tell':
        return this.bus.tell(output.told)
      case 'changed':
        return this.#tellChange()
      case 'answer':
        return this.#answer(output.id, output.answer)
      case 'timer':
        return this.#setTimer(output.at)
      case 'log':
        return this.#options.log?.write(output.line)
      case 'stop':
        return void this.#stop()
      case 'verdict':
    }
  }

  #answer(id: number, answer: Answer): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    this.#pending.delete(id)
    pending.release()
    if ('error' in answer) pending.reject(answer.error)
    else pending.resolve(answer.result)
  }

  /** One timer for all. One that fires too early finds nothing to do and is set again: that costs less than to move it. */
  #setTimer(at: number | null): void {
    if (at === null || at >= this.#timerAt) return
    this.#cancelTimer()
    this.#timerAt = at
    this.#cancelTimer = this.#ports.clock.schedule(at - this.#ports.clock.monotonic(), () => this.#timeCame())
  }

  #timeCame(): void {
    const from = this.#ports.clock.monotonic()
    // None is set meanwhile.
    this.#timerAt = -Infinity
    try {
      // All that is due: where the loop is busy, a turn for each would put off the last ones by seconds.
      do this.feed({ kind: 'time' })
      while (this.#isDue() && this.#ports.clock.monotonic() - from < TIMERS_MS)
      this.#compareConnections()
    } finally {
      this.#timerAt = Infinity
      this.#setTimer(this.core.env.over ? null : this.core.env.timers.next())
    }
  }

  /** Now and then: an event that a port missed would otherwise be believed for ever. */
  #compareConnections(): void {
    const { clock, node } = this.#ports
    if (this.core.env.phase !== 'online' || clock.monotonic() < this.#comparedAt + COMPARE_MS) return
    this.#comparedAt = clock.monotonic()
    const open = new Map(node.connections().map((connection) => [connection.peerId, connection]))
    const gone = [...this.core.env.peers.connected()].filter(({ peerId }) => !open.has(peerId))
    for (const { peerId } of gone) this.feed({ kind: 'disconnected', peerId })
    for (const connection of open.values()) {
      const known = this.core.env.connectionOf(connection.peerId)
      // Another one may have taken over: a direct one from one through a relay.
      if (known?.remoteAddress !== connection.remoteAddress || known.direction !== connection.direction)
        this.feed({ kind: 'connected', connection })
    }
  }

  #isDue(): boolean {
    const next = this.core.env.timers.next()
    return next !== null && next <= this.#ports.clock.monotonic() && !this.core.env.over
  }

  #heardNode(event: NodeEvent): void {
    switch (event.kind) {
      case 'AddressesChanged':
        return this.feed({ kind: 'addresses', addresses: event.addresses })
      case 'PeerConnected': {
        const connection = this.#ports.node.connection(event.peerId)
        // It may be gone by now.
        return connection === null ? undefined : this.feed({ kind: 'connected', connection })
      }
      case 'PeerDisconnected':
        return this.feed({ kind: 'disconnected', peerId: event.peerId })
      case 'Refused':
        return this.feed({ kind: 'refused', what: event.what })
      case 'TwinMet':
        return this.feed({ kind: 'twinMet' })
      case 'Failed':
        return this.fail(event.error)
    }
  }

  /** At most once a turn. */
  #tellChange(): void {
    if (this.#tellsChange || this.#listeners.size === 0) return
    this.#tellsChange = true
    this.#ports.clock.schedule(0, () => {
      this.#tellsChange = false
      if (!this.ended) this.#listeners.tell()
    })
  }

  /** Stops all ports, whatever fails on the way. */
  async #stop(): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    const { gossip, lan, dht, node } = this.#ports
    const error = new Cancelled('the network was left')
    this.#ended.abort(error)
    this.#cancelTimer()
    this.#calls.stop(error)
    this.#links.stop(error)
    for (const cleanup of this.#cleanups.splice(0)) cleanup()
    await gossip.leave().catch(() => undefined)
    await lan?.stop().catch(() => undefined)
    await dht?.stop().catch(() => undefined)
    await node.stop().catch(() => undefined)
    this.feed({ kind: 'stopped', cause: this.#cause })
    // Only a defect of the core leaves some.
    for (const id of this.#pending.keys()) this.#answer(id, { error })
    this.bus.close()
    if (this.#cause === null) this.#left.resolve()
    else this.#left.reject(this.#cause)
  }
}
