/**
 * Runs the machines of all exchanges: what a machine wants done goes out with the id of its stream, and what comes of it comes
 * back with that id. Deadlines are kept here. A stream that the core has let go of gets no more steps.
 */
import { Timeout } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { SignedPeerEntry, UnverifiedEntry } from '../entry/entry.ts'
import { verifyEntry } from '../entry/entry.ts'
import type { Exchange, ExchangeAction, ExchangeInput } from '../exchange/exchange.ts'
import type { Env } from './env.ts'
import type { Asked, ExchangeResults } from './facts.ts'
import type { StreamKind } from './io.ts'

/** How long an exchange may take, and how long the other side may be silent in it; null: as long as all of it. Milliseconds. */
export interface ExchangeBounds {
  readonly totalMs: number
  readonly silenceMs: number | null
}

/** Takes entries into the catalog. */
export interface Intake {
  /** Verified entries that a peer sent in a sync; the number of those that changed the catalog. */
  offerAll(entries: readonly SignedPeerEntry[], from: PeerId): number
}

interface Running {
  readonly id: number
  readonly peerId: PeerId
  readonly protocol: StreamKind
  /** We began it. */
  readonly asking: boolean
  readonly machine: Exchange<unknown>
  readonly bounds: ExchangeBounds
  readonly until: number
  /** Since when we wait for the other side; null while we do not. */
  silentSince: number | null
  /** When something came last. */
  heardAt: number
}

const NAMES: Readonly<Record<StreamKind, string>> = {
  ping: 'a ping',
  neighbors: 'a request for neighbors',
  sync: 'a sync',
}

/** All exchanges that run, in both directions. */
export class Exchanges {
  readonly #env: Env
  readonly #intake: Intake
  readonly #running = new Map<number, Running>()

  constructor(env: Env, intake: Intake) {
    this.#env = env
    this.#intake = intake
  }

  /** Begins one with a connected peer. What comes of it is posted as `asked`. @returns its id */
  ask<K extends StreamKind>(
    protocol: K,
    peerId: PeerId,
    machine: Exchange<ExchangeResults[K]>,
    bounds: ExchangeBounds,
  ): number {
    const id = this.#env.nextId()
    this.#add({ id, peerId, protocol, asking: true, machine, bounds })
    this.#env.out({ kind: 'open', id, peerId, protocol })
    return id
  }

  /** Answers a stream that a peer opened. What comes of it is posted as `answered`. */
  answer(id: number, protocol: StreamKind, peerId: PeerId, machine: Exchange<unknown>, bounds: ExchangeBounds): void {
    this.#advance(this.#add({ id, peerId, protocol, asking: false, machine, bounds }), { kind: 'begin' })
  }

