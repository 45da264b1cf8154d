/** Runs the machine of `life.ts`: does what its steps say, one input after the other, and feeds back what comes of it. */
import { Cancelled, Internal, Timeout } from '../../shared/errors.ts'
import type { Clock } from '../discovery/ports.ts'
import type { Demo } from './demo.ts'
import type { CallId, Life, LifeInput, LifeOutput } from './life.ts'
import { FIRST_LIFE, isIdle, refusalOf, step } from './life.ts'
import type { Logger } from './open-node.ts'

/** How long a node may take to end before the monitor goes on without it, milliseconds. */
export const NODE_END_MS = 10_000

/** A node that is up. */
export interface LiveNode {
  /** Graceful. Idempotent. */
  stop(): Promise<unknown>
  /** Settles when it has ended; rejects with the cause where nobody asked for it. */
  readonly ended: Promise<unknown>
}

/** What to show, with why. */
export type Shown =
  | { readonly status: 'joining' | 'online' | 'leaving' | 'none' }
  | { readonly status: 'failed'; readonly error: unknown }

/** What the driver does its work with. `Plan` is what one attempt needs to know. */
export interface LifeParts<Plan> {
  /** Starts the swarm of an attempt. Rejects only once its process has ended. */
  readonly startDemo: (plan: Plan, signal: AbortSignal) => Promise<Demo>
  /** Opens the node of an attempt, and shows that it is joining. Rejects only once the node has ended. */
  readonly openNode: (plan: Plan, demo: Demo | null, signal: AbortSignal) => Promise<LiveNode>
  /** `plan` is null where nothing was ever joined. */
  readonly show: (shown: Shown, plan: Plan | null) => void
  readonly clock: Pick<Clock, 'schedule'>
  readonly logger: Logger
}

/** One attempt, as long as anything of it runs. */
interface Attempt<Plan> {
  readonly plan: Plan
  readonly calledOff: AbortController
  demo: Demo | null
  node: LiveNode | null
  /** Stops waiting for a node that was called off. */
  cancelLimit: () => void
  /** What was begun and has not ended. */
  running: number
}

/** The calls of one monitor that join and leave. */
export class LifeDriver<Plan> {
  readonly #parts: LifeParts<Plan>
  readonly #attempts = new Map<CallId, Attempt<Plan>>()
  readonly #calls = new Map<CallId, Pick<PromiseWithResolvers<void>, 'resolve' | 'reject'>>()
  readonly #inputs: LifeInput[] = []
  #life: Life = FIRST_LIFE
  #lastCall: CallId = 0
  #taking = false

  constructor(parts: LifeParts<Plan>) {
    this.#parts = parts
  }

  get state(): Life['phase']['state'] {
    return this.#life.phase.state
  }

