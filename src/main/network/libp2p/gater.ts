import type { ConnectionGater } from '@libp2p/interface'
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
