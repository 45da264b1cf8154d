/** Pings and questions for neighbors: first a connection, then the exchange, within one deadline (rules PG2, TP1). */
import { Cancelled, Timeout, Unavailable } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Way } from '../bootstrap/attempts.ts'
import { targetOf, unknownPeer } from '../connections/target.ts'
import type { Dials } from '../connections/dials.ts'
import { REQUEST_TIMEOUT } from '../limits.ts'
import { PingAsker } from '../liveness/ping-exchange.ts'
import type { DialTarget } from '../ports.ts'
import { NeighborsAsker } from '../topology/neighbors-exchange.ts'
import type { Env } from './env.ts'
import type { Exchanges } from './exchanges.ts'
import type { Asked, DialOutcome, RequestOutcome, RequestPurpose } from './facts.ts'
import type { PeerRecord } from './peers.ts'
import type { Priority } from './work.ts'

const BOUNDS = { totalMs: REQUEST_TIMEOUT, silenceMs: null }

interface Request {
  readonly id: number
  readonly protocol: 'ping' | 'neighbors'
  readonly peerId: PeerId
  readonly purpose: RequestPurpose
  /** The peer's record when it began: what comes of it says nothing of another incarnation. */
  readonly record: PeerRecord | null
  /** There was a connection before. */
  readonly connected: boolean
  dial: number | null
  exchange: number | null
}

/** The requests that run. What comes of each is posted as `requestEnded`, once. */
export class Requests {
  readonly #env: Env
  readonly #dials: Dials
  readonly #exchanges: Exchanges
  readonly #open = new Map<number, Request>()
  readonly #byExchange = new Map<number, Request>()

  constructor(env: Env, dials: Dials, exchanges: Exchanges) {
    this.#env = env
    this.#dials = dials
    this.#exchanges = exchanges
  }

  /** Begins one. A peer without a connection is dialed first, in its turn. @returns its id */
  begin(protocol: Request['protocol'], peerId: PeerId, priority: Priority, purpose: RequestPurpose): number {
    const request = this.#add(protocol, peerId, purpose)
    const { id, record } = request
    if (protocol === 'neighbors' && this.#env.dialect.neighbors === null) this.#end(request, untold())
    else if (request.connected) this.#ask(request)
    else if (record === null || record.entry === null) this.#end(request, unknownPeer(peerId))
    else {
      // A crawl asks many for their neighbors; what the user pings is one.
      const insist = priority === 'user' && protocol === 'ping'
      request.dial = this.#dials.dial(targetOf(record.entry), {
        priority,
        insist,
        purpose: { for: 'request', protocol, id },
      })
    }
    return id
  }

  /** Pings the holder of a DHT slot where it is said to be, out of the turns of dials (rule DH3). */
  pingHolder(target: DialTarget & { readonly peerId: PeerId }, way: Way): void {
    const request = this.#add('ping', target.peerId, { for: 'dht', peerId: target.peerId })
    if (request.connected) this.#ask(request)
    else request.dial = this.#dials.dialNow(target, way, { for: 'request', protocol: 'ping', id: request.id })
  }

  /** The caller of a command stopped waiting for its request. */
  cancel(commandId: number): void {
    for (const request of this.#open.values()) {
      if (request.purpose.for === 'command' && request.purpose.id === commandId)
        return this.#stop(request, new Cancelled('the request was cancelled'))
    }
  }

  /** Its dial is over. */
  dialed(id: number, outcome: DialOutcome): void {
    const request = this.#open.get(id)
    if (request === undefined) return
    request.dial = null
    if (outcome.ok) this.#ask(request)
    else this.#end(request, outcome.error)
  }

  /** Its exchange is over. @returns whether it was one of ours */
  asked(exchangeId: number, outcome: Asked): boolean {
    const request = this.#byExchange.get(exchangeId)
    if (request === undefined) return false
    if ('error' in outcome) this.#end(request, outcome.error)
    else if (outcome.protocol === 'ping') this.#end(request, { protocol: 'ping', pong: outcome.result })
    else if (outcome.protocol === 'neighbors') this.#end(request, { protocol: 'neighbors', answer: outcome.result })
    return true
  }

  /** Its time is over. */
  late(id: number): void {
    const request = this.#open.get(id)
    if (request === undefined) return
    const what = request.protocol === 'ping' ? 'the ping to' : 'asking the neighbors of'
    this.#stop(request, new Timeout(`${what} ${request.peerId} took longer than ${REQUEST_TIMEOUT} ms`))
  }

  /** Whether the deadline with this id is its own. */
  owns(id: number): boolean {
    return this.#open.has(id)
  }

  /** Whether a probe of this record runs. */
  probes(record: PeerRecord): boolean {
    for (const request of this.#open.values())
      if (request.purpose.for === 'probe' && request.purpose.record === record) return true
    return false
  }

  /** Whether something is asked of the peer that its connection is kept for: probes are not (rule AN9). */
  busy(peerId: PeerId): boolean {
    for (const { peerId: asked, purpose } of this.#open.values())
      if (asked === peerId && purpose.for !== 'probe' && purpose.for !== 'clock') return true
    return false
  }

  /** What is wrong with it. */
  check(): string[] {
    const wrong: string[] = []
    for (const { peerId, dial, exchange } of this.#open.values())
      if (dial === null && exchange === null) wrong.push(`a request to ${peerId} waits for nothing`)
    if (this.#byExchange.size > this.#open.size) wrong.push('exchanges without a request')
    return wrong
  }

  #add(protocol: Request['protocol'], peerId: PeerId, purpose: RequestPurpose): Request {
    const record = this.#env.peers.get(peerId)
    const request: Request = {
      id: this.#env.nextId(),
      protocol,
      peerId,
      purpose,
      record,
      connected: record !== null && record.connection !== null,
      dial: null,
      exchange: null,
    }
    this.#open.set(request.id, request)
    this.#env.setTimer(request.id, REQUEST_TIMEOUT)
    return request
  }

  #ask(request: Request): void {
    const { protocol, peerId } = request
    const { networkId, dialect } = this.#env
    if (protocol === 'ping') {
      const machine = new PingAsker(peerId, networkId, dialect)
      request.exchange = this.#exchanges.ask('ping', peerId, machine, BOUNDS)
    } else {
      if (dialect.neighbors === null) return this.#end(request, untold())
      const machine = new NeighborsAsker(dialect.neighbors)
      request.exchange = this.#exchanges.ask('neighbors', peerId, machine, BOUNDS)
    }
    this.#byExchange.set(request.exchange, request)
  }

  /** Ends what runs of it. */
  #stop(request: Request, error: Error): void {
    const { dial, exchange } = request
    if (dial !== null) this.#dials.callOff(dial, error)
    if (exchange !== null) this.#exchanges.callOff(exchange, error)
    this.#end(request, error)
  }

  #end(request: Request, came: Exclude<RequestOutcome, { error: Error }> | Error): void {
    const { id, protocol, peerId, purpose, connected, record } = request
    // A timeout of the exchange, not of the dial before it (rule AN11).
    const onConnection = request.exchange !== null
    this.#open.delete(id)
    if (request.exchange !== null) this.#byExchange.delete(request.exchange)
    this.#env.timers.clear(id)
    const outcome: RequestOutcome = came instanceof Error ? { protocol, error: came } : came
    this.#env.post({ kind: 'requestEnded', purpose, peerId, record, wasConnected: connected, onConnection, outcome })
  }
}

function untold(): Unavailable {
  return new Unavailable('peers of this kind of network do not tell who their neighbors are')
}
