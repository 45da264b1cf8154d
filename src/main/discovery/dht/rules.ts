/** The rules of bootstrap by the DHT, as pure functions. Times and durations in milliseconds. */
import type { PeerId } from '../../../shared/ids.ts'
import type { DhtItem } from '../ports.ts'
import { RECORD_TTL_S } from './record.ts'

/** Rule DH3: how long a holder may take to answer. */
export const ANSWER_MS = 5000
/** Rule DH6. */
const POLL_ALONE_MS = 5000
const POLL_MS = 60_000
/** Rule DH4: how long a node that published waits before it takes another slot. */
export const TTL_MS = RECORD_TTL_S * 1000
/** Rule DH4: slots that a node which lost its slot may take within the TTL. */
const CLAIMS = 3
/** Rule DH3: how many nodes ask a holder in each round of polls. */
const ASKERS = 32
/** The largest sequence number that all implementations can hold. */
const MAX_SEQ = BigInt(Number.MAX_SAFE_INTEGER)

/** Rule DH6: the time until the next poll. `u` is uniform in [0, 1). */
export function pollDelay(neighbors: number, u: number): number {
  return (neighbors === 0 ? POLL_ALONE_MS : POLL_MS) * (1 + u / 3)
}

/** Rule DH2: the sequence number of a record made now, newer than the one that it replaces. Null where none is. */
export function nextSeq(now: number, before: bigint | null): bigint | null {
  const seq = BigInt(Math.round(now)) * 1000n
  const next = before === null || seq > before ? seq : before + 1n
  return next > MAX_SEQ ? null : next
}

/** How old an item is by its sequence number; 0 for one from the future. */
export function ageOf(item: Pick<DhtItem, 'seq'>, now: number): number {
  return Math.max(0, now - Number(item.seq / 1000n))
}

/**
 * Rule DH5: whether our record must be made again: its addresses are not those that it would have now, or half its TTL is
 * over. A node without addresses leaves it as it is.
 */
export function needsRefresh(published: readonly string[], current: readonly string[], ageMs: number): boolean {
  if (current.length === 0) return false
  return ageMs >= TTL_MS / 2 || published.join(' ') !== current.join(' ')
}

/** What `shouldAsk` looks at. */
export interface AskInput {
  /** Peers in the catalog, ourselves included. */
  readonly known: number
  readonly neighbors: number
  /** What came of asking this holder last; null where it was not asked. */
  readonly verdict: boolean | null
}

/**
 * Rule DH3: whether to ask a holder now. All are asked in small networks, without a neighbor, and when they are new to us;
 * else one of many nodes asks, so that sixteen holders are not asked by all of a large network each minute.
 */
export function shouldAsk({ known, neighbors, verdict }: AskInput, u: number): boolean {
  return verdict === null || neighbors === 0 || u < ASKERS / Math.max(1, known)
}

/** Where we stand with slots. Times of a monotonic clock. */
export interface Holding {
  /** Whether a slot names us. */
  readonly holds: boolean
  /** When we took slots, oldest first. */
  readonly claims: readonly number[]
  /** Whether the slot that we took last was seen in another's hands. */
  readonly overtaken: boolean
}

/**
 * Rule DH4: whether to take a slot. Within the TTL after the last one only if that was lost to another, and so often at
 * most: a record may not be visible at once, and a node that nobody reaches must not go through all slots.
 */
export function mayClaim({ holds, claims, overtaken }: Holding, now: number): boolean {
  if (holds) return false
  const recent = claims.filter((at) => now - at < TTL_MS).length
  return recent === 0 || (overtaken && recent < CLAIMS)
}

/** A slot as a poll found it. */
export interface SlotFinding {
  readonly index: number
  readonly item: DhtItem | null
  /** Null where the slot is empty or its record cannot be read. */
  readonly holder: PeerId | null
  /** Whether the holder answered when it was asked in this poll; null where it was not asked. */
  readonly answered: boolean | null
}

/** Rule DH4: a random slot that is empty, or whose record cannot be read or names a peer that did not answer. */
export function pickSlot(findings: readonly SlotFinding[], now: number, u: number): SlotFinding | null {
  const free = findings.filter(
    ({ item, holder, answered }) =>
      item === null || ((holder === null || answered === false) && nextSeq(now, item.seq) !== null),
  )
  return free[Math.floor(u * free.length)] ?? null
}
