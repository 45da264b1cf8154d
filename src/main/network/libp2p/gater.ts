import type { ConnectionGater } from '@libp2p/interface'
import { isPeerId } from '../../../shared/ids.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { InboundGate } from '../inbound-gate.ts'
import { watchConnection } from './watch.ts'

/** Says whether a connection may be, to this peer; null where it comes in and it is not known yet who is there. */
export type Admit = (peerId: PeerId | null) => boolean

/**
 * The gate as libp2p asks it.
 * @param refused is called for each connection on which too much came
 * @param admit is asked of both directions
 */
export function gaterOf(gate: InboundGate, refused: () => void, admit: Admit = () => true): ConnectionGater {
  const denied = (peer: { toString(): string }): boolean => {
    const peerId = peer.toString()
    return isPeerId(peerId) && !admit(peerId)
  }
  return {
    denyInboundConnection: (connection) => {
      if (!admit(null) || !gate.admit(connection)) return true
      watchConnection(connection, refused)
      return false
    },
    denyOutboundConnection: (_peer, connection) => {
      watchConnection(connection, refused)
      return false
    },
    denyInboundEncryptedConnection: denied,
    denyOutboundEncryptedConnection: denied,
    denyInboundUpgradedConnection: (_peer, connection) => {
      gate.shaken(connection)
      return false
    },
  }
}
