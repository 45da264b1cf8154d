/** What the Bootstrap view counts, without a view. */
import type { Attempt, BootstrapPath } from '../../../shared/bootstrap.ts'
import { BOOTSTRAP_PATHS } from '../../../shared/bootstrap.ts'
import type { DhtSlot, DhtStatus } from '../../../shared/dht.ts'
import type { PeerId } from '../../../shared/ids.ts'

/**
 * The outcome of an attempt. Where its peer is connected in another way, a failed or skipped dial does not matter. `elsewhere`: connected
 * by another address; `since`: by this one, on another path; `incoming`: it dialed us. `over`: it was connected before.
 */
export type Outcome = Attempt['state'] | 'elsewhere' | 'since' | 'incoming' | 'over'

/** Those that are counted, in their order. */
const OUTCOMES = [
  'dialing',
  'waiting',
  'connected',
  'since',
  'elsewhere',
  'incoming',
  'over',
  'notDialed',
  'failed',
] as const satisfies readonly Outcome[]

/**
 * How an attempt counts.
 * @param all what is listed beside it
 * @param isConnected whether we are connected to a peer now. That it is in the catalog is not enough: others tell of it who reach it
 */
export function outcomeOf(
  { state, peerId, address, connection }: Attempt,
  all: readonly Attempt[],
  isConnected: (peerId: PeerId) => boolean,
): Outcome {
  if (state === 'connected' && connection === null) return 'over'
  if ((state !== 'failed' && state !== 'notDialed') || peerId === null || !isConnected(peerId)) return state
  if (connection === 'inbound') return 'incoming'
  const isSame = (one: Attempt): boolean => one.peerId === peerId && one.address === address
  return all.some((one) => one.state === 'connected' && isSame(one)) ? 'since' : 'elsewhere'
}

/** How many there are of each outcome, those that occur. */
export function countOutcomes(outcomes: readonly Outcome[]): readonly (readonly [Outcome, number])[] {
  return OUTCOMES.map((outcome) => [outcome, outcomes.filter((one) => one === outcome).length] as const).filter(
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
