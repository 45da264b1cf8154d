/**
 * libp2p tells gossipsub of a peer once identify has asked which protocols it speaks: two streams and a round trip for each
 * connection, before which the peer can be nobody's neighbor. Peers of ours speak gossipsub, and one that does not only costs the
 * stream that it refuses. So gossipsub hears of each as soon as it is connected.
 */
import type { ComponentLogger, Connection, Libp2pEvents, PeerStore, TypedEventTarget } from '@libp2p/interface'

/** What it is given of libp2p. */
interface Components {
  readonly events: TypedEventTarget<Libp2pEvents>
  readonly peerStore: Pick<PeerStore, 'merge'>
  readonly logger: ComponentLogger
}

/** A service of libp2p. @param protocol one that gossipsub speaks */
export function earlyGossip(protocol: string): (components: Components) => object {
  return ({ events, peerStore, logger }) => {
    const log = logger.forComponent('early-gossip')
    const tell = async (connection: Connection): Promise<void> => {
      const { remotePeer: peerId } = connection
      const protocols = [protocol]
      // When the peer disconnects libp2p reads there who has to hear of it.
      await peerStore.merge(peerId, { protocols })
      events.safeDispatchEvent('peer:identify', { detail: { peerId, protocols, listenAddrs: [], connection } })
    }
    events.addEventListener('connection:open', ({ detail }) => {
      tell(detail).catch((error: unknown) => log('gossip is not told of a peer: %e', error))
    })
    return {}
  }
}
