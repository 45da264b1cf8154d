/**
 * The life of a monitor as a state machine: at most one network at a time, from the call that asks for it until all that ran
 * for it has ended. A step does nothing and waits for nothing: it takes one input and gives the next state and what to do.
 * Kept throughout: a node opens only after the node and the swarm of the attempt before have ended, and each call is settled
 * exactly once.
 */
import { AlreadyJoined, Cancelled } from '../../shared/errors.ts'

/** Number of a call. A call that joins or starts a demo makes an attempt, which has the same number. */
export type CallId = number

/** Where the monitor is. */
export type Phase =
  | { readonly state: 'none' }
  /** The call waits for what the attempt before left behind. */
  | { readonly state: 'waiting'; readonly kind: 'join' | 'demo'; readonly attempt: CallId }
  | { readonly state: 'starting demo' }
  | { readonly state: 'joining' }
  | { readonly state: 'online' }
  /** What the attempt started may still be ending. */
  | { readonly state: 'failed' }
  | { readonly state: 'leaving'; readonly calls: readonly CallId[] }
  | { readonly state: 'closing'; readonly calls: readonly CallId[] }
  | { readonly state: 'closed' }

/** What runs for the current attempt. */
export interface Life {
  readonly phase: Phase
  /** The attempt that `node` and `swarm` belong to; 0 before the first. */
  readonly attempt: CallId
  readonly node: 'none' | 'opening' | 'called off' | 'up' | 'stopping'
  readonly swarm: 'none' | 'starting' | 'called off' | 'up' | 'stopping'
}

/** Nothing was asked for yet. */
export const FIRST_LIFE: Life = { phase: { state: 'none' }, attempt: 0, node: 'none', swarm: 'none' }

/** A call, or how something ended that an output began. */
export type LifeInput =
  | { readonly kind: 'join' | 'demo' | 'leave' | 'close'; readonly call: CallId }
  | { readonly kind: 'demo up' | 'demo stopped' | 'node up' | 'node stopped'; readonly attempt: CallId }
  /** Nothing of it runs any longer. */
  | {
      readonly kind: 'demo failed' | 'demo lost' | 'node failed' | 'node ended'
      readonly attempt: CallId
      readonly error: unknown
    }

/** What to do, in the order given. */
export type LifeOutput =
  | {
      readonly kind: 'start demo' | 'call off demo' | 'stop demo' | 'open node' | 'call off node' | 'stop node'
      readonly attempt: CallId
    }
  | { readonly kind: 'show'; readonly status: 'joining' | 'online' | 'leaving' | 'none'; readonly attempt: CallId }
  | { readonly kind: 'show'; readonly status: 'failed'; readonly attempt: CallId; readonly error: unknown }
  | { readonly kind: 'resolve'; readonly call: CallId }
  | { readonly kind: 'reject'; readonly call: CallId; readonly error: unknown }

/** The next state, and what to do. */
export type LifeStep = readonly [Life, readonly LifeOutput[]]

/** Takes one input. */
export function step(life: Life, input: LifeInput): LifeStep {
  switch (input.kind) {
    case 'join':
    case 'demo':
      return begin(life, input.kind, input.call)
    case 'leave':
      return leave(life, input.call)
    case 'close':
      return close(life, input.call)
    case 'demo up':
      return demoUp(life, input.attempt)
    case 'node up':
      return nodeUp(life, input.attempt)
    case 'demo failed':
      return isOf(life, input.attempt, life.swarm, 'starting', 'called off')
        ? ended({ ...life, swarm: 'none' }, input.error)
        : [life, []]
    case 'demo lost':
      return isOf(life, input.attempt, life.swarm, 'up') ? ended({ ...life, swarm: 'none' }, input.error) : [life, []]
    case 'node failed':
      return isOf(life, input.attempt, life.node, 'opening', 'called off')
        ? ended({ ...life, node: 'none' }, input.error)
        : [life, []]
    case 'node ended':
      return isOf(life, input.attempt, life.node, 'up') ? ended({ ...life, node: 'none' }, input.error) : [life, []]
    case 'demo stopped':
      return isOf(life, input.attempt, life.swarm, 'stopping') ? clear({ ...life, swarm: 'none' }) : [life, []]
    case 'node stopped':
      return isOf(life, input.attempt, life.node, 'stopping') ? clear({ ...life, node: 'none' }) : [life, []]
  }
}

/** Why a network cannot be joined now; null when it can. */
export function refusalOf({ phase }: Life): AlreadyJoined | Cancelled | null {
  switch (phase.state) {
    case 'none':
    case 'failed':
      return null
    case 'waiting':
    case 'starting demo':
    case 'joining':
      return new AlreadyJoined('a network is being joined already; cancel that first')
    case 'online':
      return new AlreadyJoined('a network is joined already; leave it first')
    case 'leaving':
      return new AlreadyJoined('a network is still being left; try again in a moment')
    case 'closing':
    case 'closed':
      return new Cancelled('Peerscope is closing')
  }
}

/** Whether nothing of any attempt runs. */
export function isIdle({ node, swarm }: Life): boolean {
  return node === 'none' && swarm === 'none'
}

function begin(life: Life, kind: 'join' | 'demo', call: CallId): LifeStep {
  const refusal = refusalOf(life)
  if (refusal !== null) return [life, [{ kind: 'reject', call, error: refusal }]]
  if (isIdle(life)) return start(kind, call)
  const phase: Phase = { state: 'waiting', kind, attempt: call }
  return [{ ...life, phase }, [{ kind: 'show', status: 'joining', attempt: call }]]
}

