/**
 * gossipsub 17 opens its streams to peers one after the other. One peer that is connected and says nothing holds up all that come
 * after it, for as long as a negotiation may take, and many of them keep a node out of every mesh. Here only the streams to one
 * peer wait for each other, since gossipsub takes one of them.
 */
import type { GossipSub } from '@libp2p/gossipsub'
import type { Connection, PeerId } from '@libp2p/interface'

/** What of gossipsub's members is used; its types leave them out. It never rejects. */
interface Opening {
  createOutboundStream: (peerId: PeerId, connection: Connection) => Promise<void>
}

/**
 * Has it open streams side by side. To be called before the node starts.
 * @returns whether it does; where gossipsub's members are others one day, it does not
 */
export function openSideBySide(pubsub: GossipSub): boolean {
  const service = pubsub as unknown as Partial<Opening>
  const open = service.createOutboundStream?.bind(pubsub)
  if (open === undefined) return false
  /** The last one to each peer. */
  const last = new Map<string, Promise<void>>()
  service.createOutboundStream = (peerId, connection) => {
    const name = peerId.toString()
    const before = last.get(name)
    const mine = (before ?? Promise.resolve())
      .then(() => open(peerId, connection))
      .finally(() => {
        if (last.get(name) === mine) last.delete(name)
      })
    last.set(name, mine)
    // gossipsub waits for what it gets here before it opens the next one.
    return Promise.resolve()
  }
  return true
}
