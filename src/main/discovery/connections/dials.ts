/** Dials: a bounded number at once, the user's first, with a pause for targets that failed (rules WK4, AN7, AN8, BD8). */
import { Cancelled, DialFailed, Timeout } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import { backoffDelay } from '../base/jitter.ts'
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

/** How a target is dialed. */
export interface DialOptions {
  /** Listed among the attempts where it is given. */
  readonly way?: Way | null
  /** Default: automatic. */
  readonly priority?: Priority
  readonly purpose: DialPurpose
}

interface Open extends Dial {
  /** Null for one that is out of the turns. */
  work: Work<'dial'> | null
  readonly trial: Trial | null
  running: boolean
}

/** The dials that wait or run. What comes of each is posted as a fact, once. */
export class Dials {
  readonly #env: Env
  readonly #attempts: Attempts
  readonly #open = new Map<number, Open>()
  /** How many of them are of each target. */
  readonly #targets = new Map<string, number>()
  /** Those that wait for their turn, by the id of their work. */
  readonly #waiting = new Map<number, Open>()
  /** By target: of many it is not known which peer is there. */
  readonly #failed = new BoundedMap<string, { readonly failures: number; readonly until: number }>(MAX_FAILED)

  constructor(env: Env, attempts: Attempts) {
    this.#env = env
    this.#attempts = attempts
  }

  /** Whether the target failed lately and rests. */
  rests(target: DialTarget): boolean {
    const failed = this.#failed.get(keyOf(target))
    return failed !== undefined && failed.until > this.#env.clock.monotonic()
  }

  /** Dials in its turn. @returns the id of the dial */
  dial(target: DialTarget, { way = null, priority = 'automatic', purpose }: DialOptions): number {
    const { work: queue, counters } = this.#env
    const trial = way === null ? null : this.#attempts.begin(target, way)
    const work = queue.add('dial', priority)
    const dial = { id: this.#env.nextId(), target, way, priority, purpose, work, trial, running: false }
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
      running: false,
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

  /** Whether a dial of this target waits or runs. */
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
    return wrong
  }

  #add(dial: Open): void {
    const key = keyOf(dial.target)
    this.#open.set(dial.id, dial)
    this.#targets.set(key, (this.#targets.get(key) ?? 0) + 1)
  }

  #run(dial: Open): void {
    dial.running = true
    this.#env.counters.dials += 1
    dial.trial?.dialing()
    this.#env.setTimer(dial.id, DIAL_MS)
    this.#env.trace('dialing', dial.target.peerId ?? null, {
      address: dial.target.addresses[0] ?? '',
      for: dial.purpose.for,
    })
    this.#env.out({ kind: 'dial', id: dial.id, target: dial.target })
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
    const key = keyOf(dial.target)
    const left = (this.#targets.get(key) ?? 1) - 1
    if (left > 0) this.#targets.set(key, left)
    else this.#targets.delete(key)
    this.#env.timers.clear(id)
    if (dial.work !== null) {
      this.#waiting.delete(dial.work.id)
      this.#env.work.end(dial.work)
      this.begin()
    }
    return dial
  }

  #fail(dial: Open, error: Error): void {
    dial.trial?.failed(error.message)
    if (!(error instanceof Cancelled)) {
      const { clock, random } = this.#env
      const key = keyOf(dial.target)
      const failures = (this.#failed.get(key)?.failures ?? 0) + 1
      const restMs = backoffDelay(failures, random.number())
      this.#failed.set(key, { failures, until: clock.monotonic() + restMs })
      this.#env.debug('a dial failed', dial.target.peerId ?? null, {
        address: dial.target.addresses[0] ?? '',
        for: dial.purpose.for,
        reason: error.message,
        failures,
        restMs: Math.round(restMs),
      })
      this.#env.emit({ kind: 'DialFailed', target: nameOf(dial.target), reason: error.message })
    }
    this.#end(dial, { ok: false, error })
  }

  #end({ id, target, way, priority, purpose }: Open, outcome: DialOutcome): void {
    this.#env.post({ kind: 'dialEnded', dial: { id, target, way, priority, purpose }, outcome })
  }
}

function nameOf(target: DialTarget): string {
  const [address = ''] = target.addresses
  return target.peerId === undefined ? address : `${address}/p2p/${target.peerId}`
}
