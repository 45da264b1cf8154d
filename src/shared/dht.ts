import type { PeerId } from './ids.ts'

/**
 * How a slot of a network's chain in the Mainline DHT is (rule DH8).
 * - `empty`: no record; - `healthy`, `unhealthy`: its holder answered, or did not, when it was asked last;
 * - `unchecked`: its holder was not asked; - `invalid`: a record that cannot be read; - `ours`: it names this node.
 */
export type DhtSlotState = 'empty' | 'healthy' | 'unhealthy' | 'unchecked' | 'invalid' | 'ours'

/** One slot of a chain. JSON-safe. */
export interface DhtSlot {
  /** From 0, the root. */
  readonly index: number
  /** How it is. */
  readonly state: DhtSlotState
  /** The peer that the record names; null where there is none that can be read. */
  readonly holder: PeerId | null
  /** As entries of the network have them. */
  readonly addresses: readonly string[]
  /** Milliseconds since the record was made, by the clock of who made it; null for an empty slot. */
  readonly ageMs: number | null
}

/** What this node knows of its network's chain. */
export interface DhtStatus {
  /** `off`: the node does without; `starting`: not read yet; `failing`: the last try failed. */
  readonly state: 'off' | 'starting' | 'ready' | 'failing'
  /** Why it fails; null where it does not. */
  readonly reason: string | null
  /** When the slots were read last, milliseconds since the epoch; null before. */
  readonly readAt: number | null
  /** In the order of their index; empty before they were read. */
  readonly slots: readonly DhtSlot[]
}

/** The state of a node that does without the DHT (rule DH7). */
export const DHT_OFF: DhtStatus = { state: 'off', reason: null, readAt: null, slots: [] }
