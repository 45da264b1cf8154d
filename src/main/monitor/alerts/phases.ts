/** The states of one rule about one thing, as pure functions: armed, pending, firing; and what comes out of each step. */

/** Where a rule stands with one thing. Moments are monotonic milliseconds. */
export type Phase =
  | { readonly name: 'armed' }
  | { readonly name: 'pending'; readonly since: number }
  /** `muted`: it came back within the cool-down, and counts with the alert before. */
  | { readonly name: 'firing'; readonly id: number; readonly muted: boolean; readonly since: number }

/** What is remembered of one rule about one thing. */
export interface Memory {
  readonly phase: Phase
  /** The newest alert, and what caused it last. */
  readonly last: { readonly id: number; readonly at: number; readonly cause: string } | null
}

/** How long something must hold, and how long it is quiet after an alert, milliseconds. */
export interface Timing {
  readonly forMs: number
  readonly cooldownMs: number
}

/** What a step asks for. */
export type Act =
  | { readonly type: 'fire'; readonly id: number }
  /** The alert with this id happened again; it is open again where it had ended. */
  | { readonly type: 'repeat'; readonly id: number; readonly open: boolean }
  | { readonly type: 'resolve'; readonly id: number }

/** What comes out of a step. */
export interface Step {
  readonly memory: Memory
  readonly acts: readonly Act[]
}

/** Nothing happened yet. */
export const FRESH: Memory = { phase: { name: 'armed' }, last: null }

/**
 * One look at a condition.
 * @param id of the next alert, if this fires one
 */
export function look(memory: Memory, holds: boolean, now: number, id: number, timing: Timing): Step {
  const { phase, last } = memory
  switch (phase.name) {
    case 'armed':
      if (!holds) return { memory, acts: [] }
      if (timing.forMs > 0) return { memory: { ...memory, phase: { name: 'pending', since: now } }, acts: [] }
      return ignite(memory, now, now, id, timing)
    case 'pending':
      if (!holds) return { memory: { ...memory, phase: { name: 'armed' } }, acts: [] }
      if (now - phase.since < timing.forMs) return { memory, acts: [] }
      return ignite(memory, phase.since, now, id, timing)
    case 'firing': {
      if (!holds) return { memory: { ...memory, phase: { name: 'armed' } }, acts: [{ type: 'resolve', id: phase.id }] }
      // It came back within the cool-down and stayed: when that is over it is told again.
      if (!phase.muted || cooling(last, now, timing)) return { memory, acts: [] }
      const { memory: next, acts } = ignite(memory, phase.since, now, id, timing)
      return { memory: next, acts: [{ type: 'resolve', id: phase.id }, ...acts] }
    }
  }
}

/** When a look changes something though the condition stays as it is; Infinity for never. */
export function dueAt({ phase, last }: Memory, { forMs, cooldownMs }: Timing): number {
  if (phase.name === 'pending') return phase.since + forMs
  return phase.name === 'firing' && phase.muted && last !== null ? last.at + cooldownMs : Infinity
}

/**
 * Something that happens in a moment. The same cause never fires twice.
 * @param cause what makes it one and the same
 */
export function strike(memory: Memory, cause: string, now: number, id: number, timing: Timing): Step {
  const { last } = memory
  if (last !== null && last.cause === cause) return { memory, acts: [] }
  if (last !== null && cooling(last, now, timing))
    return { memory: { ...memory, last: { ...last, cause } }, acts: [{ type: 'repeat', id: last.id, open: false }] }
  return { memory: { ...memory, last: { id, at: now, cause } }, acts: [{ type: 'fire', id }] }
}

/** Whether nothing would change if this were forgotten. */
export function isSpent({ phase, last }: Memory, now: number, timing: Timing): boolean {
  return phase.name === 'armed' && !cooling(last, now, timing)
}

/** For how long what fires now has held, milliseconds; what happens in a moment for none. */
export function heldFor({ phase }: Memory, now: number): number {
  return phase.name === 'firing' ? now - phase.since : 0
}

function ignite(memory: Memory, since: number, now: number, id: number, timing: Timing): Step {
  const { last } = memory
  if (last !== null && cooling(last, now, timing)) {
    return {
      memory: { phase: { name: 'firing', id: last.id, muted: true, since }, last },
      acts: [{ type: 'repeat', id: last.id, open: true }],
    }
  }
  return {
    memory: { phase: { name: 'firing', id, muted: false, since }, last: { id, at: now, cause: '' } },
    acts: [{ type: 'fire', id }],
  }
}

function cooling(last: Memory['last'], now: number, { cooldownMs }: Timing): boolean {
  return last !== null && now - last.at < cooldownMs
}