  /** Whether nothing runs of any network. */
  get idle(): boolean {
    return isIdle(this.#life)
  }

  /** @throws AlreadyJoined, or Cancelled once it closes, when no network can be joined now */
  checkFree(): void {
    const refusal = refusalOf(this.#life)
    if (refusal !== null) throw refusal
  }

  /** Resolves once online. @throws AlreadyJoined, Cancelled, and what `openNode` rejects with */
  join(plan: Plan): Promise<void> {
    return this.#call('join', plan)
  }

  /** The same with a swarm that is started first. @throws what `join` and `startDemo` reject with */
  demo(plan: Plan): Promise<void> {
    return this.#call('demo', plan)
  }

  /** Resolves when nothing runs any longer. A join under way is called off. */
  leave(): Promise<void> {
    return this.#call('leave', null)
  }

  /** Leaves for good. */
  close(): Promise<void> {
    return this.#call('close', null)
  }

  #call(kind: 'join' | 'demo' | 'leave' | 'close', plan: Plan | null): Promise<void> {
    const call = (this.#lastCall += 1)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#calls.set(call, { resolve, reject })
    if (plan !== null) this.#attempts.set(call, newAttempt(plan))
    this.#take({ kind, call })
    return promise
  }

  /** What an output calls forth waits until the step is done. */
  #take(input: LifeInput): void {
    this.#inputs.push(input)
    if (this.#taking) return
    this.#taking = true
    for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
      const [life, outputs] = step(this.#life, next)
      this.#life = life
      for (const output of outputs) this.#do(output)
    }
    this.#taking = false
    const { phase, attempt } = this.#life
    for (const [number, { running }] of this.#attempts) {
      const waits = phase.state === 'waiting' && phase.attempt === number
      if (running === 0 && number !== attempt && !waits) this.#attempts.delete(number)
    }
  }

  /** Never throws. */
  #do(output: LifeOutput): void {
    if (output.kind === 'resolve' || output.kind === 'reject') return this.#settle(output)
    const attempt = this.#attempts.get(output.attempt)
    if (output.kind === 'show') return this.#show(output, attempt?.plan ?? null)
    if (attempt === undefined) return
    attempt.running += 1
    void this.#work(output, attempt).finally(() => {
      attempt.running -= 1
    })
  }

  /** Never rejects. */
  async #work(output: Exclude<LifeOutput, { kind: 'show' | 'resolve' | 'reject' }>, attempt: Attempt<Plan>) {
    switch (output.kind) {
      case 'start demo':
        return await this.#startDemo(output.attempt, attempt)
      case 'open node':
        return await this.#openNode(output.attempt, attempt)
      case 'call off demo':
        return attempt.calledOff.abort(new Cancelled('the demo was cancelled'))
      case 'call off node':
        return this.#callOffNode(output.attempt, attempt)
      case 'stop demo':
        await attempt.demo?.stop().catch(this.#warn('the demo swarm did not end'))
        return this.#take({ kind: 'demo stopped', attempt: output.attempt })
      case 'stop node':
        await this.#stopNode(attempt)
        return this.#take({ kind: 'node stopped', attempt: output.attempt })
    }
  }

  async #startDemo(number: CallId, attempt: Attempt<Plan>): Promise<void> {
    try {
      attempt.demo = await this.#parts.startDemo(attempt.plan, attempt.calledOff.signal)
    } catch (error) {
      return this.#take({ kind: 'demo failed', attempt: number, error })
    }
    this.#take({ kind: 'demo up', attempt: number })
    const error = await attempt.demo.lost
    if (error !== null) this.#take({ kind: 'demo lost', attempt: number, error })
  }

  async #openNode(number: CallId, attempt: Attempt<Plan>): Promise<void> {
    try {
      attempt.node = await this.#parts.openNode(attempt.plan, attempt.demo, attempt.calledOff.signal)
    } catch (error) {
      return this.#take({ kind: 'node failed', attempt: number, error })
    } finally {
      attempt.cancelLimit()
    }
    this.#take({ kind: 'node up', attempt: number })
    const error: unknown = await attempt.node.ended.then(
      () => new Internal('the node ended by itself'),
      (cause: unknown) => cause,
    )
    this.#take({ kind: 'node ended', attempt: number, error })
  }

  #callOffNode(number: CallId, attempt: Attempt<Plan>): void {
    const { clock, logger } = this.#parts
    attempt.cancelLimit = clock.schedule(NODE_END_MS, () => {
      const error = new Timeout(`the node did not end within ${NODE_END_MS / 1000} s`)
      logger.warn({ err: error }, 'a join was called off and its node did not end')
      this.#take({ kind: 'node failed', attempt: number, error })
    })
    attempt.calledOff.abort(new Cancelled('the network was left'))
  }

  async #stopNode({ node }: Attempt<Plan>): Promise<void> {
    if (node === null) return
    const { clock, logger } = this.#parts
    const late = Promise.withResolvers<void>()
    const cancel = clock.schedule(NODE_END_MS, () => {
      logger.warn(`the node did not end within ${NODE_END_MS / 1000} s`)
      late.resolve()
    })
    const stopped = node.stop().catch(this.#warn('leaving was not graceful'))
    await Promise.race([stopped, late.promise]).finally(cancel)
  }

  #settle(output: Extract<LifeOutput, { kind: 'resolve' | 'reject' }>): void {
    const call = this.#calls.get(output.call)
    this.#calls.delete(output.call)
    if (output.kind === 'resolve') call?.resolve()
    else call?.reject(output.error)
  }

  #show(shown: Shown, plan: Plan | null): void {
    try {
      this.#parts.show(shown, plan)
    } catch (error) {
      this.#parts.logger.error({ err: error }, `cannot show the status '${shown.status}'`)
    }
  }

  #warn(message: string): (error: unknown) => void {
    return (error) => this.#parts.logger.warn({ err: error }, message)
  }
}

function newAttempt<Plan>(plan: Plan): Attempt<Plan> {
  const calledOff = new AbortController()
  return { plan, calledOff, demo: null, node: null, cancelLimit: () => undefined, running: 0 }
}
