/** Names and limits of everything that discovery sends (rules EN5, AN1, BD1, BD2). Sizes in bytes, times in ms. */
import type { NetworkId } from '../../shared/ids.ts'
import type { StreamLimits } from './ports.ts'

/** Semantic version of the discovery protocol that this code speaks. */
export const PROTOCOL_VERSION = '1.0.0'

/** Rule EN5. */
export const ENTRY_LIMITS = {
  entryBytes: 16 * 1024,
  addresses: 32,
  addressBytes: 256,
  tags: 64,
  tagBytes: 64,
  streams: 256,
  groups: 256,
  tickets: 16,
  ticketBytes: 4 * 1024,
  protocolVersionBytes: 64,
} as const

/** An entry at its limit, its signature and the envelope around them. */
const SIGNED_ENTRY_BYTES = ENTRY_LIMITS.entryBytes + 256

/** Largest message of the gossip topic. */
export const GOSSIP_MESSAGE_BYTES = SIGNED_ENTRY_BYTES

/** Rule TP1: most ids in one list of a `neighbors` answer. */
export const NEIGHBORS_MAX_IDS = 64

/** Rules PG: the request is empty, the answer one signed entry. */
export const PING_LIMITS: StreamLimits = { maxMessageBytes: SIGNED_ENTRY_BYTES, maxInboundPerPeer: 4 }

/** Rule TP1: two lists of public keys. */
export const NEIGHBORS_LIMITS: StreamLimits = { maxMessageBytes: 2 * NEIGHBORS_MAX_IDS * 40, maxInboundPerPeer: 2 }

/** Rule SY4. */
export const SYNC_LIMITS: StreamLimits = { maxMessageBytes: 1024 * 1024, maxInboundPerPeer: 2 }

/** Rule PG2: how long a ping or a `neighbors` request may take; also the deadline of their inbound streams. */
export const REQUEST_TIMEOUT = 5000

/** What the network of a node calls its protocols and its topic. */
export interface ProtocolIds {
  readonly sync: string
  readonly ping: string
  readonly neighbors: string
  readonly topic: string
}

/** Rules AN1, BD2: names that carry the network, so that nodes of another network cannot even begin. */
export function protocolIds(networkId: NetworkId): ProtocolIds {
  const short = networkId.slice(0, 16)
  return {
    sync: `/peerscope/${short}/sync/1`,
    ping: `/peerscope/${short}/ping/1`,
    neighbors: `/peerscope/${short}/neighbors/1`,
    topic: `/peerscope/${networkId}/gossip/1`,
  }
}
