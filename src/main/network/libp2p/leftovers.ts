/** Rule BD9: what passers-by leave in libp2p goes soon after them. */
import type { GossipSub } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Libp2p } from 'libp2p'
import type { Clock, Unsubscribe } from '../../discovery/ports.ts'
import { realIds } from './gossip-links.ts'
import type { PeerRecords } from './peer-records.ts'
import { recordName } from './peer-records.ts'

/** How often it is swept, milliseconds: what is left of a peer goes at the second sweep after it. */
const SWEEP_MS = 10_000

/** The part of the class that its exported type leaves out. */
interface Routing extends GossipSub {
  readonly peers: Map<string, PeerId>
  readonly topics: ReadonlyMap<string, ReadonlySet<string>>
  readonly mesh: ReadonlyMap<string, ReadonlySet<string>>
  removePeer(peerId: PeerId): void
}

/**
 * Sweeps for as long as the node runs.
 * @param records where the peer store of this libp2p keeps its records
 */
export function sweepLeftovers(
  libp2p: Libp2p,
  pubsub: GossipSub,
  records: PeerRecords,
  clock: Pick<Clock, 'schedule'>,
): Unsubscribe {
  const own = recordName(libp2p.peerId)
  let connected = new Set<string>()
  records.follow((name) => name === own || connected.has(name))
  const onConnect = ({ detail }: CustomEvent<PeerId>): void => void connected.add(recordName(detail))
  const onDisconnect = ({ detail }: CustomEvent<PeerId>): void => void connected.delete(recordName(detail))
  libp2p.addEventListener('peer:connect', onConnect)
  libp2p.addEventListener('peer:disconnect', onDisconnect)
  const sweep = (): void => {
    const open = libp2p.getConnections().map(({ remotePeer }) => remotePeer)
    connected = new Set(open.map(recordName))
    records.sweep()
    forgetRoutes(pubsub as Routing, new Set(open.map((peerId) => peerId.toString())))
  }
  let cancel = clock.schedule(SWEEP_MS, function again() {
    sweep()
    cancel = clock.schedule(SWEEP_MS, again)
  })
  return () => {
    cancel()
    libp2p.removeEventListener('peer:connect', onConnect)
    libp2p.removeEventListener('peer:disconnect', onDisconnect)
  }
}

/**
 * gossipsub takes in everybody who opens a stream to it, and hears of their end only where their record says that they speak
 * it: a stream that is there only once its connection has closed, or a record that had to make room, would stay. What a peer
 * sent just before its end is read after it, and puts it into the topics and the mesh again: we would have it for a neighbor,
 * and look for no other one. A second connection has an id of its own (rule ID5), and goes with that connection.
 */
function forgetRoutes(pubsub: Routing, connected: ReadonlySet<string>): void {
  const realId = realIds(pubsub)
  const known = new Set(pubsub.peers.keys())
  for (const names of [...pubsub.topics.values(), ...pubsub.mesh.values()]) for (const name of names) known.add(name)
  for (const name of known) {
    if (connected.has(realId(name))) continue
    const peerId = pubsub.peers.get(name) ?? peerIdFromString(name)
    // Nothing is removed of whom it does not have here.
    pubsub.peers.set(name, peerId)
    pubsub.removePeer(peerId)
  }
}