function start(kind: 'join' | 'demo', attempt: CallId): LifeStep {
  if (kind === 'join')
    return [{ phase: { state: 'joining' }, attempt, node: 'opening', swarm: 'none' }, [{ kind: 'open node', attempt }]]
  return [
    { phase: { state: 'starting demo' }, attempt, node: 'none', swarm: 'starting' },
    [
      { kind: 'show', status: 'joining', attempt },
      { kind: 'start demo', attempt },
    ],
  ]
}

function leave(life: Life, call: CallId): LifeStep {
  const { phase } = life
  switch (phase.state) {
    case 'none':
    case 'closed':
      return [life, [{ kind: 'resolve', call }]]
    case 'leaving':
    case 'closing':
      return [{ ...life, phase: { ...phase, calls: [...phase.calls, call] } }, []]
    default:
      return end(life, { state: 'leaving', calls: [call] })
  }
}

function close(life: Life, call: CallId): LifeStep {
  const { phase } = life
  switch (phase.state) {
    case 'closed':
      return [life, [{ kind: 'resolve', call }]]
    case 'closing':
      return [{ ...life, phase: { ...phase, calls: [...phase.calls, call] } }, []]
    case 'leaving':
      return [{ ...life, phase: { state: 'closing', calls: [...phase.calls, call] } }, []]
    default:
      return end(life, { state: 'closing', calls: [call] })
  }
}

/** The user ends the attempt. */
function end(life: Life, phase: Phase): LifeStep {
  const waits = life.phase.state === 'waiting' ? life.phase.attempt : life.attempt
  return after(clear({ ...life, phase }), [
    ...(isIdle(life) ? [] : [{ kind: 'show', status: 'leaving', attempt: waits } as const]),
    ...rejected(life, new Cancelled('the network was left')),
  ])
}

/** A part of the attempt has ended by itself: the attempt failed, unless it is being ended anyway. */
function ended(life: Life, error: unknown): LifeStep {
  const { phase, attempt } = life
  if (phase.state !== 'starting demo' && phase.state !== 'joining' && phase.state !== 'online') return clear(life)
  return after(clear({ ...life, phase: { state: 'failed' } }), [
    { kind: 'show', status: 'failed', attempt, error },
    ...rejected(life, error),
  ])
}

function demoUp(life: Life, attempt: CallId): LifeStep {
  if (!isOf(life, attempt, life.swarm, 'starting', 'called off')) return [life, [{ kind: 'stop demo', attempt }]]
  if (life.swarm === 'called off') return clear({ ...life, swarm: 'up' })
  return [{ ...life, phase: { state: 'joining' }, swarm: 'up', node: 'opening' }, [{ kind: 'open node', attempt }]]
}

function nodeUp(life: Life, attempt: CallId): LifeStep {
  if (!isOf(life, attempt, life.node, 'opening', 'called off')) return [life, [{ kind: 'stop node', attempt }]]
  if (life.node === 'called off') return clear({ ...life, node: 'up' })
  return [
    { ...life, phase: { state: 'online' }, node: 'up' },
    [
      { kind: 'show', status: 'online', attempt },
      { kind: 'resolve', call: attempt },
    ],
  ]
}

/** Ends what still runs, the node before the swarm that it says goodbye to, and goes on when nothing does. */
function clear(life: Life): LifeStep {
  const { attempt, phase } = life
  const outputs: LifeOutput[] = []
  let { node, swarm } = life
  if (node === 'opening') {
    node = 'called off'
    outputs.push({ kind: 'call off node', attempt })
  } else if (node === 'up') {
    node = 'stopping'
    outputs.push({ kind: 'stop node', attempt })
  }
  if (swarm === 'starting') {
    swarm = 'called off'
    outputs.push({ kind: 'call off demo', attempt })
  } else if (swarm === 'up' && node === 'none') {
    swarm = 'stopping'
    outputs.push({ kind: 'stop demo', attempt })
  }
  const next: Life = { ...life, node, swarm }
  if (!isIdle(next)) return [next, outputs]
  if (phase.state === 'waiting') return start(phase.kind, phase.attempt)
  if (phase.state !== 'leaving' && phase.state !== 'closing') return [next, []]
  return [
    { ...next, phase: { state: phase.state === 'leaving' ? 'none' : 'closed' } },
    [{ kind: 'show', status: 'none', attempt }, ...phase.calls.map((call) => ({ kind: 'resolve', call }) as const)],
  ]
}

/** The call that joins, where one is under way, hears why it comes to nothing. */
function rejected({ phase, attempt }: Life, error: unknown): readonly LifeOutput[] {
  if (phase.state === 'waiting') return [{ kind: 'reject', call: phase.attempt, error }]
  if (phase.state !== 'starting demo' && phase.state !== 'joining') return []
  return [{ kind: 'reject', call: attempt, error }]
}

/** Whether a completion belongs to the current attempt, and is one that its part waits for. */
function isOf<Part extends string>(life: Life, attempt: CallId, part: Part, ...expected: readonly Part[]): boolean {
  return attempt === life.attempt && expected.includes(part)
}

function after([life, outputs]: LifeStep, first: readonly LifeOutput[]): LifeStep {
  return [life, [...first, ...outputs]]
}
