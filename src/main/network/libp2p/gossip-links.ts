/**
 * gossipsub keeps one pair of streams a peer id: of a second connection it takes the incoming stream, which ends the first one's,
 * and opens none to it. Two nodes with one key at the ends of two connections are then deaf, or dumb, or both; so is a node that
 * came back while its old connection is not known to be dead. Here a second connection is a peer of its own for gossipsub, under an
 * id that nobody else has. Nothing outside knows of these.
 */
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import type { Random } from '../../discovery/ports.ts'

const KEY_BYTES = 32
/** Connections of one peer id beside the first that have ids of their own: a peer must not take our mesh by many of them. */
const OTHERS = 3

/** What gossipsub 17 is told of connections; its types leave them out, and it looks them up when it starts. */
interface Connected {
  onIncomingStream: (stream: Stream, connection: Connection) => void
  onPeerConnected: (peerId: PeerId, connection: Connection) => void
  onPeerDisconnected: (peerId: PeerId) => void
}

/** The connections of one peer id. */
interface Links {
  /** The id of the connection that gossipsub knows under the peer's own id. */
  own: string | null
  /** The ids of others, by connection. Connections beyond these are treated as the first one is. */
  readonly others: Map<string, PeerId>
}

/** Says who is meant by an id that gossipsub uses. */
export type RealId = (id: string) => string

/** What was made of each gossipsub's ids. */
const reals = new WeakMap<GossipSub, RealId>()

/** The peer's own id for each that this gossipsub uses now. */
export function realIds(pubsub: GossipSub): RealId {
  return reals.get(pubsub) ?? ((id) => id)
}

/**
 * Gives second connections ids of their own. To be called before the node starts.
 * @returns the peer's own id for each; where gossipsub's members are others one day, all ids stay as they are
 */
export function separateConnections(pubsub: GossipSub, random: Pick<Random, 'bytes'>): RealId {
  const service = pubsub as unknown as Partial<Connected>
  const { onIncomingStream, onPeerConnected, onPeerDisconnected } = service
  if (onIncomingStream === undefined || onPeerConnected === undefined || onPeerDisconnected === undefined)
    return (id) => id
  const links = new Map<string, Links>()
  const real = new Map<string, string>()
  const known = new Set<string>()

  const forget = (peerId: PeerId, connection: string): void => {
    const id = peerId.toString()
    const of = links.get(id)
    known.delete(connection)
    if (of === undefined) return
    // Its streams ended with it.
    if (of.own === connection) {
      of.own = null
      onPeerDisconnected.call(pubsub, peerId)
    } else {
      const alias = of.others.get(connection)
      if (alias !== undefined) {
        onPeerDisconnected.call(pubsub, alias)
        real.delete(alias.toString())
        of.others.delete(connection)
      }
    }
    if (of.own === null && of.others.size === 0) links.delete(id)
  }

  /** The id under which gossipsub knows the connection. */
  const idOf = (connection: Connection): PeerId => {
    const peerId = connection.remotePeer
    const id = peerId.toString()
    const of = links.get(id) ?? { own: null, others: new Map<string, PeerId>() }
    links.set(id, of)
    const given = of.others.get(connection.id)
    if (given !== undefined) return given
    if (of.own === null) of.own = connection.id
    else if (of.own !== connection.id && of.others.size < OTHERS) {
      const alias = peerIdFromPublicKey(publicKeyFromRaw(random.bytes(KEY_BYTES)))
      of.others.set(connection.id, alias)
      real.set(alias.toString(), id)
    }
    const alias = of.others.get(connection.id)
    if (!known.has(connection.id) && (of.own === connection.id || alias !== undefined)) {
      known.add(connection.id)
      connection.addEventListener('close', () => forget(peerId, connection.id), { once: true })
    }
    return alias ?? peerId
  }

  service.onIncomingStream = (stream, connection) => {
    if (connection.status !== 'open') return
    const alias = idOf(connection)
    onIncomingStream.call(pubsub, stream, alias === connection.remotePeer ? connection : as(connection, alias))
  }
  service.onPeerConnected = (peerId, connection) => {
    if (connection.status !== 'open') return
    onPeerConnected.call(pubsub, connection.remotePeer.equals(peerId) ? idOf(connection) : peerId, connection)
  }
  const realId: RealId = (id) => real.get(id) ?? id
  reals.set(pubsub, realId)
  return realId
}

/** The same connection, to another peer. */
function as(connection: Connection, remotePeer: PeerId): Connection {
  return new Proxy(connection, {
    get: (target, name) => {
      if (name === 'remotePeer') return remotePeer
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