  /** Nobody waits for it any longer: the stream is reset, and nothing is posted. Fine when it is over. */
  callOff(id: number, error: Error): void {
    if (this.#forget(id) !== null) this.#env.out({ kind: 'reset', id, error })
  }

  /** When the other side said something last (monotonic); null where it is over. */
  heardAt(id: number): number | null {
    return this.#running.get(id)?.heardAt ?? null
  }

  opened(id: number): void {
    const running = this.#running.get(id)
    if (running === undefined) return
    this.#env.counters.streamsOut += 1
    this.#advance(running, { kind: 'begin' })
  }

  /** What was sent is out: from here on the other side may be silent for so long. */
  sent(id: number): void {
    const running = this.#running.get(id)
    if (running !== undefined) this.#waitFor(running)
  }

  /** A message, the end of the stream, or what came of a `verify` or `yield`. */
  step(id: number, input: ExchangeInput): void {
    const running = this.#running.get(id)
    if (running === undefined) return
    if (input.kind === 'message') {
      running.heardAt = this.#env.clock.monotonic()
      this.#env.counters.streamBytesIn += input.bytes.length
    }
    running.silentSince = null
    this.#advance(running, input)
  }

  /** The stream broke. */
  broke(id: number, error: Error): void {
    const running = this.#running.get(id)
    if (running !== undefined) this.#fail(running, error)
  }

  /** Its time has come. */
  late(id: number): void {
    const running = this.#running.get(id)
    if (running === undefined) return
    const now = this.#env.clock.monotonic()
    const { peerId, protocol, bounds, until, silentSince, asking } = running
    if (now >= until) {
      const what = asking ? `${NAMES[protocol]} with ${peerId}` : `${NAMES[protocol]} that ${peerId} began`
      this.#fail(running, new Timeout(`${what} took longer than ${bounds.totalMs} ms`))
    } else if (bounds.silenceMs !== null && silentSince !== null && now >= silentSince + bounds.silenceMs) {
      this.#fail(running, new Timeout(`${peerId} was silent for ${bounds.silenceMs} ms in ${NAMES[protocol]}`))
    } else this.#arm(running)
  }

  /** Whether the deadline with this id is its own. */
  owns(id: number): boolean {
    return this.#running.has(id)
  }

  /** Ends all. */
  stop(error: Error): void {
    for (const id of this.#running.keys()) this.callOff(id, error)
  }

  #add(start: Pick<Running, 'id' | 'peerId' | 'protocol' | 'asking' | 'machine' | 'bounds'>): Running {
    const now = this.#env.clock.monotonic()
    const running: Running = { ...start, until: now + start.bounds.totalMs, silentSince: null, heardAt: now }
    this.#running.set(running.id, running)
    this.#arm(running)
    return running
  }

  #advance(running: Running, first: ExchangeInput): void {
    const { id, machine } = running
    const { clock } = this.#env
    let input = first
    for (;;) {
      const action: ExchangeAction<unknown> = machine.step(input, clock.monotonic())
      switch (action.kind) {
        case 'send':
          this.#env.counters.streamBytesOut += action.message.length
          return this.#env.out({ kind: 'send', id, message: action.message })
        case 'sendAhead':
          this.#env.counters.streamBytesOut += action.message.length
          this.#env.out({ kind: 'sendAhead', id, message: action.message })
          input = { kind: 'resumed' }
          break
        case 'read':
          this.#waitFor(running)
          return this.#env.out({ kind: 'read', id })
        case 'verify': {
          // One is verified at once: to hand it on and to wait costs more.
          if (running.protocol === 'sync') return this.#env.out({ kind: 'verify', id, entries: action.entries })
          input = { kind: 'verified', entries: action.entries.map((entry) => this.#verified(entry)) }
          break
        }
        case 'verifyAhead':
          if (running.protocol !== 'sync') throw new Error(`${NAMES[running.protocol]} verifies at once`)
          return this.#env.out({ kind: 'verifyAhead', id, entries: action.entries })
        case 'expectMany':
          this.#env.out({ kind: 'expectMany', id })
          input = { kind: 'resumed' }
          break
        case 'awaitVerdicts':
          return this.#env.out({ kind: 'awaitVerdicts', id })
        case 'store':
          input = { kind: 'stored', changed: this.#intake.offerAll(action.entries, running.peerId) }
          break
        case 'yield':
          return this.#env.out({ kind: 'yield', id })
        case 'close':
          this.#env.out({ kind: 'close', id })
          input = { kind: 'resumed' }
          break
        case 'done':
          return this.#done(running, action.result, action.last ?? null)
        case 'fail':
          return this.#fail(running, action.error)
      }
    }
  }

  #verified(entry: UnverifiedEntry): SignedPeerEntry | null {
    this.#env.counters.signaturesVerified += 1
    try {
      return verifyEntry(entry, this.#env.signatures)
    } catch {
      return null
    }
  }

  #waitFor(running: Running): void {
    running.silentSince = this.#env.clock.monotonic()
    if (running.bounds.silenceMs !== null) this.#arm(running)
  }

  #arm({ id, until, silentSince, bounds }: Running): void {
    const silent = silentSince === null || bounds.silenceMs === null ? Infinity : silentSince + bounds.silenceMs
    this.#env.timers.set(id, Math.min(until, silent))
  }

  #done(running: Running, result: unknown, last: Uint8Array | null): void {
    const { id, peerId, protocol, asking } = running
    this.#forget(id)
    this.#env.counters.streamBytesOut += last?.length ?? 0
    this.#env.out({ kind: 'finish', id, last })
    if (asking) this.#env.post({ kind: 'asked', id, outcome: askedOf(protocol, result) })
    else this.#env.post({ kind: 'answered', id, peerId, protocol, error: null })
  }

  #fail(running: Running, error: Error): void {
    const { id, peerId, protocol, asking } = running
    this.#forget(id)
    this.#env.out({ kind: 'reset', id, error })
    if (asking) this.#env.post({ kind: 'asked', id, outcome: { protocol, error } })
    else this.#env.post({ kind: 'answered', id, peerId, protocol, error })
  }

  #forget(id: number): Running | null {
    const running = this.#running.get(id)
    if (running === undefined) return null
    this.#running.delete(id)
    this.#env.timers.clear(id)
    return running
  }
}

/** The machine of a protocol gives the result of that protocol: `ask` takes no other. */
function askedOf(protocol: StreamKind, result: unknown): Asked {
  return { protocol, result } as Asked
}
