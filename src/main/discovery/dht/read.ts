/** What stands in the slots of a chain, as it is shown. */
import type { DhtSlot } from '../../../shared/dht.ts'
import type { DhtItem } from '../ports.ts'
import type { Slot } from './chain.ts'
import type { DhtRecord } from './record.ts'
import { ageOf } from './rules.ts'

/** What stands in a slot. */
export interface SlotReading {
  readonly slot: Slot
  /** Null where the slot is empty. */
  readonly item: DhtItem | null
  /** Null where it is empty or what stands there cannot be read. */
  readonly record: DhtRecord | null
}

/**
 * Rule DH8: a slot as it is shown. `answered` tells whether its holder answered when it was asked last; null where it was
 * not asked. `now` is milliseconds since the epoch.
 */
export function slotView(
  index: number,
  { item, record }: { readonly item: DhtItem | null; readonly record: DhtRecord | null },
  about: { readonly self: string | null; readonly answered: boolean | null; readonly now: number },
): DhtSlot {
  if (item === null) return { index, state: 'empty', holder: null, addresses: [], ageMs: null }
  const ageMs = ageOf(item, about.now)
  if (record === null) return { index, state: 'invalid', holder: null, addresses: [], ageMs }
  const { holder, addresses } = record
  const asked = about.answered === null ? 'unchecked' : about.answered ? 'healthy' : 'unhealthy'
  return { index, state: holder === about.self ? 'ours' : asked, holder, addresses, ageMs }
}
