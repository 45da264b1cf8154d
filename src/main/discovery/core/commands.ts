/** What the user and the app ask for (rules HD): each command is answered once. */
import { Cancelled, DifferentNetwork, errorShape, InvalidArgument, PeerscopeError } from '../../../shared/errors.ts'
import type { Attempts } from '../bootstrap/attempts.ts'
import type { Places } from '../bootstrap/places.ts'
import type { Presence } from '../catalog/presence.ts'
import type { Dials } from '../connections/dials.ts'
import type { SignedPeerEntry } from '../entry/entry.ts'
import { typedEntry } from '../entry/local-entry.ts'
import type { OwnEntry } from '../entry/own-entry.ts'
import type { DialResult, UpsertOutcome } from '../handle.ts'
import type { DialTarget } from '../ports.ts'
import type { Syncs } from '../sync/syncs.ts'
import type { Env } from './env.ts'
import type { DialOutcome, RequestOutcome } from './facts.ts'
import type { Answer, Command } from './io.ts'
import type { Requests } from './requests.ts'

/** What commands need. */
export interface DeskParts {
  readonly own: OwnEntry
  readonly presence: Presence
  readonly dials: Dials
  readonly places: Places
  readonly attempts: Attempts
  readonly requests: Requests
  readonly syncs: Syncs
}

/** A `dial` that runs. */
interface Dialing {
  readonly targets: readonly DialTarget[]
  /** In the order of the targets. */
  readonly dials: number[]
  readonly results: (DialResult | null)[]
}

/** The commands that are not answered yet. */
export class CommandDesk {
  readonly #env: Env
  readonly #parts: DeskParts
  /** What a `dial` came to so far; null for other commands. */
  readonly #open = new Map<number, Dialing | null>()

  constructor(env: Env, parts: DeskParts) {
    this.#env = env
    this.#parts = parts
  }

  take(id: number, command: Command): void {
    const { presence, requests, syncs, own } = this.#parts
    this.#open.set(id, null)
    if ('peerId' in command && command.kind !== 'remove' && command.peerId === this.#env.self)
      return this.answer(id, { error: new InvalidArgument(`${command.peerId} is this node itself`) })
    switch (command.kind) {
      case 'dial':
        return this.#dial(id, command.targets)
      case 'sync':
        return syncs.explicit(id, command.peerId)
      case 'ping':
      case 'neighbors':
        return void requests.begin(command.kind, command.peerId, 'user', { for: 'command', id })
      case 'feed':
        return this.answer(
          id,
          attempt(() => presence.offer(this.#ofOurKind(command.signed), 'manual')),
        )
      case 'insert':
        return this.answer(
          id,
          attempt(() => presence.insert(typedEntry(command.entry, this.#env.dialect))),
        )
      case 'remove':
        return this.answer(id, { result: presence.remove(command.peerId) })
      case 'takeBack': {
        this.#parts.attempts.forget(command.target)
        return this.answer(id, { result: this.#parts.places.takeBack(command.target) })
      }
      case 'clearUnsigned':
        return this.answer(id, { result: presence.clearUnsigned() })
      case 'change':
        return this.answer(
          id,
          attempt(() => own.changeTo(command.entry)),
        )
    }
  }

  /** @throws DifferentNetwork for an entry that peers of the network could not read */
  #ofOurKind(signed: SignedPeerEntry): SignedPeerEntry {
    if (signed.kind === this.#env.dialect.kind) return signed
    throw new DifferentNetwork(`the entry is of a network of kind ${signed.kind}`)
  }

  /** The caller stopped waiting: what runs for it ends. */
  cancel(id: number): void {
    const dialing = this.#open.get(id)
    if (dialing === undefined) return
    if (dialing !== null) return this.#callOff(id, dialing, new Cancelled('the dial was cancelled'))
    this.#parts.requests.cancel(id)
    this.#parts.syncs.cancel(id)
  }

  /** One target of a `dial`. */
  dialed(id: number, index: number, outcome: DialOutcome): void {
    const dialing = this.#open.get(id)
    const target = dialing?.targets[index]
    if (dialing === undefined || dialing === null || target === undefined) return
    if (outcome.ok) this.#parts.places.answered(target, outcome.peerId)
    dialing.results[index] = outcome.ok
      ? { target, peerId: outcome.peerId, error: null }
      : { target, peerId: null, error: errorShape(outcome.error) }
    const results = dialing.results.filter((result) => result !== null)
    if (results.length === dialing.targets.length) this.answer(id, { result: results })
  }

  /** A ping or a question for neighbors. */
  requestEnded(id: number, outcome: RequestOutcome): void {
    if ('error' in outcome) this.answer(id, { error: outcome.error })
    else this.answer(id, { result: outcome.protocol === 'ping' ? outcome.pong : outcome.answer })
  }

  /** Fine when it was answered before. */
  answer(id: number, answer: Answer): void {
    if (this.#open.delete(id)) this.#env.out({ kind: 'answer', id, answer })
  }

  /** Ends all. */
  stop(error: Error): void {
    for (const [id, dialing] of this.#open) {
      if (dialing === null) this.answer(id, { error })
      else this.#callOff(id, dialing, error)
    }
  }

  /** A `dial` does not fail: what came of each target stands in its results. */
  #callOff(id: number, dialing: Dialing, error: Error): void {
    // Those that wait first, or each that ends would have the next one begin.
    for (const [index, dial] of [...dialing.dials.entries()].toReversed()) {
      if (dialing.results[index] !== null) continue
      this.#parts.dials.callOff(dial, error)
      this.dialed(id, index, { ok: false, error })
    }
  }

  /** Rules WK4, AD2: whatever the user gave is dialed. */
  #dial(id: number, targets: readonly DialTarget[]): void {
    const { places, dials } = this.#parts
    const dialing: Dialing = { targets, dials: [], results: targets.map(() => null) }
    this.#open.set(id, dialing)
    if (targets.length === 0) return this.answer(id, { result: [] })
    for (const [index, target] of targets.entries()) {
      places.give(target)
      const purpose = { for: 'command', id, index } as const
      dialing.dials.push(dials.dial({ ...target, given: true }, { way: { path: 'given' }, priority: 'user', purpose }))
    }
  }
}

function attempt(work: () => boolean | UpsertOutcome): Answer {
  try {
    return { result: work() }
  } catch (error) {
    if (error instanceof PeerscopeError) return { error }
    return { error: new InvalidArgument(errorShape(error).message) }
  }
}
