/** What an entry costs in memory, estimated. Bytes. */
import type { PeerEntry } from '../../../shared/peer.ts'

/** The record, its places in queues and in the index, and its row in views: measured with 50,000 small entries. */
const RECORD = 1536
/** No entry costs less. */
export const LEAST_COST = RECORD
/** A text beside its characters, which are one byte each: entries hold ASCII but for tags. */
const TEXT = 40
/** An id as text. */
const ID = 64 + TEXT
/** A ticket beside its data, which is a part of the entry's bytes. */
const TICKET = 128 + ID

/**
 * What a peer's entry costs as long as it is kept: its signed bytes, and the same decoded.
 * @param signedBytes bytes of the signed entry and its signature; 0 for an unsigned one
 */
export function costOf(entry: PeerEntry, signedBytes: number): number {
  const ids = entry.streams.length + entry.functions.length + entry.groups.length
  let cost = RECORD + signedBytes + ids * ID + entry.tickets.length * TICKET
  for (const address of entry.addresses) cost += address.length + TEXT
  for (const tag of entry.tags) cost += tag.length + TEXT
  if (signedBytes === 0) for (const { data } of entry.tickets) cost += data.length
  return cost
}
