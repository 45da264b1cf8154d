/** Reading a chain: what stands in its slots. */
import { errorShape } from '../../../shared/errors.ts'
import type { Dht, DhtItem } from '../ports.ts'
import type { Slot } from './chain.ts'

/** What stands in a slot. */
export interface SlotReading<Rec> {
  readonly slot: Slot
  /** Null where the slot is empty. */
  readonly item: DhtItem | null
  /** Null where it is empty or what stands there cannot be read. */
  readonly record: Rec | null
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
