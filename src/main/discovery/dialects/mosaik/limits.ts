/** What is taken and sent in mosaik networks (rule MO10); mosaik itself sets no limits. Sizes in bytes. */
import type { StreamLimits } from '../../ports.ts'

/** Of one entry. */
export const MOSAIK_ENTRY_LIMITS = {
  entryBytes: 16 * 1024,
  protocolVersionBytes: 64,
  addresses: 64,
  relayUrlBytes: 256,
  customAddressBytes: 64,
  tags: 256,
  streams: 256,
  functions: 256,
  groups: 256,
  tickets: 16,
  ticketBytes: 4 * 1024,
} as const

/** An entry at its limit, its signature and what stands before it. */
const SIGNED_ENTRY_BYTES = MOSAIK_ENTRY_LIMITS.entryBytes + 128

/** Largest content of a gossip message. */
export const MOSAIK_GOSSIP_BYTES = SIGNED_ENTRY_BYTES

/** Rule MO39: iroh-gossip carries contents of 4053 bytes, of which an announcement has its kind and a signature. */
export const MOSAIK_ANNOUNCED_BYTES = 4053 - 1 - 64

/** Text of the time in a goodbye: `2026-11-28T17:29:38.571000618Z` has 30 characters. */
export const TIMESTAMP_BYTES = 64

/** Of one message of a sync: a whole catalog. */
export const MOSAIK_SYNC = { bytes: 32 * 1024 * 1024, entries: 20_000 } as const

/** The request is empty, the answer one signed entry. */
export const MOSAIK_PING_LIMITS: StreamLimits = { maxMessageBytes: SIGNED_ENTRY_BYTES, maxInboundPerPeer: 4 }

export const MOSAIK_SYNC_LIMITS: StreamLimits = { maxMessageBytes: MOSAIK_SYNC.bytes, maxInboundPerPeer: 2 }

/** Nobody asks for neighbors in these networks. */
export const MOSAIK_NEIGHBORS_LIMITS: StreamLimits = { maxMessageBytes: 0, maxInboundPerPeer: 0 }
