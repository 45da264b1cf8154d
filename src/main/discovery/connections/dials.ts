/** Dials: a bounded number at once, the user's first, with a pause for what failed (rules WK4, AN7, AN8, AD7, BD8). */
import { Cancelled, DialFailed, NotDialed, Timeout } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isPeerId } from '../../../shared/ids.ts'
import { isRelayUrl, parseDialAddress, placeKey } from '../../../shared/dial-address.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import { DialLedger } from '../base/dial-ledger.ts'
import { backoffDelay } from '../base/jitter.ts'
import { RateLimiter } from '../base/rates.ts'
import type { Attempts, Trial, Way } from '../bootstrap/attempts.ts'
import { keyOf } from '../bootstrap/attempts.ts'
import type { Env } from '../core/env.ts'
import type { Dial, DialOutcome, DialPurpose } from '../core/facts.ts'
import type { Priority, Work } from '../core/work.ts'
import type { DialTarget } from '../ports.ts'

/** How long one dial may take, milliseconds. */
const DIAL_MS = 10_000
/** Targets whose failures are remembered. */
const MAX_FAILED = 4096
/** Dials of places that rest, to one peer, on which the user insists. */
const INSISTED = { perSecond: 0.2, burst: 8 }

/** How a target is dialed. */
export interface DialOptions {
  /** Listed among the attempts where it is given. */
  readonly way?: Way | null
  /** Default: automatic. */
  readonly priority?: Priority
  readonly purpose: DialPurpose
  /** The user asked for this one peer: it is dialed though its addresses rest. */
  readonly insist?: boolean
  /** It comes so rarely that addresses where the peer was before need no rest besides. */
  readonly rare?: boolean
}

interface Open extends Dial {
  /** Null for one that is out of the turns. */
  work: Work<'dial'> | null
  readonly trial: Trial | null
  readonly insist: boolean
  readonly rare: boolean
  running: boolean
  /** What of the target is dialed. */
  addresses: readonly string[]
}

/** The dials that wait or run. What comes of each is posted as a fact, once. */
export class Dials {
  /** What came of dialing each address. */
  readonly ledger: DialLedger
  readonly #env: Env
  readonly #attempts: Attempts
  readonly #open = new Map<number, Open>()
  /** How many of them are to have a connection to each target. */
  readonly #targets = new Map<string, number>()
  /** Those that wait for their turn, by the id of their work. */
  readonly #waiting = new Map<number, Open>()
  /** By target: of many it is not known which peer is there. */
  readonly #failed = new BoundedMap<string, { readonly failures: number; readonly until: number }>(MAX_FAILED)
  /** Addresses that are being dialed, and for whom. */
  readonly #places = new Map<string, { readonly peerId: PeerId | null; count: number }>()
  readonly #insisted = new RateLimiter(INSISTED)

  constructor(env: Env, attempts: Attempts) {
    this.#env = env
    this.ledger = new DialLedger(() => env.random.number())
    this.#attempts = attempts
  }

