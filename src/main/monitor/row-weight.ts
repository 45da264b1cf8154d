import type { PeerRow } from '../../shared/peer.ts'

/** A row beside its texts, and a text beside its characters, bytes. */
const ROW = 512
const TEXT = 40

/** What a row takes in memory, and about what it takes in a message, estimated bytes. */
export function weightOfRow({ addresses, tags, streams, functions, groups }: PeerRow): number {
  let weight = ROW + (streams.length + functions.length + groups.length) * (64 + TEXT)
  for (const address of addresses) weight += address.length + TEXT
  for (const tag of tags) weight += tag.length + TEXT
  return weight
}
