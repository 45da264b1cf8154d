import type { ConnectionGater } from '@libp2p/interface'
import { isPeerId } from '../../../shared/ids.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { InboundGate } from '../inbound-gate.ts'
import { watchConnection } from './watch.ts'

/**
 * The gate as libp2p asks it.
 * @param refused is called for each connection on which too much came
 */
export function gaterOf(gate: InboundGate, refused: () => void): ConnectionGater {
  return {
    denyInboundConnection: (connection) => {
      if (!gate.admit(connection)) return true
      watchConnection(connection, refused)
      return false
    },
    denyOutboundConnection: (_peer, connection) => {
      watchConnection(connection, refused)
      return false
    },
    denyInboundUpgradedConnection: (_peer, connection) => {
      gate.shaken(connection)
      return false
    },
  }
}

/** Connections to peers only that are admitted, in both directions. They are asked of once it is proved who is there. */
export function admitting(admit: (peerId: PeerId) => boolean): ConnectionGater {
  const denied = (peer: { toString(): string }): boolean => {
    const peerId = peer.toString()
    return isPeerId(peerId) && !admit(peerId)
  }
  return { denyInboundEncryptedConnection: denied, denyOutboundEncryptedConnection: denied }
}