  /** Whether the target failed lately and rests, or all its addresses do (rule AD7). */
  rests(target: DialTarget): boolean {
    const now = this.#env.clock.monotonic()
    const failed = this.#failed.get(keyOf(target))
    if (failed !== undefined && failed.until > now) return true
    return !target.addresses.some((address) => this.#mayDial(address, target.peerId ?? null, now))
  }

  /** Dials in its turn. @returns the id of the dial */
  dial(
    target: DialTarget,
    { way = null, priority = 'automatic', purpose, insist = false, rare = false }: DialOptions,
  ): number {
    const { work: queue, counters } = this.#env
    const trial = way === null ? null : this.#attempts.begin(target, way)
    const work = queue.add('dial', priority)
    const dial: Open = {
      id: this.#env.nextId(),
      target,
      way,
      priority,
      purpose,
      work,
      trial,
      insist,
      rare,
      running: false,
      addresses: [],
    }
    if (work === null) {
      counters.refuse('Dials')
      const error = new DialFailed('too many dials wait already')
      trial?.failed(error.message)
      this.#end(dial, { ok: false, error })
      return dial.id
    }
    this.#add(dial)
    this.#waiting.set(work.id, dial)
    this.begin()
    return dial.id
  }

  /** Rule DH3: out of the turns, since a poll of the DHT waits for it; those who ask see to the bound. */
  dialNow(target: DialTarget, way: Way, purpose: DialPurpose): number {
    const trial = this.#attempts.begin(target, way)
    const id = this.#env.nextId()
    const dial: Open = {
      id,
      target,
      way,
      priority: 'automatic',
      purpose,
      work: null,
      trial,
      insist: false,
      rare: false,
      running: false,
      addresses: [],
    }
    this.#add(dial)
    this.#run(dial)
    return id
  }

  /** Nobody waits for it any longer: it ends here, and nothing is posted. Fine when it is over. */
  callOff(id: number, error: Error): void {
    this.#over(id, error)?.trial?.failed(error.message)
  }

  /** It reached a peer. */
  succeeded(id: number, peerId: PeerId): void {
    const dial = this.#over(id)
    if (dial === null) return
    this.#failed.delete(keyOf(dial.target))
    const [address, ...others] = dial.addresses
    if (address !== undefined && others.length === 0) this.ledger.answered(address, peerId)
    dial.trial?.connected(peerId)
    this.#end(dial, { ok: true, peerId })
  }

  failed(id: number, error: Error): void {
    const dial = this.#over(id)
    if (dial !== null) this.#fail(dial, error)
  }

  /** It took too long. */
  late(id: number): void {
    const target = this.#open.get(id)?.target
    if (target === undefined) return
    const error = new Timeout(`dialing ${nameOf(target)} took longer than ${DIAL_MS} ms`)
    const dial = this.#over(id, error)
    if (dial !== null) this.#fail(dial, error)
  }

  /** The user waits for it now: it goes before the automatic ones. Fine when it runs or is over. */
  hurry(id: number): void {
    const dial = this.#open.get(id)
    if (dial === undefined || dial.work === null || !this.#waiting.has(dial.work.id)) return
    const work = this.#env.work.add('dial', 'user')
    if (work === null) return
    this.#waiting.delete(dial.work.id)
    this.#env.work.end(dial.work)
    dial.work = work
    this.#waiting.set(work.id, dial)
    this.begin()
  }

  /** The same for all dials of the target. */
  hurryTo(target: DialTarget): void {
    const key = keyOf(target)
    // Each of them gets another place in the map.
    const waiting = [...this.#waiting.values()].filter((dial) => keyOf(dial.target) === key)
    for (const { id } of waiting) this.hurry(id)
  }

  /** Whether a dial that leaves a connection to this target waits or runs. */
  has(target: DialTarget): boolean {
    return (this.#targets.get(keyOf(target)) ?? 0) > 0
  }

  /** Begins those whose turn it is. */
  begin(): void {
    const { work, clock, over } = this.#env
    if (over) return
    for (const { id } of work.begin('dial', clock.monotonic())) {
      const dial = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (dial !== undefined) this.#run(dial)
    }
  }

  /** Whether the deadline with this id is its own. */
  owns(id: number): boolean {
    return this.#open.has(id)
  }

  /** What is wrong with it. */
  check(): string[] {
    const wrong: string[] = []
    const { work } = this.#env
    if (this.#waiting.size !== work.waiting('dial')) wrong.push('dials wait for nobody')
    const turns = [...this.#open.values()].filter((dial) => dial.work !== null && dial.running).length
    if (turns !== work.running('dial')) wrong.push(`${work.running('dial')} dials count as running, and ${turns} run`)
    if (this.#places.size > 0 && ![...this.#open.values()].some(({ running }) => running))
      wrong.push('addresses count as being dialed, and no dial runs')
    return [...wrong, ...this.ledger.check()]
  }

  #add(dial: Open): void {
    this.#open.set(dial.id, dial)
    this.#count(dial, 1)
  }

  #count({ target, purpose }: Open, change: 1 | -1): void {
    if (this.#env.dialect.connectsEach && this.#exchangeOf(purpose) !== null) return
    const key = keyOf(target)
    const left = (this.#targets.get(key) ?? 0) + change
    if (left > 0) this.#targets.set(key, left)
    else this.#targets.delete(key)
  }

  #run(dial: Open): void {
    const { target } = dial
    dial.addresses = this.#admitted(dial)
    if (dial.addresses.length === 0 && target.addresses.length > 0) return this.#refuse(dial)
    for (const address of dial.addresses) this.#begins(address, target.peerId ?? null)
    dial.running = true
    this.#env.counters.dials += 1
    dial.trial?.dialing()
    this.#env.setTimer(dial.id, DIAL_MS)
    this.#env.trace('dialing', target.peerId ?? null, {
      address: dial.addresses[0] ?? '',
      for: dial.purpose.for,
    })
    const insisted = dial.insist && target.given !== true ? { insisted: true } : {}
    const exchange = this.#exchangeOf(dial.purpose)
    this.#env.out({
      kind: 'dial',
      id: dial.id,
      target: { ...target, addresses: dial.addresses, ...insisted, ...(exchange === null ? {} : { exchange }) },
    })
  }

  /** The protocol of the one stream that begins as soon as the peer is reached. */
  #exchangeOf(purpose: DialPurpose): string | null {
    const { ids } = this.#env
    if (purpose.for === 'sync') return ids.sync
    return purpose.for === 'request' ? ids[purpose.protocol] : null
  }

  /** Rule AD7: the addresses of the target that do not rest. What the user gave never does. */
  #admitted({ target, insist, rare }: Open): readonly string[] {
    const { peerId = null, addresses, given } = target
    if (given === true) return addresses
    const now = this.#env.clock.monotonic()
    const awake = addresses.filter((address) => this.#mayDial(address, peerId, now))
    if (awake.length === 0 && rare) return addresses.filter((address) => this.ledger.trusts(address, peerId))
    if (awake.length > 0 || !insist || !this.#insisted.take(keyOf(target), now)) return awake
    return addresses
  }

  #mayDial(address: string, peerId: PeerId | null, now: number): boolean {
    const dialing = this.#places.get(placeKey(address))
    // Another peer that is said to be there is dialed once it is known who answers.
    const shared = isRelayUrl(address) || this.#leadsThroughPeer(address)
    if (dialing !== undefined && dialing.peerId !== peerId && !shared) return false
    return this.#leadsThroughPeer(address) || this.ledger.allows(address, peerId, now)
  }

  /** What goes through a relay that is connected knocks at no other machine. */
  #leadsThroughPeer(address: string): boolean {
    const relay = address.includes('/p2p-circuit') ? relayOf(address) : null
    return relay !== null && this.#env.connectionOf(relay) !== null
  }

