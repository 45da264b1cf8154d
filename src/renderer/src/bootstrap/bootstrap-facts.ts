/** What the Bootstrap view counts, without a view. */
import type { Attempt, BootstrapPath } from '../../../shared/bootstrap.ts'
import { BOOTSTRAP_PATHS } from '../../../shared/bootstrap.ts'
import type { DhtSlot, DhtStatus } from '../../../shared/dht.ts'

const STATES: readonly Attempt['state'][] = ['dialing', 'waiting', 'connected', 'failed']

/** How many attempts are in each state, those that occur. */
export function countStates(attempts: readonly Attempt[]): readonly (readonly [Attempt['state'], number])[] {
  return STATES.map((state) => [state, attempts.filter((attempt) => attempt.state === state).length] as const).filter(
    ([, count]) => count > 0,
  )
}

/** Paths by which peers were learned, the most common first, with their share of all from 0 to 1. */
export function pathShares(
  learned: Readonly<Record<BootstrapPath, number>>,
): readonly { readonly path: BootstrapPath; readonly count: number; readonly share: number }[] {
  const total = BOOTSTRAP_PATHS.reduce((sum, path) => sum + learned[path], 0)
  return BOOTSTRAP_PATHS.filter((path) => learned[path] > 0)
    .map((path) => ({ path, count: learned[path], share: learned[path] / total }))
    .toSorted((a, b) => b.count - a.count)
}

/** What the slots come to. */
export interface SlotSummary {
  /** Slots with a record that can be read. */
  readonly held: number
  readonly total: number
  readonly ours: number | null
}

/** Counts the slots. */
export function summaryOf({ slots }: DhtStatus): SlotSummary {
  const held = slots.filter(({ state }) => state !== 'empty' && state !== 'invalid').length
  return { held, total: slots.length, ours: slots.find(({ state }) => state === 'ours')?.index ?? null }
}

/** The moment at which a slot's record was made; null for an empty one. `readAt` is when the ages were told. */
export function madeAt({ ageMs }: DhtSlot, readAt: number): number | null {
  return ageMs === null ? null : readAt - ageMs
}
