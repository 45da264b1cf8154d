/** Reading a chain: what stands in its slots. */
import type { DhtSlot } from '../../../shared/dht.ts'
import { errorShape } from '../../../shared/errors.ts'
import type { Dht, DhtItem } from '../ports.ts'
import type { Slot } from './chain.ts'
import type { DhtRecord } from './record.ts'
import { ageOf } from './rules.ts'

/** What stands in a slot. */
export interface SlotReading<Rec> {
  readonly slot: Slot
  /** Null where the slot is empty. */
  readonly item: DhtItem | null
  /** Null where it is empty or what stands there cannot be read. */
  readonly record: Rec | null
}

/**
 * Rule DH8: a slot as it is shown. `answered` tells whether its holder answered when it was asked last; null where it was
 * not asked. `now` is milliseconds since the epoch.
 */
export function slotView(
  index: number,
  { item, record }: { readonly item: DhtItem | null; readonly record: DhtRecord<string> | null },
  about: { readonly self: string | null; readonly answered: boolean | null; readonly now: number },
): DhtSlot {
  if (item === null) return { index, state: 'empty', holder: null, addresses: [], ageMs: null }
  const ageMs = ageOf(item, about.now)
  if (record === null) return { index, state: 'invalid', holder: null, addresses: [], ageMs }
  const { holder, addresses } = record
  const asked = about.answered === null ? 'unchecked' : about.answered ? 'healthy' : 'unhealthy'
  return { index, state: holder === about.self ? 'ours' : asked, holder, addresses, ageMs }
}

/** Reads one slot. @throws DhtFailed, Timeout, Cancelled */
export async function readSlot<Rec>(
  dht: Dht,
  slot: Slot,
  decode: (publicKey: Uint8Array, value: Uint8Array) => Rec,
  signal: AbortSignal,
): Promise<SlotReading<Rec>> {
  const item = await dht.get(slot.publicKey, signal)
  if (item === null) return { slot, item, record: null }
  try {
    return { slot, item, record: decode(slot.publicKey, item.value) }
  } catch (error) {
    if (errorShape(error).code !== 'MalformedMessage') throw error
    return { slot, item, record: null }
  }
}

/**
 * Rule DH3: reads all slots at once. Those that could not be read are left out.
 * @throws DhtFailed, Timeout, Cancelled when none could be read, with the first reason
 */
export async function readChain<Rec>(
  dht: Dht,
  chain: readonly Slot[],
  decode: (publicKey: Uint8Array, value: Uint8Array) => Rec,
  signal: AbortSignal,
): Promise<readonly SlotReading<Rec>[]> {
  const results = await Promise.allSettled(chain.map((slot) => readSlot(dht, slot, decode, signal)))
  const readings = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (readings.length === 0 && failed !== undefined) throw failed.reason
  return readings
}
