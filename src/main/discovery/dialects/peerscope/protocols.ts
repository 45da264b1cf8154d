/** Names and limits of what Peerscope's own dialect sends (rules AN1, BD1, BD2). Sizes in bytes. */
import type { NetworkId } from '../../../../shared/ids.ts'
import type { ProtocolIds } from '../../dialect.ts'
import { ENTRY_LIMITS, NEIGHBORS_MAX_IDS } from '../../limits.ts'
import type { StreamLimits } from '../../ports.ts'

/** Semantic version of the protocol that this dialect is. 1.1 added the announce interval of an entry (rule AN14). */
export const PROTOCOL_VERSION = '1.1.0'

/** An entry at its limit, its signature and the envelope around them. */
const SIGNED_ENTRY_BYTES = ENTRY_LIMITS.entryBytes + 256

/** Largest message of the gossip topic. */
export const GOSSIP_MESSAGE_BYTES = SIGNED_ENTRY_BYTES

/** Rules PG: the request is empty, the answer one signed entry. */
export const PING_LIMITS: StreamLimits = { maxMessageBytes: SIGNED_ENTRY_BYTES, maxInboundPerPeer: 4 }

/** Rule TP1: two lists of public keys. */
export const NEIGHBORS_LIMITS: StreamLimits = { maxMessageBytes: 2 * NEIGHBORS_MAX_IDS * 40, maxInboundPerPeer: 2 }

/** Rule SY4. */
export const SYNC_LIMITS: StreamLimits = { maxMessageBytes: 1024 * 1024, maxInboundPerPeer: 2 }

/** Rules AN1, BD2: names that carry the network, so that nodes of another network cannot even begin. */
export function protocolIds(networkId: NetworkId): ProtocolIds & { readonly neighbors: string } {
  const short = networkId.slice(0, 16)
  return {
    sync: `/peerscope/${short}/sync/1`,
    ping: `/peerscope/${short}/ping/1`,
    neighbors: `/peerscope/${short}/neighbors/1`,
    topic: `/peerscope/${networkId}/gossip/1`,
  }
}
