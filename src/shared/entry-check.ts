/** What a stored entry says, and whether it still holds: what the inspector shows of it. Plain data, fit for IPC. */
import type { NetworkId, PeerId, UniqueId } from './ids.ts'
import type { Version } from './peer.ts'

/** The fields that stand in an entry's bytes. */
export interface DecodedEntry {
  readonly protocolVersion: string
  readonly networkId: NetworkId
  readonly version: Version
  readonly peerId: PeerId
  /** The Ed25519 public key that the peer id is made of, as hex. */
  readonly publicKey: string
  readonly addresses: readonly string[]
  readonly tags: readonly string[]
  readonly streams: readonly UniqueId[]
  readonly functions: readonly UniqueId[]
  readonly groups: readonly UniqueId[]
  readonly tickets: number
  /** The time between its announcements that it states, milliseconds (rule AN14). */
  readonly announcedEvery?: number
}

/** What an entry is checked for, in this order. The first four are rules EN1 to EN5, the last two rule EN4. */
export const ENTRY_CHECKS = ['signed', 'decodes', 'peer', 'network', 'strict', 'signature'] as const

/** One of the checks. */
export type EntryCheckName = (typeof ENTRY_CHECKS)[number]

/** The outcome of one check; `skipped` when one before it failed, without which it means nothing. */
export interface EntryCheckResult {
  readonly check: EntryCheckName
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** Why it failed; empty else. */
  readonly reason: string
}

/** The verdict over the bytes that are kept of a peer's entry. */
export interface EntryVerdict {
  /** When it was checked, milliseconds since the epoch. */
  readonly at: number
  /** Whether all checks passed. */
  readonly holds: boolean
  /** Where the bytes were taken from. */
  readonly from: 'catalog' | 'store' | 'nowhere'
  readonly version: Version | null
  readonly checks: readonly EntryCheckResult[]
}