  #begins(address: string, peerId: PeerId | null): void {
    const key = placeKey(address)
    const dialing = this.#places.get(key)
    if (dialing === undefined) this.#places.set(key, { peerId, count: 1 })
    else dialing.count += 1
  }

  #ends(address: string): void {
    const key = placeKey(address)
    const dialing = this.#places.get(key)
    if (dialing === undefined) return
    dialing.count -= 1
    if (dialing.count === 0) this.#places.delete(key)
  }

  /** Its turn came, and all its addresses rest. Nothing was dialed, so nothing is told. */
  #refuse(dial: Open): void {
    const { id, target } = dial
    if (this.#over(id) === null) return
    this.#env.counters.refuse('DialRests')
    const error = new NotDialed(nameOf(target), 'rests')
    dial.trial?.notDialed(error)
    this.#end(dial, { ok: false, error })
  }

  /**
   * It is over: its place is free. One that is called off ends before the next one begins: eight are eight.
   * @param calledOff why, where it still runs
   * @returns null where it was over before
   */
  #over(id: number, calledOff: Error | null = null): Open | null {
    const dial = this.#open.get(id)
    if (dial === undefined) return null
    this.#open.delete(id)
    if (calledOff !== null && dial.running) this.#env.out({ kind: 'callOff', id, error: calledOff })
    for (const address of dial.running ? dial.addresses : []) this.#ends(address)
    this.#count(dial, -1)
    this.#env.timers.clear(id)
    if (dial.work !== null) {
      this.#waiting.delete(dial.work.id)
      this.#env.work.end(dial.work)
      this.begin()
    }
    return dial
  }

  #fail(dial: Open, error: Error): void {
    if (error instanceof NotDialed) dial.trial?.notDialed(error)
    else dial.trial?.failed(error.message)
    if (!(error instanceof Cancelled)) {
      const { clock, random } = this.#env
      const key = keyOf(dial.target)
      const failures = (this.#failed.get(key)?.failures ?? 0) + 1
      const restMs = backoffDelay(failures, random.number())
      this.#failed.set(key, { failures, until: clock.monotonic() + restMs })
      if (!(error instanceof NotDialed)) this.#charge(dial)
      this.#env.debug('a dial failed', dial.target.peerId ?? null, {
        address: dial.target.addresses[0] ?? '',
        for: dial.purpose.for,
        reason: error.message,
        failures,
        restMs: Math.round(restMs),
      })
      const why = error instanceof NotDialed ? { notDialed: error.why } : {}
      this.#env.emit({ kind: 'DialFailed', target: nameOf(dial.target), reason: error.message, ...why })
    }
    this.#end(dial, { ok: false, error })
  }

  /** Rule AD7. Which of the addresses were tried before the time was over is not known here. */
  #charge({ target, addresses }: Open): void {
    if (target.given === true) return
    const now = this.#env.clock.monotonic()
    for (const address of addresses)
      if (!this.#leadsThroughPeer(address)) this.ledger.failed(address, target.peerId ?? null, now)
  }

  #end({ id, target, way, priority, purpose }: Open, outcome: DialOutcome): void {
    this.#env.post({ kind: 'dialEnded', dial: { id, target, way, priority, purpose }, outcome })
  }
}

function relayOf(address: string): PeerId | null {
  const relay = parseDialAddress(address)?.relay ?? ''
  return isPeerId(relay) ? relay : null
}

function nameOf(target: DialTarget): string {
  const [address = ''] = target.addresses
  return target.peerId === undefined ? address : `${address}/p2p/${target.peerId}`
}
